//! `fd_fdstat_*`: what a descriptor is, its flags and its rights.

use rustix::fs::OFlags;

use super::errno::Errno;
use super::rights::Rights;
use super::table::{self, Descriptor};
use crate::guest::GuestMemory;
use crate::host::file::{self, FileKind};

/// The flags of a descriptor, in the order of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FdFlags(u32);

/// The flags that the operating system keeps, as it calls them. `RSYNC` is the same as `SYNC` there.
const HOST_FLAGS: [(u32, OFlags); 5] = [
    (FdFlags::APPEND, OFlags::APPEND),
    (FdFlags::DSYNC, OFlags::DSYNC),
    (FdFlags::NONBLOCK, OFlags::NONBLOCK),
    (FdFlags::RSYNC, OFlags::RSYNC),
    (FdFlags::SYNC, OFlags::SYNC),
];

impl FdFlags {
    const APPEND: u32 = 1 << 0;
    const DSYNC: u32 = 1 << 1;
    const NONBLOCK: u32 = 1 << 2;
    const RSYNC: u32 = 1 << 3;
    const SYNC: u32 = 1 << 4;
    const ALL: u32 = (1 << 5) - 1;

    /// The flags that the guest passes.
    ///
    /// # Errors
    /// [`Errno::Inval`] if there are others.
    pub fn from_guest(bits: u32) -> Result<Self, Errno> {
        if bits & !Self::ALL == 0 { Ok(FdFlags(bits)) } else { Err(Errno::Inval) }
    }

    /// The flags as the operating system has them.
    #[must_use]
    pub fn to_host(self) -> OFlags {
        let mut host = OFlags::empty();
        for &(bit, flag) in &HOST_FLAGS {
            if self.0 & bit != 0 {
                host |= flag;
            }
        }
        host
    }

    /// Whether calls are to fail rather than to wait.
    #[must_use]
    pub fn is_nonblocking(self) -> bool {
        self.0 & Self::NONBLOCK != 0
    }

    /// The flags of an open descriptor. Whether it waits is what the guest said, whoever else has
    /// switched it for the same open file.
    fn of(descriptor: &Descriptor) -> Result<Self, Errno> {
        let host = file::flags(descriptor.fd())?;
        let mut bits = if descriptor.is_nonblocking { Self::NONBLOCK } else { 0 };
        for &(bit, flag) in &HOST_FLAGS {
            if bit != Self::NONBLOCK && host.contains(flag) {
                bits |= bit;
            }
        }
        Ok(FdFlags(bits))
    }
}

/// `fd_fdstat_get`: what a descriptor is, its flags and its rights.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Fault`].
pub fn fd_fdstat_get(guest: &mut GuestMemory<'_>, fd: u32, stat: u32) -> Result<(), Errno> {
    let descriptor = table::get(fd)?;
    let flags = FdFlags::of(&descriptor)?;
    let mut bytes = [0; 24];
    bytes[0] = file_type(descriptor.kind);
    bytes[2..4].copy_from_slice(&(flags.0 as u16).to_le_bytes());
    bytes[8..16].copy_from_slice(&descriptor.rights.to_guest().to_le_bytes());
    bytes[16..24].copy_from_slice(&descriptor.inheriting.to_guest().to_le_bytes());
    Ok(guest.write(stat, bytes)?)
}

/// The specification's number of a kind of file. It has none for pipes.
#[must_use]
pub fn file_type(kind: FileKind) -> u8 {
    match kind {
        FileKind::Other => 0,
        FileKind::BlockDevice => 1,
        FileKind::CharacterDevice | FileKind::Terminal => 2,
        FileKind::Directory => 3,
        FileKind::RegularFile => 4,
        FileKind::SocketDatagram => 5,
        FileKind::SocketStream => 6,
        FileKind::SymbolicLink => 7,
    }
}

/// `fd_fdstat_set_flags`: changes whether writes append and calls wait.
///
/// The other flags are fixed when a file is opened. On a standard stream appending is as well, since
/// it is shared with other processes. As on Linux it is no error to leave out a fixed flag; it is
/// one to ask for it anew.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Inval`], [`Errno::Notcapable`].
pub fn fd_fdstat_set_flags(_guest: &mut GuestMemory<'_>, fd: u32, flags: u32) -> Result<(), Errno> {
    let wanted = FdFlags::from_guest(flags)?;
    let mut descriptor = table::get(fd)?;
    descriptor.require(Rights::FD_FDSTAT_SET_FLAGS)?;
    let new = wanted.0 & !FdFlags::of(&descriptor)?.0;
    let changeable =
        if descriptor.is_shared { FdFlags::NONBLOCK } else { FdFlags::NONBLOCK | FdFlags::APPEND };
    if new & !changeable != 0 {
        return Err(Errno::Inval);
    }
    if !descriptor.is_shared {
        file::set_flags(descriptor.fd(), wanted.to_host())?;
    }
    descriptor.is_nonblocking = wanted.is_nonblocking();
    table::update(fd, descriptor);
    Ok(())
}

/// `fd_fdstat_set_rights`: gives rights away.
///
/// # Errors
/// [`Errno::Badf`], [`Errno::Notcapable`] if a right is not there.
pub fn fd_fdstat_set_rights(
    _guest: &mut GuestMemory<'_>,
    fd: u32,
    rights: u64,
    inheriting: u64,
) -> Result<(), Errno> {
    let mut descriptor = table::get(fd)?;
    let (rights, inheriting) = (Rights::from_guest(rights), Rights::from_guest(inheriting));
    if !descriptor.rights.contains(rights) || !descriptor.inheriting.contains(inheriting) {
        return Err(Errno::Notcapable);
    }
    (descriptor.rights, descriptor.inheriting) = (rights, inheriting);
    table::update(fd, descriptor);
    Ok(())
}
