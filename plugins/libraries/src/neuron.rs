//! Neuron: a neuron model of a library, as one that is linked in.

#![expect(unsafe_code, reason = "kernels are asked of the library's code")]

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;

use abi::{Make, Text, instructions, precision};
use ecs_core::model::{Equations, INTEGRATORS, Instructions, Kernel, Kernels, NOISES, NeuronModel};
use ecs_core::number::{Float, Num, Real};
use ecs_core::registry::{Entry, Kind};

use crate::block::{Loop, PARAMS, STATE};
use crate::error::Reason;
use crate::failure::Caller;
use crate::library::Source;
use crate::read::{self, Shape, missing, wrong};

/// What makes the loops of a library's model.
struct Made {
    caller: Arc<Caller>,
    context: *const c_void,
    make: Make,
}

// SAFETY: by the interface a context is never written and may be used by any thread.
unsafe impl Sync for Made {}

/// The model of a table.
pub(crate) fn neuron(source: &Source, row: &abi::Neuron, k: usize) -> Result<&'static NeuronModel, Reason> {
    let name = read::name(&format!("neuron {k}"), row.name)?;
    let place = format!("neuron `{name}`");
    let (params, _) = read::fields(&place, "parameter", (row.params, row.param_count), false)?;
    let (state, held) = read::fields(&place, "state variable", (row.state, row.state_count), false)?;
    if state.is_empty() || state.len() > STATE || params.len() > PARAMS {
        let (s, p) = (state.len(), params.len());
        let allowed = format!("1 to {STATE} and up to {PARAMS} are allowed");
        return Err(wrong(
            &place,
            format!("has {s} state variables and {p} parameters; {allowed}; split the model"),
        ));
    }
    read::distinct(
        &place,
        "parameters or state variables",
        params.iter().chain(state).map(|field| field.name),
    )?;
    let integrator = read::text(&place, "integrator", row.integrator)?;
    if !INTEGRATORS.iter().any(|known| known.name == integrator) {
        let known: Vec<_> = INTEGRATORS.iter().map(|known| known.name).collect();
        let known = known.join("`, `");
        return Err(wrong(
            &place,
            format!("has the integrator `{integrator}`; `{known}` are allowed; choose one"),
        ));
    }
    let equations = Equations {
        name: name.to_owned(),
        doc: read::text(&place, "doc", row.doc)?.to_owned(),
        input: read::text(&place, "input", row.input)?.to_owned(),
        params: read::rows(params),
        state: read::rows(state),
        held,
        edge: row.edge != 0,
        ..graphs(&place, row, (names(params), names(state)))?
    };
    let (noises, doc) = (equations.noise.len(), read::text(&place, "doc", row.doc)?);
    let input = read::text(&place, "input", row.input)?;
    let entry =
        Entry { kind: Kind::Neuron, name, origin: source.origin, doc, params, state, input, drive: None };
    let inspect: &'static Equations = Box::leak(Box::new(equations));
    let made = |make| Made { caller: source.caller(&place), context: row.context, make };
    let kernels: &'static dyn Kernels = match row.make {
        Some(make) => Box::leak(Box::new(made(make))),
        None => inspect,
    };
    Ok(Box::leak(Box::new(NeuronModel { entry, noises, integrator, kernels, inspect })))
}

fn names(fields: &'static [ecs_core::registry::Field]) -> Vec<&'static str> {
    fields.iter().map(|field| field.name).collect()
}

/// The graphs of a model, with nothing else filled in.
fn graphs(
    place: &str,
    row: &abi::Neuron,
    (params, state): (Vec<&'static str>, Vec<&'static str>),
) -> Result<Equations, Reason> {
    let all = [&params[..], &state].concat();
    let with = |more: &[&'static str]| [&all[..], more].concat();
    let read = |what: &str, graph, variables: &[&str], outputs| {
        read::graph(&format!("{place}, graph `{what}`"), graph, &Shape { variables, outputs })
    };
    let needed = |what: &str, graph, variables: &[&str]| {
        read(what, graph, variables, state.len())?.ok_or_else(|| missing(place, what))
    };
    let noise = read::list(place, "noise", row.noise, row.noise_count)?;
    if noise.len() > NOISES {
        return Err(wrong(
            place,
            format!("has {} noises; up to {NOISES} are allowed; drop some", noise.len()),
        ));
    }
    let shape = Shape { variables: &all, outputs: state.len() };
    Ok(Equations {
        name: String::new(),
        doc: String::new(),
        input: String::new(),
        params: Vec::new(),
        state: Vec::new(),
        held: Vec::new(),
        edge: false,
        derivative: needed("derivative", row.derivative, &with(&["i"]))?,
        noise: read::graphs(&format!("{place}, graph `noise`"), noise, &shape)?,
        condition: read("condition", row.condition, &all, 1)?,
        reset: needed("reset", row.reset, &all)?,
        refractory: read("refractory", row.refractory, &params, 1)?,
        step: read("step", row.step, &with(&["i", "g", "jump", "dt"]), state.len())?,
    })
}

impl Made {
    fn kernel<T: Float>(
        &self,
        integrator: &str,
        (level, precision): (Instructions, u32),
        shared: &[bool],
    ) -> Option<Kernel<T>>
    where
        Num<T>: Real,
    {
        let shared: Vec<u8> = shared.iter().map(|one| u8::from(*one)).collect();
        let request = abi::Request {
            integrator: Text { data: integrator.as_ptr(), length: integrator.len() },
            precision,
            instructions: code(level),
            shared: shared.as_ptr(),
            shared_count: shared.len(),
        };
        let mut kernel = MaybeUninit::<abi::Kernel>::zeroed();
        // SAFETY: the request and the places live through the call.
        let make = |failure| unsafe { (self.make)(self.context, &request, kernel.as_mut_ptr(), failure) };
        match self.caller.ask("make", make) {
            Ok(true) => {
                // SAFETY: zeros are a kernel without functions, and the plugin wrote nothing or a kernel.
                let kernel = unsafe { kernel.assume_init() };
                let made = Loop::<T>::of(kernel, Arc::clone(&self.caller));
                made.map(|made| Arc::new(made) as Kernel<T>)
            }
            Ok(false) => None,
            Err(why) => {
                self.caller.blame("make", &why);
                None
            }
        }
    }
}

fn code(level: Instructions) -> u32 {
    match level {
        Instructions::Baseline => instructions::BASELINE,
        Instructions::Avx2 => instructions::AVX2,
        Instructions::Avx512 => instructions::AVX512,
    }
}

impl Kernels for Made {
    fn single(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f32>> {
        self.kernel(integrator, (level, precision::SINGLE), shared)
    }

    fn double(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f64>> {
        self.kernel(integrator, (level, precision::DOUBLE), shared)
    }
}
