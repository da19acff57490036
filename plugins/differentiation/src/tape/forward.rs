//! Forward: a group of replicas run from step to step, as the engine runs the network, with what the backward pass needs noted.

use arrayvec::ArrayVec;
use ecs_core::model::Column;
use ecs_core::network::{Clock, Summed, Values};
use ecs_core::number::{Float, Num, Real};

use super::room::{Columns, Room};
use super::{Group, Prepare, dropout};
use crate::cell::Given;
use crate::circuit::{Circuit, Kind, Neurons};

/// The most parameters of a neuron.
pub const PARAMS: usize = 64;

/// Seeds of trials lie this far apart.
pub const APART: u64 = 0x9E37_79B9_7F4A_7C15;

/// Parameters as a step takes them, for columns of `length`.
pub fn params<'a, T: Float>(
    neurons: &Neurons<T>,
    columns: &'a [Vec<T>],
    length: usize,
) -> ArrayVec<Column<'a, T>, PARAMS> {
    let of = |(values, column): (&Values, &'a Vec<T>)| match values.uniform() {
        Some(x) => Column::Uniform(T::of(x)),
        None => Column::Each(&column[..length]),
    };
    neurons.params.iter().zip(columns).map(of).collect()
}

impl<T: Summed> Room<T>
where
    Num<T>: Real,
{
    /// Everything as it is before the first step of a group's trials.
    pub fn begin(
        &mut self,
        circuit: &Circuit<T>,
        group: &Group,
        prepare: &Prepare<'_>,
    ) -> Result<(), String> {
        for (link, memory) in circuit.links.iter().zip(&mut self.memories) {
            if let Some(rule) = &link.short_term {
                memory.clear(rule, circuit.populations[link.pre].size * group.replicas);
            }
        }
        for (p, population) in circuit.populations.iter().enumerate() {
            self.rasters[p].clear(group.replicas);
            dropout::draw(circuit, p, group, &mut self.heard[p]);
            self.drives[p].begin(circuit, p, (group, prepare))?;
            match (&population.kind, &mut self.columns[p]) {
                (Kind::Neurons(neurons), Some(columns)) => {
                    let n = population.size;
                    let length = n * group.replicas;
                    columns.length = length;
                    for (c, column) in
                        columns.states.chunks_exact_mut(length).take(neurons.shape.columns()).enumerate()
                    {
                        column
                            .iter_mut()
                            .enumerate()
                            .for_each(|(k, x)| *x = T::of(neurons.initial(c, k % n)));
                    }
                }
                (Kind::Source(source), _) => {
                    self.sources[p].clear();
                    for replica in 0..group.replicas as u64 {
                        let trial = group.first + replica;
                        let mut plan = source.plan.clone();
                        plan.clock.seed = plan.clock.seed.wrapping_add(trial.wrapping_mul(APART));
                        (prepare.source)(p, trial, &mut plan);
                        let made = (source.model.build)(&plan);
                        let made =
                            made.map_err(|e| format!("population `{}`: trial {trial}: {e}", population.name));
                        self.sources[p].push(made?);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Sources emit the spikes of a step.
    pub fn emit(&mut self, circuit: &Circuit<T>, step: usize) {
        for (p, sources) in self.sources.iter_mut().enumerate() {
            let Kind::Source(source) = &circuit.populations[p].kind else { continue };
            let clock = Clock { step: source.plan.clock.step + step as u64, ..circuit.clock };
            let size = circuit.populations[p].size;
            for (replica, source) in sources.iter_mut().enumerate() {
                self.emitted.clear();
                source.emit(&clock, &mut self.emitted);
                let spikes = self.emitted.iter().copied();
                match self.heard[p].get(replica * size..(replica + 1) * size) {
                    Some(heard) if !heard.is_empty() => {
                        let spikes = spikes.map(|neuron| (neuron, T::of(1.0)));
                        self.rasters[p].push_by(dropout::pass(spikes, heard));
                    }
                    _ => self.rasters[p].push(spikes),
                }
            }
        }
    }

    /// Advances all neurons by a step, the `k`th of its segment; their spikes are noted if they are new.
    pub fn advance(&mut self, circuit: &Circuit<T>, group: &Group, (step, k): (usize, usize), new: bool) {
        for (p, population) in circuit.populations.iter().enumerate() {
            let (Kind::Neurons(neurons), Some(columns)) = (&population.kind, &mut self.columns[p]) else {
                continue;
            };
            let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
            let (n, size, m) = (columns.length, population.size, neurons.shape.columns());
            let inputs = &mut columns.inputs[k * cell.inputs() * n..][..cell.inputs() * n];
            inputs.fill(T::default());
            if new {
                let clock = Clock { step: step as u64, ..circuit.clock };
                self.drives[p].draw(circuit, p, (&clock, size), |receptor| cell.input(receptor));
            }
            self.drives[p].arrive(step, inputs);
            let carry = |l: usize, column: &mut [T]| {
                let (link, raster) = (&circuit.links[l], &self.rasters[circuit.links[l].pre]);
                for (replica, to) in column.chunks_exact_mut(size).enumerate() {
                    if link.short_term.is_some() {
                        let spikes = |back: usize| {
                            let at = step.checked_sub(back)?;
                            let gains = self.memories[l].scaled(raster.range(at, replica));
                            Some((raster.of(at, replica).neurons, gains))
                        };
                        link.matrix.forward_scaled(spikes, to);
                        continue;
                    }
                    link.matrix.forward(|back| Some(raster.of(step.checked_sub(back)?, replica)), to);
                }
            };
            for links in neurons.arrivals.iter() {
                let link = &circuit.links[links[0]];
                let column = &mut inputs[cell.input(link.receptor) * n..][..n];
                if link.inbox == 0 {
                    links.iter().for_each(|l| carry(*l, column));
                    continue;
                }
                let sums = &mut columns.arriving[..n];
                sums.fill(T::default());
                links.iter().for_each(|l| carry(*l, sums));
                column.iter_mut().zip(sums).for_each(|(x, add)| *x = (Num(*x) + Num(*add)).0);
            }
            if let (Some(column), true) = (cell.taught(), group.taught) {
                for replica in 0..group.replicas {
                    for neuron in neurons.lesson.get(step).into_iter().flatten() {
                        inputs[column * n + replica * size + *neuron as usize] = T::of(1.0);
                    }
                }
            }
            if neurons.shape.driven {
                let more = neurons.injected.get(step).copied();
                self.drives[p].inject(step, more, &mut inputs[(cell.inputs() - 1) * n..]);
            }
            noise(neurons, columns, (group, step), size);
            let (now, next) = columns.states[k * m * n..].split_at_mut(m * n);
            let slope = match cell.fires {
                true => &mut columns.slopes[k * n..][..n],
                false => &mut [][..],
            };
            let params = params(neurons, &columns.params, n);
            let fired = if cell.fires { &mut columns.fired[..n] } else { &mut [][..] };
            let given = Given {
                length: n,
                params: &params,
                entries: &neurons.entries,
                state: now,
                input: &columns.inputs[k * cell.inputs() * n..][..cell.inputs() * n],
                noise: &columns.noise,
                cotangent: &[],
                fired: &[],
                sums: &[],
            };
            cell.step(&given, &mut next[..m * n], [fired, slope], &mut columns.scratch[0]);
        }
        if new {
            self.note(circuit, group);
            self.remember(circuit, group, step);
        }
    }

    /// Projections with short-term plasticity take note of who fired.
    fn remember(&mut self, circuit: &Circuit<T>, group: &Group, step: usize) {
        for (link, memory) in circuit.links.iter().zip(&mut self.memories) {
            let Some(rule) = &link.short_term else { continue };
            let (pre, dt) = (circuit.populations[link.pre].size, circuit.clock.dt);
            memory.note(rule, &self.rasters[link.pre], (step, link.lag, group.replicas), (pre, dt));
        }
    }

    /// Notes who fired.
    fn note(&mut self, circuit: &Circuit<T>, group: &Group) {
        for (p, population) in circuit.populations.iter().enumerate() {
            let (Some(columns), raster, heard) = (&self.columns[p], &mut self.rasters[p], &self.heard[p])
            else {
                continue;
            };
            for replica in 0..group.replicas {
                if columns.fired.is_empty() {
                    raster.push([]);
                    continue;
                }
                let here = replica * population.size..(replica + 1) * population.size;
                let fired = &columns.fired[here.clone()];
                let spikes = (0..).zip(fired).filter(|(_, by)| **by != T::default());
                match (heard.get(here).filter(|heard| !heard.is_empty()), group.smooth) {
                    (Some(heard), _) => {
                        raster.push_by(dropout::pass(spikes.map(|(neuron, by)| (neuron, *by)), heard));
                    }
                    (None, true) => raster.push_by(spikes.map(|(neuron, by)| (neuron, *by))),
                    (None, false) => raster.push(spikes.map(|(neuron, _)| neuron)),
                }
            }
        }
    }
}

/// White noise of a step: that of a trial continues where the one before ended.
pub fn noise<T: Float>(
    neurons: &Neurons<T>,
    columns: &mut Columns<T>,
    (group, step): (&Group, usize),
    size: usize,
) where
    Num<T>: Real,
{
    if neurons.noise.is_silent() {
        return;
    }
    let n = columns.length;
    for replica in 0..group.replicas {
        let turn = (group.first + replica as u64) * group.steps as u64 + step as u64;
        let drawn = neurons.noise.fill((0, size), turn, &mut columns.drawn);
        for (j, column) in drawn.chunks_exact(size).enumerate() {
            columns.noise[j * n + replica * size..][..size].copy_from_slice(column);
        }
    }
}
