//! Parameter: what can be learned, found by the path that also names it on the command line.

use super::{Circuit, Kind, Neurons};
use crate::cell::Slot;
use ecs_core::nearest::{advice, nearest};
use ecs_core::network::Values;
use ecs_core::number::{Float, Num, Real};
use ecs_core::registry::Field;

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
}

/// Something that is learned.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter<T> {
    /// Its path: `projection.NAME.weight`, `population.NAME.tau_m`, `projection.NAME.tau` or `population.NAME.initial.v`.
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
        match parts[..] {
            ["population", name, .., row] => {
                let found = self.populations.iter().position(|p| p.name == name);
                let neurons = found.and_then(|p| Some((p, self.neurons(p)?)));
                let Some((p, neurons)) = neurons else { return Err(unknown()) };
                let rows = |fields: &[Field]| fields.iter().position(|f| f.name == row);
                let entry = &neurons.shape.model.entry;
                let what = match parts.len() {
                    3 => rows(entry.params).map(|row| What::Neurons(p, row)),
                    4 if parts[2] == "initial" => rows(entry.state).map(|row| What::Initial(p, row)),
                    _ => None,
                };
                what.map(|what| vec![what]).ok_or_else(unknown)
            }
            ["projection", name, row] => {
                let links = || (0..).zip(&self.links).filter(|(_, link)| link.name == name);
                if row == "weight" && links().count() > 0 {
                    return Ok(links().map(|(k, _)| What::Weights(k)).collect());
                }
                let of = |fields: &[Field]| fields.iter().position(|f| f.name == row);
                let mut all: Vec<What> = Vec::new();
                for (_, link) in links().filter(|(_, link)| link.receptor > 0) {
                    let (p, k) = (link.post, link.receptor);
                    let receptor = self.neurons(p).map(|n| &n.receptors[k - 1]);
                    let synapse = receptor.and_then(|r| of(r.synapse.entry.params));
                    let output = receptor.and_then(|r| of(r.output.entry.params));
                    all.extend(synapse.map(|row| What::Synapse(p, k, row)));
                    all.extend(output.filter(|_| synapse.is_none()).map(|row| What::Output(p, k, row)));
                }
                all.dedup();
                if all.is_empty() { Err(unknown()) } else { Ok(all) }
            }
            _ => Err(unknown()),
        }
    }

    /// The paths of all that can be learned.
    pub fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for population in &self.populations {
            if let Kind::Neurons(neurons) = &population.kind {
                let entry = &neurons.shape.model.entry;
                let name = &population.name;
                paths.extend(entry.params.iter().map(|f| format!("population.{name}.{}", f.name)));
                paths.extend(entry.state.iter().map(|f| format!("population.{name}.initial.{}", f.name)));
            }
        }
        for link in &self.links {
            paths.push(format!("projection.{}.weight", link.name));
            if let Some(receptor) =
                self.neurons(link.post).filter(|_| link.receptor > 0).map(|n| &n.receptors[link.receptor - 1])
            {
                let fields = receptor.synapse.entry.params.iter().chain(receptor.output.entry.params);
                paths.extend(fields.map(|f| format!("projection.{}.{}", link.name, f.name)));
            }
        }
        paths
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
        let first = values[0].to_f64();
        let set = |to: &mut Values| {
            *to = match values.len() {
                1 => Values::Uniform(first),
                _ => Values::Each(values.iter().map(|x| x.to_f64()).collect()),
            };
        };
        let (population, what) = match *what {
            What::Neurons(p, _) | What::Synapse(p, ..) | What::Output(p, ..) | What::Initial(p, _) => {
                (p, *what)
            }
            What::Weights(_) => return,
        };
        let Kind::Neurons(neurons) = &mut self.populations[population].kind else { return };
        match what {
            What::Neurons(_, row) => set(&mut neurons.params[row]),
            What::Initial(_, row) => set(&mut neurons.state[row]),
            What::Synapse(_, k, row) => neurons.receptors[k - 1].synapse_params[row] = first,
            What::Output(_, k, row) => neurons.receptors[k - 1].output_params[row] = first,
            What::Weights(_) => {}
        }
        neurons.refresh();
    }

    /// The values that a parameter has when nothing was learned yet.
    pub(super) fn initial_values(&self, what: What) -> Vec<T> {
        let of = |values: &Values| values.as_slice().iter().map(|x| T::of(*x)).collect();
        let neurons = |p: usize| self.neurons(p).expect("only neurons have parameters");
        match what {
            What::Weights(_) => Vec::new(),
            What::Neurons(p, row) => of(&neurons(p).params[row]),
            What::Initial(p, row) => of(&neurons(p).state[row]),
            What::Synapse(p, k, row) => vec![T::of(neurons(p).receptors[k - 1].synapse_params[row])],
            What::Output(p, k, row) => vec![T::of(neurons(p).receptors[k - 1].output_params[row])],
        }
    }
}
