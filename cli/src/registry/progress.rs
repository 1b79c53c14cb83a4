//! Shows on a terminal how far a push is. Elsewhere it is silent.

use std::io::{self, IsTerminal, Write};

use crate::size::Size;

/// How much of all blobs the registry has.
pub(super) struct Progress {
    total_bytes: u64,
    done_bytes: u64,
    is_shown: bool,
}

impl Progress {
    /// Nothing is done yet.
    pub(super) fn new(total_bytes: u64) -> Self {
        let progress = Self { total_bytes, done_bytes: 0, is_shown: io::stderr().is_terminal() };
        progress.show();
        progress
    }

    /// So much more is done.
    pub(super) fn add(&mut self, bytes: u64) {
        self.done_bytes += bytes;
        self.show();
    }

    fn show(&self) {
        if self.is_shown {
            // The line is written over itself. A closed standard error is nothing to report.
            let [done, total] = [self.done_bytes, self.total_bytes].map(|bytes| Size(bytes).to_string());
            let _ = write!(io::stderr(), "\r\x1b[Kpushing: {done} of {total}");
        }
    }
}

impl Drop for Progress {
    /// Makes room for what is shown next.
    fn drop(&mut self) {
        if self.is_shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
