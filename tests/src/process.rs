//! Running programs with a time limit.

use std::io::{ErrorKind, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::platform;

/// How a program ended.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its status.
    pub status: ExitStatus,
    /// What it wrote to standard output, unless the caller redirected that.
    pub stdout: Vec<u8>,
    /// What it wrote to standard error, unless the caller redirected that.
    pub stderr: Vec<u8>,
}

impl Finished {
    /// Standard output as text.
    #[must_use]
    pub fn stdout_text(&self) -> String {
        String::from_utf8_lossy(&self.stdout).into_owned()
    }

    /// Standard error as text.
    #[must_use]
    pub fn stderr_text(&self) -> String {
        String::from_utf8_lossy(&self.stderr).into_owned()
    }
}

/// Runs a program to its end, and collects what it writes. Standard input is empty unless the caller
/// has set it.
///
/// # Panics
/// If it cannot be started, or runs longer than `limit` (a multiple of it where tests are emulated).
pub fn run(command: &mut Command, limit: Duration) -> Finished {
    let limit = limit * platform::patience();
    let mut child = start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()));
    let stdout = read_all(child.stdout.take());
    let stderr = read_all(child.stderr.take());
    let status = wait(&mut child, limit).unwrap_or_else(|| panic!("{command:?} ran longer than {limit:?}"));
    let join = |reader: thread::JoinHandle<Vec<u8>>| reader.join().expect("readers do not panic");
    Finished { status, stdout: join(stdout), stderr: join(stderr) }
}

/// Starts a program that was perhaps just written.
///
/// # Panics
/// If it cannot be started.
pub fn start(command: &mut Command) -> Child {
    for _ in 0..1000 {
        match command.spawn() {
            Ok(child) => return child,
            // Another thread has started a program while this one's file was open for writing: its
            // child holds the file open up to its own `exec`.
            Err(error) if error.kind() == ErrorKind::ExecutableFileBusy => {
                thread::sleep(Duration::from_millis(5));
            }
            Err(error) => panic!("cannot start {command:?}: {error}"),
        }
    }
    panic!("{command:?} stays open for writing");
}

/// Waits for the end of a program, or ends it by force and returns `None`.
///
/// # Panics
/// If the system refuses to tell.
pub fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait().expect("children can be waited for") {
            return Some(status);
        }
        if Instant::now() > deadline {
            child.kill().expect("children can be killed");
            child.wait().expect("children can be waited for");
            return None;
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn read_all(from: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut from) = from {
            from.read_to_end(&mut bytes).expect("pipes can be read");
        }
        bytes
    })
}
