//! What all engines of an app share: the memory for file bytes, and which file uses which checkpoint and which object.
//!
//! Two files with the same content have one checkpoint: sent at the same time, both would go on from the same parts and write
//! one object twice.

use crate::oss::endpoint::ObjectLocation;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// An engine's number, and the number of a file of it.
pub type Owner = (u32, u32);

/// What distinguishes a file from another one with the same content.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    pub path: String,
    /// Digest of its paramData.
    pub params: u64,
    /// Endpoint, bucket and object that addFile was given.
    pub target: [String; 3],
}

/// A checkpoint in use.
struct Claim {
    /// Name of the checkpoint.
    name: String,
    source: Source,
    /// The file that has written to it last.
    owner: Owner,
    /// Its owner is being uploaded.
    held: bool,
    /// Its owner waits for the app's credential.
    asks_app: bool,
}

/// What became of a file that was uploaded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub video_id: String,
    /// As the upload address gave it.
    pub endpoint: String,
    pub bucket: String,
    pub key: String,
    pub region: String,
    /// Its checksum was compared.
    pub is_proved: bool,
    /// By the phone's clock, ms.
    pub at: i64,
}

struct Finished {
    /// Name of the file's checkpoint.
    name: String,
    source: Source,
    outcome: Outcome,
}

/// An object that a file is being sent to, or was sent to and is still in the list.
struct Occupied {
    owner: Owner,
    target: ObjectLocation,
    /// Size and CRC-64 of the file's fingerprint.
    content: (u64, u64),
    /// The file is there: files of other engines may replace it.
    stored: bool,
}

/// Finished uploads that are remembered for other uploaders with the same file.
const MAX_FINISHED: usize = 20;

#[derive(Default)]
struct Inner {
    engines: Cell<u32>,
    bytes: Cell<u64>,
    claims: RefCell<Vec<Claim>>,
    finished: RefCell<Vec<Finished>>,
    occupied: RefCell<Vec<Occupied>>,
}

/// A handle to what the engines of an app share. Clones share the same state.
#[derive(Clone, Default)]
pub struct SharedState(Rc<Inner>);

impl SharedState {
    /// A number for one more engine.
    pub fn join(&self) -> u32 {
        let number = self.0.engines.get() + 1;
        self.0.engines.set(number);
        number
    }

    /// Bytes of files in memory, of all engines together.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.get()
    }

    /// An engine holds `now` bytes where it held `before`.
    pub fn hold(&self, before: u64, now: u64) {
        self.0.bytes.set(self.bytes() - before + now);
    }

    /// Makes a checkpoint the owner's; false while another file is uploaded with it.
    pub fn claim(&self, name: &str, source: &Source, owner: Owner) -> bool {
        let claims = &mut *self.0.claims.borrow_mut();
        match claims.iter_mut().find(|claim| claim.name == name) {
            Some(claim) if claim.held && claim.owner != owner => return false,
            Some(claim) => {
                (claim.owner, claim.held, claim.asks_app, claim.source) = (owner, true, false, source.clone());
            }
            None => {
                claims.push(Claim { name: name.into(), source: source.clone(), owner, held: true, asks_app: false })
            }
        }
        self.0.finished.borrow_mut().retain(|finished| finished.name != name);
        true
    }

    /// Whether the same file is being uploaded for another owner.
    pub fn is_sent_elsewhere(&self, name: &str, source: &Source, owner: Owner) -> bool {
        let claims = self.0.claims.borrow();
        claims.iter().any(|claim| claim.name == name && claim.held && claim.owner != owner && claim.source == *source)
    }

    /// Notes whether the owner waits for the app's credential.
    pub fn set_asks_app(&self, name: &str, owner: Owner, asks_app: bool) {
        let mut claims = self.0.claims.borrow_mut();
        if let Some(claim) = claims.iter_mut().find(|claim| claim.name == name && claim.owner == owner) {
            claim.asks_app = asks_app;
        }
    }

    /// Whether the file that uses the checkpoint waits for the app's credential.
    pub fn asks_app(&self, name: &str) -> bool {
        self.0.claims.borrow().iter().any(|claim| claim.name == name && claim.asks_app)
    }

    /// The owner has uploaded the file.
    pub fn finish(&self, name: &str, owner: Owner, outcome: Outcome) {
        let claims = self.0.claims.borrow();
        let Some(claim) = claims.iter().find(|claim| claim.name == name && claim.owner == owner) else { return };
        let finished = &mut *self.0.finished.borrow_mut();
        finished.truncate(MAX_FINISHED - 1);
        finished.insert(0, Finished { name: name.into(), source: claim.source.clone(), outcome });
    }

    /// What became of the same file, if it has been uploaded and not been begun again since.
    pub fn finished(&self, name: &str, source: &Source) -> Option<Outcome> {
        let finished = self.0.finished.borrow();
        let found = finished.iter().find(|finished| finished.name == name && finished.source == *source);
        found.map(|finished| finished.outcome.clone())
    }

    /// The file that has written to the checkpoint last.
    pub fn owner(&self, name: &str) -> Option<Owner> {
        self.0.claims.borrow().iter().find(|claim| claim.name == name).map(|claim| claim.owner)
    }

    /// Gives a checkpoint that was just claimed back to its former owner.
    pub fn give_back(&self, name: &str, former: Option<Owner>) {
        let Some(former) = former else { return self.forget(name) };
        if let Some(claim) = self.0.claims.borrow_mut().iter_mut().find(|claim| claim.name == name) {
            (claim.owner, claim.held) = (former, false);
        }
    }

    /// Whether the owner was the last to write to the checkpoint.
    pub fn owns(&self, name: &str, owner: Owner) -> bool {
        self.0.claims.borrow().iter().any(|claim| claim.name == name && claim.owner == owner)
    }

    /// Notes that the owner's file is sent to an object. False, and nothing noted: one with other bytes is, or was by the same
    /// engine.
    pub fn occupy(&self, owner: Owner, target: &ObjectLocation, content: (u64, u64)) -> bool {
        let is_other = |other: &Occupied| {
            other.owner != owner && other.content != content && !(other.stored && other.owner.0 != owner.0)
        };
        if self.0.occupied.borrow().iter().any(|other| is_other(other) && other.target.is_same_object(target)) {
            return false;
        }
        self.vacate(owner.0, Some(owner.1));
        self.0.occupied.borrow_mut().push(Occupied { owner, target: target.clone(), content, stored: false });
        true
    }

    /// Others may send to the object of this file, or of all files of the engine.
    pub fn vacate(&self, engine: u32, file: Option<u32>) {
        let is_of = |owner: Owner| owner.0 == engine && file.is_none_or(|file| file == owner.1);
        self.0.occupied.borrow_mut().retain(|occupied| !is_of(occupied.owner));
    }

    /// The owner is not being uploaded any more: others may go on with its checkpoint. `stored`: its object is there; else
    /// others may send to it.
    pub fn release(&self, owner: Owner, stored: bool) {
        self.0.occupied.borrow_mut().retain_mut(|occupied| {
            let is_own = occupied.owner == owner;
            occupied.stored |= is_own;
            stored || !is_own
        });
        for claim in self.0.claims.borrow_mut().iter_mut() {
            claim.held &= claim.owner != owner;
        }
    }

    /// The checkpoint does not exist any more.
    pub fn forget(&self, name: &str) {
        self.0.claims.borrow_mut().retain(|claim| claim.name != name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_serves_one_upload_at_a_time() {
        let (shared, first, second) = (SharedState::default(), (1, 1), (2, 1));
        let source = Source { path: "path".into(), ..Source::default() };
        let claim = |name, owner| shared.clone().claim(name, &source, owner);
        assert!(claim("film", first) && claim("film", first));
        assert!(!claim("film", second), "it is being uploaded");
        assert!(claim("other", second));
        shared.release(first, false);
        assert!(shared.owns("film", first));
        assert!(claim("film", second));
        assert!(!shared.owns("film", first), "another file has gone on with it");
        shared.give_back("film", Some(first));
        assert!(shared.owns("film", first) && shared.owner("film") == Some(first));
        assert!(claim("film", second), "its former owner is not being uploaded");
        shared.forget("film");
        assert!(!shared.owns("film", second));
    }

    #[test]
    fn the_same_file_ends_with_the_success_of_another_owner() {
        let (shared, first, second) = (SharedState::default(), (1, 1), (2, 1));
        let of = |path: &str| Source { path: path.into(), ..Source::default() };
        let (source, other) = (of("path"), of("copy"));
        assert!(shared.claim("film", &source, first));
        assert!(shared.is_sent_elsewhere("film", &source, second));
        assert!(!shared.is_sent_elsewhere("film", &other, second), "a copy is a file of its own");
        assert!(!shared.is_sent_elsewhere("film", &source, first));
        assert_eq!(shared.finished("film", &source), None);
        shared.release(first, false);
        let outcome = Outcome { video_id: "v".into(), ..Outcome::default() };
        shared.finish("film", second, Outcome::default());
        assert_eq!(shared.finished("film", &source), None, "it is not the owner");
        shared.finish("film", first, outcome.clone());
        assert!(!shared.is_sent_elsewhere("film", &source, second));
        assert_eq!(shared.finished("film", &source), Some(outcome));
        assert_eq!(shared.finished("film", &other), None);
        assert!(shared.claim("film", &source, first));
        assert_eq!(shared.finished("film", &source), None, "it is begun again");
    }

    #[test]
    fn bytes_are_added_up() {
        let shared = SharedState::default();
        assert_eq!((shared.join(), shared.clone().join()), (1, 2));
        shared.hold(0, 5);
        shared.hold(0, 7);
        shared.hold(5, 2);
        assert_eq!(shared.bytes(), 9);
    }
}
