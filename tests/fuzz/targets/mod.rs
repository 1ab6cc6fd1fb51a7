//! What is fuzzed: each target takes any bytes and panics when something is not as it must be.

mod checkpoint;
mod credential;
mod events;
mod json;
mod param_data;
mod xml;

#[derive(Clone, Copy)]
pub struct ObjectLocation {
    /// Also its corpus's folder.
    pub name: &'static str,
    pub run: fn(&[u8]),
}

pub const ALL: [ObjectLocation; 6] = [
    ObjectLocation { name: "xml", run: xml::run },
    ObjectLocation { name: "json", run: json::run },
    ObjectLocation { name: "credential", run: credential::run },
    ObjectLocation { name: "checkpoint", run: checkpoint::run },
    ObjectLocation { name: "param_data", run: param_data::run },
    ObjectLocation { name: "events", run: events::run },
];
