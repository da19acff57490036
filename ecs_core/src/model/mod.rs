//! The model contract: a table of parameters and state, and plain functions over [`Real`](crate::number::Real).

mod advance;
mod alike;
mod along;
mod channel;
mod columns;
mod coupling;
mod dynamics;
mod emit;
mod equations;
mod given;
mod given_rule;
mod inspect;
mod integrate;
mod kernel;
mod learning;
mod neuron;
mod plasticity;
mod program;
mod receive;
mod scalar;
mod short_term;
mod surrogate;
mod synapse;
mod table;

pub use advance::{Cell, FLUSH, advance, flush};
pub use channel::{Channel, ChannelModel};
pub use columns::{Columns, Factors, Lane};
pub use coupling::{Coupling, CouplingLoops, CouplingModel, Receiving, Sending};
pub use dynamics::{Compiled, Dynamics};
pub use emit::{Language, emit, math_prelude};
pub use equations::{ChannelEquations, Equations, Row, SynapseEquations};
pub use given::{fields, kept};
pub use inspect::{Inspect, Moment};
pub use integrate::{
    Exact, ExponentialEuler, Forcing, ForwardEuler, Heun, INTEGRATORS, Integrator, IntegratorInfo, Midpoint,
    Milstein, Noise, RungeKutta4, STAGES,
};
pub use kernel::{
    Advance, Block, Column, Instructions, Kernel, Kernels, LANES, NOISES, NotFinite, instructions,
};
#[cfg(feature = "network")]
pub(crate) use kernel::{load, store};
pub use learning::{LEVEL, ModulatorEquations, PlasticityEquations, SIDE, ShortTermEquations};
pub use neuron::{Input, Neuron, NeuronModel, ParamsOf, Precision, StateOf, Tables, model_entry};
pub use plasticity::{
    Decay, MakeRule, Modulator, Plasticity, PlasticityModel, PostOf, PreOf, Rule, Synapses, Trace,
};
pub use program::{Layout, Program, Sheet};
pub use receive::{Arriving, Gather, Propagator, Receive, Received, gather};
pub use short_term::{Scale, ShortTerm, ShortTermModel};
pub use surrogate::{PseudoDerivative, SURROGATE_PARAMS, Surrogate, SurrogateFunction, SurrogateModel};
pub use synapse::{Linear, Output, OutputModel, Synapse, SynapseModel, TracedInput};
pub use table::{From, Rows, Table, concat, no_such_row};

/// What a model file needs: `use ecs_core::model::prelude::*`.
pub mod prelude {
    pub use super::{
        Channel, Coupling, Input, Neuron, Output, Plasticity, PseudoDerivative, ShortTerm, Synapse,
    };
    pub use crate::number::Real;
    pub use crate::{membrane, model, rule};
}
