//! Parameter: what can be learned, found by the path that also names it on the command line.

use super::{Circuit, Kind, Neurons};
use crate::cell::Slot;
use ecs_core::nearest::{advice, nearest};
use ecs_core::network::Values;
use ecs_core::number::{Float, Num, Real};

/// What a parameter is; numbers are those of populations, links and receptors (from 1) of the circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The weights of a link.
    Weights(usize),
    /// A parameter of neurons: population, row.
    Neurons(usize, usize),
    /// A parameter of a receptor's synapse: population, receptor, row.
    Synapse(usize, usize, usize),
    /// A parameter of a receptor's output: population, receptor, row.
    Output(usize, usize, usize),
    /// The initial value of a state variable of neurons: population, row.
    Initial(usize, usize),
    /// The initial value of a state variable of a receptor: population, receptor, row.
    Received(usize, usize, usize),
    /// A current that is injected into all neurons of a population, for each step of a trial.
    Input(usize),
    /// A parameter of the law that draws the weights of a link: link, and its place.
    Law(usize, usize),
    /// A parameter of the short-term plasticity of a link: link, row.
    ShortTerm(usize, usize),
    /// The delays of a link, in ms: one where all synapses share one, or that of each.
    Delays(usize),
}

impl What {
    /// The population that it belongs to.
    pub fn population(self) -> Option<usize> {
        match self {
            Self::Neurons(p, _)
            | Self::Synapse(p, ..)
            | Self::Output(p, ..)
            | Self::Initial(p, _)
            | Self::Received(p, ..)
            | Self::Input(p) => Some(p),
            Self::Weights(_) | Self::Law(..) | Self::ShortTerm(..) | Self::Delays(_) => None,
        }
    }
}

/// Something that is learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter<T> {
    /// Its path: `projection.NAME.weight`, `.weight.mean`, `.delay`, `.tau`, `.short_term.U` or `.initial.g`, `population.NAME.tau_m`,
    /// `.initial.v` or `.input`.
    pub path: String,
    /// What it is.
    pub what: What,
    /// Its values: one for all or `[neuron]`; of weights nothing, for they stand in their matrix.
    pub(super) values: Vec<T>,
}

/// What the wanted slots of populations are for a list of parameters.
pub(super) fn wanted<T: Float>(neurons: &Neurons<T>, population: usize, what: &[What]) -> Vec<Slot>
where
    Num<T>: Real,
{
    let shape = &neurons.shape;
    let mut slots = Vec::new();
    let entries = |k: usize| (0..shape.entries(k)).map(move |e| Slot::Entry(k, e));
    for what in what {
        match *what {
            What::Neurons(p, row) if p == population => {
                slots.push(Slot::Param(row));
                if neurons.membrane().is_some() {
                    let currents = (1..).zip(&neurons.receptors).filter(|(_, r)| r.is_current());
                    currents.for_each(|(k, _)| slots.extend(entries(k)));
                }
            }
            What::Synapse(p, k, _) | What::Output(p, k, _) if p == population => slots.extend(entries(k)),
            _ => {}
        }
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

impl<T: Float> Circuit<T>
where
    Num<T>: Real,
{
    /// What `path` names.
    ///
    /// # Errors
    /// Nothing that can be learned is called so.
    pub(super) fn find(&self, path: &str) -> Result<Vec<What>, String> {
        let parts: Vec<&str> = path.split('.').collect();
        let unknown = || {
            let known = self.paths();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            format!(
                "`{path}` is nothing that can be learned; {}",
                advice(nearest(path, &known, path.len() / 2))
            )
        };
        let found = match &parts[..] {
            ["population", "*", rest @ ..] => {
                let names = self.populations.iter().map(|p| p.name.as_str());
                names.filter_map(|name| self.in_population(name, rest)).collect()
            }
            ["population", name, rest @ ..] => self.in_population(name, rest).into_iter().collect(),
            ["projection", "*", "weight"] => {
                let stored = (0..self.links.len()).filter(|k| self.links[*k].matrix.is_stored());
                stored.map(What::Weights).collect()
            }
            ["projection", name, rest @ ..] => self.in_projection(name, rest),
            _ => Vec::new(),
        };
        if found.is_empty() { Err(unknown()) } else { Ok(found) }
    }

    /// The path of one of those that `path` names.
    pub(super) fn own_path(&self, path: &str, what: What) -> String {
        match what.population() {
            Some(p) => path.replacen(".*.", &format!(".{}.", self.populations[p].name), 1),
            None => path.to_owned(),
        }
    }

    /// Makes room for what is learned.
    pub(super) fn learn(&mut self, what: What) {
        match what {
            What::Law(l, _) => self.links[l].learns_law = true,
            What::Delays(l) if self.links[l].delays == 0 => {
                let link = &mut self.links[l];
                link.free_delays();
                let (post, longest) = (link.post, link.matrix.delay + 1);
                if let Kind::Neurons(neurons) = &mut self.populations[post].kind {
                    neurons.delay = neurons.delay.max(longest);
                }
            }
            What::Input(p) => {
                if let Kind::Neurons(neurons) = &mut self.populations[p].kind {
                    neurons.shape.driven = true;
                    neurons.learns_input = true;
                }
            }
            _ => {}
        }
    }

    /// The values of parameter `k`; those of weights are in the order of [`Matrix::synapses`](crate::Matrix::synapses), or of a
    /// dense matrix with zeros where a synapse is missing.
    pub fn values(&self, k: usize) -> &[T] {
        match self.parameters[k].what {
            What::Weights(link) => &self.links[link].matrix.weights,
            _ => &self.parameters[k].values,
        }
    }

    /// Changes the values of parameter `k`; what follows from them changes with them.
    pub fn update(&mut self, k: usize, change: impl FnOnce(&mut [T])) {
        if let What::Weights(link) = self.parameters[k].what {
            return change(&mut self.links[link].matrix.weights);
        }
        change(&mut self.parameters[k].values);
        let Parameter { what, values, .. } = &self.parameters[k];
        let first = values.first().map_or(0.0, |x| x.to_f64());
        let same = || match values.len() {
            1 => Values::Uniform(first),
            _ => Values::Each(values.iter().map(|x| x.to_f64()).collect()),
        };
        match *what {
            What::Law(l, j) => return self.links[l].obey(j, first),
            What::ShortTerm(l, row) => {
                if let Some(rule) = &mut self.links[l].short_term {
                    rule.params[row] = first;
                }
                return;
            }
            What::Delays(l) => {
                let steps: Vec<f64> = values.iter().map(|ms| ms.to_f64() / self.clock.dt).collect();
                return self.links[l].matrix.delay_by(&steps);
            }
            _ => {}
        }
        let Some(population) = what.population() else { return };
        let Kind::Neurons(neurons) = &mut self.populations[population].kind else { return };
        match *what {
            What::Neurons(_, row) => neurons.params[row] = same(),
            What::Initial(_, row) => neurons.state[row] = same(),
            What::Synapse(_, k, row) => neurons.receptors[k - 1].synapse_params[row] = first,
            What::Output(_, k, row) => neurons.receptors[k - 1].output_params[row] = first,
            What::Received(_, k, row) => {
                let initial = &mut neurons.receptors[k - 1].initial;
                initial.retain(|(other, _)| *other != row);
                initial.push((row, same()));
                return;
            }
            What::Input(_) => {
                neurons.injected.clone_from(values);
                return;
            }
            _ => return,
        }
        neurons.refresh();
    }

    /// Gives parameter `k` other values, also more of them than it had: an injected current has one for each step of a trial, and
    /// none before they are given.
    pub fn give(&mut self, k: usize, values: Vec<T>) {
        let n = values.len();
        match self.parameters[k].what {
            What::Input(_) => {
                self.parameters[k].values = values;
                self.update(k, |_| ());
            }
            _ => self.update(k, |own| own.iter_mut().zip(&values[..n]).for_each(|(x, y)| *x = *y)),
        }
    }

    /// The values that a parameter has when nothing was learned yet.
    pub(super) fn initial_values(&self, what: What) -> Vec<T> {
        let of = |values: &Values| values.as_slice().iter().map(|x| T::of(*x)).collect();
        let neurons = |p: usize| self.neurons(p).expect("only neurons have parameters");
        match what {
            What::Weights(_) => Vec::new(),
            What::Neurons(p, row) => of(&neurons(p).params[row]),
            What::Initial(p, row) => of(&neurons(p).state[row]),
            What::Received(p, k, row) => {
                let initial = neurons(p).receptors[k - 1].initial.iter().find(|(r, _)| *r == row);
                initial.map_or_else(|| vec![T::default()], |(_, values)| of(values))
            }
            What::Input(_) => Vec::new(),
            What::Law(l, j) => vec![T::of(self.links[l].law_value(j))],
            What::ShortTerm(l, row) => {
                self.links[l].short_term.iter().map(|rule| T::of(rule.params[row])).collect()
            }
            What::Delays(l) => {
                let (delays, link) = (self.links[l].matrix.delays(), &self.links[l]);
                delays.iter().take(link.delays).map(|d| T::of(f64::from(*d) * self.clock.dt)).collect()
            }
            What::Synapse(p, k, row) => vec![T::of(neurons(p).receptors[k - 1].synapse_params[row])],
            What::Output(p, k, row) => vec![T::of(neurons(p).receptors[k - 1].output_params[row])],
        }
    }
}
