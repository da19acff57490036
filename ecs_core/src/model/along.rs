//! Along: receptors of one state variable advanced with neurons whose loop takes its input from columns, a chunk at a time.

use arrayvec::ArrayVec;

use super::columns::{Arrival, Factors, Lane};
use super::kernel::{Block, Column, Instructions};
use super::receive::Arriving;
use crate::dispatch;
use crate::number::{Float, Num, Real};

/// Neurons whose columns, with those of their input, stay in the first-level cache.
const CHUNK: usize = 1024;
/// The most state variables of a model, and the most parameters.
const ROWS: usize = 32;

/// Room for current, conductance and jump of a chunk.
pub const REGISTERS: usize = 3 * CHUNK;

dispatch!(
    /// A receptor: its input to `i` and `g`, which it overwrites if it is the first, and its value one step later.
    fn receive<T: Float, A: Arrival<T>; CONDUCTS: bool>(
        value: &mut [T], arrived: &mut [A], i: &mut [T], g: &mut [T], how: (Factors<T>, bool)
    ) where Num<T>: Real {
        let n = value.len();
        let (arrived, i, g) = (&mut arrived[..n], &mut i[..n], &mut g[..n]);
        let (factors, first) = how;
        for l in 0..n {
            let (next, input) = factors.advance::<A, CONDUCTS>(value[l], arrived[l]);
            value[l] = next;
            arrived[l] = A::default();
            i[l] = if first { input.i.0 } else { (Num(i[l]) + input.i).0 };
            if let Some(conductance) = input.g {
                g[l] = if first { conductance.0 } else { (Num(g[l]) + conductance).0 };
            }
        }
    }
);

dispatch!(
    /// Adds currents that come from elsewhere.
    fn inject<T: Float>(i: &mut [T], extra: &[T])
    where
        Num<T>: Real,
    {
        for (i, extra) in i.iter_mut().zip(extra) {
            *i = (Num(*i) + Num(*extra)).0;
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
    let (counted, summed) = match block.conducts {
        true => (receive::<T, u8, true>(level), receive::<T, T, true>(level)),
        false => (receive::<T, u8, false>(level), receive::<T, T, false>(level)),
    };
    let inject = inject::<T>(level);
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
            let (value, how) = (&mut lane.value[range.clone()], (lane.factors, k == 0));
            match &mut lane.arriving {
                Arriving::Count8(x, _) => {
                    counted(value, &mut x[range.clone()], &mut i[..m], &mut g[..m], how)
                }
                Arriving::Sum(x) => summed(value, &mut x[range.clone()], &mut i[..m], &mut g[..m], how),
                Arriving::Count16(..) => panic!("lanes hold bytes or sums"),
            }
        }
        if let Some(extra) = block.inputs[0].0.get(range.clone()) {
            inject(&mut i[..m], extra);
        }
        let mut state: ArrayVec<&mut [T], ROWS> =
            block.state.iter_mut().map(|c| &mut c[range.clone()]).collect();
        let params: ArrayVec<Column<'_, T>, ROWS> =
            block.params.iter().map(|column| column.of(range.clone())).collect();
        neurons(&mut Block {
            params: &params,
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
