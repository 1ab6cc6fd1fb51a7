//! The door to JavaScript: the only place that knows wasm-bindgen.
//!
//! [`core::Core`] is what the package calls, [`host::Host`] what it must offer, `driver` performs the engine's
//! actions by asking the host.

mod bytes;
mod core;
mod driver;
mod emit;
mod host;
mod payload;

pub use self::core::{json_error, Core};
pub use self::host::{Fields, Host};
