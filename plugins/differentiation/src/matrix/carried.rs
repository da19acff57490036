//! Carried: an operator that is not laid out, because its synapses are drawn anew for each spike or are nobody's business but
//! its own. Nothing is kept for a synapse.
//!
//! Where the operator shows its rows, backward costs those of the senders that are wanted. Where it does not, its transposed
//! product is of all senders, in single precision.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use ecs_core::network::{Arrivals, Inbox, Operator, Target};
use ecs_core::number::{Float, Num, Real};
use ecs_core::random::Distribution;

use super::Fired;

/// By how much each of some spikes counts; `None` where all by one.
pub type Amount<'a> = Option<&'a dyn Fn(usize) -> f64>;

/// An operator as it is.
#[derive(Clone)]
pub struct Carried<T> {
    operator: Arc<dyn Operator>,
    /// Whether it shows its rows.
    shown: bool,
    /// First receiver of each shard of the running network, and their number at the end.
    bounds: Vec<u32>,
    /// A shard is delivered to by one at a time.
    delivering: Arc<Mutex<()>>,
    inbox: for<'a> fn(&'a mut [T]) -> Inbox<'a>,
}

impl<T> fmt::Debug for Carried<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Carried({:?})", self.operator.transfer())
    }
}

impl<T: Float> Carried<T>
where
    Num<T>: Real,
{
    /// The operator of a projection whose receivers are in shards with these `bounds`.
    ///
    /// # Errors
    /// An operator that keeps its rows to itself and has delays of its own.
    pub fn new(
        operator: Arc<dyn Operator>,
        bounds: Vec<u32>,
        inbox: for<'a> fn(&'a mut [T]) -> Inbox<'a>,
    ) -> Result<Self, String> {
        let shown = operator.rows(&[], false, &mut |_| ());
        if operator.transfer().own_delays {
            return Err(
                "its synapses have delays of their own and are not known one by one, so nothing can be \
                        differentiated through it"
                    .into(),
            );
        }
        Ok(Self { operator, shown, bounds, delivering: Arc::default(), inbox })
    }

    /// Steps between a spike and its effect.
    pub fn delay(&self) -> usize {
        self.operator.transfer().delay as usize
    }

    /// The law of its weights, where that can be learned.
    pub fn law(&self) -> Option<Distribution> {
        self.operator.law().filter(|law| self.shown && self.operator.with_law(*law).is_some())
    }

    /// Gives it another law.
    pub fn obey(&mut self, law: Distribution) {
        if let Some(operator) = self.operator.with_law(law) {
            self.operator = operator;
        }
    }

    /// Adds what spikes bring: `to` is `[post]`.
    pub fn forward(&self, neurons: &[u32], amount: Amount<'_>, pre: usize, to: &mut [T]) {
        if self.shown {
            self.operator.rows(neurons, false, &mut |row| {
                let by = amount.map_or(1.0, |amount| amount(row.at));
                for (target, weight) in row.targets.iter().zip(row.weights) {
                    let to = &mut to[*target as usize];
                    *to = (Num(*to) + Num(T::of(weight * by))).0;
                }
            });
            return;
        }
        let gains: Vec<f64> = amount.map_or_else(Vec::new, |amount| (0..neurons.len()).map(amount).collect());
        if gains.is_empty() || self.operator.scales() {
            let _one = self.delivering.lock().unwrap_or_else(PoisonError::into_inner);
            for (shard, ends) in self.bounds.windows(2).enumerate() {
                let (first, past) = (ends[0] as usize, ends[1] as usize);
                let inbox = (self.inbox)(&mut to[first..past]);
                let mut target = Target { inbox, first: ends[0], neurons: past - first, slots: 1, slot: 0 };
                self.operator.deliver(shard, Arrivals { step: 0, neurons, gains: &gains }, &mut target);
            }
            return;
        }
        let (mut vector, mut product) = (vec![0.0; pre], vec![0.0; to.len()]);
        neurons.iter().zip(gains).for_each(|(neuron, gain)| vector[*neuron as usize] = gain as f32);
        self.operator.forward(&vector, &mut product);
        to.iter_mut().zip(product).for_each(|(x, add)| *x = (Num(*x) + Num(T::of(add.into()))).0);
    }

    /// Adds the products of the rows that are `wanted`, indices of `[replica, pre]`, with `vectors`, `[replica, post]`.
    pub fn transposed(&self, wanted: &[u32], vectors: &[T], (pre, post): (usize, usize), to: &mut [T]) {
        let mut neurons = Vec::new();
        for of in wanted.chunk_by(|a, b| *a as usize / pre == *b as usize / pre) {
            let replica = of[0] as usize / pre;
            neurons.clear();
            neurons.extend(of.iter().map(|k| (*k as usize % pre) as u32));
            let vector = &vectors[replica * post..][..post];
            if self.shown {
                self.operator.rows(&neurons, false, &mut |row| {
                    let products = row.targets.iter().zip(row.weights);
                    let product = |(target, w): (&u32, &f64)| Num(T::of(*w)) * Num(vector[*target as usize]);
                    let sum = products.map(product).fold(Num::lit(0.0), |sum, x| sum + x);
                    let to = &mut to[of[row.at] as usize];
                    *to = (Num(*to) + sum).0;
                });
                continue;
            }
            let vector: Vec<f32> = vector.iter().map(|x| x.to_f64() as f32).collect();
            let mut product = vec![0.0; pre];
            self.operator.transposed(&vector, &mut product);
            for (k, neuron) in of.iter().zip(&neurons) {
                let to = &mut to[*k as usize];
                *to = (Num(*to) + Num(T::of(product[*neuron as usize].into()))).0;
            }
        }
    }

    /// Adds the gradient of the parameters of its law, by the spikes of one replica.
    pub fn law_gradient(&self, fired: Fired<'_, T>, cotangent: &[T], to: &mut [f64]) {
        self.operator.rows(fired.neurons, true, &mut |row| {
            let by = fired.by.get(row.at).map_or(1.0, |by| by.to_f64());
            for (target, slopes) in row.targets.iter().zip(row.slopes) {
                let product = by * cotangent[*target as usize].to_f64();
                to.iter_mut().zip(slopes).for_each(|(sum, slope)| *sum += product * slope);
            }
        });
    }
}
