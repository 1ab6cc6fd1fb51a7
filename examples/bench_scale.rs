//! The far ends: the largest object, a thousand files, twenty credentials in one upload, a city that comes back online.

mod model;

use model::net::Link;
use model::ours::Ours;
use model::world::{Faults, World};
use vod_upload::options::Options;
use vod_upload::parts::{Parts, MAX_OBJECT, MAX_PARTS};
use vod_upload::rate::Rate;

const MOBILE: Link = Link::new("4G", "4g", 2_000.0, 2_000.0, 60);
const WIFI: Link = Link::new("Wi-Fi", "wifi", 20_000.0, 20_000.0, 20);
const SECOND: u64 = 1_000_000;

fn main() {
    plans();
    queue();
    credentials();
    fleet();
}

/// Parts are cut until nothing is left; the answers do not change the size.
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
            let rate = Rate::new(0, 0, kind);
            let mut parts = Parts::default();
            let (mut first, mut largest, mut covered, mut count) = (0, 0, 0, 0);
            while let Some(cut) = parts.take(size, rate.next_part(parts.uncut(size), 0, parts.numbers_left())) {
                first = if count == 0 { cut.length } else { first };
                largest = largest.max(cut.length);
                covered += cut.length;
                count += 1;
            }
            assert!(covered == size && count <= MAX_PARTS);
            let at_once = (rate.budget() / largest).clamp(1, u64::from(rate.width()));
            println!("{name:>12} {kind:>6} {count:>9} {first:>16} {largest:>16} {at_once:>10}");
        }
    }
    println!("WeChat reads at most 100 MB at once: beyond 1 TB this is paper.");
}

fn queue() {
    println!("\nA thousand files of 300 KB at 20 MB/s, 20 ms, one connection's set-up 20 ms\n");
    println!("{:>12} {:>10} {:>10} {:>14}", "files at once", "seconds", "requests", "time ÷ ideal");
    for parallel_files in [1, 3, 8] {
        let mut world = World::new(WIFI, Faults::default(), 1, 1);
        let options = Options { parallel_files, network: "wifi".into(), ..Options::default() };
        assert!(world.run(&mut Ours::new(&[300_000; 1000], options, 0)));
        let seconds = world.now as f64 / 1e6;
        println!(
            "{parallel_files:>12} {seconds:>10.1} {:>10} {:>14.2}",
            world.totals.requests,
            seconds / (300.0 / 20.0)
        );
    }
}

fn credentials() {
    println!("\n36 GB at 2 MB/s with credentials that live 15 minutes: five hours, twenty lives\n");
    let size = 36_000_000_000;
    let mut world = World::new(MOBILE, Faults::default(), 2, 1);
    let mut client = Ours::new(&[size], Options { network: "4g".into(), ..Options::default() }, 900);
    let well = world.run(&mut client);
    println!(
        "finished {well}, credentials {}, time ÷ ideal {:.3}, bytes sent ÷ size {:.4}, requests {}",
        client.credentials,
        world.now as f64 / MOBILE.ideal(size),
        world.totals.sent as f64 / size as f64,
        world.totals.requests
    );
}

/// Phones of the fleet that are really run, and how many each stands for.
const PHONES: u64 = 1_000;
const EACH: f64 = 100.0;

fn fleet() {
    println!(
        "\n100,000 phones in the middle of 50 MB at 2 MB/s; the network goes at 10 s and comes back for all at once."
    );
    println!("Requests a second, all phones together ({PHONES} are run, each stands for {EACH}):\n");
    let spans = [(-5, 0), (0, 1), (1, 2), (2, 5), (5, 10), (10, 20), (20, 40), (40, 80)];
    let away: Vec<String> = spans.iter().map(|(from, to)| format!("{:>9}", format!("{from}…{to} s"))).collect();
    println!("{:<34} {:>10} {} {:>12} {:>9}", "", "while away", away.join(" "), "busiest 0.1 s", "finished");
    for (name, away, told) in [
        ("30 s, phones are told", 30, true),
        ("30 s, phones find out", 30, false),
        ("4 min, phones are told", 240, true),
        ("4 min, phones find out", 240, false),
    ] {
        let back = (10 + away) * SECOND;
        let mut times: Vec<i64> = Vec::new();
        let mut finished = 0;
        for seed in 1..=PHONES {
            let mut world = World::new(MOBILE, Faults::default(), 2, seed);
            world.outage(10 * SECOND, back, told);
            let mut client = Ours::new(&[50_000_000], Options { seed, network: "4g".into(), ..Options::default() }, 0);
            finished += u64::from(world.run(&mut client));
            times.extend(world.log.iter().map(|at| *at as i64 - back as i64));
        }
        let second = SECOND as i64;
        let count = |from: i64, to: i64| times.iter().filter(|t| (from..to).contains(*t)).count() as f64 * EACH;
        let rates: Vec<String> =
            spans.iter().map(|(a, b)| format!("{:>9.0}", count(a * second, b * second) / (b - a) as f64)).collect();
        let busiest = (0..100).map(|n| count(n * second / 10, (n + 1) * second / 10)).fold(0.0, f64::max);
        println!(
            "{name:<34} {:>10.0} {} {busiest:>12.0} {:>8.0} %",
            count(-(away as i64) * second, 0) / away as f64,
            rates.join(" "),
            finished as f64 / PHONES as f64 * 100.0
        );
    }
}
