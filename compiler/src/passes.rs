//! The optimizations by name: what each does, at which level it is on, and sets of them.
//!
//! A level is a set, and the command line changes single passes of it. Each pass that is the project's
//! own lives in one file that its description names; what it may assume, and why it changes nothing that a
//! program can see, stands at the top of that file.

use std::collections::BTreeSet;

/// An optimization. The order is that in which they are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pass {
    /// `plan/unify.rs`.
    Unify,
    /// `plan/devirtualize.rs`.
    Devirtualize,
    /// `plan/specialize/`: copies of functions that call what they are given.
    Specialize,
    /// `plan/inline.rs` decides, `codegen/pass/inline.rs` obeys.
    Inline,
    /// Larger functions too.
    InlineMore,
    /// `codegen/pass/merge.rs`.
    Merge,
    /// `codegen/pass/vectorize/`: several elements of a loop at a time.
    Vectorize,
    /// `codegen/pass/bulk.rs`: short copies and fills are no calls.
    Bulk,
    /// `codegen/pass/fold/`: constants become part of accesses.
    Fold,
    /// `codegen/pass/products.rs`: 128-bit products of 64-bit numbers.
    Products,
    /// `codegen/pass/bytes.rs`: numbers that are put together from bytes.
    Bytes,
    /// `codegen/pass/bits.rs`: masks and extensions that change nothing.
    Bits,
    /// `codegen/pass/edges.rs`: constants are made where they are passed on.
    Edges,
    /// Cranelift's own optimizations on its intermediate code.
    Simplify,
    /// `codegen/pass/balance.rs`: what is there first is added first.
    Balance,
    /// `codegen/pass/early.rs`: fewer values are alive at a time.
    Early,
    /// `codegen/pass/counters.rs`: one register for what a loop carries on.
    Counters,
    /// `codegen/pass/widen.rs`: indices live in 64 bits.
    Widen,
    /// `codegen/pass/thread/`: an interpreter's handlers go to each other.
    Thread,
    /// Cranelift's better register allocator.
    Allocate,
}

/// How much is done for the speed of the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// As little as possible: the build is fast.
    O0,
    /// What gains more than it costs in time of the build and in size.
    O1,
    /// Everything.
    O2,
}

/// What the documentation says of a pass.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// The pass.
    pub pass: Pass,
    /// Its name on the command line.
    pub name: &'static str,
    /// The lowest level at which it is on.
    pub from: Level,
    /// What it does, in a line.
    pub about: &'static str,
}

/// All passes, in the order in which they are applied.
pub const ALL: &[Description] = &[
    Description {
        pass: Pass::Unify,
        name: "unify",
        from: Level::O1,
        about: "functions with the same type and body become one, which backtraces name after the first",
    },
    Description {
        pass: Pass::Devirtualize,
        name: "devirtualize",
        from: Level::O1,
        about: "calls through constant tables that can reach few functions become direct calls",
    },
    Description {
        pass: Pass::Specialize,
        name: "specialize",
        from: Level::O1,
        about: "functions that call what they are given get a copy for each function that they are given",
    },
    Description {
        pass: Pass::Inline,
        name: "inline",
        from: Level::O1,
        about: "calls of small functions, and only calls of larger ones, become the functions' bodies",
    },
    Description {
        pass: Pass::InlineMore,
        name: "inline-more",
        from: Level::O2,
        about: "has `inline` take functions twice as large: more code, and some of it faster",
    },
    Description {
        pass: Pass::Merge,
        name: "merge",
        from: Level::O1,
        about: "blocks that always follow one other block become part of it",
    },
    Description {
        pass: Pass::Vectorize,
        name: "vectorize",
        from: Level::O1,
        about: "handles several elements at a time in simple loops over arrays, and in searches",
    },
    Description {
        pass: Pass::Bulk,
        name: "bulk",
        from: Level::O1,
        about: "makes loads and stores of copies and fills of few bytes",
    },
    Description {
        pass: Pass::Fold,
        name: "fold",
        from: Level::O1,
        about: "makes constants that are added to an index part of the access",
    },
    Description {
        pass: Pass::Products,
        name: "products",
        from: Level::O1,
        about: "makes 128-bit products of what puts them together from four smaller ones",
    },
    Description {
        pass: Pass::Bytes,
        name: "bytes",
        from: Level::O1,
        about: "loads numbers at once that are put together from bytes, and reverses bytes at once",
    },
    Description {
        pass: Pass::Bits,
        name: "bits",
        from: Level::O1,
        about: "removes masks and sign extensions that change nothing",
    },
    Description {
        pass: Pass::Edges,
        name: "edges",
        from: Level::O1,
        about: "makes constants that a branch passes on only on the way that needs them",
    },
    Description {
        pass: Pass::Simplify,
        name: "simplify",
        from: Level::O1,
        about: "rewrites, merges and moves operations (Cranelift's own passes)",
    },
    Description {
        pass: Pass::Balance,
        name: "balance",
        from: Level::O1,
        about: "adds first what is there first in long sums",
    },
    Description {
        pass: Pass::Early,
        name: "early",
        from: Level::O1,
        about: "does operations as soon as their operands are there, to keep fewer of them",
    },
    Description {
        pass: Pass::Counters,
        name: "counters",
        from: Level::O1,
        about: "keeps what a loop counts and collects in one register instead of two",
    },
    Description {
        pass: Pass::Widen,
        name: "widen",
        from: Level::O1,
        about: "keeps numbers that are used as addresses extended to 64 bits",
    },
    Description {
        pass: Pass::Thread,
        name: "thread",
        from: Level::O1,
        about: "has each handler of an interpreter look up the next one itself",
    },
    Description {
        pass: Pass::Allocate,
        name: "allocate",
        from: Level::O1,
        about: "splits the lives of values to keep more of them in registers",
    },
];

/// The passes that are on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PassSet(BTreeSet<Pass>);

impl PassSet {
    /// The passes of a level.
    #[must_use]
    pub fn of_level(level: Level) -> Self {
        let on = ALL.iter().filter(|description| description.from <= level);
        Self(on.map(|description| description.pass).collect())
    }

    /// Whether a pass is on.
    #[must_use]
    pub fn has(&self, pass: Pass) -> bool {
        self.0.contains(&pass)
    }

    /// Switches passes on (`name`) or off (`-name`), given as a list with commas.
    ///
    /// # Errors
    /// The first name that no pass has.
    pub fn change(&mut self, changes: &str) -> Result<(), UnknownPass> {
        for change in changes.split(',') {
            let (name, on) = change.strip_prefix('-').map_or((change, true), |name| (name, false));
            let known = ALL.iter().find(|description| description.name == name);
            let pass = known.ok_or_else(|| UnknownPass { name: name.to_owned() })?.pass;
            if on {
                self.0.insert(pass);
            } else {
                self.0.remove(&pass);
            }
        }
        Ok(())
    }
}

impl Default for PassSet {
    /// Those of the default level.
    fn default() -> Self {
        Self::of_level(Level::O1)
    }
}

/// A name that no pass has.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no pass `{name}`")]
pub struct UnknownPass {
    /// The name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(level: Level, changes: &str, expected: &[Pass]) {
        let mut set = PassSet::of_level(level);
        set.change(changes).expect("the passes exist");
        assert_eq!(set.0.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn passes_are_switched_one_by_one() {
        check(Level::O0, "simplify", &[Pass::Simplify]);
        check(Level::O0, "simplify,-simplify", &[]);
        let mut set = PassSet::default();
        let unknown = UnknownPass { name: "simplfy".to_owned() };
        assert_eq!(set.change("-allocate,-simplfy"), Err(unknown));
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = ALL.iter().map(|description| description.name).collect();
        let passes: Vec<_> = ALL.iter().map(|description| description.pass).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(passes.is_sorted() && passes.len() == ALL.len());
    }
}
