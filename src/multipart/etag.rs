//! ETags of uploaded parts.

/// A part's ETag. Most are a quoted upper-case MD5, which is kept as its 16 bytes: an upload has up to 10,000 of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Etag {
    Md5([u8; 16]),
    Other(Box<str>),
}

impl Etag {
    pub fn new(text: &str) -> Self {
        Self::md5(text).unwrap_or_else(|| Etag::Other(text.into()))
    }

    fn md5(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('"')?.strip_suffix('"')?.as_bytes();
        if hex.len() != 32 {
            return None;
        }
        let mut out = [0u8; 16];
        for (byte, pair) in out.iter_mut().zip(hex.chunks_exact(2)) {
            let digit = |c: u8| match c {
                b'0'..=b'9' => Some(c - b'0'),
                b'A'..=b'F' => Some(c - b'A' + 10),
                _ => None,
            };
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Etag::Md5(out))
    }

    /// The text exactly as OSS sent it, quotes included: CompleteMultipartUpload must repeat it.
    pub fn text(&self) -> String {
        match self {
            Etag::Other(text) => text.to_string(),
            Etag::Md5(bytes) => {
                let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
                format!("\"{hex}\"")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_come_back_as_they_came() {
        for text in ["\"0123456789ABCDEF0123456789ABCDEF\"", "\"0123456789abcdef0123456789abcdef\"", "W/\"1\"", ""] {
            assert_eq!(Etag::new(text).text(), text);
        }
        assert!(matches!(Etag::new("\"0123456789ABCDEF0123456789ABCDEF\""), Etag::Md5(_)));
    }
}
