//! Blanks the panic locations among the module's data: the places in the source that panics would tell, and the names of
//! the files. With the panics cut nobody reads them, and zeros weigh nothing once they are packed.

use std::ops::Range;

use anyhow::Result;

use super::data::{self, Segment};

/// A `core::panic::Location` on wasm32: address and length of the file's name, line, column.
const LOCATION: usize = 16;

pub fn blank(module: &[u8]) -> Result<Vec<u8>> {
    let Some(mut segments) = data::segments(module)? else { return Ok(module.to_vec()) };
    let mut blanks = Vec::new();
    for (n, segment) in segments.iter().enumerate() {
        let mut at = segment.address.next_multiple_of(4) as usize - segment.address as usize;
        while let Some(record) = segment.bytes.get(at..at + LOCATION) {
            if let Some((of, name)) = file_name(record, &segments) {
                blanks.push((n, at..at + LOCATION));
                blanks.push((of, name));
                at += LOCATION;
            } else {
                at += 4;
            }
        }
    }
    for (segment, range) in blanks {
        segments[segment].bytes[range].fill(0);
    }
    data::replace(module, &segments)
}

/// Where the file's name lies that this record tells, if it is a location.
fn file_name(record: &[u8], segments: &[Segment]) -> Option<(usize, Range<usize>)> {
    let word = |n: usize| Some(u32::from_le_bytes(record.get(n * 4..n * 4 + 4)?.try_into().ok()?));
    let (address, length, line, column) = (word(0)?, word(1)? as usize, word(2)?, word(3)?);
    if !(1..1 << 20).contains(&line) || !(1..1 << 12).contains(&column) {
        return None;
    }
    segments.iter().enumerate().find_map(|(n, segment)| {
        let start = address.checked_sub(segment.address)? as usize;
        let name = segment.bytes.get(start..start.checked_add(length)?)?;
        let is_path = name.ends_with(b".rs") && name.iter().all(|c| c.is_ascii_graphic());
        is_path.then_some((n, start..start + length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_data(address: u32, bytes: &[u8]) -> Vec<u8> {
        let text: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
        wat::parse_str(format!(r#"(module (memory 2) (data (i32.const {address}) "{text}"))"#)).unwrap()
    }

    fn data_of(module: &[u8]) -> Vec<u8> {
        data::segments(module).unwrap().unwrap().remove(0).bytes
    }

    fn words(words: [u32; 4]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    #[test]
    fn a_location_and_its_file_go_and_nothing_else() {
        let mut bytes = b"src/lib.rs\0told".to_vec();
        bytes.push(0);
        bytes.extend(words([1024, 10, 7, 9]));
        bytes.extend(words([1024, 10, 7, 9]));
        bytes.extend(words([1035, 4, 7, 9]));
        bytes.extend([1, 2, 3]);
        let data = data_of(&blank(&with_data(1024, &bytes)).unwrap());
        let mut expected = vec![0; 10];
        expected.extend(b"\0told\0");
        expected.extend([0; 32]);
        expected.extend(words([1035, 4, 7, 9]));
        expected.extend([1, 2, 3]);
        assert_eq!(data, expected);
    }

    #[test]
    fn records_are_found_at_odd_beginnings() {
        let mut bytes = b"a.rs\0\0\0".to_vec();
        bytes.extend(words([1025, 4, 1, 1]));
        assert_eq!(data_of(&blank(&with_data(1025, &bytes)).unwrap()), vec![0; 23]);
    }

    #[test]
    fn what_only_looks_alike_stays() {
        for record in [[1024, 5, 1, 1], [1024, 4, 0, 1], [1024, 4, 1, 0], [9000, 4, 1, 1], [u32::MAX, 4, 1, 1]] {
            let mut bytes = b"a.rs".to_vec();
            bytes.extend(words(record));
            assert_eq!(data_of(&blank(&with_data(1024, &bytes)).unwrap()), bytes, "{record:?}");
        }
    }

    #[test]
    fn other_modules_are_left_alone() {
        for wat in ["(module)", r#"(module (memory 1) (data "a.rs"))"#] {
            let module = wat::parse_str(wat).unwrap();
            assert_eq!(blank(&module).unwrap(), module);
        }
    }
}
