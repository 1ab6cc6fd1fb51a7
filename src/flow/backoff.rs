//! How long to wait before the next attempt.

use crate::flow::rng::Rng;

/// No wait grows beyond this (ms): a person is looking at the bar.
const LONGEST: i64 = 30_000;

/// Wait before retry number `attempt` (1 = first): doubles from `base`, plus up to a tenth for the first and up to a
/// half for later ones, so that phones that failed together do not come back together.
pub fn wait(base: i64, attempt: u32, rng: &mut Rng) -> i64 {
    let doubled = base.saturating_mul(1 << (attempt.saturating_sub(1)).min(10)).min(LONGEST.max(base));
    let spread = if attempt <= 1 { doubled / 10 } else { doubled / 2 };
    doubled + rng.below(spread as u64 + 1) as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grows_with_jitter_and_stays_bounded() {
        let mut rng = Rng::new(7);
        for _ in 0..200 {
            assert!((2_000..=2_200).contains(&wait(2_000, 1, &mut rng)));
            assert!((4_000..=6_000).contains(&wait(2_000, 2, &mut rng)));
            assert!((30_000..=45_000).contains(&wait(2_000, 40, &mut rng)));
            assert_eq!(wait(0, 3, &mut rng), 0);
            assert!(wait(60_000, 1, &mut rng) >= 60_000, "never shorter than the app asked");
        }
        let mut longest = |base, attempt| (0..200).map(|_| wait(base, attempt, &mut rng)).max();
        for (base, attempt, expected) in [(2_000, 1, 2_150..=2_200), (2_000, 2, 5_800..=6_000), (500, 3, 2_900..=3_000)]
        {
            assert!(longest(base, attempt).is_some_and(|ms| expected.contains(&ms)), "{base} {attempt}");
        }
    }
}
