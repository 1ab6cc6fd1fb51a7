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
    pub writer: Writer,
}
