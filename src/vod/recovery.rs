//! What an error of the VOD API asks for. Source: VOD API reference, "Error codes"; for the gateway's own codes,
//! the OpenAPI documentation "Common error codes".

use crate::api::error::Recovery;

/// By the beginning of the code: the gateway adds `.Expired`, `.User`, … to its families.
const BY_CODE: &[(&str, Recovery)] = &[
    // More than 15 minutes off.
    ("InvalidTimeStamp.Expired", Recovery::Clock),
    // .Expired, .Malformed, .MismatchWithAccessKey
    ("InvalidSecurityToken", Recovery::Credential),
    ("SecurityTokenExpired", Recovery::Credential),
    // .NotFound, .Deleted, .Damaged: RefreshUploadVideo has nothing to refresh.
    ("InvalidVideo.", Recovery::VideoGone),
    // The next attempt has a new nonce.
    ("SignatureNonceUsed", Recovery::Retry),
    // With status 400.
    ("Throttling", Recovery::Throttled),
    // Spelt so, with status 503.
    ("ServiceUnAvailable", Recovery::Throttled),
];

/// `sts`: whether a security token was sent.
pub fn recovery(status: u16, code: &str, sts: bool) -> Recovery {
    if let Some((_, recovery)) = BY_CODE.iter().find(|row| code.starts_with(row.0)) {
        return *recovery;
    }
    match (code, status) {
        // The gateway's code for a temporary key that no longer exists.
        ("InvalidAccessKeyId.NotFound", _) if sts => Recovery::Credential,
        (_, 408) => Recovery::Retry,
        (_, 429) => Recovery::Throttled,
        (_, 400..=499) => Recovery::Fail,
        _ => Recovery::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        for (status, code, sts, expected) in [
            (400, "InvalidTimeStamp.Expired", true, Recovery::Clock),
            (400, "InvalidTimeStamp.Format", true, Recovery::Fail),
            (400, "InvalidSecurityToken.Expired", true, Recovery::Credential),
            (400, "InvalidSecurityToken.Malformed", true, Recovery::Credential),
            (400, "InvalidSecurityToken.MismatchWithAccessKey", true, Recovery::Credential),
            (403, "SecurityTokenExpired", true, Recovery::Credential),
            (404, "InvalidAccessKeyId.NotFound", true, Recovery::Credential),
            (404, "InvalidAccessKeyId.NotFound", false, Recovery::Fail),
            (400, "InvalidAccessKeyId.Inactive", true, Recovery::Fail),
            (400, "MissingSecurityToken", false, Recovery::Fail),
            (400, "SignatureDoesNotMatch", true, Recovery::Fail),
            (400, "SignatureNonceUsed", true, Recovery::Retry),
            (400, "Throttling.User", true, Recovery::Throttled),
            (503, "ServiceUnAvailable", true, Recovery::Throttled),
            (503, "AddVideoFailed", true, Recovery::Retry),
            (500, "InternalError", true, Recovery::Retry),
            (404, "InvalidVideo.NotFound", true, Recovery::VideoGone),
            (400, "InvalidVideo.Damaged", true, Recovery::VideoGone),
            (404, "InvalidVideoId", true, Recovery::Fail),
            (403, "Forbidden.InitFailed", true, Recovery::Fail),
            (408, "", true, Recovery::Retry),
            (429, "", true, Recovery::Throttled),
            (502, "", true, Recovery::Retry),
            (0, "", true, Recovery::Retry),
        ] {
            assert_eq!(recovery(status, code, sts), expected, "{status} {code} {sts}");
        }
    }
}
