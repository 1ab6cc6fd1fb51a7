//! What an OSS error asks for. Source: OSS API reference, "Error responses" and the EC pages of the OSS user guide.

use crate::api::error::Recovery;

/// The operations of OSS that are used, by their short names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// PutObject.
    Put,
    /// InitiateMultipartUpload.
    Initiate,
    /// UploadPart.
    Part,
    /// ListParts.
    List,
    /// CompleteMultipartUpload.
    Complete,
    /// HeadObject.
    Head,
    /// PostObject.
    Post,
    /// AbortMultipartUpload.
    Abort,
}

/// By the error's code alone. What depends on the operation or the credential stands in [`recovery`].
const BY_CODE: &[(&str, Recovery)] = &[
    // The limit is 15 minutes (EC 0002-00000504).
    ("RequestTimeTooSkewed", Recovery::Clock),
    ("SecurityTokenExpired", Recovery::Credential),
    // Also reported for tokens that have merely expired.
    ("InvalidSecurityToken", Recovery::Credential),
    // The official SDKs take it for an expired token.
    ("SignatureDoesNotMatch", Recovery::Credential),
    // Damaged on the way: Content-MD5 does not fit.
    ("InvalidDigest", Recovery::Retry),
    // A slow network, not a wrong request, in spite of its status 400.
    ("RequestTimeout", Recovery::Retry),
    // Retryable in the vendor's own SDK.
    ("BadRequest", Recovery::Retry),
    ("CallbackFailed", Recovery::StoredWithWarning),
    ("ServiceUnavailable", Recovery::Throttled),
];

/// `code` is empty for answers that are no error document; `sts`: whether a security token was sent. `Fail` of Head
/// and List means "unknown", never a failed upload: a VOD credential may not permit them.
pub fn recovery(op: Op, status: u16, code: &str, sts: bool) -> Recovery {
    match (code, op) {
        // A finished upload's id is dead too, so it says nothing about a Complete whose answer was lost.
        ("NoSuchUpload", Op::Complete) => return Recovery::Verify,
        ("NoSuchUpload", Op::Part | Op::List) => return Recovery::Restart,
        // Only Complete looks at the parts: whether they are there, and their size (EC 0042-00000213).
        ("InvalidPart" | "FilePartNotExist", Op::Complete) => return Recovery::InvalidPart,
        ("EntityTooSmall", Op::Complete) => return Recovery::Restart,
        // x-oss-forbid-overwrite
        ("FileAlreadyExists", Op::Put | Op::Post | Op::Initiate) => return Recovery::ObjectExists,
        ("InvalidAccessKeyId", _) if sts => return Recovery::Credential,
        _ => {}
    }
    if let Some((_, recovery)) = BY_CODE.iter().find(|row| row.0 == code) {
        return *recovery;
    }
    // QpsLimitExceeded, UploadTrafficRateLimitExceeded, MetaOperationQpsLimitExceeded, …
    if code.ends_with("LimitExceeded") {
        return Recovery::Throttled;
    }
    match (status, op) {
        // Looked for after a Complete that found no upload: neither upload nor object is there.
        (404, Op::Head) => Recovery::Restart,
        (401 | 408, _) => Recovery::Retry,
        (429 | 503, _) => Recovery::Throttled,
        (400..=499, _) => Recovery::Fail,
        // No answer, a success without what it should hold, a redirect of a portal, a gateway's 5xx.
        _ => Recovery::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        use Op::*;
        for (op, status, code, expected) in [
            (Part, 403, "RequestTimeTooSkewed", Recovery::Clock),
            (Part, 403, "SecurityTokenExpired", Recovery::Credential),
            (Part, 403, "InvalidSecurityToken", Recovery::Credential),
            (Part, 403, "SignatureDoesNotMatch", Recovery::Credential),
            (Part, 403, "AccessDenied", Recovery::Fail),
            (Part, 404, "NoSuchUpload", Recovery::Restart),
            (List, 404, "NoSuchUpload", Recovery::Restart),
            (Complete, 404, "NoSuchUpload", Recovery::Verify),
            (Part, 404, "NoSuchBucket", Recovery::Fail),
            (Head, 404, "", Recovery::Restart),
            (Complete, 400, "InvalidPart", Recovery::InvalidPart),
            (Complete, 400, "FilePartNotExist", Recovery::InvalidPart),
            (Complete, 400, "InvalidPartOrder", Recovery::Fail),
            (Put, 400, "InvalidPart", Recovery::Fail),
            (Complete, 400, "EntityTooSmall", Recovery::Restart),
            (Post, 400, "EntityTooSmall", Recovery::Fail),
            (Part, 400, "EntityTooLarge", Recovery::Fail),
            (Part, 400, "InvalidDigest", Recovery::Retry),
            (Part, 400, "RequestTimeout", Recovery::Retry),
            (Part, 400, "BadRequest", Recovery::Retry),
            (Part, 400, "InvalidArgument", Recovery::Fail),
            (Initiate, 409, "FileAlreadyExists", Recovery::ObjectExists),
            (Put, 409, "FileAlreadyExists", Recovery::ObjectExists),
            (Post, 409, "FileAlreadyExists", Recovery::ObjectExists),
            (Complete, 409, "FileAlreadyExists", Recovery::Fail),
            (Initiate, 409, "FileImmutable", Recovery::Fail),
            (Put, 411, "MissingContentLength", Recovery::Fail),
            (Put, 412, "PreconditionFailed", Recovery::Fail),
            (Complete, 203, "CallbackFailed", Recovery::StoredWithWarning),
            (Part, 500, "InternalError", Recovery::Retry),
            (Part, 503, "ServiceUnavailable", Recovery::Throttled),
            (Part, 503, "UploadTrafficRateLimitExceeded", Recovery::Throttled),
            (Initiate, 503, "MetaOperationQpsLimitExceeded", Recovery::Throttled),
            (Part, 502, "", Recovery::Retry),
            (Part, 401, "", Recovery::Retry),
            (Part, 408, "", Recovery::Retry),
            (Part, 429, "", Recovery::Throttled),
            (Part, 200, "", Recovery::Retry),
            (Part, 0, "", Recovery::Retry),
            (Head, 403, "", Recovery::Fail),
        ] {
            assert_eq!(recovery(op, status, code, true), expected, "{op:?} {status} {code}");
        }
    }

    #[test]
    fn a_permanent_key_cannot_be_refreshed() {
        assert_eq!(recovery(Op::Part, 403, "InvalidAccessKeyId", true), Recovery::Credential);
        assert_eq!(recovery(Op::Part, 403, "InvalidAccessKeyId", false), Recovery::Fail);
    }
}
