//! Executes what was linked, and compares with what another linker makes of the same objects.
//!
//! The objects are assembled by `rustc`, which is there wherever this test can run. The other linker
//! is `rust-lld`, which comes with it; where it was left out, only the comparison is missing.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::*;

/// Sets up thread-local data, calls initializers and `wasiaot_program_main`, exits with its result.
const RUNTIME: &str = r#"
    .section .text._start,"ax",@progbits
    .globl _start
    .type _start,@function
_start:
    lea __ehdr_start(%rip), %rsi
    mov 32(%rsi), %rdi              # e_phoff
    add %rsi, %rdi
    movzwl 56(%rsi), %ecx           # e_phnum
1:  cmpl $7, (%rdi)                 # PT_TLS
    je 2f
    add $56, %rdi
    loop 1b
    ud2
2:  mov 40(%rdi), %rax              # p_memsz, rounded up to p_align
    mov 48(%rdi), %rdx
    lea -1(%rax,%rdx), %rax
    neg %rdx
    and %rdx, %rax
    mov 32(%rdi), %rcx              # p_filesz
    mov 16(%rdi), %rsi              # p_vaddr
    lea thread(%rip), %r8
    mov %r8, %rdi
    sub %rax, %rdi
    rep movsb
    mov %r8, (%r8)
    mov $158, %eax                  # arch_prctl(ARCH_SET_FS, thread)
    mov $0x1002, %edi
    mov %r8, %rsi
    syscall
    lea __init_array_start(%rip), %rbx
3:  cmp $__init_array_end, %rbx
    jae 4f
    call *(%rbx)
    add $8, %rbx
    jmp 3b
4:  call wasiaot_program_main
    mov %eax, %edi
    mov $60, %eax                   # exit
    syscall
    .size _start, . - _start

    .section .text.put,"ax",@progbits
    .globl put
    .type put,@function
put:                                # writes the character in %edi
    mov %dil, buffer(%rip)
    mov $1, %eax                    # write
    mov $1, %edi
    lea buffer(%rip), %rsi
    mov $1, %edx
    syscall
    ret
    .size put, . - put

    .section .text.add_two,"ax",@progbits
    .globl add_two
    .type add_two,@function
add_two:
    add $2, %rbx
    ret
    .size add_two, . - add_two

    .section .text.unused,"ax",@progbits
    .globl unused
    .type unused,@function
unused:
    call missing
    .size unused, . - unused

    .section .text.first,"ax",@progbits
first:
    movl $41, initialized(%rip)
    ret
    .section .text.second,"ax",@progbits
second:
    incl initialized(%rip)
    ret
    .section .init_array,"aw",@init_array
    .quad second
    .section .init_array.5,"aw",@init_array
    .quad first

    .section .data.number,"aw",@progbits
    .p2align 3
    .globl number
number:
    .quad 40
    .section .bss.state,"aw",@nobits
    .p2align 6
    .zero 512
thread:
    .zero 64
buffer:
    .zero 1
    .p2align 2
    .globl initialized
initialized:
    .zero 4
    .comm shared, 16, 16
    .section .tdata.one,"awT",@progbits
    .p2align 4
    .globl one
one:
    .quad 1, 11
    .section .tbss.zero,"awT",@nobits
    .p2align 3
    .globl zero
zero:
    .zero 24
    .section .note.GNU-stack,"",@progbits
"#;

/// Makes checks of which each prints a letter, or `!`. The flag `R` is for the other linker, which knows
/// nothing of these sections.
const APP: &str = r#"
    .macro expect letter            # the flags are those of a comparison
    mov $\letter, %edi
    mov $'!', %eax
    cmovne %eax, %edi
    call put
    .endm

    .section .text.wasm,"ax",@progbits
    .globl wasiaot_program_main
    .type wasiaot_program_main,@function
wasiaot_program_main:
    push %rbx
    mov number@GOTPCREL(%rip), %rax
    mov (%rax), %rbx
    call *add_two@GOTPCREL(%rip)
    cmp $42, %rbx
    expect 'a'
    lea number(%rip), %r12
    cmp number@GOTPCREL(%rip), %r12
    expect 'b'
    cmpl $42, initialized(%rip)
    expect 'c'
    mov one@GOTTPOFF(%rip), %r13
    cmpq $11, %fs:8(%r13)
    expect 'd'
    xor %r14, %r14
    add zero@GOTTPOFF(%rip), %r14
    cmpq $0, %fs:(%r14)
    expect 'e'
    mov one@GOTTPOFF(%rip), %rcx
    cmp %rcx, %r13
    expect 'f'
    mov $1, %eax
    cmp %rax, %fs:one@TPOFF
    expect 'g'
    mov $nothing, %eax
    test %eax, %eax
    expect 'h'
    mov pointers(%rip), %rax
    cmp $number, %rax
    expect 'i'
    movslq pointers+8(%rip), %rax
    lea pointers+8(%rip), %rcx
    add %rcx, %rax
    cmp $put, %rax
    expect 'j'
    cmpl $0x6574, 0x1000020         # the context block
    expect 'k'
    incl 0x1000020 + 40000
    cmpl $1, 0x1000020 + 40000
    expect 'l'
    cmpl $7, 0x7000030              # the constants
    expect 'm'
    xor %edx, %edx                  # the image: its bytes add up
    mov $0x70000000, %ecx
5:  movzbl (%rcx), %eax
    add %eax, %edx
    inc %ecx
    cmp $0x70001000, %ecx
    jb 5b
    cmp $'i' + 'm' + 'g', %edx
    expect 'n'
    movl $5, shared + 12
    cmpl $5, shared + 12
    expect 'o'
    lea last(%rip), %rax
    jmp *last@GOTPCREL(%rip)
    ud2
last:
    mov $'\n', %edi
    call put
    mov $12, %eax                   # brk(0): 0 if it is behind the reservation
    xor %edi, %edi
    syscall
    mov $0x1f0000000, %rcx
    cmp %rcx, %rax
    setb %al
    movzbl %al, %eax
    pop %rbx
    ret
    .size wasiaot_program_main, . - wasiaot_program_main
    .weak nothing

    .section .rodata.pointers,"a",@progbits
    .p2align 3
pointers:
    .quad number
    .long put - .
    .comm shared, 8, 8
    .section .wasm.context.1000020,"awR",@progbits
    .long 0x6574
    .zero 50000
    .section .wasm.constants.7000030,"aR",@progbits
    .long 7
    .section .wasm.image.70000000,"awR",@progbits
    .ascii "img"
    .zero 4093
    .section .wasiaot,"",@progbits
    .ascii "inspect me"
    .section .note.GNU-stack,"",@progbits
"#;

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wasiaot-link-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("the temporary folder is writable");
        Self(path)
    }

    fn assemble(&self, name: &str, assembly: &str) -> Vec<u8> {
        let (source, object) = (self.0.join(format!("{name}.rs")), self.0.join(format!("{name}.o")));
        let text =
            format!("#![no_std]\ncore::arch::global_asm!(r#\"{assembly}\"#, options(att_syntax, raw));\n");
        fs::write(&source, text).expect("the folder is writable");
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let arguments = ["--edition=2024", "--crate-type=lib", "--emit=obj", "-Cpanic=abort", "-o"];
        run(Command::new(rustc).args(arguments).args([&object, &source]));
        fs::read(&object).expect("rustc wrote the object")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind harms nobody.
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code().is_some_and(|code| code <= 1), "{command:?}: {}: {messages}", output.status);
    output
}

/// Runs an executable; returns what it wrote and its exit status.
#[track_caller]
fn execute(path: &Path) -> (String, Option<i32>) {
    let output = run(&mut Command::new(path));
    (String::from_utf8_lossy(&output.stdout).into_owned(), output.status.code())
}

/// The path of `rust-lld`, if it is installed.
fn rust_lld() -> Option<PathBuf> {
    let output = run(Command::new("rustc").args(["--print", "sysroot"]));
    let sysroot = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    let hosts = fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
    hosts.filter_map(Result::ok).map(|host| host.path().join("bin/rust-lld")).find(|path| path.exists())
}

#[test]
fn executables_run_as_those_of_another_linker() {
    const EXPECTED: &str = "abcdefghijklmno\n";
    let folder = Folder::new("run");
    let (app, runtime) = (folder.assemble("app", APP), folder.assemble("runtime", RUNTIME));
    for symbols in [Symbols::Keep, Symbols::Strip] {
        let linked = link(&app, &runtime, &options(symbols)).expect("the objects fit together");
        let path = folder.0.join(format!("{symbols:?}"));
        fs::write(&path, &linked.bytes).expect("the folder is writable");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("it is ours");
        assert_eq!(execute(&path), (EXPECTED.to_owned(), Some(0)));
        // `strip` lays the file out anew.
        if Command::new("strip").arg(&path).status().is_ok_and(|status| status.success()) {
            assert_eq!(execute(&path), (EXPECTED.to_owned(), Some(0)));
            let stripped = fs::read(&path).expect("strip wrote it");
            assert!(stripped.windows(10).any(|window| window == b"inspect me"));
        }
    }
    if let Some(lld) = rust_lld() {
        let path = folder.0.join("other");
        let mut command = Command::new(lld);
        command.args(["-flavor", "gnu", "-static", "--gc-sections", "--image-base=0x800000"]);
        command.args([
            "--section-start=.wasm.context.1000020=0x1000020",
            "--section-start=.wasm.constants.7000030=0x7000030",
        ]);
        command.args(["--section-start=.wasm.image.70000000=0x70000000"]);
        command.args(["app.o", "runtime.o"].map(|name| folder.0.join(name)));
        let output = run(command.args([OsStr::new("-o"), path.as_os_str()]));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        // It knows nothing of a reservation, so that its exit status differs.
        assert_eq!(execute(&path).0, EXPECTED);
    }
}
