//! Tries again what may go better next time, with longer and longer pauses.

use std::thread;
use std::time::Duration;

use super::error::Failure;

/// The pauses before each further attempt.
const PAUSES_MS: &[u64] = &[200, 600, 1_800, 5_400];

/// A registry that asks for more patience is not obeyed.
const MAX_PAUSE: Duration = Duration::from_secs(60);

/// Does something until it works, fails for good, or has failed too often.
///
/// # Errors
/// The last failure.
pub(super) fn retry<T>(mut attempt: impl FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    for &pause_ms in PAUSES_MS {
        match attempt() {
            Err(failure) if failure.temporary => {
                let pause = failure.retry_after.unwrap_or(Duration::from_millis(pause_ms));
                thread::sleep(pause.min(MAX_PAUSE));
            }
            done => return done,
        }
    }
    attempt()
}
