//! Memory as loops see it, and the calls of them.

use wasiaot_tests::random::Random;

use crate::WINDOW;
use crate::element::Element;
use crate::shape::Loop;

/// Why a loop is not run to its end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stop {
    /// An access outside the memory.
    Trap,
    /// A NaN was computed, whose bits are not specified.
    Nan,
}

/// Both ends of a memory.
pub(crate) struct Memory {
    len: u64,
    low: Vec<u8>,
    high: Vec<u8>,
}

impl Memory {
    /// What `fill` of the helpers makes.
    pub(crate) fn new(len: u64, mut seed: u32, kind: u32) -> Self {
        let mut window = || {
            let mut bytes = Vec::new();
            while bytes.len() < WINDOW as usize {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let is_zero = seed & 0xe000 == 0;
                let zero = seed & (1 << 31);
                match kind {
                    0 => bytes.extend((seed ^ (seed >> 13)).to_le_bytes()),
                    1 => bytes.extend(((seed.cast_signed() >> 12) as f32).to_le_bytes()),
                    2 => bytes.extend(f64::from(seed.cast_signed() >> 2).to_le_bytes()),
                    3 if is_zero => bytes.extend(zero.to_le_bytes()),
                    3 => bytes.extend(((seed >> 12) as f32).to_le_bytes()),
                    _ if is_zero => bytes.extend((u64::from(zero) << 32).to_le_bytes()),
                    _ => bytes.extend(f64::from(seed >> 2).to_le_bytes()),
                }
            }
            bytes
        };
        let low = window();
        Self { len, low, high: window() }
    }

    /// The same byte everywhere.
    pub(crate) fn filled(len: u64, byte: u8) -> Self {
        let window = vec![byte; WINDOW as usize];
        Self { len, low: window.clone(), high: window }
    }

    /// What `hash` of the helpers returns.
    pub(crate) fn hash(&self) -> u64 {
        self.low.chunks(8).chain(self.high.chunks(8)).fold(0x123_4567, |hash, word| {
            let word = u64::from_le_bytes(word.try_into().expect("windows are whole words"));
            (hash ^ word).wrapping_mul(0x100_0000_01b3)
        })
    }

    fn byte(&mut self, address: u64) -> &mut u8 {
        let behind_middle = address.checked_sub(self.len - u64::from(WINDOW));
        match behind_middle {
            Some(offset) => &mut self.high[offset as usize],
            None => &mut self.low[address as usize],
        }
    }

    fn check(&self, address: u64, bytes: u32) -> Result<(), Stop> {
        if address + u64::from(bytes) <= self.len { Ok(()) } else { Err(Stop::Trap) }
    }

    pub(crate) fn load(&mut self, address: u64, bytes: u32) -> Result<u64, Stop> {
        self.check(address, bytes)?;
        Ok((0..u64::from(bytes))
            .rev()
            .fold(0, |bits, byte| bits << 8 | u64::from(*self.byte(address + byte))))
    }

    pub(crate) fn store(&mut self, address: u64, bytes: u32, bits: u64) -> Result<(), Stop> {
        self.check(address, bytes)?;
        for byte in 0..u64::from(bytes) {
            *self.byte(address + byte) = (bits >> (8 * byte)) as u8;
        }
        Ok(())
    }
}

/// The arguments of a loop.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Where the arrays are: what is written, two that are read, and another one that is written.
    pub(crate) arrays: [u32; 4],
    /// Iterations, each of all copies.
    pub(crate) iterations: u32,
    /// A value of the element's type that the loop does not change.
    pub(crate) fixed: u64,
}

impl Call {
    /// Arrays apart, overlapping, and across the ends of the memory.
    pub(crate) fn random(random: &mut Random, looped: &Loop, len: u64) -> Self {
        let iterations = match random.below(8) {
            0 => random.below(4) as u32,
            1 => 40 + random.below(60) as u32,
            _ => random.below(40) as u32,
        };
        // Four arrays fit a window.
        let widest = looped.strides.iter().map(|stride| stride.unsigned_abs()).max().unwrap_or(1);
        let iterations = iterations.min(120.min(1700 / widest) / looped.copies);
        let high = (len - u64::from(WINDOW)) as u32;
        let window = [0, high][random.below(2)];
        let mut arrays = [0, 1, 2, 3].map(|array| window + 512 + array * 1800 + random.below(64) as u32);
        match random.below(8) {
            // Close to each other, in any order: multiples of the width, and others.
            0..=2 => {
                let array = 1 + random.below(3);
                let width = [1, looped.element.bytes()][random.below(2)];
                let distance = random.below(41) as u32;
                arrays[array] = arrays[0].wrapping_add((distance * width).wrapping_sub(20 * width));
            }
            // Behind the end of the memory after some elements, or exactly at the end.
            3 | 4 => {
                let array = random.below(4);
                let bytes = iterations * looped.copies * looped.strides[array].unsigned_abs();
                let short = [0, random.below(bytes as usize + 64) as u32, random.below(16) as u32];
                arrays[array] = (len as u32).wrapping_sub(bytes).wrapping_add(short[random.below(3)]);
            }
            // Before the first byte, where addresses wrap.
            5 => arrays[random.below(4)] = 0u32.wrapping_sub(random.below(64) as u32),
            _ => {}
        }
        // What falls begins with the last one.
        for (array, &stride) in arrays.iter_mut().zip(&looped.strides) {
            if stride < 0 {
                let last = (iterations * looped.copies).saturating_sub(1);
                *array = array.wrapping_add(last * stride.unsigned_abs());
            }
        }
        // Parts of two floats could be a NaN, whose bits are not specified when it is computed with.
        let alignment = match looped.filled_with() {
            float if float.is_float() => float.bytes(),
            _ => 1,
        };
        let arrays = arrays.map(|array| (array & !(alignment - 1)).wrapping_sub(looped.far));
        Self { arrays, iterations, fixed: looped.element.random(random) }
    }

    /// As text.
    pub(crate) fn arguments(&self, element: Element) -> String {
        let arrays: String = self.arrays.iter().map(|array| format!("(i32.const {array}) ")).collect();
        format!("{arrays} (i32.const {}) {}", self.iterations, element.constant(self.fixed))
    }
}
