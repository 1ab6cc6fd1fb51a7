use super::*;
use crate::multipart::plan::{MAX_OBJECT, MAX_PARTS};

const MB: u64 = 1_000_000;
const ALL: u32 = u32::MAX;

fn next(rate: &RateController, uncut: u64) -> u64 {
    rate.next_part(Remaining { uncut, in_flight: &[], numbers: ALL })
}

/// Sends so many parts, `limit` at a time, over a link of so many bytes a second.
struct Link {
    rate: RateController,
    now: i64,
    /// Bytes a second of all connections and of one.
    total: u64,
    each: u64,
}

impl Link {
    fn new(network: &str, total: u64, each: u64) -> Self {
        Link { rate: RateController::new(0, 0, network), now: 0, total, each }
    }

    fn send(&mut self, parts: u32) {
        for _ in 0..parts {
            let at_once = self.rate.concurrency_limit();
            let departures: Vec<Departure> = (1..=at_once).map(|n| self.rate.on_request_sent(n, self.now)).collect();
            let length = next(&self.rate, 1 << 40);
            let connection_rate = self.each.min(self.total / u64::from(at_once));
            let ms = (length * 1_000 / connection_rate) as i64;
            self.now += ms;
            for (n, departure) in departures.into_iter().enumerate() {
                self.rate.on_part_sent(length, ms, departure, at_once - n as u32, self.now);
            }
        }
    }

    fn lose(&mut self, loss: Loss, after: i64) {
        self.now += after;
        self.rate.on_loss(loss, self.now);
    }
}

#[test]
fn in_flight_is_what_the_link_carries_in_the_window() {
    for total in [250_000, MB, 2 * MB, 8 * MB] {
        let mut link = Link::new("wifi", total, total);
        link.send(12);
        let in_flight = u64::from(link.rate.concurrency_limit()) * next(&link.rate, 1 << 40);
        let window = total * 18 / 10;
        assert!(in_flight.abs_diff(window) < window / 3, "{in_flight} at {total}");
    }
}

#[test]
fn never_holds_more_than_its_budget() {
    for network in ["wifi", "2g"] {
        let mut link = Link::new(network, 100 * MB, 100 * MB);
        for n in 0..300 {
            link.send(1);
            if n % 50 == 49 {
                link.lose(Loss::Memory, 0);
            }
            let (part, at_once) = (next(&link.rate, 1 << 40), link.rate.concurrency_limit());
            assert!(u64::from(at_once) * part <= link.rate.budget().max(MIN_PART), "{at_once} × {part}");
            assert!(at_once <= MAX_CONNECTIONS && part <= RatePolicy::default().max_part);
        }
    }
}

#[test]
fn ten_thousand_parts_suffice_for_any_object() {
    let rate = RateController::new(0, 0, "2g");
    let (mut uncut, mut numbers) = (MAX_OBJECT, MAX_PARTS);
    while uncut > 0 {
        assert!(numbers > 0);
        uncut -= rate.next_part(Remaining { uncut, in_flight: &[], numbers }).min(uncut);
        numbers -= 1;
    }
}

#[test]
fn begins_with_small_parts_of_different_lengths() {
    let rate = RateController::new(0, 0, "unknown");
    assert_eq!(rate.concurrency_limit(), 4);
    let mut in_flight = Vec::new();
    for _ in 0..4 {
        let part = rate.next_part(Remaining { uncut: 50 * MB, in_flight: &in_flight, numbers: ALL });
        assert!((MIN_PART..170_000).contains(&part) && !in_flight.contains(&part), "{part} after {in_flight:?}");
        in_flight.push(part);
    }
    assert_eq!(next(&rate, 110_000), 110_000, "a small rest goes along");
    assert_eq!(RateController::new(0, 0, "2g").concurrency_limit(), 1);
}

#[test]
fn a_slow_initiate_makes_careful() {
    let mut rate = RateController::new(0, 0, "wifi");
    let departure = rate.on_request_sent(1, 0);
    assert!(!rate.on_initiated(300, departure));
    assert_eq!(rate.concurrency_limit(), 4);
    assert!(rate.on_initiated(2_000, departure));
    assert_eq!(rate.concurrency_limit(), 1, "the bar moves after one part, not after two that share the link");
}

#[test]
fn where_two_parts_exceed_the_window_the_next_begins_as_one_ends() {
    let wait_after = |initiate_ms: i64, total: u64, in_flight: &[u64]| {
        let mut link = Link::new("4g", total, total);
        if initiate_ms > 0 {
            let departure = link.rate.on_request_sent(1, 0);
            link.rate.on_initiated(initiate_ms, departure);
        }
        link.send(12);
        link.rate.wait_for_part(in_flight)
    };
    let wait = |total, in_flight: &[u64]| wait_after(30, total, in_flight);
    assert_eq!(wait(60_000, &[]), 0);
    assert_eq!(wait_after(0, 60_000, &[MIN_PART]), 0, "the rate may be slow for its round trips, which are not known");
    let of_whole = wait(60_000, &[MIN_PART]);
    assert!((1_400..1_700).contains(&of_whole), "{of_whole} ms of 1,700 that the part takes");
    assert_eq!(wait(60_000, &[3_000]), 0, "its last bytes are about to leave");
    assert_eq!(wait(250_000, &[MIN_PART, MIN_PART]), 0, "a faster link has room for several");
}

#[test]
fn after_a_slow_initiate_connections_come_one_by_one() {
    let mut link = Link::new("wifi", 8 * MB, MB);
    let departure = link.rate.on_request_sent(1, 0);
    assert!(link.rate.on_initiated(600, departure));
    for n in 1..8 {
        let departure = link.rate.on_request_sent(1, link.now);
        link.now += 400;
        link.rate.on_part_sent(200_000, 400, departure, 1, link.now);
        assert_eq!(link.rate.concurrency_limit(), (2 + n).min(8), "after {n}");
    }
}

#[test]
fn connections_that_are_being_opened_carry_nothing() {
    let mut rate = RateController::new(0, 0, "wifi");
    let departure = rate.on_request_sent(1, 0);
    rate.on_initiated(300, departure);
    let departures: Vec<Departure> = (1..=4).map(|n| rate.on_request_sent(n, 300)).collect();
    // A round trip of 100 ms, then 1 MB/s: the other three are ready after 200 ms.
    rate.on_part_sent(100 << 10, 200, departures[0], 4, 500);
    let known = rate.link.rate(&rate.policy).unwrap_or(0);
    assert!((900_000..1_100_000).contains(&known), "{known}");
}

#[test]
fn a_part_grows_threefold_at_most() {
    let mut link = Link::new("wifi", 100 * MB, 100 * MB);
    let mut longest = MIN_PART;
    for _ in 0..6 {
        link.send(1);
        let part = next(&link.rate, 1 << 40);
        assert!(part <= longest * 3, "{part} after {longest}");
        longest = longest.max(part);
    }
    assert_eq!(longest, 16 * MB / 6, "a sixth of the budget");
}

#[test]
fn parts_end_apart_from_those_in_flight() {
    let mut link = Link::new("wifi", 2 * MB, 2 * MB);
    link.send(12);
    let part = next(&link.rate, 1 << 40);
    let step = part / u64::from(link.rate.concurrency_limit());
    let mut in_flight = vec![part];
    for _ in 0..5 {
        let length = link.rate.next_part(Remaining { uncut: 1 << 40, in_flight: &in_flight, numbers: ALL });
        let nearest = in_flight.iter().map(|other| other.abs_diff(length)).min().unwrap_or(0);
        assert!(nearest * 4 >= step * 3, "{length} among {in_flight:?}");
        in_flight.push(length);
    }
}

#[test]
fn the_last_parts_end_together() {
    let mut link = Link::new("wifi", 2 * MB, 2 * MB);
    link.send(12);
    let at_once = u64::from(link.rate.concurrency_limit());
    // What is left takes half a second: one part for each connection, the one that is in flight taken into account.
    let mut in_flight = vec![200_000];
    let mut uncut = MB - 200_000;
    while uncut > 0 {
        let length = link.rate.next_part(Remaining { uncut, in_flight: &in_flight, numbers: ALL });
        in_flight.push(length);
        uncut -= length;
    }
    assert!(in_flight.len() as u64 <= at_once, "{in_flight:?}");
    assert!(in_flight.iter().all(|length| length.abs_diff(MB / at_once) < 60_000), "{in_flight:?}");
}

#[test]
fn the_last_parts_are_split_only_where_nothing_else_ends() {
    let pattern = sizing::Pattern { part: 2 * MB, connections: 2, trip: 0, gap: 800_000 };
    let last = |in_flight: &[u64]| sizing::next_length(Remaining { uncut: MB, in_flight, numbers: ALL }, pattern);
    assert_eq!(last(&[MB]), MB / 2, "nothing would end for a second");
    assert_eq!(last(&[MB / 2]), 750_000, "another ends after half a second");
}

#[test]
fn a_slow_link_gets_fewer_connections() {
    for (total, at_once) in [(5_000, 1), (60_000, 2), (250_000, 3), (MB, 6)] {
        let mut link = Link::new("unknown", total, total);
        link.send(3);
        assert_eq!(link.rate.concurrency_limit(), at_once, "{total}");
    }
}

#[test]
fn finds_out_whether_connections_share_the_link() {
    let mut shared = Link::new("wifi", 20 * MB, 20 * MB);
    shared.send(8);
    assert_eq!(shared.rate.concurrency_limit(), 6);
    assert!(shared.rate.changed_belief().is_some_and(|text| text.contains(", shared;")));
    assert_eq!(shared.rate.changed_belief(), None, "it is reported once");
    let mut limited = Link::new("wifi", 8 * MB, MB);
    limited.send(8);
    assert_eq!(limited.rate.concurrency_limit(), 8);
    assert!(limited.rate.changed_belief().is_some_and(|text| text.contains("limited per connection")));
}

#[test]
fn the_end_of_a_file_does_not_look_like_a_slow_link() {
    let mut link = Link::new("wifi", 8 * MB, MB);
    link.send(8);
    let before = link.rate.link.rate(&link.rate.policy);
    for _ in 0..8 {
        let departure = link.rate.on_request_sent(1, link.now);
        link.now += 500;
        link.rate.on_part_sent(MB / 2, 500, departure, 1, link.now);
    }
    assert_eq!(link.rate.link.rate(&link.rate.policy), before);
}

#[test]
fn a_break_takes_one_connection_and_success_gives_it_back() {
    let mut link = Link::new("wifi", 8 * MB, MB);
    link.send(8);
    let part = link.rate.part();
    link.lose(Loss::Broken, 5_000);
    assert_eq!(link.rate.concurrency_limit(), 7);
    for _ in 0..8 {
        link.lose(Loss::Broken, 0);
    }
    assert_eq!(link.rate.concurrency_limit(), 1);
    assert!(link.rate.part() >= part, "one event, not nine");
    link.lose(Loss::Broken, 3_000);
    assert!(link.rate.part() <= link.rate.policy.max_part / 2);
    link.send(10);
    assert_eq!(link.rate.concurrency_limit(), 8);
}

#[test]
fn a_timeout_halves_everything() {
    let mut link = Link::new("wifi", 8 * MB, MB);
    link.send(8);
    let (part, single) = (link.rate.part(), link.rate.single_request_limit());
    link.lose(Loss::Timeout, 0);
    assert_eq!(link.rate.concurrency_limit(), 4);
    assert_eq!(link.rate.part(), part / 2);
    assert!(link.rate.single_request_limit() <= single / 4);
    assert_eq!(link.rate.whole_read_limit(), 1 << 20, "files are recognised as before");
}

#[test]
fn throttling_counts_once_a_burst_and_is_remembered_for_a_while() {
    let mut link = Link::new("wifi", 8 * MB, MB);
    link.send(8);
    for _ in 0..8 {
        link.lose(Loss::Throttled, 0);
    }
    assert_eq!(link.rate.concurrency_limit(), 4);
    link.send(11);
    assert_eq!(link.rate.concurrency_limit(), 4);
    link.send(3);
    assert_eq!(link.rate.concurrency_limit(), 5);
    link.lose(Loss::Throttled, 10_000);
    assert_eq!(link.rate.concurrency_limit(), 2);
}

#[test]
fn who_was_away_begins_with_two() {
    let mut link = Link::new("wifi", 8 * MB, MB);
    link.send(8);
    link.lose(Loss::Reconnected, 60_000);
    assert_eq!(link.rate.concurrency_limit(), 2);
    link.send(1);
    assert_eq!(link.rate.concurrency_limit(), 4);
}

#[test]
fn memory_warnings_halve_what_is_held() {
    let mut link = Link::new("wifi", 100 * MB, 100 * MB);
    link.send(8);
    link.lose(Loss::Memory, 0);
    assert_eq!(link.rate.budget(), 8 * MB);
    assert!(link.rate.concurrency_limit() <= 4);
    for _ in 0..9 {
        link.lose(Loss::Memory, 0);
    }
    assert_eq!((link.rate.concurrency_limit(), link.rate.budget()), (1, MB));
    assert!(next(&link.rate, 50 * MB) <= MB);
}

#[test]
fn a_file_goes_in_one_request_where_that_takes_a_second_and_a_half() {
    assert_eq!(RateController::new(0, 0, "wifi").single_request_limit(), 400 << 10);
    assert_eq!(RateController::new(0, 0, "2g").single_request_limit(), 200 << 10);
    for (total, each, limit) in [(60_000, 60_000, 200 << 10), (8 * MB, 400_000, 600_000), (8 * MB, 8 * MB, 1 << 20)] {
        let mut link = Link::new("wifi", total, each);
        link.send(8);
        assert_eq!(link.rate.single_request_limit(), limit, "{each}");
    }
}

#[test]
fn a_stall_shows_by_the_others() {
    let mut rate = RateController::new(0, 0, "wifi");
    let mut acknowledge = |ms| {
        let departure = rate.on_request_sent(1, 0);
        rate.on_part_sent(MB, ms, departure, 1, ms);
        rate.patience(MB)
    };
    for _ in 0..3 {
        assert_eq!(acknowledge(2_000), None, "three may be chance");
    }
    assert_eq!(acknowledge(10_000), Some(6_000));
    // The whole link paused: those that come back now took long too.
    assert_eq!((0..4).map(|_| acknowledge(20_000)).last(), Some(Some(60_000)));
    assert_eq!(rate.patience(MB / 100), Some(3_000));
}

#[test]
fn a_network_is_remembered_for_a_quarter_of_an_hour() {
    let mut link = Link::new("wifi", 8 * MB, 8 * MB);
    link.send(8);
    let wifi = link.rate.single_request_limit();
    link.rate.on_network("4g", 0);
    assert_eq!(link.rate.concurrency_limit(), 4, "nothing is known of it");
    link.rate.on_network("wifi", 600_000);
    assert_eq!(link.rate.concurrency_limit(), 8);
    assert_eq!(link.rate.single_request_limit(), wifi);
    assert!(next(&link.rate, 50 * MB) < 300_000, "but it is believed with care");
    link.rate.on_network("4g", 600_001);
    link.rate.on_network("wifi", 2_000_000);
    assert_eq!(link.rate.concurrency_limit(), 4);
}

#[test]
fn records_survive_a_restart_and_a_slow_initiate_refutes_them() {
    let mut link = Link::new("4g", 8 * MB, 8 * MB);
    assert_eq!(link.rate.take_records(0), None);
    link.send(8);
    let records = link.rate.take_records(1_000).unwrap();
    assert_eq!(link.rate.take_records(1_000), None, "nothing new");
    let mut rate = RateController::new(0, 0, "4g");
    rate.on_records(records.clone(), 2_000);
    assert_eq!(rate.concurrency_limit(), 8);
    let departure = rate.on_request_sent(1, 0);
    assert!(rate.on_initiated(900, departure));
    assert_eq!(rate.concurrency_limit(), 1);
    let mut other = RateController::new(0, 0, "wifi");
    other.on_records(records, 2_000);
    assert_eq!(other.concurrency_limit(), 4);
}

#[test]
fn what_was_sent_over_another_network_says_nothing_of_this_one() {
    let mut rate = RateController::new(0, 0, "wifi");
    let departure = rate.on_request_sent(1, 0);
    rate.on_network("4g", 0);
    rate.on_part_sent(MB, 100, departure, 1, 100);
    assert_eq!(rate.concurrency_limit(), 4);
}

#[test]
fn the_name_of_the_network_may_come_late() {
    let mut link = Link::new("unknown", 8 * MB, 8 * MB);
    link.send(8);
    let before = link.rate.concurrency_limit();
    link.rate.on_network("wifi", 0);
    assert_eq!(link.rate.concurrency_limit(), before);
    assert!(link.rate.take_records(0).is_some_and(|records| records[0].network == "wifi"));
}

#[test]
fn the_app_can_fix_both() {
    let mut rate = RateController::new(1 << 20, 3, "wifi");
    assert_eq!((rate.concurrency_limit(), next(&rate, 50 << 20)), (3, 1 << 20));
    let departure = rate.on_request_sent(1, 0);
    rate.on_part_sent(1 << 20, 100, departure, 1, 100);
    assert_eq!((rate.concurrency_limit(), next(&rate, 1 << 19)), (3, 1 << 20));
    assert_eq!(RateController::new(10 << 20, 8, "wifi").concurrency_limit(), 8, "a budget of its own");
    assert_eq!(RateController::new(10 << 20, 0, "wifi").concurrency_limit(), 1);
    assert_eq!(RateController::new(1, 99, "wifi").concurrency_limit(), MAX_CONNECTIONS);
    assert_eq!(next(&RateController::new(1, 99, "wifi"), 50 << 20), MIN_PART);
}

#[test]
fn another_policy_can_be_tried() {
    let policy = RatePolicy { first_connections: 3, window_ms: 900, ..RatePolicy::default() };
    let rate = RateController::with_policy(policy, 0, 0, "wifi");
    let mut link = Link { rate, now: 0, total: 2 * MB, each: 2 * MB };
    assert_eq!(link.rate.concurrency_limit(), 3);
    link.send(8);
    assert!(link.rate.window().abs_diff(1_800_000) < 200_000, "{}", link.rate.window());
}
