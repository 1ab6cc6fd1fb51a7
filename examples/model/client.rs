//! What a client of the model is: it gets events, and calls the methods of [`World`].

use super::world::World;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Initiate,
    Part,
    Complete,
    /// The whole file in one request.
    Whole,
    Other,
}

/// An event that a client receives.
#[derive(Clone, Copy, Debug)]
pub enum WorldEvent {
    Start,
    /// A read or stat call has ended.
    Disk(u32),
    Response {
        id: u32,
        kind: Kind,
        outcome: Outcome,
    },
    Timer,
    /// The network went, or came back.
    Network(bool),
    /// Another network took the place of the present one.
    Switched,
    /// The app was hidden (true) or shown again.
    Hidden(bool),
    /// The app's server has answered the call with this number.
    App(u32),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    Reset,
    Timeout,
    /// There was no network at all.
    Offline,
    /// The network changed.
    Switched,
    /// The app was in the background for too long.
    Interrupted,
}

pub trait Client {
    fn on_event(&mut self, world: &mut World, event: WorldEvent);
    /// Once the client has ended: whether it succeeded.
    fn ended(&self) -> Option<bool>;
}
