//! What was measured of the networks, one line each.

use super::envelope;
use crate::encoding::json;
use crate::flow::rate_control::LinkRecord;

/// The records; those of a damaged text are none.
pub fn read(sealed: &str) -> Vec<LinkRecord> {
    let lines = envelope::open(sealed).into_iter().flatten();
    lines.filter_map(record).collect()
}

fn record(line: &str) -> Option<LinkRecord> {
    let object = json::parse_object(line)?;
    Some(LinkRecord {
        network: object.text("network"),
        rate: object.number("rate")?,
        trip: object.number("trip")?,
        measured_at: object.number("measured_at")?,
    })
}

pub fn write(records: &[LinkRecord]) -> String {
    let mut writer = envelope::Writer::default();
    for record in records {
        writer.line(&json::to_text(record));
    }
    writer.seal()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_damage_is_ignored() {
        let wifi = LinkRecord { network: "wifi".into(), rate: 2_000_000, trip: 40, measured_at: 1_780_272_000_000 };
        let mobile = LinkRecord { network: "4g".into(), rate: 60_000, trip: 200, measured_at: 1_780_272_000_001 };
        let records = vec![wifi, mobile];
        let text = write(&records);
        assert_eq!(read(&text), records);
        assert!(read(&text.replace("4g", "5g")).is_empty());
        assert!(read("").is_empty());
    }
}
