//! Scaled: products of matrices whose spikes count by numbers in double precision, of delays that are learned, and of laws.

use ecs_core::network::{Inbox, Operator};
use ecs_core::number::{Float, Num, Real};
use ecs_core::random::Distribution;
use std::sync::Arc;

use super::{Carried, Fired, Layout, Matrix};

impl<T: Float> Matrix<T>
where
    Num<T>: Real,
{
    /// The matrix of an operator whose synapses are not laid out; see `Carried`.
    ///
    /// # Errors
    /// Those of `Carried::new`.
    pub fn carried(
        operator: Arc<dyn Operator>,
        (pre, post): (usize, usize),
        bounds: Vec<u32>,
        inbox: for<'a> fn(&'a mut [T]) -> Inbox<'a>,
    ) -> Result<Self, String> {
        let carried = Carried::new(operator, bounds, inbox)?;
        let (delay, level) = (carried.delay(), ecs_core::model::instructions());
        Ok(Self { pre, post, delay, weights: Vec::new(), layout: Layout::Carried(carried), level })
    }

    /// Whether its weights are stored and may be learned.
    pub fn is_stored(&self) -> bool {
        match &self.layout {
            Layout::Carried(_) => false,
            Layout::Shared(of) => of.learned,
            Layout::Dense { .. } | Layout::Sparse { .. } | Layout::Delayed(_) => true,
        }
    }

    /// The law that draws its weights, where that can be learned.
    pub fn law(&self) -> Option<Distribution> {
        if let Layout::Carried(carried) = &self.layout { carried.law() } else { None }
    }

    /// Gives it another law.
    pub fn obey(&mut self, law: Distribution) {
        if let Layout::Carried(carried) = &mut self.layout {
            carried.obey(law);
        }
    }

    /// Sets delays that are learned, in steps: one, or `[synapse]`.
    pub fn delay_by(&mut self, steps: &[f64]) {
        let longest = self.delay;
        if let Layout::Delayed(delayed) = &mut self.layout {
            let n = delayed.targets.len();
            delayed.delay((0..n).map(|k| steps[k % steps.len()]), longest);
        }
    }

    /// Calls `visit` with those synapses of a stored sender that act `back` steps after its spike: index, receiver, and what part
    /// of the weight.
    fn acting(&self, pre: u32, back: usize, mut visit: impl FnMut(usize, usize, f64)) {
        match &self.layout {
            Layout::Dense { senders, receivers, .. }
                if back == self.delay && senders.contains(&(pre as usize)) =>
            {
                let first = (pre as usize - senders.start) * receivers.len();
                receivers.clone().enumerate().for_each(|(k, post)| visit(first + k, post, 1.0));
            }
            Layout::Sparse { rows, targets, delays } => {
                let mut row = rows[pre as usize] as usize..rows[pre as usize + 1] as usize;
                if !delays.is_empty() {
                    let bound = |d: usize| delays[row.clone()].partition_point(|x| (*x as usize) < d);
                    row = row.start + bound(back)..row.start + bound(back + 1);
                } else if back != self.delay {
                    return;
                }
                row.for_each(|s| visit(s, targets[s] as usize, 1.0));
            }
            Layout::Delayed(delayed) => {
                delayed.acting(pre, back, |s, part| visit(s, delayed.targets[s] as usize, part));
            }
            Layout::Dense { .. } | Layout::Shared(_) | Layout::Carried(_) => {}
        }
    }

    /// The delays, in steps, at which something may act; the oldest spikes first, as the running network adds them.
    fn backs(&self) -> impl Iterator<Item = usize> + use<T> {
        let range = match &self.layout {
            Layout::Sparse { delays, .. } if !delays.is_empty() => 1..=self.delay,
            Layout::Delayed(_) => 1..=self.delay + 1,
            _ => self.delay..=self.delay,
        };
        range.rev()
    }

    /// [`Matrix::forward`] where delays are learned.
    pub(super) fn forward_delayed<'a>(&self, spikes: impl Fn(usize) -> Option<Fired<'a, T>>, to: &mut [T])
    where
        T: 'a,
    {
        for back in self.backs() {
            let Some(Fired { neurons, by }) = spikes(back) else { continue };
            for (k, pre) in neurons.iter().enumerate() {
                let by = by.get(k).map_or(1.0, |by| by.to_f64());
                self.add_row((*pre, back), by, to);
            }
        }
    }

    /// The product of a weight and what it counts is rounded once, as the running network does.
    fn add_row(&self, (pre, back): (u32, usize), by: f64, to: &mut [T]) {
        self.acting(pre, back, |s, post, part| {
            let to = &mut to[post];
            *to = (Num(*to) + Num(T::of(self.weights[s].to_f64() * by * part))).0;
        });
    }

    /// [`Matrix::forward`] of spikes that count by `gains`: `spikes(k)` are who fired k steps before, and those.
    pub fn forward_scaled<'a>(&self, spikes: impl Fn(usize) -> Option<(&'a [u32], &'a [f64])>, to: &mut [T]) {
        for back in self.backs() {
            let Some((neurons, gains)) = spikes(back).filter(|(neurons, _)| !neurons.is_empty()) else {
                continue;
            };
            match &self.layout {
                Layout::Carried(carried) => {
                    carried.forward(neurons, Some(&|k| gains[k]), self.pre, to);
                    continue;
                }
                Layout::Shared(of) => {
                    self.forward_shared(of, (neurons, gains), to);
                    continue;
                }
                Layout::Dense { .. } | Layout::Sparse { .. } | Layout::Delayed(_) => {}
            }
            for (pre, gain) in neurons.iter().zip(gains) {
                self.add_row((*pre, back), *gain, to);
            }
        }
    }

    /// Adds the gradient of the parameters of the law, by the spikes of one replica in a step; see [`Matrix::gradient`].
    pub fn law_gradient<'a>(
        &self,
        fired: Fired<'_, T>,
        back: impl Fn(usize) -> Option<&'a [T]>,
        to: &mut [f64],
    ) where
        T: 'a,
    {
        if let (Layout::Carried(carried), Some(cotangent)) = (&self.layout, back(self.delay)) {
            carried.law_gradient(fired, cotangent, to);
        }
    }

    /// Adds the gradient of delays, per step: `to` is one number, or `[synapse]`; see [`Matrix::gradient`].
    pub fn delay_gradient<'a>(
        &self,
        fired: Fired<'_, T>,
        back: impl Fn(usize) -> Option<&'a [T]>,
        to: &mut [f64],
    ) where
        T: 'a,
    {
        if let Layout::Delayed(delayed) = &self.layout {
            delayed.delay_gradient(fired, (&self.weights, &back), to);
        }
    }
}
