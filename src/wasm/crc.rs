//! CRC-64 of bytes that stay in JavaScript: they pass through one buffer, block by block.

use crate::oss::crc64::Crc64;
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;

/// Bytes copied into the module at a time; few calls per part, and little memory.
const BLOCK: u32 = 64 << 10;

/// The buffer through which file bytes pass, shared by all uploaders of a module instance.
#[derive(Default)]
pub struct CrcBuffer(RefCell<Vec<u8>>);

impl CrcBuffer {
    /// CRC-64 of an `ArrayBuffer`.
    pub fn checksum(&self, bytes: &ArrayBuffer) -> u64 {
        let mut buffer = self.0.borrow_mut();
        buffer.resize(BLOCK as usize, 0);
        let mut crc = Crc64::new();
        let length = bytes.byte_length();
        let mut start = 0;
        while start < length {
            let count = (length - start).min(BLOCK);
            let block = &mut buffer[..count as usize];
            Uint8Array::new_with_byte_offset_and_length(bytes, start, count).copy_to(block);
            crc.update(block);
            start += count;
        }
        crc.finish()
    }
}
