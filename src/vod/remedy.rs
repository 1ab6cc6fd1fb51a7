//! What an error of the VOD API asks for. Source: VOD API reference, "Error codes"; for the gateway's own codes,
//! the OpenAPI documentation "Common error codes".

use crate::error::Remedy;

/// By the beginning of the code: the gateway adds `.Expired`, `.User`, … to its families.
const BY_CODE: [(&str, Remedy); 6] = [
    // More than 15 minutes off.
    ("InvalidTimeStamp.Expired", Remedy::Clock),
    // .Expired, .Malformed, .MismatchWithAccessKey
    ("InvalidSecurityToken", Remedy::Credential),
    ("SecurityTokenExpired", Remedy::Credential),
    // The next attempt has a new nonce.
    ("SignatureNonceUsed", Remedy::Retry),
    // With status 400.
    ("Throttling", Remedy::Throttled),
    // Spelt so, with status 503.
    ("ServiceUnAvailable", Remedy::Throttled),
];

/// `sts`: whether a security token was sent.
pub fn remedy(status: u16, code: &str, sts: bool) -> Remedy {
    if let Some((_, remedy)) = BY_CODE.iter().find(|row| code.starts_with(row.0)) {
        return *remedy;
    }
    match (code, status) {
        // What the gateway says of a temporary key that no longer exists.
        ("InvalidAccessKeyId.NotFound", _) if sts => Remedy::Credential,
        (_, 408) => Remedy::Retry,
        (_, 429) => Remedy::Throttled,
        (_, 400..=499) => Remedy::Fail,
        _ => Remedy::Retry,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table() {
        for (status, code, sts, expected) in [
            (400, "InvalidTimeStamp.Expired", true, Remedy::Clock),
            (400, "InvalidTimeStamp.Format", true, Remedy::Fail),
            (400, "InvalidSecurityToken.Expired", true, Remedy::Credential),
            (400, "InvalidSecurityToken.Malformed", true, Remedy::Credential),
            (400, "InvalidSecurityToken.MismatchWithAccessKey", true, Remedy::Credential),
            (403, "SecurityTokenExpired", true, Remedy::Credential),
            (404, "InvalidAccessKeyId.NotFound", true, Remedy::Credential),
            (404, "InvalidAccessKeyId.NotFound", false, Remedy::Fail),
            (400, "InvalidAccessKeyId.Inactive", true, Remedy::Fail),
            (400, "MissingSecurityToken", false, Remedy::Fail),
            (400, "SignatureDoesNotMatch", true, Remedy::Fail),
            (400, "SignatureNonceUsed", true, Remedy::Retry),
            (400, "Throttling.User", true, Remedy::Throttled),
            (503, "ServiceUnAvailable", true, Remedy::Throttled),
            (503, "AddVideoFailed", true, Remedy::Retry),
            (500, "InternalError", true, Remedy::Retry),
            (404, "InvalidVideo.NotFound", true, Remedy::Fail),
            (403, "Forbidden.InitFailed", true, Remedy::Fail),
            (408, "", true, Remedy::Retry),
            (429, "", true, Remedy::Throttled),
            (502, "", true, Remedy::Retry),
            (0, "", true, Remedy::Retry),
        ] {
            assert_eq!(remedy(status, code, sts), expected, "{status} {code} {sts}");
        }
    }
}
