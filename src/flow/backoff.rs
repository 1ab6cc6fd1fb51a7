//! Waits that grow from attempt to attempt.

use super::rng::Rng;

/// Each wait is this many times the one before.
const GROWTH: i64 = 2;

/// Exponential back-off with jitter: uploaders that failed together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// Wait before the first retry, ms.
    pub initial: i64,
    /// Longest wait before jitter, ms; `initial` if that is longer.
    pub max: i64,
}

impl Backoff {
    /// Wait before retry number `retry` (1 = first), ms. Jitter adds up to a tenth to the first and up to a half to later ones.
    pub fn delay(&self, retry: u32, rng: &mut Rng) -> i64 {
        let growth = GROWTH.saturating_pow(retry.saturating_sub(1));
        let delay = self.initial.saturating_mul(growth).min(self.max.max(self.initial));
        let jitter = if retry <= 1 { delay / 10 } else { delay / 2 };
        delay + rng.below(jitter as u64 + 1) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backoff(initial: i64) -> Backoff {
        Backoff { initial, max: 30_000 }
    }

    #[test]
    fn grows_with_jitter_and_stays_bounded() {
        let mut rng = Rng::new(7);
        for _ in 0..200 {
            assert!((2_000..=2_200).contains(&backoff(2_000).delay(1, &mut rng)));
            assert!((4_000..=6_000).contains(&backoff(2_000).delay(2, &mut rng)));
            assert!((30_000..=45_000).contains(&backoff(2_000).delay(40, &mut rng)));
            assert_eq!(backoff(0).delay(3, &mut rng), 0);
            assert!(backoff(60_000).delay(1, &mut rng) >= 60_000, "never shorter than the app asked");
        }
        let mut longest = |initial, retry| (0..200).map(|_| backoff(initial).delay(retry, &mut rng)).max();
        for (initial, retry, expected) in
            [(2_000, 1, 2_150..=2_200), (2_000, 2, 5_800..=6_000), (500, 3, 2_900..=3_000)]
        {
            assert!(longest(initial, retry).is_some_and(|ms| expected.contains(&ms)), "{initial} {retry}");
        }
    }
}
