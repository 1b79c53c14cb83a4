//! `skip.toml`: what is known to fail in suites that others wrote, and why.
//!
//! An entry names lines of one script, or whole scripts. A line that is listed and does not fail is an
//! error as well, and so is a script that is listed and passes, so that the list stays true.
//!
//! ```toml
//! [[skip]]
//! suite = "wasm-v2"
//! file = "linking.wast"
//! lines = [12, 345]
//! reason = "…"
//!
//! [[skip]]
//! suite = "wasm-v3"
//! files = ["type-rec.wast", "type-canon.wast"]
//! reason = "…"
//! ```

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

/// What of a script is known to fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Skip {
    /// Some line at least, or the script as a whole.
    Whole,
    /// Each of these lines, and no other.
    Lines(BTreeSet<u32>),
}

/// What is known to fail, by suite and file.
#[derive(Debug, Default)]
pub struct Skips(BTreeMap<(String, String), Skip>);

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
            let entry = entry.get_ref();
            let field =
                |name: &str| entry.get(name).unwrap_or_else(|| panic!("an entry has no `{name}`")).get_ref();
            assert!(!text_of(field("reason")).is_empty(), "every entry has a reason");
            let suite = text_of(field("suite"));
            if let Some(files) = entry.get("files") {
                for file in files.get_ref().as_array().expect("`files` is a list").iter() {
                    skips.add(&suite, text_of(file.get_ref()), Skip::Whole);
                }
            } else {
                let lines = field("lines").as_array().expect("`lines` is a list").iter();
                let lines = lines.map(|line| line_number(line.get_ref())).collect();
                skips.add(&suite, text_of(field("file")), Skip::Lines(lines));
            }
        }
        skips
    }

    fn add(&mut self, suite: &str, file: String, skip: Skip) {
        let title = format!("{suite}/{file}");
        let earlier = self.0.insert((suite.to_owned(), file), skip);
        assert!(earlier.is_none(), "the list of skips names {title} twice");
    }

    /// What of a file is known to fail; no lines if it is not in the list.
    #[must_use]
    pub fn of(&self, suite: &str, file: &str) -> Skip {
        let found = self.0.get(&(suite.to_owned(), file.to_owned())).cloned();
        found.unwrap_or_else(|| Skip::Lines(BTreeSet::new()))
    }

    /// The files, by suite and name.
    pub fn files(&self) -> impl Iterator<Item = &(String, String)> {
        self.0.keys()
    }
}

fn text_of(value: &DeValue<'_>) -> String {
    value.as_str().expect("a text").to_owned()
}

fn line_number(value: &DeValue<'_>) -> u32 {
    value.as_integer().and_then(|line| line.as_str().parse().ok()).expect("a line number")
}
