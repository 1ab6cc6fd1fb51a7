//! What is fuzzed: each target takes any bytes and panics when something is not as it must be.

mod checkpoint;
mod credential;
mod events;
mod json;
mod param_data;
mod xml;

#[derive(Clone, Copy)]
pub struct Target {
    /// Also its corpus's folder.
    pub name: &'static str,
    pub run: fn(&[u8]),
}

pub const ALL: [Target; 6] = [
    Target { name: "xml", run: xml::run },
    Target { name: "json", run: json::run },
    Target { name: "credential", run: credential::run },
    Target { name: "checkpoint", run: checkpoint::run },
    Target { name: "param_data", run: param_data::run },
    Target { name: "events", run: events::run },
];
