//! Draw: what becomes of the synapses of a few rows: spikes for a shard, products, gradients.

use ecs_core::network::Row;
use ecs_core::random::{Distribution, Key, Sampler};
use event_driven::law::{ROOM, Run, Take};
use event_driven::operators::{Cell, Synapses};

/// What synapses weigh.
#[derive(Clone, Copy, Debug)]
pub enum Weight {
    /// All the same.
    Shared(f64),
    /// Each its own, rounded to single precision where that is how they would be stored.
    Drawn {
        /// The law.
        sampler: Sampler,
        /// Its stream.
        key: Key,
        /// Whether they are rounded.
        single: bool,
    },
}

/// Room for the weights of a run.
pub type Weights = [f64; ROOM];

impl Weight {
    /// Weights by a law.
    pub fn of(law: Distribution, key: Key, single: bool) -> Self {
        match law {
            Distribution::Constant(weight) => Self::Shared(weight),
            law => Self::Drawn { sampler: law.sampler(), key, single },
        }
    }

    /// Calls `f(target, weight)` for every synapse of a run.
    #[inline(always)]
    pub fn each(
        self,
        room: &mut Weights,
        run: Run,
        targets: impl ExactSizeIterator<Item = u32>,
        mut f: impl FnMut(u32, f64),
    ) {
        match self {
            Self::Shared(weight) => targets.for_each(|target| f(target, weight)),
            Self::Drawn { sampler, key, single } => {
                let weights = &mut room[..targets.len()];
                sampler.fill_words(key, run.index, run.first, weights);
                if single {
                    targets.zip(weights).for_each(|(target, weight)| f(target, f64::from(*weight as f32)));
                } else {
                    targets.zip(weights).for_each(|(target, weight)| f(target, *weight));
                }
            }
        }
    }
}

/// Spikes for the cells of a shard.
pub struct Spread<'a, C> {
    pub weight: Weight,
    pub room: &'a mut Weights,
    /// What the weights of each row are multiplied by; empty for one.
    pub gains: &'a [f64],
    /// First post-neuron of the shard.
    pub first: u32,
    pub cells: &'a mut [C],
}

impl<C: Cell> Take for Spread<'_, C> {
    #[inline(always)]
    fn take(&mut self, run: Run, targets: impl ExactSizeIterator<Item = u32>) {
        let gain = self.gains.get(run.at).map_or(1.0, |gain| *gain);
        let (first, cells) = (self.first, &mut *self.cells);
        self.weight.each(self.room, run, targets, |target, weight| {
            // A part may reach beyond the shard.
            if let Some(cell) = cells.get_mut(target.wrapping_sub(first) as usize) {
                cell.spike(weight * gain);
            }
        });
    }
}

/// A function that multiplies a row with several columns.
pub type Times = fn(&Synapses<'_>, &[f32], &mut [f32]);

/// The product with several vectors.
pub struct Product<'a> {
    pub weight: Weight,
    pub room: &'a mut Weights,
    pub times: Times,
    /// Pre-neuron of row 0.
    pub first: usize,
    /// `[pre, column]` and `[post, column]`.
    pub pre: &'a [f32],
    pub post: &'a mut [f32],
    pub columns: usize,
}

impl Take for Product<'_> {
    fn take(&mut self, run: Run, targets: impl ExactSizeIterator<Item = u32>) {
        let mut row = ([0; ROOM], [0.0; ROOM]);
        let mut here = 0;
        self.weight.each(self.room, run, targets, |target, weight| {
            (row.0[here], row.1[here]) = (target, weight as f32);
            here += 1;
        });
        let pre = &self.pre[(self.first + run.number()) * self.columns..][..self.columns];
        (self.times)(&Synapses { targets: &row.0[..here], weights: &row.1[..here] }, pre, self.post);
    }
}

/// The transposed product.
pub struct Transposed<'a> {
    pub weight: Weight,
    pub room: &'a mut Weights,
    pub first: usize,
    /// `[post, column]` and `[pre, column]`.
    pub post: &'a [f32],
    pub pre: &'a mut [f32],
    pub columns: usize,
}

impl Take for Transposed<'_> {
    fn take(&mut self, run: Run, targets: impl ExactSizeIterator<Item = u32>) {
        let (columns, post) = (self.columns, self.post);
        let pre = &mut self.pre[(self.first + run.number()) * columns..][..columns];
        self.weight.each(self.room, run, targets, |target, weight| {
            let post = &post[target as usize * columns..][..columns];
            pre.iter_mut().zip(post).for_each(|(pre, post)| *pre += post * weight as f32);
        });
    }
}

/// Sums of pre × post × ∂weight/∂parameter.
pub struct Slopes<'a> {
    pub law: Distribution,
    pub key: Key,
    pub first: usize,
    pub pre: &'a [f32],
    pub post: &'a [f32],
    pub sums: [f64; 2],
}

impl Take for Slopes<'_> {
    fn take(&mut self, run: Run, mut targets: impl ExactSizeIterator<Item = u32>) {
        let x = f64::from(self.pre[self.first + run.number()]);
        let mut first = run.first;
        while targets.len() > 0 {
            let words = self.key.draws(run.index, first);
            for (target, word) in targets.by_ref().take(Key::DRAWS).zip(words.as_flattened()) {
                let product = x * f64::from(self.post[target as usize]);
                let slopes = self.law.slopes(*word);
                (0..2).for_each(|k| self.sums[k] += product * slopes[k]);
            }
            first += Key::DRAWS as u64;
        }
    }
}

/// Room for rows that somebody looks at.
#[derive(Default)]
pub struct Rows {
    targets: Vec<u32>,
    weights: Vec<f64>,
    slopes: Vec<[f64; 2]>,
}

/// Rows for somebody to look at, with slopes where a law is given for them.
pub struct Visiting<'a> {
    pub rows: &'a mut Rows,
    pub weight: Weight,
    pub room: &'a mut Weights,
    pub slopes: Option<(Distribution, Key)>,
    pub visit: &'a mut dyn FnMut(Row<'_>),
}

impl Take for Visiting<'_> {
    fn take(&mut self, run: Run, targets: impl ExactSizeIterator<Item = u32>) {
        let Rows { targets: all, weights, slopes } = &mut *self.rows;
        all.clear();
        weights.clear();
        slopes.clear();
        self.weight.each(self.room, run, targets, |target, weight| {
            all.push(target);
            weights.push(weight);
        });
        if let Some((law, key)) = self.slopes {
            let mut first = run.first;
            while slopes.len() < all.len() {
                let words = key.draws(run.index, first);
                let here = Key::DRAWS.min(all.len() - slopes.len());
                slopes.extend(words.as_flattened()[..here].iter().map(|word| law.slopes(*word)));
                first += Key::DRAWS as u64;
            }
        }
        (self.visit)(Row { at: run.at, targets: all, weights, slopes });
    }
}

/// How many synapses there are.
#[derive(Default)]
pub struct Count(pub u64);

impl Take for Count {
    fn take(&mut self, _: Run, targets: impl ExactSizeIterator<Item = u32>) {
        self.0 += targets.len() as u64;
    }
}
