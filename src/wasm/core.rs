//! The class that the package calls.

use super::driver::Driver;
use super::host::{CoreOptions, Host};
use crate::engine::Engine;
use crate::event::{Event, NewFile, StsText};
use crate::options::{Authoriser, Options, Transport};
use crate::oss::sign::Signature;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub struct Core(Rc<Driver>);

#[wasm_bindgen]
impl Core {
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host, options: &CoreOptions) -> Core {
        console_error_panic_hook::set_once();
        Core(Driver::new(host, Engine::new(read(options))))
    }

    #[allow(clippy::too_many_arguments)] // one crossing instead of nine
    pub fn add(
        &self,
        id: u32,
        path: String,
        name: String,
        kind: u32,
        endpoint: String,
        bucket: String,
        object: String,
        param_data: String,
        cover: String,
    ) {
        self.0.tell(Event::Add(NewFile { id, path, name, kind, endpoint, bucket, object, param_data, cover }));
    }

    pub fn start(&self) {
        self.0.tell(Event::Start);
    }

    pub fn stop(&self) {
        self.0.tell(Event::Stop);
    }

    pub fn clean(&self) {
        self.0.tell(Event::Clean);
    }

    pub fn remove(&self, id: u32) {
        self.0.tell(Event::Remove(id));
    }

    pub fn cancel(&self, id: u32) {
        self.0.tell(Event::Cancel(id));
    }

    pub fn resume(&self, id: u32) {
        self.0.tell(Event::Resume(id));
    }

    pub fn pause(&self, id: u32) {
        self.0.tell(Event::Pause(id));
    }

    pub fn set_auth(&self, id: u32, auth: String, address: String, video_id: String) -> bool {
        self.0.tell(Event::SetAuth { id, auth, address, video_id })
    }

    pub fn resume_auth(&self, auth: String) -> bool {
        self.0.tell(Event::ResumeAuth(auth))
    }

    pub fn set_sts(&self, id: u32, key: String, secret: String, token: String, expiration: String) -> bool {
        self.0.tell(Event::SetSts { id, token: sts(key, secret, token, expiration) })
    }

    pub fn resume_sts(&self, key: String, secret: String, token: String, expiration: String) -> bool {
        self.0.tell(Event::ResumeSts(sts(key, secret, token, expiration)))
    }

    pub fn set_direct(&self, id: u32, key: String, secret: String, token: String, expiration: String) -> bool {
        self.0.tell(Event::SetDirect { id, token: sts(key, secret, token, expiration) })
    }

    pub fn credential(&self, id: u32, json: String) {
        self.0.tell(Event::Credential { id, json });
    }

    pub fn credential_failed(&self, id: u32, code: String, message: String) {
        self.0.tell(Event::CredentialFailed { id, code, message });
    }

    pub fn hide(&self) {
        self.0.tell(Event::Hide);
    }

    pub fn show(&self) {
        self.0.tell(Event::Show);
    }

    pub fn network(&self, connected: bool, kind: String) {
        self.0.tell(Event::Network { connected, kind });
    }

    pub fn memory(&self) {
        self.0.tell(Event::Memory);
    }

    pub fn tick(&self) {
        self.0.tell(Event::Tick);
    }

    /// Bytes of a wx.uploadFile that the phone has sent.
    pub fn upload_progress(&self, request: u32, sent: f64) {
        self.0.tell(Event::UploadProgress { id: request, sent: sent as u64 });
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Where a JSON text breaks, in words; empty when it does not.
#[wasm_bindgen]
pub fn json_error(text: &str) -> String {
    crate::text::json::parse(text).err().map(|e| e.text()).unwrap_or_default()
}

fn sts(access_key_id: String, access_key_secret: String, security_token: String, expiration: String) -> StsText {
    StsText { access_key_id, access_key_secret, security_token, expiration }
}

/// Rules and defaults of the options are the package's; here they are only taken over.
fn read(o: &CoreOptions) -> Options {
    Options {
        user_id: o.user_id(),
        region: o.region(),
        retry_count: o.retry_count(),
        retry_wait: (o.retry_duration() * 1000.0) as i64,
        timeout: o.timeout() as i64,
        part_size: o.part_size() as u64,
        parallel: o.parallel(),
        parallel_files: o.parallel_files(),
        cname: o.cname(),
        signature: if o.signature() == "v1" { Signature::V1 } else { Signature::V4 },
        crc: o.crc(),
        checkpoint: o.checkpoint(),
        transport: match o.transport().as_str() {
            "request" => Transport::Request,
            "uploadFile" => Transport::UploadFile,
            _ => Transport::Auto,
        },
        authoriser: match o.credentials().as_str() {
            "auth" => Authoriser::Auth,
            "sts" => Authoriser::Sts,
            _ => Authoriser::Callbacks,
        },
        expired_handled: o.expired_handled(),
        seed: o.seed() as u64,
        network: o.network_type(),
    }
}
