//! Means over all rows or numbers of all batches.

use ecs_core::training::{Batch, Metric};

/// The terms of a batch, handed one by one to a sum.
type Terms = Box<dyn Fn(&Batch<'_>, &mut dyn FnMut(f64)) + Send + Sync>;

/// A mean over terms.
pub(super) struct Mean {
    terms: Terms,
    sum: f64,
    count: f64,
}

impl Mean {
    /// Over rows and their right classes.
    pub(super) fn of_rows(term: impl Fn(&[f64], usize) -> f64 + Send + Sync + 'static) -> Self {
        Self::new(Box::new(move |batch, add| {
            batch.rows().for_each(|(k, row)| add(term(row, batch.classes()[k] as usize)));
        }))
    }

    /// Over numbers and what they should be.
    pub(super) fn of_numbers(term: impl Fn(f64, f64) -> f64 + Send + Sync + 'static) -> Self {
        Self::new(Box::new(move |batch, add| {
            batch.prediction.iter().zip(batch.numbers()).for_each(|(y, t)| add(term(*y, *t)));
        }))
    }

    fn new(terms: Terms) -> Self {
        Self { terms, sum: 0.0, count: 0.0 }
    }
}

impl Metric for Mean {
    fn add(&mut self, batch: &Batch<'_>) {
        (self.terms)(batch, &mut |term| {
            self.sum += term;
            self.count += 1.0;
        });
    }

    fn value(&self) -> f64 {
        self.sum / self.count
    }

    fn reset(&mut self) {
        (self.sum, self.count) = (0.0, 0.0);
    }
}

/// How many classes come before one: those with larger numbers, and of equal ones the earlier.
pub(super) fn rank(row: &[f64], class: usize) -> usize {
    let before = |k: usize| row[k] > row[class] || row[k] == row[class] && k < class;
    (0..row.len()).filter(|k| before(*k)).count()
}
