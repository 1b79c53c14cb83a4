//! Makes the runtime object of each target: what is linked into every executable.
//!
//! `wasiaot-runtime` is built as a static library with the toolchain that `cargo xtask toolchain`
//! fetched, the standard library from source. `rust-lld -r` then merges it with musl into one
//! relocatable object that holds what the exported symbols reach, one section per function, so that
//! the linker in `wasiaot` can drop what a program does not use. The object is compressed and its
//! path handed to the crate in an environment variable. The bytes depend on the sources and on the
//! toolchain only, not on paths, so that another clone may have made them already: see `cache`.
//! Linking executables is left to `compiler/src/link`.
#![allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use cache::{Cache, Key, KeyBuilder};
use wasiaot_abi::{host, symbols};

#[path = "build/cache.rs"]
mod cache;
#[path = "build/parts.rs"]
mod parts;
#[path = "build/toolchain.rs"]
mod toolchain;

/// What differs in building the runtime object of a target.
struct RuntimeObject {
    /// The first part of the target triple.
    arch: &'static str,
    /// The name of the finished file.
    file_name: &'static str,
    /// The linker's name for the kind of object file.
    emulation: &'static str,
    /// More flags for `rustc`.
    rustflags: &'static [&'static str],
    /// What compiled code calls on this architecture only.
    helpers: &'static [&'static str],
    /// The environment variable that tells the crate where the object is.
    variable: &'static str,
}

/// The runtime objects that are made.
const RUNTIME_OBJECTS: &[RuntimeObject] = &[
    RuntimeObject {
        arch: "x86_64",
        file_name: "x86_64.o.zst",
        emulation: "elf_x86_64",
        rustflags: &[],
        helpers: host::X86_64_HELPERS,
        variable: "WASIAOT_RUNTIME_X86_64",
    },
    RuntimeObject {
        arch: "aarch64",
        file_name: "aarch64.o.zst",
        emulation: "aarch64linux",
        rustflags: &[
            // Atomic operations in place: the functions that choose between two ways are 38 KB.
            "-Ctarget-feature=-outline-atomics",
            // What is downloaded is compressed. Instructions in the order of the source repeat more than
            // scheduled ones, and sequences that became functions cost calls and do not repeat any more.
            "-Cllvm-args=-enable-machine-outliner=never",
            "-Cllvm-args=-enable-misched=false -enable-post-misched=false",
        ],
        helpers: &[],
        variable: "WASIAOT_RUNTIME_AARCH64",
    },
];

/// Flags for `rustc`, for the runtime and the standard library alike.
///
/// They name no path: cargo derives symbol names from them.
const RUSTFLAGS: &[&str] = &[
    "-Crelocation-model=static",
    "-Ctarget-feature=+crt-static",
    // A panic is one trapping instruction, and the formatting of its message is never linked.
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Cforce-unwind-tables=no",
    // No source paths in the object.
    "-Zlocation-detail=none",
    // The default of `opt-level = "z"` is 5, with which calls take more bytes than what they call.
    "-Cllvm-args=-inline-threshold=30",
];

/// What the runtime is made of, relative to the workspace.
const SOURCES: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "runtime-lib/Cargo.toml",
    "runtime-lib/abi/Cargo.toml",
    "runtime-lib/abi/src",
    "runtime-lib/src",
];

/// Sections that no executable needs, as a linker script: `--strip-debug` has no effect with `-r`.
const DISCARD: &str = "SECTIONS { /DISCARD/ : {
    *(.comment) *(.debug_*) *(.eh_frame) *(.llvmbc) *(.llvmcmd) *(.note.GNU-stack)
} }";

/// The `-19` of the command line tool: slow to compress, as fast as any to decompress.
const ZSTD_LEVEL: i32 = 19;

/// File name of the list of what the objects are made of.
const PARTS: &str = "parts";

/// The places that all steps use.
struct Places {
    workspace: PathBuf,
    toolchain: PathBuf,
    lld: PathBuf,
    out: PathBuf,
}

fn main() {
    if let Err(message) = make_all() {
        for line in message.lines() {
            println!("cargo::error={line}");
        }
    }
}

fn make_all() -> Result<(), String> {
    let places = find_places()?;
    let mut objects = take_or_make_objects(&places)?;
    let parts = objects.pop().expect("the list of parts is the last");
    for (object, bytes) in RUNTIME_OBJECTS.iter().zip(objects) {
        let path = places.out.join(object.file_name);
        fs::write(&path, bytes).map_err(context("cannot write", &path))?;
        println!("cargo::rustc-env={}={}", object.variable, path.display());
    }
    let path = places.out.join(PARTS);
    let parts = zstd::decode_all(&*parts).map_err(context("cannot unpack", &path))?;
    fs::write(&path, parts).map_err(context("cannot write", &path))?;
    println!("cargo::rustc-env=WASIAOT_RUNTIME_PARTS={}", path.display());
    Ok(())
}

/// The objects and then the list of their parts, compressed: those that were made from the same before,
/// or new ones.
fn take_or_make_objects(places: &Places) -> Result<Vec<Vec<u8>>, String> {
    let Some(folder) = cache_folder(places) else { return make_all_anew(places) };
    let key = cache_key(places)?;
    let cache = Cache::open(&folder, &key).map_err(context("cannot use", &folder))?;
    let names = RUNTIME_OBJECTS.iter().map(|object| object.file_name).chain([PARTS]);
    if let Some(objects) = cache.take(&names.clone().collect::<Vec<_>>()) {
        return Ok(objects);
    }
    let objects = make_all_anew(places)?;
    // Sources that were changed meanwhile are not what the key says.
    if cache_key(places)? == key {
        let named: Vec<_> = names.zip(objects.iter().map(Vec::as_slice)).collect();
        cache.put(&named).map_err(context("cannot write to", &folder))?;
    }
    Ok(objects)
}

/// The folder of the toolchain, if that is one that was fetched: the contents of others are unknown.
fn cache_folder(places: &Places) -> Option<PathBuf> {
    let is_fetched = env::var_os(toolchain::SYSROOT_VARIABLE).is_none()
        && toolchain::package_list(&places.toolchain).exists();
    toolchain::fetched_folder().filter(|_| is_fetched)
}

/// The hash of all that the objects are made from.
fn cache_key(places: &Places) -> Result<Key, String> {
    let packages = toolchain::package_list(&places.toolchain);
    let mut key = KeyBuilder::new();
    key.add_files(&packages).map_err(context("cannot read", &packages))?;
    for source in SOURCES {
        let source = places.workspace.join(source);
        key.add_files(&source).map_err(context("cannot read", &source))?;
    }
    key.add_cargo_configuration(&places.workspace)
        .map_err(context("cannot read cargo's configuration for", &places.workspace))?;
    // The version of the linker that merges, and the machine.
    key.add(run(Command::new(&places.lld).args(["-flavor", "gnu", "--version"]))?.as_bytes());
    key.add(variable("HOST")?.as_encoded_bytes());
    Ok(key.finish())
}

fn make_all_anew(places: &Places) -> Result<Vec<Vec<u8>>, String> {
    let mut objects = make_objects(places)?;
    let parts = list_parts(places)?;
    objects.push(compress(parts.as_bytes()).map_err(context("cannot compress", Path::new(PARTS)))?);
    Ok(objects)
}

/// Makes all objects, side by side.
fn make_objects(places: &Places) -> Result<Vec<Vec<u8>>, String> {
    thread::scope(|scope| {
        let start = |object| scope.spawn(move || make_object(object, places));
        let threads: Vec<_> = RUNTIME_OBJECTS.iter().map(start).collect();
        threads.into_iter().map(|thread| thread.join().expect("threads do not panic")).collect()
    })
}

/// Makes one object; returns it compressed.
fn make_object(object: &RuntimeObject, places: &Places) -> Result<Vec<u8>, String> {
    let archive = build_archive(object, places)?;
    let merged = merge(object, &archive, places)?;
    check_complete(object, &merged, places)?;
    let bytes = fs::read(&merged).map_err(context("cannot read", &merged))?;
    compress(&bytes).map_err(context("cannot compress", &merged))
}

/// Compresses with a checksum, which shows whether the result is whole.
fn compress(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = zstd::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
    encoder.include_checksum(true)?;
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// What the runtime objects are made of.
fn list_parts(places: &Places) -> Result<String, String> {
    let mut tree = toolchain_cargo(places);
    tree.args(["tree", "--locked", "--package", "wasiaot-runtime", "--edges", "normal,no-proc-macro"])
        .args(["--prefix", "none", "--format", "{p}|{l}"]);
    for object in RUNTIME_OBJECTS {
        tree.args(["--target", &triple(object)]);
    }
    let mut lines = parts::crates(&run(&mut tree)?)?;
    let mut rustc = Command::new(toolchain::program(&places.toolchain, "rustc"));
    rustc.env("LD_LIBRARY_PATH", toolchain::libraries(&places.toolchain)).arg("--version");
    lines.insert(parts::standard_library(&run(&mut rustc)?)?);
    lines.insert(parts::musl(&toolchain::package_list(&places.toolchain)));
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// Finds the places, and tells cargo when to run this script again.
fn find_places() -> Result<Places, String> {
    println!("cargo::rerun-if-env-changed={}", toolchain::SYSROOT_VARIABLE);
    println!("cargo::rerun-if-env-changed=XDG_CACHE_HOME");
    let workspace = PathBuf::from(variable("CARGO_MANIFEST_DIR")?).join("..");
    let workspace = workspace.canonicalize().map_err(context("cannot find", &workspace))?;
    for source in SOURCES {
        println!("cargo::rerun-if-changed={}", workspace.join(source).display());
    }
    let toolchain =
        toolchain::sysroot().ok_or("there is no home folder to find the toolchain in: set `HOME`")?;
    println!("cargo::rerun-if-changed={}", toolchain::package_list(&toolchain).display());
    if !toolchain::program(&toolchain, "cargo").exists() {
        return Err(format!(
            "the toolchain that builds the runtime is not in {}: run `cargo xtask toolchain` first",
            toolchain.display()
        ));
    }
    let lld = find_lld()?;
    Ok(Places { workspace, toolchain, lld, out: PathBuf::from(variable("OUT_DIR")?) })
}

/// Finds the linker that merges: the one that comes with the compiler of the outer build.
fn find_lld() -> Result<PathBuf, String> {
    println!("cargo::rerun-if-env-changed={}", toolchain::LLD_VARIABLE);
    if let Some(lld) = env::var_os(toolchain::LLD_VARIABLE) {
        return Ok(lld.into());
    }
    let sysroot = run(Command::new(variable("RUSTC")?).args(["--print", "sysroot"]))?;
    let lld = toolchain::lld(Path::new(sysroot.trim()), &variable("HOST")?.to_string_lossy());
    if !lld.exists() {
        return Err(format!("{} is missing: use a Rust toolchain that comes with it", lld.display()));
    }
    Ok(lld)
}

/// Builds the runtime as a static library; returns its path.
fn build_archive(object: &RuntimeObject, places: &Places) -> Result<PathBuf, String> {
    // Two builds in one folder would wait for each other.
    let target_folder = places.out.join("runtime").join(object.arch);
    // All clones share the folder of the build: nearly all of the work is in the standard library.
    let build_folder = toolchain::fetched_folder()
        .map_or_else(|| target_folder.clone(), |folder| folder.join("build").join(object.arch));
    let triple = triple(object);
    let rustflags = [RUSTFLAGS, object.rustflags].concat().join("\u{1f}");
    let mut cargo = toolchain_cargo(places);
    cargo
        .env("CARGO_ENCODED_RUSTFLAGS", rustflags)
        .env("CARGO_TARGET_DIR", &target_folder)
        .env("CARGO_BUILD_BUILD_DIR", build_folder)
        .args(["rustc", "--locked", "--package", "wasiaot-runtime", "--lib", "--profile", "runtime"])
        // This kind only: there is no link-time optimization of an `rlib`.
        .args(["--crate-type", "staticlib"])
        .args(["--target", &triple, "-Zbuild-std=std,panic_abort", "-Zbuild-std-features="])
        // By time, the older files of one clone would pass for those of another.
        .arg("-Zchecksum-freshness");
    run(&mut cargo)?;
    Ok(target_folder.join(triple).join("runtime/libwasiaot_runtime.a"))
}

fn triple(object: &RuntimeObject) -> String {
    format!("{}-unknown-linux-musl", object.arch)
}

/// The toolchain's cargo, in the workspace, with nothing of the outer build.
fn toolchain_cargo(places: &Places) -> Command {
    let mut cargo = Command::new(toolchain::program(&places.toolchain, "cargo"));
    clear_build_variables(&mut cargo);
    cargo
        .current_dir(&places.workspace)
        .env("LD_LIBRARY_PATH", toolchain::libraries(&places.toolchain))
        .env("RUSTC", toolchain::program(&places.toolchain, "rustc"))
        .env("RUSTC_BOOTSTRAP", "1")
        // Empty: no wrapper, whatever the user's configuration says.
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", "");
    cargo
}

/// Merges the static library and musl into one relocatable object; returns its path.
fn merge(object: &RuntimeObject, archive: &Path, places: &Places) -> Result<PathBuf, String> {
    let musl = toolchain::c_library(&places.toolchain, object.arch);
    let merged = places.out.join(format!("{}.o", object.arch));
    let discard = places.out.join(format!("{}-discard.ld", object.arch));
    fs::write(&discard, DISCARD).map_err(context("cannot write", &discard))?;
    let mut lld = Command::new(&places.lld);
    lld.args(["-flavor", "gnu", "-m", object.emulation])
        // Sections of the same name stay apart, and those that nothing reaches are dropped.
        .args(["-r", "--unique", "--gc-sections", "--entry", symbols::ENTRY])
        .arg("-T")
        .arg(&discard)
        .args(exported_symbols(object).iter().flat_map(|symbol| ["--undefined", symbol]))
        // Not `crti.o` and `crtn.o`: they hold the old `.init` and `.fini`, which musl does without.
        .args([&musl.join("crt1.o"), archive, &musl.join("libc.a")])
        .arg("-o")
        .arg(&merged);
    run(&mut lld)?;
    Ok(merged)
}

/// Links the object once as a program that uses everything: all that compiled code may call must be
/// defined, and all that it reaches in turn.
fn check_complete(object: &RuntimeObject, merged: &Path, places: &Places) -> Result<(), String> {
    let mut lld = Command::new(&places.lld);
    lld.args(["-flavor", "gnu", "-m", object.emulation, "-static", "--gc-sections"])
        // A definition by a symbol that does not exist is an error; `--undefined` alone is not.
        .args(exported_symbols(object).iter().map(|symbol| format!("--defsym=exported.{symbol}={symbol}")))
        .args(
            [symbols::PROGRAM_HEADER, symbols::PROGRAM_MAIN, symbols::EXCEPTION_HEADER]
                .map(|symbol| format!("--defsym={symbol}=0")),
        )
        .arg(merged)
        .arg("-o")
        .arg(places.out.join(format!("{}-complete", object.arch)));
    run(&mut lld).map(drop).map_err(|error| format!("the runtime lacks what compiled code may call: {error}"))
}

/// The symbols through which compiled code enters the runtime.
fn exported_symbols(object: &RuntimeObject) -> Vec<&'static str> {
    let functions = host::MODULES.iter().flat_map(|module| module.functions);
    let mut exported: Vec<_> = functions.map(|function| function.symbol).collect();
    exported.extend_from_slice(host::HELPERS);
    exported.extend_from_slice(host::LIBRARY_CALLS);
    exported.extend_from_slice(object.helpers);
    exported.extend([symbols::BARE_ENTRY, "main"]);
    exported.sort_unstable();
    exported.dedup();
    exported
}

/// Removes what the outer cargo and its user set for the outer build: flags, wrappers, profiles.
/// Where cargo keeps its files, how it reaches the network and the job server stay.
fn clear_build_variables(command: &mut Command) {
    const KEPT: &[&str] = &["CARGO_HOME", "CARGO_MAKEFLAGS"];
    const KEPT_PREFIXES: &[&str] = &["CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTRIES_", "CARGO_SOURCE_"];
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let ours = text.starts_with("CARGO") || text.starts_with("RUST");
        let kept = KEPT.contains(&&*text) || KEPT_PREFIXES.iter().any(|prefix| text.starts_with(prefix));
        if ours && !kept {
            command.env_remove(&name);
        }
    }
}

/// Runs a command; returns what it wrote to standard output.
fn run(command: &mut Command) -> Result<String, String> {
    let program = PathBuf::from(command.get_program());
    let output = command.output().map_err(context("cannot run", &program))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed ({}):\n{stderr}", program.display(), output.status));
    }
    String::from_utf8(output.stdout).map_err(context("cannot read the output of", &program))
}

fn variable(name: &str) -> Result<OsString, String> {
    env::var_os(name).ok_or_else(|| format!("cargo did not set `{name}`"))
}

/// Words an error: what could not be done, to which file, and why.
fn context<E: Display>(what: &str, path: &Path) -> impl FnOnce(E) -> String {
    move |error| format!("{what} {}: {error}", path.display())
}
