//! Which nests are looked at: a loop around loops of one block each.
//!
//! Between those, its blocks may branch forward as they like. Only its last block leaves it.

use std::collections::{BTreeMap, HashMap};

use cranelift_codegen::Context;
use cranelift_codegen::ir::{Block, Function, Inst, Value};
use cranelift_codegen::loop_analysis::Loop;

use super::super::shape::{SelfLoop, constants, destinations};

/// More blocks than this are not looked at.
const MAX_BLOCKS: usize = 24;

/// A loop that contains loops of one block.
pub(in super::super) struct Nest {
    /// Its first block.
    pub(in super::super) header: Block,
    /// What the next iteration gets for the first block's parameters.
    pub(in super::super) next: Vec<Value>,
    /// Its last block: the only one that goes back to the first, or leaves the loop.
    pub(in super::super) latch: Block,
    /// What the first block's parameters are in the first iteration, where that is constant.
    pub(in super::super) constants: Vec<Option<u32>>,
    /// Where the loop goes on when it is left.
    pub(in super::super) exit: Block,
    /// All of its blocks, each behind those that branch to it, but for the branches back.
    pub(in super::super) blocks: Vec<Block>,
    /// The loops that it contains, in that order.
    pub(in super::super) inner: Vec<Contained>,
    /// The branches forward to each block: what they pass.
    edges: BTreeMap<Block, Vec<Vec<Value>>>,
}

/// A loop of one block inside another loop.
pub(in super::super) struct Contained {
    pub(in super::super) looped: SelfLoop,
    pub(in super::super) block: Block,
    /// What its first iteration gets for its parameters.
    pub(in super::super) first: Vec<Value>,
    /// What the next iteration gets.
    pub(in super::super) next: Vec<Value>,
}

/// A loop around loops of one block.
pub(in super::super) struct Candidate {
    header: Block,
    /// All blocks in the order of execution.
    blocks: Vec<Block>,
    /// What the first block's parameters are in the first iteration, where that is constant.
    constants: Vec<Option<u32>>,
}

/// The loops around loops of one block. The context's loops have to be known.
pub(super) fn find(context: &Context, self_loops: &[Block]) -> Vec<Candidate> {
    let loops = &context.loop_analysis;
    let mut nests: Vec<Loop> = Vec::new();
    // Nothing for loops that contain more than loops directly inside them.
    let mut blocks: HashMap<Loop, Option<Vec<Block>>> = HashMap::new();
    for &block in self_loops {
        let around = loops.innermost_loop(block).and_then(|of| loops.loop_parent(of));
        if let Some(around) = around.filter(|of| blocks.insert(*of, Some(Vec::new())).is_none()) {
            nests.push(around);
        }
    }
    for &block in context.domtree.cfg_rpo() {
        let mut around = loops.innermost_loop(block);
        for depth in 0.. {
            let Some(of) = around else { break };
            if let Some(members) = blocks.get_mut(&of) {
                match members {
                    Some(members) if depth <= 1 && members.len() < MAX_BLOCKS => members.push(block),
                    _ => *members = None,
                }
            }
            around = loops.loop_parent(of);
        }
    }
    let complete = nests.into_iter().filter_map(|of| {
        let (header, blocks) = (loops.loop_header(of), blocks.remove(&of)??);
        let outside = context.cfg.pred_iter(header).map(|from| from.block);
        let entries = outside.filter(|from| !blocks.contains(from));
        let constants = constants(&context.func, header, entries);
        Some(Candidate { header, blocks, constants })
    });
    complete.collect()
}

impl Nest {
    /// Looks at a candidate closely.
    pub(in super::super) fn new(func: &Function, candidate: Candidate) -> Option<Self> {
        let Candidate { header, blocks, constants } = candidate;
        let mut nest = Self {
            header,
            next: Vec::new(),
            latch: header,
            exit: header,
            blocks: Vec::new(),
            inner: Vec::new(),
            constants,
            edges: BTreeMap::new(),
        };
        let mut has_exit = false;
        let mut has_end = false;
        for (position, &block) in blocks.iter().enumerate() {
            let branch = func.layout.last_inst(block)?;
            for (to, arguments) in destinations(func, branch)? {
                match blocks.iter().position(|&known| known == to) {
                    None => {
                        (nest.exit, nest.latch) = (to, block);
                        if std::mem::replace(&mut has_exit, true) {
                            return None;
                        }
                    }
                    Some(0) => {
                        nest.next = arguments;
                        if std::mem::replace(&mut has_end, true) {
                            return None;
                        }
                    }
                    Some(other) if other > position => nest.edges.entry(to).or_default().push(arguments),
                    Some(other) if other == position => {
                        let [first] = &nest.edges.get(&block)?[..] else { return None };
                        let (first, looped) = (first.clone(), SelfLoop::new(func, block)?);
                        nest.inner.push(Contained { looped, block, first, next: arguments });
                    }
                    Some(_) => return None,
                }
            }
        }
        let mut last = destinations(func, nest.branch(func))?.into_iter();
        let ends = last.any(|(to, _)| to == header);
        nest.blocks = blocks;
        (has_exit && has_end && ends && !nest.inner.is_empty()).then_some(nest)
    }

    /// For blocks that are no loop's first one: what each branch to them passes.
    pub(in super::super) fn joins(&self) -> BTreeMap<Block, Vec<Vec<Value>>> {
        let mut joins = self.edges.clone();
        joins.retain(|block, _| self.inner.iter().all(|looped| looped.block != *block));
        joins
    }

    /// How many instructions it has.
    pub(in super::super) fn size(&self, func: &Function) -> usize {
        self.blocks.iter().map(|&block| func.layout.block_insts(block).count()).sum()
    }

    /// The branch at the loop's end.
    pub(in super::super) fn branch(&self, func: &Function) -> Inst {
        func.layout.last_inst(self.latch).expect("it was found")
    }

    /// All that a block's parameter can be, within an iteration.
    pub(in super::super) fn incoming(&self, block: Block, position: usize) -> Vec<Value> {
        let forward = self.edges.get(&block).into_iter().flatten();
        let back = self.inner.iter().filter(|looped| looped.block == block).map(|looped| &looped.next);
        forward.chain(back).map(|arguments| arguments[position]).collect()
    }
}
