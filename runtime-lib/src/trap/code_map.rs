//! Which function an address of compiled code belongs to, and what may happen there.
//!
//! Reads the compiler's tables where they lie in the executable. Nothing in them is trusted to be
//! in bounds: a wrong table must not make a report of a trap fail.

use wasiaot_abi::context::{FunctionRecord, NO_NAME};
use wasiaot_abi::sites::{self, Site};

use crate::program;

/// The tables of one program.
#[derive(Clone, Copy, Debug)]
pub(super) struct CodeMap<'a> {
    /// First address of compiled code.
    pub(super) text: u64,
    /// Length of compiled code in bytes.
    pub(super) text_len: u64,
    /// Sorted by `start`.
    pub(super) functions: &'a [FunctionRecord],
    /// The sites of all functions, in the same order.
    pub(super) sites: &'a [u8],
    /// Zero-terminated names.
    pub(super) names: &'a [u8],
}

/// A place in a wasm module.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    /// The function.
    pub(super) function: &'a FunctionRecord,
    /// Byte offset of the instruction in the module file.
    pub(super) module_offset: u64,
}

/// A place in compiled code that belongs to a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Location<'a> {
    /// The function.
    pub(super) function: &'a FunctionRecord,
    /// Distance from its first instruction in bytes.
    pub(super) code_offset: u32,
    /// Whether this is where a call returns to, not an instruction that was being executed.
    is_return: bool,
    /// Its encoded sites.
    sites: &'a [u8],
}

impl CodeMap<'static> {
    /// The tables of this executable.
    pub(super) fn of_program() -> Self {
        let header = program::header();
        Self {
            text: header.text,
            text_len: header.text_len,
            functions: program::functions(),
            sites: program::sites(),
            names: program::names(),
        }
    }
}

impl<'a> CodeMap<'a> {
    /// Whether an address is in compiled code, be it a function's or an auxiliary piece.
    pub(super) fn contains(&self, address: u64) -> bool {
        address.wrapping_sub(self.text) < self.text_len
    }

    /// Finds the function that holds an instruction.
    pub(super) fn locate(&self, address: u64) -> Option<Location<'a>> {
        let text_offset = u32::try_from(address.checked_sub(self.text)?).ok()?;
        let after = self.functions.partition_point(|function| function.start <= text_offset);
        let function = self.functions.get(after.checked_sub(1)?)?;
        let code_offset = text_offset - function.start;
        let sites_end = self.functions.get(after).map_or(usize::MAX, |next| next.sites as usize);
        let sites_range = function.sites as usize..sites_end.min(self.sites.len());
        let sites = self.sites.get(sites_range).unwrap_or_default();
        (code_offset < function.len).then_some(Location { function, code_offset, is_return: false, sites })
    }

    /// Finds the function that holds the call after which execution continues at `address`. That
    /// may be the end of the function, if the call never returns.
    pub(super) fn locate_call(&self, address: u64) -> Option<Location<'a>> {
        let location = self.locate(address.checked_sub(1)?)?;
        Some(Location { code_offset: location.code_offset + 1, is_return: true, ..location })
    }

    /// The name at an offset of the names.
    pub(super) fn name(&self, offset: u32) -> Option<&'a [u8]> {
        if offset == NO_NAME {
            return None;
        }
        self.names.get(offset as usize..)?.split(|&byte| byte == 0).next()
    }
}

impl<'a> Location<'a> {
    /// The site of the trapping instruction here, if there is one.
    pub(super) fn trap_site(&self) -> Option<Site> {
        let here = |site: &Site| site.code_offset == self.code_offset && site.trap.is_some();
        sites::decode(self.sites).find(here)
    }

    /// Calls `visit` with the wasm function that this place comes from, and if that is inlined, with its
    /// callers up to the function that was compiled: as they would be found on the stack had nothing been
    /// inlined.
    pub(super) fn frames(&self, map: &CodeMap<'a>, visit: &mut dyn FnMut(Frame<'a>)) {
        let mut offset = self.wasm_offset();
        loop {
            let body = sites::decode_inlined(self.sites).take_while(|body| body.start <= offset).last();
            let inlined = body.and_then(|body| Some((body, map.functions.get(body.function as usize)?)));
            let (function, start) =
                inlined.map_or((self.function, 0), |(body, function)| (function, body.start));
            let module_offset = u64::from(function.body) + u64::from(offset - start);
            visit(Frame { function, module_offset });
            match inlined {
                // Calls are before the bodies that take their place: this ends.
                Some((body, _)) if body.call.is_some_and(|call| call < body.start) => {
                    offset = body.call.unwrap_or_default();
                }
                _ => return,
            }
        }
    }

    /// Byte offset of the wasm instruction that this place comes from, see [`sites`]: by its exact site, or
    /// else by the last site before.
    fn wasm_offset(&self) -> u32 {
        // A call may return right to an instruction that traps: two sites with the same offset.
        let is_candidate = |site: &Site| {
            site.code_offset < self.code_offset
                || site.code_offset == self.code_offset && site.trap.is_none() == self.is_return
        };
        let mut wasm_offset = 0;
        for site in sites::decode(self.sites).filter(is_candidate) {
            wasm_offset = site.wasm_offset;
        }
        wasm_offset
    }
}

#[cfg(test)]
mod tests {
    use wasiaot_abi::sites::Inlined;
    use wasiaot_abi::trap::TrapCode;

    use super::*;

    fn frames(map: &CodeMap<'_>, location: &Location<'_>) -> Vec<(u32, u64)> {
        let mut found = Vec::new();
        location.frames(map, &mut |frame| found.push((frame.function.index, frame.module_offset)));
        found
    }

    #[track_caller]
    fn check(map: &CodeMap<'_>, address: u64, expected: Option<(u32, Option<TrapCode>, u64)>) {
        let found = map.locate(address);
        let found = found.map(|l| {
            let (index, module_offset) = frames(map, &l)[0];
            (index, l.trap_site().and_then(|s| s.trap), module_offset)
        });
        assert_eq!(found, expected);
    }

    fn function(index: u32, start: u32, len: u32, sites: u32) -> FunctionRecord {
        FunctionRecord { start, len, sites, name: NO_NAME, module: NO_NAME, index, body: 100 * index }
    }

    #[test]
    fn finds_functions_and_sites() {
        let site = |code_offset, trap, wasm_offset| Site { code_offset, trap, wasm_offset };
        let mut sites = Vec::new();
        let trap = Some(TrapCode::MemoryOutOfBounds);
        sites::encode(
            &[],
            &[site(4, trap, 7), site(9, None, 8), site(9, Some(TrapCode::Unreachable), 9)],
            &mut sites,
        );
        let second = sites.len() as u32;
        sites::encode(&[], &[site(2, None, 3)], &mut sites);
        let functions =
            [function(5, 0x10, 0x10, 0), function(6, 0x20, 2, second), function(7, 0x30, 1, second + 3)];
        let map = CodeMap {
            text: 0x1000,
            text_len: 0x40,
            functions: &functions,
            sites: &sites,
            names: b"one\0two\0",
        };
        check(&map, 0xfff, None);
        check(&map, 0x100f, None);
        check(&map, 0x1010, Some((5, None, 500)));
        check(&map, 0x1014, Some((5, trap, 507)));
        check(&map, 0x1015, Some((5, None, 507)));
        check(&map, 0x1019, Some((5, Some(TrapCode::Unreachable), 509)));
        check(&map, 0x1021, Some((6, None, 600)));
        check(&map, 0x1022, None); // Between functions.
        check(&map, 0x1030, Some((7, None, 700))); // Without sites, even if their place is wrong.
        check(&map, u64::MAX, None);
        let call = map.locate_call(0x1019).expect("there is a function");
        assert_eq!(frames(&map, &call), [(5, 508)]);
        let call = map.locate_call(0x1022).expect("a call may be the last instruction");
        assert_eq!(frames(&map, &call), [(6, 603)]);
        assert!(
            map.contains(0x1000) && map.contains(0x103f) && !map.contains(0x1040) && !map.contains(0xfff)
        );
        assert_eq!((map.name(4), map.name(NO_NAME), map.name(99)), (Some(&b"two"[..]), None, None));
    }

    /// Function 1 has the body of 2 inlined twice, at its offsets 10 and 20, each with 3 in it at 5; then 2
    /// in place of a tail call, with 3 in it in place of a call.
    #[test]
    fn finds_inlined_functions() {
        let inlined = |start, call, function| Inlined { start, call, function };
        let bodies = [
            inlined(100, Some(10), 1),
            inlined(130, Some(105), 2),
            inlined(140, Some(20), 1),
            inlined(170, Some(145), 2),
            inlined(180, None, 1),
            inlined(210, Some(185), 2),
        ];
        let check = |wasm_offset, expected: &[(u32, u64)]| {
            let mut sites = Vec::new();
            sites::encode(&bodies, &[Site { code_offset: 1, trap: None, wasm_offset }], &mut sites);
            let functions = [function(1, 0, 9, 0), function(2, 9, 0, 99), function(3, 9, 0, 99)];
            let map = CodeMap { text: 0, text_len: 9, functions: &functions, sites: &sites, names: &[] };
            let location = map.locate_call(1).expect("there is a function");
            assert_eq!(frames(&map, &location), expected);
        };
        check(7, &[(1, 107)]);
        check(100, &[(2, 200), (1, 110)]);
        check(131, &[(3, 301), (2, 205), (1, 110)]);
        check(139, &[(3, 309), (2, 205), (1, 110)]);
        check(140, &[(2, 200), (1, 120)]);
        check(175, &[(3, 305), (2, 205), (1, 120)]);
        check(181, &[(2, 201)]);
        check(210, &[(3, 300), (2, 205)]);
    }
}
