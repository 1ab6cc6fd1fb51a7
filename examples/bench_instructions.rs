//! The engine's own work for a part and for a signature, in instructions counted by valgrind.
//!
//! Without valgrind (Debian: valgrind) times are shown instead. The counts hold the model's own work too, about a tenth.

mod model;

use model::engine_client::EngineClient;
use model::net::Link;
use model::world::{Faults, World};
use std::process::Command;
use std::time::Instant;
use vod_upload::api::options::Options;
use vod_upload::credential::Credential;
use vod_upload::oss::endpoint::ObjectLocation;
use vod_upload::oss::request::Request;
use vod_upload::oss::signer::{Signature, Signer};

const LINK: Link = Link::new("without delay", "wifi", 1e6, 1e6, 0);
/// The smallest part that OSS accepts, bytes.
const PART: u64 = 102_400;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["parts", parts, files] => upload(number(parts), number(files)),
        ["signatures", count, credentials] => sign(number(count), number(credentials)),
        _ => report(),
    }
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

/// One file of so many parts, while all others wait in the list.
fn upload(parts: u64, files: u64) {
    let mut sizes = vec![PART; files as usize];
    sizes[0] = parts * PART;
    let mut client =
        EngineClient::new(&sizes, Options { part_size: PART, network: "wifi".into(), ..Options::default() }, 0);
    client.finish_after = 1;
    assert!(World::new(LINK, Faults::default(), 1, 1).run(&mut client));
}

/// So many parts are signed, with credentials in turn.
fn sign(count: u64, credentials: u64) {
    let target =
        ObjectLocation::new("oss-cn-shanghai.aliyuncs.com", "outin-0123456789", "sv/a/b.mp4", false, "").unwrap();
    let mut signer = Signer::new();
    for n in 0..count {
        let credential = Credential {
            access_key_id: "STS.NUyK8ZJ5tUqBvYm3JxP7kz9Hd".into(),
            access_key_secret: format!("secret {}", n % credentials),
            security_token: "CAIS".repeat(180),
            expires_at: None,
            region: None,
        };
        let mut request = Request::upload_part(n as u32 + 1, "0004B9894A22E5B1888A1E29F8236E2D");
        signer.sign(Signature::V4, &mut request, &credential, &target, 1_780_272_000_000);
    }
}

fn report() {
    let exact = Command::new("valgrind").arg("--version").output().is_ok_and(|out| out.status.success());
    println!("{}, a part or a signature\n", if exact { "Instructions" } else { "ns (valgrind is not installed)" });
    let cost = |more: &[&str], less: &[&str]| (measure(exact, more) - measure(exact, less)) / 1_000.0;
    let first = cost(&["parts", "2000", "1"], &["parts", "1000", "1"]);
    let last = cost(&["parts", "10000", "1"], &["parts", "9000", "1"]);
    let queued = cost(&["parts", "2000", "1000"], &["parts", "1000", "1000"]);
    println!("{:<62} {first:>9.0}", "a part: the second thousand of a file");
    println!("{:<62} {last:>9.0}   × {:.3}", "the last thousand of 10,000 (Complete names them all)", last / first);
    println!("{:<62} {queued:>9.0}   × {:.3}", "the second thousand, while 999 other files wait", queued / first);
    let same = cost(&["signatures", "2000", "1"], &["signatures", "1000", "1"]);
    let other = cost(&["signatures", "2000", "2"], &["signatures", "1000", "2"]);
    println!("{:<62} {same:>9.0}", "a signature: one credential, its key derived once");
    println!("{:<62} {other:>9.0}   × {:.3}", "another credential each time", other / same);
    let bars = [last / first < 1.1, queued / first < 1.1, other / same > 1.2];
    println!(
        "\nbars missed: {} (no part costs 1.1 × another, the key is not derived anew)",
        bars.iter().filter(|met| !**met).count()
    );
}

/// Runs this program once more, counted.
fn measure(exact: bool, args: &[&str]) -> f64 {
    let this = std::env::current_exe().expect("this program has a path");
    if !exact {
        let run = || {
            let begun = Instant::now();
            assert!(Command::new(&this).args(args).status().is_ok_and(|s| s.success()));
            begun.elapsed().as_nanos() as f64
        };
        return (0..5).map(|_| run()).fold(f64::MAX, f64::min);
    }
    let options = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"];
    let out = Command::new("valgrind").args(options).arg(this).args(args).output().expect("valgrind runs");
    let stderr = String::from_utf8_lossy(&out.stderr);
    let count = stderr.lines().find_map(|line| line.split_once("I   refs:").or(line.split_once("I refs:")));
    let digits: String = count.map(|(_, n)| n.chars().filter(char::is_ascii_digit).collect()).unwrap_or_default();
    digits.parse().unwrap_or_else(|_| panic!("valgrind printed no count: {stderr}"))
}
