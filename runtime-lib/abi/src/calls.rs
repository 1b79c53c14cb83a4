//! System calls: which of them each function of the runtime may make once the guest runs.
//!
//! The compiler makes an executable's system call filter of the lists here, so a call that is missing
//! ends programs, and one too many is a door that need not be there. `tests/tests/harden.rs` compares
//! the lists with the code that is linked. What only happens before the guest runs (opening grants,
//! reserving memory, installing handlers) is not listed: the filter comes after it.

/// Declares the calls, with their numbers on x86-64 and aarch64. A dash: the architecture has none.
macro_rules! system_calls {
    ($($variant:ident $name:literal $x86_64:literal $aarch64:tt;)*) => {
        /// A system call.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the manual describes them")]
        pub enum Call { $($variant,)* }

        impl Call {
            /// The name in the kernel's tables.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Call::$variant => $name,)* }
            }

            /// The number on x86-64.
            #[must_use]
            pub const fn x86_64(self) -> u32 {
                match self { $(Call::$variant => $x86_64,)* }
            }

            /// The number on aarch64; `None` if there is no such call.
            #[must_use]
            pub const fn aarch64(self) -> Option<u32> {
                match self { $(Call::$variant => system_calls!(@number $aarch64),)* }
            }
        }
    };
    (@number -) => { None };
    (@number $number:literal) => { Some($number) };
}

system_calls! {
    Accept4 "accept4" 288 242;
    Brk "brk" 12 214;
    ClockGetres "clock_getres" 229 114;
    ClockGettime "clock_gettime" 228 113;
    ClockNanosleep "clock_nanosleep" 230 115;
    Close "close" 3 57;
    ExitGroup "exit_group" 231 94;
    Faccessat "faccessat" 269 48;
    Faccessat2 "faccessat2" 439 439;
    Fadvise64 "fadvise64" 221 223;
    Fallocate "fallocate" 285 47;
    Fcntl "fcntl" 72 25;
    Fdatasync "fdatasync" 75 83;
    Fstat "fstat" 5 80;
    Fsync "fsync" 74 82;
    Ftruncate "ftruncate" 77 46;
    Getdents64 "getdents64" 217 61;
    Getegid "getegid" 108 177;
    Geteuid "geteuid" 107 175;
    Getgid "getgid" 104 176;
    Getpid "getpid" 39 172;
    Getrandom "getrandom" 318 278;
    Getsockopt "getsockopt" 55 209;
    Getuid "getuid" 102 174;
    Ioctl "ioctl" 16 29;
    Kill "kill" 62 129;
    Linkat "linkat" 265 37;
    Lseek "lseek" 8 62;
    Madvise "madvise" 28 233;
    Mkdirat "mkdirat" 258 34;
    Mmap "mmap" 9 222;
    Mprotect "mprotect" 10 226;
    Mremap "mremap" 25 216;
    Munmap "munmap" 11 215;
    Newfstatat "newfstatat" 262 79;
    Openat "openat" 257 56;
    Openat2 "openat2" 437 437;
    Ppoll "ppoll" 271 73;
    Preadv "preadv" 295 69;
    Pwritev "pwritev" 296 70;
    Readlinkat "readlinkat" 267 78;
    Readv "readv" 19 65;
    Recvmsg "recvmsg" 47 212;
    Renameat "renameat" 264 38;
    RtSigaction "rt_sigaction" 13 134;
    RtSigreturn "rt_sigreturn" 15 139;
    SchedYield "sched_yield" 24 124;
    Sendmsg "sendmsg" 46 211;
    Shutdown "shutdown" 48 210;
    Statx "statx" 332 291;
    Symlinkat "symlinkat" 266 36;
    Unlinkat "unlinkat" 263 35;
    Utimensat "utimensat" 280 88;
    Write "write" 1 64;
    Writev "writev" 20 66;
}

/// What an argument of a call has to be. Arguments are looked at as the kernel does: as 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Argument {
    /// One of these numbers.
    OneOf(u8, &'static [u32]),
    /// None of these bits.
    Without(u8, u32),
    /// All of these bits.
    With(u8, u32),
    /// The process's own number.
    OwnProcess(u8),
}

/// A call that may be made, if its arguments are as they should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Allowed {
    /// The call.
    pub call: Call,
    /// What must hold for its arguments, all of it.
    pub arguments: &'static [Argument],
}

impl Allowed {
    const fn any(call: Call) -> Self {
        Allowed { call, arguments: &[] }
    }
}

/// Calls that some part of the runtime makes.
pub type Calls = &'static [Allowed];

macro_rules! calls {
    ($($(#[$doc:meta])* $name:ident = $($call:ident $([$($argument:expr),+])?),+;)*) => {$(
        $(#[$doc])*
        pub const $name: Calls =
            &[$(Allowed { arguments: &[$($($argument),+)?], ..Allowed::any(Call::$call) }),+];
    )*};
}

// Numbers of Linux, the same on both architectures.
const PROT_EXEC: u32 = 4;
const MAP_ANONYMOUS: u32 = 0x20;
const F_GETFD: u32 = 1;
const F_GETFL: u32 = 3;
const F_SETFL: u32 = 4;
const F_DUPFD_CLOEXEC: u32 = 1030;
const TIOCGWINSZ: u32 = 0x5413;
const FIONREAD: u32 = 0x541b;
const SOL_SOCKET: u32 = 1;
const SO_TYPE: u32 = 3;
const FAULT_SIGNALS: &[u32] = &[4, 7, 8, 11, 31]; // ILL, BUS, FPE, SEGV, SYS.

const NOT_EXECUTABLE: Argument = Argument::Without(2, PROT_EXEC);

calls! {
    /// Every program: ending, reports of traps on stderr, return from signal handlers, and passing on a
    /// signal that another process has sent.
    ALWAYS = ExitGroup, Write, Ppoll, RtSigreturn, Getpid,
        Kill[Argument::OwnProcess(0), Argument::OneOf(1, FAULT_SIGNALS)];
    /// What a standard stream is, when it is first used.
    STREAM = Fstat, Fcntl[Argument::OneOf(1, &[F_GETFL])], Ioctl[Argument::OneOf(1, &[TIOCGWINSZ])],
        Getsockopt[Argument::OneOf(1, &[SOL_SOCKET]), Argument::OneOf(2, &[SO_TYPE])];
    /// Closing a descriptor.
    CLOSE = Close;
    /// Setting status flags.
    SET_FLAGS = Fcntl[Argument::OneOf(1, &[F_GETFL, F_SETFL])];
    /// `readv`.
    READ = Readv;
    /// `writev`; what is simulated not to block is written by the call that is always there.
    WRITE = Writev;
    /// Reading at an offset.
    READ_AT = Preadv;
    /// Writing at an offset.
    WRITE_AT = Pwritev;
    /// The current position.
    SEEK = Lseek;
    /// Advice on access.
    ADVISE = Fadvise64;
    /// Reserving room.
    ALLOCATE = Fallocate;
    /// Writing back data.
    SYNC_DATA = Fdatasync;
    /// Writing back data and attributes.
    SYNC = Fsync;
    /// Setting the size.
    SET_SIZE = Ftruncate;
    /// Setting times.
    SET_TIMES = Utimensat;
    /// Listing a directory.
    LIST = Getdents64, Newfstatat, Lseek;
    /// The C library's `malloc`.
    ALLOCATOR = Brk, Mmap[NOT_EXECUTABLE, Argument::With(3, MAP_ANONYMOUS)], Mprotect[NOT_EXECUTABLE],
        Munmap, Mremap, Madvise;
    /// Finding what a path leads to, in one call or one component at a time.
    RESOLVE = Openat2, Openat, Fstat, Newfstatat, Statx, Readlinkat, Close, Faccessat, Faccessat2, Getuid,
        Geteuid, Getgid, Getegid,
        Fcntl[Argument::OneOf(1, &[F_GETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC])];
    /// Making a directory.
    CREATE_DIR = Mkdirat;
    /// Removing a name.
    UNLINK = Unlinkat;
    /// Another name for a file.
    LINK = Linkat;
    /// Moving.
    RENAME = Renameat;
    /// A symbolic link.
    SYMLINK = Symlinkat;
    /// Reading clocks, where that takes a call.
    CLOCK_TIME = ClockGettime;
    /// The resolution of clocks.
    CLOCK_RESOLUTION = ClockGetres;
    /// Sleeping.
    SLEEP = ClockNanosleep;
    /// How much can be read.
    READABLE = Ioctl[Argument::OneOf(1, &[FIONREAD])];
    /// Letting others run.
    YIELD = SchedYield;
    /// Random bytes.
    RANDOM = Getrandom;
    /// Accepting connections.
    ACCEPT = Accept4;
    /// Receiving.
    RECEIVE = Recvmsg;
    /// Sending.
    SEND = Sendmsg;
    /// Ending a connection.
    SHUTDOWN = Shutdown;
    /// Growing a memory.
    GROW_MEMORY = Mmap[NOT_EXECUTABLE, Argument::With(3, MAP_ANONYMOUS)], Mprotect[NOT_EXECUTABLE];
    /// New memory of the runtime: a table that grows, references to exceptions.
    MAP = Mmap[NOT_EXECUTABLE, Argument::With(3, MAP_ANONYMOUS)];
    /// Installing the handler of faults again, for test scripts, which go on after traps.
    HANDLERS = RtSigaction[Argument::OneOf(0, FAULT_SIGNALS)];
}
