//! The documented interface (js-glue/README.md, "Methods") as a state machine: the states of files, each call's return value, and the callbacks that follow.

use crate::play::{Callback, Config, Flow, Move, Reply};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ready,
    Uploading(Step),
    Success,
    Failure,
    Canceled,
    Stoped,
}

/// How far an upload has come, as the app sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// onUploadstarted was called (or getAuth): a credential is awaited.
    Asked,
    /// VOD is asked for an address, or for a new credential when the file itself was already on its way.
    Vod {
        again: bool,
    },
    Sending,
    /// The credential has expired; another file's expiry is being reported.
    Expired {
        vod: Option<bool>,
    },
    /// onUploadTokenExpired was called.
    ExpiryReported {
        vod: Option<bool>,
    },
    /// getAuth was called again.
    AskedAgain {
        vod: Option<bool>,
    },
}

use State::*;

pub struct File {
    pub n: usize,
    pub state: State,
    /// Refusals of credentials since it was taken up or went on.
    refused: u32,
}

pub struct Reference {
    config: Config,
    pub files: Vec<File>,
    running: bool,
    last_ended: Option<usize>,
    callbacks: Vec<Callback>,
}

/// Tokens that OSS calls expired in a row, before a file fails.
const EXPIRIES: u32 = 5;

impl Reference {
    pub fn new(config: Config) -> Self {
        Reference { config, files: Vec::new(), running: false, last_ended: None, callbacks: Vec::new() }
    }

    /// What the call answers (if it answers), and the callbacks that follow.
    pub fn make(&mut self, m: &Move) -> (Option<bool>, Vec<Callback>) {
        let answer = self.call(m);
        self.tell_expired();
        self.go_on();
        (answer, std::mem::take(&mut self.callbacks))
    }

    fn at(&self, n: usize) -> Option<usize> {
        self.files.iter().position(|f| f.n == n)
    }

    fn call(&mut self, m: &Move) -> Option<bool> {
        match *m {
            Move::Add(n) => {
                self.files.push(File { n, state: Ready, refused: 0 });
                self.callbacks.push(Callback::Added(n));
                Some(true)
            }
            Move::Start => {
                self.start();
                None
            }
            Move::Stop => {
                self.stop();
                None
            }
            Move::Clean => {
                self.stop();
                self.files.clear();
                None
            }
            Move::Remove(n) => Some(self.remove(n)),
            Move::Cancel(n) => Some(self.cancel(n)),
            Move::Resume(n) => Some(self.resume(n)),
            Move::Pause(n) => Some(self.pause(n)),
            Move::Set { n, sound } => Some(self.set(n, sound)),
            Move::Renew { sound } => Some(self.renew(sound)),
            Move::Credential { n, sound } => Some(self.answer(n, sound)),
            Move::Refuse(n) => Some(self.refuse(n)),
            Move::Reply { n, reply } => {
                self.reply(n, reply);
                None
            }
            Move::Tick => None,
        }
    }

    fn start(&mut self) {
        if self.running {
            return;
        }
        for f in &mut self.files {
            if matches!(f.state, Failure | Stoped) {
                f.state = Ready;
            }
        }
        self.last_ended = None;
        self.running = self.files.iter().any(|f| f.state == Ready);
        if !self.running {
            self.callbacks.push(Callback::End(0));
        }
    }

    fn stop(&mut self) {
        self.running = false;
        for f in &mut self.files {
            if matches!(f.state, Uploading(_)) {
                f.state = Stoped;
            }
        }
    }

    fn remove(&mut self, n: usize) -> bool {
        let Some(f) = self.at(n) else { return false };
        if matches!(self.files[f].state, Uploading(_)) {
            self.end(f, Canceled, Callback::Canceled(n));
        }
        self.files.remove(f);
        true
    }

    fn cancel(&mut self, n: usize) -> bool {
        let Some(f) = self.at(n) else { return false };
        match self.files[f].state {
            Success | Canceled => return false,
            // It has had its end.
            Failure => self.files[f].state = Canceled,
            _ => self.end(f, Canceled, Callback::Canceled(n)),
        }
        true
    }

    fn resume(&mut self, n: usize) -> bool {
        let Some(f) = self.at(n) else { return false };
        match self.files[f].state {
            Canceled => {}
            Stoped => {
                if !self.running {
                    self.last_ended = None;
                }
                self.running = true;
            }
            _ => return false,
        }
        self.files[f].state = Ready;
        true
    }

    fn pause(&mut self, n: usize) -> bool {
        let Some(f) = self.at(n) else { return false };
        let may = matches!(self.files[f].state, Ready | Uploading(_));
        if may {
            self.files[f].state = Stoped;
        }
        may
    }

    /// setUploadAuthAndAddress, setSTSToken.
    fn set(&mut self, n: usize, sound: bool) -> bool {
        let Some(f) = self.at(n) else { return false };
        match self.files[f].state {
            Uploading(Step::Asked) if !sound => self.bad(f),
            Uploading(Step::Expired { .. } | Step::ExpiryReported { .. }) if !sound => self.bad(f),
            Uploading(Step::Asked) => self.accept(f, Some(false)),
            Uploading(Step::Expired { vod } | Step::ExpiryReported { vod }) => self.accept(f, vod),
            _ => false,
        }
    }

    /// resumeUploadWithAuth serves the file whose expiry was reported, resumeUploadWithSTSToken all that wait.
    fn renew(&mut self, sound: bool) -> bool {
        let Some(reported) = self.files.iter().position(|f| matches!(f.state, Uploading(Step::ExpiryReported { .. })))
        else {
            return false;
        };
        if !sound {
            return self.bad(reported);
        }
        for f in 0..self.files.len() {
            match self.files[f].state {
                Uploading(Step::ExpiryReported { vod }) => self.accept(f, vod),
                Uploading(Step::Expired { vod }) if matches!(self.config.flow, Flow::Sts | Flow::Direct) => {
                    self.accept(f, vod)
                }
                _ => false,
            };
        }
        true
    }

    /// getAuth, getSTSToken.
    fn answer(&mut self, n: usize, sound: bool) -> bool {
        let Some(f) = self.at(n) else { return false };
        match self.files[f].state {
            Uploading(Step::Asked | Step::AskedAgain { .. }) if !sound => self.bad(f),
            Uploading(Step::Asked) => self.accept(f, Some(false)),
            Uploading(Step::AskedAgain { vod }) => self.accept(f, vod),
            _ => false,
        }
    }

    fn refuse(&mut self, n: usize) -> bool {
        let Some(f) = self.at(n) else { return false };
        if !matches!(self.files[f].state, Uploading(Step::Asked | Step::AskedAgain { .. })) {
            return false;
        }
        self.end(f, Failure, Callback::Failed(n, "NoServer".into()));
        true
    }

    /// A credential is taken over. `vod`: the call to VOD that has to come first; whether the file itself was on its way.
    fn accept(&mut self, f: usize, vod: Option<bool>) -> bool {
        let calls = matches!(self.config.flow, Flow::Sts | Flow::GetSts);
        self.files[f].state = Uploading(match vod {
            Some(again) if calls => Step::Vod { again },
            _ => Step::Sending,
        });
        true
    }

    fn bad(&mut self, f: usize) -> bool {
        let sts = matches!(self.config.flow, Flow::Sts | Flow::Direct | Flow::GetSts);
        let code = if sts { "InvalidSTSToken" } else { "InvalidUploadAuth" };
        let n = self.files[f].n;
        self.end(f, Failure, Callback::Failed(n, code.into()));
        false
    }

    fn reply(&mut self, n: usize, reply: Reply) {
        let Some(f) = self.at(n) else { return };
        let vod = match self.files[f].state {
            Uploading(Step::Sending) => None,
            Uploading(Step::Vod { again }) => Some(again),
            _ => return,
        };
        match (reply, vod) {
            (Reply::Good, Some(_)) => self.files[f].state = Uploading(Step::Sending),
            (Reply::Good, None) => self.end(f, Success, Callback::Succeeded(n)),
            (Reply::Denied, _) => self.end(f, Failure, Callback::Failed(n, "AccessDenied".into())),
            (Reply::Broken, _) => self.end(f, Failure, Callback::Failed(n, "NetworkError".into())),
            (Reply::Expired, _) => self.expired(f, vod),
        }
    }

    fn expired(&mut self, f: usize, vod: Option<bool>) {
        let n = self.files[f].n;
        self.files[f].refused += 1;
        let code = if vod.is_some() { "InvalidSecurityToken.Expired" } else { "SecurityTokenExpired" };
        let renews = vod.is_none() && matches!(self.config.flow, Flow::Sts | Flow::GetSts);
        if self.files[f].refused >= EXPIRIES {
            self.end(f, Failure, Callback::Failed(n, code.into()));
        } else if renews {
            // VOD is asked for a new one, with the token at hand.
            self.files[f].state = Uploading(Step::Vod { again: true });
        } else if !self.config.expired_handled {
            self.end(f, Failure, Callback::Failed(n, code.into()));
        } else if matches!(self.config.flow, Flow::GetAuth | Flow::GetSts) {
            self.files[f].state = Uploading(Step::AskedAgain { vod });
            self.callbacks.push(Callback::Asked(n));
        } else {
            self.files[f].state = Uploading(Step::Expired { vod });
            self.tell_expired();
        }
    }

    /// One expiry at a time: resumeUploadWithAuth does not say which file it is for.
    fn tell_expired(&mut self) {
        if self.files.iter().any(|f| matches!(f.state, Uploading(Step::ExpiryReported { .. }))) {
            return;
        }
        for f in &mut self.files {
            if let Uploading(Step::Expired { vod }) = f.state {
                f.state = Uploading(Step::ExpiryReported { vod });
                self.callbacks.push(Callback::Expired(f.n));
                return;
            }
        }
    }

    fn end(&mut self, f: usize, state: State, callbacks: Callback) {
        self.files[f].state = state;
        self.callbacks.push(callbacks);
        self.last_ended = Some(self.files[f].n);
    }

    /// Ends the run, or takes up the next files.
    fn go_on(&mut self) {
        let uploading = |f: &&File| matches!(f.state, Uploading(_));
        if self.running && !self.files.iter().any(|f| f.state == Ready || uploading(&f)) {
            self.running = false;
            if let Some(n) = self.last_ended.take() {
                self.callbacks.push(Callback::End(n));
            }
        }
        while self.running && self.files.iter().filter(uploading).count() < self.config.parallel {
            let Some(file) = self.files.iter_mut().find(|f| f.state == Ready) else { return };
            file.state = Uploading(Step::Asked);
            file.refused = 0;
            self.callbacks.push(Callback::Started(file.n));
            if matches!(self.config.flow, Flow::GetAuth | Flow::GetSts) {
                self.callbacks.push(Callback::Asked(file.n));
            }
        }
    }
}
