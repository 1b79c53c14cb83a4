//! The C functions that copy and fill memory, faster than the C library's.
//!
//! Guests reach them through `memory.copy` and `memory.fill`, host functions through everything that
//! moves bytes. Sizes that overlapping loads and stores cover take no loop: copying 64 bytes takes a
//! tenth of the time of musl's `rep movsq`. For aarch64, musl's own are as good.

#[cfg(all(target_arch = "x86_64", any(target_env = "musl", test)))]
mod avx2;
#[cfg(all(target_arch = "x86_64", any(target_env = "musl", test)))]
mod export;

#[cfg(all(test, target_arch = "x86_64"))]
mod tests {
    #![allow(unsafe_code, reason = "calls the functions that are tested")]

    use std::arch::is_x86_feature_detected;
    use std::ffi::c_int;

    use super::{avx2, export};

    /// Sizes around every limit at which the functions change their way.
    fn sizes() -> impl Iterator<Item = usize> {
        (0..600).chain((2040..2060).step_by(3)).chain([4095, 4096, 5001, 8192, 8200]).chain(LARGEST)
    }

    /// Sizes around the last limit.
    const LARGEST: [usize; 3] = [0x1_ffff, 0x2_0000, 0x2_0001];

    /// Distances of the source from the destination that overlap in every way.
    const DISTANCES: [isize; 21] = [
        -4100, -4096, -600, -129, -65, -64, -33, -16, -7, -1, 0, 1, 3, 15, 17, 63, 100, 128, 511, 3000, 4100,
    ];

    type Copy = unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8;
    type Fill = unsafe extern "C" fn(*mut u8, c_int, usize) -> *mut u8;

    /// How many of the functions below this CPU can execute.
    #[allow(clippy::print_stdout, reason = "says what is skipped")]
    fn executable() -> usize {
        if is_x86_feature_detected!("avx2") {
            2
        } else {
            println!("this CPU has no AVX2: the functions for it are not tested");
            1
        }
    }

    fn copies() -> impl Iterator<Item = Copy> {
        [export::memmove as Copy, avx2::memmove].into_iter().take(executable())
    }

    fn fills() -> impl Iterator<Item = Fill> {
        [export::memset as Fill, avx2::memset].into_iter().take(executable())
    }

    #[track_caller]
    fn check_copy(copy: Copy, len: usize, to: usize, from: usize) {
        let before: Vec<u8> = (0..20000 + len as u32).map(|i| (i * 31 + i / 256 * 7) as u8).collect();
        let mut expected = before.clone();
        expected.copy_within(from..from + len, to);
        let mut bytes = before;
        let base = bytes.as_mut_ptr();
        let (destination, source) = (base.wrapping_add(to), base.wrapping_add(from));
        // SAFETY: the callers choose ranges inside the vector, which nothing else uses.
        assert_eq!(unsafe { copy(destination, source, len) }, destination);
        assert!(bytes == expected, "{len} bytes from {from} to {to}");
    }

    #[test]
    fn copies_overlap() {
        for len in sizes() {
            for (index, distance) in DISTANCES.into_iter().enumerate() {
                // Alignments vary with the size and the distance, so that all meet over the test.
                let to = 6000 + (len * 5 + index * 3) % 32;
                let from = to.checked_add_signed(distance).expect("distances are small");
                for copy in copies() {
                    check_copy(copy, len, to, from);
                }
                if distance.unsigned_abs() >= len {
                    check_copy(export::memcpy, len, to, from);
                }
            }
        }
    }

    #[test]
    fn copies_at_every_alignment() {
        for len in [1, 15, 16, 33, 64, 65, 128, 129, 191, 192, 193, 255, 256, 257, 300, 2048, 2100] {
            for to in 5000..5033 {
                for from in (4960..5070).step_by(if len < 300 { 1 } else { 7 }) {
                    for copy in copies() {
                        check_copy(copy, len, to, from);
                    }
                }
            }
        }
    }

    #[test]
    fn fills_at_every_alignment() {
        for (len, start) in sizes().flat_map(|len| (64..97).map(move |start| (len, start))) {
            for fill in fills() {
                let mut bytes = vec![1; len + 400];
                let mut expected = bytes.clone();
                expected[start..start + len].fill(0xa5);
                let destination = bytes.as_mut_ptr().wrapping_add(start);
                // SAFETY: inside the vector. Only the low byte of the value counts.
                assert_eq!(unsafe { fill(destination, 0x7fa5, len) }, destination);
                assert!(bytes == expected, "{len} bytes at {start}");
            }
        }
    }
}
