//! `wasiaot build`: one program in, one executable (or an earlier stage of it) out.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use wasiaot_abi::grants::Grant;
use wasiaot_compiler::options::DEFAULT_STACK_BYTES;
use wasiaot_compiler::package::{self, Executable};
use wasiaot_compiler::passes::{self, PassSet, UnknownPass};
use wasiaot_compiler::{
    BuildError, Harden, Limits, MemoryMode, Options, Symbols, UnknownImports, codegen, link, parse, plan,
};
use wasiaot_targets::Target;

use crate::cache;
use crate::cpu;
use crate::duration::parse_timeout_us;
use crate::error::CliError;
use crate::grants::Grants;
use crate::image::{self, ImageArgs, ImageError};
use crate::input::{self, Source};
use crate::output::{self, Contents, Destination};
use crate::size::{parse_memory_bytes, parse_stack_bytes};

/// The command line of `wasiaot build`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The program: a wasm binary or text, or `-` for standard input
    #[arg(value_name = "IN")]
    input: OsString,
    /// Where to write, or `-` for standard output [default: IN's name without extension, here]
    #[arg(short, long, value_name = "OUT")]
    output: Option<OsString>,
    /// What to build for; an image may have several, or `all`
    #[arg(long, value_parser = target_parser(), default_value = default_target().name)]
    target: Vec<TargetArg>,
    #[command(flatten)]
    grants: Grants,
    /// Calls this export instead of `_start`
    #[arg(long, value_name = "EXPORT", help_heading = RUN)]
    invoke: Option<String>,
    /// Size of the program's stack, 64 KiB to 1 GiB [default: 8 MiB]
    #[arg(long, value_name = "SIZE", help_heading = RUN, value_parser = parse_stack_bytes)]
    #[arg(default_value_t = DEFAULT_STACK_BYTES, hide_default_value = true)]
    stack_size: u64,
    /// Most that a memory may grow to, if less than it declares
    #[arg(long, value_name = "SIZE", help_heading = RUN, value_parser = parse_memory_bytes)]
    max_memory: Option<u64>,
    /// Most entries that a table may grow to, if less than it declares; up to 10000000
    #[arg(long, value_name = "N", help_heading = RUN)]
    #[arg(value_parser = clap::value_parser!(u64).range(..=plan::MAX_TABLE_ENTRIES))]
    max_table: Option<u64>,
    /// Most files, directories and sockets that are open at once, standard streams and grants included
    #[arg(long, value_name = "N", help_heading = RUN, value_parser = clap::value_parser!(u32).range(3..=65536))]
    max_open_files: Option<u32>,
    /// Ends the program after this time, with exit status 124: a number with ms, s, m or h
    #[arg(long, value_name = "DURATION", help_heading = RUN, value_parser = parse_timeout_us)]
    timeout: Option<u64>,
    /// How the process restricts itself, in case the sandbox has a hole
    #[arg(long, value_name = "MODE", help_heading = RUN, default_value = "default")]
    harden: Hardening,
    /// How memory accesses are kept inside the memory
    #[arg(long, value_name = "MODE", help_heading = RUN, default_value = "guard")]
    memory: Memory,
    /// Oldest CPU to run on: a level of the target (see `wasiaot targets`), or `native`
    #[arg(long, value_name = "LEVEL", help_heading = CODE)]
    cpu: Option<String>,
    /// How much is done for the speed of the code: a fast build, the default, everything
    #[arg(short = 'O', value_name = "LEVEL", help_heading = CODE, default_value = "1")]
    level: Level,
    /// Switches passes on (NAME) or off (-NAME); `wasiaot passes` lists them
    #[arg(long, value_name = "[-]NAME,..", help_heading = CODE, allow_hyphen_values = true)]
    pass: Vec<String>,
    /// What imports do that wasiaot does not implement
    #[arg(long, value_name = "ACTION", help_heading = CODE, default_value = "error")]
    unknown_imports: Unknown,
    /// Whether the executable carries function names
    #[arg(long, value_name = "ACTION", help_heading = CODE, default_value = "keep")]
    symbols: Names,
    /// What to write
    #[arg(long, value_name = "KIND", help_heading = CODE, default_value = "exe")]
    emit: Emit,
    /// Number of threads [default: one for each CPU]
    #[arg(long, value_name = "N", help_heading = CODE, value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Keeps compiled functions for the next build [default DIR: the user's cache folder]
    #[arg(long, value_name = "DIR", help_heading = CODE)]
    #[arg(num_args = 0..=1, require_equals = true, default_missing_value = "")]
    cache: Option<OsString>,
    #[command(flatten)]
    image: ImageArgs,
}

/// A value of `--target`.
#[derive(Clone, Copy, Debug)]
enum TargetArg {
    One(&'static Target),
    All,
}

const RUN: &str = "Running";
const CODE: &str = "Building";

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Hardening {
    /// With what the kernel has: a system call filter, and rules for paths
    Default,
    /// It does not run where the kernel lacks any of it; a call that is refused kills it
    Strict,
    /// Not at all
    Off,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Memory {
    /// By the hardware: 6 GiB of addresses are reserved
    Guard,
    /// By code: slower, and nothing is reserved
    Checked,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    /// As little as possible: the build is fast
    #[value(name = "0")]
    O0,
    /// What gains more than it costs
    #[value(name = "1")]
    O1,
    /// Everything
    #[value(name = "2")]
    O2,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Unknown {
    /// They fail the build
    Error,
    /// Calling one is a trap
    Trap,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Names {
    /// In the symbol table and in backtraces
    Keep,
    /// Nowhere: backtraces show numbers
    Strip,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Emit {
    /// The executable
    Exe,
    /// The program's object file, before it is linked
    Obj,
    /// What the input holds, as text
    Program,
    /// What is decided at build, as text
    Plan,
    /// Cranelift's intermediate code before optimization, as text
    Clif,
    /// Cranelift's intermediate code after optimization, as text
    Opt,
    /// The machine code, as text
    Asm,
    /// What the executable consists of, as text
    Map,
}

/// Runs the command.
///
/// # Errors
/// If the input cannot be read or compiled, or the output not written.
pub(crate) fn run(args: &Args) -> Result<(), CliError> {
    let source = Source::from_arg(args.input.clone());
    let targets = targets(&args.target);
    if args.image.is_image() {
        return build_image(args, source, &targets);
    }
    let [target] = targets.as_slice() else { return Err(ImageError::Targets(targets.len()).into()) };
    let destination = destination(args, &source)?;
    let options = options(args, &source, target)?;
    if matches!(args.emit, Emit::Exe | Emit::Obj) {
        destination.refuse_terminal()?;
    }
    let (content, bytes) = input::read(&source)?;
    let (form, wasm) = input::to_binary(&source, content, bytes)?;
    destination.check(&source)?;
    let sbom = args.image.sbom();
    if let Some(sbom) = &sbom {
        sbom.check(&source)?;
    }
    let program = image::program(&source, &wasm);
    let contents = match args.emit {
        Emit::Exe => cache::build(&wasm, &options, cache_folder(args), &source).map(Contents::Executable),
        emit => compile(&wasm, &options, emit),
    };
    let contents =
        contents.map_err(|error| CliError::Build { source_file: source, form, error: Box::new(error) })?;
    if let Some(sbom) = sbom {
        let bytes = package::sbom::sbom(&program, image::created_seconds()?);
        output::write(&sbom, Contents::Data(bytes))?;
    }
    Ok(output::write(&destination, contents)?)
}

/// Makes an image: an executable for each target, packaged.
fn build_image(args: &Args, source: Source, targets: &[&'static Target]) -> Result<(), CliError> {
    let options: Vec<Options> =
        targets.iter().map(|target| options(args, &source, target)).collect::<Result<_, _>>()?;
    let name = image::program_name(&source);
    let request = args.image.request(&name, &options[0].grants, targets.len())?;
    request.check(&source)?;
    let (content, bytes) = input::read(&source)?;
    let (form, wasm) = input::to_binary(&source, content, bytes)?;
    let build = |options| cache::build(&wasm, options, cache_folder(args), &source);
    let built: Result<Vec<_>, _> = options.iter().map(build).collect();
    let built = built.map_err(|error| CliError::Build {
        source_file: source.clone(),
        form,
        error: Box::new(error),
    })?;
    let executables = targets.iter().zip(&built);
    let executables: Vec<_> = executables.map(|(target, bytes)| Executable { target, bytes }).collect();
    request.deliver(&image::program(&source, &wasm), &executables)
}

/// The folder with functions of earlier builds, if there is one.
fn cache_folder(args: &Args) -> Option<&Path> {
    args.cache.as_deref().map(Path::new)
}

/// Runs the stages up to the one before the executable that is asked for.
fn compile(wasm: &[u8], options: &Options, emit: Emit) -> Result<Contents, BuildError> {
    let program = parse::parse(wasm, options)?;
    if emit == Emit::Program {
        return Ok(Contents::Text(program.to_string()));
    }
    let plan = plan::plan(&program, options)?;
    Ok(match emit {
        Emit::Plan => Contents::Text(plan.to_string()),
        Emit::Clif => Contents::Text(codegen::clif(&plan)),
        Emit::Opt => Contents::Text(codegen::optimized_clif(&plan, options)?),
        Emit::Asm => Contents::Text(codegen::asm(&plan, options)?),
        Emit::Obj => Contents::Data(codegen::codegen(&plan, options)?),
        Emit::Map | Emit::Program | Emit::Exe => {
            let object = codegen::codegen(&plan, options)?;
            let linked = link::link(&object, &link::runtime_object(options.target)?, options)?;
            Contents::Text(linked.map.to_string())
        }
    })
}

fn destination(args: &Args, source: &Source) -> Result<Destination, CliError> {
    if let Some(output) = &args.output {
        return Ok(Destination::from_arg(output.clone()));
    }
    let stem = match source {
        Source::File(path) => Some(path.file_stem().map_or_else(|| "a.out".into(), PathBuf::from)),
        Source::Stdin => None,
    };
    match args.emit {
        Emit::Exe => stem.map(Destination::File).ok_or(CliError::OutputUnnamed),
        Emit::Obj => {
            let named = stem.map(|stem| Destination::File(with_suffix(&stem, ".o")));
            named.ok_or(CliError::OutputUnnamed)
        }
        Emit::Program | Emit::Plan | Emit::Clif | Emit::Opt | Emit::Asm | Emit::Map => {
            Ok(Destination::Stdout)
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn options(args: &Args, source: &Source, target: &'static Target) -> Result<Options, CliError> {
    let grants = args.grants.check()?;
    check_open_files(args.max_open_files, &grants)?;
    Ok(Options {
        input_name: source.file_name(),
        target,
        cpu: match &args.cpu {
            Some(level) => cpu::find(level, target)?,
            None => target.default_cpu(),
        },
        grants,
        invoke: args.invoke.clone(),
        stack_bytes: args.stack_size,
        max_memory_bytes: args.max_memory,
        limits: Limits {
            max_table_entries: args.max_table,
            max_open_files: args.max_open_files,
            timeout_us: args.timeout,
        },
        harden: match args.harden {
            Hardening::Default => Harden::Default,
            Hardening::Strict => Harden::Strict,
            Hardening::Off => Harden::Off,
        },
        memory_mode: match args.memory {
            Memory::Guard => MemoryMode::Guard,
            Memory::Checked => MemoryMode::Checked,
        },
        unknown_imports: match args.unknown_imports {
            Unknown::Error => UnknownImports::Error,
            Unknown::Trap => UnknownImports::Trap,
        },
        symbols: match args.symbols {
            Names::Keep => Symbols::Keep,
            Names::Strip => Symbols::Strip,
        },
        passes: passes(args)?,
        jobs: jobs(args.jobs),
    })
}

/// The passes of the level, with the changes that are asked for in turn.
fn passes(args: &Args) -> Result<PassSet, UnknownPass> {
    let mut set = PassSet::of_level(match args.level {
        Level::O0 => passes::Level::O0,
        Level::O1 => passes::Level::O1,
        Level::O2 => passes::Level::O2,
    });
    args.pass.iter().try_for_each(|changes| set.change(changes))?;
    Ok(set)
}

/// Refuses a limit that leaves no room for what is granted.
fn check_open_files(max: Option<u32>, grants: &[Grant]) -> Result<(), CliError> {
    let opened = grants.iter().filter(|grant| matches!(grant, Grant::Dir { .. } | Grant::TcpListen(_)));
    let needed = u32::try_from(3 + opened.count()).unwrap_or(u32::MAX);
    match max {
        Some(max) if max < needed => Err(CliError::OpenFiles { max, needed }),
        _ => Ok(()),
    }
}

fn jobs(asked: Option<u16>) -> NonZeroUsize {
    let asked = asked.and_then(|jobs| NonZeroUsize::new(jobs.into()));
    asked.or_else(|| std::thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN)
}

/// The machine's own target, or the first if it is none.
pub(crate) fn default_target() -> &'static Target {
    wasiaot_targets::find("host").unwrap_or(wasiaot_targets::ALL[0])
}

/// The targets that are asked for, once each and in their own order.
fn targets(args: &[TargetArg]) -> Vec<&'static Target> {
    let is_asked = |target: &&Target| {
        args.iter().any(|arg| match arg {
            TargetArg::One(asked) => asked.name == target.name,
            TargetArg::All => true,
        })
    };
    wasiaot_targets::ALL.iter().copied().filter(is_asked).collect()
}

/// Accepts a target's name or `all`; its triples and `host` too, without listing them.
fn target_parser() -> impl TypedValueParser<Value = TargetArg> {
    let values = wasiaot_targets::ALL.iter().map(|target| {
        let value = PossibleValue::new(target.name).alias(target.triple).aliases(target.other_triples);
        if target.name == default_target().name { value.alias("host") } else { value }
    });
    PossibleValuesParser::new(values.chain([PossibleValue::new("all")])).map(|name| match name.as_str() {
        "all" => TargetArg::All,
        name => TargetArg::One(wasiaot_targets::find(name).expect("only known names get here")),
    })
}
