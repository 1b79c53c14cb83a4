//! Calls over more code than a call instruction spans: they go by way of a jump that is near.
//!
//! On aarch64 a call reaches ±128 MiB. Code is cut into groups of functions; behind each group is an
//! island of jumps to the functions outside of its neighbors that it calls. A program of two groups needs
//! none, so that nearly every program is laid out as if this did not exist. On x86-64 a call reaches all
//! code that an executable can have. Whether a call really reaches is checked by the linker.

use std::collections::BTreeMap;

use cranelift_codegen::binemit::Reloc;
use cranelift_module::{ModuleReloc, ModuleRelocTarget};

use crate::codegen::store::Stored;

/// What `adrp x16, page`, `add x16, x16, offset`, `br x16` are without the address: x16 is for this.
const JUMP: [u32; 3] = [0x9000_0010, 0x9100_0210, 0xd61f_0200];

/// A jump to a function.
pub(crate) struct Jump {
    /// Its own number, as if it were a function.
    pub(crate) number: u32,
    /// The number of the function.
    pub(crate) to: u32,
}

/// The jumps behind a function, by the function's position.
pub(crate) type Islands = BTreeMap<usize, Vec<Jump>>;

/// Decides which islands there are, and redirects calls to them.
///
/// `functions` are in the order of their code, and numbered by it; higher numbers, up to `count`, are the
/// runtime's functions, whose code comes before. Jumps are numbered from `count` on. Where calls reach all
/// code there are no groups, `None`.
pub(crate) fn redirect_far_calls(
    functions: &mut [Stored<'_>],
    count: u32,
    group_bytes: Option<u64>,
) -> Islands {
    let Some(group_bytes) = group_bytes else { return Islands::new() };
    let groups = group(functions, group_bytes);
    let mut islands = Islands::new();
    let mut next = count;
    let mut jumps: BTreeMap<u32, u32> = BTreeMap::new();
    for position in 0..functions.len() {
        let own = groups[position];
        for reloc in functions[position].relocs.iter_mut().filter(|reloc| reloc.kind == Reloc::Arm64Call) {
            let ModuleRelocTarget::User { index: callee, .. } = &mut reloc.name else { continue };
            let theirs = groups.get(*callee as usize).copied().unwrap_or(0);
            if own.abs_diff(theirs) > 1 {
                *callee = *jumps.entry(*callee).or_insert_with(|| {
                    next += 1;
                    next - 1
                });
            }
        }
        if groups.get(position + 1) != Some(&own) && !jumps.is_empty() {
            let jumps = std::mem::take(&mut jumps).into_iter();
            islands.insert(position, jumps.map(|(to, number)| Jump { number, to }).collect());
        }
    }
    // Numbers follow the order of the code.
    islands.values_mut().for_each(|jumps| jumps.sort_unstable_by_key(|jump| jump.number));
    islands
}

/// The number of each function's group.
fn group(functions: &[Stored<'_>], group_bytes: u64) -> Vec<usize> {
    let (mut number, mut bytes) = (0, 0);
    let mut groups = Vec::with_capacity(functions.len());
    for function in functions {
        let len = function.code.len() as u64 + function.align;
        if bytes > 0 && bytes + len > group_bytes {
            (number, bytes) = (number + 1, 0);
        }
        bytes += len;
        groups.push(number);
    }
    groups
}

impl Jump {
    /// Its code, and what that refers to.
    pub(crate) fn code(&self) -> (Vec<u8>, [ModuleReloc; 2]) {
        let code = JUMP.iter().flat_map(|instruction| instruction.to_le_bytes()).collect();
        let reloc = |offset, kind| ModuleReloc {
            offset,
            kind,
            name: ModuleRelocTarget::User { namespace: 0, index: self.to },
            addend: 0,
        };
        (code, [reloc(0, Reloc::Aarch64AdrPrelPgHi21), reloc(4, Reloc::Aarch64AddAbsLo12Nc)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen::handler_table::FunctionHandlers;

    /// Functions of 100 bytes that each call the functions of these numbers.
    #[track_caller]
    fn check_islands(calls: &[&[u32]], count: u32, expected_calls: &[&[u32]], islands: &[(usize, &[u32])]) {
        let call = |&index: &u32| ModuleReloc {
            offset: 0,
            kind: Reloc::Arm64Call,
            name: ModuleRelocTarget::User { namespace: 0, index },
            addend: 0,
        };
        let mut relocs: Vec<Vec<ModuleReloc>> =
            calls.iter().map(|calls| calls.iter().map(call).collect()).collect();
        let mut functions: Vec<Stored<'_>> = relocs
            .iter_mut()
            .map(|relocs| Stored {
                code: &[0; 100],
                align: 4,
                relocs,
                sites: &[],
                handlers: FunctionHandlers::default(),
                assembly: None,
            })
            .collect();
        let found = redirect_far_calls(&mut functions, count, Some(250));
        let called = |function: &Stored<'_>| -> Vec<u32> {
            let index = |reloc: &ModuleReloc| match reloc.name {
                ModuleRelocTarget::User { index, .. } => index,
                _ => unreachable!("only functions are called"),
            };
            function.relocs.iter().map(index).collect()
        };
        assert_eq!(functions.iter().map(called).collect::<Vec<_>>(), expected_calls);
        let found: Vec<(usize, Vec<u32>)> = found
            .iter()
            .map(|(&position, jumps)| (position, jumps.iter().map(|jump| jump.to).collect()))
            .collect();
        let islands: Vec<_> = islands.iter().map(|&(position, jumps)| (position, jumps.to_vec())).collect();
        assert_eq!(found, islands);
    }

    #[test]
    fn near_calls_are_direct() {
        check_islands(&[&[1, 3], &[4], &[0], &[0, 5]], 5, &[&[1, 3], &[4], &[0], &[0, 5]], &[]);
    }

    #[test]
    fn far_calls_share_a_jump() {
        // Groups of two; 6 and 7 are functions of the runtime.
        check_islands(
            &[&[4], &[5, 4, 7], &[0], &[6], &[0, 6], &[2, 0]],
            8,
            &[&[8], &[9, 8, 7], &[0], &[6], &[10, 11], &[2, 10]],
            &[(1, &[4, 5]), (5, &[0, 6])],
        );
    }
}
