//! The end of a process whose runtime could not do its own part: one line on stderr, exit status 125.
//!
//! Messages are built in a small buffer on the stack. There is no allocation and no `core::fmt`, so
//! that this works in a signal handler and adds little to a program that never fails.

use rustix::io::Errno;
use wasiaot_abi::trap::RUNTIME_FAILURE_EXIT_STATUS;

use crate::sys;

/// Ends the process after writing `wasiaot: `, what `describe` writes, and a line feed to stderr.
///
/// ```text
/// wasiaot: cannot open directory `data`: No such file or directory
/// ```
#[cold]
pub fn fail(describe: impl FnOnce(&mut Message)) -> ! {
    let mut message = Message::new();
    message.text("wasiaot: ");
    describe(&mut message);
    message.text("\n");
    message.flush();
    sys::exit(RUNTIME_FAILURE_EXIT_STATUS.into())
}

const BUFFER_BYTES: usize = 512;

/// Text on its way to stderr.
pub struct Message {
    buffer: [u8; BUFFER_BYTES],
    used: usize,
}

impl Message {
    /// An empty message.
    #[must_use]
    pub fn new() -> Self {
        Self { buffer: [0; BUFFER_BYTES], used: 0 }
    }

    /// Appends text as it is.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for &byte in text.as_bytes() {
            self.byte(byte);
        }
        self
    }

    /// Appends text that comes from outside: what could act on a terminal is written as `\u{1b}`,
    /// bytes that are not UTF-8 as `\xff`.
    pub fn escaped(&mut self, text: &[u8]) -> &mut Self {
        for chunk in text.utf8_chunks() {
            for c in chunk.valid().chars() {
                if acts_on_terminal(c) {
                    self.text("\\u{").number(u64::from(u32::from(c)), 16, 1).text("}");
                } else {
                    self.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            for &byte in chunk.invalid() {
                self.text("\\x").number(byte.into(), 16, 2);
            }
        }
        self
    }

    /// Appends a decimal number.
    pub fn decimal(&mut self, value: u64) -> &mut Self {
        self.number(value, 10, 1)
    }

    /// Appends a hexadecimal number: `0x1f`.
    pub fn hex(&mut self, value: u64) -> &mut Self {
        self.text("0x").number(value, 16, 1)
    }

    /// Appends a number in the base `radix` (up to 16), with leading zeros up to `min_digits`.
    pub fn number(&mut self, value: u64, radix: u64, min_digits: usize) -> &mut Self {
        let digits = digit_count(value, radix).max(min_digits);
        for position in (0..digits).rev() {
            // A power that does not fit is past the value's first digit.
            let power = u32::try_from(position).ok().and_then(|exponent| radix.checked_pow(exponent));
            let digit = power.map_or(0, |power| value / power % radix) as u8;
            self.byte(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 });
        }
        self
    }

    /// Appends a number of bytes in the largest binary unit that divides it: `6 GiB`.
    pub fn size(&mut self, bytes: u64) -> &mut Self {
        let units = [(30, " GiB"), (20, " MiB"), (10, " KiB")];
        let unit = units.into_iter().find(|(shift, _)| bytes != 0 && bytes.trailing_zeros() >= *shift);
        let (shift, name) = unit.unwrap_or((0, " bytes"));
        self.decimal(bytes >> shift).text(name)
    }

    /// Appends why the operating system refused something: words for what is likely when memory is
    /// mapped, a number for the rest.
    pub fn errno(&mut self, errno: Errno) -> &mut Self {
        match errno {
            Errno::NOMEM => self.text("out of memory"),
            Errno::EXIST => self.text("addresses are in use"),
            Errno::PERM | Errno::ACCESS => self.text("not permitted"),
            _ => self.text("os error ").decimal(errno.raw_os_error().unsigned_abs().into()),
        }
    }

    /// Appends `count` spaces.
    pub fn spaces(&mut self, count: usize) -> &mut Self {
        for _ in 0..count {
            self.byte(b' ');
        }
        self
    }

    /// Writes what is buffered to stderr. If that fails there is nobody to tell.
    pub fn flush(&mut self) {
        sys::write_stderr(self.buffer.get(..self.used).unwrap_or_default());
        self.used = 0;
    }

    fn byte(&mut self, byte: u8) {
        if self.used == BUFFER_BYTES {
            self.flush();
        }
        if let Some(place) = self.buffer.get_mut(self.used) {
            *place = byte;
            self.used += 1;
        }
    }
}

impl Default for Message {
    fn default() -> Self {
        Self::new()
    }
}

/// Number of digits of `value` in the base `radix`.
#[must_use]
pub fn digit_count(value: u64, radix: u64) -> usize {
    let (mut rest, mut count) = (value / radix, 1);
    while rest != 0 {
        (rest, count) = (rest / radix, count + 1);
    }
    count
}

/// Whether a character can do more to a terminal than appear: control characters, and those that
/// change the direction of the text around them.
#[must_use]
pub fn acts_on_terminal(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(write: fn(&mut Message) -> &mut Message, expected: &str) {
        let mut message = Message::new();
        write(&mut message);
        assert_eq!(std::str::from_utf8(&message.buffer[..message.used]), Ok(expected));
    }

    #[test]
    fn numbers() {
        check(|m| m.decimal(0).text(" ").decimal(u64::MAX), "0 18446744073709551615");
        check(|m| m.hex(0).text(" ").hex(u64::MAX), "0x0 0xffffffffffffffff");
        check(|m| m.number(0x213, 16, 4).text(" ").number(7, 10, 25), "0213 0000000000000000000000007");
    }

    #[test]
    fn sizes() {
        check(|m| m.size(6 << 30).text(", ").size(8 << 20), "6 GiB, 8 MiB");
        check(|m| m.size(1088 << 10).text(", ").size(0).text(", ").size(1), "1088 KiB, 0 bytes, 1 bytes");
    }

    #[test]
    fn foreign_text_cannot_act_on_a_terminal() {
        check(|m| m.escaped("naïve 猫`\n".as_bytes()), "naïve 猫`\\u{a}");
        check(|m| m.escaped(b"\x1b[31m\xff\x7f"), "\\u{1b}[31m\\xff\\u{7f}");
        check(|m| m.escaped("a\u{202e}b\u{9b}".as_bytes()), "a\\u{202e}b\\u{9b}");
    }
}
