//! Modules that are changed at random.
//!
//! Half of the changes are to bytes wherever they are. Most of such modules end at the first check of the
//! parser; so the other half keep the form of a module: they find the sections, and the bodies of functions in
//! them, and change what these hold, with sizes that fit again. Many of those modules are valid.

use crate::random::Random;

/// The number of the section with code.
const CODE: u8 = 10;

/// A module with a few places changed, or cut off.
///
/// # Panics
/// If it is too short to be a module.
#[must_use]
pub fn mutate(module: &[u8], seed: u64) -> Vec<u8> {
    assert!(module.len() > 8, "a module has a header and something behind it");
    let mut random = Random::new(seed);
    if random.below(20) == 0 {
        return module[..random.below(module.len())].to_vec();
    }
    let mut wasm = module.to_vec();
    for _ in 0..1 + random.below(3) {
        if random.below(2) == 0 {
            change_bytes(&mut wasm, &mut random);
        } else {
            change_sections(&mut wasm, &mut random);
        }
    }
    wasm
}

/// Changes, removes or repeats a few bytes.
fn change_bytes(wasm: &mut Vec<u8>, random: &mut Random) {
    if wasm.len() <= 8 {
        return;
    }
    let position = 8 + random.below(wasm.len() - 8);
    let end = (position + 1 + random.below(8)).min(wasm.len());
    match random.below(4) {
        0 => wasm[position] = random.next() as u8,
        1 => wasm[position] ^= 1 << random.below(8),
        2 => drop(wasm.drain(position..end)),
        _ => {
            let copy = wasm[position..end].to_vec();
            wasm.splice(position..position, copy);
        }
    }
}

/// A section, without its size.
struct Section {
    id: u8,
    contents: Vec<u8>,
}

/// Changes a section as a whole, or what it holds. Modules that cannot be taken apart stay as they are.
fn change_sections(wasm: &mut Vec<u8>, random: &mut Random) {
    let Some(mut sections) = sections(wasm) else { return };
    if sections.is_empty() {
        return;
    }
    let chosen = random.below(sections.len());
    match random.below(10) {
        0 => drop(sections.remove(chosen)),
        1 => {
            let Section { id, contents } = &sections[chosen];
            let copy = Section { id: *id, contents: contents.clone() };
            sections.insert(random.below(sections.len() + 1), copy);
        }
        2 => {
            let other = random.below(sections.len());
            sections.swap(chosen, other);
        }
        3 | 4 => change_number(&mut sections[chosen].contents, random),
        _ => {
            let code = sections.iter_mut().find(|section| section.id == CODE);
            change_code(
                &mut code.unwrap_or(&mut Section { id: CODE, contents: Vec::new() }).contents,
                random,
            );
        }
    }
    let mut changed = wasm[..8].to_vec();
    for Section { id, contents } in sections {
        changed.push(id);
        write_number(&mut changed, contents.len() as u64);
        changed.extend(contents);
    }
    *wasm = changed;
}

/// Takes a module apart.
fn sections(wasm: &[u8]) -> Option<Vec<Section>> {
    let mut rest = wasm.get(8..)?;
    let mut sections = Vec::new();
    while let Some((&id, after)) = rest.split_first() {
        let (len, after) = read_number(after)?;
        let (contents, after) = after.split_at_checked(usize::try_from(len).ok()?)?;
        sections.push(Section { id, contents: contents.to_vec() });
        rest = after;
    }
    Some(sections)
}

/// Replaces a number at a random place by one at which something happens.
fn change_number(contents: &mut Vec<u8>, random: &mut Random) {
    const NUMBERS: [u64; 10] =
        [0, 1, 2, 0x7f, 0x80, 0xffff, 0x7fff_ffff, 0xffff_ffff, 1 << 32, u64::MAX >> 1];
    if contents.is_empty() {
        return;
    }
    let start = random.below(contents.len());
    let old = contents[start..].iter().position(|byte| byte & 0x80 == 0).map_or(1, |last| last + 1);
    let mut number = Vec::new();
    write_number(&mut number, NUMBERS[random.below(NUMBERS.len())]);
    contents.splice(start..start + old, number);
}

/// Changes bodies of functions: exchanges or repeats one, or changes operators in it.
fn change_code(contents: &mut Vec<u8>, random: &mut Random) {
    let Some(mut bodies) = bodies(contents).filter(|bodies| !bodies.is_empty()) else { return };
    let chosen = random.below(bodies.len());
    let other = random.below(bodies.len());
    match random.below(8) {
        0 => bodies.swap(chosen, other),
        1 => bodies[chosen] = bodies[other].clone(),
        2 => change_number(&mut bodies[chosen], random),
        3 => repeat_piece(&mut bodies[chosen], random),
        _ => change_operators(&mut bodies[chosen], random),
    }
    contents.clear();
    write_number(contents, bodies.len() as u64);
    for body in bodies {
        write_number(contents, body.len() as u64);
        contents.extend(body);
    }
}

/// Takes the section with code apart.
fn bodies(contents: &[u8]) -> Option<Vec<Vec<u8>>> {
    let (count, mut rest) = read_number(contents)?;
    let mut bodies = Vec::new();
    for _ in 0..count {
        let (len, after) = read_number(rest)?;
        let (body, after) = after.split_at_checked(usize::try_from(len).ok()?)?;
        bodies.push(body.to_vec());
        rest = after;
    }
    Some(bodies)
}

/// Copies a piece of a body to another place in it.
fn repeat_piece(body: &mut Vec<u8>, random: &mut Random) {
    if body.is_empty() {
        return;
    }
    let start = random.below(body.len());
    let end = (start + 1 + random.below(64)).min(body.len());
    let piece = body[start..end].to_vec();
    let to = random.below(body.len());
    body.splice(to..to, piece);
}

/// Operators that take and give the same, and have operands of the same form, so that one can stand for another.
const ALIKE: &[std::ops::RangeInclusive<u8>] = &[
    0x02..=0x03, // Blocks and loops.
    0x20..=0x21, // Locals.
    0x28..=0x28,
    0x2c..=0x2f, // Loads of `i32`, `i64`, and stores.
    0x30..=0x35,
    0x36..=0x3e,
    0x46..=0x4f, // Comparisons.
    0x51..=0x5a,
    0x5b..=0x60,
    0x61..=0x66,
    0x67..=0x69, // Arithmetic.
    0x6a..=0x78,
    0x79..=0x7b,
    0x7c..=0x8a,
    0x8b..=0x91,
    0x92..=0x98,
    0x99..=0x9f,
    0xa0..=0xa6,
    0xa8..=0xab, // Conversions.
    0xae..=0xb1,
];

/// Exchanges a few bytes that may be operators for others like them.
fn change_operators(body: &mut [u8], random: &mut Random) {
    if body.is_empty() {
        return;
    }
    for _ in 0..1 + random.below(4) {
        let start = random.below(body.len());
        let alike = |byte: u8| ALIKE.iter().find(|range| range.contains(&byte));
        let found = body[start..].iter_mut().find_map(|byte| Some((alike(*byte)?, byte)));
        if let Some((range, byte)) = found {
            *byte = range.start() + random.below(range.len()) as u8;
        }
    }
}

fn read_number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    for (position, &byte) in bytes.iter().enumerate().take(5) {
        value |= u64::from(byte & 0x7f) << (7 * position);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[position + 1..]));
        }
    }
    None
}

fn write_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_come_apart_and_together() {
        let wasm =
            wat::parse_str("(module (memory 1) (func (drop (i32.const 300))) (func))").expect("it is one");
        let parts = sections(&wasm).expect("it is a module");
        assert_eq!(parts.iter().map(|section| section.id).collect::<Vec<_>>(), [1, 3, 5, CODE]);
        assert_eq!(bodies(&parts[3].contents).expect("it is code").len(), 2);
    }

    /// Changes of the form leave many modules whole.
    #[test]
    fn many_mutations_can_be_taken_apart() {
        let wasm =
            wat::parse_str("(module (memory 1) (func (drop (i32.const 300))) (func))").expect("it is one");
        let changed: Vec<Vec<u8>> = (0..1000).map(|seed| mutate(&wasm, seed)).collect();
        assert!(changed.iter().filter(|&changed| changed == &wasm).count() < 200);
        let whole = changed.iter().filter(|&changed| sections(changed).is_some());
        assert!(whole.count() > 400);
    }
}
