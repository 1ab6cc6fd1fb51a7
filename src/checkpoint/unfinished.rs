//! The unfinished uploads of a scope, as `unfinished()` and `getCheckpoint(file)` report them.

use super::{chunk, chunk_key, head_key, index, index_key, Head};
use serde::Serialize;

/// An upload that can go on. No member is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Unfinished {
    /// The file's name.
    pub name: String,
    /// Bytes of the file.
    pub size: u64,
    /// The path under which the file came last; it may no longer exist.
    pub url: String,
    /// Empty while VOD has given none.
    pub video_id: String,
    /// Bytes that OSS has acknowledged.
    pub loaded: u64,
    /// Bytes in all, the same as `size`.
    pub total: u64,
    /// When the record was last noted in the index, ms since 1970 by the phone's clock.
    pub saved_at: i64,
}

/// Reads index, heads and chunks through `load`, which gives the value of a storage key, empty for an absent one.
/// `scope`: the option `userScope`; `now`: the phone's clock, ms.
pub fn unfinished(scope: &str, now: i64, mut load: impl FnMut(&str) -> String) -> Vec<Unfinished> {
    let rows = index::read(&load(&index_key()));
    let mut found = Vec::new();
    for row in index::of_scope(&rows, scope, now) {
        let Some(head) = Head::read(&load(&head_key(&row.name))) else { continue };
        let chunks =
            (0..head.chunks).map(|number| chunk::loaded(&load(&chunk_key(&row.name, number)), &head.upload_id));
        let loaded = chunks.fold(0, u64::saturating_add).min(head.size);
        found.push(Unfinished {
            name: head.file_name,
            size: head.size,
            url: head.url,
            video_id: head.video_id,
            loaded,
            total: head.size,
            saved_at: row.touched,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::name;
    use crate::multipart::{Etag, UploadedPart};
    use std::collections::BTreeMap;

    #[test]
    fn what_is_stored_is_listed_for_its_scope() {
        let mut storage = BTreeMap::new();
        let mut rows = Vec::new();
        for (scope, size) in [("a", 100), ("b", 200), ("a", 300)] {
            let name = name(scope, "cn-shanghai", size, 1);
            let head = Head {
                size,
                file_name: format!("{size}.mp4"),
                video_id: "v".into(),
                upload_id: "U".into(),
                chunks: 2,
                ..Head::default()
            };
            storage.insert(head_key(&name), head.write());
            let part =
                |number| UploadedPart { number, offset: 0, length: 40, crc: 1, etag: Etag::new("x"), checked: false };
            let stored = [part(1), part(65)];
            for number in [1, 65] {
                let text = chunk::Writer::default().write("U", number, &stored);
                storage.insert(chunk_key(&name, chunk::of(number)), text);
            }
            index::touch(&mut rows, &name, size as i64, Some(2));
        }
        storage.insert(index_key(), index::write(&rows));
        let list = |scope, now| unfinished(scope, now, |key| storage.get(key).cloned().unwrap_or_default());
        let found: Vec<_> = list("a", 400).into_iter().map(|u| (u.name, u.loaded, u.total, u.saved_at)).collect();
        assert_eq!(found, [("300.mp4".into(), 80, 300, 300), ("100.mp4".into(), 80, 100, 100)]);
        assert_eq!(list("b", 400).len(), 1);
        assert!(list("", 400).is_empty());
        assert_eq!(
            serde_json::to_string(&list("b", 400)).unwrap(),
            r#"[{"name":"200.mp4","size":200,"url":"","videoId":"v","loaded":80,"total":200,"savedAt":200}]"#
        );
        assert!(unfinished("a", 400, |_| String::new()).is_empty());
    }
}
