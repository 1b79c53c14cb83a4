//! Programs that use container images, as `cargo xtask test` fetches them.

use std::path::{Path, PathBuf};
use std::process::Command;

mod place;

/// The programs, and a folder that stands in for the user's home.
pub struct Programs {
    folder: PathBuf,
    home: PathBuf,
}

impl Programs {
    /// The programs, with `home` to keep what they want to keep. Says so if a test has to do without.
    #[must_use]
    pub fn find(home: &Path) -> Option<Self> {
        let folder = place::folder()?;
        let is_there = place::PROGRAMS.iter().all(|name| place::program(&folder, name).is_some());
        if !is_there {
            eprintln!("skipped: the programs that use container images are not in {}", folder.display());
            return None;
        }
        Some(Self { folder, home: home.to_owned() })
    }

    /// A command that runs a program, with nothing of the user's settings.
    ///
    /// # Panics
    /// If it is none of the programs.
    #[must_use]
    pub fn command(&self, name: &str) -> Command {
        let mut command = Command::new(place::program(&self.folder, name).expect("it is one of them"));
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LD_LIBRARY_PATH", place::libraries(&self.folder))
            .env("HOME", &self.home)
            .env("TMPDIR", &self.home)
            .env("XDG_RUNTIME_DIR", &self.home)
            .current_dir(&self.home);
        command
    }
}
