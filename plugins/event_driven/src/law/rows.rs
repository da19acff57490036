//! Whole rows of a law, with their weights, sorted by target: what is stored.

use ecs_core::random::{Key, Sampler};

use super::{Ask, LANES, Law, Run, Scratch, Take};

/// How weights are drawn, where they differ.
pub type Weighing = Option<(Sampler, Key)>;

/// Up to sixteen rows, and room to make them.
#[derive(Default)]
pub struct Assembly {
    scratch: Scratch,
    rows: [Row; LANES],
    drawn: Vec<f64>,
    order: Vec<(u32, u32)>,
}

/// A row.
#[derive(Default)]
pub struct Row {
    /// Post-neurons, ascending; draws of one neuron in their order.
    pub targets: Vec<u32>,
    /// Weights, where they differ; one for each target.
    pub weights: Vec<f64>,
}

struct Collect<'a> {
    rows: &'a mut [Row; LANES],
    drawn: &'a mut Vec<f64>,
    weighing: Weighing,
}

impl Take for Collect<'_> {
    fn take(&mut self, run: Run, targets: impl ExactSizeIterator<Item = u32>) {
        let row = &mut self.rows[run.at];
        if let Some((sampler, key)) = self.weighing {
            self.drawn.resize(targets.len(), 0.0);
            sampler.fill_words(key, run.index, run.first, self.drawn);
            row.weights.extend_from_slice(self.drawn);
        }
        row.targets.extend(targets);
    }
}

impl Assembly {
    /// The rows `rows`, at most sixteen.
    pub fn rows(&mut self, law: &Law, rows: &[u32], weighing: Weighing) -> &[Row] {
        let Self { scratch, rows: made, drawn, order } = self;
        for row in made.iter_mut() {
            row.targets.clear();
            row.weights.clear();
        }
        for part in 0..law.parts() {
            let before: [usize; LANES] = std::array::from_fn(|lane| made[lane].targets.len());
            let ask = Ask { neurons: rows, offset: 0, parts: part..part + 1 };
            law.draw(&ask, scratch, &mut Collect { rows: made, drawn, weighing });
            if !law.ascends() {
                made.iter_mut().zip(before).for_each(|(row, from)| row.sort(from, drawn, order));
            }
        }
        &self.rows[..rows.len()]
    }
}

impl Row {
    /// Sorts what lies behind `from`.
    fn sort(&mut self, from: usize, drawn: &mut Vec<f64>, order: &mut Vec<(u32, u32)>) {
        if self.weights.is_empty() {
            self.targets[from..].sort_unstable();
            return;
        }
        order.clear();
        order.extend(self.targets[from..].iter().copied().zip(0..));
        order.sort_unstable();
        drawn.clear();
        drawn.extend_from_slice(&self.weights[from..]);
        for (at, (target, draw)) in order.iter().enumerate() {
            self.targets[from + at] = *target;
            self.weights[from + at] = drawn[*draw as usize];
        }
    }
}
