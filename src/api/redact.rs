//! Texts of servers and of the app as they may reach the app and the log: short and without secrets.

/// Most bytes of a server's error code, or of a request id, that are passed on. Documented codes have less than 100.
pub const CODE_BYTES: usize = 256;
/// Most bytes of a server's or the app's message that are passed on. With the code 2 KB, so that a gateway's page fits a log
/// line.
pub const MESSAGE_BYTES: usize = 1_792;
/// Words of at least this many bytes can be a signature, a secret or a token. The shortest of them is an HMAC-SHA1 in
/// base64: 27 characters and a `=`, which a gateway may leave out. An AccessKeySecret has 30.
const SECRET_BYTES: usize = 27;

/// The text without what follows byte `limit`; a text that is shortened ends with `…`. Never cuts inside a character.
pub fn shorten(text: &str, limit: usize) -> String {
    const ELLIPSIS: &str = "…";
    if text.len() <= limit {
        return text.to_owned();
    }
    let mut end = limit.saturating_sub(ELLIPSIS.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ELLIPSIS}", &text[..end])
}

/// A message of a server, or of the rejection of `getAuth`, as it may reach the app and the log: without secrets, at most
/// [`MESSAGE_BYTES`] long.
pub fn clean_message(message: &str) -> String {
    // Shortened afterwards: the first half of a secret would no longer look like one.
    shorten(&scrub(message), MESSAGE_BYTES)
}

/// A code or a request id of a server, at most [`CODE_BYTES`] long.
pub fn clean_code(code: &str) -> String {
    shorten(&scrub(code.trim()), CODE_BYTES)
}

/// The message with every word that may be a secret replaced by `…`: gateways quote the string that was signed, the
/// security token included.
pub fn scrub(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let mut rest = message;
    while !rest.is_empty() {
        let word_end = rest.find(|c| !may_be_in_secret(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word_end);
        out.push_str(if looks_secret(word) { "…" } else { word });
        let gap_end = after.find(may_be_in_secret).unwrap_or(after.len());
        let (gap, next) = after.split_at(gap_end);
        out.push_str(gap);
        rest = next;
    }
    out
}

fn may_be_in_secret(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '%' | '-' | '_')
}

/// Bucket names and upload ids are long too, but of one case; error codes are of both cases, but have letters only.
fn looks_secret(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    let both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    let letters_only = word.bytes().all(|byte| byte.is_ascii_alphabetic());
    word.len() >= 2 * SECRET_BYTES || (word.len() >= SECRET_BYTES && both_cases && !letters_only)
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

    #[test]
    fn long_messages_are_shortened_between_characters() {
        let long = "好".repeat(2_000);
        for limit in [10, 11, 12, 13, MESSAGE_BYTES] {
            let short = shorten(&long, limit);
            assert!(short.len() <= limit && short.len() > limit - 6, "{limit}: {}", short.len());
            assert!(short.ends_with("好…"));
        }
        assert_eq!(shorten("abc", 3), "abc");
        // The secret straddles the limit: its beginning must not be left.
        let message = format!("{} lhiPW20BW7H3CqTXeqhrwRttLaU=", "x ".repeat(MESSAGE_BYTES / 2 - 8));
        assert!(!clean_message(&message).contains("lhiPW"));
        assert!(clean_message(&long).len() + clean_code(&long).len() <= 2_048);
    }
}
