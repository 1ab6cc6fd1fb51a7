//! The states of a file, and the only moves between them.

/// A file's state, as the app sees it (`Stoped` is the field's spelling).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Ready,
    Uploading,
    Success,
    Failure,
    Canceled,
    Stoped,
}

use State::*;

/// Every legal move; what is not here is refused.
const MOVES: [(State, State); 13] = [
    (Ready, Uploading),
    (Ready, Canceled),
    (Ready, Stoped),
    (Uploading, Success),
    (Uploading, Failure),
    (Uploading, Canceled),
    (Uploading, Stoped),
    (Stoped, Ready),
    (Stoped, Canceled),
    (Failure, Ready),
    (Failure, Canceled),
    (Canceled, Ready),
    (Ready, Failure),
];

impl State {
    pub fn name(self) -> &'static str {
        match self {
            Ready => "Ready",
            Uploading => "Uploading",
            Success => "Success",
            Failure => "Failure",
            Canceled => "Canceled",
            Stoped => "Stoped",
        }
    }

    pub fn may_become(self, next: State) -> bool {
        MOVES.contains(&(self, next))
    }

    /// Success, Failure and Canceled end a file.
    pub fn ended(self) -> bool {
        matches!(self, Success | Failure | Canceled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_closed() {
        let all = [Ready, Uploading, Success, Failure, Canceled, Stoped];
        let legal = all.iter().flat_map(|a| all.iter().map(move |b| (*a, *b))).filter(|(a, b)| a.may_become(*b));
        assert_eq!(legal.count(), MOVES.len());
        for s in all {
            assert!(!Success.may_become(s), "nothing follows success");
            assert!(!s.may_become(s), "a move changes the state");
        }
    }
}
