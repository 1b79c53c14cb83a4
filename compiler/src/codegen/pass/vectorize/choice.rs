//! What a copy of a loop with branches chooses where ways meet (`flatten.rs`).
//!
//! A selection of two sums becomes a sum with a selection, so that it is seen that something is collected: for what is
//! not added, 0 is. In the same way, what is not to be compared with the smallest or the largest value so far is
//! replaced by what is larger or smaller than all others. What is set to a constant is collected as well, where it is
//! known what it was. A load from one of two places becomes a choice of what two loads get.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::ir::condcodes::{CondCode, FloatCC, IntCC};
use cranelift_codegen::ir::{Function, Inst, InstBuilder, InstructionData, Opcode, Type, Value, types};

use super::flatten::{Edge, Flattening};
use crate::codegen::pass::values::{constant, definition};

/// How deep sums are looked into.
const DEEPEST: u32 = 48;

/// More values than this are not looked at to find out whether there is a choice in a sum.
const MAX_SEEN: usize = 64;

/// The comparison by which the smaller or the larger one of two values is found.
#[derive(Clone, Copy)]
enum Extremum {
    Int(IntCC),
    Float(FloatCC),
}

impl Flattening<'_> {
    /// A parameter of a block that these ways lead to.
    pub(super) fn choose(&mut self, edges: &[Edge], number: usize) -> Option<Value> {
        // Each value that is passed, and where.
        let mut values: Vec<(Value, Vec<&Edge>)> = Vec::new();
        for edge in edges {
            let value = *edge.arguments.get(number)?;
            match values.iter_mut().find(|(known, _)| *known == value) {
                Some((_, ways)) => ways.push(edge),
                None => values.push((value, vec![edge])),
            }
        }
        // What most branches pass needs no condition; neither does what the first one passes.
        values.sort_by_key(|(_, ways)| std::cmp::Reverse((ways.len(), std::cmp::Reverse(ways[0].from))));
        let mut values = values.into_iter();
        let (mut chosen, _) = values.next()?;
        for (value, ways) in values {
            let condition = self.any(ways)?;
            chosen = self.select(condition, value, chosen);
        }
        Some(chosen)
    }

    /// That one of these ways is taken, of which none always is.
    pub(super) fn any<'e>(&mut self, ways: impl IntoIterator<Item = &'e Edge>) -> Option<Value> {
        let mut any = None;
        for way in ways {
            let condition = way.condition?;
            any = Some(any.map_or(condition, |any| self.cursor.ins().bor(any, condition)));
        }
        any
    }

    /// What the next iteration gets for a parameter, as a sum of that and others where it is one in all ways, or as the
    /// larger or the smaller one of two constants. What the parameter is in the first iteration may be known.
    pub(super) fn collected(&mut self, value: Value, param: Value, first: Option<u32>) -> Value {
        let ty = self.cursor.func.dfg.value_type(value);
        if let Some(first) = first
            && let Some(flag) = self.flag(value, param, first.cast_signed(), 0)
        {
            return flag.0;
        }
        let mut known = BTreeMap::from([(param, Some(Vec::new()))]);
        if !ty.is_int() || !chooses(self.cursor.func, value) {
            return value;
        }
        match self.terms(value, &mut known, 0) {
            Some(terms) => terms.into_iter().fold(param, |sum, term| self.cursor.ins().iadd(sum, term)),
            None => value,
        }
    }

    /// What becomes another constant under some conditions, and stays that, and the constant: as it is one of the two
    /// all the time, it becomes the larger one of what it is and what the condition chooses, or the smaller one.
    fn flag(&mut self, value: Value, param: Value, first: i32, depth: u32) -> Option<(Value, i32)> {
        let InstructionData::Ternary { opcode: Opcode::Select, args: [condition, yes, no] } =
            definition(self.cursor.func, value)?
        else {
            return None;
        };
        let number = |value| constant(self.cursor.func, value).map(|bits| bits as i32);
        let (before, then) = match (number(yes), number(no)) {
            (Some(then), None) => (no, then),
            (None, Some(then)) => (yes, then),
            _ => return None,
        };
        if self.cursor.func.dfg.value_type(value) != types::I32 || then == first || depth == DEEPEST {
            return None;
        }
        let known = match before == param {
            true => param,
            false => self.flag(before, param, first, depth + 1).filter(|flag| flag.1 == then)?.0,
        };
        let first_again = self.cursor.ins().iconst(types::I32, i64::from(first.cast_unsigned()));
        let [yes, no] = [yes, no].map(|side| if side == before { first_again } else { side });
        let chosen = self.cursor.ins().select(condition, yes, no);
        let order = if then > first { IntCC::SignedGreaterThan } else { IntCC::SignedLessThan };
        let is_taken = self.cursor.ins().icmp(order, chosen, known);
        Some((self.cursor.ins().select(is_taken, chosen, known), then))
    }

    /// What is added to a parameter to make this value; what is known of others begins with the parameter.
    fn terms(
        &mut self,
        value: Value,
        known: &mut BTreeMap<Value, Option<Vec<Value>>>,
        depth: u32,
    ) -> Option<Vec<Value>> {
        if let Some(known) = known.get(&value) {
            return known.clone();
        }
        if depth == DEEPEST {
            return None;
        }
        let terms = self.new_terms(value, known, depth + 1);
        known.insert(value, terms.clone());
        terms
    }

    fn new_terms(
        &mut self,
        value: Value,
        known: &mut BTreeMap<Value, Option<Vec<Value>>>,
        depth: u32,
    ) -> Option<Vec<Value>> {
        match definition(self.cursor.func, value)? {
            InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] } => {
                let (mut terms, added) = match self.terms(left, known, depth) {
                    Some(terms) => (terms, right),
                    None => (self.terms(right, known, depth)?, left),
                };
                terms.push(added);
                Some(terms)
            }
            InstructionData::Binary { opcode: Opcode::Isub, args: [left, right] } => {
                let mut terms = self.terms(left, known, depth)?;
                let ty = self.cursor.func.dfg.value_type(right);
                let negative = match constant(self.cursor.func, right) {
                    // A counter that falls stays one.
                    Some(bits) => {
                        let bits = bits.wrapping_neg().cast_unsigned() & (u64::MAX >> (64 - ty.bits()));
                        self.cursor.ins().iconst(ty, bits.cast_signed())
                    }
                    None => self.cursor.ins().ineg(right),
                };
                terms.push(negative);
                Some(terms)
            }
            InstructionData::Ternary { opcode: Opcode::Select, args: [condition, yes, no] } => {
                let mut terms = self.terms(yes, known, depth)?;
                let others = self.terms(no, known, depth)?;
                let same = terms.iter().zip(&others).take_while(|(left, right)| left == right).count();
                let ty = self.cursor.func.dfg.value_type(value);
                let [yes, no] = [&terms[same..], &others[same..]].map(|terms| self.sum(terms, ty));
                terms.truncate(same);
                terms.push(self.cursor.ins().select(condition, yes, no));
                Some(terms)
            }
            _ => None,
        }
    }

    fn sum(&mut self, terms: &[Value], ty: Type) -> Value {
        let sum = terms.iter().copied().reduce(|left, right| self.cursor.ins().iadd(left, right));
        sum.unwrap_or_else(|| self.cursor.ins().iconst(ty, 0))
    }

    /// One of two values. What both are made of by adding something becomes what something is added to.
    pub(super) fn select(&mut self, condition: Value, yes: Value, no: Value) -> Value {
        let ty = self.cursor.func.dfg.value_type(yes);
        // Copies of one loop's body differ in this, as the ways are laid out.
        if is_opposite(self.cursor.func, condition) {
            let condition = self.opposite(condition);
            return self.select(condition, no, yes);
        }
        // One of two, or none: both conditions have to hold.
        if let Some(InstructionData::Ternary { opcode: Opcode::Select, args: [inner, either, or] }) =
            definition(self.cursor.func, yes)
            && or == no
        {
            let inner = self.truth(inner);
            let both = self.cursor.ins().band(condition, inner);
            return self.select(both, either, no);
        }
        if let Some((opcode, base, added)) = self.common_base(yes, no) {
            let mut added = added.map(|added| added.unwrap_or(base));
            for (side, value) in added.iter_mut().zip([yes, no]) {
                if value == base {
                    *side = self.cursor.ins().iconst(ty, 0);
                }
            }
            let added = self.cursor.ins().select(condition, added[0], added[1]);
            return match opcode {
                Opcode::Iadd => self.cursor.ins().iadd(base, added),
                Opcode::Isub => self.cursor.ins().isub(base, added),
                Opcode::Bor => self.cursor.ins().bor(base, added),
                _ => self.cursor.ins().bxor(base, added),
            };
        }
        if let Some((other, comparison)) = self.guarded_extremum(condition, yes, no) {
            // What loses any comparison takes the place of what is not to be compared.
            let loser = self.loser(comparison, ty);
            let compared = self.cursor.ins().select(other, yes, loser);
            let is_taken = match comparison {
                Extremum::Int(cond) => self.cursor.ins().icmp(cond, compared, no),
                Extremum::Float(cond) => self.cursor.ins().fcmp(cond, compared, no),
            };
            return self.cursor.ins().select(is_taken, compared, no);
        }
        self.cursor.ins().select(condition, yes, no)
    }

    /// What is loaded from one of two places, which a compiler has chosen instead of what is there: both are loaded.
    pub(super) fn load_both(&mut self, load: Inst) -> Option<Value> {
        let InstructionData::Load { arg, .. } = self.cursor.func.dfg.insts[load] else { return None };
        let (index, host) = self.indexed(self.twin(arg))?;
        // What is added to the choice or taken from it, the last first.
        let (mut at, mut added) = (index, Vec::new());
        let [condition, yes, no] = loop {
            if let Some(chosen) = self.chosen_here(at) {
                break chosen;
            }
            let (opcode, [onward, other]) = match definition(self.cursor.func, at)? {
                InstructionData::Binary { opcode: Opcode::Iadd, args: [left, right] }
                    if self.chosen_here(right).is_some() =>
                {
                    (Opcode::Iadd, [right, left])
                }
                InstructionData::Binary { opcode: opcode @ (Opcode::Iadd | Opcode::Isub), args } => {
                    (opcode, args)
                }
                _ => return None,
            };
            added.push((opcode, other));
            at = onward;
        };
        self.write_pending();
        let [yes, no] = [yes, no].map(|first| {
            let index = added.iter().rev().fold(first, |sum, &(opcode, next)| match opcode {
                Opcode::Iadd => self.cursor.ins().iadd(sum, next),
                _ => self.cursor.ins().isub(sum, next),
            });
            let index = self.cursor.ins().uextend(types::I64, index);
            let address = self.cursor.ins().iadd_imm_s(index, host);
            self.load_from(load, address)
        });
        Some(self.select(condition, yes, no))
    }

    /// The condition and the two values that a choice of this copy is made of.
    fn chosen_here(&self, value: Value) -> Option<[Value; 3]> {
        let inst = self.cursor.func.dfg.value_def(value).inst()?;
        let is_here = self.cursor.func.layout.inst_block(inst) == Some(self.flat);
        match self.cursor.func.dfg.insts[inst] {
            InstructionData::Ternary { opcode: Opcode::Select, args } if is_here => Some(args),
            _ => None,
        }
    }

    /// How a value takes the place of another one if it is smaller, or larger, and something else holds: what that is, and
    /// the comparison with it on the left side.
    fn guarded_extremum(&self, condition: Value, yes: Value, no: Value) -> Option<(Value, Extremum)> {
        let InstructionData::Binary { opcode: Opcode::Band, args: [left, right] } =
            definition(self.cursor.func, condition)?
        else {
            return None;
        };
        let extremum = |comparison: Value| {
            let is_same = |args: [Value; 2]| match args {
                args if args == [yes, no] => Some(false),
                args if args == [no, yes] => Some(true),
                _ => None,
            };
            match definition(self.cursor.func, comparison)? {
                InstructionData::IntCompare { cond, args, .. } => {
                    let cond = if is_same(args)? { cond.swap_args() } else { cond };
                    let equal = matches!(cond, IntCC::Equal | IntCC::NotEqual);
                    (!equal).then_some(Extremum::Int(cond))
                }
                InstructionData::FloatCompare { cond, args, .. } => {
                    let cond = if is_same(args)? { cond.swap_args() } else { cond };
                    matches!(cond, FloatCC::LessThan | FloatCC::GreaterThan).then_some(Extremum::Float(cond))
                }
                _ => None,
            }
        };
        let with = |comparison, other| extremum(comparison).map(|extremum| (other, extremum));
        with(right, left).or_else(|| with(left, right))
    }

    /// A value for which the comparison with any other one does not hold, or only with the same.
    fn loser(&mut self, comparison: Extremum, ty: Type) -> Value {
        let most = u64::MAX >> (64 - ty.bits());
        let bits = match comparison {
            Extremum::Int(IntCC::SignedLessThan | IntCC::SignedLessThanOrEqual) => most >> 1,
            Extremum::Int(IntCC::SignedGreaterThan | IntCC::SignedGreaterThanOrEqual) => most ^ (most >> 1),
            Extremum::Int(IntCC::UnsignedLessThan | IntCC::UnsignedLessThanOrEqual) => most,
            Extremum::Int(_) => 0,
            Extremum::Float(cond) => {
                let infinity = if cond == FloatCC::LessThan { f64::INFINITY } else { f64::NEG_INFINITY };
                return match ty {
                    types::F32 => self.cursor.ins().f32const(infinity as f32),
                    _ => self.cursor.ins().f64const(infinity),
                };
            }
        };
        self.cursor.ins().iconst(ty, bits.cast_signed())
    }

    /// The value that both of these are, or that one operation, for which 0 changes nothing, makes them of: and its
    /// other operand for each.
    fn common_base(&self, yes: Value, no: Value) -> Option<(Opcode, Value, [Option<Value>; 2])> {
        let made = |value: Value| match definition(self.cursor.func, value)? {
            InstructionData::Binary { opcode, args }
                if matches!(opcode, Opcode::Iadd | Opcode::Isub | Opcode::Bor | Opcode::Bxor) =>
            {
                Some((opcode, args))
            }
            _ => None,
        };
        let operand = |(opcode, [left, right]): (Opcode, [Value; 2]), base: Value| match opcode {
            _ if left == base => Some(right),
            Opcode::Isub => None,
            _ => (right == base).then_some(left),
        };
        let (of_yes, of_no) = (made(yes), made(no));
        if let Some(of_yes) = of_yes
            && let Some(added) = operand(of_yes, no)
        {
            return Some((of_yes.0, no, [Some(added), None]));
        }
        if let Some(of_no) = of_no
            && let Some(added) = operand(of_no, yes)
        {
            return Some((of_no.0, yes, [None, Some(added)]));
        }
        let (of_yes, of_no) = (of_yes?, of_no?);
        let base = of_yes.1.into_iter().find(|&base| {
            of_yes.0 == of_no.0 && operand(of_yes, base).is_some() && operand(of_no, base).is_some()
        })?;
        Some((of_yes.0, base, [operand(of_yes, base), operand(of_no, base)]))
    }
}

/// Whether a comparison is one of those that are expressed by their opposites.
fn is_opposite(func: &Function, condition: Value) -> bool {
    match definition(func, condition) {
        Some(InstructionData::IntCompare { cond, .. }) => matches!(
            cond,
            IntCC::NotEqual
                | IntCC::SignedLessThanOrEqual
                | IntCC::SignedGreaterThanOrEqual
                | IntCC::UnsignedLessThanOrEqual
                | IntCC::UnsignedGreaterThanOrEqual
        ),
        Some(InstructionData::FloatCompare { cond, .. }) => matches!(
            cond,
            FloatCC::NotEqual
                | FloatCC::UnorderedOrLessThan
                | FloatCC::UnorderedOrLessThanOrEqual
                | FloatCC::UnorderedOrGreaterThan
                | FloatCC::UnorderedOrGreaterThanOrEqual
        ),
        _ => false,
    }
}

/// Whether a value is a choice or a difference, or a sum with one.
fn chooses(func: &Function, value: Value) -> bool {
    let mut open = vec![value];
    let mut seen = BTreeSet::new();
    while let Some(value) = open.pop().filter(|_| seen.len() < MAX_SEEN) {
        if !seen.insert(value) {
            continue;
        }
        match definition(func, value) {
            Some(InstructionData::Ternary { opcode: Opcode::Select, .. }) => return true,
            Some(InstructionData::Binary { opcode: Opcode::Isub, .. }) => return true,
            Some(InstructionData::Binary { opcode: Opcode::Iadd, args }) => open.extend(args),
            _ => {}
        }
    }
    false
}
