//! The binding to JavaScript: the only place that knows wasm-bindgen and its companions.
//!
//! [`Runtime`] is one instance of the module, [`Uploader`] one queue of files in it, with a method per command. [`Host`] is
//! what the JavaScript side offers: requests, files, storage, one timer per uploader. A host call that takes time is a promise,
//! awaited in `driver`; its outcome is the engine's next event. What crosses is declared in `types` and `incoming`, from which
//! the TypeScript declarations are generated.

mod crc;
mod driver;
mod host;
mod incoming;
mod panic;
mod runtime;
#[cfg(feature = "test-panic")]
mod test_panic;
mod types;
mod uploader;

pub use self::host::Host;
pub use self::runtime::Runtime;
pub use self::uploader::Uploader;

/// Smaller than the allocator of std, and as good for one thread.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
