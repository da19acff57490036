//! Given: models that arrive as data join those that are compiled in. What joins lives as long as the program.

use std::sync::Arc;

use super::columns::Lane;
use super::equations::{Equations, Row};
use super::inspect::Inspect;
use super::kernel::{Advance, Block, Instructions, Kernel, Kernels};
use super::neuron::NeuronModel;
use super::program::{Layout, Program};
use crate::number::{Float, Num, Real};
use crate::registry::{Entry, Field, Form, Kind};

/// A step with conductances, and one that leaves them out where nothing connected has any.
struct Given<T> {
    conducting: Program<T>,
    still: Program<T>,
}

impl<T: Float> Advance<T> for Given<T>
where
    Num<T>: Real,
{
    fn advance(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]) {
        let program = if block.conducts { &self.conducting } else { &self.still };
        program.advance(block, lanes);
    }

    fn registers(&self) -> usize {
        self.conducting.registers().max(self.still.registers())
    }
}

fn kernel<T: Float>(
    m: &Equations,
    integrator: &str,
    level: Instructions,
    shared: &[bool],
) -> Option<Kernel<T>>
where
    Num<T>: Real,
{
    let names = |rows: &[Row]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    let layout = Layout { params: &names(&m.params), state: &names(&m.state), shared };
    let program = |conducts: bool| Program::new(&m.graph(integrator, conducts)?, &layout, level).ok();
    Some(Arc::new(Given { conducting: program(true)?, still: program(false)? }))
}

impl Kernels for Equations {
    fn single(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f32>> {
        kernel(self, integrator, level, shared)
    }

    fn double(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f64>> {
        kernel(self, integrator, level, shared)
    }
}

/// A text that stays.
pub fn kept(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// The fields of rows.
pub fn fields(rows: &[Row]) -> &'static [Field] {
    let field = |row: &Row| Field {
        name: kept(&row.name),
        default: row.default,
        unit: kept(&row.unit),
        doc: kept(&row.doc),
        bound: row.bound,
        form: Form::Number,
    };
    Box::leak(rows.iter().map(field).collect())
}

impl NeuronModel {
    /// The registration of a model that arrived as data from `origin`.
    pub fn given(equations: Equations, origin: &str) -> &'static Self {
        let entry = Entry {
            kind: Kind::Neuron,
            name: kept(&equations.name),
            origin: kept(origin),
            doc: kept(&equations.doc),
            params: fields(&equations.params),
            state: fields(&equations.state),
            input: kept(&equations.input),
            drive: None,
        };
        let model: &'static Equations = Box::leak(Box::new(equations));
        let integrator = if model.step.is_some() { "exact" } else { "exponential_euler" };
        let noises = model.noise.len();
        Box::leak(Box::new(Self { entry, noises, integrator, kernels: model, inspect: model }))
    }
}
