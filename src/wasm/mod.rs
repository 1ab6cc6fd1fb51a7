//! The door to JavaScript: the only place that knows wasm-bindgen.
//!
//! [`open`] and [`tell`] are what the package calls, [`Host`] what it must offer, `driver` performs the engine's
//! actions by asking the host.

mod bytes;
mod core;
mod driver;
mod emit;
mod host;
mod payload;

pub use self::core::{json_error, open, tell};
pub use self::driver::Driver;
pub use self::host::{Fields, Host};
