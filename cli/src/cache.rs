//! The folder with functions of earlier builds: `--cache`.
//!
//! It has one file for each input, by its path, and set of options, which a build reads before and replaces
//! after: it holds the functions of the last build and no others. What is in a file, and when a function is
//! taken from it, is the compiler's business (`codegen::FunctionCache`); a file that is of no use costs time
//! and nothing else.
//!
//! Whoever can write these files can write the executables. So folder and files have to belong to the user,
//! and nobody else may write them. A cache that cannot be used, for whatever reason, is a warning: the build
//! goes on without.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rustix::fs::OFlags;
use sha2::{Digest as _, Sha256};
use wasiaot_compiler::codegen::FunctionCache;
use wasiaot_compiler::package::digest::Digest;
use wasiaot_compiler::{BuildError, Options};

use crate::diagnostics::{self, Diagnostic, Quoted, Reason};
use crate::input::Source;
use crate::output;

/// Most bytes that all files of a folder have after a build. Those that were not used for longest go first.
const MAX_BYTES: u64 = 1 << 30;

/// The end of the files' names.
const SUFFIX: &str = ".functions";

/// Why a cache is not used.
#[derive(Debug, thiserror::Error)]
enum CacheError {
    /// Neither variable that says where caches are is set.
    #[error("neither `XDG_CACHE_HOME` nor `HOME` says where it is")]
    NoFolder,
    /// The system refused.
    #[error("{}: {}", Quoted(path), Reason(error))]
    System { path: PathBuf, error: io::Error },
    /// Someone else could have put functions there.
    #[error("{} belongs to another user, or others may write it", Quoted(path))]
    Shared { path: PathBuf },
    /// It is not what a build leaves.
    #[error("{} is not a file of at most {MAX_BYTES} bytes", Quoted(path))]
    NoFile { path: PathBuf },
    /// The program is too large for it.
    #[error("the functions take more than {MAX_BYTES} bytes")]
    TooLarge,
}

/// Makes an executable, with the functions of earlier builds if there is a folder for them: an empty path
/// is that of the user's cache folder.
///
/// # Errors
/// If the program cannot be compiled.
pub(crate) fn build(
    wasm: &[u8],
    options: &Options,
    folder: Option<&Path>,
    source: &Source,
) -> Result<Vec<u8>, BuildError> {
    let Some(folder) = folder else { return wasiaot_compiler::build(wasm, options) };
    let (path, cache) = match open(folder, source, options) {
        Ok(opened) => opened,
        Err(error) => {
            warn(&error);
            return wasiaot_compiler::build(wasm, options);
        }
    };
    let (executable, functions) = wasiaot_compiler::build_cached(wasm, options, &cache)?;
    if let Err(error) = save(&path, &cache, &functions) {
        warn(&error);
    }
    Ok(executable)
}

fn warn(error: &CacheError) {
    let hint = match error {
        CacheError::NoFolder => Some("name a folder with `--cache=DIR`".to_owned()),
        CacheError::Shared { path } => {
            Some(format!("choose a folder of your own that is not writable for others; not {}", Quoted(path)))
        }
        CacheError::NoFile { path } => Some(format!("remove {}", Quoted(path))),
        CacheError::System { .. } | CacheError::TooLarge => None,
    };
    let message = format!("the cache is not used: {error}");
    diagnostics::show_warning(&Diagnostic { code: None, message, place: None, hint });
}

/// The file for this input and these options, and what is in it.
fn open(folder: &Path, source: &Source, options: &Options) -> Result<(PathBuf, FunctionCache), CacheError> {
    let folder = if folder.as_os_str().is_empty() { default_folder()? } else { folder.to_owned() };
    let system = |path: &Path| {
        let path = path.to_owned();
        move |error| CacheError::System { path, error }
    };
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(system(&folder))?;
    let is_own = ownership().map_err(system(Path::new("/proc/self")))?;
    let shared = |path: &Path| CacheError::Shared { path: path.to_owned() };
    if !is_own(&fs::metadata(&folder).map_err(system(&folder))?) {
        return Err(shared(&folder));
    }
    let path = folder.join(file_name(source, options));
    let mut bytes = Vec::new();
    let no_link = OFlags::NOFOLLOW.bits().cast_signed();
    match OpenOptions::new().read(true).custom_flags(no_link).open(&path) {
        Ok(file) => {
            let metadata = file.metadata().map_err(system(&path))?;
            if !metadata.is_file() || metadata.len() > MAX_BYTES {
                return Err(CacheError::NoFile { path });
            }
            if !is_own(&metadata) {
                return Err(shared(&path));
            }
            file.take(MAX_BYTES).read_to_end(&mut bytes).map_err(system(&path))?;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(system(&path)(error)),
    }
    let tool = tool_digest().map_err(system(Path::new(TOOL)))?;
    Ok((path, FunctionCache::new(tool, bytes)))
}

/// The program that is running. Not by its name: the file of that may be another by now.
const TOOL: &str = "/proc/self/exe";

fn tool_digest() -> io::Result<[u8; 32]> {
    let mut tool = File::open(TOOL)?;
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        match tool.read(&mut chunk)? {
            0 => return Ok(digest.finalize().into()),
            len => digest.update(&chunk[..len]),
        }
    }
}

/// Where caches are that are not named.
fn default_folder() -> Result<PathBuf, CacheError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let caches = set("XDG_CACHE_HOME").filter(|path| path.is_absolute());
    let caches = caches.or_else(|| set("HOME").map(|home| home.join(".cache")));
    Ok(caches.ok_or(CacheError::NoFolder)?.join("wasiaot/functions"))
}

/// Whether something belongs to the user, and nobody else may write it.
fn ownership() -> io::Result<impl Fn(&Metadata) -> bool> {
    let user = fs::metadata("/proc/self")?.uid();
    Ok(move |metadata: &Metadata| metadata.uid() == user && metadata.mode() & 0o022 == 0)
}

/// The name of a file: builds that have nothing in common do not replace each other's. Whether a function
/// can be used is not decided by this.
fn file_name(source: &Source, options: &Options) -> String {
    let input = match source {
        Source::File(path) => fs::canonicalize(path).unwrap_or_else(|_| path.clone()),
        Source::Stdin => PathBuf::new(),
    };
    let settings = format!(
        "{} {} {:?} {:?}\n",
        options.target.name, options.cpu.name, options.passes, options.memory_mode
    );
    let name = [settings.as_bytes(), input.as_os_str().as_bytes()].concat();
    format!("{}{SUFFIX}", Digest::of(&name).hex())
}

/// Keeps the functions of this build.
fn save(path: &Path, cache: &FunctionCache, functions: &[u8]) -> Result<(), CacheError> {
    if functions.len() as u64 > MAX_BYTES {
        return Err(CacheError::TooLarge);
    }
    let saved = if cache.holds(functions) {
        File::open(path).and_then(|file| file.set_modified(SystemTime::now()))
    } else {
        output::replace(path, functions, 0o600)
    };
    saved.map_err(|error| CacheError::System { path: path.to_owned(), error })?;
    if let Some(folder) = path.parent() {
        evict(folder, MAX_BYTES);
    }
    Ok(())
}

/// Removes files until the rest fits. Other builds may be doing the same.
fn evict(folder: &Path, max_bytes: u64) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let is_ours = |name: &OsStr| {
        let name = name.as_bytes();
        name.ends_with(SUFFIX.as_bytes()) || name.starts_with(output::TEMPORARY_PREFIX.as_bytes())
    };
    let mut files: Vec<(SystemTime, PathBuf, u64)> = entries
        .filter_map(Result::ok)
        .filter(|entry| is_ours(&entry.file_name()))
        .filter_map(|entry| {
            let metadata = entry.metadata().ok().filter(Metadata::is_file)?;
            Some((metadata.modified().ok()?, entry.path(), metadata.len()))
        })
        .collect();
    files.sort_unstable();
    let mut total: u64 = files.iter().map(|(_, _, len)| len).sum();
    for (_, path, len) in files {
        if total <= max_bytes {
            break;
        }
        let _ = fs::remove_file(path);
        total -= len;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_longest_unused_files_are_evicted() {
        let folder = std::env::temp_dir().join(format!("wasiaot-evict-{}", std::process::id()));
        fs::create_dir(&folder).expect("the folder is new");
        let names = ["a.functions", "b.functions", "c.functions", "another", ".wasiaot-1-0"];
        for (age, name) in names.into_iter().enumerate() {
            let path = folder.join(name);
            fs::write(&path, [0; 100]).expect("the folder is writable");
            let file = File::options().write(true).open(&path).expect("the file is there");
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1000 - age as u64);
            file.set_modified(time).expect("the file is ours");
        }
        evict(&folder, 250);
        let left: Vec<bool> = names.iter().map(|name| folder.join(name).exists()).collect();
        fs::remove_dir_all(&folder).expect("the folder is ours");
        assert_eq!(left, [true, true, false, true, false]);
    }
}
