//! The checkpoint of a file in the phone's storage.

use crate::checkpoint::chunk::Writer;

/// Where a file's checkpoint lies, and what of it was written.
#[derive(Default)]
pub struct CheckpointRecord {
    /// Name of the checkpoint; empty while the file has none.
    pub name: String,
    /// When the upload was begun, by the phone's clock, ms; 0: not yet.
    pub created: i64,
    /// Chunks of parts that were written.
    pub chunks: u32,
    /// Another uploader is sending the same file: its end is awaited.
    pub awaited: bool,
    /// Modification time of the file when that wait ended: it is inspected again, and ends with the other one's success if it is
    /// still the same.
    pub waited: Option<i64>,
    /// Since when that one waits for the app's credential, monotonic ms; 0: it does not.
    pub idle_since: i64,
    /// When another uploader was found to have uploaded the same file, monotonic ms.
    pub shared_at: Option<i64>,
    pub writer: Writer,
}
