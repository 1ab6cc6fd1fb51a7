//! Features that are used and not allowed: the first place of each, and how many more there are.

use std::collections::BTreeMap;

use super::feature::Feature;
use super::finding::Finding;

pub struct Uses<'a> {
    allowed: &'a [Feature],
    seen: BTreeMap<Feature, (String, usize)>,
}

impl<'a> Uses<'a> {
    pub fn new(allowed: &'a [Feature]) -> Self {
        Uses { allowed, seen: BTreeMap::new() }
    }

    pub fn note(&mut self, feature: Feature, place: impl FnOnce() -> String) {
        if !self.allowed.contains(&feature) {
            self.seen.entry(feature).or_insert_with(|| (place(), 0)).1 += 1;
        }
    }

    pub fn findings(self) -> impl Iterator<Item = Finding> {
        self.seen.into_iter().map(|(feature, (place, times))| {
            let more = match times {
                1 => String::new(),
                2 => " and in 1 more place".to_owned(),
                n => format!(" and in {} more places", n - 1),
            };
            Finding::new(format!("uses {feature} ({place}{more})"), feature.remedy())
        })
    }
}
