//! Finished runtime objects, in the folder of the toolchain: clones whose runtime is the same build it
//! once.
//!
//! A folder holds the objects of one state of everything that they are made from, and is named after a
//! hash of all of that: see [`Key`]. It is made beside its place and renamed, so that it is there whole
//! or not at all, and what it holds is checked when it is taken. Building is left to `build.rs`.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

/// How this is done belongs to what objects are made from.
const RECIPE: &[&str] = &[
    include_str!("../build.rs"),
    include_str!("cache.rs"),
    include_str!("parts.rs"),
    include_str!("toolchain.rs"),
];

/// Older states than these are removed, one for each that is added.
const KEPT_STATES: usize = 40;

/// A hash of what runtime objects are made from, in hexadecimal.
#[derive(PartialEq, Eq)]
pub(crate) struct Key(String);

/// A key while things are added to it.
pub(crate) struct KeyBuilder(Sha256);

impl KeyBuilder {
    /// The key of the build scripts alone.
    pub(crate) fn new() -> Self {
        let mut key = Self(Sha256::new());
        RECIPE.iter().for_each(|text| key.add(text.as_bytes()));
        key
    }

    /// Adds bytes, with their length: what two of them hold never looks like one.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }

    /// Adds the contents of a file, or names and contents of all files in a folder.
    ///
    /// # Errors
    /// If something cannot be read.
    pub(crate) fn add_files(&mut self, path: &Path) -> io::Result<()> {
        if !path.is_dir() {
            self.add(&fs::read(path)?);
            return Ok(());
        }
        let entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
        let mut names: Vec<_> = entries.iter().map(fs::DirEntry::file_name).collect();
        names.sort_unstable();
        self.add(&names.len().to_le_bytes());
        for name in names {
            self.add(name.as_encoded_bytes());
            self.add_files(&path.join(name))?;
        }
        Ok(())
    }

    /// Adds what cargo reads as its configuration when it runs in a folder.
    ///
    /// # Errors
    /// If something cannot be read.
    pub(crate) fn add_cargo_configuration(&mut self, folder: &Path) -> io::Result<()> {
        let home = env::var_os("CARGO_HOME").map(PathBuf::from);
        let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
        for folder in folder.ancestors().map(|folder| folder.join(".cargo")).chain(home) {
            for name in ["config", "config.toml"] {
                let path = folder.join(name);
                if path.exists() {
                    self.add_files(&path)?;
                }
            }
        }
        Ok(())
    }

    /// The key of all that was added.
    pub(crate) fn finish(self) -> Key {
        Key(self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The place of the objects of one state.
pub(crate) struct Cache {
    states: PathBuf,
    state: PathBuf,
    /// Held while this exists: others that want to build wait, and then find what was built.
    _lock: File,
}

impl Cache {
    /// The place for `key` in a toolchain's folder. Waits for other processes that have one.
    ///
    /// # Errors
    /// If it cannot be made or locked.
    pub(crate) fn open(toolchain: &Path, key: &Key) -> io::Result<Self> {
        let states = toolchain.join("objects");
        fs::create_dir_all(&states)?;
        let lock = File::create(states.join("lock"))?;
        lock.lock()?;
        Ok(Self { state: states.join(&key.0), states, _lock: lock })
    }

    /// The objects, compressed, by these names: all of them, whole, or nothing.
    pub(crate) fn take(&self, names: &[&str]) -> Option<Vec<Vec<u8>>> {
        let whole = |name: &&str| {
            let bytes = fs::read(self.state.join(name)).ok()?;
            // The compressed format has a checksum.
            zstd::decode_all(&*bytes).ok()?;
            Some(bytes)
        };
        names.iter().map(whole).collect()
    }

    /// Adds objects, compressed, by their names.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(crate) fn put(&self, objects: &[(&str, &[u8])]) -> io::Result<()> {
        let partial = self.states.join("partial");
        remove(&partial)?;
        fs::create_dir(&partial)?;
        for (name, bytes) in objects {
            fs::write(partial.join(name), bytes)?;
        }
        remove(&self.state)?;
        fs::rename(&partial, &self.state)?;
        self.remove_old()
    }

    fn remove_old(&self) -> io::Result<()> {
        let mut states: Vec<(SystemTime, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.states)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                states.push((entry.metadata()?.modified()?, entry.path()));
            }
        }
        states.sort_unstable();
        let surplus = states.len().saturating_sub(KEPT_STATES);
        states[..surplus].iter().try_for_each(|(_, path)| remove(path))
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
