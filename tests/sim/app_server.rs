//! The app's server: credentials, and how it fails.

use crate::app::AppAction;
use crate::scenario::{is_image, Flow, SECOND};
use crate::world::{JsTask, World};
use vod_upload::api::event::{Event, StsText};

impl World {
    pub fn authorise(&mut self, id: u32, renew: bool, kind: &'static str, video_id: &str, asked: i64, late: bool) {
        self.app.answers -= 1;
        if !late {
            self.app.calls.remove(&id);
        }
        let Some(file) = self.app.file(id) else { return };
        let plan = self.scenario.files[file.plan].clone();
        let image_id = file.image_id.clone();
        let image = is_image(plan.name);
        let anything = plan.own_target;
        let faulty = self.faulty();
        // The shim ignores the rejection of a call that has timed out, here and below.
        if !late && !kind.is_empty() && self.app.interrupted > asked && self.rng.chance(self.scenario.app_interrupted) {
            self.observed.rejected(id);
            self.handle_event(Event::CredentialFailed { id, error: "request:fail interrupted".into() });
            return;
        }
        if faulty && !late && self.rng.chance(self.scenario.app_rejects) {
            if !kind.is_empty() {
                let error = self.rejection();
                self.observed.rejected(id);
                self.handle_event(Event::CredentialFailed { id, error });
            } else {
                // It gives up, and tries again when all is well.
                let ms = self.scenario.heal_at - self.now + SECOND;
                let action = AppAction::Authorise {
                    id,
                    renew,
                    kind: "",
                    video_id: video_id.into(),
                    asked: self.now,
                    late: false,
                };
                self.app.answers += 1;
                self.schedule_js(ms, JsTask::App(action));
            }
            return;
        }
        if !image && self.cloud.assets.get(video_id).is_some_and(|asset| asset.gone) && self.asks_by_id() {
            if !late {
                self.refuse_gone(id, renew, kind);
            }
            return;
        }
        let garbled = faulty && self.rng.chance(self.scenario.app_garbles);
        let garble = |text: String| if garbled { text[..text.len() / 2].to_string() } else { text };
        let meant = self.observed.files.get(&id).is_some_and(|record| record.asked);
        // Recorded before the engine gets it, since the engine may ask again at once.
        if !late {
            self.observed.answered(id);
        }
        let taken = match self.scenario.flow {
            Flow::Auth => {
                let asset = self.asset_for(image, video_id, if renew { &image_id } else { "" });
                let (auth, address) = self.grant(&asset, anything);
                let auth = garble(auth);
                if renew {
                    // resumeUploadWithAuth names no file.
                    self.observed.answered_all();
                }
                match renew {
                    true => {
                        let taken = self.handle_event(Event::RenewAuth(auth));
                        self.observed.credential_misassigned |= taken && !meant;
                        taken
                    }
                    false => {
                        self.named(id, image, &asset);
                        self.handle_event(Event::SetAuth { id, auth, address, video_id: asset })
                    }
                }
            }
            Flow::GetAuth => {
                let asset = self.asset_for(image, video_id, "");
                let json = self.created(&asset, anything);
                let json = garble(json);
                if !garbled {
                    self.named(id, image, &asset);
                }
                self.handle_event(if late {
                    Event::LateCredential { id, json }
                } else {
                    Event::Credential { id, json }
                })
            }
            Flow::GetSts => {
                let key = self.cloud.key(self.now, self.scenario.credential_lifetime, None);
                let until = self.expiration(&key);
                let json = garble(format!(
                    "{{\"Credentials\":{{\"AccessKeyId\":\"{}\",\"AccessKeySecret\":\"{}\",\"SecurityToken\":\"{}\",\"Expiration\":\"{until}\"}}}}",
                    key.access, key.secret, key.token
                ));
                self.handle_event(if late {
                    Event::LateCredential { id, json }
                } else {
                    Event::Credential { id, json }
                })
            }
            Flow::Sts | Flow::Direct => {
                let key = self.cloud.key(self.now, self.scenario.credential_lifetime, None);
                let token = StsText {
                    expiration: self.expiration(&key),
                    access_key_id: key.access,
                    access_key_secret: if garbled { String::new() } else { key.secret },
                    security_token: key.token,
                };
                if renew {
                    self.observed.answered_all();
                }
                match (renew, self.scenario.flow) {
                    (true, _) => self.handle_event(Event::RenewSts(token)),
                    (_, Flow::Direct) => self.handle_event(Event::SetDirect { id, token }),
                    _ => self.handle_event(Event::SetSts { id, token, video_id: String::new() }),
                }
            }
        };
        let until = self.server_time() + self.scenario.credential_lifetime;
        // An answer that came too late gives the file no longer lifetime.
        if let Some(file) = self.app.file(id).filter(|_| taken) {
            file.until = until;
        }
    }

    /// A picture is made anew unless its credential is renewed; a video that is known is refreshed.
    fn asset_for(&mut self, image: bool, video_id: &str, image_id: &str) -> String {
        let known = if image { image_id } else { video_id };
        match self.cloud.assets.contains_key(known) {
            true => known.into(),
            false => self.make_asset(image, self.scope),
        }
    }

    pub fn release(&mut self, source: Option<crate::videos::Source>) {
        if let Some(source) = source {
            self.observed.videos.release(source, self.now);
        }
    }

    /// The engine is about to be given the name of a video, be it with a credential or an address that it must refuse.
    fn named(&mut self, id: u32, image: bool, video_id: &str) {
        if !image {
            self.video_known(id, video_id);
        }
    }

    /// The app's server asks VOD for the video by its id.
    fn asks_by_id(&self) -> bool {
        matches!(self.scenario.flow, Flow::Auth | Flow::GetAuth)
    }

    /// The app's server passes on VOD's refusal of a deleted video in one of the usual forms.
    fn refuse_gone(&mut self, id: u32, renew: bool, kind: &str) {
        let meant = self.observed.files.get(&id).is_some_and(|record| record.asked);
        if renew && kind.is_empty() && !meant {
            // resumeUploadWithAuth names no file: no app passes another file's error by it.
            return;
        }
        let code = self.rng.pick(&["InvalidVideo.NotFound", "InvalidVideo.Deleted", "InvalidVideo.Damaged"]);
        let text = format!("{{\"RequestId\":\"R\",\"Code\":\"{code}\",\"Message\":\"The video does not exist.\"}}");
        self.observed.answered(id);
        self.observed.video_gone(id);
        let event = match (kind.is_empty(), renew) {
            (true, true) => {
                self.observed.answered_all();
                Event::RenewAuth(text)
            }
            (true, false) => Event::SetAuth { id, auth: text, address: String::new(), video_id: String::new() },
            _ => {
                let error = match self.rng.below(3) {
                    0 => format!("{{\"code\":\"{code}\",\"message\":\"The video does not exist.\"}}"),
                    1 => format!("the server says: {code} (404)"),
                    _ => text,
                };
                Event::CredentialFailed { id, error }
            }
        };
        self.handle_event(event);
    }

    /// The rejection of an app server; some servers quote the credential in it.
    fn rejection(&mut self) -> String {
        if self.rng.chance(0.5) {
            return "the server is down".to_string();
        }
        let key = self.cloud.key(self.now, 1_000, None);
        let quote = format!("AccessKeySecret={} SecurityToken={}", key.secret, key.token);
        match self.rng.below(3) {
            0 => format!("refused: {quote}"),
            1 => format!("{{\"error\":{{\"code\":\"Forbidden\",\"message\":\"{quote}\"}}}}"),
            _ => format!("{quote} {}", "and so on ".repeat(1_000)),
        }
    }
}
