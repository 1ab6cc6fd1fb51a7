//! The commands of the app.

use super::driver::Driver;
use super::incoming::{NewFile, StsToken};
use crate::api::event::{self, Event};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A queue of files and their uploads. Commands give true when they had an effect.
#[wasm_bindgen]
pub struct Uploader(Rc<Driver>);

impl Uploader {
    pub(super) fn new(driver: Rc<Driver>) -> Self {
        Uploader(driver)
    }
}

#[wasm_bindgen]
impl Uploader {
    /// Puts a file at the end of the queue.
    #[wasm_bindgen(js_name = addFile)]
    pub fn add_file(&self, file: NewFile) -> bool {
        let file = event::NewFile::from(file);
        #[cfg(feature = "test-panic")]
        super::test_panic::trigger(&file.name);
        self.0.handle_event(Event::Add(file))
    }

    /// Starts a run: files that failed or were stopped are made Ready again.
    pub fn start(&self) -> bool {
        self.0.handle_event(Event::Start)
    }

    /// Ends the run and aborts its requests; what is stored is kept.
    pub fn stop(&self) -> bool {
        self.0.handle_event(Event::Stop)
    }

    /// Stops and empties the queue; what is stored is kept for a later upload of the same files.
    pub fn clear(&self) -> bool {
        self.0.handle_event(Event::Clean)
    }

    /// Cancels the file if need be and takes it out of the queue.
    #[wasm_bindgen(js_name = removeFile)]
    pub fn remove_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Remove(file_id))
    }

    /// Aborts the file's requests and its multipart upload on the server.
    #[wasm_bindgen(js_name = cancelFile)]
    pub fn cancel_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Cancel(file_id))
    }

    /// Makes a canceled or paused file Ready again.
    #[wasm_bindgen(js_name = resumeFile)]
    pub fn resume_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Resume(file_id))
    }

    /// Aborts the file's requests and keeps what is stored; the queue goes on with the next file.
    #[wasm_bindgen(js_name = pauseFile)]
    pub fn pause_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Pause(file_id))
    }

    /// Gives a file the credential and address of CreateUploadVideo, RefreshUploadVideo or CreateUploadImage.
    #[wasm_bindgen(js_name = setUploadAuth)]
    pub fn set_upload_auth(&self, file_id: u32, upload_auth: String, upload_address: String, video_id: String) -> bool {
        self.0.handle_event(Event::SetAuth { id: file_id, auth: upload_auth, address: upload_address, video_id })
    }

    /// Gives the file whose expiry was reported a new credential.
    #[wasm_bindgen(js_name = renewUploadAuth)]
    pub fn renew_upload_auth(&self, upload_auth: String) -> bool {
        self.0.handle_event(Event::ResumeAuth(upload_auth))
    }

    /// Gives a file an STS token, with which the VOD API is called. `video_id`: one that the app knows of; may be empty.
    #[wasm_bindgen(js_name = setStsToken)]
    pub fn set_sts_token(&self, file_id: u32, token: StsToken, video_id: String) -> bool {
        self.0.handle_event(Event::SetSts { id: file_id, token: token.into(), video_id })
    }

    /// Gives the file whose expiry was reported a new STS token.
    #[wasm_bindgen(js_name = renewStsToken)]
    pub fn renew_sts_token(&self, token: StsToken) -> bool {
        self.0.handle_event(Event::ResumeSts(token.into()))
    }

    /// Gives a file an STS token for the endpoint, bucket and object it was added with.
    #[wasm_bindgen(js_name = setDirectToken)]
    pub fn set_direct_token(&self, file_id: u32, token: StsToken) -> bool {
        self.0.handle_event(Event::SetDirect { id: file_id, token: token.into() })
    }

    /// The outcome of `getAuth` or `getSTSToken` as JSON text.
    #[wasm_bindgen(js_name = setCredential)]
    pub fn set_credential(&self, file_id: u32, json: String) -> bool {
        self.0.handle_event(Event::Credential { id: file_id, json })
    }

    /// The same of a call that was given up because it took too long.
    #[wasm_bindgen(js_name = setLateCredential)]
    pub fn set_late_credential(&self, file_id: u32, json: String) -> bool {
        self.0.handle_event(Event::LateCredential { id: file_id, json })
    }

    /// `getAuth` or `getSTSToken` failed. Without a code the engine's own is reported.
    #[wasm_bindgen(js_name = rejectCredential)]
    pub fn reject_credential(&self, file_id: u32, code: String, message: String) -> bool {
        self.0.handle_event(Event::CredentialFailed { id: file_id, code, message })
    }

    /// The app went to the background.
    #[wasm_bindgen(js_name = appHidden)]
    pub fn app_hidden(&self) {
        self.0.handle_event(Event::Hide);
    }

    /// The app is in the foreground again.
    #[wasm_bindgen(js_name = appShown)]
    pub fn app_shown(&self) {
        self.0.handle_event(Event::Show);
    }

    /// The phone's network: wifi, 5g, 4g, 3g, 2g, none, unknown.
    #[wasm_bindgen(js_name = networkChanged)]
    pub fn network_changed(&self, connected: bool, network_type: String) {
        self.0.handle_event(Event::Network { connected, kind: network_type });
    }

    /// The phone is short of memory.
    #[wasm_bindgen(js_name = memoryWarning)]
    pub fn memory_warning(&self) {
        self.0.handle_event(Event::Memory);
    }

    /// Bytes of a request that are sent; 0: it begins now, -1: it waits for a free connection of the platform.
    #[wasm_bindgen(js_name = uploadProgress)]
    pub fn upload_progress(&self, request_id: u32, sent: f64) {
        self.0.handle_event(Event::UploadProgress { id: request_id, sent: sent as i64 });
    }

    /// The time of `Host.setTimer` has come.
    #[wasm_bindgen(js_name = handleTimeout)]
    pub fn handle_timeout(&self) {
        self.0.handle_event(Event::Tick);
    }
}
