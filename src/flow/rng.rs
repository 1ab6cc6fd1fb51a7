//! Random numbers from a seed, for jitter and nonces.

/// The generator xorshift64* (Vigna, 2016): the same seed gives the same run. Not for secrets.
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        // Zero is the generator's only fixed point.
        Rng(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// 0 ≤ n < bound; 0 for a bound of 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            0
        } else {
            (self.draw() >> 16) % bound
        }
    }

    /// 32 hexadecimal digits.
    pub fn nonce(&mut self) -> String {
        let mut out = String::with_capacity(32);
        for _ in 0..2 {
            push_hex(&mut out, self.draw());
        }
        out
    }
}

/// The 16 lower-case hexadecimal digits of a number.
pub fn push_hex(out: &mut String, n: u64) {
    for shift in (0..16).rev() {
        out.push(char::from_digit((n >> (shift * 4)) as u32 & 15, 16).unwrap_or('0'));
    }
}
