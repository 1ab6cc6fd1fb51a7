//! The functions that the package calls.

use super::driver::Driver;
use super::host::{text, Fields, Host};
use crate::api::event::{Event, FileError, FileStat, HttpResponse, NewFile, StsText};
use crate::api::options::{Authoriser, Options, Transport};
use crate::engine::Engine;
use crate::flow::shared::SharedState;
use crate::oss::signer::Signature;
use crate::wechat::{file_trouble, no_answer, TransportErrorKind};
use wasm_bindgen::prelude::*;

thread_local! {
    /// Of all uploaders of the app: one instance of the module serves them.
    static COMMON: SharedState = SharedState::default();
}

macro_rules! commands {
    ($($name:ident)*) => {
        #[derive(Clone, Copy)]
        enum Command {
            $($name),*
        }
        const COMMANDS: &[Command] = &[$(Command::$name),*];
    };
}

// What the engine is told, by its place here: js-glue/src/host.ts has the same list with the arguments.
commands! {
    Add Start Stop Clean Remove Cancel Resume Pause SetAuth ResumeAuth SetSts ResumeSts SetDirect Credential CredentialFailed
    Hide Show Network Memory Tick UploadProgress HttpResponse Stat Read Digest
}

/// A new engine; its number, which is where it lies. It lives as long as its instance: nothing frees it, and what would take it
/// apart is not in the module. An exported class would bring counts of its users along, and what checks them.
#[wasm_bindgen]
pub fn open(host: Host, options: Fields) -> *const Driver {
    console_error_panic_hook::set_once();
    Box::into_raw(Box::new(Driver::new(host, Engine::with_shared(read(&options), COMMON.with(SharedState::clone)))))
}

/// One function, and all its arguments in one array: each of its own would be unpacked twice, here and in the script.
///
/// # Safety
/// `core` is a number that [`open`] gave.
#[wasm_bindgen]
pub unsafe fn tell(core: *const Driver, command: usize, args: Fields) -> bool {
    let driver = unsafe { &*core };
    COMMANDS.get(command).is_some_and(|command| driver.tell(event(driver, *command, &args)))
}

#[inline(never)]
fn event(driver: &Driver, command: Command, args: &Fields) -> Event {
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
        Command::UploadProgress => Event::UploadProgress { id, sent: args.number("1") as i64 },
        Command::HttpResponse => {
            let (status, headers, body) = (args.number("1") as u16, text("2"), text("3"));
            let answer = match status {
                // No status of HTTP is so low.
                0..100 => no_answer(status, &headers),
                _ => HttpResponse { status, headers, body, failure: TransportErrorKind::default() },
            };
            Event::Response { id, answer }
        }
        Command::Stat => Event::Stat { op: id, result: facts(&args.at("1")) },
        Command::Read => driver.read(id, args.at("1"), facts(&args.at("2")), args.number("3") as u32),
        Command::Digest => Event::Digest { id, md5: text("1") },
    }
}

fn facts(found: &Fields) -> Result<FileStat, FileError> {
    let size = found.number("0");
    if size >= 0.0 {
        Ok(FileStat { size: size as u64, mtime: found.number("1") as i64 })
    } else {
        Err(file_trouble(&text(found)))
    }
}

/// Where a JSON text breaks, in words; empty when it does not.
#[wasm_bindgen]
pub fn json_error(json: JsValue) -> JsValue {
    let text = crate::vod::ParamData::parse(&text(&json)).err().filter(|e| !e.too_deep).map(|e| e.to_string());
    JsValue::from_str(&text.unwrap_or_default())
}

fn sts(access_key_id: String, access_key_secret: String, security_token: String, expiration: String) -> StsText {
    StsText { access_key_id, access_key_secret, security_token, expiration }
}

/// Rules and defaults of the options are the package's; here they are only taken over. Where 0, or none, is the default, it
/// says nothing.
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
        crc: o.text("integrity") != "off",
        // On unless it is said to be off.
        checkpoint: o.number("checkpoint") != 0.0,
        transport: match o.text("transport").as_str() {
            "request" => Transport::Request,
            "uploadFile" => Transport::UploadFile,
            _ => Transport::Auto,
        },
        authoriser: match o.number("credentials") as u32 {
            1 => Authoriser::Auth,
            2 => Authoriser::Sts,
            _ => Authoriser::Callbacks,
        },
        expired_handled: o.flag("expiredHandled"),
        seed: o.number("seed") as u64,
        network: o.text("networkType"),
    }
}
