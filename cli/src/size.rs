//! Sizes on the command line: `64k`, `8MiB`, `4g`, or plain bytes. Units are powers of 1024.

/// Smallest stack: less does not hold the frames of ordinary programs.
const MIN_STACK_BYTES: u64 = 64 << 10;

/// Largest stack: it has to fit beside the linear memory's reservation.
const MAX_STACK_BYTES: u64 = 1 << 30;

/// The stack is mapped in pages, the largest that a target's kernel may have.
const STACK_ALIGN_BYTES: u64 = 64 << 10;

/// One page of a linear memory, and the most that a target gives one.
const WASM_PAGE_BYTES: u64 = wasiaot_abi::context::WASM_PAGE_BYTES;
const MAX_MEMORY_BYTES: u64 = 256 << 30;

/// Why a size is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SizeError {
    /// It does not start with digits.
    #[error("a size is a whole number with an optional unit, for example `8MiB`")]
    NoNumber,
    /// The unit is none of ours.
    #[error("unknown unit `{unit}`: units are k, m, g or KiB, MiB, GiB (powers of 1024)")]
    Unit {
        /// What follows the digits.
        unit: String,
    },
    /// More than 64 bits.
    #[error("the size is too large")]
    Overflow,
    /// Less than the least.
    #[error("the least is {}", Size(*least_bytes))]
    TooSmall {
        /// The least that is accepted.
        least_bytes: u64,
    },
    /// More than the most.
    #[error("the most is {}", Size(*most_bytes))]
    TooLarge {
        /// The most that is accepted.
        most_bytes: u64,
    },
}

/// `--stack-size`: rounded up to whole pages.
pub(crate) fn parse_stack_bytes(text: &str) -> Result<u64, SizeError> {
    let bytes = parse(text, MIN_STACK_BYTES, MAX_STACK_BYTES)?;
    Ok(bytes.next_multiple_of(STACK_ALIGN_BYTES))
}

/// `--max-memory`: rounded down to whole wasm pages.
pub(crate) fn parse_memory_bytes(text: &str) -> Result<u64, SizeError> {
    let bytes = parse(text, WASM_PAGE_BYTES, MAX_MEMORY_BYTES)?;
    Ok(bytes - bytes % WASM_PAGE_BYTES)
}

fn parse(text: &str, least_bytes: u64, most_bytes: u64) -> Result<u64, SizeError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err(SizeError::NoNumber);
    }
    let shift = match unit.trim_start().to_ascii_lowercase().as_str() {
        "" => 0,
        "k" | "kib" => 10,
        "m" | "mib" => 20,
        "g" | "gib" => 30,
        _ => return Err(SizeError::Unit { unit: unit.trim_start().into() }),
    };
    let number: u64 = number.parse().map_err(|_| SizeError::Overflow)?;
    let bytes = number.checked_mul(1 << shift).ok_or(SizeError::Overflow)?;
    if bytes < least_bytes {
        return Err(SizeError::TooSmall { least_bytes });
    }
    if bytes > most_bytes {
        return Err(SizeError::TooLarge { most_bytes });
    }
    Ok(bytes)
}

/// Shows a number of bytes in the largest unit that is exact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size(pub(crate) u64);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self(bytes) = *self;
        let (shift, unit) = match bytes.trailing_zeros() {
            _ if bytes == 0 => (0, "bytes"),
            30.. => (30, "GiB"),
            20.. => (20, "MiB"),
            10.. => (10, "KiB"),
            _ => (0, "bytes"),
        };
        write!(f, "{} {unit}", bytes >> shift)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_stack(text: &str, expected: Result<u64, SizeError>) {
        assert_eq!(parse_stack_bytes(text), expected);
    }

    #[test]
    fn sizes() {
        check_stack("1048576", Ok(1 << 20));
        check_stack("64k", Ok(64 << 10));
        check_stack("64KiB", Ok(64 << 10));
        check_stack("8 MiB", Ok(8 << 20));
        check_stack("1G", Ok(1 << 30));
        check_stack("65537", Ok(128 << 10)); // Rounded up.
        check_stack("1g1", Err(SizeError::Unit { unit: "g1".into() }));
        check_stack("8MB", Err(SizeError::Unit { unit: "MB".into() }));
        check_stack("1.5g", Err(SizeError::Unit { unit: ".5g".into() }));
        check_stack("", Err(SizeError::NoNumber));
        check_stack("-1", Err(SizeError::NoNumber));
        check_stack("99999999999999999999", Err(SizeError::Overflow));
        check_stack("18014398509481984k", Err(SizeError::Overflow)); // 2⁵⁴ KiB are 2⁶⁴ bytes.
        check_stack("1", Err(SizeError::TooSmall { least_bytes: 64 << 10 }));
        check_stack("2g", Err(SizeError::TooLarge { most_bytes: 1 << 30 }));
        assert_eq!(parse_memory_bytes("65537"), Ok(65536)); // Rounded down.
        assert_eq!(parse_memory_bytes("4g"), Ok(4 << 30));
    }
}
