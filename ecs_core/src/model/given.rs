//! Given: models that arrive as data join those that are compiled in. What joins lives as long as the program.

use std::sync::Arc;

use super::alike;
use super::along;
use super::channel::ChannelModel;
use super::columns::Lane;
use super::equations::{ChannelEquations, Equations, Row, SynapseEquations};
use super::inspect::Inspect;
use super::integrate::INTEGRATORS;
use super::kernel::{Advance, Block, Instructions, Kernel, Kernels};
use super::neuron::NeuronModel;
use super::program::{Layout, Program};
use super::synapse::SynapseModel;
use crate::number::{Float, Num, Real};
use crate::registry::{Entry, Field, Form, Kind};

/// A step with conductances, and one that leaves them out where nothing connected has any.
struct Given<T> {
    conducting: Program<T>,
    still: Program<T>,
    level: Instructions,
    /// Whether the input of one moment is all that is looked at, so that receptors can be advanced along.
    fuses: bool,
}

impl<T: Float> Advance<T> for Given<T>
where
    Num<T>: Real,
{
    fn advance(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]) {
        let program = if block.conducts { &self.conducting } else { &self.still };
        match lanes {
            [] => program.advance(block, &mut []),
            lanes => along::advance(self.level, block, lanes, |block| program.advance(block, &mut [])),
        }
    }

    fn fuses(&self) -> bool {
        self.fuses
    }

    fn registers(&self) -> usize {
        along::REGISTERS + self.conducting.registers().max(self.still.registers())
    }
}

/// A step of `m` as a program, whose parameters and state variables have these names.
pub(super) fn program<T: Float>(
    m: &dyn Inspect,
    [params, state]: [&[String]; 2],
    noises: usize,
    (integrator, level, shared): (&str, Instructions, &[bool]),
) -> Option<Kernel<T>>
where
    Num<T>: Real,
{
    let layout = Layout { params, state, shared };
    let program = |conducts: bool| Program::new(&m.graph(integrator, conducts)?, &layout, level).ok();
    let info = INTEGRATORS.iter().find(|info| info.name == integrator)?;
    let fuses = info.offsets.len() == 1 && noises == 0;
    Some(Arc::new(Given { conducting: program(true)?, still: program(false)?, level, fuses }))
}

fn kernel<T: Float>(m: &Equations, how: (&str, Instructions, &[bool])) -> Option<Kernel<T>>
where
    Num<T>: Real,
{
    let names = |rows: &[Row]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    program(m, [&names(&m.params), &names(&m.state)], m.noise.len(), how)
}

impl Kernels for Equations {
    fn single(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f32>> {
        alike::kernel(shared, |shared| kernel(self, (integrator, level, shared)))
    }

    fn double(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f64>> {
        alike::kernel(shared, |shared| kernel(self, (integrator, level, shared)))
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
        let model: &'static Equations = Box::leak(Box::new(equations));
        let tables = (&model.params[..], &model.state[..]);
        let named = (&model.name[..], &model.doc[..]);
        let entry = Entry { input: &model.input, ..entry(Kind::Neuron, named, tables, origin) };
        let integrator = if model.step.is_some() { "exact" } else { "exponential_euler" };
        let noises = model.noise.len();
        Box::leak(Box::new(Self { entry, noises, integrator, kernels: model, inspect: model }))
    }
}

impl ChannelModel {
    /// The registration of a channel that arrived as data from `origin`.
    pub fn given(equations: ChannelEquations, origin: &str) -> &'static Self {
        let model: &'static ChannelEquations = Box::leak(Box::new(equations));
        let tables = (&model.params[..], &model.state[..]);
        let named = (&model.name[..], &model.doc[..]);
        let entry = Entry { input: &model.unit, ..entry(Kind::Channel, named, tables, origin) };
        let equations = Box::leak(Box::new(|_: &Entry| model.clone()));
        Box::leak(Box::new(Self { entry, equations }))
    }
}

impl SynapseModel {
    /// The registration of a synapse that arrived as data from `origin`.
    pub fn given(equations: SynapseEquations, origin: &str) -> &'static Self {
        let model: &'static SynapseEquations = Box::leak(Box::new(equations));
        let tables = (&model.params[..], &model.state[..]);
        let entry = entry(Kind::Synapse, (&model.name, &model.doc), tables, origin);
        let linear = Box::leak(Box::new(|params: &[f64]| model.linear(params)));
        let equations = Box::leak(Box::new(|_: &Entry| model.clone()));
        Box::leak(Box::new(Self { entry, linear, equations: Some(equations) }))
    }
}

/// What data says of itself.
fn entry(
    kind: Kind,
    (name, doc): (&'static str, &'static str),
    (params, state): (&[Row], &[Row]),
    origin: &str,
) -> Entry {
    let (params, state) = (fields(params), fields(state));
    Entry { kind, name, origin: kept(origin), doc, params, state, input: "", drive: None }
}
