//! The edges between a function's blocks. Most functions have no loops: those that go back are found first.

use cranelift_codegen::entity::EntitySet;
use cranelift_codegen::ir::{Block, Function};

/// The first block of each loop, with the block that goes back to it: once for each such way, in the order of the
/// blocks that go back. Loops are laid out from their first block on.
pub(super) fn back_edges(func: &Function) -> Vec<(Block, Block)> {
    let mut seen = EntitySet::with_capacity(func.dfg.num_blocks());
    let mut found = Vec::new();
    for block in func.layout.blocks() {
        seen.insert(block);
        let back = func.block_successors(block).filter(|&to| seen.contains(to));
        found.extend(back.map(|header| (header, block)));
    }
    found
}

/// The edges of a function, by the block that they lead to.
pub(super) struct Edges(Vec<(Block, Block)>);

impl Edges {
    pub(super) fn new(func: &Function) -> Self {
        let edges_of = |block| func.block_successors(block).map(move |to| (to, block));
        let mut edges: Vec<(Block, Block)> = func.layout.blocks().flat_map(edges_of).collect();
        // Those to one block stay in the order of the layout.
        edges.sort_by_key(|&(to, _)| to);
        Self(edges)
    }

    /// The blocks that an edge leads from to this one, once for each edge.
    pub(super) fn before(&self, block: Block) -> impl Iterator<Item = Block> {
        let start = self.0.partition_point(|&(to, _)| to < block);
        self.0[start..].iter().take_while(move |&&(to, _)| to == block).map(|&(_, from)| from)
    }
}
