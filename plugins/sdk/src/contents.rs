//! Contents: what a plugin brings, and the descriptor that says so.

#![expect(unsafe_code, reason = "tables are written where the host has room")]

use std::ffi::c_void;
use std::ptr;

use abi::Failure;
use ecs_core::model::{
    Channel, Neuron, ParamsOf, Plasticity, ShortTerm, StateOf, Synapse, SynapseModel, Table, Tables,
};
use ecs_core::number::{Expr, trace};

use crate::connector::{Connector, connector};
use crate::graph::{fields, kept, optional, text};
use crate::guard::{Outcome, guard, quiet};
use crate::neuron::neuron;
use crate::raw;
use crate::rule;
use crate::system::{System, system};

/// What a plugin brings; [`plugin!`](crate::plugin) fills it.
#[derive(Default)]
pub struct Contents {
    neurons: Vec<abi::Neuron>,
    synapses: Vec<abi::Synapse>,
    channels: Vec<abi::Channel>,
    connectors: Vec<abi::Connector>,
    systems: Vec<abi::System>,
    short_terms: Vec<abi::ShortTerm>,
    plasticities: Vec<abi::Plasticity>,
}

impl Contents {
    /// Adds a neuron model.
    pub fn neurons<M: Neuron>(&mut self, name: &str, doc: &str) {
        self.neurons.push(neuron::<M>(name, doc));
    }

    /// Adds synaptic dynamics.
    pub fn synapses<M: Synapse>(&mut self, name: &str, doc: &str) {
        self.synapses.push(synapse::<M>(name, doc));
    }

    /// Adds an ion channel.
    pub fn channels<M: Channel>(&mut self, name: &str, doc: &str) {
        self.channels.push(channel::<M>(name, doc));
    }

    /// Adds a connectivity rule.
    pub fn connectors<M: Connector>(&mut self, name: &str, doc: &str) {
        self.connectors.push(connector::<M>(name, doc));
    }

    /// Adds a system.
    pub fn systems<M: System>(&mut self, name: &str, doc: &str) {
        self.systems.push(system::<M>(name, doc));
    }

    /// Adds short-term plasticity.
    pub fn short_term<M: ShortTerm>(&mut self, name: &str, doc: &str) {
        self.short_terms.push(rule::short_term::<M>(name, doc));
    }

    /// Adds long-term plasticity.
    pub fn plasticity<M: Plasticity>(&mut self, name: &str, doc: &str) {
        self.plasticities.push(rule::plasticity::<M>(name, doc));
    }

    fn tables(self) -> abi::Tables {
        let (neurons, neuron_count) = kept(self.neurons);
        let (synapses, synapse_count) = kept(self.synapses);
        let (channels, channel_count) = kept(self.channels);
        let (connectors, connector_count) = kept(self.connectors);
        let (systems, system_count) = kept(self.systems);
        let (short_terms, short_term_count) = kept(self.short_terms);
        let (plasticities, plasticity_count) = kept(self.plasticities);
        abi::Tables {
            neurons,
            neuron_count,
            synapses,
            synapse_count,
            channels,
            channel_count,
            connectors,
            connector_count,
            systems,
            system_count,
            short_terms,
            short_term_count,
            plasticities,
            plasticity_count,
        }
    }
}

/// The descriptor of a plugin.
pub const fn descriptor(name: &'static str, version: &'static str, open: abi::Open) -> abi::Descriptor {
    abi::Descriptor {
        magic: abi::MAGIC,
        major: abi::MAJOR,
        minor: abi::MINOR,
        sizes: abi::SIZES.as_ptr(),
        size_count: abi::STRUCTURES,
        name: abi::Text::of(name),
        version: abi::Text::of(version),
        open: Some(open),
    }
}

/// Writes the tables of what `contents` adds.
///
/// # Safety
/// `tables` and `failure` are places of the host, which nobody else uses during the call.
pub unsafe fn open(contents: fn(&mut Contents), tables: *mut abi::Tables, failure: *mut Failure) -> u32 {
    quiet();
    let write = || {
        let mut all = Contents::default();
        contents(&mut all);
        // SAFETY: the caller's promise.
        unsafe { tables.write(all.tables()) };
        Ok(())
    };
    // SAFETY: the caller's promise.
    unsafe { guard(failure, write) }
}

fn synapse<M: Synapse>(name: &str, doc: &str) -> abi::Synapse {
    let (params, param_count) = fields(M::P::FIELDS, &[]);
    let (state, state_count) = fields(M::S::FIELDS, &[]);
    let (name, doc, jumps) = (text(name), text(doc), M::DRIVE.is_some().into());
    let linear = Some(linear::<M> as abi::Linear);
    abi::Synapse { name, doc, params, param_count, state, state_count, jumps, context: ptr::null(), linear }
}

/// See [`abi::Linear`].
unsafe extern "C" fn linear<M: Synapse>(
    _: *const c_void,
    params: *const f64,
    param_count: usize,
    a: *mut f64,
    b: *mut f64,
    c: *mut f64,
    failure: *mut Failure,
) -> u32 {
    let fill = || -> Outcome {
        let n = M::S::FIELDS.len();
        // SAFETY: the host passes its parameters and room for a system of as many variables as the table says.
        let (params, a, b, c) = unsafe {
            let room = |column, n| raw::slice_mut(column, n);
            (raw::slice(params, param_count), room(a, n * n), room(b, n), room(c, n))
        };
        let system = (SynapseModel::of::<M>("", "", "").linear)(params);
        a.copy_from_slice(&system.a.concat());
        b.copy_from_slice(&system.b);
        c.copy_from_slice(&system.c);
        Ok(())
    };
    // SAFETY: the host passes a place for the reason.
    unsafe { guard(failure, fill) }
}

fn channel<M: Channel>(name: &str, doc: &str) -> abi::Channel {
    let (params, param_count) = fields(M::P::FIELDS, &[]);
    let (state, state_count) = fields(M::S::FIELDS, &[]);
    let variables = || -> (ParamsOf<M, Expr>, StateOf<M, Expr>, Expr) {
        let p = M::P::build(|k: usize| Expr::variable(M::P::FIELDS[k].name));
        let s = M::S::build(|k: usize| Expr::variable(M::S::FIELDS[k].name));
        (p, s, Expr::variable("v"))
    };
    let derivative = trace(|| {
        let (p, s, v) = variables();
        let f = M::derivative(&p, &s, v);
        (0..state_count).map(|k| (M::S::FIELDS[k].name.to_owned(), *M::S::at(&f, k))).collect()
    });
    let current = trace(|| {
        let (p, s, v) = variables();
        vec![("i".to_owned(), M::current(&p, &s, v))]
    });
    let derivative = optional(Some(&derivative).filter(|_| state_count > 0));
    let current = optional(Some(&current));
    let (name, doc, unit) = (text(name), text(doc), text(M::INPUT));
    abi::Channel { name, doc, params, param_count, state, state_count, derivative, current, unit }
}

/// Parameters as a model takes them; the host passes as many as its table says.
pub(crate) fn params<M: Tables>(values: &[f64]) -> Result<ParamsOf<M, f64>, String> {
    let rows = M::P::FIELDS.len();
    if values.len() != rows {
        return Err(format!("{} parameters were given and {rows} are needed", values.len()));
    }
    Ok(M::P::build(|k: usize| values[k]))
}
