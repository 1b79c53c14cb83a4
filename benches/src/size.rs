//! Sizes of executables.

use std::fs;
use std::process::Command;

use crate::Plan;
use crate::peers::{Peer, Peers};
use crate::report::{Report, grouped};
use crate::workloads;

/// Prints a table of file sizes in bytes.
///
/// # Errors
/// If an executable that was built is gone.
pub(crate) fn measure(plan: &Plan, peers: &Peers, report: &mut Report) -> Result<(), String> {
    let mut rows = Vec::new();
    for workload in std::iter::once(workloads::hello()).chain(workloads::timed(plan)) {
        let mut row = vec![workload.name.to_owned(), file_bytes(&workload.wasm)?];
        for peer in &peers.all {
            let made = peers.make(peer, &workload);
            // Of an engine, only what it makes of this program.
            let file = made.as_ref().and_then(|made| made.files.last());
            row.push(file.map_or(Ok("-".into()), |file| file_bytes(file))?);
            if let Peer::Wasiaot(tool) = peer {
                let stripped = peers.file("stripped");
                let mut build = Command::new(tool);
                build.args(["build", "--symbols", "strip", "-o"]).arg(&stripped).arg(&workload.wasm);
                let done = made.is_some() && build.status().is_ok_and(|status| status.success());
                row.push(if done { file_bytes(&stripped)? } else { "-".into() });
            }
        }
        rows.push(row);
    }
    let mut header = vec!["workload", "wasm"];
    for peer in &peers.all {
        header.push(peer.name());
        if matches!(peer, Peer::Wasiaot(_)) {
            header.push("without names");
        }
    }
    report.table("Size in bytes (of wasmtime: what it compiles to, without the engine)", &header, &rows);
    Ok(())
}

fn file_bytes(path: &std::path::Path) -> Result<String, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    Ok(grouped(metadata.len()))
}
