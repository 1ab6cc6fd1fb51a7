//! Panics on purpose, for the tests of the crash guard. Only with the feature `test-panic`, which is never published.

use wasm_bindgen_futures::spawn_local;

/// A file named `panic-command.*` panics in the call that adds it, `panic-task.*` in an async task after that call.
pub fn trigger(name: &str) {
    if name.starts_with("panic-command") {
        panic!("on purpose, in a command");
    }
    if name.starts_with("panic-task") {
        spawn_local(async { panic!("on purpose, in an async task") });
    }
}
