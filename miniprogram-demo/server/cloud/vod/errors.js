// The refusals of the VOD API and of the gateway in front of it.

const KNOWN = {
  MissingParameter: [400, 'The input parameter that is mandatory for processing this request is not supplied.'],
  InvalidParameter: [400, 'The specified parameter is not valid.'],
  'InvalidVersion': [400, 'Specified parameter Version is not valid.'],
  'InvalidAction.NotFound': [404, 'Specified api is not found, please check your url and method.'],
  IncompleteSignature: [400, 'The request signature does not conform to Aliyun standards.'],
  SignatureDoesNotMatch: [400, 'Specified signature is not matched with our calculation.'],
  SignatureNonceUsed: [400, 'Specified signature nonce was used already.'],
  'InvalidTimeStamp.Format': [400, 'Specified time stamp or date value is not well formatted.'],
  'InvalidTimeStamp.Expired': [400, 'Specified time stamp or date value is expired.'],
  'InvalidAccessKeyId.NotFound': [404, 'Specified access key is not found.'],
  MissingSecurityToken: [400, 'SecurityToken is mandatory for this action.'],
  'InvalidSecurityToken.Expired': [400, 'Specified SecurityToken is expired.'],
  'InvalidSecurityToken.Malformed': [400, 'Specified SecurityToken is malformed.'],
  'InvalidSecurityToken.MismatchWithAccessKey': [400, 'Specified SecurityToken mismatch with the AccessKey.'],
  Forbidden: [403, 'User not authorized to operate on the specified resource.'],
  'Forbidden.InitFailed': [403, 'Initialization of your account has failed while opening service.'],
  OperationDenied: [403, 'Your account does not open VOD service yet.'],
  'InvalidFileName.Extension': [400, 'The specified FileName’s extension is illegal.'],
  IllegalCharacters: [400, 'The specified parameter contains illegal emoji or special characters.'],
  LengthExceededMax: [400, 'The length of the parameter exceeds the maximum.'],
  TagsExceededMax: [400, 'The specified Tags count has exceeded 16 words.'],
  'InvalidTemplateGroupId.NotFound': [404, 'The TemplateGroupId does not exist.'],
  'InvalidStorage.NotFound': [404, 'The StorageLocation does not exist.'],
  'InvalidVideo.NotFound': [404, 'The video does not exist.'],
  'InvalidVideo.Damaged': [400, 'The video has been damaged.'],
  'Throttling.User': [400, 'Request was denied due to user flow control.'],
  AddVideoFailed: [503, 'Adding video has failed due to some unknown error.'],
  ServiceUnAvailable: [503, 'The request has failed due to a temporary failure of the server.'],
  InternalError: [500, 'The request processing has failed due to some unknown error.'],
}

export class VodError extends Error {
  constructor(code, message, status) {
    const [usualStatus, usualMessage] = KNOWN[code] ?? [400, code]
    super(message ?? usualMessage)
    this.code = code
    this.status = status ?? usualStatus
  }
}

export const missing = (name) => new VodError('MissingParameter', `The input parameter "${name}" that is mandatory for processing this request is not supplied.`)
export const invalid = (name) => new VodError('InvalidParameter', `The specified parameter ${name} is not valid.`)
