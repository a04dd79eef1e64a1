//! How long is waited for a server, and how often it is asked.

use object_store::{BackoffConfig, RetryConfig};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// All waits, in seconds of a length that tests make short.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    second: Duration,
    /// How often a request is repeated before its error is believed.
    retries: usize,
}

impl Default for Patience {
    fn default() -> Self {
        Self { second: Duration::from_secs(1), retries: 8 }
    }
}

impl Patience {
    /// For somebody who waits for the answer: an error is believed soon.
    pub fn hasty() -> Self {
        Self { retries: 1, ..Self::default() }
    }

    #[cfg(test)]
    pub fn short() -> Self {
        Self { second: Duration::from_millis(20), retries: 4 }
    }

    pub fn seconds(&self, seconds: u64) -> Duration {
        self.second * u32::try_from(seconds).unwrap_or(u32::MAX)
    }

    /// How often a request is repeated before its error is believed.
    pub fn retries(&self) -> usize {
        self.retries
    }

    /// For the first bytes of an answer.
    pub fn answer(&self) -> Duration {
        self.seconds(60)
    }

    /// Between two bytes of a body.
    pub fn stall(&self) -> Duration {
        self.seconds(60)
    }

    /// In bytes; a page of a thousand keys, each as long as a key may be, is a tenth of it.
    pub fn largest_page(&self) -> u64 {
        if self.second < Duration::from_secs(1) { 1 << 20 } else { 64 << 20 }
    }

    /// Of a listing: a page holds a thousand keys, and may hold fewer.
    pub fn most_pages(&self) -> usize {
        if self.second < Duration::from_secs(1) { 20 } else { 10_000 }
    }

    pub fn connect(&self) -> Duration {
        self.seconds(10)
    }

    /// In seconds: a server that asks for more fails the run's source instead.
    pub fn longest_hint(&self) -> u64 {
        120
    }

    /// Times in a row that a transfer may break off without a byte gained.
    pub fn idle_attempts(&self) -> usize {
        5
    }

    /// The pause after a transfer that broke off, somewhere between half and all of 1, 2, 4 … seconds, at most 15.
    pub fn pause(&self, attempt: usize) -> Duration {
        let full = self.seconds(15).min(self.second * (1 << attempt.min(4)));
        let random = RandomState::new().build_hasher().finish() % 1000;
        full / 2 + (full / 2) * u32::try_from(random).unwrap_or(0) / 1000
    }

    /// object_store's part: single requests, with decorrelated jitter.
    pub fn retry(&self) -> RetryConfig {
        let backoff = BackoffConfig { init_backoff: self.second / 5, max_backoff: self.seconds(15), base: 2.0 };
        RetryConfig { backoff, max_retries: self.retries, retry_timeout: self.seconds(180) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_grows_is_bounded_and_differs() {
        let patience = Patience::default();
        for (attempt, most) in [(0, 1), (1, 2), (3, 8), (9, 15)] {
            let pauses: Vec<_> = (0..50).map(|_| patience.pause(attempt)).collect();
            let most = Duration::from_secs(most);
            assert!(pauses.iter().all(|pause| (most / 2..=most).contains(pause)), "{pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "no jitter");
        }
    }
}
