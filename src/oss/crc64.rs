//! CRC-64/XZ, which OSS calls crc64ecma: reflected polynomial, register and result inverted.
//! OSS answers it for every part and every object, in unsigned decimal.

use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// ECMA-182, reflected.
const POLYNOMIAL: u64 = 0xC96C_5795_D787_0F42;
/// Bytes a step: 32 tables of 256 entries, 64 KB. Eight bytes of a step are mixed with the register, which takes
/// more instructions than the others do: JavaScriptCore without its JIT (an iPhone in lockdown mode) makes 102 MB/s with 32 bytes and 88
/// with 16, where V8 makes 1.2 and 2.0 GB/s (tests/bench, `work`).
const STEP: usize = 32;

/// Filled at the first use. Relaxed atomics are plain loads and stores on every target here and need no `unsafe`; a static
/// has an address that is known when linking.
static TABLES: [AtomicU64; STEP * 256] = [const { AtomicU64::new(0) }; STEP * 256];
static FILLED: AtomicBool = AtomicBool::new(false);

fn fill() {
    if FILLED.load(Ordering::Acquire) {
        return;
    }
    for (index, entry) in TABLES.iter().enumerate() {
        let before = index.checked_sub(256).and_then(|before| TABLES.get(before));
        let value = match before {
            None => (0..8).fold(index as u64, |value, _| (value >> 1) ^ if value & 1 == 1 { POLYNOMIAL } else { 0 }),
            Some(before) => {
                let before = before.load(Ordering::Relaxed);
                before >> 8 ^ table(0, before as u8)
            }
        };
        entry.store(value, Ordering::Relaxed);
    }
    FILLED.store(true, Ordering::Release);
}

#[inline(always)]
fn table(number: usize, byte: u8) -> u64 {
    // The mask keeps the compiler from a bounds check; number is below STEP everywhere.
    TABLES[(number % STEP) * 256 + byte as usize].load(Ordering::Relaxed)
}

/// A CRC being computed.
pub struct Crc64 {
    register: u64,
}

impl Default for Crc64 {
    fn default() -> Self {
        Self::new()
    }
}

impl Crc64 {
    /// The CRC of no bytes.
    pub fn new() -> Self {
        fill();
        Self { register: !0 }
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        let mut register = self.register;
        let mut rest = bytes;
        while let Some((block, after)) = rest.split_first_chunk::<STEP>() {
            rest = after;
            let [b0, b1, b2, b3, b4, b5, b6, b7, later @ ..] = block;
            let low = u64::from_le_bytes([*b0, *b1, *b2, *b3, *b4, *b5, *b6, *b7]) ^ register;
            register = table(31, low as u8)
                ^ table(30, (low >> 8) as u8)
                ^ table(29, (low >> 16) as u8)
                ^ table(28, (low >> 24) as u8)
                ^ table(27, (low >> 32) as u8)
                ^ table(26, (low >> 40) as u8)
                ^ table(25, (low >> 48) as u8)
                ^ table(24, (low >> 56) as u8)
                ^ table(23, later[0])
                ^ table(22, later[1])
                ^ table(21, later[2])
                ^ table(20, later[3])
                ^ table(19, later[4])
                ^ table(18, later[5])
                ^ table(17, later[6])
                ^ table(16, later[7])
                ^ table(15, later[8])
                ^ table(14, later[9])
                ^ table(13, later[10])
                ^ table(12, later[11])
                ^ table(11, later[12])
                ^ table(10, later[13])
                ^ table(9, later[14])
                ^ table(8, later[15])
                ^ table(7, later[16])
                ^ table(6, later[17])
                ^ table(5, later[18])
                ^ table(4, later[19])
                ^ table(3, later[20])
                ^ table(2, later[21])
                ^ table(1, later[22])
                ^ table(0, later[23]);
        }
        for byte in rest {
            register = register >> 8 ^ table(0, register as u8 ^ byte);
        }
        self.register = register;
    }

    /// The CRC of the bytes added so far.
    pub fn finish(&self) -> u64 {
        !self.register
    }
}

/// What appending so many zeros does to a CRC: it multiplies by a power of x. The product is taken in the field itself,
/// which needs no matrices as zlib's does.
#[derive(Clone, Copy, Debug)]
pub struct Shift(u64);

impl Shift {
    /// For `length` zero bytes.
    pub fn by(length: u64) -> Self {
        // x^0; bit 63 stands for it.
        let mut shift = 1 << 63;
        // x^8: one byte of zeros.
        let mut power = 1 << (63 - 8);
        let mut rest = length;
        while rest > 0 {
            if rest & 1 == 1 {
                shift = product(shift, power);
            }
            power = product(power, power);
            rest >>= 1;
        }
        Shift(shift)
    }

    /// The CRC of `a` followed by `b`, which has the length of the shift.
    pub fn combine(self, a: u64, b: u64) -> u64 {
        product(a, self.0) ^ b
    }
}

/// The CRC of `a` followed by `b`, from theirs and b's length in bytes.
pub fn combine(a: u64, b: u64, len_b: u64) -> u64 {
    Shift::by(len_b).combine(a, b)
}

fn product(a: u64, b: u64) -> u64 {
    let mut out = 0;
    let mut shifted = b;
    for bit in (0..64).rev() {
        if a >> bit & 1 == 1 {
            out ^= shifted;
        }
        shifted = (shifted >> 1) ^ if shifted & 1 == 1 { POLYNOMIAL } else { 0 };
    }
    out
}

/// The value of x-oss-hash-crc64ecma.
pub fn parse_decimal(text: &str) -> Option<u64> {
    text.trim().bytes().all(|byte| byte.is_ascii_digit()).then(|| text.trim().parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crc(bytes: &[u8]) -> u64 {
        let mut crc = Crc64::new();
        crc.update(bytes);
        crc.finish()
    }

    fn bitwise(bytes: &[u8]) -> u64 {
        let mut register = !0u64;
        for byte in bytes {
            register ^= u64::from(*byte);
            for _ in 0..8 {
                register = (register >> 1) ^ if register & 1 == 1 { POLYNOMIAL } else { 0 };
            }
        }
        !register
    }

    fn bytes(count: usize) -> Vec<u8> {
        let mut state = 7u64;
        (0..count)
            .map(|_| {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 56) as u8
            })
            .collect()
    }

    #[test]
    fn the_check_value() {
        assert_eq!(crc(b"123456789"), 0x995D_C9BB_DF19_39FA);
        assert_eq!(crc(b""), 0);
    }

    #[test]
    fn every_length_and_every_cut() {
        let data = bytes(100);
        for length in 0..data.len() {
            let part = &data[..length];
            assert_eq!(crc(part), bitwise(part), "{length}");
            for cut in 0..=length {
                let (a, b) = part.split_at(cut);
                let mut whole = Crc64::new();
                whole.update(a);
                whole.update(b);
                assert_eq!(whole.finish(), bitwise(part));
                assert_eq!(combine(crc(a), crc(b), b.len() as u64), bitwise(part));
            }
        }
    }

    #[test]
    fn combining_with_nothing() {
        assert_eq!(combine(5, 0, 0), 5);
        assert_eq!(combine(0, 5, 1 << 40), 5);
    }

    #[test]
    fn decimals_are_unsigned() {
        assert_eq!(parse_decimal("11051210869376104954"), Some(0x995D_C9BB_DF19_39FA));
        assert_eq!(parse_decimal("-7395533204333446662"), None);
        assert_eq!(parse_decimal(""), None);
    }
}
