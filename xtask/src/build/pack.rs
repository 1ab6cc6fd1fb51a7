//! The module's compression, as WeChat unpacks it.

use anyhow::Result;
use brotli::enc::backward_references::BrotliEncoderMode;
use brotli::enc::BrotliEncoderParams;

/// Larger than any module.
const WINDOW_BITS: i32 = 22;

pub fn run(module: &[u8]) -> Result<Vec<u8>> {
    let mut parameters = BrotliEncoderParams {
        quality: 11,
        lgwin: WINDOW_BITS,
        size_hint: module.len(),
        // What a byte of code may be depends on the one before it: an operator and its operand. Left to itself the encoder
        // takes the module for text, because of the texts in it. 1.2 % of the bytes.
        mode: BrotliEncoderMode::BROTLI_FORCE_MSB_PRIOR,
        ..Default::default()
    };
    // How distances are written: 0.2 %.
    parameters.dist.distance_postfix_bits = 1;
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*module, &mut packed, &parameters)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_out_as_it_went_in() {
        let module: Vec<u8> = (0..200_000u64).map(|n| (n * n / 1000) as u8).collect();
        let packed = run(&module).unwrap();
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
        assert!(packed.len() < module.len());
        assert_eq!(unpacked, module);
    }
}
