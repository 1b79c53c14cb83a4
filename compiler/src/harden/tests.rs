//! Filters are run, step by step as the kernel does, over all numbers.

use wasiaot_abi::calls::Call;
use wasiaot_abi::context::OWN_PROCESS;
use wasiaot_abi::grants::Grant;
use wasiaot_abi::host;
use wasiaot_targets::Target;

use super::filter::{
    ALLOW, ARCHITECTURE_OFFSET, ARGUMENTS_OFFSET, Instruction, JUMP_IF_ANY_BIT, JUMP_IF_AT_LEAST,
    JUMP_IF_EQUAL, LOAD, NUMBER_OFFSET, RETURN, instructions,
};
use super::{Rules, rules};
use crate::options::Harden;

fn x86_64() -> &'static Target {
    wasiaot_targets::find("x86_64-linux").expect("there is such a target")
}

/// Whether a filter allows a call, and how many steps it takes to find out.
fn run(filter: &[Instruction], arch: u32, number: u32, arguments: [u32; 6]) -> (bool, usize) {
    let (mut at, mut accumulator) = (0, 0);
    for steps in 1.. {
        let Instruction { code, if_true, if_false, operand } = filter[at];
        let holds = match code {
            LOAD => {
                accumulator = match operand {
                    NUMBER_OFFSET => number,
                    ARCHITECTURE_OFFSET => arch,
                    offset => arguments[(offset - ARGUMENTS_OFFSET) as usize / 8],
                };
                false
            }
            JUMP_IF_EQUAL => accumulator == operand,
            JUMP_IF_AT_LEAST => accumulator >= operand,
            JUMP_IF_ANY_BIT => accumulator & operand != 0,
            RETURN => return (operand == ALLOW, steps),
            _ => panic!("the kernel refuses instruction {code:#x}"),
        };
        at += 1 + usize::from(if holds { if_true } else { if_false });
    }
    unreachable!("every path ends")
}

fn dir() -> Grant {
    Grant::Dir { host: ".".into(), guest: ".".into(), read_only: false }
}

/// Rules of all programs that import one function, of one that imports all, and of one that has no import.
fn samples() -> Vec<Rules> {
    let functions = host::MODULES.iter().flat_map(|module| module.functions);
    let symbols: Vec<&str> =
        functions.map(|function| function.symbol).chain(host::HELPERS.iter().copied()).collect();
    let mut samples: Vec<Rules> =
        symbols.iter().map(|&symbol| rules(std::iter::once(symbol), &[dir()])).collect();
    samples.push(rules(symbols.iter().copied(), &[dir()]));
    samples.push(rules(symbols.iter().copied(), &[]));
    samples.push(rules(std::iter::empty(), &[]));
    samples
}

#[test]
fn allows_exactly_the_calls_of_the_rules() {
    let target = x86_64();
    for rules in samples() {
        let filter = instructions(&rules, target, Harden::Default);
        for number in (0..1000).chain([0x4000_0001, u32::MAX]) {
            let rule = rules.iter().find(|(call, _)| call.x86_64() == number).map(|(_, rule)| rule);
            let (allowed, _) = run(&filter, target.audit_architecture, number, [u32::MAX - 1; 6]);
            // No condition holds for these arguments.
            assert_eq!(allowed, rule.is_some_and(|rule| rule.contains(&Vec::new())), "call {number}");
            assert!(!run(&filter, target.audit_architecture ^ 1, number, [0; 6]).0, "another architecture");
        }
    }
}

#[track_caller]
fn check_arguments(call: Call, arguments: [u32; 6], expected: bool) {
    let symbols = host::PREVIEW1.functions.iter().map(|function| function.symbol);
    let rules = rules(symbols, &[dir()]);
    let filter = instructions(&rules, x86_64(), Harden::Strict);
    assert_eq!(run(&filter, x86_64().audit_architecture, call.x86_64(), arguments).0, expected);
}

#[test]
fn arguments_are_checked() {
    const PRIVATE_ANONYMOUS: u32 = 0x22;
    for (access, allowed) in [(0, true), (1, true), (3, true), (4, false), (5, false), (7, false)] {
        check_arguments(Call::Mmap, [0, 0, access, PRIVATE_ANONYMOUS, 0, 0], allowed);
        check_arguments(Call::Mmap, [0, 0, access, 2, 0, 0], false);
        check_arguments(Call::Mprotect, [0, 0, access, 0, 0, 0], allowed);
    }
    check_arguments(Call::Kill, [OWN_PROCESS, 11, 0, 0, 0, 0], true);
    check_arguments(Call::Kill, [OWN_PROCESS, 9, 0, 0, 0, 0], false);
    check_arguments(Call::Kill, [1, 11, 0, 0, 0, 0], false);
    for (request, allowed) in [(0x5413, true), (0x541b, true), (0x5412, false)] {
        check_arguments(Call::Ioctl, [0, request, 0, 0, 0, 0], allowed);
    }
    for (command, allowed) in [(1, true), (3, true), (4, true), (8, false), (1030, true)] {
        check_arguments(Call::Fcntl, [0, command, 0, 0, 0, 0], allowed);
    }
    check_arguments(Call::Getsockopt, [0, 1, 3, 0, 0, 0], true);
    check_arguments(Call::Getsockopt, [0, 1, 4, 0, 0, 0], false);
}

#[test]
fn path_calls_need_a_directory() {
    let open = || std::iter::once("wasiaot_p1_path_open");
    assert!(rules(open(), &[dir()]).contains_key(&Call::Openat2));
    let without = rules(open(), &[]);
    let names: Vec<&str> = without.keys().map(|call| call.name()).collect();
    let expected =
        ["exit_group", "fcntl", "fstat", "getpid", "getsockopt", "ioctl", "kill", "ppoll", "rt_sigreturn"];
    assert_eq!(names, [&expected[..], &["write"]].concat());
}

/// What installing costs grows with the steps: see the top of `filter.rs`.
#[test]
fn filters_take_few_steps() {
    for rules in samples() {
        let filter = instructions(&rules, x86_64(), Harden::Default);
        let steps: usize =
            (0..470).map(|number| run(&filter, x86_64().audit_architecture, number, [0; 6]).1).sum();
        assert!(steps < 470 * 10, "{steps} steps for {} calls", rules.len());
    }
}
