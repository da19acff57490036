//! Operator: a projection's matrix that the plugin carries spikes through itself.

#![expect(unsafe_code, reason = "spikes and targets arrive as pointers and lengths")]

use std::ffi::c_void;
use std::ops::Range;

use abi::{Failure, inbox};

use crate::guard::guard;
use crate::raw;

/// Facts about an operator, by which the host chooses accumulators and reports sizes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transfer {
    /// Synapses.
    pub synapses: u64,
    /// Bytes held.
    pub bytes: u64,
    /// The weight, where all synapses share one.
    pub shared_weight: Option<f64>,
    /// The most synapses that end on one neuron.
    pub most_per_neuron: u64,
    /// Steps between a spike and its effect.
    pub delay: u32,
}

/// A matrix, given by its rows; who can do better than row by row says so.
pub trait Operator: Send + Sync + 'static {
    /// What is known of it before it runs.
    fn transfer(&self) -> Transfer;
    /// The pre-neurons that have a row.
    fn pre(&self) -> Range<u32>;
    /// Calls `synapse(post, weight)` for each synapse of a pre-neuron, by ascending post-neuron; always the same ones.
    fn row(&self, pre: u32, synapse: &mut dyn FnMut(u32, f64));

    /// Adds what these spikes cause to a shard of the post-neurons.
    fn deliver(&self, spikes: &[u32], target: &mut Target<'_>) {
        let rows = self.pre();
        for spike in spikes.iter().filter(|spike| rows.contains(spike)) {
            self.row(*spike, &mut |post, weight| target.add(post, weight));
        }
    }

    /// post += Wᵀ pre.
    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        for i in self.pre() {
            self.row(i, &mut |j, weight| post[j as usize] += pre[i as usize] * weight as f32);
        }
    }

    /// pre += W post.
    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        for i in self.pre() {
            self.row(i, &mut |j, weight| pre[i as usize] += post[j as usize] * weight as f32);
        }
    }

    /// Calls `add(synapse, pre × post)` for every synapse, numbered in the order of rows.
    fn weight_gradient(&self, pre: &[f32], post: &[f32], add: &mut dyn FnMut(u64, f32)) {
        let mut k = 0;
        for i in self.pre() {
            self.row(i, &mut |j, _| {
                add(k, pre[i as usize] * post[j as usize]);
                k += 1;
            });
        }
    }
}

/// What arrives for a shard of the post-neurons.
pub struct Target<'a> {
    cells: Cells<'a>,
    /// Index in the population of the shard's first neuron.
    pub first: u32,
}

enum Cells<'a> {
    Count8(&'a mut [u8]),
    Count16(&'a mut [u16]),
    Sum32(&'a mut [f32]),
    Sum64(&'a mut [f64]),
}

impl<'a> Target<'a> {
    /// # Safety
    /// The ring is as large as it says, and nobody else uses it for as long as the target is used.
    unsafe fn of(target: &abi::Target) -> Result<Self, String> {
        let abi::Target { cells, neurons: n, slot, .. } = *target;
        // SAFETY: the slot that is read in this step lies in the ring.
        let cells = unsafe {
            match target.inbox {
                inbox::COUNT8 => Cells::Count8(raw::slice_mut(cells.cast::<u8>().add(slot * n), n)),
                inbox::COUNT16 => Cells::Count16(raw::slice_mut(cells.cast::<u16>().add(slot * n), n)),
                inbox::SUM32 => Cells::Sum32(raw::slice_mut(cells.cast::<f32>().add(slot * n), n)),
                inbox::SUM64 => Cells::Sum64(raw::slice_mut(cells.cast::<f64>().add(slot * n), n)),
                other => return Err(format!("there is no inbox {other}")),
            }
        };
        Ok(Self { cells, first: target.first })
    }

    /// The post-neurons of the shard.
    pub fn neurons(&self) -> Range<u32> {
        let n = match &self.cells {
            Cells::Count8(x) => x.len(),
            Cells::Count16(x) => x.len(),
            Cells::Sum32(x) => x.len(),
            Cells::Sum64(x) => x.len(),
        };
        self.first..self.first + n as u32
    }

    /// Adds a spike of this weight to a post-neuron, unless it belongs to another shard.
    #[inline]
    pub fn add(&mut self, post: u32, weight: f64) {
        let at = post.wrapping_sub(self.first) as usize;
        match &mut self.cells {
            Cells::Count8(x) => at_most(x, at, |x| *x = x.wrapping_add(1)),
            Cells::Count16(x) => at_most(x, at, |x| *x = x.wrapping_add(1)),
            Cells::Sum32(x) => at_most(x, at, |x| *x += weight as f32),
            Cells::Sum64(x) => at_most(x, at, |x| *x += weight),
        }
    }
}

#[inline(always)]
fn at_most<T>(cells: &mut [T], at: usize, add: impl FnOnce(&mut T)) {
    if let Some(cell) = cells.get_mut(at) {
        add(cell);
    }
}

/// What a handle of this file points to.
type Handle = Box<dyn Operator>;

/// An operator as the host takes it.
pub(crate) fn handle(operator: Handle) -> abi::Operator {
    let facts = operator.transfer();
    abi::Operator {
        handle: Box::into_raw(Box::new(operator)).cast(),
        release: Some(release),
        deliver: Some(deliver),
        forward: Some(forward),
        transposed: Some(transposed),
        gradient: Some(gradient),
        synapses: facts.synapses,
        bytes: facts.bytes,
        most_per_neuron: facts.most_per_neuron,
        shared_weight: facts.shared_weight.unwrap_or(f64::NAN),
        delay: facts.delay,
        own_delays: 0,
    }
}

/// See [`abi::Release`].
unsafe extern "C" fn release(handle: *mut c_void) -> u32 {
    // SAFETY: the host gives a handle back once, and it came from `handle`.
    unsafe {
        guard(std::ptr::null_mut(), || {
            drop(Box::from_raw(handle.cast::<Handle>()));
            Ok(())
        })
    }
}

/// See [`abi::Deliver`].
unsafe extern "C" fn deliver(
    handle: *const c_void,
    spikes: *const u32,
    spike_count: usize,
    target: *const abi::Target,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a handle of this file, spikes, and a shard that nobody else uses during the call.
    unsafe {
        guard(failure, || {
            let mut target = Target::of(&*target)?;
            (*handle.cast::<Handle>()).deliver(raw::slice(spikes, spike_count), &mut target);
            Ok(())
        })
    }
}

/// See [`abi::Product`].
unsafe extern "C" fn forward(
    handle: *const c_void,
    from: *const f32,
    from_count: usize,
    to: *mut f32,
    to_count: usize,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a handle of this file and two columns that do not overlap.
    unsafe {
        guard(failure, || {
            (*handle.cast::<Handle>()).forward(raw::slice(from, from_count), raw::slice_mut(to, to_count));
            Ok(())
        })
    }
}

/// See [`abi::Product`].
unsafe extern "C" fn transposed(
    handle: *const c_void,
    from: *const f32,
    from_count: usize,
    to: *mut f32,
    to_count: usize,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a handle of this file and two columns that do not overlap.
    unsafe {
        guard(failure, || {
            (*handle.cast::<Handle>()).transposed(raw::slice(from, from_count), raw::slice_mut(to, to_count));
            Ok(())
        })
    }
}

/// See [`abi::Gradient`].
unsafe extern "C" fn gradient(
    handle: *const c_void,
    pre: *const f32,
    pre_count: usize,
    post: *const f32,
    post_count: usize,
    sink: *mut c_void,
    add: Option<abi::Add>,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a handle of this file, two columns, and a function for its sink.
    unsafe {
        guard(failure, || {
            let add = add.ok_or("there is nobody to take the gradient")?;
            let mut one = |synapse: u64, gradient: f32| {
                add(sink, &raw const synapse, &raw const gradient, 1);
            };
            let (pre, post) = (raw::slice(pre, pre_count), raw::slice(post, post_count));
            (*handle.cast::<Handle>()).weight_gradient(pre, post, &mut one);
            Ok(())
        })
    }
}
