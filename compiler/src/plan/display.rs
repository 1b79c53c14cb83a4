//! The text form of a [`StaticPlan`]: `--emit plan`.

use std::fmt::{Display, Formatter, Result};

use crate::plan::{
    Candidate, ConstValue, FunctionKind, FunctionPlan, GlobalPlan, Instance, KnownCall, MemoryPlan,
    StaticPlan, TablePlacement, TablePlan,
};

impl Display for StaticPlan<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        writeln!(f, "context {:#x}, {} bytes", self.context.address, self.context.len)?;
        writeln!(f, "constants {:#x}, {} bytes", self.constants.address, self.constants.len)?;
        for step in &self.main {
            writeln!(f, "main: {step:?}")?;
        }
        for (id, signature) in self.signatures.iter() {
            writeln!(f, "signature {}: {signature}", id.run_time_number())?;
        }
        for (id, memory) in self.memories.iter() {
            write!(f, "memory {id}: ")?;
            write_memory(f, memory)?;
        }
        for (id, table) in self.tables.iter() {
            write!(f, "table {id}: ")?;
            write_table(f, table)?;
        }
        for (call, candidates) in &self.devirtualized {
            write!(f, "calls of signature {} in table {}:", call.signature.run_time_number(), call.table)?;
            for Candidate { function, indices } in candidates {
                write!(f, " function {function} at {indices:?}")?;
            }
            writeln!(f)?;
        }
        for (id, global) in self.globals.iter() {
            write!(f, "global {id}: ")?;
            write_global(f, global)?;
        }
        for (id, tag) in self.tags.iter() {
            let name = tag.name.as_deref().unwrap_or_default();
            writeln!(f, "tag {id}: {name:?}, signature {}", tag.signature.run_time_number())?;
        }
        for (id, instance) in self.instances.iter() {
            writeln!(f, "instance {id}: {:?}", instance.name)?;
            write_instance(f, instance)?;
        }
        for (id, function) in self.functions.iter() {
            let state = match function {
                FunctionPlan { reachable: false, .. } => " (not compiled)",
                FunctionPlan { compiled: false, .. } => " (inlined)",
                _ => "",
            };
            let signature = function.signature.run_time_number();
            match &function.kind {
                FunctionKind::Wasm { instance, index } => {
                    writeln!(
                        f,
                        "function {id}: instance {instance} func {index}, signature {signature}{state}"
                    )?;
                }
                FunctionKind::Host { function, memory } => {
                    write!(f, "function {id}: host {}, ", function.symbol)?;
                    match memory {
                        Some(memory) => write!(f, "memory {memory}")?,
                        None => write!(f, "no memory")?,
                    }
                    writeln!(f, ", signature {signature}{state}")?;
                }
                FunctionKind::Unknown { module, name } => {
                    writeln!(f, "function {id}: unknown {module:?} {name:?}, signature {signature}{state}")?;
                }
            }
            if let Some(origin) = function.copy_of {
                writeln!(f, "  copy of function {origin}")?;
            }
            for (param, value) in &function.constants {
                writeln!(f, "  parameter {param} is {value}")?;
            }
            for KnownCall { offset, function, .. } in &function.known_calls {
                writeln!(f, "  calls function {function} at {offset}")?;
            }
            for callee in &function.inlines {
                writeln!(f, "  inlines function {callee}")?;
            }
            if function.self_inlines > 0 {
                writeln!(f, "  inlines itself, {} deep", function.self_inlines)?;
            }
        }
        Ok(())
    }
}

fn write_memory(f: &mut Formatter<'_>, memory: &MemoryPlan) -> Result {
    let MemoryPlan { base, record, min_bytes, max_bytes, reserved_bytes, .. } = memory;
    writeln!(
        f,
        "base {base:#x}, record {record:#x}, {min_bytes:#x}..={max_bytes:#x} bytes, reserves {reserved_bytes:#x}"
    )?;
    for run in &memory.image {
        let kind = if run.bytes.is_empty() { "zeros" } else { "bytes" };
        writeln!(f, "  image {:#x}: {} {kind}", run.start, run.len)?;
    }
    Ok(())
}

fn write_table(f: &mut Formatter<'_>, table: &TablePlan) -> Result {
    write!(f, "{}..={} {}, ", table.min, table.max, table.ty.element)?;
    match table.placement {
        TablePlacement::Constant { address } => writeln!(f, "constant at {address:#x}")?,
        TablePlacement::Mutable { record, storage } => {
            writeln!(f, "record {record:#x}, initial entries at {storage:#x}")?;
        }
        TablePlacement::Absent => writeln!(f, "never read")?,
    }
    for (index, value) in table.entries.iter().enumerate().filter(|(_, value)| **value != ConstValue::Null) {
        writeln!(f, "  {index}: {value}")?;
    }
    Ok(())
}

fn write_global(f: &mut Formatter<'_>, global: &GlobalPlan) -> Result {
    match global.address {
        Some(address) => writeln!(f, "{} at {address:#x}, starts as {}", global.ty.value, global.init),
        None => writeln!(f, "{} constant {}", global.ty.value, global.init),
    }
}

fn write_instance(f: &mut Formatter<'_>, instance: &Instance<'_>) -> Result {
    for (index, segment) in &instance.elements {
        writeln!(f, "  element {index}: {} entries at {:#x}", segment.len, segment.address)?;
    }
    for (index, segment) in &instance.data {
        writeln!(f, "  data {index}: {} bytes at {:#x}", segment.len, segment.address)?;
    }
    for op in &instance.init {
        writeln!(f, "  init: {op:?}")?;
    }
    Ok(())
}

impl Display for ConstValue {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::I32(value) => write!(f, "{value}"),
            Self::I64(value) => write!(f, "{value}"),
            Self::F32(bits) => write!(f, "f32 bits {bits:#x}"),
            Self::F64(bits) => write!(f, "f64 bits {bits:#x}"),
            Self::V128(bits) => write!(f, "v128 bits {bits:#x}"),
            Self::Null => write!(f, "null"),
            Self::Func(function) => write!(f, "function {function}"),
        }
    }
}
