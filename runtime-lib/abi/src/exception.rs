//! Exceptions: the one that is being thrown, where compiled code catches which, and where it keeps registers.
//!
//! Programs that never throw have none of this: the [`ExceptionHeader`] is a symbol of its own, which
//! only the unwinder refers to.

/// The exception that is being thrown: a record of the context block.
///
/// Code that throws fills it, and the handler reads it before anything else can throw. What the exception
/// carries follows: one word of 8 bytes for each value, two for a vector.
#[derive(Debug)]
#[repr(C)]
pub struct PendingException {
    /// The number of its tag.
    pub tag: u64,
    /// The reference to it, or 0 if nobody has taken one.
    pub reference: u64,
}

/// What the unwinder has to know of a program that throws. Addresses are `u64`, as in
/// [`crate::context::ProgramHeader`].
///
/// Written by the compiler under the symbol [`crate::symbols::EXCEPTION_HEADER`].
#[derive(Debug)]
#[repr(C)]
pub struct ExceptionHeader {
    /// Address of the [`PendingException`].
    pub pending: u64,
    /// Words that the exceptions of the program carry, at most.
    pub payload_words: u64,
    /// Address of the [`HandlerSite`]s, sorted by `return_offset`.
    pub sites: u64,
    /// Number of sites.
    pub sites_len: u64,
    /// Address of the handler lists: words of 32 bits.
    pub lists: u64,
    /// Length of the handler lists in words.
    pub lists_len: u64,
    /// Address of the tags' names: for each tag, the offset of its name in the program's names, or
    /// [`crate::context::NO_NAME`].
    pub tag_names: u64,
    /// Number of tags.
    pub tag_names_len: u64,
    /// Address of the addresses of globals that hold references to exceptions.
    pub globals: u64,
    /// Number of these globals.
    pub globals_len: u64,
    /// Address of the addresses of the [`crate::context::TableRecord`]s of tables that hold references to
    /// exceptions.
    pub tables: u64,
    /// Number of these tables.
    pub tables_len: u64,
    /// Address of the [`SavingCode`], sorted by `start_offset`.
    pub saving: u64,
    /// Number of these.
    pub saving_len: u64,
    /// Address of the lists of saved registers: words of 32 bits.
    pub saved: u64,
    /// Length of these lists in words.
    pub saved_len: u64,
}

/// A call out of a block that catches exceptions.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct HandlerSite {
    /// Where the call returns to: offset from the start of the guest code, in bytes.
    pub return_offset: u32,
    /// Where its handler list starts, in words. A list is
    ///
    /// 1. the distance in bytes from the stack pointer that handlers need up to the frame pointer,
    /// 2. the number of handlers,
    /// 3. for each handler, the number of the tag that it catches or [`ANY_TAG`], and the offset of its
    ///    code from the start of the guest code. The first that matches is the one.
    pub list: u32,
}

/// Code that keeps registers for its callers, or keeps none: it goes on up to the start of the next.
///
/// There is none at all in programs in which handlers find nothing in registers.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct SavingCode {
    /// Offset from the start of the guest code, in bytes: shims are before it.
    pub start_offset: i32,
    /// Where the list of what it keeps starts, in words. A list is the number of registers, then a
    /// [`SavedRegister`] for each.
    pub list: u32,
}

/// A register that a function keeps for its caller, in its frame. A word of 32 bits: the number in the lowest
/// byte, the place in the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SavedRegister {
    /// Its number in the instruction set; those for floating-point numbers follow from
    /// [`FIRST_FLOAT_REGISTER`] on.
    pub number: u8,
    /// Distance of its place from the frame pointer, downward, in words of 8 bytes.
    pub words_below_frame: u32,
}

/// The number of the first register for floating-point numbers.
pub const FIRST_FLOAT_REGISTER: u8 = 32;

impl SavedRegister {
    /// The word for it. Places are at most a few hundred bytes from the frame pointer.
    #[must_use]
    pub const fn encode(self) -> u32 {
        assert!(self.words_below_frame < 1 << 24, "the place fits its bits");
        self.words_below_frame << 8 | self.number as u32
    }

    /// What the word says.
    #[must_use]
    pub const fn decode(word: u32) -> Self {
        Self { number: word as u8, words_below_frame: word >> 8 }
    }
}

/// "Catches everything."
pub const ANY_TAG: u32 = u32::MAX;

/// Bytes of each of the words in which exceptions carry values.
pub const PAYLOAD_WORD_BYTES: u64 = 8;

const _: () = {
    assert!(size_of::<PendingException>() == 16);
    assert!(size_of::<ExceptionHeader>() == 16 * 8);
    assert!(size_of::<HandlerSite>() == 8);
    assert!(size_of::<SavingCode>() == 8);
};
