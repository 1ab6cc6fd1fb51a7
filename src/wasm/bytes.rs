//! File bytes stay in JavaScript; the module sees them only to add up their CRC, block by block.

use super::host::Host;
use crate::oss::crc64::Crc64;
use std::cell::RefCell;
use wasm_bindgen::JsValue;

/// One crossing carries this much: enough to make its price vanish, small beside the module's memory.
const BLOCK: usize = 64 << 10;

thread_local! {
    /// The one buffer through which file bytes pass, of all uploaders: nothing frees what one of them has.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// CRC-64 of an ArrayBuffer.
pub fn crc(host: &Host, buffer: &JsValue, length: u32) -> u64 {
    SCRATCH.with(|scratch| {
        let scratch = &mut *scratch.borrow_mut();
        scratch.resize(BLOCK, 0);
        let mut crc = Crc64::new();
        let mut at = 0;
        while at < length {
            let n = (length - at).min(BLOCK as u32);
            let block = &mut scratch[..n as usize];
            host.copy(buffer, at, block);
            crc.update(block);
            at += n;
        }
        crc.finish()
    })
}
