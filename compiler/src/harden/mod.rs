//! The system calls of an executable: which ones its parts may make, and the filter that allows no
//! others.
//!
//! What each part of the runtime may call is written in [`wasiaot_abi::calls`]; here the lists of those
//! parts that a program uses are put together. [`filter`] makes the kernel's program of that. When it is
//! installed, and that it is, is decided by the plan.

mod filter;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use filter::assemble;
use wasiaot_abi::calls::{self, Allowed, Argument, Call};
use wasiaot_abi::grants::Grant;
use wasiaot_abi::host::{self, Setup};

/// Every call that may be made, each with its alternatives: sets of conditions for the arguments, of which
/// one has to hold. An empty set always does.
pub(crate) type Rules = BTreeMap<Call, BTreeSet<Vec<Condition>>>;

/// What an argument has to be: [`Argument`], with numbers in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    OneOf(u8, BTreeSet<u32>),
    Without(u8, u32),
    With(u8, u32),
    OwnProcess(u8),
}

/// The rules for a program that refers to these functions of the runtime and has these grants.
pub(crate) fn rules<'s>(symbols: impl Iterator<Item = &'s str>, grants: &[Grant]) -> Rules {
    let has_directory = grants.iter().any(|grant| matches!(grant, Grant::Dir { .. }));
    let mut rules = Rules::new();
    allow(&mut rules, calls::ALWAYS);
    for symbol in symbols {
        for &list in calls_of(symbol, has_directory) {
            allow(&mut rules, list);
        }
    }
    rules.values_mut().for_each(simplify);
    rules
}

fn calls_of(symbol: &str, has_directory: bool) -> &'static [calls::Calls] {
    let mut functions = host::MODULES.iter().flat_map(|module| module.functions);
    match functions.find(|function| function.symbol == symbol) {
        // No descriptor is a directory with rights: these functions get no further than to see that.
        Some(function) if function.setup == Some(Setup::Preopens) && !has_directory => &[calls::STREAM],
        Some(function) => function.calls,
        None => host::helper_calls(symbol),
    }
}

fn allow(rules: &mut Rules, list: &[Allowed]) {
    for allowed in list {
        let conditions = allowed.arguments.iter().map(|argument| match *argument {
            Argument::OneOf(index, numbers) => Condition::OneOf(index, numbers.iter().copied().collect()),
            Argument::Without(index, bits) => Condition::Without(index, bits),
            Argument::With(index, bits) => Condition::With(index, bits),
            Argument::OwnProcess(index) => Condition::OwnProcess(index),
        });
        rules.entry(allowed.call).or_default().insert(conditions.collect());
    }
}

/// Makes one of alternatives that differ in the numbers of one argument only, and drops all others where
/// one always holds.
fn simplify(alternatives: &mut BTreeSet<Vec<Condition>>) {
    if alternatives.contains(&Vec::new()) {
        *alternatives = BTreeSet::from([Vec::new()]);
        return;
    }
    let mut merged: BTreeMap<u8, BTreeSet<u32>> = BTreeMap::new();
    alternatives.retain(|conditions| match &conditions[..] {
        [Condition::OneOf(index, numbers)] => {
            merged.entry(*index).or_default().extend(numbers);
            false
        }
        _ => true,
    });
    alternatives.extend(merged.into_iter().map(|(index, numbers)| vec![Condition::OneOf(index, numbers)]));
}
