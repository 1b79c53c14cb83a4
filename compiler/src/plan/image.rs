//! A linear memory's initial contents: data segments → runs of pages.
//!
//! Segments may overlap (the later one wins) and may be far apart. Runs cover the memory from its
//! first byte to its last page with contents, without gaps; long stretches of zeros become runs
//! without bytes, which take no room in the file.

use crate::plan::ImageRun;

/// Zeros of at least this many bytes become a run of their own: below that, another segment of the
/// executable costs more than the bytes.
const MIN_HOLE_BYTES: u64 = 16 << 10;

/// Most runs with contents. Each run and each hole is a program header, and kernels before 6.0 refuse an
/// executable with more than a page of them (73), of which everything else takes up to 10.
const MAX_RUNS: usize = 28;

/// Collects the segments of one memory.
#[derive(Debug, Default)]
pub(crate) struct ImageBuilder<'a> {
    segments: Vec<(u64, &'a [u8])>,
}

impl<'a> ImageBuilder<'a> {
    /// Adds a segment, over those added before.
    pub(crate) fn add(&mut self, offset: u64, bytes: &'a [u8]) {
        if !bytes.is_empty() {
            self.segments.push((offset, bytes));
        }
    }

    /// The runs, each starting at a multiple of `page_bytes`; `None` if there are too many.
    pub(crate) fn finish(self, page_bytes: u64) -> Option<Vec<ImageRun>> {
        let mut extents: Vec<(u64, u64)> = self
            .segments
            .iter()
            .map(|&(offset, bytes)| {
                let end = (offset + bytes.len() as u64).next_multiple_of(page_bytes);
                (offset / page_bytes * page_bytes, end)
            })
            .collect();
        extents.sort_unstable();
        let extents = merge(&extents);
        if extents.len() > MAX_RUNS {
            return None;
        }
        let mut runs = cover(&extents);
        for &(offset, bytes) in &self.segments {
            let position = runs.partition_point(|run| run.start + run.len <= offset);
            let run = &mut runs[position];
            let start = usize::try_from(offset - run.start).expect("a run fits the address space");
            run.bytes[start..start + bytes.len()].copy_from_slice(bytes);
        }
        Some(runs)
    }
}

/// Merges sorted extents that are less than [`MIN_HOLE_BYTES`] apart.
fn merge(extents: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut merged: Vec<(u64, u64)> = Vec::new();
    for &(start, end) in extents {
        let previous_end = merged.last().map_or(0, |&(_, end)| end);
        if start < previous_end + MIN_HOLE_BYTES {
            match merged.last_mut() {
                Some(last) => last.1 = last.1.max(end),
                None => merged.push((0, end)),
            }
        } else {
            merged.push((start, end));
        }
    }
    merged
}

/// Runs over the extents and the holes before and between them.
fn cover(extents: &[(u64, u64)]) -> Vec<ImageRun> {
    let mut runs = Vec::new();
    let mut covered = 0;
    for &(start, end) in extents {
        if start > covered {
            runs.push(ImageRun { start: covered, len: start - covered, bytes: Vec::new() });
        }
        let len = end - start;
        let bytes = vec![0; usize::try_from(len).expect("a run fits the address space")];
        runs.push(ImageRun { start, len, bytes });
        covered = end;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_image(segments: &[(u64, &[u8])], expected: &[(u64, u64, &[u8])]) {
        let mut builder = ImageBuilder::default();
        for &(offset, bytes) in segments {
            builder.add(offset, bytes);
        }
        let runs = builder.finish(4096).expect("few runs");
        let seen: Vec<_> = runs
            .iter()
            .map(|run| {
                let len = run.bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
                (run.start, run.len, &run.bytes[..len])
            })
            .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn near_segments_share_a_run() {
        check_image(&[], &[]);
        check_image(&[(0, b"ab"), (1, b"c")], &[(0, 4096, b"ac")]);
        check_image(&[(4094, b"abcd")], &[(0, 8192, &[[0; 4094].as_slice(), b"abcd"].concat())]);
    }

    #[test]
    fn far_segments_leave_a_hole() {
        check_image(
            &[(1 << 20, b"x"), (4 << 20, b"y")],
            &[
                (0, 1 << 20, b""),
                (1 << 20, 4096, b"x"),
                ((1 << 20) + 4096, (3 << 20) - 4096, b""),
                (4 << 20, 4096, b"y"),
            ],
        );
    }

    #[test]
    fn too_many_runs_are_refused() {
        let mut builder = ImageBuilder::default();
        (0..1000).for_each(|number| builder.add(number << 20, b"z"));
        assert_eq!(builder.finish(4096), None);
    }
}
