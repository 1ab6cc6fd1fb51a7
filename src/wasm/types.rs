//! What goes out to JavaScript, as serde types from which the TypeScript declarations are generated; events are in
//! [`crate::api::action`]. What comes in is in `incoming`.
//!
//! Nothing is wider than 32 bits but as `f64`: phones have no BigInt.

use serde::{Serialize, Serializer};
use tsify::Tsify;

/// An HTTP request without its body.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct HttpRequest<'a> {
    pub uploader_id: u32,
    pub id: u32,
    pub method: &'a str,
    pub url: &'a str,
    #[serde(serialize_with = "lines_as_map")]
    #[tsify(type = "Record<string, string>")]
    pub headers: &'a str,
    /// ms
    pub timeout: f64,
}

/// A whole file as a multipart/form-data POST.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct FormUpload<'a> {
    pub uploader_id: u32,
    pub id: u32,
    pub url: &'a str,
    pub path: &'a str,
    /// The other fields of the form.
    #[serde(serialize_with = "lines_as_map")]
    #[tsify(type = "Record<string, string>")]
    pub fields: &'a str,
    /// ms
    pub timeout: f64,
}

/// Lines `name: value` as an object.
fn lines_as_map<S: Serializer>(lines: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(lines.lines().filter_map(|line| line.split_once(": ")))
}
