//! Random sequences of calls on descriptors, in a guest and in a model of files and descriptors: the outcomes
//! have to be the same. `SLOW=1` runs many more sequences.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use wasiaot_tests::random::Random;
use wasiaot_tests::{process, tool};

const LIMIT: Duration = Duration::from_secs(120);

// Errors of preview 1.
const OK: u32 = 0;
const BADF: u32 = 8;
const EXIST: u32 = 20;
const INVAL: u32 = 28;
const NOENT: u32 = 44;

// Flags and rights of preview 1.
const CREATE: u32 = 1;
const EXCLUSIVE: u32 = 4;
const TRUNCATE: u32 = 8;
const APPEND: u32 = 1;
const READ: u32 = 2;
const WRITE: u32 = 64;

/// The first number that is not open from the start.
const FIRST: u32 = 4;

/// Numbers of files, which stay when their names go.
type FileId = usize;

/// An open descriptor.
#[derive(Clone, Debug)]
struct Open {
    file: FileId,
    position: u64,
    can_read: bool,
    can_write: bool,
    /// Creating and truncating open a file for writing, without giving the right to write.
    can_resize: bool,
    appends: bool,
}

#[derive(Default)]
struct Model {
    names: BTreeMap<String, FileId>,
    files: Vec<Vec<u8>>,
    open: BTreeMap<u32, Open>,
}

impl Model {
    fn open(&mut self, name: &str, flags: u32, rights: u32, append: u32) -> String {
        let is_new = !self.names.contains_key(name);
        if is_new && flags & CREATE == 0 {
            return NOENT.to_string();
        }
        if !is_new && flags & (CREATE | EXCLUSIVE) == CREATE | EXCLUSIVE {
            return EXIST.to_string();
        }
        if is_new {
            self.names.insert(name.to_owned(), self.files.len());
            self.files.push(Vec::new());
        }
        let file = self.names[name];
        if flags & TRUNCATE != 0 {
            self.files[file].clear();
        }
        let can_write = rights & WRITE != 0;
        let can_read = rights & READ != 0 || !can_write;
        let can_resize = can_write || flags & (CREATE | TRUNCATE) != 0;
        let open = Open { file, position: 0, can_read, can_write, can_resize, appends: append == APPEND };
        let fd = (FIRST..).find(|fd| !self.open.contains_key(fd)).expect("there is room");
        self.open.insert(fd, open);
        format!("{OK} {fd}")
    }

    fn close(&mut self, fd: u32) -> String {
        self.open.remove(&fd).map_or(BADF, |_| OK).to_string()
    }

    fn renumber(&mut self, from: u32, to: u32) -> String {
        if !self.open.contains_key(&from) || !self.open.contains_key(&to) {
            return BADF.to_string();
        }
        if from != to {
            let moved = self.open.remove(&from).expect("it was just seen");
            self.open.insert(to, moved);
        }
        OK.to_string()
    }

    /// The bytes from a position on, at most `len`.
    fn bytes(&self, file: FileId, position: u64, len: u64) -> String {
        let contents = &self.files[file];
        let start = contents.len().min(position as usize);
        let end = contents.len().min((position + len) as usize);
        contents[start..end].iter().fold(String::new(), |mut text, &byte| {
            match byte {
                b'!'..=b'~' if byte != b'%' => text.push(byte.into()),
                _ => {
                    let _ = write!(text, "%{byte:02x}");
                }
            }
            text
        })
    }

    fn read(&mut self, fd: u32, len: u64, at: Option<u64>) -> String {
        let Some(open) = self.open.get(&fd).cloned() else { return BADF.to_string() };
        if !open.can_read {
            return BADF.to_string();
        }
        let position = at.unwrap_or(open.position);
        let text = self.bytes(open.file, position, len);
        if at.is_none() {
            let left = (self.files[open.file].len() as u64).saturating_sub(position);
            self.open.get_mut(&fd).expect("it was just seen").position += left.min(len);
        }
        format!("{OK} {text}")
    }

    fn write(&mut self, fd: u32, text: &str, at: Option<u64>) -> String {
        let Some(open) = self.open.get(&fd).cloned() else { return BADF.to_string() };
        if !open.can_write {
            return BADF.to_string();
        }
        let contents = &mut self.files[open.file];
        let end = contents.len() as u64;
        // On Linux appending goes before the offset, also for `pwrite`.
        let position = if open.appends { end } else { at.unwrap_or(open.position) };
        let stop = position as usize + text.len();
        if !text.is_empty() {
            contents.resize(contents.len().max(stop), 0);
            contents[position as usize..stop].copy_from_slice(text.as_bytes());
        }
        if at.is_none() && !text.is_empty() {
            self.open.get_mut(&fd).expect("it was just seen").position = stop as u64;
        }
        format!("{OK} {}", text.len())
    }

    fn seek(&mut self, fd: u32, offset: i64, whence: u32) -> String {
        if whence > 2 || whence == 0 && offset < 0 {
            return INVAL.to_string();
        }
        let Some(open) = self.open.get_mut(&fd) else { return BADF.to_string() };
        let base = match whence {
            0 => 0,
            1 => open.position,
            _ => self.files[open.file].len() as u64,
        };
        match base.checked_add_signed(offset) {
            Some(position) => {
                open.position = position;
                format!("{OK} {position}")
            }
            None => INVAL.to_string(),
        }
    }

    fn set_size(&mut self, fd: u32, size: u64) -> String {
        match self.open.get(&fd) {
            None => BADF.to_string(),
            // The kernel's answer for a descriptor that is for reading.
            Some(open) if !open.can_resize => INVAL.to_string(),
            Some(open) => {
                self.files[open.file].resize(size as usize, 0);
                OK.to_string()
            }
        }
    }

    fn file_status(&self, fd: u32) -> String {
        const REGULAR: u32 = 4;
        let Some(open) = self.open.get(&fd) else { return BADF.to_string() };
        format!("{OK} {REGULAR} {}", self.files[open.file].len())
    }

    fn status(&self, fd: u32) -> String {
        const REGULAR: u32 = 4;
        let Some(open) = self.open.get(&fd) else { return BADF.to_string() };
        format!("{OK} {REGULAR} {}", u32::from(open.appends))
    }

    fn set_flags(&mut self, fd: u32, flags: u32) -> String {
        let Some(open) = self.open.get_mut(&fd) else { return BADF.to_string() };
        open.appends = flags == APPEND;
        OK.to_string()
    }

    fn unlink(&mut self, name: &str) -> String {
        self.names.remove(name).map_or(NOENT, |_| OK).to_string()
    }

    fn rename(&mut self, from: &str, to: &str) -> String {
        match self.names.remove(from) {
            None => NOENT.to_string(),
            Some(file) => {
                self.names.insert(to.to_owned(), file);
                OK.to_string()
            }
        }
    }

    fn list(&self) -> String {
        let hash = |name: &str| {
            name.bytes()
                .fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619))
        };
        let names = self.names.keys().map(String::as_str).chain([".", ".."]);
        let sum = names.clone().fold(0_u32, |sum, name| sum.wrapping_add(hash(name)));
        format!("{OK} {} {sum}", names.count())
    }
}

/// A random call, done in the model: how the guest writes it, and what has to come of it.
fn random_call(random: &mut Random, model: &mut Model) -> (String, String) {
    let fd = FIRST + random.below(8) as u32;
    let name = format!("f{}", random.below(5));
    let len = random.below(40) as u64;
    let text = "abcdefghijklmnopqrstuvwxyz"[..random.below(27)].to_owned();
    let encoded = if text.is_empty() { "-" } else { &text };
    match random.below(24) {
        0..5 => {
            let flags = [0, 0, CREATE, CREATE, CREATE | EXCLUSIVE, CREATE | TRUNCATE][random.below(6)];
            let rights = [READ, WRITE, READ | WRITE, READ | WRITE, 0][random.below(5)];
            let append = [0, 0, APPEND][random.below(3)];
            let outcome = model.open(&name, flags, rights, append);
            (format!("open 3 0 {name} {flags} {rights} {append}"), outcome)
        }
        5..7 => (format!("close {fd}"), model.close(fd)),
        7 => {
            let to = FIRST + random.below(8) as u32;
            (format!("renumber {fd} {to}"), model.renumber(fd, to))
        }
        8..10 => (format!("read {fd} {len}"), model.read(fd, len, None)),
        10..13 => (format!("write {fd} {encoded}"), model.write(fd, &text, None)),
        13 => {
            let offset = random.below(60) as u64;
            (format!("pread {fd} {len} {offset}"), model.read(fd, len, Some(offset)))
        }
        14 => {
            let offset = random.below(60) as u64;
            (format!("pwrite {fd} {offset} {encoded}"), model.write(fd, &text, Some(offset)))
        }
        15 => {
            let (offset, whence) = (random.below(60) as i64 - 20, random.below(4) as u32);
            (format!("seek {fd} {offset} {whence}"), model.seek(fd, offset, whence))
        }
        16 => (format!("tell {fd}"), model.seek(fd, 0, 1)),
        17 => (format!("setsize {fd} {len}"), model.set_size(fd, len)),
        18 => (format!("filestat {fd}"), model.file_status(fd)),
        19 => (format!("fdstat {fd}"), model.status(fd)),
        20 => {
            let flags = [0, APPEND][random.below(2)];
            (format!("setflags {fd} {flags}"), model.set_flags(fd, flags))
        }
        21 => (format!("unlink 3 {name}"), model.unlink(&name)),
        22 => {
            let to = format!("f{}", random.below(5));
            (format!("rename 3 {name} 3 {to}"), model.rename(&name, &to))
        }
        _ => ("readdir 3".to_owned(), model.list()),
    }
}

fn build(folder: &Path) -> PathBuf {
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/sandbox/ops.wasm");
    let mut command = Command::new(tool());
    command.arg("build").arg(guest).args(["-o", "app", "--dir", "files::/"]).current_dir(folder);
    let built = process::run(&mut command, LIMIT);
    assert!(built.status.success(), "{}", built.stderr_text());
    folder.join("app")
}

#[test]
fn agree_with_a_model() {
    const CALLS: usize = 1500;
    let is_slow = std::env::var_os("SLOW").is_some_and(|value| value == "1");
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let app = build(folder.path());
    for seed in 0..if is_slow { 2000 } else { 20 } {
        let files = folder.path().join("files");
        let _ = fs::remove_dir_all(&files);
        fs::create_dir(&files).expect("the name is free");
        let (mut random, mut model) = (Random::new(seed), Model::default());
        let calls: Vec<(String, String)> = (0..CALLS).map(|_| random_call(&mut random, &mut model)).collect();
        let ops = calls.iter().fold(String::new(), |text, (call, _)| text + call + "\n");
        fs::write(folder.path().join("ops"), ops).expect("the folder is writable");
        let mut command = Command::new("sh");
        let script = format!("exec {app:?} < ops");
        let ran = process::run(command.args(["-c", &script]).current_dir(folder.path()), LIMIT);
        assert!(ran.status.success(), "seed {seed}: {}, {}", ran.status, ran.stderr_text());
        let stdout = ran.stdout_text();
        for (number, ((call, expected), found)) in calls.iter().zip(stdout.lines()).enumerate() {
            let before: Vec<&str> = calls[..number].iter().map(|(call, _)| call.as_str()).collect();
            let before = before[number.saturating_sub(8)..].join("\n");
            assert_eq!(found, expected, "seed {seed}, call {number}: `{call}`, after\n{before}");
        }
        assert_eq!(stdout.lines().count(), calls.len());
    }
}
