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
pub fn fail(describe: &dyn Fn(&mut Message)) -> ! {
    let mut message = Message::new();
    describe(message.text("wasiaot: "));
    message.text("\n").flush();
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
        self.bytes(text.as_bytes())
    }

    /// Appends text that comes from outside, in UTF-8: what could act on a terminal is written as
    /// `\u{1b}`.
    pub fn escaped(&mut self, mut text: &[u8]) -> &mut Self {
        while let [byte, rest @ ..] = text {
            let acting = acting_character(text);
            match acting {
                Some((code, _)) => self.text("\\u{").number(code.into(), 16, 1).text("}"),
                None => self.byte(*byte),
            };
            text = acting.map_or(rest, |(_, rest)| rest);
        }
        self
    }

    /// Appends a decimal number.
    pub fn decimal(&mut self, value: u64) -> &mut Self {
        self.number(value, 10, 1)
    }

    /// Appends a hexadecimal number: `0x1f`.
    pub fn hex(&mut self, value: u64) -> &mut Self {
        self.hex_padded(value, 1)
    }

    /// Appends a hexadecimal number with leading zeros, so that it has `min_digits` at least: `0x001f`.
    pub fn hex_padded(&mut self, value: u64, min_digits: usize) -> &mut Self {
        self.text("0x").number(value, 16, min_digits)
    }

    /// Appends the 16 digits of a hexadecimal number, without `0x`.
    pub fn padded_digits(&mut self, value: u64) -> &mut Self {
        self.number(value, 16, 16)
    }

    /// What was appended and not yet written.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.buffer.get(..self.used).unwrap_or_default()
    }

    fn number(&mut self, mut value: u64, radix: u64, min_digits: usize) -> &mut Self {
        let mut digits = [b'0'; 20]; // As many as the largest `u64` has.
        let mut count = 0;
        for place in digits.iter_mut().rev() {
            if value == 0 && count >= min_digits {
                break;
            }
            let digit = (value % radix) as u8;
            *place = if digit < 10 { b'0' + digit } else { b'a' + digit - 10 };
            value /= radix;
            count += 1;
        }
        self.bytes(digits.get(digits.len() - count..).unwrap_or_default())
    }

    /// Appends a number of bytes in KiB, of which each has begun.
    pub fn size(&mut self, bytes: u64) -> &mut Self {
        self.decimal(bytes.div_ceil(1024)).text(" KiB")
    }

    /// Appends why the operating system refused something: words for what is likely when memory is
    /// mapped, a number for the rest.
    pub fn errno(&mut self, errno: Errno) -> &mut Self {
        match errno {
            Errno::NOMEM => self.text("out of memory"),
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
        sys::write_stderr(self.as_bytes());
        self.used = 0;
    }

    /// Adds bytes that are text.
    pub fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for &byte in bytes {
            self.byte(byte);
        }
        self
    }

    fn byte(&mut self, byte: u8) -> &mut Self {
        if self.used == BUFFER_BYTES {
            self.flush();
        }
        if let Some(place) = self.buffer.get_mut(self.used) {
            *place = byte;
            self.used += 1;
        }
        self
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

/// The first character of a text in UTF-8 and the text after it, if the character can do more to a
/// terminal than appear: control characters, and those that change the direction of what surrounds
/// them.
fn acting_character(text: &[u8]) -> Option<(u32, &[u8])> {
    let (code, rest) = match *text {
        // The patterns are U+0000 to U+007F, then U+0080 to U+00BF, then U+2000 to U+207F.
        [byte @ ..0x80, ref rest @ ..] => (u32::from(byte), rest),
        [0xc2, byte, ref rest @ ..] => (u32::from(byte), rest),
        [0xe2, high @ (0x80 | 0x81), low, ref rest @ ..] => {
            (0x2000 | u32::from(high & 1) << 6 | u32::from(low & 0x3f), rest)
        }
        _ => return None,
    };
    let acts = matches!(
        code,
        0..=0x1f | 0x7f..=0x9f | 0x200e | 0x200f | 0x2028..=0x202e | 0x2066..=0x2069
    );
    acts.then_some((code, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(write: fn(&mut Message) -> &mut Message, expected: &str) {
        let mut message = Message::new();
        write(&mut message);
        assert_eq!(std::str::from_utf8(message.as_bytes()), Ok(expected));
    }

    #[test]
    fn numbers() {
        check(|m| m.decimal(0).text(" ").decimal(u64::MAX), "0 18446744073709551615");
        check(|m| m.hex(0).text(" ").hex(u64::MAX), "0x0 0xffffffffffffffff");
        check(|m| m.hex_padded(0x213, 4).text(" ").hex_padded(u64::MAX, 4), "0x0213 0xffffffffffffffff");
    }

    #[test]
    fn sizes() {
        check(|m| m.size(6 << 30).text(", ").size(8 << 20), "6291456 KiB, 8192 KiB");
        check(|m| m.size(1024).text(", ").size(0).text(", ").size(1), "1 KiB, 0 KiB, 1 KiB");
    }

    #[test]
    fn foreign_text_cannot_act_on_a_terminal() {
        check(|m| m.escaped("naïve 猫`\n".as_bytes()), "naïve 猫`\\u{a}");
        check(|m| m.escaped(b"\x1b[31m\x7f\0"), "\\u{1b}[31m\\u{7f}\\u{0}");
        for code in 0..0x3000 {
            let c = char::from_u32(code).expect("surrogates come later");
            let mut text = c.to_string();
            text.push('x');
            let acting = acting_character(text.as_bytes());
            let directs = matches!(code, 0x200e | 0x200f | 0x2028..=0x202e | 0x2066..=0x2069);
            assert_eq!(acting, (c.is_control() || directs).then_some((code, &b"x"[..])), "{code:#x}");
        }
        check(|m| m.escaped("a\u{202e}b\u{9b}".as_bytes()), "a\\u{202e}b\\u{9b}");
    }
}
