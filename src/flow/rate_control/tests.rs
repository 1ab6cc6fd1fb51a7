use super::*;

const MB: u64 = 1_000_000;

/// So many parts of the present size in a row, each taking `ms`.
fn parts(rate: &mut RateController, count: u32, ms: i64) {
    for _ in 0..count {
        let part = rate.next_part(1 << 40, 0, u32::MAX);
        rate.carried(part, ms, 1);
    }
}

#[test]
fn never_holds_more_than_its_budget() {
    for kind in ["wifi", "2g"] {
        let mut rate = RateController::new(0, 0, kind);
        for n in 0..300 {
            parts(&mut rate, 1, 100);
            if n % 50 == 49 {
                rate.lost(Loss::Memory, n);
            }
            let part = rate.next_part(1 << 40, 0, u32::MAX);
            let held = u64::from(rate.width()) * part;
            assert!(held <= rate.budget().max(MIN_PART), "{} × {part}", rate.width());
            assert!(rate.width() <= MAX_WIDTH && part <= MAX_PART);
        }
    }
}

#[test]
fn ten_thousand_parts_suffice_for_any_object() {
    let rate = RateController::new(0, 0, "2g");
    let (mut left, mut numbers) = (crate::multipart::plan::MAX_OBJECT, 10_000);
    while left > 0 {
        assert!(numbers > 0);
        left -= rate.next_part(left, 0, numbers).min(left);
        numbers -= 1;
    }
}

#[test]
fn a_few_megabytes_go_in_one_wave() {
    let rate = RateController::new(0, 0, "unknown");
    assert_eq!(rate.next_part(33 * MB / 10, 0, 10_000), MB / 2, "its connection is open already");
    assert_eq!(rate.next_part(2 * MB, 13 * MB / 10, 10_000), MB * 4 / 10, "the others are on their way");
    assert_eq!(rate.next_part(49 * MB / 100, 281 * MB / 100, 10_000), 49 * MB / 100, "a small rest goes along");
    assert_eq!(rate.next_part(50 * MB, 0, 10_000), 320 << 10, "many waves begin small");
    assert_eq!(RateController::new(0, 0, "3g").next_part(5 * MB, 0, 10_000), MIN_PART);
}

#[test]
fn a_slow_greeting_makes_careful() {
    let mut rate = RateController::new(0, 0, "wifi");
    assert!(!rate.greeted(300));
    assert_eq!((rate.width(), rate.next_part(5 * MB, 0, 10_000)), (8, 757_580));
    assert!(rate.greeted(2_000));
    assert_eq!((rate.width(), rate.next_part(5 * MB, 0, 10_000)), (4, MIN_PART));
}

#[test]
fn grows_to_the_time_a_part_should_take() {
    let mut rate = RateController::new(0, 0, "wifi");
    rate.carried(320 << 10, 2_000, 1);
    assert_eq!(rate.part, 2 * (320 << 10));
    rate.carried(320 << 10, 100, 1);
    assert_eq!(rate.part, 2 * (320 << 10), "a smaller one says little");
    rate.carried(rate.part, 3_000, 1);
    assert_eq!(rate.part, 2 * (320 << 10) * 4 / 3);
    parts(&mut rate, 3, 100);
    assert_eq!(rate.part, BUDGET / 8);
    rate.carried(rate.part, 16_000, 1);
    assert_eq!(rate.part, BUDGET / 16);
}

#[test]
fn the_end_is_cut_into_equal_rounds() {
    let mut rate = RateController::new(0, 0, "wifi");
    parts(&mut rate, 8, 100);
    let most = BUDGET / 8;
    assert_eq!(rate.next_part(100 * MB, 0, 10_000), most);
    assert_eq!(rate.next_part(20 * MB, 0, 10_000), 20 * MB / 16);
    assert_eq!(rate.next_part(8 * MB, 0, 10_000), MB);
    assert_eq!(rate.next_part(2 * MB, 6 * MB, 10_000), MB, "nobody ends later than the rest");
    assert_eq!(rate.next_part(MB, 0, 10_000), most / 8);
}

#[test]
fn more_at_once_only_where_it_is_quicker() {
    let mut rate = RateController::new(0, 0, "2g");
    parts(&mut rate, 20, 18_000);
    assert_eq!(rate.width(), 2);
    parts(&mut rate, 1, 40_000);
    assert_eq!(rate.width(), 1);
    parts(&mut rate, 20, 1_000);
    assert!(rate.width() > 4);
    let mut crowded = RateController::new(0, 0, "wifi");
    parts(&mut crowded, 30, 5_500);
    assert_eq!(crowded.width(), 2);
}

#[test]
fn a_break_narrows_a_little_and_success_widens_again() {
    let mut rate = RateController::new(0, 0, "wifi");
    parts(&mut rate, 8, 1_000);
    rate.lost(Loss::Broken, 5_000);
    assert_eq!(rate.width(), 7);
    for _ in 0..8 {
        rate.lost(Loss::Broken, 5_000);
    }
    assert_eq!((rate.width(), rate.part), (1, BUDGET / 8), "one blow, not nine");
    rate.lost(Loss::Broken, 8_000);
    assert_eq!(rate.part, BUDGET / 16);
    parts(&mut rate, 4, 500);
    assert!(rate.width() >= 4);
    parts(&mut rate, 40, 500);
    assert_eq!(rate.width(), 8);
}

#[test]
fn throttling_counts_once_a_burst_and_is_remembered_for_a_while() {
    let mut rate = RateController::new(0, 0, "wifi");
    for _ in 0..8 {
        rate.lost(Loss::Throttled, 0);
    }
    assert_eq!(rate.width(), 4);
    parts(&mut rate, CALM - 1, 500);
    assert_eq!(rate.width(), 4);
    parts(&mut rate, CALM + 10, 500);
    assert!((5..8).contains(&rate.width()));
    rate.lost(Loss::Throttled, 10_000);
    assert!(rate.width() < 4);
}

#[test]
fn who_was_away_begins_narrow_and_widens_quickly() {
    let mut rate = RateController::new(0, 0, "wifi");
    rate.lost(Loss::Away, 0);
    assert_eq!(rate.width(), 2);
    parts(&mut rate, 3, 1_000);
    assert_eq!(rate.width(), 5);
}

#[test]
fn memory_warnings_halve_what_is_held() {
    let mut rate = RateController::new(0, 0, "wifi");
    parts(&mut rate, 20, 100);
    rate.lost(Loss::Memory, 0);
    assert_eq!((rate.width(), rate.budget()), (4, BUDGET / 2));
    for _ in 0..9 {
        rate.lost(Loss::Memory, 0);
    }
    assert_eq!((rate.width(), rate.budget()), (1, MB));
    assert!(rate.next_part(50 * MB, 0, 10_000) <= MB);
}

#[test]
fn a_file_that_was_too_much_at_once_is_cut() {
    let mut rate = RateController::new(0, 0, "wifi");
    assert_eq!(rate.single(), SINGLE);
    rate.lost(Loss::Timeout, 0);
    assert!(rate.single() < SINGLE && rate.whole() == SINGLE);
    assert!(RateController::new(0, 0, "2g").single() < SINGLE);
}

#[test]
fn a_stall_is_told_by_the_others() {
    let mut rate = RateController::new(0, 0, "wifi");
    for _ in 0..3 {
        rate.carried(MB, 2_000, 1);
    }
    assert_eq!(rate.patience(MB), None, "three may be chance");
    rate.carried(MB, 10_000, 1);
    assert_eq!(rate.patience(MB), Some(6_000));
    assert_eq!(rate.patience(MB / 100), Some(STALL_LEAST as i64));
    // The whole link paused: those that come back now took long too.
    for _ in 0..4 {
        rate.carried(MB, 20_000, 1);
    }
    assert_eq!(rate.patience(MB), Some(60_000));
    assert_eq!(rate.flying(MB, 1_000), MB / 2);
    assert_eq!(rate.flying(MB, 90_000), 0);
}

#[test]
fn the_app_can_fix_both() {
    let mut rate = RateController::new(1 << 20, 3, "wifi");
    assert_eq!((rate.width(), rate.next_part(50 << 20, 0, 10_000)), (3, 1 << 20));
    parts(&mut rate, 200, 100);
    assert_eq!((rate.width(), rate.next_part(1 << 19, 0, 10_000)), (3, 1 << 20));
    assert_eq!(RateController::new(10 << 20, 8, "wifi").width(), 8, "a budget of its own");
    assert_eq!(RateController::new(10 << 20, 0, "wifi").width(), 1);
    assert_eq!(RateController::new(1, 99, "wifi").width(), MAX_WIDTH);
    assert_eq!(RateController::new(1, 99, "wifi").next_part(50 << 20, 0, 10_000), MIN_PART);
}
