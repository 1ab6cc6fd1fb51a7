//! What went wrong, in the two shapes it takes: as the server told it, and as the app is told.

/// The end of a file's way, as `onUploadFailed` and `UploadError` report it. Holds no secret.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadError {
    /// One of ours (`NetworkError`, …) or the server's own, unchanged.
    pub code: String,
    /// One sentence: what happened, and what to do.
    pub message: String,
    /// What was being done: `initiate`, `part`, `complete`, …
    pub stage: &'static str,
    /// 0: there was no answer.
    pub http_status: u16,
    /// Empty: there was none.
    pub request_id: String,
    /// 0: not about one part.
    pub part: u32,
    /// Whether starting the file again, with nothing changed, may succeed.
    pub retryable: bool,
}

/// What is taken from an error document of OSS or VOD. The rest of such a document may repeat the security token
/// or the string that was signed, and is dropped.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServerError {
    /// Empty: the answer was no error document (a proxy's page); then the HTTP status decides.
    pub code: String,
    pub message: String,
    pub request_id: String,
    /// The server's clock, ms.
    pub server_time: Option<i64>,
}

/// What an error asks for. How often it may be tried is the engine's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recovery {
    /// The same again, after a pause.
    Retry,
    /// The same again after a longer pause, with fewer requests at once.
    Throttled,
    /// The same again with a fresh credential.
    Credential,
    /// The same again, signed with the server's time.
    Clock,
    /// The upload id is dead: a new one, all parts again.
    Restart,
    /// It may have been done already: look at the object before anything else.
    Verify,
    /// The server misses parts or has others: list them, send what is missing, complete again.
    InvalidPart,
    /// Nothing helps.
    Fail,
    /// The object is stored, only what should follow failed.
    StoredWithWarning,
}

/// Runs at least this long can be a signature, a secret or a token; the shortest of them, an HMAC-SHA1, has 28.
const SECRET: usize = 27;

/// A server's sentence with everything that may be a secret replaced by `…`: gateways quote the string that was
/// signed, token included.
pub fn scrub(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    // Taken over so far, and where the present word begins.
    let (mut taken, mut start) = (0, 0);
    for at in 0..=message.len() {
        if message.as_bytes().get(at).is_some_and(of_secret) {
            continue;
        }
        if message.get(start..at).is_some_and(looks_secret) {
            out.push_str(message.get(taken..start).unwrap_or_default());
            out.push('…');
            taken = at;
        }
        start = at + 1;
    }
    out.push_str(message.get(taken..).unwrap_or_default());
    out
}

fn of_secret(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'%' | b'-' | b'_')
}

/// Bucket names and upload ids are long too, but of one case; error codes are of both, but have letters only.
fn looks_secret(word: &str) -> bool {
    let any = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    let both_cases = any(u8::is_ascii_lowercase) && any(u8::is_ascii_uppercase);
    let letters = !any(|byte| !byte.is_ascii_alphabetic());
    word.len() >= 2 * SECRET || (word.len() >= SECRET && both_cases && !letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_hidden() {
        for secret in [
            "CAISdev/+token==AbC0123456789/xyz+QqEe",
            "DevStsSecret/AbCdEfGhIjKlMnOpQrStUv+1",
            "lhiPW20BW7H3CqTXeqhrwRttLaU=",
            "ed8e181616b8750c5b6b3e817135a3a2468b1039de6f7a8a974b234cfe20874d",
            "CAISdev%252F%252Btoken%253D%253DAbC0123456789%252Fxyz%252BQqEe",
        ] {
            let mut message = String::from("you sent: '");
            message.push_str(secret);
            message.push_str("' 好.");
            assert_eq!(scrub(&message), "you sent: '…' 好.");
        }
    }

    #[test]
    fn sentences_stay() {
        for message in [
            "",
            "The bucket you are attempting to access must be addressed using the specified endpoint.",
            "outin-0a1b2c3d4e5f60718293a4b5c6d7e8f9.oss-cn-shanghai.aliyuncs.com 0004B9894A22E5B1888A1E29F8236E2D",
            "InvalidSecurityToken.MismatchWithAccessKey UploadTrafficRateLimitExceeded 文件不存在。",
        ] {
            assert_eq!(scrub(message), message);
        }
    }
}
