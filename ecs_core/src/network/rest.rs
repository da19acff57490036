//! Rest: blocks of neurons that are skipped because advancing them would change nothing.
//!
//! A block whose numbers came out of a step without input as they went in, bit for bit, comes out of every such step so: its
//! equations know neither time nor chance. It is skipped from then on, until something arrives or is done to it. Now and
//! then, blocks without input are compared with what they were a step before; that is all that resting costs the others.

use super::accumulator::Summed;

/// Steps between two looks at a block that might be at rest.
const LOOK: u64 = 16;

/// What is known of the blocks of a shard.
#[derive(Debug, Default)]
pub struct Rest<T> {
    /// Whether blocks are skipped at all.
    skips: bool,
    /// `[block]`
    still: Vec<bool>,
    /// Room for a block's numbers.
    before: Vec<T>,
}

/// What is to be done with a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nothing.
    Skip,
    /// Advance it.
    Advance,
    /// Advance it, and see whether that changes anything.
    Watch,
}

impl<T: Summed> Rest<T> {
    /// Begins to skip in a shard of that many blocks, each of up to `numbers` numbers.
    pub fn begin(&mut self, blocks: usize, numbers: usize) {
        self.skips = true;
        self.still = vec![false; blocks];
        self.before = vec![T::default(); numbers];
    }

    /// All blocks are to be advanced again.
    pub fn wake(&mut self) {
        self.still.fill(false);
    }

    /// What to do with a block in a step; `quiet` says whether nothing arrives for it.
    pub fn turn(&mut self, block: usize, step: u64, quiet: impl FnOnce() -> bool) -> Turn {
        if !self.skips {
            return Turn::Advance;
        }
        let look = step.is_multiple_of(LOOK);
        match self.still[block] || look {
            false => Turn::Advance,
            true if !quiet() => {
                self.still[block] = false;
                Turn::Advance
            }
            true if self.still[block] => Turn::Skip,
            true => Turn::Watch,
        }
    }

    /// Remembers the numbers of a block.
    pub fn remember(&mut self, columns: &[&[T]]) {
        let mut at = 0;
        for column in columns {
            self.before[at..at + column.len()].copy_from_slice(column);
            at += column.len();
        }
    }

    /// Says whether the numbers of a block are those remembered.
    pub fn settle(&mut self, block: usize, columns: &[&[T]]) {
        let mut at = 0;
        self.still[block] = columns.iter().fold(true, |same, column| {
            let before = &self.before[at..at + column.len()];
            at += column.len();
            same && column.iter().zip(before).fold(true, |same, (x, y)| same & (bits(x) == bits(y)))
        });
    }
}

fn bits<T: Summed>(x: &T) -> u64 {
    x.to_f64().to_bits()
}
