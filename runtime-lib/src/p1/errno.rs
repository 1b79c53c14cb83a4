//! The error numbers of preview 1, and how the kernel's map to them.
//!
//! The only place that knows both numberings. Source: `typenames.witx` of
//! `wasi_snapshot_preview1`; the older `wasi_unstable` has the same numbers.

use rustix::io::Errno as HostErrno;

use crate::guest::Fault;

macro_rules! errnos {
    ($($(#[$doc:meta])* $name:ident = $code:literal $(<- $($host:ident)|+)?;)*) => {
        /// Why a call failed. Success has no variant: it is `Ok`, and 0 for the guest, who gets 16 bits.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names are those of the specification")]
        pub enum Errno {
            $($(#[$doc])* $name = $code,)*
        }

        impl From<HostErrno> for Errno {
            fn from(host: HostErrno) -> Self {
                match host {
                    $($($(HostErrno::$host)|+ => Self::$name,)?)*
                    // The kernel's other numbers concern devices and keys, which no call reaches.
                    _ => Self::Io,
                }
            }
        }
    };
}

errnos! {
    TooBig = 1 <- TOOBIG;
    Acces = 2 <- ACCESS;
    Addrinuse = 3 <- ADDRINUSE;
    Addrnotavail = 4 <- ADDRNOTAVAIL;
    Afnosupport = 5 <- AFNOSUPPORT;
    Again = 6 <- AGAIN;
    Already = 7 <- ALREADY;
    Badf = 8 <- BADF;
    Badmsg = 9 <- BADMSG;
    Busy = 10 <- BUSY;
    Canceled = 11 <- CANCELED;
    Child = 12 <- CHILD;
    Connaborted = 13 <- CONNABORTED;
    Connrefused = 14 <- CONNREFUSED;
    Connreset = 15 <- CONNRESET;
    Deadlk = 16 <- DEADLK;
    Destaddrreq = 17 <- DESTADDRREQ;
    Dom = 18 <- DOM;
    Dquot = 19 <- DQUOT;
    Exist = 20 <- EXIST;
    Fault = 21 <- FAULT;
    Fbig = 22 <- FBIG;
    Hostunreach = 23 <- HOSTUNREACH;
    Idrm = 24 <- IDRM;
    Ilseq = 25 <- ILSEQ;
    Inprogress = 26 <- INPROGRESS;
    Intr = 27 <- INTR;
    Inval = 28 <- INVAL;
    Io = 29 <- IO;
    Isconn = 30 <- ISCONN;
    Isdir = 31 <- ISDIR;
    Loop = 32 <- LOOP;
    Mfile = 33 <- MFILE;
    Mlink = 34 <- MLINK;
    Msgsize = 35 <- MSGSIZE;
    Multihop = 36 <- MULTIHOP;
    Nametoolong = 37 <- NAMETOOLONG;
    Netdown = 38 <- NETDOWN;
    Netreset = 39 <- NETRESET;
    Netunreach = 40 <- NETUNREACH;
    Nfile = 41 <- NFILE;
    Nobufs = 42 <- NOBUFS;
    Nodev = 43 <- NODEV;
    Noent = 44 <- NOENT;
    Noexec = 45 <- NOEXEC;
    Nolck = 46 <- NOLCK;
    Nolink = 47 <- NOLINK;
    Nomem = 48 <- NOMEM;
    Nomsg = 49 <- NOMSG;
    Noprotoopt = 50 <- NOPROTOOPT;
    Nospc = 51 <- NOSPC;
    Nosys = 52 <- NOSYS;
    Notconn = 53 <- NOTCONN;
    Notdir = 54 <- NOTDIR;
    Notempty = 55 <- NOTEMPTY;
    Notrecoverable = 56 <- NOTRECOVERABLE;
    Notsock = 57 <- NOTSOCK;
    Notsup = 58 <- OPNOTSUPP;
    Notty = 59 <- NOTTY;
    Nxio = 60 <- NXIO;
    Overflow = 61 <- OVERFLOW;
    Ownerdead = 62 <- OWNERDEAD;
    Perm = 63 <- PERM;
    Pipe = 64 <- PIPE;
    Proto = 65 <- PROTO;
    Protonosupport = 66 <- PROTONOSUPPORT;
    Prototype = 67 <- PROTOTYPE;
    Range = 68 <- RANGE;
    Rofs = 69 <- ROFS;
    Spipe = 70 <- SPIPE;
    Srch = 71 <- SRCH;
    Stale = 72 <- STALE;
    Timedout = 73 <- TIMEDOUT;
    Txtbsy = 74 <- TXTBSY;
    Xdev = 75 <- XDEV;
    /// A right is missing. The kernel has no such number.
    Notcapable = 76;
}

impl From<Fault> for Errno {
    fn from(Fault: Fault) -> Self {
        Self::Fault
    }
}

/// What the guest sees of a call's outcome.
pub fn to_guest(result: Result<(), Errno>) -> u32 {
    match result {
        Ok(()) => 0,
        Err(errno) => u32::from(errno as u16),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(host: HostErrno, code: u16) {
        assert_eq!(Errno::from(host) as u16, code);
    }

    #[test]
    fn maps_the_kernels_numbers() {
        check(HostErrno::TOOBIG, 1);
        check(HostErrno::WOULDBLOCK, 6);
        check(HostErrno::NOTSUP, 58);
        check(HostErrno::XDEV, 75);
        check(HostErrno::KEYREVOKED, Errno::Io as u16);
        assert_eq!(to_guest(Err(Errno::Notcapable)), 76);
        assert_eq!(to_guest(Ok(())), 0);
    }
}
