//! Where compiled code may trap or call, in the form that the runtime reads (see `abi::sites`).

use cranelift_codegen::{Final, MachBufferFinalized};
use wasiaot_abi::sites::{self, Site};

use crate::codegen::traps::trap_code;

/// The encoded sites of a compiled function.
pub(crate) fn encode_sites(buffer: &MachBufferFinalized<Final>) -> Vec<u8> {
    let mut found: Vec<Site> = buffer
        .traps()
        .iter()
        .map(|trap| Site { code_offset: trap.offset, trap: Some(trap_code(trap.code)), wasm_offset: 0 })
        .chain(buffer.call_sites().map(|call| Site {
            code_offset: call.ret_addr,
            trap: None,
            wasm_offset: 0,
        }))
        .collect();
    found.sort_unstable_by_key(|site| site.code_offset);
    let ranges = buffer.get_srclocs_sorted();
    let mut position = 0;
    let mut wasm_offset = 0;
    for site in &mut found {
        // A return address belongs to the call before it.
        let inside = if site.trap.is_some() { site.code_offset } else { site.code_offset - 1 };
        while position < ranges.len() && ranges[position].end <= inside {
            position += 1;
        }
        if let Some(range) = ranges.get(position)
            && range.start <= inside
            && !range.loc.is_default()
        {
            wasm_offset = range.loc.bits();
        }
        site.wasm_offset = wasm_offset;
    }
    let mut encoded = Vec::new();
    sites::encode(&found, &mut encoded);
    encoded
}
