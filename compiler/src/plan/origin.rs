//! Modules that are made for another host than WASI preview 1: what their imports tell of how they were made, and
//! so of what to do about it.

/// What to do about an import from a module that nobody provides, if it is known who makes such imports.
pub(crate) fn origin_hint(module: &str, name: &str, is_function: bool) -> Option<&'static str> {
    let starts_with_any = |prefixes: &[&str]| prefixes.iter().any(|prefix| name.starts_with(prefix));
    Some(match module {
        "wbg" | "__wbindgen_placeholder__" | "__wbindgen_externref_xform__" => BINDGEN,
        _ if module.starts_with("./") && module.ends_with(".js") => BINDGEN,
        "go" | "gojs" => "made by Go for JavaScript: build it with `GOOS=wasip1`",
        "wasix_32v1" | "wasix_64v1" => "made for WASIX: compile for `wasm32-wasip1`",
        "GOT.mem" | "GOT.func" => DYNAMIC,
        "env" if matches!(name, "__memory_base" | "__table_base" | "__stack_pointer") && !is_function => {
            DYNAMIC
        }
        "env" if name == "__linear_memory" => {
            "this is an object file: link it first, with `clang` or `wasm-ld`"
        }
        "env" if starts_with_any(EMSCRIPTEN_PREFIXES) && is_function => EMSCRIPTEN,
        "a" if name.len() <= 2 => EMSCRIPTEN, // What its optimizer makes of `env` and its names.
        // Interfaces of components have names such as `wasi:io/streams@0.2.0`.
        _ if module.contains(':') && module.contains('/') => {
            "made for a component, of WASI 0.2 or later: compile for `wasm32-wasip1`"
        }
        _ if !is_function => {
            "link the program so that it defines this itself, for example without `--import-memory`"
        }
        _ => return None,
    })
}

const BINDGEN: &str = "made by wasm-bindgen for JavaScript: compile for `wasm32-wasip1`, without bindings";
const DYNAMIC: &str = "this is a part of a program, for dynamic linking: link it statically";
const EMSCRIPTEN: &str =
    "made by Emscripten for JavaScript: link with `-sSTANDALONE_WASM`, or use the WASI SDK";

/// How names begin that Emscripten's library gives to functions of JavaScript.
const EMSCRIPTEN_PREFIXES: &[&str] =
    &["emscripten_", "_emscripten_", "_embind_", "_emval_", "__syscall_", "__cxa_", "invoke_", "_abort_js"];
