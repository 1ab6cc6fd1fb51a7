//! The engine in a model of the world: one seed, one run, virtual time.
//!
//! `cargo test --test sim` makes 20,000 runs; `VOD_UPLOAD_RUNS` other numbers. A failing seed is printed and replayed by
//! `VOD_UPLOAD_SEED=… cargo test --test sim replay -- --nocapture`. `VOD_UPLOAD_WORLDS=forms` or `=head-denied` makes runs in
//! which every file goes as a form, or no object may be looked at.

mod app;
mod cloud;
mod content;
mod dice;
mod disk;
mod http;
mod life;
mod link;
mod oss;
mod phone;
mod rules;
mod scenario;
mod signing;
mod trace;
mod traffic;
mod verdict;
mod vod;
mod watch;
mod world;

use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;
use world::{Stats, World};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn run(seed: u64, trace: bool) -> Result<Stats, String> {
    match catch_unwind(AssertUnwindSafe(|| World::new(seed, trace).run())) {
        Ok(result) => result,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            Err(text.or(panic.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default())
        }
    }
}

#[test]
fn many_worlds() {
    let runs = number("VOD_UPLOAD_RUNS").unwrap_or(20_000);
    let from = number("VOD_UPLOAD_FROM").unwrap_or(1);
    let most = number("VOD_UPLOAD_FAILURES").unwrap_or(5) as usize;
    let next = AtomicU64::new(from);
    let wrong = Mutex::new(Vec::new());
    let sum = Mutex::new(Stats::default());
    let threads = std::thread::available_parallelism().map_or(1, |n| n.get());
    // A run that panics is reported with its seed, not with a trace of the stack.
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut mine = Stats::default();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= from + runs || wrong.lock().unwrap().len() >= most {
                        break;
                    }
                    match run(seed, false) {
                        Ok(stats) => mine.add(stats),
                        Err(text) => wrong.lock().unwrap().push((seed, text)),
                    }
                }
                sum.lock().unwrap().add(mine);
            });
        }
    });
    let _ = std::panic::take_hook();
    println!("{:?}", sum.lock().unwrap());
    let wrong = wrong.into_inner().unwrap();
    for (seed, text) in &wrong {
        println!("seed {seed}: {text}\n  VOD_UPLOAD_SEED={seed} cargo test --test sim replay -- --nocapture");
    }
    assert!(wrong.is_empty(), "{} runs broke a rule", wrong.len());
}

#[test]
fn replay() {
    let Some(seed) = number("VOD_UPLOAD_SEED") else { return };
    println!("{:?}", run(seed, true).unwrap_or_else(|text| panic!("seed {seed}: {text}")));
}
