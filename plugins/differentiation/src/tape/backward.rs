//! Backward: a group of replicas from the last step to the first. Rows are visited of neurons that fired, for the gradient of
//! their weights, and of neurons that could have, for what that would have changed.

use ecs_core::number::{Float, Num, Real};

use super::Group;
use super::forward::{noise, params};
use super::memory::Memory;
use super::room::Room;
use crate::cell::Given;
use crate::circuit::{Circuit, Kind};

impl<T: Float> Room<T>
where
    Num<T>: Real,
{
    /// Everything as it is after the last step.
    pub fn turn(&mut self, circuit: &Circuit<T>, group: &Group) {
        self.memories.iter_mut().for_each(Memory::turn);
        self.sums.iter_mut().for_each(|sums| sums.fill(0.0));
        for (population, injected) in circuit.populations.iter().zip(&mut self.injected) {
            if matches!(&population.kind, Kind::Neurons(neurons) if neurons.learns_input) {
                injected.clear();
                injected.resize(group.steps, 0.0);
            }
        }
        for columns in self.columns.iter_mut().flatten() {
            columns.cotangents[0].fill(T::default());
            columns.back.fill(T::default());
            columns.sums[0].fill(T::default());
        }
        self.weights.iter_mut().for_each(|gradient| gradient.fill(T::default()));
    }

    /// The adjoint of a step, the `k`th of its segment.
    pub fn retreat(&mut self, circuit: &Circuit<T>, group: &Group, (step, k): (usize, usize)) {
        for (watch, series) in group.watches.iter().zip(&self.series[1]) {
            let columns = self.columns[watch.population].as_mut().expect("only neurons are watched");
            let column = &mut columns.cotangents[0][watch.variable * columns.length..][..columns.length];
            for (x, add) in column.iter_mut().zip(series.of(step)) {
                *x = (Num(*x) + Num(*add)).0;
            }
        }
        for p in 0..circuit.populations.len() {
            self.spikes(circuit, (p, group), (step, k));
        }
        for (p, (population, columns)) in circuit.populations.iter().zip(&mut self.columns).enumerate() {
            let (Kind::Neurons(neurons), Some(columns)) = (&population.kind, columns) else { continue };
            let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
            let (n, size, m, inputs) =
                (columns.length, population.size, neurons.shape.columns(), cell.inputs());
            noise(neurons, columns, (group, step), size);
            let params = params(neurons, &columns.params, n);
            let [after, before] = &mut columns.cotangents;
            let [sums, new] = &mut columns.sums;
            let given = Given {
                length: n,
                params: &params,
                entries: &neurons.entries,
                state: &columns.states[k * m * n..][..m * n],
                input: &columns.inputs[k * inputs * n..][..inputs * n],
                noise: &columns.noise,
                cotangent: after,
                fired: &columns.spikes[..n],
                sums,
            };
            let slot = step % (neurons.delay + 1);
            let back = &mut columns.back[slot * inputs * n..][..inputs * n];
            let wanted = cell.wanted.len() * n;
            cell.adjoint(&given, [&mut before[..m * n], back, &mut new[..wanted]], &mut columns.scratch[1]);
            if let Some(sum) = self.injected[p].get_mut(step) {
                *sum += back[(inputs - 1) * n..].iter().map(|x| x.to_f64()).sum::<f64>();
            }
            columns.cotangents.swap(0, 1);
            columns.sums.swap(0, 1);
            if step > 0 && step % group.window == 0 {
                columns.cotangents[0].fill(T::default());
            }
        }
    }

    /// Takes back what is remembered of the beginning.
    pub fn forget(&mut self, circuit: &Circuit<T>) {
        for (l, link) in circuit.links.iter().enumerate() {
            if let Some(rule) = &link.short_term {
                self.memories[l].finish(rule, &mut self.sums[l][link.of_rule()], circuit.clock.dt);
            }
        }
    }

    /// Cotangents of the spikes of population `p`, and what those that were fired add to the gradient of the weights.
    fn spikes(&mut self, circuit: &Circuit<T>, (p, group): (usize, &Group), (step, k): (usize, usize)) {
        let (steps, replicas) = (group.steps, group.replicas);
        // Spikes that act beyond the window have no gradient from there; the weights by which they act have.
        let end = (step / group.window + 1) * group.window;
        // What is written is taken out meanwhile: a population may project to itself.
        let mut own = self.columns[p].as_mut().map(|c| {
            let n = c.length;
            if !c.slopes.is_empty() {
                c.window.look(&c.slopes[k * n..][..n]);
            }
            (std::mem::take(&mut c.spikes), std::mem::take(&mut c.window), n)
        });
        if let Some((to, _, n)) = &mut own {
            to[..*n].copy_from_slice(&self.spike_cost[p][..*n]);
        }
        for (l, link) in circuit.links.iter().enumerate().filter(|(_, link)| link.pre == p) {
            let Kind::Neurons(neurons) = &circuit.populations[link.post].kind else { continue };
            let Some(columns) = &self.columns[link.post] else { continue };
            let cell = neurons.cell.as_ref().expect("a circuit that is ready has all cells");
            let (n, inputs) = (columns.length, cell.inputs());
            let back = |ahead: usize| {
                let slot = (step + ahead) % (neurons.delay + 1) * inputs + cell.input(link.receptor);
                (step + ahead < steps).then(|| &columns.back[slot * n..][..n])
            };
            if let Some(rule) = &link.short_term {
                let (window, to) = match &mut own {
                    Some((to, window, n)) => (&window.cells[..], Some(&mut to[..*n])),
                    None => (&[][..], None),
                };
                let memory = &mut self.memories[l];
                memory.wanted(&self.rasters[p], step, (window, replicas));
                let (wanted, products) = memory.products();
                link.matrix.transposed(wanted, back, products);
                let due = (step + link.lag) as u64;
                let sums = &mut self.sums[l][link.of_rule()];
                memory.retreat(rule, (due, circuit.clock.dt), (window, to), sums);
            } else if let Some((to, window, n)) = &mut own
                && !window.cells.is_empty()
            {
                let inside = |ahead: usize| back(ahead).filter(|_| step + ahead < end);
                link.matrix.transposed(window, inside, &mut to[..*n]);
            }
            if !self.weights[l].is_empty() || link.learns_law || link.delays > 0 {
                let size = circuit.populations[link.post].size;
                for replica in 0..n / size {
                    let of = |ahead: usize| back(ahead).map(|column| &column[replica * size..][..size]);
                    let mut fired = self.rasters[p].of(step, replica);
                    if link.short_term.is_some() {
                        fired.by = self.memories[l].by(self.rasters[p].range(step, replica));
                    }
                    if !self.weights[l].is_empty() {
                        link.matrix.gradient(fired, of, &mut self.weights[l]);
                    }
                    if link.learns_law {
                        link.matrix.law_gradient(fired, of, &mut self.sums[l][link.of_law()]);
                    }
                    if link.delays > 0 {
                        link.matrix.delay_gradient(fired, of, &mut self.sums[l][link.of_delays()]);
                    }
                }
            }
        }
        // A spike is heard by so much, be it by a receiver or by the cost.
        if let Some((to, _, n)) = &mut own {
            for (x, heard) in to[..*n].iter_mut().zip(&self.heard[p]) {
                *x = (Num(*x) * Num(*heard)).0;
            }
        }
        if let (Some((spikes, window, _)), Some(columns)) = (own, &mut self.columns[p]) {
            (columns.spikes, columns.window) = (spikes, window);
        }
    }
}
