//! `poll_oneoff`: waits until one of several things happens.
//!
//! Subscriptions are decoded from the guest's memory each time that they are needed and never
//! copied, so that their number needs no room. A subscription to something that cannot be waited for
//! is an event with an error, not an error of the call.

use rustix::event::PollFlags;
use rustix::fs::SeekFrom;

use super::Snapshot;
use super::clock::clock;
use super::errno::Errno;
use super::rights::Rights;
use super::table::{self, Descriptor};
use crate::guest::GuestMemory;
use crate::host::clock::{self as host_clock, Clock};
use crate::host::file::{self, FileKind};
use crate::host::poll::{self, POLL_MAX, PollSet};

/// `poll_oneoff`: waits for `count` subscriptions. Stores the events that happened, at least one.
///
/// # Errors
/// [`Errno::Inval`] if there are no or too many subscriptions, or one has no meaning;
/// [`Errno::Fault`].
pub fn poll_oneoff(
    guest: &mut GuestMemory<'_>,
    subscriptions: u32,
    events: u32,
    count: u32,
    stored: u32,
    snapshot: Snapshot,
) -> Result<(), Errno> {
    if count == 0 || count as usize > POLL_MAX {
        return Err(Errno::Inval);
    }
    let list = Subscriptions { address: subscriptions, count, snapshot };
    guest.slice(subscriptions, count * list.stride())?;
    guest.slice(events, count * EVENT_BYTES)?;
    let start_ns = host_clock::now_ns(Clock::Monotonic)?;
    let mut set = PollSet::new();
    loop {
        set.clear();
        let deadline = prepare(guest, &list, start_ns, &mut set)?;
        wait(deadline, &mut set)?;
        let events_len = report(guest, &list, start_ns, &set, events)?;
        if events_len != 0 {
            return Ok(guest.write_u32(stored, events_len)?);
        }
    }
}

/// The subscriptions of a call, in the guest's memory.
struct Subscriptions {
    address: u32,
    count: u32,
    snapshot: Snapshot,
}

/// One subscription.
struct Subscription {
    userdata: u64,
    what: What,
}

/// What is waited for.
#[derive(Clone, Copy)]
enum What {
    Clock { id: u32, timeout_ns: u64, is_absolute: bool },
    Readable { fd: u32 },
    Writable { fd: u32 },
}

// The numbers of the kinds of events.
const EVENT_CLOCK: u8 = 0;
const EVENT_FD_READ: u8 = 1;
const EVENT_FD_WRITE: u8 = 2;

/// The flag of a subscription to a clock that its time is not relative.
const CLOCK_ABSTIME: u16 = 1;

impl Subscriptions {
    /// Size of one. The older snapshot has an identifier in front of the clock, which means nothing.
    fn stride(&self) -> u32 {
        match self.snapshot {
            Snapshot::Preview1 => 48,
            Snapshot::Unstable => 56,
        }
    }

    /// The subscription number `index`, which is less than `count`.
    fn get(&self, guest: &GuestMemory<'_>, index: u32) -> Result<Subscription, Errno> {
        // `poll_oneoff` has checked the whole array.
        let address = self.address + index * self.stride();
        let word = |offset: u32| guest.read(address + offset).map(u64::from_le_bytes);
        let half = |offset: u32| guest.read_u32(address + offset);
        let clock_address = match self.snapshot {
            Snapshot::Preview1 => 16,
            Snapshot::Unstable => 24,
        };
        let [kind] = guest.read(address + 8)?;
        let what = match kind {
            EVENT_CLOCK => {
                let flags = guest.read(address + clock_address + 24).map(u16::from_le_bytes)?;
                if flags & !CLOCK_ABSTIME != 0 {
                    return Err(Errno::Inval);
                }
                What::Clock {
                    id: half(clock_address)?,
                    timeout_ns: word(clock_address + 8)?,
                    is_absolute: flags & CLOCK_ABSTIME != 0,
                }
            }
            EVENT_FD_READ => What::Readable { fd: half(16)? },
            EVENT_FD_WRITE => What::Writable { fd: half(16)? },
            _ => return Err(Errno::Inval),
        };
        Ok(Subscription { userdata: word(0)?, what })
    }
}

/// A time to wake up at the latest.
#[derive(Clone, Copy)]
enum Deadline {
    Never,
    /// At a time of a clock: the only subscription.
    At(Clock, u64),
    /// After a time.
    In(u64),
}

/// Collects the descriptors to wait for, and the earliest time.
fn prepare(
    guest: &GuestMemory<'_>,
    list: &Subscriptions,
    start_ns: u64,
    set: &mut PollSet<'static>,
) -> Result<Deadline, Errno> {
    let mut earliest = None;
    for index in 0..list.count {
        let left = match list.get(guest, index)?.what {
            What::Clock { id, timeout_ns, is_absolute } => match alarm(id, timeout_ns, is_absolute, start_ns)
            {
                // Sleeping on the clock itself is right even if it is set meanwhile.
                Ok((clock, time_ns)) if list.count == 1 => return Ok(Deadline::At(clock, time_ns)),
                Ok((clock, time_ns)) => Some(time_ns.saturating_sub(host_clock::now_ns(clock)?)),
                Err(_) => Some(0),
            },
            What::Readable { fd } => subscribe(fd, Rights::FD_READ, PollFlags::IN, set)?,
            What::Writable { fd } => subscribe(fd, Rights::FD_WRITE, PollFlags::OUT, set)?,
        };
        earliest = [earliest, left].into_iter().flatten().min();
    }
    Ok(earliest.map_or(Deadline::Never, Deadline::In))
}

/// The clock and its time at which a subscription is due.
///
/// # Errors
/// The error of the event: [`Errno::Inval`] if there is no such clock, [`Errno::Notsup`] if it cannot
/// be waited for.
fn alarm(id: u32, timeout_ns: u64, is_absolute: bool, start_ns: u64) -> Result<(Clock, u64), Errno> {
    match clock(id)? {
        clock @ (Clock::Realtime | Clock::Monotonic) if is_absolute => Ok((clock, timeout_ns)),
        // A duration is the same on both, unless the time of day is set.
        Clock::Realtime | Clock::Monotonic => Ok((Clock::Monotonic, start_ns.saturating_add(timeout_ns))),
        Clock::ProcessCpu | Clock::ThreadCpu => Err(Errno::Notsup),
    }
}

/// Adds a descriptor to `set`. If there is nothing to wait for, returns how long to wait: not at all.
fn subscribe(
    fd: u32,
    right: Rights,
    readiness: PollFlags,
    set: &mut PollSet<'static>,
) -> Result<Option<u64>, Errno> {
    match pollable(fd, right) {
        Ok(Pollable::Waits(descriptor)) => {
            set.push(descriptor.fd(), readiness)?;
            Ok(None)
        }
        Ok(Pollable::Ready(_)) | Err(_) => Ok(Some(0)),
    }
}

/// A descriptor that can be subscribed to.
enum Pollable {
    /// It is always ready, as files are.
    Ready(Descriptor),
    /// The kernel knows when it is ready.
    Waits(Descriptor),
}

fn pollable(fd: u32, right: Rights) -> Result<Pollable, Errno> {
    let file = table::get_file(fd)?;
    file.require(Rights::POLL_FD_READWRITE)?;
    // As for reading and writing, the error is that of POSIX.
    file.require(right).map_err(|_| Errno::Badf)?;
    let is_always_ready = matches!(file.kind, FileKind::RegularFile | FileKind::BlockDevice);
    Ok(if is_always_ready { Pollable::Ready(file) } else { Pollable::Waits(file) })
}

fn wait(deadline: Deadline, set: &mut PollSet<'static>) -> Result<(), Errno> {
    match deadline {
        Deadline::At(clock, time_ns) => host_clock::sleep_until(clock, time_ns)?,
        Deadline::In(ns) => set.wait(Some(ns))?,
        Deadline::Never => set.wait(None)?,
    }
    Ok(())
}

/// Stores an event for each subscription to something that has happened. Returns their number.
fn report(
    guest: &mut GuestMemory<'_>,
    list: &Subscriptions,
    start_ns: u64,
    set: &PollSet<'_>,
    events: u32,
) -> Result<u32, Errno> {
    let mut results = set.results();
    let mut stored = 0;
    for index in 0..list.count {
        let subscription = list.get(guest, index)?;
        let (kind, outcome) = match subscription.what {
            What::Clock { id, timeout_ns, is_absolute } => {
                let due = alarm(id, timeout_ns, is_absolute, start_ns);
                (EVENT_CLOCK, due.and_then(|(clock, time_ns)| clock_outcome(clock, time_ns)).transpose())
            }
            What::Readable { fd } => (EVENT_FD_READ, read_outcome(fd, &mut results).transpose()),
            What::Writable { fd } => (EVENT_FD_WRITE, write_outcome(fd, &mut results).transpose()),
        };
        if let Some(outcome) = outcome {
            // At most as many events as subscriptions, whose room `poll_oneoff` has checked.
            store(guest, events + stored * EVENT_BYTES, subscription.userdata, kind, outcome)?;
            stored += 1;
        }
    }
    Ok(stored)
}

/// What an event says of a descriptor.
#[derive(Clone, Copy, Default)]
struct Readiness {
    bytes: u64,
    is_hung_up: bool,
}

fn clock_outcome(clock: Clock, time_ns: u64) -> Result<Option<Readiness>, Errno> {
    Ok((host_clock::now_ns(clock)? >= time_ns).then(Readiness::default))
}

fn read_outcome(fd: u32, results: &mut impl Iterator<Item = PollFlags>) -> Result<Option<Readiness>, Errno> {
    match pollable(fd, Rights::FD_READ)? {
        Pollable::Ready(file) => {
            let end = file::stat(file.fd())?.st_size.cast_unsigned();
            let bytes = end.saturating_sub(file::seek(file.fd(), SeekFrom::Current(0))?);
            // At the end of a file engines report this, and C libraries make an end of it.
            Ok(Some(Readiness { bytes, is_hung_up: bytes == 0 }))
        }
        Pollable::Waits(descriptor) => {
            // Something can be read, even if it is only the end: a listening socket has no count.
            let bytes = || poll::readable_bytes(descriptor.fd()).unwrap_or(1);
            kernel_outcome(results.next(), bytes)
        }
    }
}

fn write_outcome(fd: u32, results: &mut impl Iterator<Item = PollFlags>) -> Result<Option<Readiness>, Errno> {
    match pollable(fd, Rights::FD_WRITE)? {
        // Nobody knows how much, so the least is told.
        Pollable::Ready(_) => Ok(Some(Readiness { bytes: 1, is_hung_up: false })),
        Pollable::Waits(_) => kernel_outcome(results.next(), || 1),
    }
}

fn kernel_outcome(
    result: Option<PollFlags>,
    bytes: impl FnOnce() -> u64,
) -> Result<Option<Readiness>, Errno> {
    let result = result.unwrap_or(PollFlags::empty());
    if result.contains(PollFlags::NVAL) {
        return Err(Errno::Badf);
    }
    if result.is_empty() {
        return Ok(None);
    }
    Ok(Some(Readiness { bytes: bytes(), is_hung_up: result.contains(PollFlags::HUP) }))
}

/// Size of an event, in both snapshots.
const EVENT_BYTES: u32 = 32;

/// The flag of an event that the other end is gone.
const READWRITE_HANGUP: u16 = 1;

fn store(
    guest: &mut GuestMemory<'_>,
    address: u32,
    userdata: u64,
    kind: u8,
    outcome: Result<Readiness, Errno>,
) -> Result<(), Errno> {
    let (errno, readiness) = match outcome {
        Ok(readiness) => (0, readiness),
        Err(errno) => (errno as u16, Readiness::default()),
    };
    let flags = if readiness.is_hung_up { READWRITE_HANGUP } else { 0 };
    let mut bytes = [0; EVENT_BYTES as usize];
    bytes[0..8].copy_from_slice(&userdata.to_le_bytes());
    bytes[8..10].copy_from_slice(&errno.to_le_bytes());
    bytes[10] = kind;
    bytes[16..24].copy_from_slice(&readiness.bytes.to_le_bytes());
    bytes[24..26].copy_from_slice(&flags.to_le_bytes());
    Ok(guest.write(address, bytes)?)
}
