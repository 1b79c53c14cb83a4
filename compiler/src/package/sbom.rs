//! The bill of materials: what an executable of ours consists of, in CycloneDX 1.6.
//!
//! It lists the module with the tools that made it, the crates of the runtime, the standard library
//! and musl. An executable holds those functions of them that the program needs. Keys are written in
//! alphabetical order, so the same program gives the same bytes.

use serde_json::{Value, json};

use super::{Program, TOOL_VERSION, time};

/// The bill of materials of a program, as JSON. `created_seconds` is the time to put in, since 1970.
#[must_use]
pub fn sbom(program: &Program, created_seconds: Option<u64>) -> Vec<u8> {
    let parts: Vec<Part<'_>> = wasiaot_targets::RUNTIME_PARTS.lines().filter_map(Part::parse).collect();
    let mut components = vec![module(program)];
    components.extend(parts.iter().map(Part::component));
    let mut depends_on = vec![json!(MODULE_REF)];
    depends_on.extend(parts.iter().map(|part| json!(part.reference())));
    let mut root = json!({ "bom-ref": ROOT_REF, "type": "application", "name": program.name });
    if let Some(version) = program.metadata.descriptions.get("version") {
        root["version"] = json!(version);
    }
    let tool = json!({ "type": "application", "name": "wasiaot", "version": TOOL_VERSION });
    let mut metadata = json!({ "component": root, "tools": { "components": [tool] } });
    if let Some(seconds) = created_seconds {
        metadata["timestamp"] = json!(time::rfc3339(seconds));
    }
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": metadata,
        "components": components,
        "dependencies": [{ "ref": ROOT_REF, "dependsOn": depends_on }],
    });
    document.to_string().into_bytes()
}

const ROOT_REF: &str = "program";
const MODULE_REF: &str = "module";

/// The module, and what its producers section says.
fn module(program: &Program) -> Value {
    let properties = program.metadata.producers.iter().map(|(field, name, version)| {
        json!({ "name": format!("wasm:producers:{field}"), "value": format!("{name} {version}").trim_end() })
    });
    let properties: Vec<Value> = properties.collect();
    let mut module = json!({
        "bom-ref": MODULE_REF,
        "type": "application",
        "name": program.input_name,
        "hashes": [{ "alg": "SHA-256", "content": program.input_digest.hex() }],
    });
    if !properties.is_empty() {
        module["properties"] = Value::Array(properties);
    }
    module
}

/// A line of [`wasiaot_targets::RUNTIME_PARTS`].
struct Part<'a> {
    is_crate: bool,
    name: &'a str,
    version: &'a str,
    license: &'a str,
}

impl<'a> Part<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut fields = line.split('\t');
        let is_crate = fields.next()? == "crate";
        Some(Self { is_crate, name: fields.next()?, version: fields.next()?, license: fields.next()? })
    }

    /// A package URL, which names crates as their registry does.
    fn reference(&self) -> String {
        let kind = if self.is_crate { "cargo" } else { "generic" };
        match self.version {
            "" => format!("pkg:{kind}/{}", self.name),
            version => format!("pkg:{kind}/{}@{version}", self.name),
        }
    }

    fn component(&self) -> Value {
        let mut component = json!({
            "bom-ref": self.reference(),
            "purl": self.reference(),
            "type": "library",
            "name": self.name,
        });
        if !self.version.is_empty() {
            component["version"] = json!(self.version);
        }
        if !self.license.is_empty() {
            component["licenses"] = json!([{ "expression": self.license }]);
        }
        component
    }
}
