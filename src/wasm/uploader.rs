//! The commands of the app, and the events of the platform that concern all files.

use super::driver::Driver;
use super::incoming::{self, LateAnswer, NewFile, RequestProgress, StsToken, UploadAuth};
use crate::api::event::{self, Event};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A queue of files and their uploads. A command returns true when it had an effect; what follows from it arrives by
/// `Host.emit`. No method throws: wrong input becomes an event `failed` of its file.
#[wasm_bindgen]
pub struct Uploader(Rc<Driver>);

impl Uploader {
    pub(super) fn new(driver: Rc<Driver>) -> Self {
        Uploader(driver)
    }
}

#[wasm_bindgen]
impl Uploader {
    /// Puts a file at the end of the queue, in state Ready. False: a file with this id is in the queue.
    #[wasm_bindgen(js_name = addFile)]
    pub fn add_file(&self, file: NewFile) -> bool {
        let file = event::NewFile::from(file);
        #[cfg(feature = "test-panic")]
        super::test_panic::trigger(&file.name);
        self.0.handle_event(Event::Add(file))
    }

    /// Starts a run: files that failed or were stopped become Ready again. False: a run is under way, or no file is Ready;
    /// in the second case the event `end` follows.
    pub fn start(&self) -> bool {
        self.0.handle_event(Event::Start)
    }

    /// Ends the run and aborts its requests; stored parts are kept. False: no file was being uploaded.
    pub fn stop(&self) -> bool {
        self.0.handle_event(Event::Stop)
    }

    /// Stops and empties the queue; stored parts are kept for a later upload of the same files.
    pub fn clear(&self) -> bool {
        self.0.handle_event(Event::Clear)
    }

    /// Cancels the file if it is being uploaded and takes it out of the queue. False: no such file.
    #[wasm_bindgen(js_name = removeFile)]
    pub fn remove_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Remove(file_id))
    }

    /// Aborts the file's requests and its multipart upload on the server. False: no such file, or it has succeeded or is
    /// canceled already.
    #[wasm_bindgen(js_name = cancelFile)]
    pub fn cancel_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Cancel(file_id))
    }

    /// Makes a canceled or paused file Ready again. False: it is neither.
    #[wasm_bindgen(js_name = resumeFile)]
    pub fn resume_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Resume(file_id))
    }

    /// Aborts the file's requests and keeps stored parts; the queue goes on with the next file. False: it is neither being
    /// uploaded nor Ready.
    #[wasm_bindgen(js_name = pauseFile)]
    pub fn pause_file(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::Pause(file_id))
    }

    /// Gives a file the credential and address of CreateUploadVideo, RefreshUploadVideo or CreateUploadImage. False: the
    /// file awaits none, or a text is invalid; then an event `failed` with `InvalidUploadAuth` or `InvalidUploadAddress`
    /// follows.
    #[wasm_bindgen(js_name = setUploadAuth)]
    pub fn set_upload_auth(&self, file_id: u32, upload_auth: UploadAuth) -> bool {
        self.0.handle_event(incoming::set_auth(file_id, upload_auth))
    }

    /// Gives the file whose expiry was reported a new credential. False: no file awaits one, or the text is invalid.
    #[wasm_bindgen(js_name = renewUploadAuth)]
    pub fn renew_upload_auth(&self, upload_auth: String) -> bool {
        self.0.handle_event(Event::RenewAuth(upload_auth))
    }

    /// Gives a file an STS token, with which the VOD API is called. `video_id`: the file's video if it has one, else empty.
    /// False: as [`Self::set_upload_auth`], with `InvalidSTSToken`.
    #[wasm_bindgen(js_name = setStsToken)]
    pub fn set_sts_token(&self, file_id: u32, token: StsToken, video_id: String) -> bool {
        self.0.handle_event(Event::SetSts { id: file_id, token: token.into(), video_id })
    }

    /// Gives the file whose expiry was reported a new STS token. False: no file awaits one, or the token is invalid.
    #[wasm_bindgen(js_name = renewStsToken)]
    pub fn renew_sts_token(&self, token: StsToken) -> bool {
        self.0.handle_event(Event::RenewSts(token.into()))
    }

    /// Gives a file an STS token for the endpoint, bucket and object it was added with. False: as [`Self::set_sts_token`].
    #[wasm_bindgen(js_name = setDirectToken)]
    pub fn set_direct_token(&self, file_id: u32, token: StsToken) -> bool {
        self.0.handle_event(Event::SetDirect { id: file_id, token: token.into() })
    }

    /// The result of `getAuth` or `getSTSToken` as JSON text. False: the file no longer awaits one, or the text holds no
    /// credential.
    #[wasm_bindgen(js_name = setCredential)]
    pub fn set_credential(&self, file_id: u32, json: String) -> bool {
        self.0.handle_event(Event::Credential { id: file_id, json })
    }

    /// The same of a call that was given up because it took too long.
    #[wasm_bindgen(js_name = setLateCredential)]
    pub fn set_late_credential(&self, file_id: u32, json: String) -> bool {
        self.0.handle_event(Event::LateCredential { id: file_id, json })
    }

    /// `getAuth` or `getSTSToken` has failed. `error`: what it was rejected with, in words or as JSON text; may be empty.
    #[wasm_bindgen(js_name = rejectCredential)]
    pub fn reject_credential(&self, file_id: u32, error: String) -> bool {
        self.0.handle_event(Event::CredentialFailed { id: file_id, error })
    }

    /// An answer to a call for a credential has come for a file that the engine does not have any more. Its video is
    /// remembered: it is refreshed when a file with the same content is added again. False: nothing is stored, as the options want it.
    #[wasm_bindgen(js_name = rememberVideo)]
    pub fn remember_video(&self, answer: LateAnswer) -> bool {
        self.0.handle_event(Event::LateAnswer(answer.into()))
    }

    /// The app's callback of the file's success has returned: deletes its checkpoint. False: it has none.
    #[wasm_bindgen(js_name = successReported)]
    pub fn success_reported(&self, file_id: u32) -> bool {
        self.0.handle_event(Event::SuccessReported(file_id))
    }

    /// The app went to the background: requests that fail from now on are interruptions, not failures.
    #[wasm_bindgen(js_name = appHidden)]
    pub fn app_hidden(&self) {
        self.0.handle_event(Event::AppHidden);
    }

    /// The app is in the foreground again.
    #[wasm_bindgen(js_name = appShown)]
    pub fn app_shown(&self) {
        self.0.handle_event(Event::AppShown);
    }

    /// The phone's network has changed. `network_type`: wifi, 5g, 4g, 3g, 2g, none or unknown.
    #[wasm_bindgen(js_name = networkChanged)]
    pub fn network_changed(&self, connected: bool, network_type: String) {
        self.0.handle_event(Event::NetworkChanged { connected, kind: network_type });
    }

    /// The phone is short of memory: fewer parts are read at once.
    #[wasm_bindgen(js_name = memoryWarning)]
    pub fn memory_warning(&self) {
        self.0.handle_event(Event::MemoryWarning);
    }

    /// A request has come further. Requests that start at once need not report it.
    #[wasm_bindgen(js_name = requestProgress)]
    pub fn request_progress(&self, request_id: u32, progress: RequestProgress) {
        self.0.handle_event(Event::RequestProgress { id: request_id, progress: progress.into() });
    }

    /// The time set by `Host.setTimer` has come.
    #[wasm_bindgen(js_name = handleTimeout)]
    pub fn handle_timeout(&self) {
        self.0.handle_event(Event::Timeout);
    }
}
