//! What an OSS error asks for. Source: OSS API reference, "Error responses" and the EC pages of the OSS user guide.

use crate::error::Remedy;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Put,
    Initiate,
    Part,
    List,
    Complete,
    Head,
    Post,
}

/// By the error's code alone. What depends on the operation or the credential stands in [`remedy`].
const BY_CODE: [(&str, Remedy); 9] = [
    // The limit is 15 minutes (EC 0002-00000504).
    ("RequestTimeTooSkewed", Remedy::Clock),
    ("SecurityTokenExpired", Remedy::Credential),
    // Also reported for tokens that have merely expired.
    ("InvalidSecurityToken", Remedy::Credential),
    // The official SDKs take it for an expired token.
    ("SignatureDoesNotMatch", Remedy::Credential),
    // Damaged on the way: Content-MD5 does not fit.
    ("InvalidDigest", Remedy::Retry),
    // A slow network, not a wrong request, in spite of its status 400.
    ("RequestTimeout", Remedy::Retry),
    // Retryable in the vendor's own SDK.
    ("BadRequest", Remedy::Retry),
    ("CallbackFailed", Remedy::StoredWithWarning),
    ("ServiceUnavailable", Remedy::Throttled),
];

/// `code` is empty for answers that are no error document; `sts`: whether a security token was sent. `Fail` of Head
/// and List means "unknown", never a failed upload: a VOD credential may not permit them.
pub fn remedy(op: Op, status: u16, code: &str, sts: bool) -> Remedy {
    match (code, op) {
        // A finished upload's id is dead too, so it says nothing about a Complete whose answer was lost.
        ("NoSuchUpload", Op::Complete) => return Remedy::Verify,
        ("NoSuchUpload", Op::Part | Op::List) => return Remedy::Restart,
        // Only Complete looks at the parts: whether they are there, and their size (EC 0042-00000213).
        ("InvalidPart" | "FilePartNotExist", Op::Complete) => return Remedy::InvalidPart,
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
        // Looked for after a Complete that found no upload: neither upload nor object is there.
        (404, Op::Head) => Remedy::Restart,
        (401 | 408, _) => Remedy::Retry,
        (429 | 503, _) => Remedy::Throttled,
        (400..=499, _) => Remedy::Fail,
        // No answer, a success without what it should hold, a redirect of a portal, a gateway's 5xx.
        _ => Remedy::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        use Op::*;
        for (op, status, code, expected) in [
            (Part, 403, "RequestTimeTooSkewed", Remedy::Clock),
            (Part, 403, "SecurityTokenExpired", Remedy::Credential),
            (Part, 403, "InvalidSecurityToken", Remedy::Credential),
            (Part, 403, "SignatureDoesNotMatch", Remedy::Credential),
            (Part, 403, "AccessDenied", Remedy::Fail),
            (Part, 404, "NoSuchUpload", Remedy::Restart),
            (List, 404, "NoSuchUpload", Remedy::Restart),
            (Complete, 404, "NoSuchUpload", Remedy::Verify),
            (Part, 404, "NoSuchBucket", Remedy::Fail),
            (Head, 404, "", Remedy::Restart),
            (Complete, 400, "InvalidPart", Remedy::InvalidPart),
            (Complete, 400, "FilePartNotExist", Remedy::InvalidPart),
            (Complete, 400, "InvalidPartOrder", Remedy::Fail),
            (Put, 400, "InvalidPart", Remedy::Fail),
            (Complete, 400, "EntityTooSmall", Remedy::Restart),
            (Post, 400, "EntityTooSmall", Remedy::Fail),
            (Part, 400, "EntityTooLarge", Remedy::Fail),
            (Part, 400, "InvalidDigest", Remedy::Retry),
            (Part, 400, "RequestTimeout", Remedy::Retry),
            (Part, 400, "BadRequest", Remedy::Retry),
            (Part, 400, "InvalidArgument", Remedy::Fail),
            (Put, 409, "FileAlreadyExists", Remedy::Fail),
            (Put, 411, "MissingContentLength", Remedy::Fail),
            (Put, 412, "PreconditionFailed", Remedy::Fail),
            (Complete, 203, "CallbackFailed", Remedy::StoredWithWarning),
            (Part, 500, "InternalError", Remedy::Retry),
            (Part, 503, "ServiceUnavailable", Remedy::Throttled),
            (Part, 503, "UploadTrafficRateLimitExceeded", Remedy::Throttled),
            (Initiate, 503, "MetaOperationQpsLimitExceeded", Remedy::Throttled),
            (Part, 502, "", Remedy::Retry),
            (Part, 401, "", Remedy::Retry),
            (Part, 408, "", Remedy::Retry),
            (Part, 429, "", Remedy::Throttled),
            (Part, 200, "", Remedy::Retry),
            (Part, 0, "", Remedy::Retry),
            (Head, 403, "", Remedy::Fail),
        ] {
            assert_eq!(remedy(op, status, code, true), expected, "{op:?} {status} {code}");
        }
    }

    #[test]
    fn a_permanent_key_cannot_be_refreshed() {
        assert_eq!(remedy(Op::Part, 403, "InvalidAccessKeyId", true), Remedy::Credential);
        assert_eq!(remedy(Op::Part, 403, "InvalidAccessKeyId", false), Remedy::Fail);
    }
}
