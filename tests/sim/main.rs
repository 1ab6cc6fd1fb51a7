//! Simulation tests: the engine with a modelled phone, network, OSS and VOD in virtual time. One seed, one run.
//!
//! `cargo test --test sim` makes 20,000 runs. Environment variables:
//!
//! * `VOD_UPLOAD_RUNS`, `VOD_UPLOAD_FROM`: number of runs and the first seed;
//! * `VOD_UPLOAD_FAILURES`: broken rules that are collected before it stops (5);
//! * `VOD_UPLOAD_WORLDS`: only runs in which every file goes as a form (`forms`), no object may be looked at (`head-denied`),
//!   large files are rewritten while they are sent (`rewritten`), the phone's clock stands still, runs back, is set back or
//!   gives no number (`odd-clock`), or several of these (`forms,head-denied`);
//! * `VOD_UPLOAD_DIGEST`: print a digest of all actions.
//!
//! A failing seed is printed with its world and the command that replays it.

mod app;
mod app_server;
mod capacity;
mod cloud;
mod content;
mod disk;
mod draw;
mod final_rules;
mod foreign;
mod forms;
mod hosts;
mod http;
mod interference;
mod lifecycle;
mod link;
mod observed;
mod oss;
mod perform;
mod phone;
mod rng;
mod rules;
mod scenario;
mod scopes;
mod signing;
mod timetable;
mod trace;
mod traffic;
mod videos;
mod vod;
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

/// The switches that change a run, as they are written before a command.
fn switches() -> String {
    let set = |name: &str| std::env::var(name).ok().map(|value| format!("{name}={value} "));
    set("VOD_UPLOAD_WORLDS").unwrap_or_default()
}

#[test]
fn many_worlds() {
    let runs = number("VOD_UPLOAD_RUNS").unwrap_or(20_000);
    let from = number("VOD_UPLOAD_FROM").unwrap_or(1);
    let most = number("VOD_UPLOAD_FAILURES").unwrap_or(5) as usize;
    let next = AtomicU64::new(from);
    let failures = Mutex::new(Vec::new());
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
                    if seed >= from + runs || failures.lock().unwrap().len() >= most {
                        break;
                    }
                    match run(seed, false) {
                        Ok(stats) => mine.add(stats),
                        Err(text) => failures.lock().unwrap().push((seed, text)),
                    }
                }
                sum.lock().unwrap().add(mine);
            });
        }
    });
    let _ = std::panic::take_hook();
    println!("{:?}", sum.lock().unwrap());
    let failures = failures.into_inner().unwrap();
    for (seed, text) in &failures {
        println!("seed {seed}: {text}\n  {:?}", scenario::Scenario::draw(*seed));
        println!("  {}VOD_UPLOAD_SEED={seed} cargo test --test sim replay -- --nocapture", switches());
    }
    assert!(failures.is_empty(), "{} runs broke a rule", failures.len());
}

#[test]
fn replay() {
    let Some(seed) = number("VOD_UPLOAD_SEED") else { return };
    println!("{:?}", run(seed, true).unwrap_or_else(|text| panic!("seed {seed}: {text}")));
}
