//! What the signatures share: sorted pairs and header lines.

/// In the byte order of the names.
pub fn sorted<'a>(pairs: &'a [(&str, String)]) -> Vec<(&'a str, &'a str)> {
    let mut pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.sort_unstable();
    pairs
}

/// The headers for which `signed` holds, sorted, each as `name:value` and a line feed, values trimmed.
pub fn headers(headers: &[(&str, String)], signed: impl Fn(&str) -> bool) -> String {
    let mut out = String::new();
    for (name, value) in sorted(headers) {
        if signed(name) {
            out.push_str(name);
            out.push(':');
            out.push_str(value.trim());
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorted_by_bytes_and_trimmed() {
        let pairs = ["b", "a", "B", "aa", "a-b"].map(|name| (name, format!(" {name} ")));
        let names: Vec<&str> = sorted(&pairs).iter().map(|pair| pair.0).collect();
        assert_eq!(names, ["B", "a", "a-b", "aa", "b"]);
        assert_eq!(headers(&pairs, |name| name != "B" && name.len() < 2), "a:a\nb:b\n");
    }
}
