//! A module's data: what lies in its memory from the beginning, and where.

use anyhow::Result;
use wasm_encoder::{ConstExpr, DataSection};
use wasmparser::{DataKind, Operator, Parser, Payload};

use super::sections;

pub struct Segment {
    pub address: u32,
    pub bytes: Vec<u8>,
}

/// None where a segment is not what a linker makes of plain data: then there are no locations to be known by their address.
pub fn segments(module: &[u8]) -> Result<Option<Vec<Segment>>> {
    let mut segments = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::DataSection(data) = payload? else { continue };
        for segment in data {
            let segment = segment?;
            let DataKind::Active { memory_index: 0, offset_expr } = segment.kind else { return Ok(None) };
            let Operator::I32Const { value } = offset_expr.get_operators_reader().read()? else { return Ok(None) };
            segments.push(Segment { address: value as u32, bytes: segment.data.to_vec() });
        }
    }
    Ok((!segments.is_empty()).then_some(segments))
}

/// The same module with other data.
pub fn replace(module: &[u8], segments: &[Segment]) -> Result<Vec<u8>> {
    sections::rewrite(module, |payload, out| {
        let is_data = matches!(payload, Payload::DataSection(_));
        if is_data {
            let mut data = DataSection::new();
            for segment in segments {
                data.active(0, &ConstExpr::i32_const(segment.address as i32), segment.bytes.iter().copied());
            }
            out.section(&data);
        }
        Ok(is_data)
    })
}
