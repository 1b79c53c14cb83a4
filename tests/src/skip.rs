//! `skip.toml`: what is known to fail in suites that others wrote, and why.
//!
//! Each entry names lines of one script. A line that is listed and does not fail is an error as well,
//! so that the list stays true.
//!
//! ```toml
//! [[skip]]
//! suite = "wasm-v2"
//! file = "linking.wast"
//! lines = [12, 345]
//! reason = "…"
//! ```

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

/// Lines that are known to fail, by suite and file.
#[derive(Debug, Default)]
pub struct Skips(BTreeMap<(String, String), BTreeSet<u32>>);

impl Skips {
    /// Reads the list.
    ///
    /// # Panics
    /// If it is malformed: it is part of the tests.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let table = DeTable::parse(text).expect("the list is TOML").into_inner();
        let mut skips = Self::default();
        let entries =
            table.get("skip").map(|entries| entries.get_ref().as_array().expect("`skip` is a list"));
        for entry in entries.into_iter().flat_map(|entries| entries.iter()) {
            let field = |name: &str| {
                entry.get_ref().get(name).unwrap_or_else(|| panic!("an entry has no `{name}`")).get_ref()
            };
            let text = |name: &str| field(name).as_str().expect("a text").to_owned();
            assert!(!text("reason").is_empty(), "every entry has a reason");
            let lines = field("lines").as_array().expect("`lines` is a list").iter();
            skips
                .0
                .entry((text("suite"), text("file")))
                .or_default()
                .extend(lines.map(|line| line_number(line.get_ref())));
        }
        skips
    }

    /// The lines of one file.
    #[must_use]
    pub fn lines(&self, suite: &str, file: &str) -> BTreeSet<u32> {
        self.0.get(&(suite.to_owned(), file.to_owned())).cloned().unwrap_or_default()
    }

    /// The files, by suite and name.
    pub fn files(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.keys()
    }
}

fn line_number(value: &DeValue<'_>) -> u32 {
    value.as_integer().and_then(|line| line.as_str().parse().ok()).expect("a line number")
}
