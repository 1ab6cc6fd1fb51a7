//! What is retried, how often, and after how long.

use super::backoff::Backoff;
use super::rng::Rng;
use std::time::Duration;

/// What to do after a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryDecision {
    RetryAfter(Duration),
    GiveUp,
}

/// Limits and delays for operations that failed.
///
/// | failure | limit | delay |
/// |---|---|---|
/// | no HTTP response, a response of something else than the service, HTTP 5xx, 408, 429, a wrong checksum | `max_retries` | `backoff`; twice as long when the server asks for less |
/// | the platform interrupted the request: app hidden, network switched or absent, no free slot; a file call: too many at once | `max_interruptions`, then as above | `interruption_delay` times their number, ten times at most |
/// | the credential was refused | `max_credential_refusals`, `max_expired_credentials` in a row | none: a new one is requested |
/// | the signature's time was refused | `max_clock_corrections`, or one if the server's time is implausible | none |
/// | OSS does not know the upload any more, or the credential is for another object | `max_upload_restarts` a run | none |
/// | a file call failed | `max_file_retries`, `max_file_interruptions` | `file_delay` |
/// | an AbortMultipartUpload failed | `max_abort_attempts`, `max_offline_aborts` | `abort_delay` |
///
/// Permanent errors (HTTP 4xx with a code, a domain that is not allowed, a missing file) are not retried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Retries of a request that failed in a working network; the option `retryCount`.
    pub max_retries: u32,
    /// Waits before these; begins with the option `retryDuration`.
    pub backoff: Backoff,
    /// Interruptions of one request by the platform that do not count as failures.
    pub max_interruptions: u32,
    /// Wait after the first interruption of a request, ms.
    pub interruption_delay: i64,
    /// New multipart uploads for one file in one run, after OSS lost the first or the address changed.
    pub max_upload_restarts: u32,
    /// Refusals of fresh credentials in a row after which the file fails: they are wrong, not old.
    pub max_credential_refusals: u32,
    /// The same for credentials that OSS calls expired: an app's server may hand out a cached one.
    pub max_expired_credentials: u32,
    /// Corrections of the clock for one request, by a plausible time of the server.
    pub max_clock_corrections: u32,
    /// HEAD requests for an object that may not be visible yet: OSS goes on with a CompleteMultipartUpload whose
    /// connection was lost (CompleteMultipartUpload, OSS API reference).
    pub max_object_checks: u32,
    /// Wait before the second of them, ms; twice as long before the third.
    pub object_check_delay: i64,
    /// File calls that fail in a row.
    pub max_file_retries: u32,
    /// File calls in a row that the background interrupts.
    pub max_file_interruptions: u32,
    /// Wait before a file call is repeated, ms.
    pub file_delay: i64,
    /// AbortMultipartUpload requests for one upload. OSS removes what is left after seven days.
    pub max_abort_attempts: u32,
    /// More of them without a network: with the pauses between probes about five minutes.
    pub max_offline_aborts: u32,
    /// Wait between two of them, ms. A part in flight may have survived the first.
    pub abort_delay: i64,
    /// Times a part is sent again because later ones have overtaken it; then it gets the time that every request has.
    pub max_stalls: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        RetryPolicy {
            max_retries: 3,
            // Nobody who watches the progress bar waits longer than half a minute.
            backoff: Backoff { initial: 2_000, max: 30_000 },
            max_interruptions: 20,
            interruption_delay: 500,
            max_upload_restarts: 2,
            max_credential_refusals: 2,
            max_expired_credentials: 5,
            max_clock_corrections: 2,
            max_object_checks: 3,
            object_check_delay: 2_000,
            max_file_retries: 4,
            max_file_interruptions: 50,
            file_delay: 300,
            max_abort_attempts: 3,
            max_offline_aborts: 10,
            abort_delay: 2_000,
            max_stalls: 2,
        }
    }
}

impl RetryPolicy {
    /// After failure number `failures` of a request. `slower`: the server asks for fewer requests.
    pub fn after_failure(&self, failures: u32, slower: bool, rng: &mut Rng) -> RetryDecision {
        if failures > self.max_retries {
            return RetryDecision::GiveUp;
        }
        let factor = if slower { 2 } else { 1 };
        let backoff = Backoff { initial: self.backoff.initial.saturating_mul(factor), ..self.backoff };
        retry_after(backoff.delay(failures, rng))
    }

    /// After interruption number `interruptions` of a request by the platform. `GiveUp`: it counts as a failure.
    pub fn after_interruption(&self, interruptions: u32) -> RetryDecision {
        if interruptions > self.max_interruptions {
            return RetryDecision::GiveUp;
        }
        retry_after(self.interruption_delay * i64::from(interruptions.min(10)))
    }

    /// After failure number `failures` of a file call. `interrupted`: by the background.
    pub fn after_file_failure(&self, failures: u32, interrupted: bool) -> RetryDecision {
        let max = if interrupted { self.max_file_interruptions } else { self.max_file_retries };
        if failures < max {
            retry_after(self.file_delay)
        } else {
            RetryDecision::GiveUp
        }
    }

    /// After correction number `corrections` of the clock for a request. `plausible`: the server's time could be taken over.
    /// A single implausible one may be a proxy's.
    pub fn after_clock_correction(&self, corrections: u32, plausible: bool) -> RetryDecision {
        let max = if plausible { self.max_clock_corrections } else { 1 };
        if corrections <= max {
            RetryDecision::RetryAfter(Duration::ZERO)
        } else {
            RetryDecision::GiveUp
        }
    }

    /// After refusal number `refusals` of a credential in a row. `expired`: the server calls it expired.
    pub fn after_credential_refusal(&self, refusals: u32, expired: bool) -> RetryDecision {
        let max = if expired { self.max_expired_credentials } else { self.max_credential_refusals };
        if refusals < max {
            RetryDecision::RetryAfter(Duration::ZERO)
        } else {
            RetryDecision::GiveUp
        }
    }

    /// After look number `checks` at an object that was not there.
    pub fn after_missing_object(&self, checks: u32) -> RetryDecision {
        if checks < self.max_object_checks {
            retry_after(self.object_check_delay * i64::from(checks))
        } else {
            RetryDecision::GiveUp
        }
    }
}

impl RetryDecision {
    /// The wait, ms; none for `GiveUp`.
    pub fn delay(self) -> Option<i64> {
        match self {
            RetryDecision::RetryAfter(delay) => Some(delay.as_millis() as i64),
            RetryDecision::GiveUp => None,
        }
    }
}

fn retry_after(ms: i64) -> RetryDecision {
    RetryDecision::RetryAfter(Duration::from_millis(ms.max(0) as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_ends_with_giving_up() {
        let mut rng = Rng::new(1);
        let policy = RetryPolicy {
            max_retries: 3,
            max_interruptions: 20,
            interruption_delay: 500,
            max_file_retries: 4,
            max_file_interruptions: 50,
            file_delay: 300,
            max_clock_corrections: 2,
            max_credential_refusals: 2,
            max_expired_credentials: 5,
            max_object_checks: 3,
            object_check_delay: 2_000,
            ..RetryPolicy::default()
        };
        assert!(policy.after_failure(3, false, &mut rng).delay().is_some());
        assert_eq!(policy.after_failure(4, false, &mut rng), RetryDecision::GiveUp);
        assert_eq!(policy.after_interruption(20).delay(), Some(5_000));
        assert_eq!(policy.after_interruption(21), RetryDecision::GiveUp);
        assert_eq!(policy.after_file_failure(3, false).delay(), Some(300));
        assert_eq!(policy.after_file_failure(4, false), RetryDecision::GiveUp);
        assert_eq!(policy.after_file_failure(4, true).delay(), Some(300));
        assert_eq!(policy.after_clock_correction(2, true).delay(), Some(0));
        assert_eq!(policy.after_clock_correction(2, false), RetryDecision::GiveUp);
        assert_eq!(policy.after_credential_refusal(1, false).delay(), Some(0));
        assert_eq!(policy.after_credential_refusal(2, false), RetryDecision::GiveUp);
        assert_eq!(policy.after_credential_refusal(4, true).delay(), Some(0));
        assert_eq!(policy.after_missing_object(2).delay(), Some(4_000));
        assert_eq!(policy.after_missing_object(3), RetryDecision::GiveUp);
    }

    #[test]
    fn a_server_that_asks_for_less_is_given_twice_the_time() {
        let backoff = Backoff { initial: 2_000, max: 30_000 };
        let policy = RetryPolicy { backoff, ..RetryPolicy::default() };
        let delay = policy.after_failure(1, true, &mut Rng::new(1)).delay();
        assert!(delay.is_some_and(|ms| (4_000..=4_400).contains(&ms)), "{delay:?}");
    }
}
