//! Model: a model of any kind that text can define, as far as printing has to know.

use ecs_core::model::{
    ChannelEquations, Equations, PlasticityEquations, Row, ShortTermEquations, SynapseEquations,
};
use ecs_core::number::Graph;

/// A model that can be printed.
#[derive(Clone, Copy, Debug)]
pub enum Model<'a> {
    /// A neuron.
    Neuron(&'a Equations),
    /// An ion channel.
    Channel(&'a ChannelEquations),
    /// A synapse.
    Synapse(&'a SynapseEquations),
    /// A rule of short-term plasticity.
    ShortTerm(&'a ShortTermEquations),
    /// A rule of long-term plasticity.
    Plasticity(&'a PlasticityEquations),
}

/// What an event changes, each variable by an output of a graph.
pub(crate) struct Change<'a> {
    pub name: &'a str,
    pub unit: &'a str,
    pub graph: &'a Graph,
    pub output: usize,
}

impl<'a> From<&'a Equations> for Model<'a> {
    fn from(model: &'a Equations) -> Self {
        Self::Neuron(model)
    }
}

impl<'a> From<&'a ChannelEquations> for Model<'a> {
    fn from(model: &'a ChannelEquations) -> Self {
        Self::Channel(model)
    }
}

impl<'a> From<&'a SynapseEquations> for Model<'a> {
    fn from(model: &'a SynapseEquations) -> Self {
        Self::Synapse(model)
    }
}

impl<'a> From<&'a ShortTermEquations> for Model<'a> {
    fn from(model: &'a ShortTermEquations) -> Self {
        Self::ShortTerm(model)
    }
}

impl<'a> From<&'a PlasticityEquations> for Model<'a> {
    fn from(model: &'a PlasticityEquations) -> Self {
        Self::Plasticity(model)
    }
}

/// Outputs of a graph from `first` on, as what variables become.
fn becoming<'a>(rows: &'a [Row], graph: &'a Graph, first: usize) -> impl Iterator<Item = Change<'a>> {
    let change = move |(k, row): (usize, &'a Row)| Change {
        name: &row.name,
        unit: &row.unit,
        graph,
        output: first + k,
    };
    rows.iter().enumerate().map(change)
}

/// Weight and state of a synapse.
fn synapse<'a>(rule: &'a PlasticityEquations, graph: &'a Graph) -> impl Iterator<Item = Change<'a>> {
    std::iter::once(Change { name: "w", unit: "weight", graph, output: 0 }).chain(becoming(
        &rule.state,
        graph,
        1,
    ))
}

impl<'a> Model<'a> {
    pub(crate) fn name(self) -> &'a str {
        match self {
            Self::Neuron(model) => &model.name,
            Self::Channel(model) => &model.name,
            Self::Synapse(model) => &model.name,
            Self::ShortTerm(model) => &model.name,
            Self::Plasticity(model) => &model.name,
        }
    }

    pub(crate) fn doc(self) -> &'a str {
        match self {
            Self::Neuron(model) => &model.doc,
            Self::Channel(model) => &model.doc,
            Self::Synapse(model) => &model.doc,
            Self::ShortTerm(model) => &model.doc,
            Self::Plasticity(model) => &model.doc,
        }
    }

    pub(crate) fn params(self) -> &'a [Row] {
        match self {
            Self::Neuron(model) => &model.params,
            Self::Channel(model) => &model.params,
            Self::Synapse(model) => &model.params,
            Self::ShortTerm(model) => &model.params,
            Self::Plasticity(model) => &model.params,
        }
    }

    /// Variables with their derivatives; `None` where statements say all that changes them.
    pub(crate) fn lines(self) -> Vec<(&'a Row, Option<(&'a Graph, usize)>)> {
        let with = |rows: &'a [Row], graph: Option<&'a Graph>| {
            rows.iter().enumerate().map(move |(k, row)| (row, graph.map(|graph| (graph, k))))
        };
        match self {
            Self::Neuron(model) => with(&model.state, Some(&model.derivative)).collect(),
            Self::Channel(model) => with(&model.state, Some(&model.derivative)).collect(),
            Self::Synapse(model) => with(&model.state, Some(&model.derivative)).collect(),
            Self::ShortTerm(model) => with(&model.state, None).collect(),
            Self::Plasticity(model) => {
                let post = model.follow.is_none().then_some(&model.post_derivative);
                let level = model.modulator.iter().map(|of| (&of.level, Some((&of.derivative, 0))));
                let traces = with(&model.pre, Some(&model.pre_derivative)).chain(with(&model.post, post));
                traces.chain(with(&model.state, None)).chain(level).collect()
            }
        }
    }

    pub(crate) fn state(self) -> Vec<&'a Row> {
        self.lines().into_iter().map(|(row, _)| row).collect()
    }

    /// The state with values to begin with: synapses begin without a trace of spikes, and so do many rules.
    pub(crate) fn initial(self) -> Vec<&'a Row> {
        let begins = |row: &&Row| match self {
            Self::Synapse(_) => false,
            Self::ShortTerm(_) | Self::Plasticity(_) => row.default != 0.0,
            Self::Neuron(_) | Self::Channel(_) => true,
        };
        self.state().into_iter().filter(begins).collect()
    }

    /// The keys of what happens, and what each changes.
    pub(crate) fn events(self) -> Vec<(&'static str, Vec<Change<'a>>)> {
        match self {
            Self::Neuron(model) => vec![("reset", becoming(&model.state, &model.reset, 0).collect())],
            Self::Channel(_) | Self::Synapse(_) => Vec::new(),
            Self::ShortTerm(model) => {
                let gain = Change { name: "gain", unit: "", graph: &model.spike, output: 0 };
                let spike = std::iter::once(gain).chain(becoming(&model.state, &model.spike, 1));
                vec![("on_pre", spike.collect())]
            }
            Self::Plasticity(rule) => {
                let event = |on: &'a Graph, traces: &'a [Row], jump: &'a Graph| {
                    synapse(rule, on).chain(becoming(traces, jump, 0)).collect()
                };
                let mut all = vec![
                    ("on_pre", event(&rule.on_pre, &rule.pre, &rule.pre_jump)),
                    ("on_post", event(&rule.on_post, &rule.post, &rule.post_jump)),
                ];
                all.extend(rule.between.iter().map(|graph| ("between", synapse(rule, graph).collect())));
                all.extend(
                    rule.follow.iter().map(|graph| ("on_step", becoming(&rule.post, graph, 0).collect())),
                );
                all
            }
        }
    }

    /// What a step that synapses see is told by.
    pub(crate) fn seen(self) -> Option<(&'a Graph, usize)> {
        let Self::Plasticity(rule) = self else { return None };
        rule.follow.as_ref().map(|graph| (graph, rule.post.len()))
    }

    /// What arriving spikes, or those of a modulator, add to variables.
    pub(crate) fn additions(self) -> Vec<Change<'a>> {
        match self {
            Self::Synapse(model) => becoming(&model.state, &model.arrive, 0).collect(),
            Self::Plasticity(model) => {
                let jump = model.modulator.iter();
                jump.flat_map(|of| becoming(std::slice::from_ref(&of.level), &of.jump, 0)).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(crate) fn neuron(self) -> Option<&'a Equations> {
        if let Self::Neuron(model) = self { Some(model) } else { None }
    }

    /// Whether text can say its derivative alone.
    pub(crate) fn states_its_step(self) -> bool {
        self.neuron().is_some_and(|model| model.step.is_some())
    }

    /// Whether a spike holds that state variable for a while.
    pub(crate) fn is_held(self, row: usize) -> bool {
        self.neuron().is_some_and(|model| model.held[row])
    }

    pub(crate) fn noise(self) -> &'a [Graph] {
        self.neuron().map_or(&[], |model| &model.noise)
    }

    /// What a channel or a synapse gives to the neuron, and its unit.
    pub(crate) fn output(self) -> Option<(&'a Graph, &'a str)> {
        match self {
            Self::Neuron(_) | Self::ShortTerm(_) | Self::Plasticity(_) => None,
            Self::Channel(model) => Some((&model.current, &model.unit)),
            Self::Synapse(model) => Some((&model.value, "weight")),
        }
    }

    /// All variables with their units: those of the tables, and what comes from outside.
    pub(crate) fn variables(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let outside: Vec<(&str, &str)> = match self {
            Self::Neuron(model) => vec![("i", &*model.input)],
            Self::Channel(_) => vec![("v", "mV")],
            Self::Synapse(_) => vec![("w", "weight")],
            Self::ShortTerm(_) => vec![("elapsed", "ms"), ("gain", "")],
            Self::Plasticity(_) => vec![("w", "weight"), ("elapsed", "ms"), ("v", "mV"), ("dt", "ms")],
        };
        let rows = self.params().iter().chain(self.state());
        rows.map(|row| (&*row.name, &*row.unit)).chain(outside)
    }
}
