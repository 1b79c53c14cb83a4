//! Where the runtime continues a function with an exception, and which registers it takes from the frames that
//! the exception leaves: from the tables in the executable.

use std::collections::BTreeMap;
use std::mem::offset_of;

use wasiaot_abi::context::ProgramHeader;
use wasiaot_abi::exception::{ExceptionHeader, HandlerSite, SavedRegister, SavingCode};
use wasiaot_abi::symbols::{EXCEPTION_HEADER, PROGRAM_HEADER};

use crate::code_check::{bytes_at, symbols};

/// Code that is entered with an exception.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Landing {
    /// Its address.
    pub(crate) address: u64,
    /// Distance of the stack pointer from the frame pointer, in bytes.
    pub(crate) distance: u64,
}

/// What the tables say.
#[derive(Debug, Default)]
pub(crate) struct Handlers {
    /// The landings of each call, by the address that it returns to.
    pub(crate) landings: BTreeMap<u64, Vec<Landing>>,
    /// The registers that code keeps for its callers, by the address where it starts: up to the next. Nothing
    /// if handlers do not expect that registers are as they were at the call.
    saving: BTreeMap<u64, Vec<SavedRegister>>,
}

impl Handlers {
    /// The registers that the runtime takes from the frame of a function that an exception leaves. `None` if
    /// it takes none from any.
    pub(crate) fn saved_by(&self, function: u64) -> Option<&[SavedRegister]> {
        self.saving.range(..=function).next_back().map(|(_, saved)| &saved[..])
    }
}

/// Reads the tables of an executable with this map; programs that never throw have none.
pub(crate) fn handlers(file: &object::File<'_>, map: &str) -> Handlers {
    let address = |name| symbols(map).find_map(|(address, found)| (found == name).then_some(address));
    let Some(header) = address(EXCEPTION_HEADER) else { return Handlers::default() };
    let program = address(PROGRAM_HEADER).expect("executables have a header");
    let long = |address: u64| {
        u64::from_le_bytes(bytes_at(file, address, 8).try_into().expect("these are eight bytes"))
    };
    let word = |address: u64| {
        u32::from_le_bytes(bytes_at(file, address, 4).try_into().expect("these are four bytes"))
    };
    let field = |offset: usize| long(header + offset as u64);
    let text = long(program + offset_of!(ProgramHeader, text) as u64);
    let (sites, lists) =
        (field(offset_of!(ExceptionHeader, sites)), field(offset_of!(ExceptionHeader, lists)));
    let mut found = Handlers::default();
    for index in 0..field(offset_of!(ExceptionHeader, sites_len)) {
        let site = sites + index * size_of::<HandlerSite>() as u64;
        let returns_to = text + u64::from(word(site + offset_of!(HandlerSite, return_offset) as u64));
        let list = lists + 4 * u64::from(word(site + offset_of!(HandlerSite, list) as u64));
        let (distance, count) = (u64::from(word(list)), u64::from(word(list + 4)));
        let landings = (0..count)
            .map(|number| Landing { address: text + u64::from(word(list + 8 + 8 * number + 4)), distance });
        found.landings.insert(returns_to, landings.collect());
    }
    let (saving, saved) =
        (field(offset_of!(ExceptionHeader, saving)), field(offset_of!(ExceptionHeader, saved)));
    for index in 0..field(offset_of!(ExceptionHeader, saving_len)) {
        let code = saving + index * size_of::<SavingCode>() as u64;
        let start = word(code + offset_of!(SavingCode, start_offset) as u64).cast_signed();
        let list = saved + 4 * u64::from(word(code + offset_of!(SavingCode, list) as u64));
        let registers = (1..=u64::from(word(list))).map(|at| SavedRegister::decode(word(list + 4 * at)));
        found.saving.insert(text.wrapping_add_signed(start.into()), registers.collect());
    }
    found
}
