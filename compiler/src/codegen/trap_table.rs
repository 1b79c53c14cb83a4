//! Where compiled code may trap or call, in the form that the runtime reads (see `abi::sites`).

use cranelift_codegen::{Final, MachBufferFinalized};
use wasiaot_abi::sites::{self, Inlined, Site};

use crate::codegen::traps::trap_code;

/// The sites of a compiled function, in the order of their code.
pub(crate) fn find_sites(buffer: &MachBufferFinalized<Final>) -> Vec<Site> {
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
    found
}

/// Sites in their encoded form, and the inlined bodies that they are in.
pub(crate) fn encode_sites(found: &[Site], inlined: &[Inlined]) -> Vec<u8> {
    let mut encoded = Vec::new();
    sites::encode(&bodies_of(found, inlined), found, &mut encoded);
    encoded
}

/// The bodies that sites are in, and those that these are in. Both are in the order of their starts.
fn bodies_of(sites: &[Site], inlined: &[Inlined]) -> Vec<Inlined> {
    let mut used = vec![false; inlined.len()];
    let body_at = |offset: u32| inlined.partition_point(|body| body.start <= offset).checked_sub(1);
    for site in sites {
        let mut next = body_at(site.wasm_offset);
        while let Some(body) = next.filter(|&body| !std::mem::replace(&mut used[body], true)) {
            next = inlined[body].call.and_then(body_at);
        }
    }
    inlined.iter().zip(used).filter(|(_, used)| *used).map(|(body, _)| *body).collect()
}
