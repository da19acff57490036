//! Alike: a population whose parameters differ here and there is advanced by the loop for shared parameters wherever the neurons
//! of a block are alike, and by the loop for parameters of their own in the other blocks. Both give the same bits.

use std::sync::Arc;

use super::columns::Lane;
use super::kernel::{Advance, Block, Column, Kernel};
use crate::number::Float;

/// A loop for blocks whose neurons are alike, and one for the others.
struct Alike<T> {
    alike: Kernel<T>,
    own: Kernel<T>,
}

impl<T: Float> Advance<T> for Alike<T> {
    fn advance(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]) {
        let alike = block.params.iter().all(|column| matches!(column, Column::Uniform(_)));
        if alike { &self.alike } else { &self.own }.advance(block, lanes);
    }

    fn fuses(&self) -> bool {
        self.alike.fuses() && self.own.fuses()
    }

    fn takes_alike(&self) -> bool {
        true
    }

    fn registers(&self) -> usize {
        self.alike.registers().max(self.own.registers())
    }
}

/// The kernel that `make` gives for parameters of which `shared` says which are the same for all, where it applies.
pub(super) fn kernel<T: Float>(
    shared: &[bool],
    make: impl Fn(&[bool]) -> Option<Kernel<T>>,
) -> Option<Kernel<T>> {
    let own = make(shared)?;
    if shared.iter().all(|shared| *shared) {
        return Some(own);
    }
    let alike = make(&vec![true; shared.len()])?;
    Some(Arc::new(Alike { alike, own }))
}
