//! What an earlier run, or anyone else, left in the phone's storage. Sealed here, so that the fuzzer gets past the checksum.

use vod_upload::checkpoint::{chunk, head::Head, index};
use vod_upload::multipart::plan::{PartPlan, UploadedPart};
use vod_upload::oss::crc64::Crc64;

const SIZE: u64 = 40 << 20;
const UPLOAD: &str = "U";

pub fn run(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for text in [text.to_string(), sealed("v2", &text), sealed("v1", &text)] {
        if let Some(head) = Head::read(&text) {
            assert_eq!(Head::read(&head.write()).as_ref(), Some(&head));
        }
        let rows = index::read(&text);
        if rows.iter().all(|row| !row.former) {
            assert_eq!(index::read(&index::write(&rows)), rows);
        }
        let mut kept = rows.clone();
        let gone = index::touch(&mut kept, "new", Some(1_780_000_000_000), Some(1));
        assert!(kept.len() <= rows.len() + 1 && gone.len() <= rows.len());
        assert!(kept.iter().all(|row| !row.former));
        let mut parts = Vec::new();
        chunk::read(&text, UPLOAD, &mut parts);
        restore(parts);
    }
}

/// Version, the text as lines, checksum.
fn sealed(version: &str, text: &str) -> String {
    let body = format!("{version}\n{text}");
    let mut sum = Crc64::new();
    sum.update(body.as_bytes());
    format!("{body}\n{:016x}", sum.finish())
}

/// What is taken over and what is then sent together are the file: every byte once, in the order of the numbers.
fn restore(stored: Vec<UploadedPart>) {
    let mut parts = PartPlan::default();
    if !parts.restore(UPLOAD, stored.clone(), SIZE) {
        return;
    }
    assert_eq!(parts.loaded(), stored.iter().map(|part| part.length).sum::<u64>());
    let mut all: Vec<(u32, u64, u64)> = stored.iter().map(|part| (part.number, part.offset, part.length)).collect();
    while let Some(cut) = parts.take(SIZE, 1 << 20) {
        all.push((cut.number, cut.offset, cut.length));
    }
    all.sort_unstable();
    let mut end = 0;
    for (at, (number, offset, length)) in all.iter().enumerate() {
        assert!(*offset == end && *length > 0, "{all:?}");
        assert!(at == 0 || all[at - 1].0 < *number, "{all:?}");
        end += length;
    }
    // With all 10,000 numbers used up there may be bytes left, which the server will miss.
    assert!(end == SIZE || all.last().is_some_and(|last| last.0 == 10_000), "{all:?}");
}
