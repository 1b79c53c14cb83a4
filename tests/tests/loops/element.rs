//! What arrays consist of: numbers of a wasm type, of which some bytes are in memory.

use wasiaot_tests::random::Random;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    I8,
    I16,
    I32,
    I64,
    F32,
    F64,
    /// Numbers of 64 bits, of which these many are stored.
    Low8,
    Low16,
    Low32,
}

impl Element {
    /// In memory.
    pub(crate) fn bytes(self) -> u32 {
        [1, 2, 4, 8, 4, 8, 1, 2, 4][self as usize]
    }

    /// The wasm type that holds one.
    pub(crate) fn ty(self) -> &'static str {
        ["i32", "i32", "i32", "i64", "f32", "f64", "i64", "i64", "i64"][self as usize]
    }

    pub(crate) fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Bits of the wasm type.
    pub(crate) fn bits(self) -> u32 {
        if self.ty().ends_with("64") { 64 } else { 32 }
    }

    /// All bits of the wasm type.
    pub(crate) fn mask(self) -> u64 {
        u64::MAX >> (64 - self.bits())
    }

    /// The instruction that stores one.
    pub(crate) fn store(self) -> &'static str {
        let all = ["i32.store8", "i32.store16", "i32.store", "i64.store", "f32.store", "f64.store"];
        all.into_iter()
            .chain(["i64.store8", "i64.store16", "i64.store32"])
            .nth(self as usize)
            .expect("it is listed")
    }

    /// What may be stored in lanes of the same width, or in half of them.
    pub(crate) fn companions(self) -> &'static [Self] {
        match self {
            Self::I8 => &[Self::I8, Self::I16, Self::I32, Self::Low8],
            Self::I16 => &[Self::I16, Self::I8, Self::I32, Self::Low16],
            Self::I32 => &[Self::F32, Self::I32, Self::I16, Self::I8, Self::F64, Self::I64],
            Self::F32 => &[Self::I32, Self::F32, Self::I16, Self::F64],
            Self::I64 => &[Self::F64, Self::F64, Self::I64, Self::Low32, Self::Low16, Self::I32],
            Self::F64 => &[Self::I64, Self::I32, Self::F64, Self::Low32, Self::Low16, Self::F32, Self::I8],
            Self::Low8 => &[Self::Low8, Self::I8, Self::Low16],
            Self::Low16 => &[Self::Low16, Self::I16, Self::Low32, Self::I8],
            Self::Low32 => &[Self::Low32, Self::I32, Self::F32, Self::I64, Self::Low16],
        }
    }

    /// Bytes of what numbers of this type are loaded from.
    pub(crate) fn loadable(self) -> &'static [u32] {
        match (self, self.bits()) {
            // From integers.
            (Self::F32, _) => &[4, 4, 1, 2],
            // From floats of 32 bits.
            (Self::F64, _) => &[8, 8, 4],
            (_, 32) => &[1, 2, 4],
            _ => &[1, 2, 4, 8],
        }
    }

    /// The instructions that load one from some bytes, which may have a sign.
    pub(crate) fn load(self, bytes: u32, signed: bool, address: &str) -> String {
        let (ty, sign) = (self.ty(), if signed { "s" } else { "u" });
        match (self, bytes) {
            (Self::F64, 4) => format!("(f64.promote_f32 (f32.load {address}))"),
            (Self::F32, 1 | 2) => {
                format!("(f32.convert_i32_{sign} (i32.load{}_{sign} {address}))", bytes * 8)
            }
            _ if bytes * 8 == self.bits() => format!("({ty}.load {address})"),
            _ => format!("({ty}.load{}_{sign} {address})", bytes * 8),
        }
    }

    /// What that makes of what is in memory.
    pub(crate) fn loaded(self, bits: u64, bytes: u32, signed: bool) -> u64 {
        let unused = 64 - 8 * bytes;
        let number = if signed { (bits << unused).cast_signed() >> unused } else { bits.cast_signed() };
        match (self, bytes) {
            (Self::F64, 4) => f64::from(f32::from_bits(bits as u32)).to_bits(),
            (Self::F32, 1 | 2) => u64::from((number as f32).to_bits()),
            _ => number.cast_unsigned() & self.mask(),
        }
    }

    /// Bits of a value of the wasm type. Floats are small whole numbers, not 0: nothing computed of them
    /// is a NaN, whose bits are not specified.
    pub(crate) fn random(self, random: &mut Random) -> u64 {
        let bits = random.next();
        let small = (bits % 99) as u32 + 1;
        match self {
            Self::F32 => u64::from((small as f32).to_bits()),
            Self::F64 => f64::from(small).to_bits(),
            _ if bits.is_multiple_of(3) => u64::from(small),
            _ => bits & self.mask(),
        }
    }

    pub(crate) fn constant(self, bits: u64) -> String {
        match self {
            Self::F32 => format!("(f32.const {})", f32::from_bits(bits as u32)),
            Self::F64 => format!("(f64.const {})", f64::from_bits(bits)),
            _ => format!("({}.const {bits})", self.ty()),
        }
    }

    pub(crate) fn is_nan(self, bits: u64) -> bool {
        match self {
            Self::F32 => f32::from_bits(bits as u32).is_nan(),
            Self::F64 => f64::from_bits(bits).is_nan(),
            _ => false,
        }
    }
}
