//! Block: the host's columns as the kernels of `ecs_core` take them.

#![expect(unsafe_code, reason = "columns arrive as pointers and a length")]

use std::cell::Cell;
use std::ffi::c_void;

use abi::Failure;
use arrayvec::ArrayVec;
use ecs_core::model::{Advance, Arriving, Block, Column, Factors, Kernel, Lane};
use ecs_core::number::{Float, Num, Real};

use crate::guard::{Outcome, guard};
use crate::raw;

/// The most columns of a kind.
const COLUMNS: usize = 32;

/// Numbers that columns may consist of.
pub(crate) trait Scratch: Float {}

impl Scratch for f32 {}
impl Scratch for f64 {}

thread_local! {
    /// Spikes on their way: kernels append to a vector, which the host's array is not.
    static SPIKES: Cell<Vec<u32>> = const { Cell::new(Vec::new()) };
}

/// See [`abi::Advance`].
pub(crate) unsafe extern "C" fn advance<T: Scratch>(
    handle: *const c_void,
    block: *mut abi::Block,
    failure: *mut Failure,
) -> u32
where
    Num<T>: Real,
{
    // SAFETY: the host gives a handle of this type, a block that nobody else uses during the call, and a place for the reason.
    unsafe { guard(failure, || run::<T>(&**handle.cast::<Kernel<T>>(), &mut *block)) }
}

#[inline(always)]
unsafe fn run<T: Scratch>(kernel: &dyn Advance<T>, b: &mut abi::Block) -> Outcome
where
    Num<T>: Real,
{
    let n = b.neurons;
    if b.param_count > COLUMNS || b.state_count > COLUMNS || b.lane_count > 2 {
        return Err(format!("a block has at most {COLUMNS} columns of a kind and two lanes").into());
    }
    let mut spikes = SPIKES.take();
    spikes.clear();
    spikes.reserve(n);
    let mut bad = None;
    // SAFETY: each column has the length that the interface gives it, and no two overlap.
    unsafe {
        // Filled in place: collecting them moves their whole room, which costs more than the call.
        let mut params = ArrayVec::<Column<'_, T>, COLUMNS>::new();
        let mut state = ArrayVec::<&mut [T], COLUMNS>::new();
        let mut lanes = ArrayVec::<Lane<'_, T>, 2>::new();
        raw::slice(b.params, b.param_count).iter().for_each(|c| params.push(column(c, n)));
        raw::slice(b.state, b.state_count).iter().for_each(|c| state.push(raw::slice_mut(c.cast(), n)));
        raw::slice(b.lanes, b.lane_count).iter().for_each(|l| lanes.push(lane(l, n)));
        let input = |k: usize| {
            let of = |column: *const c_void| raw::slice(column.cast::<T>(), b.input_count);
            (of(b.currents[k]), of(b.conductances[k]))
        };
        let mut block = Block {
            params: &params,
            state: &mut state,
            refractory: raw::slice_mut(b.refractory.cast(), n),
            inputs: [input(0), input(1), input(2)],
            conducts: b.conducts != 0,
            jump: raw::slice(b.jump.cast(), b.input_count),
            noise: raw::slice(b.noise.cast(), b.noise_count),
            dt: b.dt,
            first: b.first,
            spikes: &mut spikes,
            bad: &mut bad,
            marks: raw::slice_mut(b.marks, n),
            saved: raw::slice_mut(b.saved.cast(), b.saved_count),
            save: b.save != 0,
            registers: raw::slice_mut(b.registers.cast(), b.register_count),
        };
        kernel.advance(&mut block, &mut lanes);
        if !spikes.is_empty() {
            raw::slice_mut(b.spikes, n)[..spikes.len()].copy_from_slice(&spikes);
        }
    }
    b.spike_count = spikes.len();
    SPIKES.set(spikes);
    if let Some(found) = bad {
        (b.bad, b.bad_neuron, b.bad_variable) = (1, found.neuron, found.variable as u32);
        b.bad_last = found.last;
    }
    Ok(())
}

#[inline(always)]
unsafe fn column<'a, T: Float>(column: &abi::Column, n: usize) -> Column<'a, T> {
    let data = column.data.cast::<T>();
    // SAFETY: there is a number for each neuron, or one for all.
    unsafe {
        match column.stride {
            0 => Column::Uniform(*data),
            _ => Column::Each(raw::slice(data, n)),
        }
    }
}

#[inline(always)]
unsafe fn lane<'a, T: Float>(lane: &abi::Lane, n: usize) -> Lane<'a, T> {
    let factors = Factors {
        weight: T::of(lane.weight),
        decay: T::of(lane.decay),
        current: T::of(lane.current),
        conductance: T::of(lane.conductance),
    };
    // SAFETY: both columns have a value for each neuron, and nobody else uses them during the call.
    let (value, counts) = unsafe { (raw::slice_mut(lane.value.cast(), n), raw::slice_mut(lane.count, n)) };
    Lane { value, arriving: Arriving::Count8(counts, factors.weight), factors }
}
