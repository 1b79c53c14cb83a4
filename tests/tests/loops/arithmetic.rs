//! What wasm's operations do to elements.

use crate::element::Element;

/// The least and the largest number with this many bits.
pub(crate) fn bounds(bits: u32, signed: bool) -> [i32; 2] {
    if signed { [-(1 << (bits - 1)), (1 << (bits - 1)) - 1] } else { [0, (1 << bits) - 1] }
}

fn signed(element: Element, bits: u64) -> i64 {
    if element.bits() == 64 { bits.cast_signed() } else { i64::from((bits as u32).cast_signed()) }
}

pub(crate) fn unary(element: Element, op: &str, bits: u64) -> u64 {
    if element == Element::F32 {
        let value = f32::from_bits(bits as u32);
        let result = match op {
            "neg" => -value,
            "abs" => value.abs(),
            _ => value.sqrt(),
        };
        return u64::from(result.to_bits());
    }
    let value = f64::from_bits(bits);
    let result = match op {
        "neg" => -value,
        "abs" => value.abs(),
        _ => value.sqrt(),
    };
    result.to_bits()
}

pub(crate) fn binary(element: Element, op: &str, left: u64, right: u64) -> u64 {
    match element {
        Element::F32 => {
            let (left, right) = (f32::from_bits(left as u32), f32::from_bits(right as u32));
            let result = match op {
                "add" => left + right,
                "sub" => left - right,
                "mul" => left * right,
                _ => left / right,
            };
            u64::from(result.to_bits())
        }
        Element::F64 => {
            let (left, right) = (f64::from_bits(left), f64::from_bits(right));
            let result = match op {
                "add" => left + right,
                "sub" => left - right,
                "mul" => left * right,
                _ => left / right,
            };
            result.to_bits()
        }
        _ => {
            let bits = element.bits();
            let amount = right % u64::from(bits);
            let result = match op {
                "add" => left.wrapping_add(right),
                "sub" => left.wrapping_sub(right),
                "mul" => left.wrapping_mul(right),
                "and" => left & right,
                "or" => left | right,
                "xor" => left ^ right,
                "shl" => left << amount,
                "div_u" => left / right,
                "rem_u" => left % right,
                "rem_s" => (signed(element, left) % signed(element, right)).cast_unsigned(),
                "div_s" => (signed(element, left) / signed(element, right)).cast_unsigned(),
                "shr_u" => left >> amount,
                "rotl" | "rotr" => {
                    let amount =
                        if op == "rotl" { amount } else { (u64::from(bits) - amount) % u64::from(bits) };
                    left << amount | left.checked_shr(bits - amount as u32).unwrap_or(0)
                }
                _ => (signed(element, left) >> amount).cast_unsigned(),
            };
            if bits == 64 { result } else { result & 0xffff_ffff }
        }
    }
}

pub(crate) fn compare(element: Element, op: &str, left: u64, right: u64) -> bool {
    let (less, equal) = match element {
        Element::F32 => {
            let (left, right) = (f32::from_bits(left as u32), f32::from_bits(right as u32));
            (left < right, left == right)
        }
        Element::F64 => {
            (f64::from_bits(left) < f64::from_bits(right), f64::from_bits(left) == f64::from_bits(right))
        }
        _ if op.ends_with("_s") => (signed(element, left) < signed(element, right), left == right),
        _ => (left < right, left == right),
    };
    match &op[..2] {
        "lt" => less,
        "le" => less || equal,
        "gt" => !less && !equal,
        "ge" => !less,
        "eq" => equal,
        _ => !equal,
    }
}

/// What a conversion between types makes of a number, given its bits.
pub(crate) fn convert(conversion: &str, bits: u64) -> u64 {
    let number = f64::from_bits(bits);
    match conversion {
        "f64.convert_i32_s" => f64::from((bits as u32).cast_signed()).to_bits(),
        "f64.convert_i32_u" => f64::from(bits as u32).to_bits(),
        "f64.promote_f32" => f64::from(f32::from_bits(bits as u32)).to_bits(),
        "f32.demote_f64" => u64::from((number as f32).to_bits()),
        "i32.trunc_sat_f64_s" => u64::from((number as i32).cast_unsigned()),
        "i32.trunc_sat_f64_u" => u64::from(number as u32),
        other => unreachable!("{other} is no conversion"),
    }
}
