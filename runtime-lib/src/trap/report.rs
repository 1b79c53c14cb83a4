//! The text of a trap report.
//!
//! ```text
//! wasm trap: out of bounds memory access (address 0x10004, memory size 0x10000)
//!   0: parse_header   (app.wasm+0x1a2c)
//!   1: main           (app.wasm+0x0213)
//! ```

use super::backtrace::{self, Place};
use super::code_map::{CodeMap, Frame};
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
    write_frames(&CodeMap::of_program(), trap.place, &mut message);
    message.flush();
}

fn write_reason(trap: &Trap<'_>, message: &mut Message) {
    message.text("wasm trap: ").text(trap.code.message());
    match trap.detail {
        Detail::None => {}
        Detail::Memory { guest_addr, len_bytes } => {
            message.text(" (address ").hex(guest_addr).text(", memory size ").hex(len_bytes).text(")");
        }
        Detail::Import(name) | Detail::Tag(name) => {
            message.text(" `").escaped(name).text("`");
        }
    }
    message.text("\n");
}

/// Writes the frames. The stack is walked twice, first for their number and the width of the first column:
/// there may be too many to remember them.
fn write_frames(map: &CodeMap<'_>, place: Place, message: &mut Message) {
    let (mut total, mut column) = (0, 0);
    walk(map, place, &mut |index, frame| {
        total = index + 1;
        let width = name_width(map, frame);
        if width <= NAME_COLUMN_MAX {
            column = column.max(width);
        }
    });
    walk(map, place, &mut |index, frame| {
        if index < SHOWN_AT_ENDS || index + SHOWN_AT_ENDS >= total {
            write_frame(map, index, frame, column, message);
        } else if index == SHOWN_AT_ENDS {
            let hidden = total - 2 * SHOWN_AT_ENDS;
            message.text("  … ").decimal(hidden as u64).text(" more\n");
        }
    });
}

/// Calls `visit` with each frame and how many there are before it.
fn walk(map: &CodeMap<'_>, place: Place, visit: &mut dyn FnMut(usize, &Frame<'_>)) {
    let mut index = 0;
    backtrace::walk(map, place, &mut |location| {
        location.frames(map, &mut |frame| {
            visit(index, &frame);
            index += 1;
        });
    });
}

fn write_frame(map: &CodeMap<'_>, index: usize, frame: &Frame<'_>, column: usize, message: &mut Message) {
    let index = index as u64;
    message.spaces(3usize.saturating_sub(digit_count(index, 10))).decimal(index).text(": ");
    match map.name(frame.function.name) {
        Some(name) => message.escaped(name),
        None => message.text(UNNAMED.0).decimal(frame.function.index.into()).text(UNNAMED.1),
    };
    message.spaces(column.saturating_sub(name_width(map, frame)) + 3).text("(");
    if let Some(module) = map.name(frame.function.module) {
        message.escaped(module).text("+");
    }
    message.hex_padded(frame.module_offset, 4).text(")\n");
}

/// What surrounds the number of a function that has no name.
const UNNAMED: (&str, &str) = ("<function ", ">");

/// Number of columns that a frame's name takes, if each character takes one. It need not be exact.
fn name_width(map: &CodeMap<'_>, frame: &Frame<'_>) -> usize {
    match map.name(frame.function.name) {
        // The first bytes of characters are those that do not continue one.
        Some(name) => name.iter().filter(|&byte| byte & 0xc0 != 0x80).count(),
        None => UNNAMED.0.len() + digit_count(frame.function.index.into(), 10) + UNNAMED.1.len(),
    }
}
