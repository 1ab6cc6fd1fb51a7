//! File bytes stay in JavaScript; the module sees them only to add up their CRC, block by block.

use super::host::Host;
use crate::oss::crc64::Crc64;
use wasm_bindgen::JsValue;

/// One crossing carries this much: enough to make its price vanish, small beside the module's memory.
const BLOCK: usize = 64 << 10;

/// The one buffer through which file bytes pass.
pub struct Scratch(Vec<u8>);

impl Scratch {
    pub fn new() -> Self {
        Scratch(Vec::new())
    }

    /// CRC-64 of an ArrayBuffer.
    pub fn crc(&mut self, host: &Host, buffer: &JsValue, length: u32) -> u64 {
        if self.0.is_empty() {
            self.0 = vec![0; BLOCK];
        }
        let mut crc = Crc64::new();
        let mut at = 0;
        while at < length {
            let n = (length - at).min(BLOCK as u32);
            let block = &mut self.0[..n as usize];
            host.copy(buffer, at, block);
            crc.update(block);
            at += n;
        }
        crc.finish()
    }
}
