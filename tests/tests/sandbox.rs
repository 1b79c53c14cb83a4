//! The path sandbox: hostile paths, links and renames, with the kernel's own resolution and with the walk
//! for kernels that have none. `guests/sandbox/ops.c` makes the calls that the tests list.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use wasiaot_tests::lacking::{OPENAT2, run_without};
use wasiaot_tests::process::{self, Finished};
use wasiaot_tests::tool;

const LIMIT: Duration = Duration::from_secs(300);

// Errors of preview 1.
const OK: u32 = 0;
const BADF: u32 = 8;
const PERM: u32 = 63;
const NOTCAPABLE: u32 = 76;

/// A folder with `root`, which is granted, and `outside`, which is not.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(options: &str) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let place = Place { folder };
        place.make_tree();
        let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/sandbox/ops.wasm");
        let script = format!("{:?} build {guest:?} -o app {options}", tool());
        let mut build = Command::new("sh");
        let built = process::run(build.args(["-c", &script]).current_dir(place.path("")), LIMIT);
        assert!(built.status.success(), "{}", built.stderr_text());
        place
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// What paths may lead to, and what they must not.
    fn make_tree(&self) {
        for folder in ["root", "outside"] {
            let _ = fs::remove_dir_all(self.path(folder));
        }
        for folder in ["root/dir/inner", "root/empty", "outside/folder"] {
            fs::create_dir_all(self.path(folder)).expect("the folder can be made");
        }
        for file in ["root/file", "root/dir/inner/file", "root/dir/file"] {
            fs::write(self.path(file), "inside").expect("the file can be written");
        }
        for file in ["outside/secret", "outside/folder/file"] {
            fs::write(self.path(file), "outside").expect("the file can be written");
        }
        let secret = self.path("outside/secret");
        let links = [
            ("absolute", "/etc"),
            ("absolute-file", secret.to_str().expect("the folder's name is text")),
            ("up", ".."),
            ("up-folder", "../outside"),
            ("up-file", "../outside/secret"),
            ("out-and-back", "../root/file"),
            ("proc", "/proc/self/root"),
            ("self", "self"),
            ("loop-a", "loop-b"),
            ("loop-b", "loop-a"),
            ("dangling", "nothing"),
            ("dangling-out", "../outside/new"),
            ("to-file", "file"),
            ("to-dir", "dir"),
            ("to-link", "to-dir"),
            ("detour", "dir/../file"),
            ("deep", "dir/inner/../../to-link/inner/file"),
            ("slash", "dir/"),
            ("file-slash", "file/"),
            ("dir/climb", "../../outside/secret"),
            ("dir/inner/back", "../../file"),
        ];
        for (name, target) in links {
            symlink(target, self.path("root").join(name)).expect("the name is free");
        }
        // Longer than the kernel follows.
        for number in 0..50 {
            let target = if number == 0 { "file".to_owned() } else { format!("chain-{}", number - 1) };
            symlink(target, self.path(&format!("root/chain-{number}"))).expect("the name is free");
        }
        let fifo = process::run(Command::new("mkfifo").arg(self.path("root/fifo")), LIMIT);
        assert!(fifo.status.success(), "{}", fifo.stderr_text());
    }

    /// Makes calls, and returns the lines that come of them.
    fn run(&self, ops: &str, missing: &[i64]) -> Option<Vec<String>> {
        let finished = self.finish(ops, missing)?;
        assert!(finished.status.success(), "{}: {}", finished.status, finished.stderr_text());
        let lines: Vec<String> = finished.stdout_text().lines().map(str::to_owned).collect();
        assert_eq!(lines.len(), ops.lines().count());
        Some(lines)
    }

    fn finish(&self, ops: &str, missing: &[i64]) -> Option<Finished> {
        fs::write(self.path("ops"), ops).expect("the folder is writable");
        let mut command = Command::new("sh");
        run_without(missing, command.args(["-c", "exec ./app < ops"]).current_dir(self.path("")), LIMIT)
    }

    /// Everything in a folder, with what shows a change.
    fn snapshot(&self, folder: &str) -> String {
        let mut text = String::new();
        describe(&self.path(folder), &mut text);
        text
    }
}

fn describe(path: &Path, text: &mut String) {
    let status = path.symlink_metadata().expect("it was listed");
    let _ = write!(text, "{path:?} {:o} {} {}", status.mode(), status.mtime(), status.mtime_nsec());
    if status.is_file() {
        let _ = write!(text, " {:?}", fs::read(path).expect("the file is readable"));
    }
    text.push('\n');
    if status.is_dir() {
        let entries = fs::read_dir(path).expect("the folder is readable");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("it is readable").path()).collect();
        paths.sort();
        paths.iter().for_each(|path| describe(path, text));
    }
}

/// Paths in the encoding of the guest.
fn hostile_paths() -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let names = [
        "file",
        "dir",
        "empty",
        "nothing",
        "fifo",
        "absolute",
        "absolute-file",
        "up",
        "up-folder",
        "up-file",
        "out-and-back",
        "proc",
        "self",
        "loop-a",
        "dangling",
        "dangling-out",
        "to-file",
        "to-dir",
        "to-link",
        "detour",
        "deep",
        "slash",
        "file-slash",
        "dir/climb",
        "dir/inner/back",
        "chain-10",
        "chain-49",
    ];
    for name in names {
        for form in ["N", "N/", "N/.", "N/..", "./N", "dir/../N", "/N", "N/file", "N/secret", "N/../file"] {
            paths.push(form.replace('N', name));
        }
    }
    let others = [
        "-",
        ".",
        "..",
        "/",
        "//",
        "./",
        "../",
        "...",
        "../root/file",
        "../outside/secret",
        "dir/../..",
        "dir/../../outside/secret",
        "dir/inner/../../../outside/secret",
        "/etc/passwd",
        "//file",
        "dir//file",
        "dir/./inner/././file",
        "up-folder/folder/file",
        "absolute/passwd",
        "proc/etc/passwd",
        "to-dir/../up-file",
        "to-link/climb",
        "file%00",
        "dir%00/../../outside/secret",
        "%ff",
        "dir/%c3%28",
        "%2e%2e/outside/secret",
        "..%00",
        "up/root/file",
        "up/root/up/outside/secret",
        "dir/inner/../inner/back",
        "nothing/../file",
        "nothing/../../outside/secret",
        "empty/../../outside",
        "file/../../outside/secret",
    ];
    paths.extend(others.map(str::to_owned));
    for len in [255, 256] {
        paths.push("n".repeat(len));
    }
    paths.push("./".repeat(2045) + "file"); // 4094 bytes.
    paths.push("./".repeat(2046) + "file"); // 4096: one too many, with the zero at the end.
    paths.push("./".repeat(3000) + "file");
    paths.push("dir/../".repeat(500) + "file");
    paths.push("dir/../".repeat(100) + "../outside/secret");
    paths.push("inner/../".repeat(3) + "file");
    paths
}

/// Each path in every call that takes one, from the root and from a directory below.
fn hostile_ops() -> String {
    let mut ops = String::new();
    for path in hostile_paths() {
        // The descriptor is the first that is vacant, if there is one; not waiting is for the pipe.
        for open in ["0 P 0 2 4", "1 P 0 2 4", "1 P 2 16384 0"] {
            let _ = writeln!(ops, "open 3 {}", open.replace('P', &path));
            ops += "read 4 100\nclose 4\n";
        }
        for line in ["stat 3 0 P", "stat 3 1 P", "readlink 3 P"] {
            ops += &line.replace('P', &path);
            ops.push('\n');
        }
    }
    ops += "open 3 0 dir 2 16384 0\n";
    for path in hostile_paths() {
        let _ = writeln!(ops, "open 4 1 {path} 0 2 4\nread 5 100\nclose 5\nstat 4 1 {path}");
    }
    ops
}

/// Changes through each path. They come in turn, so later ones see what earlier ones left.
fn changing_ops() -> String {
    let mut ops = String::new();
    for path in hostile_paths() {
        // Writing, creating, truncating.
        for open in ["1 P 0 64 4", "1 P 1 64 4", "0 P 5 64 4", "1 P 8 64 4"] {
            let _ = writeln!(ops, "open 3 {}", open.replace('P', &path));
            ops += "write 4 inside\nclose 4\n";
        }
        let lines = [
            "times 3 1 P",
            "times 3 0 P",
            "mkdir 3 P",
            "symlink ../outside/secret 3 P",
            "symlink /etc 3 P",
            "symlink P 3 new",
            "stat 3 1 new",
            "unlink 3 new",
            "link 3 0 P 3 new",
            "unlink 3 new",
            "link 3 0 file 3 P",
            "rename 3 P 3 new",
            "rename 3 new 3 P",
            "rmdir 3 new",
            "unlink 3 new",
            "rmdir 3 P",
            "unlink 3 P",
        ];
        for line in lines {
            ops += &line.replace('P', &path);
            ops.push('\n');
        }
    }
    ops
}

/// Whether a line is about a call that failed.
fn is_error(line: &str) -> bool {
    line.split(' ').next() != Some("0")
}

/// Runs calls in fresh trees with both ways of resolution: nothing of `outside` is seen or changed. Returns what
/// came of them, if there are both.
fn run_both_ways(ops: &str) -> Option<[Vec<String>; 2]> {
    let place = Place::new("--dir root::/ --harden off");
    let run = |missing: &[i64]| {
        place.make_tree();
        let before = place.snapshot("outside");
        let lines = place.run(ops, missing)?;
        for (op, line) in ops.lines().zip(&lines) {
            assert!(!line.contains("0 outside") && !line.contains("root:"), "{op}: {line}");
        }
        assert_eq!(place.snapshot("outside"), before, "without {missing:?}");
        Some(lines)
    };
    let both = [run(&[])?, run(&[OPENAT2])?];
    Some(both)
}

#[test]
fn hostile_paths_see_nothing_outside() {
    let ops = hostile_ops();
    let Some([kernel, walk]) = run_both_ways(&ops) else {
        eprintln!("this system cannot be made to lack a call");
        return;
    };
    // What the kernel refuses, the walk refuses. Errors may be others, if a path is wrong in several ways; and the
    // walk does not open a directory through a link at the end of a path.
    for (op, (kernel, walk)) in ops.lines().zip(kernel.iter().zip(&walk)) {
        let is_same = if is_error(kernel) { is_error(walk) } else { walk == kernel || is_error(walk) };
        assert!(is_same, "{op:.200}: `{kernel}`, without the kernel's help `{walk}`");
    }
    let refused =
        kernel.iter().zip(&walk).filter(|(kernel, walk)| is_error(walk) && !is_error(kernel)).count();
    assert!(refused < kernel.len() / 50, "the walk refuses {refused} of {}", kernel.len());
}

#[test]
fn hostile_paths_change_nothing_outside() {
    let _ = run_both_ways(&changing_ops());
}

/// A call, and its errors with a grant for reading and with one for reading and writing.
type Row = (&'static str, u32, u32);

/// Every call that takes a path or changes a file, on a file, a directory and a link.
const MATRIX: &[Row] = &[
    ("open 3 0 file 0 2 0", OK, OK),    // Descriptor 4.
    ("open 3 0 dir 2 16384 0", OK, OK), // Descriptor 5.
    ("open 3 1 to-file 0 2 0", OK, OK), // Descriptor 6.
    ("open 3 0 file 0 64 0", PERM, OK), // Descriptor 7, for writing.
    ("open 3 1 to-file 0 64 0", PERM, OK),
    ("open 3 1 to-file 8 2 0", PERM, OK),
    ("open 3 0 file 8 2 0", PERM, OK),
    ("open 3 0 file 1 2 0", PERM, OK),
    ("open 3 0 new 1 2 0", PERM, OK),
    ("open 3 0 other-new 5 2 0", PERM, OK),
    ("open 5 0 file 0 2 0", OK, OK),
    ("open 5 0 file 0 64 0", PERM, OK),
    ("open 5 0 below 1 64 0", PERM, OK),
    ("read 4 10", OK, OK),
    ("write 4 text", BADF, BADF),
    ("pwrite 4 0 text", BADF, BADF),
    ("settimes 4", PERM, OK),
    ("settimes 5", PERM, OK),
    ("stat 3 0 file", OK, OK),
    ("stat 3 0 dir", OK, OK),
    ("stat 3 0 to-file", OK, OK),
    ("stat 3 1 to-file", OK, OK),
    ("readlink 3 to-file", OK, OK),
    ("readdir 3", OK, OK),
    ("readdir 5", OK, OK),
    ("times 3 0 file", PERM, OK),
    ("times 3 0 dir", PERM, OK),
    ("times 3 0 to-file", PERM, OK),
    ("times 3 1 to-file", PERM, OK),
    ("mkdir 3 made", PERM, OK),
    ("mkdir 5 made", PERM, OK),
    ("symlink file 3 made-link", PERM, OK),
    ("link 3 0 file 3 made-file", PERM, OK),
    ("link 3 0 to-file 3 made-link2", PERM, OK),
    ("link 5 0 file 3 made-file2", PERM, OK),
    ("rename 3 file 3 renamed", PERM, OK),
    ("rename 3 dir 3 renamed-dir", PERM, OK),
    ("rename 3 to-file 3 renamed-link", PERM, OK),
    ("rename 5 file 3 moved", PERM, OK),
    ("unlink 3 renamed", PERM, OK),
    ("unlink 3 renamed-link", PERM, OK),
    ("rmdir 3 empty", PERM, OK),
];

#[test]
fn grants_for_reading_change_nothing() {
    for missing in [&[][..], &[OPENAT2]] {
        for (option, is_read_only) in [("--dir-ro", true), ("--dir", false)] {
            // Without restrictions by the kernel: the runtime alone has to refuse.
            let place = Place::new(&format!("{option} root::/ --harden off"));
            let before = place.snapshot("root");
            let ops: String = MATRIX.iter().map(|(op, ..)| format!("{op}\n")).collect();
            let Some(lines) = place.run(&ops, missing) else { return };
            for ((op, read_only, writable), line) in MATRIX.iter().zip(&lines) {
                let expected = if is_read_only { read_only } else { writable };
                let error = line.split(' ').next().unwrap_or_default();
                assert_eq!(error, expected.to_string(), "{option}, {missing:?}: {op}");
            }
            assert_eq!(place.snapshot("root") == before, is_read_only);
        }
    }
}

/// What is granted for reading gets no writable name, and what is writable does not get in there.
#[test]
fn links_and_renames_between_grants() {
    let ops = [
        ("link 3 0 file 4 stolen", PERM), // Descriptor 3 is for reading, 4 and 5 are writable.
        ("rename 3 file 4 stolen", PERM),
        ("rename 3 dir 4 stolen", PERM),
        ("link 4 0 secret 3 planted", PERM),
        ("rename 4 secret 3 planted", PERM),
        ("symlink ../root/file 4 leads-back", OK),
        ("open 4 1 leads-back 0 64 0", PERM),
        ("open 4 1 leads-back 0 2 0", PERM),
        ("link 4 0 secret 5 shared", OK),
        ("rename 4 folder 5 moved", OK),
        ("rename 5 moved 4 folder", OK),
    ];
    for (missing, harden) in [(&[][..], "default"), (&[], "off"), (&[OPENAT2], "off")] {
        let place =
            Place::new(&format!("--dir-ro root::/ro --dir outside::/a --dir third::/b --harden {harden}"));
        fs::create_dir(place.path("third")).expect("the name is free");
        let before = place.snapshot("root");
        let text: String = ops.iter().map(|(op, _)| format!("{op}\n")).collect();
        let Some(lines) = place.run(&text, missing) else { return };
        for ((op, expected), line) in ops.iter().zip(lines) {
            assert_eq!(line.split(' ').next(), Some(&*expected.to_string()), "{op}, {harden}");
        }
        assert_eq!(place.snapshot("root"), before);
    }
}

/// Rights that are given up do not come back, nor to what is opened through the descriptor.
#[test]
fn rights_only_shrink() {
    const READ: u64 = 1 << 1;
    const OPEN: u64 = 1 << 13;
    let place = Place::new("--dir root::/");
    let ops = [
        (format!("setrights 3 {OPEN} {READ}"), OK),
        ("mkdir 3 made".into(), NOTCAPABLE),
        ("unlink 3 file".into(), NOTCAPABLE),
        ("stat 3 0 file".into(), NOTCAPABLE),
        ("readdir 3".into(), NOTCAPABLE),
        ("open 3 0 new 1 2 0".into(), NOTCAPABLE),
        ("open 3 0 file 8 2 0".into(), NOTCAPABLE),
        ("open 3 0 file 0 64 0".into(), NOTCAPABLE),
        ("open 3 0 file 0 2 0".into(), OK), // Descriptor 4.
        ("read 4 10".into(), OK),
        ("seek 4 0 0".into(), NOTCAPABLE),
        ("setsize 4 0".into(), NOTCAPABLE),
        ("settimes 4".into(), NOTCAPABLE),
        (format!("setrights 3 {} {READ}", OPEN | 1 << 9), NOTCAPABLE),
        (format!("setrights 3 {OPEN} {}", READ | 1 << 6), NOTCAPABLE),
        (format!("setrights 4 {} 0", READ | 1 << 2), NOTCAPABLE),
        ("setrights 4 0 0".into(), OK),
        ("read 4 10".into(), BADF),
    ];
    let text: String = ops.iter().map(|(op, _)| format!("{op}\n")).collect();
    let lines = place.run(&text, &[]).expect("nothing is missing");
    for ((op, expected), line) in ops.iter().zip(lines) {
        assert_eq!(line.split(' ').next(), Some(&*expected.to_string()), "{op}");
    }
}

/// A directory that the process was started with is no grant.
#[test]
fn standard_streams_grant_no_directory() {
    let place = Place::new("--dir root::/");
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("guests/sandbox/stdin.wat");
    let script = format!("{:?} build {guest:?} -o stdin && ./stdin < outside", tool());
    let ran = process::run(Command::new("sh").args(["-c", &script]).current_dir(place.path("")), LIMIT);
    assert_eq!(ran.status.code(), Some(76), "{}", ran.stderr_text());
}

/// How often racing calls are made: `SLOW=1` is what the README's figures are about.
fn racing_times() -> usize {
    if std::env::var_os("SLOW").is_some_and(|value| value == "1") { 100_000 } else { 1000 }
}

/// Runs calls while `attack` is repeated.
fn race(place: &Place, ops: &str, missing: &[i64], attack: impl Fn() + Sync) -> Option<Vec<String>> {
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                attack();
            }
        });
        let lines = place.run(ops, missing);
        is_over.store(true, Ordering::Relaxed);
        lines
    })
}

/// Somebody exchanges a directory for a link that leads outside, and moves directories outside, while
/// paths go through them.
#[test]
fn races_lead_nowhere() {
    let times = racing_times();
    for (missing, harden) in [(&[][..], "off"), (&[OPENAT2], "off"), (&[], "default")] {
        let place = Place::new(&format!("--dir root::/ --harden {harden}"));
        for folder in ["root/real", "root/far/a/b"] {
            fs::create_dir_all(place.path(folder)).expect("the folder can be made");
        }
        for file in ["root/real/secret", "root/far/secret", "root/secret", "root/far/a/secret"] {
            fs::write(place.path(file), "inside").expect("the file can be written");
        }
        symlink("../outside", place.path("root/evil")).expect("the name is free");
        let ops = format!(
            "raceread {times} swap/secret\nracechange {times} swap planted\n\
             raceread {times} far/a/b/../../secret\nraceread {times} far/a/../../secret\n\
             racechange {times} far/a/b/.. planted\n"
        );
        let moves = [
            ("root/real", "root/swap"),
            ("root/swap", "root/real"),
            ("root/evil", "root/swap"),
            ("root/swap", "root/evil"),
            ("root/far/a", "outside/a"),
            ("outside/a", "root/far/a"),
            ("root/far/a/b", "outside/b"),
            ("outside/b", "root/far/a/b"),
        ];
        let moves = moves.map(|(from, to)| (place.path(from), place.path(to)));
        let attack = || {
            for (from, to) in &moves {
                fs::rename(from, to).expect("nobody else moves it");
            }
        };
        let Some(lines) = race(&place, &ops, missing, attack) else { return };
        for (op, line) in ops.lines().zip(&lines) {
            let expected = if op.starts_with("raceread") { "escaped 0 of " } else { "changed " };
            assert!(line.starts_with(expected), "{op}: {line}");
        }
        let mut left: Vec<_> = fs::read_dir(place.path("outside"))
            .expect("it is there")
            .map(|entry| entry.expect("so is this").file_name())
            .collect();
        left.sort();
        assert_eq!(left, ["folder", "secret"], "without {missing:?}");
        assert_eq!(fs::read(place.path("outside/secret")).expect("it is there"), b"outside");
    }
}

/// A listing shows what is there all the time, whatever comes and goes.
#[test]
fn listings_under_change() {
    const STABLE: usize = 500;
    let place = Place::new("--dir root::/");
    let listed = place.path("root/listed");
    fs::create_dir(&listed).expect("the name is free");
    for number in 0..STABLE {
        fs::write(listed.join(format!("stable-{number}")), "").expect("the folder is writable");
    }
    let ops = "open 3 0 listed 2 16384 0\n".to_owned() + &"readdir 4\n".repeat(20);
    let attack = || {
        for number in 0..20 {
            fs::write(listed.join(format!("fleeting-{number}")), "").expect("the folder is writable");
        }
        for number in 0..20 {
            fs::remove_file(listed.join(format!("fleeting-{number}"))).expect("it was just made");
        }
    };
    let lines = race(&place, &ops, &[], attack).expect("nothing is missing");
    for line in &lines[1..] {
        let mut words = line.split(' ').map(|word| word.parse::<usize>().expect("numbers"));
        assert_eq!(words.next(), Some(0));
        assert!(words.next().is_some_and(|count| count >= STABLE + 2), "{line}"); // `.` and `..` too.
    }
}
