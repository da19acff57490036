//! Neuron: a neuron model's table for the host, and its kernels behind handles.

#![expect(unsafe_code, reason = "kernels live behind handles that the host gives back")]

use std::ffi::c_void;
use std::ptr;

use abi::{Failure, instructions, precision};
use ecs_core::model::{Compiled, Equations, Instructions, Kernel, Kernels, Neuron, Table};
use ecs_core::number::{Float, Num, Real};

use crate::block::{Scratch, advance};
use crate::graph::{fields, graph, kept, optional, text};
use crate::guard::{Outcome, Stop, guard};
use crate::raw;

/// The table of model `M`.
pub(crate) fn neuron<M: Neuron>(name: &str, doc: &str) -> abi::Neuron {
    let model = Compiled::<M>::new();
    let equations = Equations::of(&model, name, doc);
    let (params, param_count) = fields(M::P::FIELDS, &[]);
    let (state, state_count) = fields(M::S::FIELDS, M::S::HELD);
    let (noise, noise_count) = kept(equations.noise.iter().map(graph).collect());
    abi::Neuron {
        name: text(name),
        doc: text(doc),
        input: text(M::INPUT),
        integrator: text(if M::EXACT { "exact" } else { "exponential_euler" }),
        params,
        param_count,
        state,
        state_count,
        derivative: optional(Some(&equations.derivative)),
        noise,
        noise_count,
        condition: optional(equations.condition.as_ref()),
        edge: M::EDGE.into(),
        reset: optional(Some(&equations.reset)),
        refractory: optional(equations.refractory.as_ref()),
        step: optional(equations.step.as_ref()),
        context: ptr::null(),
        make: Some(make::<M>),
    }
}

/// See [`abi::Make`].
unsafe extern "C" fn make<M: Neuron>(
    _: *const c_void,
    request: *const abi::Request,
    kernel: *mut abi::Kernel,
    failure: *mut Failure,
) -> u32 {
    // SAFETY: the host passes a place for the reason.
    unsafe { guard(failure, || made::<M>(request, kernel)) }
}

unsafe fn made<M: Neuron>(request: *const abi::Request, kernel: *mut abi::Kernel) -> Outcome {
    // SAFETY: the host passes a request that stays as it is during the call.
    let (request, integrator, shared) = unsafe {
        let request = &*request;
        (request, raw::text(request.integrator), raw::slice(request.shared, request.shared_count))
    };
    let shared: Vec<bool> = shared.iter().map(|one| *one != 0).collect();
    let level = widest(request.instructions);
    let made = match request.precision {
        precision::SINGLE => Compiled::<M>::new().single(integrator, level, &shared).map(handle),
        precision::DOUBLE => Compiled::<M>::new().double(integrator, level, &shared).map(handle),
        other => return Err(format!("there is no precision {other}").into()),
    };
    let Some(made) = made else { return Err(Stop::Unsupported) };
    // SAFETY: the host passes a place for a kernel.
    unsafe { kernel.write(made) };
    Ok(())
}

/// What the host chose, if this machine has it: a kernel must never run what it has not.
fn widest(code: u32) -> Instructions {
    let asked = match code {
        instructions::AVX512 => Instructions::Avx512,
        instructions::AVX2 => Instructions::Avx2,
        _ => Instructions::Baseline,
    };
    let here = Instructions::available().last().copied().unwrap_or(Instructions::Baseline);
    asked.min(here)
}

fn handle<T: Scratch>(kernel: Kernel<T>) -> abi::Kernel
where
    Num<T>: Real,
{
    abi::Kernel {
        registers: kernel.registers(),
        fuses: kernel.fuses().into(),
        handle: Box::into_raw(Box::new(kernel)).cast(),
        advance: Some(advance::<T>),
        release: Some(release::<T>),
    }
}

/// See [`abi::Release`].
unsafe extern "C" fn release<T: Float>(handle: *mut c_void) -> u32 {
    // SAFETY: the host gives a handle back once, and it came from `handle`.
    unsafe {
        guard(ptr::null_mut(), || {
            drop(Box::from_raw(handle.cast::<Kernel<T>>()));
            Ok(())
        })
    }
}
