//! The credential that signs requests to OSS and VOD.

use crate::timestamp;
use std::fmt;

/// An access key, usually a temporary one of STS with its security token.
#[derive(Clone, PartialEq)]
pub struct Credential {
    /// Public: it stands in every signed request.
    pub access_key_id: String,
    /// Never sent, logged or stored.
    pub access_key_secret: String,
    /// Empty for a permanent key.
    pub security_token: String,
    /// End of its life, ms since 1970; `None`: unknown, the first sign is an error of the server.
    pub expires_at: Option<i64>,
    /// The VOD region, where the credential names one.
    pub region: Option<String>,
}

/// Shows the id only: neither secret nor token may reach a log.
impl fmt::Debug for Credential {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Credential({})", self.access_key_id)
    }
}

/// From these numbers on an expiration cannot be a span of seconds, but is a point in time.
const EPOCH_SECONDS: u64 = 1_000_000_000;
const EPOCH_MS: u64 = 1_000_000_000_000;

/// The end of a credential's life, ms since 1970.
///
/// `absolute`: an ISO 8601 time (`ExpireUTCTime`), which wins where it can be read. `expiration`: in VOD's own credentials
/// a number of seconds after receipt, in those that app servers wrap again an ISO 8601 time or seconds or milliseconds
/// since 1970. `None`: unknown.
pub fn parse_expiry(absolute: &str, expiration: &str, received_at_ms: i64) -> Option<i64> {
    if let Some(ms) = timestamp::parse_iso(absolute) {
        return Some(ms);
    }
    let expiration = expiration.trim();
    match expiration.parse::<u64>() {
        Ok(ms @ EPOCH_MS..) => i64::try_from(ms).ok(),
        Ok(seconds @ EPOCH_SECONDS..) => Some(seconds as i64 * 1000),
        Ok(seconds) => Some(received_at_ms.saturating_add(seconds as i64 * 1000)),
        Err(_) => timestamp::parse_iso(expiration),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_709_802_303_000;

    #[test]
    fn expiry_in_its_variants() {
        for (absolute, expiration, expected) in [
            ("2024-03-07T09:55:03Z", "3000", Some(NOW + 3_000_000)),
            ("not a time", "3451", Some(NOW + 3_451_000)),
            ("", " 3600 ", Some(NOW + 3_600_000)),
            ("", "2024-03-07T10:05:03+00:00", Some(NOW + 3_600_000)),
            ("", "1709805903", Some(NOW + 3_600_000)),
            ("", "1709805903000", Some(NOW + 3_600_000)),
            ("", "0", Some(NOW)),
            ("", "-5", None),
            ("", "soon", None),
            ("", "99999999999999999999", None),
            ("", "18446744073709551615", None),
            ("", "", None),
        ] {
            assert_eq!(parse_expiry(absolute, expiration, NOW), expected, "{absolute} {expiration}");
        }
    }

    #[test]
    fn debug_shows_neither_secret_nor_token() {
        let credential = Credential {
            access_key_id: "STS.i".into(),
            access_key_secret: "secret".into(),
            security_token: "token".into(),
            expires_at: None,
            region: None,
        };
        assert_eq!(format!("{credential:?}"), "Credential(STS.i)");
    }
}
