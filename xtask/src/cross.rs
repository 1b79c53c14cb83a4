//! `cargo xtask cross-tool`: the tool for the other architecture, built here, and compared.
//!
//! It is built by the toolchain that builds the runtime, with what Debian has for that architecture: the
//! standard library of the same version, a C compiler with its linker, and the C library. They are
//! fetched into a folder of the user's cache, as the toolchain is. The runtime objects in it are those
//! of this machine's tool, to the byte. Then the new tool compiles two programs under the emulator, for
//! every target, and the executables are compared with those of this machine's tool.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{build_tool, target_folder};
use crate::debian::{apt_get, archives, context, create_apt_state, fetch_once, remove, unpack_all};
use crate::emulator;
use crate::process::{output, run};
use crate::toolchain::{self, place};

/// Changes when the contents of the folder do.
const RECIPE: &str = "cross-1";

/// An architecture to build the tool for, in the words of those who have a word for it.
struct Other {
    /// Rust's name, and the kernel's.
    arch: &'static str,
    /// Debian's name.
    debian: &'static str,
    /// The package of the C compiler.
    compiler: &'static str,
}

const AARCH64: Other = Other { arch: "aarch64", debian: "arm64", compiler: "gcc-aarch64-linux-gnu" };

/// What both tools compile: a text, and a program with loops, tables and floating point.
const PROGRAMS: [&str; 2] = ["xtask/demo/hello.wat", "benches/workloads/coremark.wasm"];

/// What executables are built for.
const TARGETS: [&str; 2] = ["x86_64-linux", "aarch64-linux"];

/// Builds the tool for the other architecture, and compares what it makes with what this machine's makes.
///
/// # Errors
/// If something cannot be fetched or built, or executables differ.
pub(crate) fn cross_tool() -> Result<(), String> {
    let other = AARCH64;
    if env::consts::ARCH == other.arch {
        return Err(format!("this machine is {}: `cargo build --release` builds its tool", other.arch));
    }
    let native = build_tool()?;
    let folder = ensure(&other)?;
    let built = build(&other, &folder)?;
    println!("the tool for {} is {}", other.arch, built.display());
    compare(&other, &folder, &native, &built)
}

impl Other {
    /// The triple of the C toolchain.
    fn gnu_triple(&self) -> String {
        format!("{}-linux-gnu", self.arch)
    }

    /// The triple of the tool.
    fn rust_triple(&self) -> String {
        format!("{}-unknown-linux-gnu", self.arch)
    }
}

/// Fetches what the tool is built with, if it is not there; returns its folder.
fn ensure(other: &Other) -> Result<PathBuf, String> {
    let version = standard_library_version()?;
    let folder = toolchain::cache_folder()?.join(format!("{RECIPE}-{}-{version}", other.arch));
    let check = |folder: &Path| {
        let mut compiler = Command::new(compiler(other, folder));
        output(compiler.arg("--version").env("LD_LIBRARY_PATH", place::libraries(&folder.join("usr"))))?;
        let library = folder.join("usr/lib/rustlib").join(other.rust_triple());
        if library.exists() { Ok(()) } else { Err(format!("{} is missing", library.display())) }
    };
    fetch_once(&folder, check, |folder| fetch(other, &version, folder))?;
    Ok(folder)
}

/// The version of the package that the toolchain's standard library is from.
fn standard_library_version() -> Result<String, String> {
    let sysroot = place::sysroot().ok_or("there is no home folder for the cache: set `HOME`")?;
    let list = place::package_list(&sysroot);
    let packages = fs::read_to_string(&list).map_err(context("cannot read", &list))?;
    let version = packages.lines().find_map(|name| {
        name.strip_prefix("libstd-rust-web-dev_")?.rsplit_once('_').map(|(version, _)| version.to_owned())
    });
    version.ok_or_else(|| format!("{} names no standard library", list.display()))
}

fn fetch(other: &Other, version: &str, folder: &Path) -> Result<(), String> {
    eprintln!("fetching what builds the tool for {} (about 80 MB)", other.arch);
    let apt = folder.join("apt");
    create_apt_state(&apt, |paragraph| is_of_cross_compiler(other, paragraph))?;
    run(&mut apt_get(&apt, &["update"]))?;
    let c_library = format!("libc6-dev-{}-cross", other.debian);
    let install = ["install", "--download-only", "--no-install-recommends", other.compiler, &c_library];
    run(&mut apt_get(&apt, &install))?;
    let archives = archives(&apt);
    let standard_library = format!("libstd-rust-web-dev:{}={version}", other.debian);
    run(apt_get(&apt, &["download", &standard_library]).current_dir(&archives))?;
    unpack_all(&archives, folder)?;
    let libraries = c_libraries(other, folder).join("lib");
    make_relative(&libraries.join("libc.so"))?;
    remove(&apt)
}

/// Whether a paragraph of the package database is about the compiler for the other architecture, or its parts.
fn is_of_cross_compiler(other: &Other, paragraph: &str) -> bool {
    let triple = other.compiler.trim_start_matches("gcc");
    let library = format!("-{}-cross", other.debian);
    let name = paragraph.lines().next().and_then(|line| line.strip_prefix("Package: "));
    name.is_some_and(|name| [triple, &library, "-cross-base"].iter().any(|part| name.contains(part)))
}

/// Removes the folders from paths in a linker script: the linker then looks where it looks for libraries.
fn make_relative(script: &Path) -> Result<(), String> {
    let text = fs::read_to_string(script).map_err(context("cannot read", script))?;
    let relative = |word: &str| match word.strip_prefix('/') {
        Some(path) if !path.starts_with('*') => path.rsplit('/').next().unwrap_or(path).to_owned(),
        _ => word.to_owned(),
    };
    let words: Vec<String> = text.split(' ').map(relative).collect();
    fs::write(script, words.join(" ")).map_err(context("cannot write", script))
}

/// The folder that is `/` to executables of the other architecture.
fn c_libraries(other: &Other, folder: &Path) -> PathBuf {
    folder.join("usr").join(other.gnu_triple())
}

fn compiler(other: &Other, folder: &Path) -> PathBuf {
    folder.join("usr/bin").join(format!("{}-gcc", other.gnu_triple()))
}

/// Builds the tool, optimized; returns its path.
fn build(other: &Other, folder: &Path) -> Result<PathBuf, String> {
    let sysroot = place::sysroot().ok_or("there is no home folder for the cache: set `HOME`")?;
    let triple = other.rust_triple();
    let (upper, lower) = (triple.to_uppercase().replace('-', "_"), triple.replace('-', "_"));
    let archiver = folder.join("usr/bin").join(format!("{}-ar", other.gnu_triple()));
    let mut standard_library = OsString::from("--sysroot=");
    standard_library.push(folder.join("usr"));
    // The flags of a target are not for build scripts, which are for this machine.
    let mut cargo = Command::new(place::program(&sysroot, "cargo"));
    cargo
        .env("RUSTC", place::program(&sysroot, "rustc"))
        .env("LD_LIBRARY_PATH", library_path([&sysroot, &folder.join("usr")])?)
        .env(place::LLD_VARIABLE, lld()?)
        .env(format!("CARGO_TARGET_{upper}_RUSTFLAGS"), standard_library)
        .env(format!("CARGO_TARGET_{upper}_LINKER"), compiler(other, folder))
        .env(format!("CC_{lower}"), compiler(other, folder))
        .env(format!("AR_{lower}"), archiver)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    // A folder of its own: this compiler would make everything anew in that of the other.
    let target_folder = target_folder()?.join("cross");
    cargo.args(["build", "--locked", "--release", "--package", "wasiaot", "--target", &triple]);
    run(cargo.arg("--target-dir").arg(&target_folder))?;
    Ok(target_folder.join(triple).join("release/wasiaot"))
}

fn library_path(sysroots: [&Path; 2]) -> Result<OsString, String> {
    env::join_paths(sysroots.map(place::libraries)).map_err(|error| format!("a folder of the cache: {error}"))
}

/// The linker that merges the runtime of this machine's tool.
fn lld() -> Result<PathBuf, String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let printed = output(Command::new(rustc).args(["--print", "sysroot", "--print", "host-tuple"]))?;
    let printed = String::from_utf8_lossy(&printed);
    let (sysroot, host) = printed.trim_end().split_once('\n').ok_or("`rustc` does not say where it is")?;
    Ok(place::lld(Path::new(sysroot), host))
}

/// Compiles programs with both tools, for all targets, and compares the executables.
fn compare(other: &Other, folder: &Path, native: &Path, built: &Path) -> Result<(), String> {
    let emulator = emulator::ensure()?;
    let out = target_folder()?.join("cross");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (program, target) in PROGRAMS.iter().flat_map(|program| TARGETS.map(|target| (program, target))) {
        let compile = |command: &mut Command, name: &str| {
            let path = out.join(name);
            run(command.arg("build").arg(root.join(program)).args(["--target", target, "-o"]).arg(&path))?;
            fs::read(&path).map_err(context("cannot read", &path))
        };
        let expected = compile(&mut Command::new(native), "native")?;
        let mut emulated = Command::new(&emulator);
        emulated.arg("-L").arg(c_libraries(other, folder)).arg(built);
        if compile(&mut emulated, "emulated")? != expected {
            return Err(format!("the executables of {program} for {target} differ: see {}", out.display()));
        }
        println!("{program} for {target}: the same {} bytes from both", expected.len());
    }
    Ok(())
}
