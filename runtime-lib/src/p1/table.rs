//! The descriptors of the guest.
//!
//! One table for the process. It lies in memory that is zero at start and costs nothing until it is
//! used: no set-up, no allocation. The numbers 0, 1 and 2 are the process's own standard streams;
//! what they are is found out when they are first used. New descriptors get the lowest vacant number.
//!
//! A process has one thread, so the fields are atomics only to be writable in safe code: relaxed
//! loads and stores are plain ones to the CPU.

#![allow(unsafe_code, reason = "owns descriptors that it keeps as numbers")]

use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU8, AtomicU16, AtomicU32};

use rustix::fd::{BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use rustix::fs::OFlags;
use rustix::io::Errno as HostErrno;

use super::errno::Errno;
use super::rights::Rights;
use crate::host::file::{self, FileKind};
use crate::host::io::Wait;
use crate::{program, sys};

/// Most descriptors of a guest, 1.25 MiB of address space. Far above what the kernel's usual limit
/// of 1024 open files lets a process have; scanning for a vacant number stays cheap.
const DESCRIPTORS_MAX: usize = 65_536;

/// The numbers below are the standard streams.
const STANDARD_STREAMS: u32 = 3;

/// Where the runtime writes its own messages: never closed, so that they cannot end up in a file of
/// the guest's.
const STDERR: RawFd = 2;

/// One open descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// The operating system's number.
    pub host_fd: RawFd,
    /// What it refers to.
    pub kind: FileKind,
    /// Whether other processes have the same open file, so that its flags have to stay.
    pub is_shared: bool,
    /// Whether it is below a directory that was granted for reading only, or that directory.
    pub is_read_only: bool,
    /// Whether the guest wants calls to fail rather than to wait.
    pub is_nonblocking: bool,
    /// What may be done with it.
    pub rights: Rights,
    /// What may be done with descriptors opened through it.
    pub inheriting: Rights,
    /// What it is if it was open from the start.
    pub preopen: Preopen,
}

/// How the guest came by a descriptor: a number from which [`Self::directory_index`] is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preopen(u16);

impl Preopen {
    /// The guest opened it.
    pub const NONE: Preopen = Preopen(0);

    /// A granted listening socket.
    pub const LISTENER: Preopen = Preopen(1);

    /// The granted directory with this index, counted among the directories.
    ///
    /// # Errors
    /// [`Errno::Mfile`] if the index is too large; the table would be full before.
    pub fn directory(index: usize) -> Result<Self, Errno> {
        index.checked_add(2).and_then(|number| u16::try_from(number).ok()).map(Preopen).ok_or(Errno::Mfile)
    }

    /// Which granted directory it is, if it is one.
    #[must_use]
    pub fn directory_index(self) -> Option<usize> {
        usize::from(self.0).checked_sub(2)
    }
}

impl Descriptor {
    /// A descriptor with all rights that its kind has, for a guest to own.
    #[must_use]
    pub fn new(host_fd: RawFd, kind: FileKind) -> Self {
        let rights = match kind {
            FileKind::Directory => Rights::DIRECTORY,
            FileKind::RegularFile | FileKind::BlockDevice | FileKind::CharacterDevice => Rights::FILE,
            _ => Rights::FILE & !Rights::POSITION,
        };
        Descriptor {
            host_fd,
            kind,
            is_shared: false,
            is_read_only: false,
            is_nonblocking: false,
            rights,
            inheriting: if kind == FileKind::Directory { Rights::ALL } else { rights },
            preopen: Preopen::NONE,
        }
    }

    /// The operating system's descriptor. It is open until the guest closes this one: do not keep it
    /// longer than the call at hand.
    #[must_use]
    pub fn fd(&self) -> BorrowedFd<'static> {
        // SAFETY: descriptors come from the table, which owns the number until `close` or `replace`,
        // and nothing else runs during a call.
        unsafe { BorrowedFd::borrow_raw(self.host_fd) }
    }

    /// What a call that would have to wait does.
    #[must_use]
    pub fn wait(&self) -> Wait {
        match (self.is_nonblocking, self.is_shared) {
            (false, _) => Wait::Blocking,
            (true, false) => Wait::NonBlocking,
            (true, true) => Wait::Simulated,
        }
    }

    /// Checks that a right is there.
    ///
    /// # Errors
    /// [`Errno::Notcapable`].
    pub fn require(&self, rights: Rights) -> Result<(), Errno> {
        if self.rights.contains(rights) { Ok(()) } else { Err(Errno::Notcapable) }
    }

    /// Checks that nothing protects from changes.
    ///
    /// # Errors
    /// [`Errno::Perm`], which says more to a user than a missing right.
    pub fn require_writable(&self) -> Result<(), Errno> {
        if self.is_read_only { Err(Errno::Perm) } else { Ok(()) }
    }
}

/// The open descriptor `fd`.
///
/// # Errors
/// [`Errno::Badf`] if there is none.
pub fn get(fd: u32) -> Result<Descriptor, Errno> {
    let slot = slot(fd).ok_or(Errno::Badf)?;
    match slot.load() {
        State::Open(descriptor) => Ok(descriptor),
        State::Vacant => Err(Errno::Badf),
        State::Untouched => standard_stream(fd, slot).ok_or(Errno::Badf),
    }
}

/// The open descriptor `fd`, which is not a directory.
///
/// # Errors
/// [`Errno::Badf`] otherwise.
pub fn get_file(fd: u32) -> Result<Descriptor, Errno> {
    get(fd).and_then(|file| if file.kind == FileKind::Directory { Err(Errno::Badf) } else { Ok(file) })
}

/// The open descriptor `fd`, which is a directory with these rights.
///
/// # Errors
/// [`Errno::Badf`] or [`Errno::Notdir`] otherwise, [`Errno::Notcapable`] without the rights.
pub fn get_dir(fd: u32, rights: Rights) -> Result<Descriptor, Errno> {
    let dir = get(fd)?;
    if dir.kind != FileKind::Directory {
        return Err(Errno::Notdir);
    }
    dir.require(rights)?;
    Ok(dir)
}

/// Whether there is room for another descriptor: to be asked before anything is opened for good.
///
/// # Errors
/// [`Errno::Mfile`] if there are as many as there may be.
pub fn check_room() -> Result<(), Errno> {
    vacant().map(drop)
}

/// The lowest vacant number. All below are in use, so it says as well how many are.
fn vacant() -> Result<u32, Errno> {
    let mut fd = FIRST_VACANT.load(Relaxed);
    while get(fd).is_ok() {
        fd += 1;
    }
    let max = program::header().max_open_files.min(DESCRIPTORS_MAX as u64);
    if u64::from(fd) < max { Ok(fd) } else { Err(Errno::Mfile) }
}

/// Adds a descriptor under the lowest vacant number, and returns that. `descriptor.host_fd` is ignored.
///
/// # Errors
/// [`Errno::Mfile`] if there are as many as there may be; `owned` is closed then.
pub fn insert(owned: OwnedFd, descriptor: Descriptor) -> Result<u32, Errno> {
    let fd = vacant()?;
    let slot = slot(fd).ok_or(Errno::Mfile)?;
    slot.open(Descriptor { host_fd: owned.into_raw_fd(), ..descriptor });
    FIRST_VACANT.store(fd + 1, Relaxed);
    Ok(fd)
}

/// Changes an open descriptor.
pub fn update(fd: u32, descriptor: Descriptor) {
    if let Some(slot) = slot(fd) {
        slot.open(descriptor);
    }
}

/// Closes a descriptor. Its number is vacant in any case.
///
/// # Errors
/// [`Errno::Badf`] if it is not open, and errors of earlier writes that the kernel only reports now.
pub fn close(fd: u32) -> Result<(), Errno> {
    let descriptor = get(fd)?;
    vacate(fd);
    close_host(descriptor)
}

/// Moves descriptor `from` to the number `to`, whose descriptor is closed.
///
/// # Errors
/// [`Errno::Badf`] if either is not open.
pub fn replace(from: u32, to: u32) -> Result<(), Errno> {
    let descriptor = get(from)?;
    let closed = get(to)?;
    if from != to {
        update(to, descriptor);
        vacate(from);
        // As for `dup2`, the errors of the descriptor that goes are lost.
        let _ = close_host(closed);
    }
    Ok(())
}

/// Makes `fd` vacant by moving the descriptors from there on up by one, as far as there is no gap.
/// Only before the guest runs, who would know them by their numbers.
///
/// # Errors
/// [`Errno::Mfile`] if the table is full.
pub fn open_gap(fd: u32) -> Result<(), Errno> {
    let mut end = fd;
    while get(end).is_ok() {
        end += 1;
    }
    slot(end).ok_or(Errno::Mfile)?;
    for to in (fd + 1..=end).rev() {
        update(to, get(to - 1)?);
    }
    vacate(fd);
    Ok(())
}

fn vacate(fd: u32) {
    if let Some(slot) = slot(fd) {
        slot.vacate();
        FIRST_VACANT.fetch_min(fd, Relaxed);
    }
}

fn close_host(descriptor: Descriptor) -> Result<(), Errno> {
    if descriptor.host_fd == STDERR {
        return Ok(());
    }
    // SAFETY: the table owned the number and has forgotten it.
    match unsafe { sys::call(libc::SYS_close, [descriptor.host_fd as usize, 0, 0, 0]) } {
        Ok(_) | Err(HostErrno::INTR) => Ok(()), // It is closed all the same.
        Err(errno) => Err(errno.into()),
    }
}

/// Finds out what a standard stream is, and keeps it. `None` if it is closed.
#[cold]
fn standard_stream(fd: u32, slot: &Slot) -> Option<Descriptor> {
    if fd >= STANDARD_STREAMS {
        return None;
    }
    let mut stream = Descriptor::new(fd.cast_signed(), FileKind::Other);
    let known = file::kind(stream.fd()).and_then(|kind| Ok((kind, file::flags(stream.fd())?)));
    let (kind, flags) = match known {
        Ok(known) => known,
        Err(HostErrno::BADF) => {
            slot.vacate();
            return None;
        }
        // It is open; what reads or writes it finds out what is wrong with it.
        Err(_) => (FileKind::Other, OFlags::RDWR),
    };
    stream = Descriptor { is_shared: true, ..Descriptor::new(stream.host_fd, kind) };
    stream.rights = match flags & OFlags::ACCMODE {
        OFlags::RDONLY => stream.rights & !Rights::FD_WRITE,
        OFlags::WRONLY => stream.rights & !Rights::FD_READ,
        _ => stream.rights,
    };
    if kind == FileKind::Directory {
        // Nobody has granted what is below.
        stream.rights = stream.rights & Rights::FILE;
    }
    stream.inheriting = stream.rights;
    slot.open(stream);
    Some(stream)
}

/// No number below is vacant.
static FIRST_VACANT: AtomicU32 = AtomicU32::new(0);

static SLOTS: [Slot; DESCRIPTORS_MAX] = [const { Slot::new() }; DESCRIPTORS_MAX];

fn slot(fd: u32) -> Option<&'static Slot> {
    SLOTS.get(fd as usize)
}

/// Room for one descriptor: the fields of [`Descriptor`], and whether there is one.
struct Slot {
    state: AtomicU8,
    kind: AtomicU8,
    is_shared: AtomicBool,
    is_read_only: AtomicBool,
    is_nonblocking: AtomicBool,
    preopen: AtomicU16,
    host_fd: AtomicI32,
    rights: AtomicU32,
    inheriting: AtomicU32,
}

/// What a slot holds.
enum State {
    /// What it was at start: a standard stream that is still unknown, or vacant.
    Untouched,
    /// Nothing.
    Vacant,
    /// A descriptor.
    Open(Descriptor),
}

// Numbers of the states. `UNTOUCHED` has to be 0, which is what the table is at start.
const UNTOUCHED: u8 = 0;
const VACANT: u8 = 1;
const OPEN: u8 = 2;

impl Slot {
    const fn new() -> Self {
        Slot {
            state: AtomicU8::new(UNTOUCHED),
            kind: AtomicU8::new(0),
            is_shared: AtomicBool::new(false),
            is_read_only: AtomicBool::new(false),
            is_nonblocking: AtomicBool::new(false),
            preopen: AtomicU16::new(0),
            host_fd: AtomicI32::new(0),
            rights: AtomicU32::new(0),
            inheriting: AtomicU32::new(0),
        }
    }

    fn load(&self) -> State {
        match self.state.load(Relaxed) {
            UNTOUCHED => return State::Untouched,
            OPEN => {}
            _ => return State::Vacant,
        }
        State::Open(Descriptor {
            host_fd: self.host_fd.load(Relaxed),
            kind: FileKind::from_number(self.kind.load(Relaxed)),
            is_shared: self.is_shared.load(Relaxed),
            is_read_only: self.is_read_only.load(Relaxed),
            is_nonblocking: self.is_nonblocking.load(Relaxed),
            rights: Rights(self.rights.load(Relaxed)),
            inheriting: Rights(self.inheriting.load(Relaxed)),
            preopen: Preopen(self.preopen.load(Relaxed)),
        })
    }

    fn open(&self, descriptor: Descriptor) {
        self.state.store(OPEN, Relaxed);
        self.kind.store(descriptor.kind as u8, Relaxed);
        self.is_shared.store(descriptor.is_shared, Relaxed);
        self.is_read_only.store(descriptor.is_read_only, Relaxed);
        self.is_nonblocking.store(descriptor.is_nonblocking, Relaxed);
        self.preopen.store(descriptor.preopen.0, Relaxed);
        self.host_fd.store(descriptor.host_fd, Relaxed);
        self.rights.store(descriptor.rights.0, Relaxed);
        self.inheriting.store(descriptor.inheriting.0, Relaxed);
    }

    fn vacate(&self) {
        self.state.store(VACANT, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::os::fd::AsRawFd;

    use super::*;

    /// What the table should hold above the standard streams: for each number the kind, which tells
    /// descriptors apart, and the operating system's number.
    type Model = BTreeMap<u32, (FileKind, RawFd)>;

    fn insert_both(model: &mut Model, kind: FileKind) {
        let owned = OwnedFd::from(std::fs::File::open("/dev/null").expect("there is a null device"));
        let host_fd = owned.as_raw_fd();
        let expected = (STANDARD_STREAMS..).find(|fd| !model.contains_key(fd)).expect("there is room");
        assert_eq!(insert(owned, Descriptor::new(0, kind)), Ok(expected));
        model.insert(expected, (kind, host_fd));
    }

    fn close_both(model: &mut Model, fd: u32) {
        let known = model.remove(&fd);
        assert_eq!(close(fd), if known.is_some() { Ok(()) } else { Err(Errno::Badf) });
    }

    fn replace_both(model: &mut Model, from: u32, to: u32) {
        if !model.contains_key(&from) || !model.contains_key(&to) {
            assert_eq!(replace(from, to), Err(Errno::Badf));
        } else {
            assert_eq!(replace(from, to), Ok(()));
            let moved = model.remove(&from).expect("it was just seen");
            model.insert(to, moved);
        }
    }

    fn check(model: &Model) {
        for fd in STANDARD_STREAMS..40 {
            let found = get(fd).map(|found| (found.kind, found.host_fd));
            assert_eq!(found, model.get(&fd).copied().ok_or(Errno::Badf), "descriptor {fd}");
            // The kernel agrees that it is open: nothing was closed by mistake.
            if let Ok(descriptor) = get(fd) {
                assert!(file::flags(descriptor.fd()).is_ok(), "descriptor {fd}");
            }
        }
    }

    /// Random sequences of operations do the same to the table and to a model. The table is one for
    /// the process, so there is only this test.
    #[test]
    fn agrees_with_a_model() {
        let mut random: u32 = 1;
        let mut next = |below: u32| {
            random = random.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            (random >> 16) % below
        };
        let mut model = Model::new();
        for _ in 0..3000 {
            let (fd, other) = (STANDARD_STREAMS + next(20), STANDARD_STREAMS + next(20));
            match next(10) {
                0..4 => insert_both(&mut model, FileKind::from_number(next(9) as u8)),
                4..7 => close_both(&mut model, fd),
                _ => replace_both(&mut model, fd, other),
            }
            check(&model);
        }
        assert_eq!(get(DESCRIPTORS_MAX as u32), Err(Errno::Badf));
        assert_eq!(get(u32::MAX), Err(Errno::Badf));

        // A gap moves what is above, up to the next one.
        for fd in STANDARD_STREAMS..40 {
            close_both(&mut model, fd);
        }
        for kind in [FileKind::Directory, FileKind::RegularFile] {
            insert_both(&mut model, kind);
        }
        assert_eq!(open_gap(STANDARD_STREAMS), Ok(()));
        model = model.into_iter().map(|(fd, known)| (fd + 1, known)).collect();
        check(&model);
        insert_both(&mut model, FileKind::SocketStream);
        assert_eq!(model.get(&STANDARD_STREAMS).map(|known| known.0), Some(FileKind::SocketStream));
        check(&model);
    }
}
