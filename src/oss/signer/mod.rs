//! Adds a signature to a request.

pub mod canonical;
pub mod v1;
pub mod v4;

use super::{ObjectLocation, Request};
pub use crate::api::options::Signature;
use crate::credential::Credential;
use crate::timestamp;

/// Caches the V4 signing key, which costs four HMACs and changes only with the day, the credential or the region.
#[derive(Default)]
pub struct Signer {
    key: Option<v4::SigningKey>,
}

/// What a signature may add.
const ADDED: [&str; 4] = ["x-oss-date", "x-oss-content-sha256", "x-oss-security-token", "authorization"];

impl Signer {
    /// With an empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds `x-oss-date`, `x-oss-content-sha256` (V4), `x-oss-security-token` and `authorization`, replacing those
    /// of an earlier signature. `at_ms`: the server's time as far as it is known.
    pub fn sign(
        &mut self,
        signature: Signature,
        request: &mut Request,
        credential: &Credential,
        target: &ObjectLocation,
        at_ms: i64,
    ) {
        request.headers.retain(|header| !ADDED.contains(&header.0));
        if !credential.security_token.is_empty() {
            request.add("x-oss-security-token", credential.security_token.clone());
        }
        let authorization = match signature {
            Signature::V4 => {
                request.add("x-oss-date", timestamp::iso_basic(at_ms));
                request.add("x-oss-content-sha256", String::from(v4::UNSIGNED_PAYLOAD));
                let key = self.key(credential, &target.region, at_ms);
                v4::authorization(key, request, credential, target)
            }
            Signature::V1 => {
                request.add("x-oss-date", timestamp::http_date(at_ms));
                v1::authorization(request, credential, target)
            }
        };
        request.add("authorization", authorization);
    }

    /// The V4 signing key of that day, credential and region; derived once.
    pub fn key(&mut self, credential: &Credential, region: &str, at_ms: i64) -> &v4::SigningKey {
        let key = self.key.take().filter(|key| key.fits(credential, region, at_ms));
        self.key.insert(key.unwrap_or_else(|| v4::SigningKey::derive(credential, region, at_ms)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(secret: &str) -> Credential {
        Credential {
            access_key_id: String::from("id"),
            access_key_secret: String::from(secret),
            security_token: String::new(),
            expires_at: None,
            region: None,
        }
    }

    #[test]
    fn the_cached_key_is_dropped_with_day_credential_and_region() {
        const DAY: i64 = 86_400_000;
        let mut caching = Signer::new();
        for (secret, region, at) in
            [("a", "r", 0), ("a", "r", DAY - 1), ("a", "r", DAY), ("b", "r", DAY), ("b", "s", DAY), ("a", "r", 0)]
        {
            let target = ObjectLocation {
                host: String::from("h"),
                bucket: String::from("b"),
                key: String::from("k"),
                region: String::from(region),
            };
            let lines = |signer: &mut Signer| {
                let mut request = Request::head();
                signer.sign(Signature::V4, &mut request, &credential(secret), &target, at);
                request.header_lines()
            };
            assert_eq!(lines(&mut caching), lines(&mut Signer::new()));
        }
    }

    #[test]
    fn a_second_signature_replaces_the_first() {
        let target = ObjectLocation::new("oss-cn-shanghai.aliyuncs.com", "bucket", "k", false, "r").unwrap();
        let mut request = Request::head();
        let mut temporary = credential("s");
        temporary.security_token = String::from("token");
        Signer::new().sign(Signature::V4, &mut request, &temporary, &target, 0);
        assert_eq!(request.header("x-oss-security-token"), "token");
        Signer::new().sign(Signature::V1, &mut request, &credential("s"), &target, 0);
        let mut fresh = Request::head();
        Signer::new().sign(Signature::V1, &mut fresh, &credential("s"), &target, 0);
        assert_eq!(request.header_lines(), fresh.header_lines());
    }
}
