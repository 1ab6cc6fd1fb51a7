// Calls of getAuth and getSTSToken under way, over all uploaders of the app: one at a time for each file. The answer of a call that took too
// long, or whose file was deleted meanwhile, serves whoever needs it then: each call may create a video.

export interface CredentialCall {
  /** JSON text. */
  readonly answer: Promise<string>
  /** By the phone's clock, ms. */
  readonly beganAt: number
  /** A wait for it has timed out: it is given up, for its callback may have been lost with the app in the background. */
  hasTimedOut: boolean
}

export class CredentialCalls {
  private readonly calls = new Map<string, CredentialCall>()

  underWay(file: string): CredentialCall | undefined {
    const call = this.calls.get(file)
    return call && !call.hasTimedOut ? call : undefined
  }

  begin(file: string, answer: Promise<string>, beganAt: number): CredentialCall {
    const call: CredentialCall = { answer, beganAt, hasTimedOut: false }
    const forget = (): void => {
      if (this.calls.get(file) === call) this.calls.delete(file)
    }
    this.calls.set(file, call)
    answer.then(forget, forget)
    return call
  }
}
