//! What an OSS error asks for. Source: OSS API reference, "Error responses" and the EC pages of the OSS user guide.

use crate::error::Remedy;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Put,
    Initiate,
    Part,
    List,
    Complete,
    Abort,
    Head,
    Post,
}

/// By the error's code alone. What depends on the operation or the credential stands in [`remedy`].
const BY_CODE: [(&str, Remedy); 11] = [
    // The limit is 15 minutes (EC 0002-00000504).
    ("RequestTimeTooSkewed", Remedy::Clock),
    ("SecurityTokenExpired", Remedy::Credential),
    // Also reported for tokens that have merely expired.
    ("InvalidSecurityToken", Remedy::Credential),
    // The official SDKs take it for an expired token.
    ("SignatureDoesNotMatch", Remedy::Credential),
    ("InvalidPart", Remedy::InvalidPart),
    ("FilePartNotExist", Remedy::InvalidPart),
    // Damaged on the way: Content-MD5 does not fit.
    ("InvalidDigest", Remedy::Retry),
    // A slow network, not a wrong request, in spite of its status 400.
    ("RequestTimeout", Remedy::Retry),
    // Retryable in the vendor's own SDK.
    ("BadRequest", Remedy::Retry),
    ("CallbackFailed", Remedy::StoredWithWarning),
    ("ServiceUnavailable", Remedy::Throttled),
];

/// `code` is empty for answers that are no error document; `sts`: whether a security token was sent. `Fail` of Head,
/// List and Abort means "unknown", never a failed upload: a VOD credential may not permit them.
pub fn remedy(op: Op, status: u16, code: &str, sts: bool) -> Remedy {
    match (code, op) {
        // A finished upload's id is dead too, so it says nothing about a Complete whose answer was lost.
        ("NoSuchUpload", Op::Complete) => return Remedy::Verify,
        ("NoSuchUpload", Op::Part | Op::List) => return Remedy::Restart,
        // Only Complete looks at the size of the parts (EC 0042-00000213).
        ("EntityTooSmall", Op::Complete) => return Remedy::Restart,
        ("InvalidAccessKeyId", _) if sts => return Remedy::Credential,
        _ => {}
    }
    if let Some((_, remedy)) = BY_CODE.iter().find(|row| row.0 == code) {
        return *remedy;
    }
    // QpsLimitExceeded, UploadTrafficRateLimitExceeded, MetaOperationQpsLimitExceeded, …
    if code.ends_with("LimitExceeded") {
        return Remedy::Throttled;
    }
    match (status, op) {
        (404, Op::Abort) => Remedy::AlreadyGone,
        // Looked for after a Complete that found no upload: neither upload nor object is there.
        (404, Op::Head) => Remedy::Restart,
        (401 | 408, _) => Remedy::Retry,
        (429 | 503, _) => Remedy::Throttled,
        (400..=499, _) => Remedy::Fail,
        // No answer, a success without what it should hold, a redirect of a portal, a gateway's 5xx.
        _ => Remedy::Retry,
    }
}
