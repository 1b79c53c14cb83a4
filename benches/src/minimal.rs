//! The least that a process can be: a static program that writes one line and ends.
//!
//! What starting a process costs on this machine, whatever the program. It is written here byte by
//! byte, so that it needs no compiler and is the same everywhere.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// What it writes: the same as the `hello` workload.
const TEXT: &[u8] = b"hello, world\n";

/// Where it is loaded.
const BASE: u32 = 0x0040_0000;

/// Bytes of the file header and of one program header.
const HEADERS_BYTES: u32 = 64 + 56;

/// Writes the program for this machine's instruction set, if there is one for it.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn write(path: &Path) -> io::Result<bool> {
    if !cfg!(target_arch = "x86_64") {
        return Ok(false);
    }
    fs::write(path, program())?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))?;
    Ok(true)
}

fn program() -> Vec<u8> {
    let code = code();
    let mut file = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0".to_vec();
    let entry = u64::from(BASE + HEADERS_BYTES);
    let len = u64::from(HEADERS_BYTES) + (code.len() + TEXT.len()) as u64;
    push16(&mut file, &[2, 62]); // An executable, for x86-64.
    file.extend(1u32.to_le_bytes()); // Version.
    push64(&mut file, &[entry, 64, 0]); // Entry, program headers, section headers.
    file.extend(0u32.to_le_bytes()); // Flags.
    push16(&mut file, &[64, 56, 1, 0, 0, 0]); // Sizes and numbers of headers.
    file.extend(1u32.to_le_bytes()); // A loaded segment,
    file.extend(5u32.to_le_bytes()); // readable and executable,
    push64(&mut file, &[0, BASE.into(), BASE.into(), len, len, 4096]); // the whole file.
    file.extend(code);
    file.extend(TEXT);
    file
}

/// `write(1, TEXT, len); exit(0)`.
fn code() -> Vec<u8> {
    const CODE_BYTES: u32 = 31;
    let mut code = Vec::new();
    let mut load = |opcode: u8, value: u32| {
        code.push(opcode);
        code.extend(value.to_le_bytes());
    };
    load(0xb8, 1); // mov eax, 1: the call `write`
    load(0xbf, 1); // mov edi, 1: standard output
    load(0xbe, BASE + HEADERS_BYTES + CODE_BYTES); // mov esi, TEXT
    load(0xba, TEXT.len() as u32); // mov edx, its length
    code.extend([0x0f, 0x05]); // syscall
    code.extend([0xb8, 60, 0, 0, 0]); // mov eax, 60: the call `exit`
    code.extend([0x31, 0xff]); // xor edi, edi: the status
    code.extend([0x0f, 0x05]); // syscall
    assert_eq!(code.len(), CODE_BYTES as usize);
    code
}

fn push16(file: &mut Vec<u8>, values: &[u16]) {
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}

fn push64(file: &mut Vec<u8>, values: &[u64]) {
    file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
}
