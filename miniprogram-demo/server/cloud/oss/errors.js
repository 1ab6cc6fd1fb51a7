// The refusals of OSS. Status, message and EC are those of the error pages and of answers seen in public.

const KNOWN = {
  AccessDenied: [403, 'You have no right to access this object.', '0003-00000001'],
  BadDate: [403, 'OSS authentication requires a valid Date.', '0002-00000503', 'AccessDenied'],
  Anonymous: [403, 'Anonymous access is forbidden for this operation.', '0003-00000001', 'AccessDenied'],
  WrongEndpoint: [403, 'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.', '0003-00001403', 'AccessDenied'],
  InvalidAccessKeyId: [403, 'The OSS Access Key Id you provided does not exist in our records.', '0002-00000902'],
  InvalidSecurityToken: [403, 'The security token you provided is invalid.', '0002-00000008'],
  SecurityTokenExpired: [403, 'The security token you provided has expired.', '0002-00000007'],
  SignatureDoesNotMatch: [403, 'The request signature we calculated does not match the signature you provided. Check your key and signing method.', '0002-00000040'],
  RequestTimeTooSkewed: [403, 'The difference between the request time and the current time is too large.', '0002-00000504'],
  SecondLevelDomainForbidden: [403, 'The bucket you are attempting to access must be addressed using OSS third level domain.', '0048-00000002'],
  InvalidArgument: [400, 'The argument is invalid.'],
  InvalidBucketName: [400, 'The specified bucket is not valid.', '0015-00000001'],
  InvalidObjectName: [400, 'The specified object is not valid.', '0016-00000001'],
  InvalidURI: [400, "Couldn't parse the specified URI."],
  InvalidDigest: [400, 'The Content-MD5 you specified was invalid.', '0017-00000001'],
  InvalidPart: [400, "One or more of the specified parts could not be found or the specified entity tag might not have matched the part's entity tag.", '0042-00000205'],
  InvalidPartOrder: [400, 'The list of parts was not in ascending order. Parts list must specified in order by part number.', '0042-00000209'],
  EntityTooSmall: [400, 'Your proposed upload smaller than the minimum allowed size.', '0042-00000213'],
  EntityTooLarge: [400, 'Your proposed upload exceeds the maximum allowed size.'],
  MalformedXML: [400, 'The XML you provided was not well-formed or did not validate against our published schema.'],
  MalformedPOSTRequest: [400, 'The body of your POST request is not well-formed multipart/form-data.'],
  InvalidPolicyDocument: [400, 'Invalid Policy: Invalid JSON.', '0006-00000201'],
  InvalidRange: [416, 'The requested range cannot be satisfied'],
  MissingContentLength: [411, 'You must provide the Content-Length HTTP header.'],
  NoSuchBucket: [404, 'The specified bucket does not exist.', '0015-00000101'],
  NoSuchKey: [404, 'The specified key does not exist.', '0026-00000001'],
  NoSuchUpload: [404, 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.', '0042-00000203'],
  FileAlreadyExists: [409, 'The object you specified already exists and can not be overwritten.', '0026-00000002'],
  MethodNotAllowed: [405, 'The specified method is not allowed against this resource.'],
  NotImplemented: [501, 'A header or a parameter you provided implies functionality that is not implemented.'],
  CallbackFailed: [203, 'Error status : 502.'],
  InternalError: [500, 'We encountered an internal error. Please try again.'],
  ServiceUnavailable: [503, 'Please reduce your request rate.'],
  UploadTrafficRateLimitExceeded: [503, 'The upload traffic rate limit is exceeded.'],
  RequestTimeout: [400, 'Your socket connection to the server was not read from or written to within the timeout period.'],
}

export class OssError extends Error {
  /** `detail` holds the extra elements of the answer; `message`, `ec` and `status` there replace the usual ones. */
  constructor(name, { message, ec, status, ...detail } = {}) {
    const [usualStatus, usualMessage, usualEc, code] = KNOWN[name] ?? [400, name]
    super(message ?? usualMessage)
    this.code = code ?? name
    this.status = status ?? usualStatus
    this.ec = ec ?? (message ? undefined : usualEc)
    this.detail = detail
  }

  fields(requestId, host) {
    const recommended = this.ec && { RecommendDoc: `https://api.aliyun.com/troubleshoot?q=${this.ec}` }
    return { Code: this.code, Message: this.message, RequestId: requestId, HostId: host, ...this.detail, ...(this.ec && { EC: this.ec }), ...recommended }
  }
}
