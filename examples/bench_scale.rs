//! Extreme loads: the largest object, a thousand files, twenty credentials in one upload, 100,000 phones that reconnect at once.

mod model;

use model::compare;
use model::engine_client::EngineClient;
use model::net::Link;
use model::world::{Faults, World};
use vod_upload::api::options::Options;
use vod_upload::flow::rate_control::{RateController, Remaining};
use vod_upload::multipart::plan::{PartPlan, MAX_OBJECT, MAX_PARTS};

const MOBILE: Link = Link::new("4G", "4g", 2_000.0, 2_000.0, 60);
const WIFI: Link = Link::new("Wi-Fi", "wifi", 20_000.0, 20_000.0, 20);
const SECOND: u64 = 1_000_000;

fn main() {
    plans();
    let missed = queue() + credentials() + fleet();
    println!("\nbars missed: {missed}");
}

/// Plans all parts of a file on a link whose speed does not change.
fn plans() {
    println!("Plans: the parts of a file on a link that stays slow (2G) and on a fast one (Wi-Fi)\n");
    println!(
        "{:>12} {:>6} {:>9} {:>16} {:>16} {:>10}",
        "size", "link", "parts", "first part", "largest part", "at once"
    );
    for (name, size) in
        [("1 GB", 1e9), ("10 GB", 1e10), ("160 GB", 1.6e11), ("1 TB", 1e12), ("48.8 TB", MAX_OBJECT as f64)]
    {
        let size = size as u64;
        for kind in ["2g", "wifi"] {
            let rate = RateController::new(0, 0, kind);
            let mut parts = PartPlan::default();
            let (mut first, mut largest, mut covered, mut count) = (0, 0, 0, 0);
            while let Some(cut) = parts.take(
                size,
                rate.next_part(Remaining { uncut: parts.uncut(size), in_flight: &[], numbers: parts.numbers_left() }),
            ) {
                first = if count == 0 { cut.length } else { first };
                largest = largest.max(cut.length);
                covered += cut.length;
                count += 1;
            }
            assert!(covered == size && count <= MAX_PARTS);
            let at_once = (rate.budget() / largest).clamp(1, u64::from(rate.concurrency_limit()));
            println!("{name:>12} {kind:>6} {count:>9} {first:>16} {largest:>16} {at_once:>10}");
        }
    }
    println!("Expected: at most {MAX_PARTS} parts, all bytes covered. WeChat reads at most 100 MB at once: beyond 1 TB this is paper.");
}

/// Files of one request each: one at a time waits for its round trip; several at once hide it.
fn queue() -> u32 {
    let mut missed = 0;
    println!(
        "\nA thousand files of 300 KB at 20 MB/s, 20 ms, one connection's set-up 20 ms; expected: one request a file\n"
    );
    println!("{:>13} {:>10} {:>16} {:>16}", "files at once", "seconds", "requests", "time ÷ ideal");
    // A file takes 15 ms on the link, 20 ms for its round trip and 5 ms at OSS: 2.67 at best, one at a time.
    for (parallel_files, bar) in [(1, 2.6), (3, 1.2), (8, 1.05)] {
        let mut world = World::new(WIFI, Faults::default(), 1, 1);
        let options = Options { parallel_files, network: "wifi".into(), ..Options::default() };
        assert!(world.run(&mut EngineClient::new(&[300_000; 1000], options, 0)));
        let seconds = world.now as f64 / 1e6;
        println!(
            "{parallel_files:>13} {seconds:>10.1} {:>16} {:>16}",
            compare(world.totals.requests as f64, 1_000.0, &mut missed),
            compare(seconds / (300.0 / 20.0), bar, &mut missed)
        );
    }
    missed
}

fn credentials() -> u32 {
    let mut missed = 0;
    println!("\n36 GB at 2 MB/s with credentials valid for 15 minutes: five hours, twenty credentials\n");
    let size = 36_000_000_000;
    let mut world = World::new(MOBILE, Faults::default(), 2, 1);
    let mut client = EngineClient::new(&[size], Options { network: "4g".into(), ..Options::default() }, 900);
    let finished = world.run(&mut client);
    missed += u32::from(!finished);
    println!(
        "finished {finished}, credentials {}, time ÷ ideal {}, bytes sent ÷ size {}, requests {}",
        compare(client.credentials.into(), 21.0, &mut missed),
        compare(world.now as f64 / MOBILE.ideal(size), 1.03, &mut missed),
        compare(world.totals.sent as f64 / size as f64, 1.01, &mut missed),
        world.totals.requests
    );
    missed
}

/// Phones of the fleet that are really run, and how many each stands for.
const PHONES: u64 = 1_000;
const EACH: f64 = 100.0;
/// Eight parts of each phone at the same moment are what a fleet without back-off would send; a tenth of it is the bar.
const BURST: f64 = 800_000.0 / 10.0;

fn fleet() -> u32 {
    let mut missed = 0;
    println!(
        "\n100,000 phones in the middle of 50 MB at 2 MB/s; the network goes at 10 s and comes back for all at once."
    );
    println!("Requests a second, all phones together ({PHONES} are run, each stands for {EACH}). Without back-off: 800,000 at once.\n");
    let spans = [(-5, 0), (0, 1), (1, 2), (2, 5), (5, 10), (10, 20), (20, 40), (40, 80)];
    let away: Vec<String> = spans.iter().map(|(from, to)| format!("{:>9}", format!("{from}…{to} s"))).collect();
    println!("{:<34} {:>10} {} {:>17} {:>9}", "", "while away", away.join(" "), "busiest 0.1 s", "finished");
    for (name, away, network_events) in [
        ("30 s, network events", 30, true),
        ("30 s, no network events", 30, false),
        ("4 min, network events", 240, true),
        ("4 min, no network events", 240, false),
    ] {
        let back = (10 + away) * SECOND;
        let mut times: Vec<i64> = Vec::new();
        let mut finished = 0;
        for seed in 1..=PHONES {
            let mut world = World::new(MOBILE, Faults::default(), 2, seed);
            world.outage(10 * SECOND, back, network_events);
            let mut client =
                EngineClient::new(&[50_000_000], Options { seed, network: "4g".into(), ..Options::default() }, 0);
            finished += u64::from(world.run(&mut client));
            times.extend(world.log.iter().map(|at| *at as i64 - back as i64));
        }
        let second = SECOND as i64;
        let count = |from: i64, to: i64| times.iter().filter(|t| (from..to).contains(*t)).count() as f64 * EACH;
        let rates: Vec<String> =
            spans.iter().map(|(a, b)| format!("{:>9.0}", count(a * second, b * second) / (b - a) as f64)).collect();
        let busiest = (0..100).map(|n| count(n * second / 10, (n + 1) * second / 10)).fold(0.0, f64::max);
        println!(
            "{name:<34} {:>10.0} {} {:>17} {:>8.0} %",
            count(-(away as i64) * second, 0) / away as f64,
            rates.join(" "),
            compare(busiest, BURST, &mut missed),
            finished as f64 / PHONES as f64 * 100.0
        );
        missed += u32::from(finished < PHONES);
    }
    missed
}
