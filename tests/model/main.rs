//! Random sequences of all calls of the app and of all answers it may get, compared with a small model of the documented interface (js-glue/README.md).
//!
//! `VOD_UPLOAD_SEQUENCES` sets how many; a failing sequence is shrunk and printed.

mod play;
mod reference;

use play::{play, Config, Flow, Move, Reply};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Mutex;

/// splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }
}

fn draw(seed: u64) -> (Config, Vec<Move>) {
    let d = &mut Dice(seed.wrapping_mul(0x2545_F491_4F6C_DD1D));
    let flow = d.pick(&[Flow::Auth, Flow::Sts, Flow::Direct, Flow::GetAuth, Flow::GetSts]);
    let asks = matches!(flow, Flow::GetAuth | Flow::GetSts);
    let config = Config { flow, parallel: d.pick(&[1, 1, 2, 3]), expired_handled: asks || d.below(4) > 0 };
    let mut added = 0;
    let length = 5 + d.below(60);
    let moves = (0..length).map(|_| {
        // A file of the last few, sometimes one that never was.
        let n = (added + 1 - d.below(5).min(added)) as usize;
        let sound = d.below(5) > 0;
        match d.below(40) {
            0..6 => {
                added += 1;
                Move::Add(added as usize)
            }
            6..10 => Move::Start,
            10 => Move::Stop,
            11 if d.below(3) == 0 => Move::Clean,
            11 | 12 => Move::Remove(n),
            13 | 14 => Move::Cancel(n),
            15 | 16 => Move::Resume(n),
            17 | 18 => Move::Pause(n),
            19..26 if asks => Move::Credential { n, sound },
            19..25 => Move::Set { n, sound },
            25 | 26 => Move::Renew { sound },
            27 if asks => Move::Refuse(n),
            28 => Move::Tick,
            _ => {
                let reply =
                    d.pick(&[Reply::Good, Reply::Good, Reply::Good, Reply::Denied, Reply::Expired, Reply::Broken]);
                Move::Reply { n, reply }
            }
        }
    });
    (config, moves.collect())
}

fn run(config: Config, moves: &[Move]) -> Result<(), String> {
    match catch_unwind(AssertUnwindSafe(|| play(config, moves))) {
        Ok(result) => result,
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            Err(text.or(panic.downcast_ref::<&str>().map(|s| s.to_string())).unwrap_or_default())
        }
    }
}

/// Leaves out what the failure does not need: halves first, then single moves.
fn shrink(config: Config, mut moves: Vec<Move>) -> Vec<Move> {
    let mut size = moves.len().max(1);
    loop {
        let mut at = 0;
        let mut smaller = false;
        while at < moves.len() {
            let mut fewer = moves.clone();
            fewer.drain(at..(at + size).min(moves.len()));
            if run(config, &fewer).is_err() {
                moves = fewer;
                smaller = true;
            } else {
                at += size;
            }
        }
        if size == 1 && !smaller {
            return moves;
        }
        size = (size / 2).max(1);
    }
}

#[test]
fn engine_and_contract_agree() {
    let sequences = std::env::var("VOD_UPLOAD_SEQUENCES").ok().and_then(|n| n.parse().ok()).unwrap_or(200_000);
    let next = AtomicU64::new(1);
    let wrong = Mutex::new(None);
    std::panic::set_hook(Box::new(|_| {}));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, |n| n.get()) {
            scope.spawn(|| loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed > sequences || wrong.lock().unwrap().is_some() {
                    break;
                }
                let (config, moves) = draw(seed);
                if run(config, &moves).is_err() {
                    wrong.lock().unwrap().get_or_insert((seed, config, moves));
                }
            });
        }
    });
    if let Some((seed, config, moves)) = wrong.into_inner().unwrap() {
        let moves = shrink(config, moves);
        let why = run(config, &moves).unwrap_err();
        let _ = std::panic::take_hook();
        let list: String = moves.iter().enumerate().map(|(at, m)| format!("{at:>4} {m:?}\n")).collect();
        panic!("sequence {seed}, {config:?}\n{list}{why}");
    }
    let _ = std::panic::take_hook();
}

#[test]
fn shrinking_keeps_what_matters() {
    let config = Config { flow: Flow::Auth, parallel: 1, expired_handled: true };
    let moves = vec![Move::Add(1), Move::Start, Move::Tick];
    assert!(run(config, &moves).is_ok());
}
