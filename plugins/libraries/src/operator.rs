//! Operator: a projection that a library carries spikes through itself.

#![expect(unsafe_code, reason = "spikes and targets leave as pointers, and the library writes them")]

use std::ffi::c_void;
use std::sync::Arc;

use abi::{inbox, status};
use ecs_core::network::{Arrivals, Inbox, Operator, Target, Transfer};

use crate::failure::Caller;

/// An operator behind a handle.
pub(crate) struct Carried {
    caller: Arc<Caller>,
    handle: *mut c_void,
    release: Option<abi::Release>,
    deliver: abi::Deliver,
    forward: abi::Product,
    transposed: abi::Product,
    gradient: abi::Gradient,
    transfer: Transfer,
}

// SAFETY: by the interface an operator may be called from several threads at once, and released by any.
unsafe impl Send for Carried {}
// SAFETY: as above.
unsafe impl Sync for Carried {}

impl Carried {
    /// The operator of a table whose `deliver` is there.
    pub fn of(operator: abi::Operator, caller: Arc<Caller>) -> Result<Self, String> {
        let missing = |what: &str| {
            format!("{}, operator: `{what}` is null; a pointer is needed; fill that row", caller.name)
        };
        if operator.delay == 0 {
            return Err(format!(
                "{}, operator: `delay` is 0 steps; 1 and more are allowed; raise it",
                caller.name
            ));
        }
        Ok(Self {
            handle: operator.handle,
            release: operator.release,
            deliver: operator.deliver.ok_or_else(|| missing("deliver"))?,
            forward: operator.forward.ok_or_else(|| missing("forward"))?,
            transposed: operator.transposed.ok_or_else(|| missing("transposed"))?,
            gradient: operator.gradient.ok_or_else(|| missing("gradient"))?,
            transfer: Transfer {
                synapses: operator.synapses,
                bytes: operator.bytes,
                shared_weight: Some(operator.shared_weight).filter(|weight| !weight.is_nan()),
                most_per_neuron: operator.most_per_neuron,
                delay: operator.delay,
                own_delays: operator.own_delays != 0,
            },
            caller,
        })
    }

    fn product(&self, function: (&str, abi::Product), from: &[f32], to: &mut [f32]) {
        let (name, product) = function;
        let (n, room) = (from.len(), to.len());
        // SAFETY: both columns live through the call and have these lengths.
        self.caller.call(name, |failure| unsafe {
            product(self.handle, from.as_ptr(), n, to.as_mut_ptr(), room, failure)
        });
    }
}

impl Drop for Carried {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            // SAFETY: the handle is given back once, and nobody uses it after that.
            unsafe { release(self.handle) };
        }
    }
}

/// What gradients are added by.
type Adding<'a> = &'a mut dyn FnMut(u64, f32);

/// See [`abi::Add`].
unsafe extern "C" fn add(
    sink: *mut c_void,
    synapses: *const u64,
    gradients: *const f32,
    count: usize,
) -> u32 {
    // SAFETY: the sink is the one that `weight_gradient` made and waits for, and both columns have so many rows.
    unsafe {
        let adding = &mut *sink.cast::<Adding<'_>>();
        (0..count).for_each(|k| adding(*synapses.add(k), *gradients.add(k)));
    }
    status::OK
}

impl Operator for Carried {
    fn deliver(&self, shard: usize, spikes: Arrivals<'_>, target: &mut Target<'_>) {
        let (cells, inbox) = match &mut target.inbox {
            Inbox::Count8(x) => (x.as_mut_ptr().cast(), inbox::COUNT8),
            Inbox::Count16(x) => (x.as_mut_ptr().cast(), inbox::COUNT16),
            Inbox::Sum32(x) => (x.as_mut_ptr().cast(), inbox::SUM32),
            Inbox::Sum64(x) => (x.as_mut_ptr().cast(), inbox::SUM64),
        };
        let Target { first, neurons, slots, slot, .. } = *target;
        let spikes = spikes.neurons;
        let passed = abi::Target { cells, inbox, first, neurons, slots, slot, shard };
        // SAFETY: the ring is as large as said, and this member of the team alone uses it.
        self.caller.call("deliver", |failure| unsafe {
            (self.deliver)(self.handle, spikes.as_ptr(), spikes.len(), &passed, failure)
        });
    }

    fn forward(&self, pre: &[f32], post: &mut [f32]) {
        self.product(("forward", self.forward), pre, post);
    }

    fn transposed(&self, post: &[f32], pre: &mut [f32]) {
        self.product(("transposed", self.transposed), post, pre);
    }

    fn weight_gradient(&self, pre: &[f32], post: &[f32], mut adding: Adding<'_>) {
        let sink = (&raw mut adding).cast();
        // SAFETY: columns and sink live through the call.
        self.caller.call("gradient", |failure| unsafe {
            let (pre, post) = ((pre.as_ptr(), pre.len()), (post.as_ptr(), post.len()));
            (self.gradient)(self.handle, pre.0, pre.1, post.0, post.1, sink, Some(add), failure)
        });
    }

    fn transfer(&self) -> Transfer {
        self.transfer
    }

    /// The interface hands over who fired, and nothing else.
    fn scales(&self) -> bool {
        false
    }
}
