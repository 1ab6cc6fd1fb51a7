//! What all engines of an app share: which file of which of them remembers an upload, and the memory.
//!
//! Two uploaders that send the same content would otherwise go on from the same parts, and write one object twice.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

/// An engine, and a file of it.
pub type Owner = (u32, u32);

struct Claim {
    /// What it is remembered under.
    name: String,
    /// Who has written last what the storage holds.
    owner: Owner,
    /// Its owner is sending it.
    held: bool,
}

#[derive(Default)]
struct Shared {
    engines: Cell<u32>,
    bytes: Cell<u64>,
    claims: RefCell<Vec<Claim>>,
}

#[derive(Clone, Default)]
pub struct SharedState(Rc<Shared>);

impl SharedState {
    /// A number for one more engine.
    pub fn join(&self) -> u32 {
        let number = self.0.engines.get() + 1;
        self.0.engines.set(number);
        number
    }

    /// Bytes of files in memory, over all engines.
    pub fn bytes(&self) -> u64 {
        self.0.bytes.get()
    }

    /// An engine holds `now` bytes, where it held `before`.
    pub fn hold(&self, before: u64, now: u64) {
        self.0.bytes.set(self.bytes() - before + now);
    }

    /// Makes a name its own; false while another file is sent under it.
    pub fn claim(&self, name: &str, owner: Owner) -> bool {
        let claims = &mut *self.0.claims.borrow_mut();
        match claims.iter_mut().find(|c| c.name == name) {
            Some(claim) if claim.held && claim.owner != owner => return false,
            Some(claim) => (claim.owner, claim.held) = (owner, true),
            None => claims.push(Claim { name: name.into(), owner, held: true }),
        }
        true
    }

    /// Nobody else has sent under the name since.
    pub fn owns(&self, name: &str, owner: Owner) -> bool {
        self.0.claims.borrow().iter().any(|c| c.name == name && c.owner == owner)
    }

    /// It is not sent any more: others may go on from where it is.
    pub fn release(&self, owner: Owner) {
        for claim in self.0.claims.borrow_mut().iter_mut() {
            claim.held &= claim.owner != owner;
        }
    }

    /// Nothing is remembered under the name any more.
    pub fn forget(&self, name: &str) {
        self.0.claims.borrow_mut().retain(|c| c.name != name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_the_last_one_knows() {
        let (common, first, second) = (SharedState::default(), (1, 1), (2, 1));
        assert!(common.claim("film", first) && common.claim("film", first));
        assert!(!common.clone().claim("film", second), "it is being sent");
        assert!(common.claim("other", second));
        common.release(first);
        assert!(common.owns("film", first));
        assert!(common.claim("film", second));
        assert!(!common.owns("film", first), "what it knows is old");
        common.forget("film");
        assert!(!common.owns("film", second));
    }

    #[test]
    fn bytes_are_added_up() {
        let common = SharedState::default();
        assert_eq!((common.join(), common.clone().join()), (1, 2));
        common.hold(0, 5);
        common.hold(0, 7);
        common.hold(5, 2);
        assert_eq!(common.bytes(), 9);
    }
}
