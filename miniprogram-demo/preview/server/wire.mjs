// From the browser, which may only speak to where it came from, to the local cloud, which knows its services by their Host.
import { request as send } from 'node:http'

export function carry(request, response, port) {
  const { 'x-forwarded-host': host, ...headers } = request.headers
  const onward = send({ host: '127.0.0.1', port, method: request.method, path: request.url, headers: { ...headers, host }, setHost: false })
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
    answer.on('error', () => response.destroy())
  })
  // A connection that breaks over there has to break here, too: the phone must not take it for an answer.
  onward.on('error', () => response.destroy())
  response.on('close', () => onward.destroy())
  request.pipe(onward)
}
