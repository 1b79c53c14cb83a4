//! Durations on the command line: `500ms`, `30s`, `5m`, `2h`, or plain seconds.

/// Shortest time limit: less would end programs before they have started.
const MIN_US: u64 = 1000;

/// Longest time limit: 10,000 days.
const MAX_US: u64 = 10_000 * 24 * 3600 * 1_000_000;

/// Why a duration is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DurationError {
    /// It does not start with digits.
    #[error("a duration is a whole number with an optional unit, for example `30s` or `500ms`")]
    NoNumber,
    /// The unit is none of ours.
    #[error("unknown unit `{unit}`: units are ms, s, m and h")]
    Unit {
        /// What follows the digits.
        unit: String,
    },
    /// Less than the least.
    #[error("the least is 1ms")]
    TooShort,
    /// More than the most.
    #[error("the most is 240000h")]
    TooLong,
}

/// `--timeout`, in microseconds.
pub(crate) fn parse_timeout_us(text: &str) -> Result<u64, DurationError> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    if number.is_empty() {
        return Err(DurationError::NoNumber);
    }
    let unit_us = match unit.trim_start() {
        "ms" => 1000,
        "" | "s" => 1_000_000,
        "m" => 60 * 1_000_000,
        "h" => 3600 * 1_000_000,
        unit => return Err(DurationError::Unit { unit: unit.into() }),
    };
    let number: u64 = number.parse().map_err(|_| DurationError::TooLong)?;
    let limit_us = number.checked_mul(unit_us).filter(|&us| us <= MAX_US).ok_or(DurationError::TooLong)?;
    if limit_us < MIN_US { Err(DurationError::TooShort) } else { Ok(limit_us) }
}

/// Shows microseconds in the largest unit that is exact.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duration(pub(crate) u64);

impl std::fmt::Display for Duration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let units =
            [(3600 * 1_000_000, "h"), (60 * 1_000_000, "m"), (1_000_000, "s"), (1000, "ms"), (1, "us")];
        let is_exact = |&&(unit_us, _): &&(u64, _)| self.0.is_multiple_of(unit_us);
        let &(unit_us, unit) = units.iter().find(is_exact).expect("microseconds are exact");
        write!(f, "{}{unit}", self.0 / unit_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<u64, DurationError>) {
        assert_eq!(parse_timeout_us(text), expected);
    }

    #[test]
    fn durations() {
        check("1ms", Ok(1000));
        check("30", Ok(30_000_000));
        check("30s", Ok(30_000_000));
        check("5 m", Ok(300_000_000));
        check("2h", Ok(7_200_000_000));
        check("240000h", Ok(MAX_US));
        check("240001h", Err(DurationError::TooLong));
        check("99999999999999999999", Err(DurationError::TooLong));
        check("0", Err(DurationError::TooShort));
        check("", Err(DurationError::NoNumber));
        check("-1s", Err(DurationError::NoNumber));
        check("1.5s", Err(DurationError::Unit { unit: ".5s".into() }));
        check("1us", Err(DurationError::Unit { unit: "us".into() }));
    }

    #[test]
    fn shown_in_the_largest_unit() {
        let shown = [1_500_000, 2_000_000, 120_000_000, 3_600_000_000].map(|us| Duration(us).to_string());
        assert_eq!(shown, ["1500ms", "2s", "2m", "1h"]);
    }
}
