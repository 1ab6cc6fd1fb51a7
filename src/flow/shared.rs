//! What all engines of an app share: the memory for file bytes, and which file uses which checkpoint.
//!
//! Two files with the same content have one checkpoint: sent at the same time, both would go on from the same parts and write
//! one object twice.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// An engine's number, and the number of a file of it.
pub type Owner = (u32, u32);

/// A checkpoint in use.
struct Claim {
    /// Name of the checkpoint.
    name: String,
    /// The file that has written to it last.
    owner: Owner,
    /// Its owner is being uploaded.
    held: bool,
}

#[derive(Default)]
struct Inner {
    engines: Cell<u32>,
    bytes: Cell<u64>,
    claims: RefCell<Vec<Claim>>,
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
    pub fn claim(&self, name: &str, owner: Owner) -> bool {
        let claims = &mut *self.0.claims.borrow_mut();
        match claims.iter_mut().find(|claim| claim.name == name) {
            Some(claim) if claim.held && claim.owner != owner => return false,
            Some(claim) => (claim.owner, claim.held) = (owner, true),
            None => claims.push(Claim { name: name.into(), owner, held: true }),
        }
        true
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

    /// The owner is not being uploaded any more: others may go on with its checkpoint.
    pub fn release(&self, owner: Owner) {
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
        assert!(shared.claim("film", first) && shared.claim("film", first));
        assert!(!shared.clone().claim("film", second), "it is being uploaded");
        assert!(shared.claim("other", second));
        shared.release(first);
        assert!(shared.owns("film", first));
        assert!(shared.claim("film", second));
        assert!(!shared.owns("film", first), "another file has gone on with it");
        shared.give_back("film", Some(first));
        assert!(shared.owns("film", first) && shared.owner("film") == Some(first));
        assert!(shared.claim("film", second), "its former owner is not being uploaded");
        shared.forget("film");
        assert!(!shared.owns("film", second));
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
