//! Connector: a rule that says who is connected to whom.

#![expect(unsafe_code, reason = "the plan arrives as a structure of the interface")]

use std::ffi::c_void;
use std::ops::Range;
use std::ptr;

use abi::{Failure, status};
use ecs_core::model::{ParamsOf, Table, Tables};

use crate::contents::params;
use crate::graph::{fields, text};
use crate::guard::guard;
use crate::operator::{Operator, handle};
use crate::raw;

/// A rule; its parameters are the table of `model!`.
pub trait Connector: Tables {
    /// Refuses what is impossible, before anything is built, and estimates the rest.
    ///
    /// # Errors
    /// What is wrong, what is allowed and what to do.
    fn check(p: &ParamsOf<Self, f64>, plan: &Plan<'_>) -> Result<Cost, String>;

    /// The synapses.
    ///
    /// # Errors
    /// Why there are none.
    fn connect(p: &ParamsOf<Self, f64>, plan: &Plan<'_>) -> Result<Synapses, String>;
}

/// The synapses of a projection.
pub enum Synapses {
    /// Listed, to be stored by the host.
    Listed(Edges),
    /// Carried by an operator of the plugin.
    Carried(Box<dyn Operator>),
}

/// A list of synapses, columns of one length. Neurons count from the first of the plan's ranges.
#[derive(Clone, Debug, Default)]
pub struct Edges {
    /// Pre-neurons.
    pub pre: Vec<u32>,
    /// Post-neurons.
    pub post: Vec<u32>,
    /// Weights; without them the plan's.
    pub weight: Option<Vec<f64>>,
    /// Delays in ms; without them the plan's.
    pub delay: Option<Vec<f64>>,
}

/// What a projection will cost; floating point, so that no size overflows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Synapses expected.
    pub synapses: f64,
    /// Bytes expected.
    pub bytes: f64,
}

/// What a scenario says of a projection. Neurons are indices of their populations.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// Pre-neurons.
    pub pre: Range<u64>,
    /// Post-neurons.
    pub post: Range<u64>,
    /// Sizes of the two populations.
    pub sizes: (u64, u64),
    /// Whether both are one population.
    pub recurrent: bool,
    /// The weight, where all synapses share one.
    pub weight: Option<f64>,
    /// The delay in ms, where all synapses share one.
    pub delay: Option<f64>,
    /// Step, in ms.
    pub dt: f64,
    /// Seed of the run.
    pub seed: u64,
    /// Identifies the projection among the streams of random numbers.
    pub stream: u32,
    /// First post-neuron of each shard, and the size of the population at the end.
    pub bounds: &'a [u32],
}

impl Plan<'_> {
    /// Steps of the shared delay, at least one.
    pub fn steps(&self) -> Option<u32> {
        self.delay.map(|delay| (delay / self.dt).round().max(1.0) as u32)
    }

    /// # Safety
    /// What the plan points to stays as it is for as long as this is used.
    unsafe fn of(plan: &abi::Plan) -> Self {
        let given = |x: f64| Some(x).filter(|x| !x.is_nan());
        Self {
            pre: plan.pre_first..plan.pre_end,
            post: plan.post_first..plan.post_end,
            sizes: (plan.pre_size, plan.post_size),
            recurrent: plan.recurrent != 0,
            weight: given(plan.weight),
            delay: given(plan.delay),
            dt: plan.dt,
            seed: plan.seed,
            stream: plan.stream,
            // SAFETY: the caller's promise.
            bounds: unsafe { raw::slice(plan.bounds, plan.bound_count) },
        }
    }
}

/// The table of rule `M`.
pub(crate) fn connector<M: Connector>(name: &str, doc: &str) -> abi::Connector {
    let (params, param_count) = fields(M::P::FIELDS, &[]);
    abi::Connector {
        name: text(name),
        doc: text(doc),
        params,
        param_count,
        context: ptr::null(),
        check: Some(check::<M>),
        connect: Some(connect::<M>),
    }
}

/// See [`abi::Check`].
unsafe extern "C" fn check<M: Connector>(
    _: *const c_void,
    plan: *const abi::Plan,
    cost: *mut abi::Cost,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a plan and places for what comes out, which nobody else uses during the call.
    unsafe {
        guard(failure, || {
            let p = params::<M>(raw::slice((*plan).params, (*plan).param_count))?;
            let Cost { synapses, bytes } = M::check(&p, &Plan::of(&*plan))?;
            cost.write(abi::Cost { synapses, bytes });
            Ok(())
        })
    }
}

/// See [`abi::Connect`].
unsafe extern "C" fn connect<M: Connector>(
    _: *const c_void,
    plan: *const abi::Plan,
    edges: *const abi::Edges,
    operator: *mut abi::Operator,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a plan, a sink and a place for an operator, which nobody else uses during the call.
    unsafe {
        guard(failure, || {
            let p = params::<M>(raw::slice((*plan).params, (*plan).param_count))?;
            match M::connect(&p, &Plan::of(&*plan))? {
                Synapses::Listed(list) => push(&list, &*edges)?,
                Synapses::Carried(one) => operator.write(handle(one)),
            }
            Ok(())
        })
    }
}

/// Hands a list to the host.
unsafe fn push(list: &Edges, edges: &abi::Edges) -> Result<(), String> {
    let n = list.pre.len();
    let other = |column: &Option<Vec<f64>>| column.as_ref().is_some_and(|column| column.len() != n);
    if list.post.len() != n || other(&list.weight) || other(&list.delay) {
        return Err("the columns of the synapses differ in length".into());
    }
    let start = |column: &Option<Vec<f64>>| column.as_ref().map_or(ptr::null(), |column| column.as_ptr());
    let push = edges.push.ok_or("there is nobody to take the synapses")?;
    // SAFETY: all columns have the length that is said, and the sink is the one that belongs to the function.
    let status = unsafe {
        push(edges.sink, list.pre.as_ptr(), list.post.as_ptr(), start(&list.weight), start(&list.delay), n)
    };
    if status == status::OK { Ok(()) } else { Err("the host does not take the synapses".into()) }
}
