//! The text of a trap report.
//!
//! ```text
//! wasm trap: out of bounds memory access (address 0x10004, memory size 0x10000)
//!   0: parse_header   (app.wasm+0x1a2c)
//!   1: main           (app.wasm+0x0213)
//! ```

use super::backtrace::{self, Frames};
use super::code_map::{CodeMap, Location};
use super::{Detail, Trap};
use crate::fatal::{Message, digit_count};

/// Frames shown from each end of a long backtrace.
const SHOWN_AT_ENDS: usize = 32;

/// Longer names do not push the other lines' second column further to the right.
const NAME_COLUMN_MAX: usize = 60;

/// Writes the report to stderr.
pub(super) fn write(trap: &Trap<'_>) {
    let mut message = Message::new();
    write_reason(trap, &mut message);
    let map = CodeMap::of_program();
    write_frames(&map, backtrace::frames(map, trap.place), &mut message);
    message.flush();
}

fn write_reason(trap: &Trap<'_>, message: &mut Message) {
    message.text("wasm trap: ").text(trap.code.message());
    match trap.detail {
        Detail::None => {}
        Detail::Memory { guest_addr, len_bytes } => {
            message.text(" (address ").hex(guest_addr).text(", memory size ").hex(len_bytes).text(")");
        }
        Detail::Import(name) => {
            message.text(" `").escaped(name).text("`");
        }
    }
    message.text("\n");
}

fn write_frames(map: &CodeMap<'_>, frames: Frames<'_>, message: &mut Message) {
    // The walk is repeated instead of kept: there is no memory to keep half a million frames.
    let total = frames.clone().count();
    let hidden = total.saturating_sub(2 * SHOWN_AT_ENDS);
    let is_shown = |index: usize| index < SHOWN_AT_ENDS || index >= SHOWN_AT_ENDS + hidden;
    let shown = || frames.clone().enumerate().filter(|(index, _)| is_shown(*index));
    let column =
        shown().map(|(_, frame)| name_width(map, &frame)).filter(|&width| width <= NAME_COLUMN_MAX).max();
    for (index, frame) in shown() {
        if hidden != 0 && index == SHOWN_AT_ENDS + hidden {
            message.text("  … ").decimal(hidden as u64).text(" more\n");
        }
        write_frame(map, index, &frame, column.unwrap_or(0), message);
    }
}

fn write_frame(map: &CodeMap<'_>, index: usize, frame: &Location<'_>, column: usize, message: &mut Message) {
    message.spaces(3usize.saturating_sub(digit_count(index as u64, 10))).decimal(index as u64).text(": ");
    match map.name(frame.function.name) {
        Some(name) => message.escaped(name),
        None => message.text(UNNAMED.0).decimal(frame.function.index.into()).text(UNNAMED.1),
    };
    message.spaces(column.saturating_sub(name_width(map, frame)) + 3).text("(");
    if let Some(module) = map.name(frame.function.module) {
        message.escaped(module).text("+");
    }
    message.text("0x").number(frame.module_offset(), 16, 4).text(")\n");
}

/// What surrounds the number of a function that has no name.
const UNNAMED: (&str, &str) = ("<function ", ">");

/// Number of columns that a frame's name takes, if each character takes one. It need not be exact.
fn name_width(map: &CodeMap<'_>, frame: &Location<'_>) -> usize {
    match map.name(frame.function.name) {
        Some(name) => name.utf8_chunks().map(|chunk| chunk.valid().chars().count()).sum(),
        None => UNNAMED.0.len() + digit_count(frame.function.index.into(), 10) + UNNAMED.1.len(),
    }
}
