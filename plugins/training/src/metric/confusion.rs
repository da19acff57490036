//! Confusion matrix: how often each class was taken for each other, and what follows from it.

use ecs_core::training::{Batch, Metric};

/// Counts of rows, `[true class, predicted class]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confusion {
    /// Classes.
    pub classes: usize,
    /// The counts, row by row.
    pub counts: Vec<u64>,
}

/// Rows of one class.
pub(super) struct OfClass {
    /// Those of the class that were predicted to be.
    pub right: f64,
    /// Those that were predicted to be of the class.
    pub predicted: f64,
    /// Those that are of the class.
    pub actual: f64,
}

impl Confusion {
    /// Takes account of a batch; of equal numbers the first is the prediction.
    ///
    /// # Panics
    /// Batches differ in their number of classes.
    pub fn add(&mut self, batch: &Batch<'_>) {
        if self.counts.is_empty() {
            *self = Self { classes: batch.shape[2], counts: vec![0; batch.shape[2] * batch.shape[2]] };
        }
        assert_eq!(self.classes, batch.shape[2], "the classes of all batches are the same");
        for (k, row) in batch.rows() {
            let predicted = (1..row.len()).fold(0, |best, k| if row[k] > row[best] { k } else { best });
            self.counts[batch.classes()[k] as usize * self.classes + predicted] += 1;
        }
    }

    /// Rows of class `actual` that were taken for `predicted`.
    #[must_use]
    pub fn count(&self, actual: usize, predicted: usize) -> u64 {
        self.counts[actual * self.classes + predicted]
    }

    fn of_class(&self, class: usize) -> OfClass {
        let sum = |counts: &mut dyn Iterator<Item = u64>| counts.sum::<u64>() as f64;
        OfClass {
            right: self.count(class, class) as f64,
            predicted: sum(&mut (0..self.classes).map(|actual| self.count(actual, class))),
            actual: sum(&mut (0..self.classes).map(|predicted| self.count(class, predicted))),
        }
    }
}

/// A mean over classes.
pub(super) struct OverClasses {
    confusion: Confusion,
    of: fn(OfClass) -> f64,
}

impl OverClasses {
    pub(super) fn new(of: fn(OfClass) -> f64) -> Self {
        Self { confusion: Confusion::default(), of }
    }
}

impl Metric for OverClasses {
    fn add(&mut self, batch: &Batch<'_>) {
        self.confusion.add(batch);
    }

    fn value(&self) -> f64 {
        let classes = (0..self.confusion.classes).map(|class| self.confusion.of_class(class));
        let seen: Vec<f64> = classes
            .filter(|counts| counts.predicted + counts.actual > 0.0)
            .map(|counts| if counts.right > 0.0 { (self.of)(counts) } else { 0.0 })
            .collect();
        seen.iter().sum::<f64>() / seen.len() as f64
    }

    fn reset(&mut self) {
        self.confusion = Confusion::default();
    }
}
