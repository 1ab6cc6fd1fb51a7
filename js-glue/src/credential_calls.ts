// Calls of getAuth and getSTSToken under way, over all uploaders of the app: one at a time for each file. The answer of a call that took too
// long, or whose file was deleted meanwhile, serves whoever needs it then: each call may create a video.

export interface CredentialCall {
  /** JSON text. */
  readonly answer: Promise<string>
  /** By the phone's clock, ms. */
  readonly beganAt: number
  /** How often a wait for it has timed out. */
  timeouts: number
}

/** A call that has let so many waits time out is given up: its callback may have been lost with the app in the background. */
const MAX_TIMEOUTS = 2

export class CredentialCalls {
  private readonly calls = new Map<string, CredentialCall>()

  underWay(file: string): CredentialCall | undefined {
    const call = this.calls.get(file)
    return call && call.timeouts < MAX_TIMEOUTS ? call : undefined
  }

  begin(file: string, answer: Promise<string>, beganAt: number): CredentialCall {
    const call: CredentialCall = { answer, beganAt, timeouts: 0 }
    const forget = (): void => {
      if (this.calls.get(file) === call) this.calls.delete(file)
    }
    this.calls.set(file, call)
    answer.then(forget, forget)
    return call
  }
}
