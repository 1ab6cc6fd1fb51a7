//! Networks that were measured before, by WeChat's name for them.

use serde::Serialize;

/// What was measured of a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LinkRecord {
    /// WeChat's name: wifi, 5g, 4g, …
    pub network: String,
    /// Bytes a second.
    pub rate: u64,
    /// Round trip, ms.
    pub trip: u64,
    /// When, by the phone's clock, ms.
    pub measured_at: i64,
}

/// One record a network, the newest first.
#[derive(Debug, Default)]
pub struct LinkMemory {
    records: Vec<LinkRecord>,
}

impl LinkMemory {
    /// Takes a record over unless a newer one of the same network is known.
    pub fn keep(&mut self, record: LinkRecord) {
        if let Some(at) = self.records.iter().position(|known| known.network == record.network) {
            if self.records[at].measured_at > record.measured_at {
                return;
            }
            self.records.remove(at);
        }
        self.records.insert(0, record);
    }

    /// What is known of this network, if it was measured at most `age` ms ago.
    pub fn find(&self, network: &str, now: i64, age: i64) -> Option<&LinkRecord> {
        let fresh = |record: &&LinkRecord| (0..=age).contains(&(now - record.measured_at));
        self.records.iter().find(|record| record.network == network).filter(fresh)
    }

    pub fn records(&self) -> &[LinkRecord] {
        &self.records
    }
}
