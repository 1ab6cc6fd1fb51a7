//! Credentials and addresses, as the app or VOD gives them.

use super::address::Moved;
use super::Engine;
use crate::api::action::InfoPatch;
use crate::api::error::{ErrorCode, Recovery, Stage, UploadError};
use crate::api::event::StsText;
use crate::api::options::Authoriser;
use crate::credential::{parse_expiry, Credential};
use crate::file::{CredentialCall, FileId, Phase, State, Task, UploadFile, Waiting};
use crate::vod::rejection::{message_in, Rejection};
use crate::vod::response::{self, Created};
use crate::vod::upload_auth::{decode_address, decode_auth, decode_sts, Address, AuthError};

/// Longest VideoId, characters: VOD's have 32.
const MAX_VIDEO_ID: usize = 64;
/// Life in seconds gives an earlier time than this, a date a later one, ms.
const EARLIEST_DATE: i64 = 100_000_000_000;

/// The ids that come with an upload address.
#[derive(Default)]
struct MediaIds<'a> {
    video_id: &'a str,
    image_id: &'a str,
    image_url: &'a str,
}

impl Engine {
    /// Whether the file waits for the app's credential.
    fn awaits_app(&self, id: FileId) -> bool {
        self.files.get(id).is_some_and(|file| file.state() == State::Uploading && file.auth.waiting.is_for_app())
    }

    /// Whether the file's start was reported to the app and nothing has to be sent: another uploader has sent the same file.
    fn needs_no_credential(&self, id: FileId) -> bool {
        self.files.get(id).is_some_and(|file| file.state() == State::Uploading && file.record.shared_at.is_some())
    }

    /// setUploadAuthAndAddress.
    pub(super) fn set_upload_auth(&mut self, id: FileId, auth: &str, address: &str, video_id: &str) -> bool {
        if !self.awaits_app(id) {
            self.keep_video(id, video_id);
            return self.needs_no_credential(id);
        }
        self.accept_auth(id, auth, address, MediaIds { video_id, ..MediaIds::default() })
    }

    /// resumeUploadWithAuth.
    pub(super) fn renew_upload_auth(&mut self, auth: &str) -> bool {
        // A file without an address gets it from VOD: it waits for an STS token.
        let reported = self.expiry_reported().filter(|id| self.files[*id].auth.target.is_some());
        let Some(id) = reported else { return false };
        match decode_auth(auth, 0) {
            Ok(credential) => self.accept_credential(id, credential, None),
            Err(error) => self.refuse_auth(id, auth, error),
        }
    }

    /// An UploadAuth cannot be read. Some apps pass on whatever their server gave them, the error of RefreshUploadVideo included.
    fn refuse_auth(&mut self, id: FileId, auth: &str, error: AuthError) -> bool {
        let Rejection { code, message, recovery } = Rejection::read(auth);
        if recovery != Recovery::VideoGone {
            return self.refuse_input(id, ErrorCode::InvalidUploadAuth, &error.to_string());
        }
        let error = UploadError::new(ErrorCode::Server(code), Stage::Authorise).message(message);
        self.fail_video_gone(id, error);
        false
    }

    /// setSTSToken.
    pub(super) fn set_sts_token(&mut self, id: FileId, token: StsText, video_id: &str) -> bool {
        if !self.awaits_app(id) {
            return self.needs_no_credential(id);
        }
        let Some(token) = read_sts(token) else { return self.refuse_sts(id) };
        let file = &mut self.files[id];
        // The app knows the video from elsewhere: it is refreshed, not created a second time.
        if is_video_id(video_id) && !file.is_image() {
            file.video_id = video_id.into();
        }
        self.accept_sts(id, token)
    }

    /// resumeUploadWithSTSToken. An STS token is not bound to a file: it serves all that wait.
    pub(super) fn renew_sts_token(&mut self, token: StsText) -> bool {
        let Some(first) = self.expiry_reported() else { return false };
        let Some(token) = read_sts(token) else { return self.refuse_sts(first) };
        for id in self.files.uploading_ids() {
            let auth = &self.files[id].auth;
            if !matches!(auth.waiting, Waiting::Expired | Waiting::ExpiryReported) {
                continue;
            }
            if auth.direct {
                self.accept_credential(id, token.clone(), None);
            } else {
                self.accept_sts(id, token.clone());
            }
        }
        true
    }

    /// setSTSTokenDirectlyUpload.
    pub(super) fn set_direct_token(&mut self, id: FileId, token: StsText) -> bool {
        if !self.awaits_app(id) {
            return self.needs_no_credential(id);
        }
        let Some(token) = read_sts(token) else { return self.refuse_sts(id) };
        let file = &mut self.files[id];
        file.auth.direct = true;
        let source = &file.source;
        let address =
            Address { endpoint: source.endpoint.clone(), bucket: source.bucket.clone(), key: source.object.clone() };
        if address.endpoint.is_empty() || address.bucket.is_empty() || address.key.is_empty() {
            let text = "addFile was given no endpoint, bucket and object; setSTSTokenDirectlyUpload needs all three";
            return self.refuse_input(id, ErrorCode::InvalidUploadAddress, text);
        }
        self.accept_credential(id, token, Some(address))
    }

    /// getAuth or getSTSToken has answered.
    pub(super) fn set_credential(&mut self, id: FileId, text: &str) -> bool {
        self.end_call(id);
        self.take_answer(id, text)
    }

    /// A call of getAuth or getSTSToken that was given up has answered: that serves the file, too. The call which may have been
    /// made since goes on.
    pub(super) fn set_late_credential(&mut self, id: FileId, text: &str) -> bool {
        let superseded = self.files.get(id).is_some_and(|file| file.auth.requested);
        let accepted = self.take_answer(id, text);
        if let Some(file) = self.files.get_mut(id) {
            file.auth.superseded_call = superseded;
        }
        accepted
    }

    fn take_answer(&mut self, id: FileId, text: &str) -> bool {
        if !self.end_request(id) {
            if let Some(created) = response::created(text) {
                self.keep_video(id, &created.video_id);
            }
            return false;
        }
        if self.options.authoriser == Authoriser::Sts {
            return match decode_sts(text, 0) {
                Ok(token) => self.accept_sts(id, token),
                Err(_) => self.refuse_sts(id),
            };
        }
        match response::created(text) {
            Some(created) => self.accept_created(id, &created),
            None => {
                self.keep_video(id, &response::video_id(text));
                self.refuse_answer(id, text)
            }
        }
    }

    /// getAuth has answered something else: the refusal of a server that answers 200 with it, for example.
    fn refuse_answer(&mut self, id: FileId, text: &str) -> bool {
        let rejection = Rejection::read(text);
        if rejection.recovery == Recovery::VideoGone && !self.files[id].video_id.is_empty() {
            return self.on_video_gone(id, rejection);
        }
        let expected = "getAuth must answer { UploadAuth, UploadAddress, VideoId or ImageId } as the VOD API gave them";
        let message = match message_in(text) {
            Some(message) => format!("{expected}; it answered: {message}"),
            None => expected.to_owned(),
        };
        self.refuse_input(id, ErrorCode::InvalidUploadAuth, &message)
    }

    /// A new video is requested, once; after that the file fails.
    fn on_video_gone(&mut self, id: FileId, Rejection { code, message, .. }: Rejection) -> bool {
        if !self.recreate_gone_video(id) {
            let error = UploadError::new(ErrorCode::Server(code), Stage::Authorise).message(message);
            self.fail_video_gone(id, error);
        }
        true
    }

    /// getAuth or getSTSToken has failed. `error`: what it was rejected with, in words or JSON.
    pub(super) fn reject_credential(&mut self, id: FileId, error: &str) -> bool {
        let interrupted = self.end_call(id) == CredentialCall::Interrupted;
        if !self.end_request(id) {
            return false;
        }
        let rejection = Rejection::read(error);
        if rejection.recovery == Recovery::VideoGone && !self.files[id].video_id.is_empty() {
            return self.on_video_gone(id, rejection);
        }
        if interrupted && self.request_again_later(id) {
            return true;
        }
        let Rejection { code, mut message, .. } = rejection;
        let by_sts = self.options.authoriser == Authoriser::Sts;
        if message.is_empty() {
            message = [if by_sts { "getSTSToken" } else { "getAuth" }, " failed"].concat();
        }
        if self.files[id].auth.waiting == Waiting::Nothing {
            self.postpone_renewal(id, None, &message);
            return true;
        }
        let code = match code.is_empty() {
            true if by_sts => ErrorCode::InvalidSTSToken,
            true => ErrorCode::InvalidUploadAuth,
            false => ErrorCode::Server(code),
        };
        self.fail(id, UploadError::new(code, Stage::Authorise).message(message));
        true
    }

    /// A call of getAuth or getSTSToken has ended. Returns how it went.
    fn end_call(&mut self, id: FileId) -> CredentialCall {
        let Some(file) = self.files.get_mut(id) else { return CredentialCall::None };
        file.auth.superseded_call = false;
        std::mem::take(&mut file.credential_call)
    }

    /// Ends the wait for getAuth or getSTSToken. False: nothing waits for it any more.
    fn end_request(&mut self, id: FileId) -> bool {
        let Some(file) = self.files.get_mut(id) else { return false };
        file.state() == State::Uploading && file.auth.end_request()
    }

    /// An answer cannot be used, or came after the file was stopped, paused, canceled or failed: its video exists, and is
    /// refreshed when the file goes on, instead of a second one being created.
    fn keep_video(&mut self, id: FileId, video_id: &str) {
        let Some(file) = self.files.get_mut(id) else { return };
        let ended = file.state() == State::Success;
        // The answer is about the content that was inspected: other bytes at the path are not to become that video.
        let inspected = file.fingerprint.is_known || file.discarded.is_some();
        if !is_video_id(video_id) || file.is_image() || ended || !inspected || !file.video_id.is_empty() {
            return;
        }
        file.video_id = video_id.into();
        // Stored first: after a kill in between the file is known to have a video.
        if self.files[id].record.name.is_empty() {
            self.save_video_of_discarded(id);
        } else if self.owns_checkpoint(id) {
            self.save_listed_checkpoint(id);
        }
        self.patch(id, InfoPatch::VideoId(video_id.into()));
    }

    /// An answer of the VOD API, from the app's server or from VOD itself.
    pub(super) fn accept_created(&mut self, id: FileId, created: &Created) -> bool {
        let ids = MediaIds { video_id: &created.video_id, image_id: &created.image_id, image_url: &created.image_url };
        self.accept_auth(id, &created.upload_auth, &created.upload_address, ids)
    }

    fn accept_auth(&mut self, id: FileId, auth: &str, address: &str, ids: MediaIds<'_>) -> bool {
        // Before the rest is looked at: the video exists, whatever is wrong with its credential or address.
        self.keep_video(id, ids.video_id);
        let credential = match decode_auth(auth, 0) {
            Ok(credential) => credential,
            Err(error) => return self.refuse_auth(id, auth, error),
        };
        let address = match decode_address(address) {
            Ok(address) => address,
            Err(error) => return self.refuse_input(id, ErrorCode::InvalidUploadAddress, &error.to_string()),
        };
        self.set_media_ids(id, ids);
        self.accept_credential(id, credential, Some(address))
    }

    fn set_media_ids(&mut self, id: FileId, ids: MediaIds<'_>) {
        let file = &mut self.files[id];
        let image = file.is_image();
        // The vendor's setUploadAuthAndAddress has one parameter for either id.
        let image_id = if image && ids.image_id.is_empty() { ids.video_id } else { ids.image_id };
        let mut patches = Vec::new();
        if !image && is_video_id(ids.video_id) && file.video_id != ids.video_id {
            file.video_id = ids.video_id.into();
            patches.push(InfoPatch::VideoId(ids.video_id.into()));
        }
        if is_video_id(image_id) {
            file.image_id = image_id.into();
            patches.push(InfoPatch::ImageId(image_id.into()));
        }
        if !ids.image_url.is_empty() {
            file.image_url = ids.image_url.into();
            patches.push(InfoPatch::ImageUrl(ids.image_url.into()));
        }
        for patch in patches {
            self.patch(id, patch);
        }
    }

    /// Asks VOD for the address, with this STS token.
    fn accept_sts(&mut self, id: FileId, mut token: Box<Credential>) -> bool {
        self.resolve_expiry(&mut token);
        let file = &mut self.files[id];
        file.auth.sts = Some(token);
        file.auth.requested = false;
        // Ahead of the expiry the parts go on during the call of VOD.
        if file.auth.waiting != Waiting::Nothing {
            file.auth.waiting = Waiting::Vod;
        }
        if !file.jobs.has(|task| matches!(task, Task::Vod(_) | Task::CoverStat | Task::CoverPut(_))) {
            self.call_vod(id);
        }
        true
    }

    /// Takes a credential over, and with it an address: the file goes on.
    fn accept_credential(&mut self, id: FileId, mut credential: Box<Credential>, address: Option<Address>) -> bool {
        let relative = self.resolve_expiry(&mut credential);
        let life = credential.expires_at.map_or(0, |at| at - self.clock.server());
        let region = credential.region.clone().unwrap_or_else(|| self.options.region.clone());
        let mut moved = None;
        if let Some(address) = address {
            match self.set_target(id, address, &region) {
                Ok(change) => moved = change,
                Err(error) => {
                    self.leave_shared_video(id, error);
                    return self.refuse_input(id, ErrorCode::InvalidUploadAddress, &error.to_string());
                }
            }
        }
        // A file that waited for an STS token has now what VOD was to give.
        if self.files[id].jobs.has(Task::is_vod) {
            self.abort_jobs(id, Task::is_vod);
        }
        let synced = self.clock.is_synced();
        let file = &mut self.files[id];
        file.auth.install(credential, relative, synced, life);
        let first = matches!(file.phase, Phase::Authorize | Phase::Cover);
        if moved == Some(Moved::Upload) && !first && !self.count_move(id) {
            return false;
        }
        if moved.is_some() {
            if !first {
                let buffer = self.files[id].buffer.take();
                self.abort_all(id);
                self.files[id].buffer = buffer;
            }
            self.delete_chunks(id);
            let upload = &mut self.files[id].upload;
            upload.reset();
            upload.object_exists = false;
        }
        if first || moved.is_some() {
            self.begin_transfer(id);
        }
        true
    }

    /// Turns a life in seconds into a time of the server's clock. Returns whether it was one.
    fn resolve_expiry(&self, credential: &mut Credential) -> bool {
        let server = self.clock.server();
        match &mut credential.expires_at {
            Some(at) if *at < EARLIEST_DATE => {
                *at += server;
                true
            }
            _ => false,
        }
    }

    fn refuse_sts(&mut self, id: FileId) -> bool {
        let text =
            "the STS token lacks AccessKeyId, AccessKeySecret or SecurityToken; pass all three as AssumeRole gave them";
        self.refuse_input(id, ErrorCode::InvalidSTSToken, text)
    }

    /// What the app or VOD gave cannot be used: the file fails, unless its present credential still lives.
    fn refuse_input(&mut self, id: FileId, code: ErrorCode, text: &str) -> bool {
        if self.files[id].auth.waiting == Waiting::Nothing {
            self.postpone_renewal(id, None, text);
        } else {
            self.fail(id, UploadError::new(code, Stage::Authorise).message(text));
        }
        false
    }

    /// The file whose expiry was reported to the app: at most one at a time.
    pub(super) fn expiry_reported(&self) -> Option<FileId> {
        let reported = |file: &&UploadFile| file.auth.waiting == Waiting::ExpiryReported;
        self.files.uploading().find(reported).map(UploadFile::id)
    }
}

/// Whether an app may mean a video by this: VOD's ids are 32 hexadecimal digits. An app that mixes up its arguments passes a
/// credential, which must not be stored.
pub(super) fn is_video_id(text: &str) -> bool {
    let in_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_VIDEO_ID).contains(&text.len()) && text.bytes().all(in_id)
}

/// The STS token of a command; none if a field is missing.
fn read_sts(token: StsText) -> Option<Box<Credential>> {
    if token.access_key_id.is_empty() || token.access_key_secret.is_empty() || token.security_token.is_empty() {
        return None;
    }
    Some(Box::new(Credential {
        expires_at: parse_expiry("", &token.expiration, 0),
        access_key_id: token.access_key_id,
        access_key_secret: token.access_key_secret,
        security_token: token.security_token,
        region: None,
    }))
}
