//! System: something that happens in every step for each population that it fits.

#![expect(unsafe_code, reason = "columns arrive as pointers and lengths")]

use std::ffi::c_void;
use std::ptr;

use abi::Failure;
use ecs_core::model::{ParamsOf, Table, Tables};

use crate::contents::params;
use crate::graph::{fields, kept, text};
use crate::guard::guard;
use crate::raw;

/// A system; its parameters are the table of `model!`.
pub trait System: Tables {
    /// What it keeps for a population from step to step.
    type Instance: Send + 'static;
    /// When in a step it runs.
    const PHASE: Phase;
    /// The population it is for; empty for all.
    const POPULATION: &'static str = "";
    /// The model of the populations it is for; empty for all.
    const MODEL: &'static str = "";
    /// The state variables it reads and writes, each once.
    const COLUMNS: &'static [Access] = &[];

    /// Starts it for a population.
    ///
    /// # Errors
    /// What is wrong, what is allowed and what to do.
    fn start(p: &ParamsOf<Self, f64>, place: &Place<'_>) -> Result<Self::Instance, String>;

    /// Runs it for one step.
    ///
    /// # Errors
    /// What ends the run.
    fn run(
        instance: &mut Self::Instance,
        moment: &Moment<'_>,
        columns: &mut Columns<'_>,
    ) -> Result<(), String>;

    /// Ends it: what it holds is written.
    ///
    /// # Errors
    /// What was not.
    fn finish(_: Self::Instance) -> Result<(), String> {
        Ok(())
    }
}

/// The parts of a step, in this order; a recorder is a system of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
#[expect(missing_docs, reason = "each is the code of `abi::phase` of that name")]
pub enum Phase {
    Control = abi::phase::CONTROL,
    Stimulate = abi::phase::STIMULATE,
    Deliver = abi::phase::DELIVER,
    Integrate = abi::phase::INTEGRATE,
    Fire = abi::phase::FIRE,
    Propagate = abi::phase::PROPAGATE,
    Learn = abi::phase::LEARN,
    Record = abi::phase::RECORD,
}

/// A column that a system works on.
#[derive(Clone, Copy, Debug)]
pub struct Access {
    column: &'static str,
    write: bool,
}

/// The system reads this state variable.
pub const fn reads(column: &'static str) -> Access {
    Access { column, write: false }
}

/// The system writes this state variable.
pub const fn writes(column: &'static str) -> Access {
    Access { column, write: true }
}

/// The population that a system is started for.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its name.
    pub population: &'a str,
    /// Its neurons.
    pub neurons: usize,
    /// Step, in ms.
    pub dt: f64,
    /// Seed of the run.
    pub seed: u64,
}

/// A step.
#[derive(Clone, Copy, Debug)]
pub struct Moment<'a> {
    /// Its number, from 0.
    pub step: u64,
    /// Its length, in ms.
    pub dt: f64,
    /// Spikes of the population: those of this step from `Propagate` on, before it those of the step before.
    pub spikes: &'a [u32],
}

impl Moment<'_> {
    /// Start of the step, in ms.
    pub fn time(&self) -> f64 {
        self.step as f64 * self.dt
    }
}

/// Columns, in the order in which the system names them.
pub struct Columns<'a> {
    slices: &'a [abi::Slice],
    accesses: &'static [Access],
}

impl Columns<'_> {
    /// Column `k`, `[neuron]`.
    ///
    /// # Panics
    /// Where the system names fewer columns.
    pub fn read(&self, k: usize) -> &[f32] {
        let slice = &self.slices[k];
        // SAFETY: the host lends its columns for the call, and while this borrow lasts none is lent for writing.
        unsafe { raw::slice(slice.data, slice.length) }
    }

    /// Column `k` to be written, `[neuron]`.
    ///
    /// # Panics
    /// Where the system did not name it as written.
    pub fn write(&mut self, k: usize) -> &mut [f32] {
        let (slice, access) = (&self.slices[k], &self.accesses[k]);
        assert!(access.write, "column `{}` is named as one that is read", access.column);
        // SAFETY: the host lends its columns for the call, and while this borrow lasts no other is lent.
        unsafe { raw::slice_mut(slice.data, slice.length) }
    }
}

/// The table of system `M`.
pub(crate) fn system<M: System>(name: &str, doc: &str) -> abi::System {
    let (params, param_count) = fields(M::P::FIELDS, &[]);
    let access = |a: &Access| abi::Access { column: text(a.column), write: a.write.into() };
    let (columns, column_count) = kept(M::COLUMNS.iter().map(access).collect());
    abi::System {
        name: text(name),
        doc: text(doc),
        params,
        param_count,
        phase: M::PHASE as u32,
        population: text(M::POPULATION),
        model: text(M::MODEL),
        columns,
        column_count,
        context: ptr::null(),
        start: Some(start::<M>),
        run: Some(run::<M>),
        finish: Some(finish::<M>),
    }
}

/// See [`abi::Start`].
unsafe extern "C" fn start<M: System>(
    _: *const c_void,
    place: *const abi::Place,
    instance: *mut *mut c_void,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a place and room for the instance, which nobody else uses during the call.
    unsafe {
        guard(failure, || {
            let abi::Place { population, neurons, dt, seed, params: values, param_count } = *place;
            let p = params::<M>(raw::slice(values, param_count))?;
            let place = Place { population: raw::text(population), neurons, dt, seed };
            instance.write(Box::into_raw(Box::new(M::start(&p, &place)?)).cast());
            Ok(())
        })
    }
}

/// See [`abi::Run`].
unsafe extern "C" fn run<M: System>(
    instance: *mut c_void,
    moment: *const abi::Moment,
    columns: *const abi::Slice,
    column_count: usize,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes an instance of this system, and columns that nobody else uses during the call.
    unsafe {
        guard(failure, || {
            let abi::Moment { step, dt, spikes, spike_count } = *moment;
            let moment = Moment { step, dt, spikes: raw::slice(spikes, spike_count) };
            let slices = raw::slice(columns, column_count);
            let mut columns = Columns { slices, accesses: M::COLUMNS };
            M::run(&mut *instance.cast::<M::Instance>(), &moment, &mut columns)?;
            Ok(())
        })
    }
}

/// See [`abi::Finish`].
unsafe extern "C" fn finish<M: System>(instance: *mut c_void, failure: *mut Failure) -> u32 {
    // SAFETY: the host gives an instance of this system back once.
    unsafe {
        guard(failure, || {
            M::finish(*Box::from_raw(instance.cast::<M::Instance>()))?;
            Ok(())
        })
    }
}
