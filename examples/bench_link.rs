//! Time, bytes, requests and memory of an upload on modelled links, compared with other SDKs. In virtual time, so the figures are exact.
//!
//! Writes target/bench/link.json, one row a run, for plots.

mod model;

use model::engine_client::EngineClient;
use model::net::Link;
use model::peers::{Pattern, Peer, ALI_OSS, COS, STREAM, TENCENT_VOD};
use model::world::{Faults, Totals, World};
use model::{compare, write_table};
use serde_json::{json, Value};
use std::fmt::Write;
use vod_upload::api::options::Options;

/// The three links for which tests/bench/README.md states targets.
const A: Link = Link::new("A: 2 MB/s, 60 ms", "4g", 2_000.0, 2_000.0, 60);
const B: Link = Link::new("B: 8 MB/s, 1 a connection, 100 ms", "wifi", 8_000.0, 1_000.0, 100);
const C: Link = Link::new("C: 20 MB/s, 20 ms", "wifi", 20_000.0, 20_000.0, 20);
const SLOW: Link = Link::new("slow: 120 KB/s, 60 ms", "wifi", 120.0, 120.0, 60);

const LINKS: [Link; 9] = [
    Link::new("2G: 15 KB/s, 600 ms", "2g", 15.0, 15.0, 600),
    Link::new("3G: 120 KB/s, 200 ms", "3g", 120.0, 120.0, 200),
    Link::new("weak 4G: 400 KB/s, 120 ms", "4g", 400.0, 400.0, 120),
    Link::new("slow Wi-Fi: 1 MB/s, 40 ms", "wifi", 1_000.0, 1_000.0, 40),
    A,
    B,
    Link::new("5G: 10 MB/s, 30 ms", "5g", 10_000.0, 10_000.0, 30),
    C,
    Link::new("Wi-Fi 6: 60 MB/s, 8 ms", "wifi", 60_000.0, 60_000.0, 8),
];
const SIZES: [(u64, &str); 8] = [
    (1, "1 B"),
    (200_000, "200 KB"),
    (1_000_000, "1 MB"),
    (5_000_000, "5 MB"),
    (50_000_000, "50 MB"),
    (300_000_000, "300 MB"),
    (1_000_000_000, "1 GB"),
    (10_000_000_000, "10 GB"),
];
const PEERS: [Pattern; 4] = [STREAM, ALI_OSS, COS, TENCENT_VOD];
/// Round trips until a new connection can be used: TCP alone, as on the test machines, and with TLS 1.3.
const TCP: u64 = 1;
const TLS: u64 = 2;

struct Run {
    finished: bool,
    seconds: f64,
    /// Time ÷ ideal, bytes sent ÷ size.
    time: f64,
    sent: f64,
    totals: Totals,
}

struct Setting {
    link: Link,
    faults: Faults,
    setup: u64,
    size: u64,
    seed: u64,
}

impl Setting {
    fn clean(link: Link, setup: u64, size: u64) -> Self {
        Setting { link, faults: Faults::default(), setup, size, seed: 1 }
    }

    fn world(&self) -> World {
        World::new(self.link, self.faults, self.setup, self.seed)
    }

    fn ours(&self, network: &str) -> Run {
        let mut world = self.world();
        let options = Options { seed: self.seed, network: network.into(), ..Options::default() };
        let mut client = EngineClient::new(&[self.size], options, 0);
        let finished = world.run(&mut client);
        self.outcome(finished, world)
    }

    fn peer(&self, pattern: Pattern) -> Run {
        let mut world = self.world();
        let finished = world.run(&mut Peer::new(pattern, self.size));
        self.outcome(finished, world)
    }

    fn outcome(&self, finished: bool, world: World) -> Run {
        Run {
            finished,
            seconds: world.now as f64 / 1e6,
            time: world.now as f64 / self.link.ideal(self.size),
            sent: world.totals.sent as f64 / self.size as f64,
            totals: world.totals,
        }
    }
}

fn main() {
    let mut rows = Vec::new();
    let missed = faults(&mut rows);
    changes();
    matrix(&mut rows);
    write_table("link", rows);
    println!("bars missed: {missed}");
}

fn row(rows: &mut Vec<Value>, table: &str, s: &Setting, network: &str, client: &str, faults: &str, run: &Run) {
    rows.push(json!({
        "table": table, "link": s.link.name, "network": network, "faults": faults, "size": s.size, "client": client,
        "finished": run.finished, "seconds": run.seconds, "timeByIdeal": run.time, "sentBySize": run.sent,
        "requests": run.totals.requests, "peakHeld": run.totals.peak_held,
    }));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// What breaks, and how often.
const KINDS: [(&str, Faults); 7] = [
    ("none", lost(0.0, 0.0, 0.0)),
    ("1 % requests", lost(0.01, 0.0, 0.0)),
    ("3 % requests", lost(0.03, 0.0, 0.0)),
    ("1 % a MB", lost(0.0, 0.01, 0.0)),
    ("3 % a MB", lost(0.0, 0.03, 0.0)),
    ("1 % silent", lost(0.0, 0.0, 0.01)),
    ("3 % silent", lost(0.0, 0.0, 0.03)),
];
/// Targets of time ÷ ideal. B's is higher: each of its connections has a limit of its own.
const UNDER_FAULTS: [(Link, u64, f64); 4] =
    [(SLOW, 20_000_000, 1.15), (A, 50_000_000, 1.15), (B, 50_000_000, 1.20), (C, 50_000_000, 1.15)];
/// Bytes sent ÷ size.
const SENT: f64 = 1.05;
const SEEDS: u64 = 101;
/// Seeds that are compared with the targets, and on which the other clients run.
const JUDGED_SEEDS: u64 = 5;

const fn lost(request: f64, megabyte: f64, silent: f64) -> Faults {
    Faults { request, megabyte, silent }
}

fn faults(rows: &mut Vec<Value>) -> u32 {
    let mut missed = 0;
    println!("\nResets and silence, medians of {JUDGED_SEEDS} seeds beside their targets, and of {SEEDS}; others: medians of those of {JUDGED_SEEDS} that finish.");
    println!("A part that failed waits 2 s (retryDuration): much where the whole file takes 2.5 s (C) or 6 s (B).\n");
    println!(
        "{:<34} {:>5} {:<13} {:>15} {:>15} {:>7} {:>9}   stream, ali-oss, COS, TVOD",
        "link", "size", "lost", "time", "bytes", "of 101", "finished"
    );
    for (link, size, bar) in UNDER_FAULTS {
        for (kind, faults) in KINDS {
            let settings = |seed| Setting { link, faults, setup: TCP, size, seed };
            let runs: Vec<Run> = (1..=SEEDS).map(|seed| settings(seed).ours(link.kind)).collect();
            for (run, seed) in runs.iter().zip(1..=JUDGED_SEEDS) {
                row(rows, "faults", &settings(seed), link.kind, "ours", kind, run);
            }
            let judged = &runs[..JUDGED_SEEDS as usize];
            let times = |runs: &[Run]| median(runs.iter().map(|r| r.time).collect());
            let sent = median(judged.iter().map(|r| r.sent).collect());
            println!(
                "{:<34} {:>2} MB {kind:<13} {:>15} {:>15} {:>7.3} {:>5}/{SEEDS}   {}",
                link.name,
                size / 1_000_000,
                compare(times(judged), bar, &mut missed),
                compare(sent, SENT, &mut missed),
                times(&runs),
                runs.iter().filter(|r| r.finished).count(),
                PEERS.map(|peer| finished_of(peer, &settings)).join(", ")
            );
        }
    }
    missed
}

/// How many of another client's runs finish, and the median of their time ÷ ideal.
fn finished_of(peer: Pattern, settings: &dyn Fn(u64) -> Setting) -> String {
    let done: Vec<f64> =
        (1..=JUDGED_SEEDS).map(|seed| settings(seed).peer(peer)).filter(|r| r.finished).map(|r| r.time).collect();
    match done.len() {
        0 => "–".into(),
        count => format!("{count}/{JUDGED_SEEDS} {:.2}", median(done)),
    }
}

/// 50 MB while the link becomes another one.
fn changes() {
    println!("\n50 MB while the link changes: time ÷ ideal, bytes sent ÷ size. –: not finished.\n");
    println!("{:<56} {:>13} {:>13} {:>13} {:>13} {:>13}", "", "ours", "one stream", "ali-oss", "COS", "Tencent VOD");
    let size = 50_000_000;
    for (link, at, to) in [(A, 10, 120_000), (C, 1, 400_000), (B, 3, 1_000_000), (SLOW, 30, 2_000_000)] {
        // A connection's own limit is the narrow link's, and goes with it.
        let link = if link.name == SLOW.name { Link { each: 2e6, ..link } } else { link };
        let at_us = at * 1_000_000;
        let before = link.total * at as f64;
        let ideal = at as f64 + (size as f64 - before) / to as f64;
        let cell = |finished: bool, world: &World| match finished {
            true => format!("{:>7.3} {:>5.3}", world.now as f64 / 1e6 / ideal, world.totals.sent as f64 / size as f64),
            false => format!("{:>13}", "–"),
        };
        let setting = Setting::clean(link, TCP, size);
        let mut world = setting.world();
        world.change(at_us, to);
        let finished =
            world.run(&mut EngineClient::new(&[size], Options { network: link.kind.into(), ..Options::default() }, 0));
        let mut line = cell(finished, &world);
        for pattern in PEERS {
            let mut world = setting.world();
            world.change(at_us, to);
            let finished = world.run(&mut Peer::new(pattern, size));
            let _ = write!(line, " {}", cell(finished, &world));
        }
        println!("{:<56} {line}", format!("{}, after {at} s {} KB/s", link.name, to / 1_000));
    }
}

fn matrix(rows: &mut Vec<Value>) {
    println!(
        "\nAll sizes on all links, TLS: time ÷ ideal (ms up to 1 MB), requests. –: not finished, for a request took 60 s."
    );
    for link in LINKS {
        println!(
            "\n{:<28} {:>18} {:>18} {:>18} {:>18} {:>18} {:>10}",
            link.name, "ours", "one stream", "ali-oss", "COS", "Tencent VOD", "ours held"
        );
        for (size, name) in SIZES {
            let setting = Setting::clean(link, TLS, size);
            let ours = setting.ours(link.kind);
            row(rows, "matrix", &setting, link.kind, "ours", "none", &ours);
            let mut line = format!("{name:>28} {}", cell(&ours, size));
            for pattern in PEERS {
                let run = setting.peer(pattern);
                row(rows, "matrix", &setting, link.kind, pattern.name, "none", &run);
                let _ = write!(line, " {}", cell(&run, size));
            }
            println!("{line} {:>7.1} MB", ours.totals.peak_held as f64 / 1e6);
        }
    }
}

fn cell(run: &Run, size: u64) -> String {
    let requests = run.totals.requests;
    match (run.finished, size <= 1_000_000) {
        (false, _) => format!("{:>18}", "–"),
        (true, true) => format!("{:>9.0} ms {requests:>5}", run.seconds * 1e3),
        (true, false) => format!("{:>12.3} {requests:>5}", run.time),
    }
}
