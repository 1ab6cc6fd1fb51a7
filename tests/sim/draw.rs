//! The scenario that a seed draws.

use crate::capacity::{carries, files_at_once, first_parts, slowest};
use crate::phone::{OddClock, Oddity};
use crate::rng::Rng;
use crate::scenario::*;
use vod_upload::api::options::{Authoriser, Options, Transport};
use vod_upload::oss::Signature;

const NAMES: [&str; 8] = ["a.mp4", "b.MOV", "lied.mp3", "片 1.mp4", "noext", "", "p.jpg", "q.png"];
const PARAMS: [&str; 4] = ["", "{\"Vod\":{}}", "{\"Vod\":{\"Title\":\"片\",\"CateId\":7}}", "{}"];

impl Scenario {
    pub fn draw(seed: u64) -> Self {
        let d = &mut Rng::new(seed);
        let rewritten = all_worlds_have("rewritten");
        let mood = if rewritten { 35 } else { d.below(100) };
        let calm = mood < 25;
        let orderly = (25..35).contains(&mood);
        // Which share of all faults takes part, and how strong they are.
        // Here the file changes while it is sent, and nothing else is wrong.
        let changing = (35..40).contains(&mood);
        let (share, strength) = match mood {
            0..25 => (0.0, 0.0),
            25..40 => (0.0, 0.0),
            40..60 => (0.12, 0.05),
            60..90 => (0.4, 0.1),
            _ => (0.8, 0.25),
        };
        let flow =
            d.pick(&[Flow::Auth, Flow::Auth, Flow::Sts, Flow::Direct, Flow::GetAuth, Flow::GetAuth, Flow::GetSts]);
        let heal_at = match () {
            _ if calm => 0,
            _ if changing => 60 * SECOND,
            _ => d.range(20 * SECOND, 30 * MINUTE),
        };
        let mut options = options(d, flow);
        if all_worlds_have("forms") {
            options.transport = Transport::UploadFile;
        }
        if orderly && options.network == "none" {
            // Without a network from the start, a file would fail before the user's actions end.
            options.network = "unknown".into();
        }
        let mut files = files(d, flow, &options);
        if rewritten {
            // Too large to be read as a whole.
            files.iter_mut().for_each(|file| file.size = (file.size + (1 << 20)).min(64 << 20));
        }
        let largest = files.iter().map(|f| f.size).max().unwrap_or(0);
        let total: u64 = files.iter().map(|f| f.size).sum();
        let cap = if d.chance(0.8) { Some(60 * SECOND) } else { None };
        let listed_bucket = d.chance(0.95);
        let form = !listed_bucket || options.transport == Transport::UploadFile;
        // Any link that carries the smallest part in time will do; who may not try again needs one that carries more.
        let patient = options.retry_count >= 3;
        let first = match options.part_size {
            0 if patient => 102_400,
            0 => first_parts(&options.network).0,
            size => size.max(102_400),
        };
        let least = carries(if form { largest } else { first }, &options, cap);
        let slowest = if patient { least } else { least.max(slowest(&options, cap)) }.max(total / 3_600);
        let bandwidth = d.spread(slowest, 20_000_000.max(largest / 100).max(slowest * 2));
        let credential_lifetime = if d.chance(0.3) { d.range(150, 400) } else { d.range(900, 3_600) } * SECOND;
        // A picture gets a new address with every credential: it must be there before the first one ends.
        for file in files.iter_mut().filter(|f| is_image(f.name)) {
            file.same_as = None;
            // A quarter of the time goes into round trips.
            let share = least * 3 / 4 / files_at_once(&options);
            file.size = file.size.min(share * (credential_lifetime / SECOND - 120) as u64);
        }
        let rate = |d: &mut Rng| if d.chance(share) { d.unit() * strength } else { 0.0 };
        let faults = Faults {
            refused: rate(d),
            broken: rate(d),
            answer_lost: rate(d),
            hang: rate(d) / 2.0,
            server_error: rate(d),
            done_but_error: rate(d),
            throttled: rate(d),
            page: rate(d),
            odd_status: rate(d) / 2.0,
            no_etag: rate(d),
            wrong_crc: rate(d),
            corrupt: rate(d),
            upload_dies: rate(d) / 4.0,
            part_lost: rate(d) / 2.0,
            misjoined: rate(d) / 4.0,
            expires_early: rate(d) / 2.0,
            callback_failed: rate(d) / 4.0,
            phone_busy: rate(d) / 2.0,
            garbled: rate(d) / 2.0,
            no_crc: rate(d) / 2.0,
            page_after: rate(d),
            headers_hidden: rate(d),
            killed_at_end: rate(d) / 4.0,
            form_truncated: rate(d),
        };
        let some = |d: &mut Rng, most: i64| if d.chance(share) { d.range(1, most) as u32 } else { 0 };
        let outages = some(d, 4);
        let portals = some(d, 2);
        let fades = some(d, 3);
        let clock_jumps = some(d, 2);
        let hides = some(d, 6);
        let kills = some(d, 4);
        let switches = some(d, 5);
        let false_network_events = some(d, 3);
        let file_changes = if changing { d.range(1, 3) as u32 } else { some(d, 2) };
        let touches = if changing { d.below(3) as u32 } else { some(d, 3) };
        let memory_warnings = some(d, 2);
        let deletions = some(d, 3);
        let user_acts = if orderly { d.range(1, 12) as u32 } else { some(d, 8) };
        let often = |d: &mut Rng, p: f64| !calm && d.chance(p);
        let head_denied = d.chance(0.2) || all_worlds_have("head-denied");
        let head_without_length = often(d, 0.05);
        Scenario {
            calm,
            orderly,
            heal_at,
            flow,
            files,
            bandwidth,
            per_connection: if d.chance(0.4) { d.spread(bandwidth / 8, bandwidth).max(least) } else { u64::MAX },
            rtt: d.spread(5, 1_500) as i64,
            outages,
            fades,
            portals,
            skew: match d.below(10) {
                0 => -20 * MINUTE,
                1 => 24 * 60 * MINUTE,
                2 => d.range(-400 * 24 * 60, 400 * 24 * 60) * MINUTE,
                3 => d.range(-10_000, 10_000),
                _ => 0,
            },
            clock_jumps,
            odd_clock: if orderly { OddClock::default() } else { odd_clock(seed, heal_at) },
            cap,
            cap_counts_queue: d.chance(0.3),
            slots: if d.chance(0.8) { 8 } else { d.range(2, 7) as usize },
            long_gap: kills > 0 && d.chance(0.1),
            past_end: d.pick(&[PastEnd::Error, PastEnd::Zeros, PastEnd::Short]),
            slice_limit: d.chance(0.1),
            temp: if kills > 0 {
                d.pick(&[Temp::There, Temp::There, Temp::Gone, Temp::OtherSize])
            } else {
                Temp::There
            },
            interrupt: d.pick(&[Interrupt::AtOnce, Interrupt::OnReturn, Interrupt::NeverReported, Interrupt::GoOn]),
            switch: d.pick(&[Switch::KillAll, Switch::Hang, Switch::Nothing]),
            timers_burst: d.chance(0.3),
            hides,
            kills,
            kill_midway: d.chance(0.5),
            switches,
            false_network_events,
            network_events: d.chance(0.7),
            storage_refuses: rate(d) * 3.0,
            storage_silent: d.chance(0.5),
            storage_small: often(d, share / 4.0),
            storage_garbage: rate(d),
            storage_lost: rate(d),
            read_fails: rate(d),
            file_changes,
            touches,
            mtime_unknown: d.chance(if rewritten { 0.5 } else { 0.05 }),
            fresh_files: options.seed & 1 == 1,
            rewritten,
            memory_warnings,
            head_denied,
            head_without_crc: often(d, 0.1),
            // There nothing shows whether a form is stored that hides its checksum: it fails.
            versioned_bucket: often(d, 0.05) && !(form && (head_denied || head_without_length)),
            older_objects: often(d, 0.05),
            form_headers: d.pick(&[FormHeaders::None, FormHeaders::None, FormHeaders::Some, FormHeaders::All]),
            list_denied: d.chance(0.2),
            abort_denied: d.chance(0.2),
            credential_lifetime,
            etag_form: d.pick(&[0, 0, 0, 1, 2, 3]),
            expiry_form: d.below(4) as u32,
            listed_bucket,
            head_without_length,
            portal_form: d.below(4),
            deletions,
            scopes: if kills > 0 || faults.killed_at_end > 0.0 { d.pick(&[1, 1, 2, 3]) } else { 1 },
            app_delay: d.spread(1, 4_000) as i64,
            app_garbles: rate(d),
            app_rejects: rate(d),
            app_misleads: rate(d),
            app_interrupted: if d.chance(0.5) { 0.8 } else { 0.0 },
            app_doubles: rate(d) * 2.0,
            app_silent: rate(d),
            user_acts,
            faults,
            options,
        }
    }
}

/// `VOD_UPLOAD_WORLDS=forms`, `=head-denied`, `=rewritten` or `=odd-clock`: every seed draws such a world.
fn all_worlds_have(feature: &str) -> bool {
    static WANTED: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    let wanted = WANTED.get_or_init(|| std::env::var("VOD_UPLOAD_WORLDS").unwrap_or_default());
    wanted.split(',').any(|name| name == feature)
}

/// Drawn by itself, so that the other seeds keep the worlds that they had before there were such clocks.
fn odd_clock(seed: u64, heal_at: i64) -> OddClock {
    let d = &mut Rng::new(seed ^ 0xC10C);
    if heal_at == 0 || !(d.chance(0.05) || all_worlds_have("odd-clock")) {
        return OddClock::default();
    }
    let kind = d.pick(&[Oddity::StandsStill, Oddity::RunsBack, Oddity::YearBack, Oddity::NoNumber]);
    let from = d.spread(1, heal_at as u64) as i64;
    OddClock { kind, from, until: d.range(from, heal_at) }
}

fn options(d: &mut Rng, flow: Flow) -> Options {
    let fixed = d.chance(0.4);
    let mut options = Options {
        user_scope: crate::scopes::SCOPES[0].into(),
        region: d.pick(&["cn-shanghai", "cn-shanghai", "ap-southeast-1"]).into(),
        retry_count: d.pick(&[3, 3, 3, 3, 0, 1, 8]),
        retry_wait: d.pick(&[2_000, 2_000, 2_000, 0, 500, 10_000]),
        timeout: d.pick(&[60_000, 60_000, 60_000, 20_000, 120_000]),
        part_size: if fixed { d.pick(&[1, 102_400, 102_400, 131_072, 262_144, 1 << 20]) } else { 0 },
        parallel: if d.chance(0.3) { d.pick(&[1, 2, 3, 8, 99]) } else { 0 },
        parallel_files: d.pick(&[1, 1, 1, 2, 3]),
        cname: d.chance(0.05),
        signature: if d.chance(0.2) { Signature::V1 } else { Signature::V4 },
        crc: d.chance(0.9),
        checkpoint: d.chance(0.9),
        transport: match d.below(20) {
            0 => Transport::UploadFile,
            1 => Transport::Request,
            _ => Transport::Auto,
        },
        authoriser: match flow {
            Flow::GetAuth => Authoriser::Auth,
            Flow::GetSts => Authoriser::Sts,
            _ => Authoriser::Callbacks,
        },
        expired_handled: matches!(flow, Flow::GetAuth | Flow::GetSts) || d.chance(0.95),
        seed: d.draw(),
        // What is drawn below, and options that came later: they keep their defaults until a rule needs more.
        ..Options::default()
    };
    options.network = d.pick(&["wifi", "wifi", "5g", "4g", "3g", "2g", "unknown", "none"]).into();
    // The engine decides how many files go at once.
    if options.authoriser != Authoriser::Callbacks && options.seed % 3 == 0 {
        options.parallel_files = 0;
    }
    options
}

fn files(d: &mut Rng, flow: Flow, options: &Options) -> Vec<FilePlan> {
    let count = d.pick(&[1, 1, 1, 1, 2, 2, 3, 4]);
    let mut files: Vec<FilePlan> = Vec::new();
    for n in 0..count {
        let size = match d.below(1_000) {
            0..4 => 0,
            4..50 => d.pick(&[1, 102_399, 102_400, 102_401, 204_800, 1 << 20, (1 << 20) + 1, 32_768, 131_072]),
            50..54 => d.spread(3 << 20, 3 << 30),
            54 if d.chance(0.05) => d.spread(1 << 30, 1 << 39),
            _ => d.spread(1_000, 3 << 20),
        };
        // Two reads of one small part a second are no use for gigabytes.
        let size = if options.part_size > 0 { size.min(options.part_size.max(102_400) * 400) } else { size };
        let same_as = if n > 0 && d.chance(0.05) { Some(d.below(n) as usize) } else { None };
        files.push(FilePlan {
            name: d.pick(&NAMES),
            size: same_as.map_or(size, |t| files[t].size),
            same_as,
            altered: same_as.is_some() && d.chance(0.5),
            cover: d.pick(&["", "", "", "cover", "https://img.example.com/c.jpg"]),
            params: d.pick(&PARAMS),
            own_target: flow == Flow::Direct || d.chance(0.05),
        });
    }
    files
}
