//! Check: contracts that a model of a library is held to before anybody relies on it.
//!
//! A population is advanced with its columns between bytes that must stay as they are. What the loops compute is compared with
//! what the graphs say, and derivatives of the graphs with differences.

use ecs_core::model::{Instructions, Kernel, Moment, NeuronModel, instructions};
use ecs_core::number::{Float, Num, Real};

use crate::canary::Guarded;
use crate::library::Library;

/// A contract that a model breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The model.
    pub model: &'static str,
    /// What was found, what is allowed and what to do.
    pub problem: String,
}

/// Steps that are run.
const STEPS: u64 = 50;
/// Step, in ms; short, because a model need not be stable at any.
const DT: f64 = 0.01;
/// Largest relative difference between loop and graph after one step: an author may order operations in another way, and
/// single precision then differs in its last digits.
const SINGLE: f64 = 1e-4;
/// The same in double precision.
const DOUBLE: f64 = 1e-9;
/// Largest relative difference between derivatives and central differences, whose own error this is.
const SLOPE: f64 = 1e-4;

/// Runs every model of a library; nothing is found in one that keeps its contracts.
pub fn check(library: &Library) -> Vec<Finding> {
    let mut found = Vec::new();
    for model in &library.neurons {
        let shared = vec![true; model.entry.params.len()];
        let level = instructions();
        let single = model.kernels.single(model.integrator, level, &shared);
        let double = model.kernels.double(model.integrator, level, &shared);
        let mut problems = Vec::new();
        problems.extend(kernel(model, single, SINGLE).err());
        problems.extend(kernel(model, double, DOUBLE).err());
        problems.extend(slower(model, level).err());
        problems.extend(slopes(model).err());
        problems.extend(library.failures.take());
        let model = model.entry.name;
        found.extend(problems.into_iter().map(|problem| Finding { model, problem }));
    }
    found
}

/// A loop leaves alone what it must, stays finite, and computes what the graphs say.
fn kernel<T: Float>(model: &NeuronModel, kernel: Option<Kernel<T>>, tolerance: f64) -> Result<(), String>
where
    Num<T>: Real,
{
    let digits = size_of::<T>() * 8;
    let kernel = kernel.ok_or_else(|| {
        format!(
            "has no kernel of {digits} bits for its own integrator `{}`; one is needed; make it",
            model.integrator
        )
    })?;
    let mut cells = Guarded::<T>::of(model, kernel.registers());
    for step in 0..STEPS {
        let before = cells.state();
        cells.advance(&*kernel, DT, step)?;
        if let Some((row, x)) =
            cells.state().iter().enumerate().find(|(_, column)| !column.iter().all(|x| x.is_finite()))
        {
            let (name, x) =
                (model.entry.state[row].name, x.iter().find(|x| !x.is_finite()).copied().unwrap_or(f64::NAN));
            return Err(format!(
                "`{name}` becomes {x} within {STEPS} steps of {DT} ms at its defaults; finite numbers are needed; correct \
                 equations or defaults"
            ));
        }
        if step == 0 {
            compare(model, (&before, &cells), tolerance).map_err(|why| format!("{why} ({digits} bits)"))?;
        }
    }
    Ok(())
}

/// One step by the loop against the same step by the graphs.
fn compare<T: Float>(
    model: &NeuronModel,
    (before, after): (&[Vec<f64>], &Guarded<T>),
    tolerance: f64,
) -> Result<(), String>
where
    Num<T>: Real,
{
    let found = after.state();
    for k in 0..Guarded::<T>::NEURONS {
        let moment = Moment {
            params: model.entry.params.iter().map(|field| field.default).collect(),
            state: before.iter().map(|column| column[k]).collect(),
            refractory: 0.0,
            inputs: [Guarded::<T>::input(k); 3],
            jump: 0.0,
            noise: vec![0.0; model.noises],
            dt: DT,
        };
        let expected = model.inspect.step_f64(model.integrator, &moment).ok_or_else(|| {
            format!(
                "its graphs cannot be advanced by `{}`; they must be the model that its kernel is",
                model.integrator
            )
        })?;
        for (row, (field, expected)) in model.entry.state.iter().zip(expected).enumerate() {
            let found = found[row][k];
            if (found - expected).abs() > tolerance * expected.abs().max(1.0) {
                return Err(format!(
                    "after one step `{}` is {found} by its kernel and {expected} by its graphs; one model is needed; correct \
                     either",
                    field.name
                ));
            }
        }
    }
    Ok(())
}

/// A kernel that is asked for fewer instructions gives the same bits: one scenario has one result on every machine.
fn slower(model: &NeuronModel, level: Instructions) -> Result<(), String> {
    let shared = vec![true; model.entry.params.len()];
    let run = |level| -> Result<Option<Vec<Vec<u64>>>, String> {
        let Some(kernel) = model.kernels.single(model.integrator, level, &shared) else { return Ok(None) };
        let mut cells = Guarded::<f32>::of(model, kernel.registers());
        (0..STEPS).try_for_each(|step| cells.advance(&*kernel, DT, step))?;
        let bits = |column: &Vec<f64>| column.iter().map(|x| x.to_bits()).collect();
        Ok(Some(cells.state().iter().map(bits).collect()))
    };
    if run(level)? == run(Instructions::Baseline)? {
        return Ok(());
    }
    Err("gives other bits with fewer instructions; the same bits are needed; leave operations in their order and unfused".into())
}

/// Derivatives of the right-hand side against central differences.
fn slopes(model: &NeuronModel) -> Result<(), String> {
    let params: Vec<f64> = model.entry.params.iter().map(|field| field.default).collect();
    let state: Vec<f64> = model.entry.state.iter().map(|field| field.default + 0.125).collect();
    let input = [10.0, 0.5];
    let slopes = model.inspect.jacobian(&params, &state, input);
    for column in 0..state.len() {
        let step = 1e-5 * state[column].abs().max(1.0);
        let at = |by: f64| {
            let mut state = state.clone();
            state[column] += by;
            model.inspect.derivative(&params, &state, input)
        };
        let (above, below) = (at(step), at(-step));
        for row in 0..state.len() {
            let (slope, expected) = (slopes[row][column], (above[row] - below[row]) / (2.0 * step));
            if (slope - expected).abs() > SLOPE * expected.abs().max(1.0) {
                let [of, by] = [row, column].map(|k| model.entry.state[k].name);
                return Err(format!(
                    "the derivative of {of}' by `{by}` is {slope} and differences give {expected}; a smooth right-hand side is \
                     needed; look for a jump near the defaults"
                ));
            }
        }
    }
    Ok(())
}
