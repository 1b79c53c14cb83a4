//! The digests by which functions are found in a cache.
//!
//! A wrong hit is a miscompilation. So both take in whole structures rather than what is known to be read of
//! them, without `..` where parts are left out: a new field does not compile before somebody has said here
//! what becomes of it. Builds with debug assertions make the intermediate code of each function that is found
//! by its body all the same, and compare: see `codegen/compile.rs`.

use std::hash::{Hash, Hasher};

use cranelift_codegen::ir::Function;
use sha2::{Digest, Sha256};

use crate::codegen::pass::Optimizer;
use crate::index::IndexVec;
use crate::plan::{FunctionId, FunctionKind, FunctionPlan, Instance, MemoryPlan, StaticPlan, TablePlan};

/// A digest.
pub(crate) type Key = [u8; 32];

/// Of what is the same for all functions, of any program, that are compiled in this way by this tool.
pub(crate) fn settings_key(tool: &Key, optimizer: &Optimizer) -> Key {
    let mut content = Content::new(tool);
    optimizer.hash_settings(&mut content);
    content.key()
}

/// Of a function that is about to be optimized by the code generator.
///
/// Names of other functions are not in it: code refers to the function's own numbers of them.
pub(crate) fn code_key(settings: &Key, func: &Function) -> Key {
    let mut content = Content::new(settings);
    func.stencil.hash(&mut content);
    // Source locations are relative to this one.
    func.params.base_srcloc().hash(&mut content);
    content.key()
}

/// Of all that the intermediate code of each function is made from; `None` for functions that are not made
/// from a body.
///
/// That is: the settings; what the plan and the passes know of the program, but for bodies; the body and
/// what was noted of it; and the same of all bodies that are inlined into it, and in these.
pub(crate) fn body_keys(
    plan: &StaticPlan<'_>,
    optimizer: &Optimizer,
    settings: &Key,
) -> IndexVec<FunctionId, Option<Key>> {
    let mut content = Content::new(settings);
    optimizer.hash_knowledge(&mut content);
    hash_plan(plan, &mut content);
    let surroundings = content.key();
    let mut keys: IndexVec<FunctionId, Option<Key>> = plan.functions.keys().map(|_| None).collect();
    for (id, function) in plan.functions.iter() {
        if function.reachable && matches!(function.kind, FunctionKind::Wasm { .. }) {
            find_body_key(plan, &surroundings, id, &mut keys);
        }
    }
    keys
}

/// The digest of a body, and before it those of what it inlines. The plan limits how deep that goes.
fn find_body_key(
    plan: &StaticPlan<'_>,
    surroundings: &Key,
    id: FunctionId,
    keys: &mut IndexVec<FunctionId, Option<Key>>,
) -> Key {
    if let Some(key) = keys[id] {
        return key;
    }
    let mut content = Content::new(surroundings);
    let function = &plan.functions[id];
    let FunctionKind::Wasm { instance, index } = function.kind else {
        unreachable!("only functions with bodies are inlined")
    };
    // Calls of itself are such by its number.
    id.hash(&mut content);
    function.self_inlines.hash(&mut content);
    (&function.constants, &function.known_calls).hash(&mut content);
    for &callee in &function.inlines {
        find_body_key(plan, surroundings, callee, keys).hash(&mut content);
    }
    let program = plan.instances[instance].program;
    program.facts[index].hash(&mut content);
    program.functions[index].ty.hash(&mut content);
    let body = program.functions[index].body.clone().expect("functions that are no imports have bodies");
    program.wasm[body].hash(&mut content);
    let key = content.key();
    keys[id] = Some(key);
    key
}

/// Hashes what translation sees of the plan besides the function's own body.
///
/// What functions do when they run is not seen: contents of memories, tables and segments, and the steps of
/// the main function, which is translated each time, as are all shims.
fn hash_plan(plan: &StaticPlan<'_>, content: &mut Content) {
    let StaticPlan {
        instances,
        signatures,
        functions,
        memories,
        tables,
        globals,
        tags,
        context,
        constants: _,
        devirtualized,
        convention,
        main: _,
        grants: _,
        script: _,
        reserved_end,
        keeps_heap_away,
    } = plan;
    hash_all(signatures.values(), content);
    hash_all(globals.values(), content);
    hash_all(tags.values(), content);
    (context, devirtualized, convention, reserved_end, keeps_heap_away).hash(content);
    instances.len().hash(content);
    for instance in instances.values() {
        hash_instance(instance, content);
    }
    functions.len().hash(content);
    for function in functions.values() {
        // Those of the function itself, and of what it inlines, are in the digest of its body.
        let FunctionPlan {
            signature,
            kind,
            may_throw,
            copy_of: _,
            constants: _,
            known_calls: _,
            reachable: _,
            referenced: _,
            compiled: _,
            inlines: _,
            self_inlines: _,
            size: _,
        } = function;
        let body = match kind {
            FunctionKind::Wasm { instance, index } => Some((instance, index)),
            FunctionKind::Host { .. } | FunctionKind::Unknown { .. } => None,
        };
        (signature, may_throw, body).hash(content);
    }
    memories.len().hash(content);
    for memory in memories.values() {
        let MemoryPlan {
            ty,
            record,
            base,
            min_bytes,
            max_bytes,
            reserved_bytes,
            unchecked_bytes,
            displacement_max,
            guard_below_bytes,
            image: _,
        } = memory;
        (ty, record, base, min_bytes, max_bytes, reserved_bytes).hash(content);
        (unchecked_bytes, displacement_max, guard_below_bytes).hash(content);
    }
    tables.len().hash(content);
    for table in tables.values() {
        let TablePlan { ty, min, max, entries: _, placement } = table;
        (ty, min, max, placement).hash(content);
    }
}

fn hash_instance(instance: &Instance<'_>, content: &mut Content) {
    let Instance {
        program,
        name: _,
        functions,
        tables,
        memories,
        globals,
        tags,
        types,
        elements,
        data,
        init: _,
    } = instance;
    hash_all(program.types.values(), content);
    hash_all(functions.values(), content);
    hash_all(tables.values(), content);
    hash_all(memories.values(), content);
    hash_all(globals.values(), content);
    hash_all(tags.values(), content);
    hash_all(types.values(), content);
    (elements, data).hash(content);
}

fn hash_all<T: Hash>(items: std::slice::Iter<'_, T>, content: &mut Content) {
    items.as_slice().hash(content);
}

/// Collects what is hashed.
struct Content(Vec<u8>);

impl Content {
    /// Begins with a digest.
    fn new(base: &Key) -> Self {
        Self(base.to_vec())
    }

    /// The digest of all.
    fn key(&self) -> Key {
        Sha256::digest(&self.0).into()
    }
}

impl Hasher for Content {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        unreachable!("the bytes are what is wanted")
    }
}
