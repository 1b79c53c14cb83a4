//! Files that are put into an image beside the program.

use std::path::{Path, PathBuf};

use wasiaot_compiler::package::layer::{Entries, Entry};

use super::ImageError;
use crate::input::extra;

/// `--file HOST::/PATH`.
#[derive(Clone, Debug)]
pub(super) struct FileArg {
    /// What to take: a file or folder.
    pub(super) host: PathBuf,
    /// Where to put it, without the first `/`; empty for the root.
    pub(super) path: String,
}

/// Where programs look for certificates.
const CERTIFICATES: &str = "etc/ssl/certs/ca-certificates.crt";

/// Where systems keep them: Debian, Alpine; Fedora; openSUSE.
const BUNDLES: &[&str] =
    &["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem"];

/// Reads all files for an image whose program is at `/program`.
///
/// # Errors
/// If one cannot be read, or two want one place.
pub(super) fn read(
    args: &[FileArg],
    certificates: Option<&Option<PathBuf>>,
    program: &str,
) -> Result<Entries, ImageError> {
    let mut entries = Entries::new();
    for arg in args {
        for (below, entry) in extra::read(&arg.host)? {
            let path = [arg.path.as_str(), below.as_str()];
            let path: Vec<&str> = path.into_iter().filter(|part| !part.is_empty()).collect();
            add(&mut entries, path.join("/"), entry)?;
        }
    }
    if let Some(file) = certificates {
        let contents = read_certificates(file.as_deref())?;
        add(&mut entries, CERTIFICATES.into(), Entry::File { contents, executable: false })?;
    }
    if entries.contains_key(program) {
        return Err(ImageError::FileTwice { path: program.into() });
    }
    let paths = entries.keys().map(String::as_str);
    for path in paths {
        let mut parents = path.match_indices('/').map(|(at, _)| &path[..at]);
        let is_file = |path: &str| path == program || matches!(entries.get(path), Some(Entry::File { .. }));
        if let Some(parent) = parents.find(|parent| is_file(parent)) {
            return Err(ImageError::FileIsFolder { path: parent.into() });
        }
    }
    Ok(entries)
}

/// Adds an entry. Folders may come from several places, files not.
fn add(entries: &mut Entries, path: String, entry: Entry) -> Result<(), ImageError> {
    if path.is_empty() {
        return match entry {
            Entry::Folder => Ok(()), // The root is there.
            Entry::File { .. } => Err(ImageError::FileIsFolder { path }),
        };
    }
    match entries.get(&path) {
        Some(Entry::Folder) if entry == Entry::Folder => {}
        Some(_) => return Err(ImageError::FileTwice { path }),
        None => drop(entries.insert(path, entry)),
    }
    Ok(())
}

fn read_certificates(file: Option<&Path>) -> Result<Vec<u8>, ImageError> {
    let path = match file {
        Some(path) => path,
        None => {
            let found = BUNDLES.iter().map(Path::new).find(|path| path.is_file());
            found.ok_or(ImageError::NoCertificates)?
        }
    };
    let contents = extra::read_file(path)?;
    const MARK: &[u8] = b"-----BEGIN CERTIFICATE-----";
    if !contents.windows(MARK.len()).any(|window| window == MARK) {
        return Err(ImageError::NotCertificates { path: path.into() });
    }
    Ok(contents)
}
