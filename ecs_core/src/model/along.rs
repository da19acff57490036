//! Along: receptors of one state variable advanced with neurons whose loop takes its input from columns, a chunk at a time.

use arrayvec::ArrayVec;

use super::columns::{Factors, Lane};
use super::kernel::{Block, Instructions};
use crate::dispatch;
use crate::number::{Float, Num, Real};

/// Neurons whose columns, with those of their input, stay in the first-level cache.
const CHUNK: usize = 1024;
/// The most state variables of a model.
const ROWS: usize = 32;

/// Room for current, conductance and jump of a chunk.
pub const REGISTERS: usize = 3 * CHUNK;

dispatch!(
    /// A receptor: its input to `i` and `g`, which it overwrites if it is the first, and its value one step later.
    fn receive<T: Float; CONDUCTS: bool>(
        value: &mut [T], count: &mut [u8], i: &mut [T], g: &mut [T], how: (Factors<T>, bool)
    ) where Num<T>: Real {
        let n = value.len();
        let (count, i, g) = (&mut count[..n], &mut i[..n], &mut g[..n]);
        let (factors, first) = how;
        for l in 0..n {
            let (next, input) = factors.advance::<CONDUCTS>(value[l], count[l]);
            value[l] = next;
            count[l] = 0;
            i[l] = if first { input.i.0 } else { (Num(i[l]) + input.i).0 };
            if let Some(conductance) = input.g {
                g[l] = if first { conductance.0 } else { (Num(g[l]) + conductance).0 };
            }
        }
    }
);

/// Advances the lanes and, with the input they make, the neurons of a block by `neurons`, chunk by chunk. The last
/// [`REGISTERS`] of the block's room are used here; the rest is for `neurons`.
pub fn advance<T: Float>(
    level: Instructions,
    block: &mut Block<'_, '_, T>,
    lanes: &mut [Lane<'_, T>],
    mut neurons: impl FnMut(&mut Block<'_, '_, T>),
) where
    Num<T>: Real,
{
    let receive = if block.conducts { receive::<T, true>(level) } else { receive::<T, false>(level) };
    let (n, rows) = (block.refractory.len(), block.state.len());
    let (registers, own) = block.registers.split_at_mut(block.registers.len() - REGISTERS);
    let (i, rest) = own.split_at_mut(CHUNK);
    let (g, jump) = rest.split_at_mut(CHUNK);
    // Nothing jumps here: of all numbers, only this one changes no bit of what it is added to.
    jump.fill(T::of(-0.0));
    for from in (0..n).step_by(CHUNK) {
        let range = from..n.min(from + CHUNK);
        let m = range.len();
        for (k, lane) in lanes.iter_mut().enumerate() {
            let (value, count) = (&mut lane.value[range.clone()], &mut lane.count[range.clone()]);
            receive(value, count, &mut i[..m], &mut g[..m], (lane.factors, k == 0));
        }
        let mut state: ArrayVec<&mut [T], ROWS> =
            block.state.iter_mut().map(|c| &mut c[range.clone()]).collect();
        neurons(&mut Block {
            params: block.params,
            state: &mut state,
            refractory: &mut block.refractory[range.clone()],
            inputs: [(&i[..m], &g[..m]); 3],
            conducts: block.conducts,
            jump: &jump[..m],
            noise: &[],
            dt: block.dt,
            first: block.first + from as u32,
            spikes: block.spikes,
            bad: block.bad,
            marks: &mut block.marks[range.clone()],
            saved: &mut block.saved[rows * from..rows * range.end],
            save: block.save,
            registers,
        });
    }
}
