//! Blanks what panics would say, as [`super::locations`] does with the places: the functions that said it are cut, but the
//! linker has put their texts among the data before.

use anyhow::{ensure, Result};

use super::data;

/// The same module with zeros for these texts, wherever they stand.
pub fn blank(module: &[u8], texts: &[String]) -> Result<Vec<u8>> {
    let Some(mut segments) = data::segments(module)? else { return Ok(module.to_vec()) };
    for text in texts {
        let mut found = false;
        for segment in &mut segments {
            while let Some(at) = segment.bytes.windows(text.len()).position(|bytes| bytes == text.as_bytes()) {
                segment.bytes[at..at + text.len()].fill(0);
                found = true;
            }
        }
        ensure!(found, "the module's data has no \"{text}\": take it out of [post-link] blank-texts");
    }
    data::replace(module, &segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blanked(texts: &[&str]) -> Result<Vec<u8>> {
        let module = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "it failed: no, it failed"))"#).unwrap();
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Ok(data::segments(&blank(&module, &texts)?)?.unwrap().remove(0).bytes)
    }

    #[test]
    fn every_place_of_a_text_is_blank() {
        assert_eq!(blanked(&["failed"]).unwrap(), b"it \0\0\0\0\0\0: no, it \0\0\0\0\0\0");
    }

    #[test]
    fn a_text_that_is_not_there_is_refused() {
        assert!(blanked(&["fails"]).unwrap_err().to_string().contains("fails"));
    }
}
