//! Lays out text in columns, as wide as the widest cell, two spaces apart.

use std::fmt::Write as _;

/// Wider cells do not push the next column of all other rows to the right.
const COLUMN_MAX: usize = 60;

/// Appends the rows to `out`, each line after `indent` spaces. Cells are escaped by the caller.
pub(crate) fn write_columns<const N: usize>(out: &mut String, indent: usize, rows: &[[String; N]]) {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            let len = cell.chars().count();
            *width = (*width).max(if len <= COLUMN_MAX { len } else { 0 });
        }
    }
    for row in rows {
        let mut line = " ".repeat(indent);
        for (cell, width) in row.iter().zip(widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
}
