//! Ctrl-C. What runs below gets it too, and is waited for: it may have a server to stop or a file to close.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::{Context, Result};

/// The exit code of a program that Ctrl-C has ended, by the shells' convention.
pub const INTERRUPTED: u8 = 130;

static REQUESTED: AtomicBool = AtomicBool::new(false);
/// The program that has a process group of its own and must be told; 0 for none.
static FORWARD_TO: AtomicU32 = AtomicU32::new(0);

pub fn watch() -> Result<()> {
    ctrlc::set_handler(|| {
        REQUESTED.store(true, Ordering::SeqCst);
        let child = FORWARD_TO.load(Ordering::SeqCst);
        if child != 0 {
            interrupt(child);
        }
    })
    .context("can't watch for Ctrl-C")
}

pub fn requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

pub fn forward_to(child: Option<u32>) {
    let child = child.unwrap_or(0);
    FORWARD_TO.store(child, Ordering::SeqCst);
    // Ctrl-C may have come between the start of the program and this line.
    if child != 0 && requested() {
        interrupt(child);
    }
}

#[cfg(unix)]
fn interrupt(child: u32) {
    use nix::sys::signal::{kill, Signal};
    use nix::unistd::Pid;
    // It may have ended a moment ago, which is as well.
    let _ = kill(Pid::from_raw(child as i32), Signal::SIGINT);
}

/// The console has told every program in it already.
#[cfg(not(unix))]
fn interrupt(_child: u32) {}
