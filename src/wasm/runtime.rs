//! One instance of the module.

use super::crc::CrcBuffer;
use super::driver::Driver;
use super::host::Host;
use super::incoming::UploaderOptions;
use super::panic;
use super::uploader::Uploader;
use crate::engine::Engine;
use crate::flow::shared::SharedState;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// What all uploaders of a module instance share: the host, the memory limit and the claims on checkpoints.
#[wasm_bindgen]
pub struct Runtime {
    host: Host,
    shared: SharedState,
    crc: Rc<CrcBuffer>,
}

#[wasm_bindgen]
impl Runtime {
    /// Takes the host and has every panic reported to it. One runtime per module instance.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host) -> Runtime {
        panic::install_hook(host.clone());
        Runtime { host, shared: SharedState::default(), crc: Rc::default() }
    }

    /// A new uploader. `id` is what the host knows it by, unique in this runtime.
    #[wasm_bindgen(js_name = createUploader)]
    pub fn create_uploader(&self, id: u32, options: UploaderOptions) -> Uploader {
        let engine = Engine::with_shared(options.into(), self.shared.clone());
        Uploader::new(Driver::new(id, self.host.clone(), engine, self.crc.clone()))
    }

    /// Why a text is not JSON, with line and column; nothing when it is.
    #[wasm_bindgen(js_name = jsonError)]
    pub fn json_error(&self, text: &str) -> Option<String> {
        crate::vod::ParamData::parse(text).err().map(|error| error.to_string())
    }
}
