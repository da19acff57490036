//! Paths: the sums over all ways in which labels may be spread over frames, which [`ctc`](super::ctc) is made of.

use ecs_core::number::{Num, Real};

use super::softmax::log_sum_exp;

/// The lattice of one sample: blank, label, blank, label, ..., blank along one axis and frames along the other. All numbers are
/// logarithms.
pub struct Paths {
    /// The class at each place of the lattice.
    places: Vec<usize>,
    classes: usize,
    /// ln p of each class, `[frame, class]`.
    logs: Vec<f64>,
    forward: Vec<f64>,
    backward: Vec<f64>,
}

impl Paths {
    /// Of logits `[frame, class]` and labels.
    #[must_use]
    pub fn new(logits: &[f64], classes: usize, labels: &[u32], blank: u32) -> Self {
        let spread = labels.iter().flat_map(|label| [blank, *label]).chain([blank]);
        let places: Vec<usize> = spread.map(|class| class as usize).collect();
        let normalised = |row: &[f64]| {
            let log_sum = log_sum_exp(row.iter().copied());
            row.iter().map(move |y| y - log_sum).collect::<Vec<_>>()
        };
        let logs: Vec<f64> = logits.chunks_exact(classes).flat_map(normalised).collect();
        let mut paths = Self { places, classes, logs, forward: Vec::new(), backward: Vec::new() };
        paths.forward = paths.sums(|frame, _| frame, |place, _| place);
        paths.backward = paths.sums(|frame, frames| frames - 1 - frame, |place, places| places - 1 - place);
        paths
    }

    fn frames(&self) -> usize {
        self.logs.len() / self.classes
    }

    /// ln of the sum over all paths that lead to each place at each frame, `[frame, place]`; `at` and `of` say in which direction one
    /// goes through frames and places, and the result stands in that direction.
    fn sums(&self, at: impl Fn(usize, usize) -> usize, of: impl Fn(usize, usize) -> usize) -> Vec<f64> {
        let (frames, count) = (self.frames(), self.places.len());
        let class = |place: usize| self.places[of(place, count)];
        let log = |frame: usize, place: usize| self.logs[at(frame, frames) * self.classes + class(place)];
        let mut sums = vec![f64::NEG_INFINITY; frames * count];
        if frames == 0 {
            return sums;
        }
        (0..count.min(2)).for_each(|place| sums[place] = log(0, place));
        for frame in 1..frames {
            let (before, now) = sums[(frame - 1) * count..].split_at_mut(count);
            for place in 0..count {
                // A place follows itself, the one before, and the one before that if it is neither blank nor the same label.
                let skips = place > 1 && class(place) != class(place - 2) && place % 2 == 1;
                let first = place.saturating_sub(if skips { 2 } else { 1 });
                now[place] = log_sum_exp(before[first..=place].iter().copied()) + log(frame, place);
            }
        }
        sums
    }

    /// ln of the sum over all beginnings of paths that are at each place at each frame, `[frame, place]`: what BrainPy's
    /// `ctc_loss_with_forward_probs` gives besides the loss, blanks and labels in one.
    #[must_use]
    pub fn forward(&self) -> &[f64] {
        &self.forward
    }

    /// −ln of the sum over all paths. A path ends at the last label or at the blank behind it.
    #[must_use]
    pub fn loss(&self) -> f64 {
        let count = self.places.len();
        if self.frames() == 0 {
            return if count == 1 { 0.0 } else { f64::INFINITY };
        }
        let last = &self.forward[(self.frames() - 1) * count..];
        -log_sum_exp(last[count.saturating_sub(2)..].iter().copied())
    }

    /// Writes `scale` times the derivative of the loss by the logits, `[frame, class]`; zero where no path fits.
    pub fn slopes(&self, slopes: &mut [f64], scale: f64) {
        let (frames, count, loss) = (self.frames(), self.places.len(), self.loss());
        if !loss.is_finite() {
            return slopes.fill(0.0);
        }
        for frame in 0..frames {
            let slopes = &mut slopes[frame * self.classes..(frame + 1) * self.classes];
            let logs = &self.logs[frame * self.classes..];
            slopes.iter_mut().zip(logs).for_each(|(slope, log)| *slope = scale * Num(*log).exp().0);
            for (place, class) in self.places.iter().enumerate() {
                let behind = (frames - 1 - frame) * count + (count - 1 - place);
                // Both sums hold the probability of this frame.
                let log = self.forward[frame * count + place] + self.backward[behind] - logs[*class] + loss;
                slopes[*class] -= scale * Num(log).exp().0;
            }
        }
    }
}
