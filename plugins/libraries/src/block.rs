//! Block: columns of the engine as the interface passes them, and the call that advances them.

#![expect(unsafe_code, reason = "columns leave as pointers, and the library writes them")]

use std::ffi::c_void;
use std::marker::PhantomData;
use std::sync::Arc;

use abi::Release;
use arrayvec::ArrayVec;
use ecs_core::model::{Advance, Arriving, Block, Column, Lane, NotFinite};
use ecs_core::number::{Float, Num, Real};

use crate::failure::Caller;

/// The most state variables of a model.
pub(crate) const STATE: usize = 16;
/// The most parameters of a model.
pub(crate) const PARAMS: usize = 2 * STATE;

/// A loop of a library.
pub(crate) struct Loop<T> {
    caller: Arc<Caller>,
    handle: *mut c_void,
    advance: abi::Advance,
    release: Option<Release>,
    registers: usize,
    fuses: bool,
    numbers: PhantomData<fn(T)>,
}

// SAFETY: by the interface a kernel may be called from several threads at once, and released by any.
unsafe impl<T> Send for Loop<T> {}
// SAFETY: as above.
unsafe impl<T> Sync for Loop<T> {}

impl<T> Loop<T> {
    /// The loop behind a handle; a failure of its caller where it has no function.
    pub fn of(kernel: abi::Kernel, caller: Arc<Caller>) -> Option<Self> {
        let abi::Kernel { handle, advance, release, registers, fuses } = kernel;
        if advance.is_none() {
            caller.blame("make", "gave a kernel whose `advance` is null");
        }
        let (advance, fuses) = (advance?, fuses != 0);
        Some(Self { caller, handle, advance, release, registers, fuses, numbers: PhantomData })
    }
}

impl<T> Drop for Loop<T> {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the handle is given back once, and nobody uses it after that.
            unsafe { release(self.handle) };
        }
    }
}

impl<T: Float> Advance<T> for Loop<T>
where
    Num<T>: Real,
{
    fn advance(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]) {
        let n = block.refractory.len();
        let inputs = lengths(block, lanes);
        // Filled in place: collecting them moves their whole room, which costs more than the call.
        let mut params = ArrayVec::<abi::Column, PARAMS>::new();
        let mut state = ArrayVec::<*mut c_void, STATE>::new();
        let mut receptors = ArrayVec::<abi::Lane, 2>::new();
        block.params.iter().for_each(|c| params.push(column(c, n)));
        block.state.iter_mut().for_each(|c| state.push(c.as_mut_ptr().cast()));
        lanes.iter_mut().for_each(|l| receptors.push(lane(l)));
        block.spikes.reserve(n);
        let mut passed = abi::Block {
            neurons: n,
            first: block.first,
            conducts: block.conducts.into(),
            dt: block.dt,
            params: params.as_ptr(),
            param_count: params.len(),
            state: state.as_ptr(),
            state_count: state.len(),
            refractory: block.refractory.as_mut_ptr().cast(),
            currents: block.inputs.map(|(i, _)| i.as_ptr().cast()),
            conductances: block.inputs.map(|(_, g)| g.as_ptr().cast()),
            jump: block.jump.as_ptr().cast(),
            input_count: inputs,
            noise: block.noise.as_ptr().cast(),
            noise_count: block.noise.len(),
            lanes: receptors.as_mut_ptr(),
            lane_count: receptors.len(),
            saved: block.saved.as_mut_ptr().cast(),
            saved_count: block.saved.len(),
            save: block.save.into(),
            bad: 0,
            bad_neuron: 0,
            bad_variable: 0,
            bad_last: 0.0,
            marks: block.marks.as_mut_ptr(),
            registers: block.registers.as_mut_ptr().cast(),
            register_count: block.registers.len(),
            spikes: block.spikes.spare_capacity_mut().as_mut_ptr().cast(),
            spike_count: 0,
        };
        // SAFETY: every column is as long as said, lives through the call, and is borrowed by this function alone.
        self.caller
            .call("advance", |failure| unsafe { (self.advance)(self.handle, &raw mut passed, failure) });
        if passed.spike_count > 0 {
            self.take_spikes(block, passed.spike_count);
        }
        if passed.bad != 0 {
            self.take_bad(block, &passed);
        }
    }

    fn fuses(&self) -> bool {
        self.fuses
    }

    /// A library is handed counts only.
    fn fuses_sums(&self) -> bool {
        false
    }

    fn registers(&self) -> usize {
        self.registers
    }
}

impl<T: Float> Loop<T> {
    /// Appends the neurons that the library says fired.
    fn take_spikes(&self, block: &mut Block<'_, '_, T>, count: usize) {
        let n = block.refractory.len();
        let old = block.spikes.len();
        if count > n {
            return self.caller.blame("advance", &format!("gave {count} spikes of {n} neurons"));
        }
        // SAFETY: there is room for so many, and the library says that it wrote them; an index of any value is an index.
        unsafe { block.spikes.set_len(old + count) };
        let new = &block.spikes[old..];
        let inside = |spike: &u32| spike.wrapping_sub(block.first) < n as u32;
        if !new.is_sorted_by(|a, b| a < b) || !new.iter().all(inside) {
            block.spikes.truncate(old);
            self.caller.blame("advance", "gave spikes that do not ascend within the block");
        }
    }

    /// Notes the first number that the library says stopped being finite.
    fn take_bad(&self, block: &mut Block<'_, '_, T>, passed: &abi::Block) {
        let variable = passed.bad_variable as usize;
        if variable >= block.state.len() {
            return self
                .caller
                .blame("advance", &format!("blames state variable {variable}, which there is not"));
        }
        let bad = NotFinite { neuron: passed.bad_neuron, variable, last: passed.bad_last };
        *block.bad = block.bad.or(Some(bad));
    }
}

/// Makes sure that the lengths of columns are what the library is told, and gives that of the input.
#[inline(always)]
fn lengths<T>(block: &Block<'_, '_, T>, lanes: &[Lane<'_, T>]) -> usize {
    let (n, inputs) = (block.refractory.len(), block.jump.len());
    assert!(block.state.iter().all(|c| c.len() == n) && block.marks.len() >= n, "columns of one length");
    assert!(block.inputs.iter().all(|(i, g)| i.len() >= inputs && g.len() >= inputs), "inputs of one length");
    let counts = |l: &Lane<'_, T>| matches!(&l.arriving, Arriving::Count8(counts, _) if counts.len() == n);
    assert!(lanes.iter().all(|l| l.value.len() == n && counts(l)), "lanes of one length, in bytes");
    inputs
}

#[inline(always)]
fn column<T>(column: &Column<'_, T>, n: usize) -> abi::Column {
    match column {
        Column::Uniform(same) => abi::Column { data: (&raw const *same).cast(), stride: 0 },
        Column::Each(each) => {
            assert!(each.len() == n, "columns of one length");
            abi::Column { data: each.as_ptr().cast(), stride: 1 }
        }
    }
}

#[inline(always)]
fn lane<T: Float>(lane: &mut Lane<'_, T>) -> abi::Lane {
    abi::Lane {
        value: lane.value.as_mut_ptr().cast(),
        count: match &mut lane.arriving {
            Arriving::Count8(counts, _) => counts.as_mut_ptr(),
            _ => panic!("lanes in bytes"),
        },
        weight: lane.factors.weight.to_f64(),
        decay: lane.factors.decay.to_f64(),
        current: lane.factors.current.to_f64(),
        conductance: lane.factors.conductance.to_f64(),
    }
}
