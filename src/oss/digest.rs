//! SHA-1, SHA-256 and the HMACs that sign every request.
//!
//! By hand, and held to the crates `hmac`, `sha1` and `sha2` by the tests: those are 3 KB of the package, because each hash brings
//! a copy of the buffers and traits around it.

const BLOCK: usize = 64;

/// What tells one hash from the other.
struct Hash {
    start: [u32; 8],
    /// Words of the state that are the digest.
    words: usize,
    /// Takes a block in.
    compress: fn(&mut [u32; 8], [u32; 16]),
}

const SHA1: Hash = Hash {
    start: [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0, 0, 0, 0],
    words: 5,
    compress: sha1_block,
};

const SHA256: Hash = Hash {
    start: [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19],
    words: 8,
    compress: sha256_block,
};

/// HMAC-SHA1: OSS V1 and the VOD RPC signature.
pub fn hmac_sha1(key: &[u8], text: &[u8]) -> Vec<u8> {
    SHA1.hmac(key, text)
}

/// HMAC-SHA256: OSS V4.
pub fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    SHA256.hmac(key, text)
}

pub fn sha256(text: &[u8]) -> Vec<u8> {
    SHA256.of(&[], text)
}

impl Hash {
    /// Of one text after the other. Texts are short: a request's canonical form at most.
    #[inline(never)]
    fn of(&self, first: &[u8], second: &[u8]) -> Vec<u8> {
        let length = first.len() + second.len();
        let mut bytes = Vec::with_capacity(length + BLOCK + 9);
        bytes.extend_from_slice(first);
        bytes.extend_from_slice(second);
        bytes.push(0x80);
        bytes.resize((length + 9).next_multiple_of(BLOCK) - 8, 0);
        bytes.extend_from_slice(&(length as u64 * 8).to_be_bytes());
        let mut state = self.start;
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let mut block = [0; 16];
            for word in &mut block {
                let Some((bytes, after)) = rest.split_first_chunk() else { break };
                *word = u32::from_be_bytes(*bytes);
                rest = after;
            }
            (self.compress)(&mut state, block);
        }
        bytes.clear();
        for word in state.iter().take(self.words) {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    /// RFC 2104.
    #[inline(never)]
    fn hmac(&self, key: &[u8], text: &[u8]) -> Vec<u8> {
        let mut pad = if key.len() > BLOCK { self.of(&[], key) } else { key.to_vec() };
        pad.resize(BLOCK, 0);
        let flip = |pad: &mut [u8], by: u8| pad.iter_mut().for_each(|byte| *byte ^= by);
        flip(&mut pad, 0x36);
        let inner = self.of(&pad, text);
        flip(&mut pad, 0x36 ^ 0x5c);
        self.of(&pad, &inner)
    }
}

/// FIPS 180-4, 6.1.2.
fn sha1_block(state: &mut [u32; 8], mut w: [u32; 16]) {
    let [mut a, mut b, mut c, mut d, mut e, ..] = *state;
    for t in 0..80 {
        let word = if t < 16 {
            w[t]
        } else {
            (w[(t + 13) % 16] ^ w[(t + 8) % 16] ^ w[(t + 2) % 16] ^ w[t % 16]).rotate_left(1)
        };
        w[t % 16] = word;
        let (f, k) = match t / 20 {
            0 => (d ^ (b & (c ^ d)), 0x5a827999),
            1 => (b ^ c ^ d, 0x6ed9eba1),
            2 => ((b & c) | (d & (b | c)), 0x8f1bbcdc),
            _ => (b ^ c ^ d, 0xca62c1d6u32),
        };
        let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(word);
        (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
    }
    add(state, [a, b, c, d, e, 0, 0, 0]);
}

thread_local! {
    /// Reckoned once: 256 bytes of chance cannot be packed, what makes them can (0.1 KB of the package).
    static K: [u32; 64] = cube_roots();
}

/// The first 32 bits of the fractions of the cube roots of the first 64 primes.
fn cube_roots() -> [u32; 64] {
    let mut number: u32 = 1;
    let mut all = [0; 64];
    for bits in &mut all {
        number += 1;
        while (2..number).any(|divisor| number % divisor == 0) {
            number += 1;
        }
        let cube = f64::from(number);
        // Newton's way, from above the largest of them.
        let mut root = 7.0;
        for _ in 0..12 {
            root -= (root - cube / (root * root)) / 3.0;
        }
        *bits = (root * 4_294_967_296.0) as u64 as u32;
    }
    all
}

/// FIPS 180-4, 6.2.2.
fn sha256_block(state: &mut [u32; 8], w: [u32; 16]) {
    K.with(|k| sha256_rounds(state, w, k));
}

fn sha256_rounds(state: &mut [u32; 8], mut w: [u32; 16], k: &[u32; 64]) {
    let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = *state;
    for (t, k) in k.iter().enumerate() {
        let mut word = w[t % 16];
        if t >= 16 {
            let (x, y) = (w[(t + 1) % 16], w[(t + 14) % 16]);
            let x = x.rotate_right(7) ^ x.rotate_right(18) ^ (x >> 3);
            let y = y.rotate_right(17) ^ y.rotate_right(19) ^ (y >> 10);
            word = word.wrapping_add(x).wrapping_add(w[(t + 9) % 16]).wrapping_add(y);
            w[t % 16] = word;
        }
        let sum = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
        let first = h.wrapping_add(sum).wrapping_add(g ^ (e & (f ^ g))).wrapping_add(*k).wrapping_add(word);
        let sum = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
        let second = sum.wrapping_add((a & b) | (c & (a | b)));
        (a, b, c, d, e, f, g, h) = (first.wrapping_add(second), a, b, c, d.wrapping_add(first), e, f, g);
    }
    add(state, [a, b, c, d, e, f, g, h]);
}

fn add(state: &mut [u32; 8], after: [u32; 8]) {
    for (word, more) in state.iter_mut().zip(after) {
        *word = word.wrapping_add(more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, Mac};
    use sha2::Digest;

    fn mac<M: Mac + hmac::digest::KeyInit>(key: &[u8], text: &[u8]) -> Vec<u8> {
        let mut mac = <M as hmac::digest::KeyInit>::new_from_slice(key).unwrap();
        mac.update(text);
        mac.finalize().into_bytes().to_vec()
    }

    #[test]
    fn as_the_crates_have_them() {
        let bytes: Vec<u8> = (0..300u32).map(|n| (n * n / 7) as u8).collect();
        for length in 0..bytes.len() {
            let text = &bytes[..length];
            assert_eq!(sha256(text), sha2::Sha256::digest(text).to_vec(), "{length}");
            assert_eq!(SHA1.of(&[], text), sha1::Sha1::digest(text).to_vec(), "{length}");
            for key in [0, 1, 20, 63, 64, 65, 200] {
                let key = &bytes[bytes.len() - key..];
                assert_eq!(hmac_sha1(key, text), mac::<Hmac<sha1::Sha1>>(key, text));
                assert_eq!(hmac_sha256(key, text), mac::<Hmac<sha2::Sha256>>(key, text));
            }
        }
    }
}
