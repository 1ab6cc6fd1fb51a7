// Answers that do not come from the service but from proxies, captive portals and gateways in between.

const nginx = (title) => `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`

/** The answer for a fault with `html`: an nginx error page (`true`) or the given page, without any header of the service. */
export function foreignPage({ status, html, title = 'Bad Gateway' }) {
  const headers = { 'Content-Type': 'text/html', Server: 'nginx', 'x-oss-request-id': null, 'x-acs-request-id': null }
  return { status, headers, body: html === true ? nginx(`${status} ${title}`) : html }
}

// Ready-made values for `do` of a fault. The request does not reach the service, unless `processed: true` is added.

/** The log-in page of a hotel's network: a success, with an ETag and without a request id. */
export const captivePortal = () => ({
  status: 200,
  html: '<!DOCTYPE html><html><head><title>Welcome</title></head><body><form action="/login"></form></body></html>',
  headers: { ETag: 'W/"5f3a-18c2"' },
})

/** `status`: 301, 302, 303, 307 or 308 */
export const redirect = (status = 302, location = 'https://portal.example.com/login') => ({ status, html: true, title: 'Moved', headers: { Location: location } })

export const badGateway = (status = 502) => ({ status, html: true, title: { 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out' }[status] })
