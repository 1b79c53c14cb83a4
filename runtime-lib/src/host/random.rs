//! Random bytes, from the kernel.

use rustix::io::Errno;
use rustix::rand::{GetRandomFlags, getrandom};

/// Fills `bytes` with random bytes that are fit for cryptography.
///
/// # Errors
/// What the kernel reports; nothing in practice.
pub fn fill(mut bytes: &mut [u8]) -> Result<(), Errno> {
    while !bytes.is_empty() {
        match getrandom(&mut *bytes, GetRandomFlags::empty()) {
            // Long requests come in parts, and signals may cut them short.
            Ok(count) => bytes = bytes.get_mut(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_everything() {
        let mut bytes = vec![0; 100_000];
        assert_eq!(fill(&mut bytes), Ok(()));
        // A run of 32 zero bytes would be a miracle.
        assert!(bytes.chunks_exact(32).all(|chunk| chunk.iter().any(|&byte| byte != 0)));
    }
}
