//! The class that the package calls.

use super::driver::Driver;
use super::host::{Fields, Host};
use crate::engine::Engine;
use crate::event::{Event, NewFile, StsText};
use crate::options::{Authoriser, Options, Transport};
use crate::oss::sign::Signature;
use std::rc::Rc;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub struct Core(Rc<Driver>);

/// What the app does; the arguments are those of `Core` in js-glue/src/host.ts.
#[derive(Clone, Copy)]
enum Command {
    Add,
    Start,
    Stop,
    Clean,
    Remove,
    Cancel,
    Resume,
    Pause,
    SetAuth,
    ResumeAuth,
    SetSts,
    ResumeSts,
    SetDirect,
    Credential,
    CredentialFailed,
    Hide,
    Show,
    Network,
    Memory,
    Tick,
    UploadProgress,
}

// Every method takes its arguments as one JavaScript array: typed ones would be unpacked in each of them, once here
// and once in the script.
#[wasm_bindgen]
impl Core {
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host, options: &Fields) -> Core {
        // What a panic says is for us: the shipped module has no text for it, and ends at once.
        #[cfg(debug_assertions)]
        console_error_panic_hook::set_once();
        Core(Driver::new(host, Engine::new(read(options))))
    }

    #[wasm_bindgen(variadic)]
    pub fn add(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Add, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn start(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Start, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn stop(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Stop, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn clean(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Clean, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn remove(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Remove, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn cancel(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Cancel, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn resume(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Resume, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn pause(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Pause, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn set_auth(&self, args: Fields) -> bool {
        self.0.tell(event(Command::SetAuth, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn resume_auth(&self, args: Fields) -> bool {
        self.0.tell(event(Command::ResumeAuth, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn set_sts(&self, args: Fields) -> bool {
        self.0.tell(event(Command::SetSts, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn resume_sts(&self, args: Fields) -> bool {
        self.0.tell(event(Command::ResumeSts, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn set_direct(&self, args: Fields) -> bool {
        self.0.tell(event(Command::SetDirect, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn credential(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Credential, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn credential_failed(&self, args: Fields) -> bool {
        self.0.tell(event(Command::CredentialFailed, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn hide(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Hide, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn show(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Show, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn network(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Network, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn memory(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Memory, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn tick(&self, args: Fields) -> bool {
        self.0.tell(event(Command::Tick, args))
    }

    #[wasm_bindgen(variadic)]
    pub fn upload_progress(&self, args: Fields) -> bool {
        self.0.tell(event(Command::UploadProgress, args))
    }
}

#[inline(never)]
fn event(command: Command, args: Fields) -> Event {
    let text = |at: &str| args.text(at);
    let id = args.number("0") as u32;
    match command {
        Command::Add => Event::Add(NewFile {
            id,
            path: text("1"),
            name: text("2"),
            kind: args.number("3") as u32,
            endpoint: text("4"),
            bucket: text("5"),
            object: text("6"),
            param_data: text("7"),
            cover: text("8"),
        }),
        Command::Start => Event::Start,
        Command::Stop => Event::Stop,
        Command::Clean => Event::Clean,
        Command::Remove => Event::Remove(id),
        Command::Cancel => Event::Cancel(id),
        Command::Resume => Event::Resume(id),
        Command::Pause => Event::Pause(id),
        Command::SetAuth => Event::SetAuth { id, auth: text("1"), address: text("2"), video_id: text("3") },
        Command::ResumeAuth => Event::ResumeAuth(text("0")),
        Command::SetSts => {
            Event::SetSts { id, token: sts(text("1"), text("2"), text("3"), text("4")), video_id: text("5") }
        }
        Command::ResumeSts => Event::ResumeSts(sts(text("0"), text("1"), text("2"), text("3"))),
        Command::SetDirect => Event::SetDirect { id, token: sts(text("1"), text("2"), text("3"), text("4")) },
        Command::Credential => Event::Credential { id, json: text("1") },
        Command::CredentialFailed => Event::CredentialFailed { id, code: text("1"), message: text("2") },
        Command::Hide => Event::Hide,
        Command::Show => Event::Show,
        Command::Network => Event::Network { connected: args.flag("0"), kind: text("1") },
        Command::Memory => Event::Memory,
        Command::Tick => Event::Tick,
        Command::UploadProgress => Event::UploadProgress { id, sent: args.number("1") as u64 },
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
fn read(o: &Fields) -> Options {
    Options {
        user_id: o.text("userId"),
        region: o.text("region"),
        retry_count: o.number("retryCount") as u32,
        retry_wait: (o.number("retryDuration") * 1000.0) as i64,
        timeout: o.number("timeout") as i64,
        part_size: o.number("partSize") as u64,
        parallel: o.number("parallel") as u32,
        parallel_files: o.number("parallelFiles") as u32,
        cname: o.flag("cname"),
        signature: if o.text("signature") == "v1" { Signature::V1 } else { Signature::V4 },
        crc: o.flag("crc"),
        checkpoint: o.flag("checkpoint"),
        transport: match o.text("transport").as_str() {
            "request" => Transport::Request,
            "uploadFile" => Transport::UploadFile,
            _ => Transport::Auto,
        },
        authoriser: match o.text("credentials").as_str() {
            "auth" => Authoriser::Auth,
            "sts" => Authoriser::Sts,
            _ => Authoriser::Callbacks,
        },
        expired_handled: o.flag("expiredHandled"),
        seed: o.number("seed") as u64,
        network: o.text("networkType"),
    }
}
