//! Receive: the loop over a block of a receptor: arriving spikes, the value the membrane sees, and the decay.

use super::advance::flush;
use super::integrate::STAGES;
use super::kernel::{LANES, Lanes, load, store};
use super::synapse::{Linear, Output};
use super::table::Table;
use crate::dispatch;
use crate::number::{Float, Num, Real};

/// What arrived for each neuron of a block in this step; reading clears it.
pub enum Arriving<'a, T> {
    /// Spikes of one weight, counted, `[neuron]`.
    Count8(&'a mut [u8], T),
    /// The same, where more than 255 synapses end on one neuron.
    Count16(&'a mut [u16], T),
    /// Sums of weights, `[neuron]`.
    Sum(&'a mut [T]),
}

/// The most state variables of a synapse.
pub const ORDER: usize = 2;

/// A receptor's linear system over one step; propagators are computed in double precision.
#[derive(Clone, Copy, Debug)]
pub struct Propagator<T> {
    /// State variables.
    pub order: usize,
    /// The state one step later.
    pub step: [[T; ORDER]; ORDER],
    /// What a unit of weight adds to the state.
    pub arrive: [T; ORDER],
    /// The value at each moment the integrator looks at.
    pub value: [[T; ORDER]; STAGES],
}

/// e^M by its series, after halving M until it is small.
fn matrix_exponential(m: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = m.len();
    let product = |a: &[Vec<f64>], b: &[Vec<f64>]| -> Vec<Vec<f64>> {
        (0..n).map(|i| (0..n).map(|j| (0..n).map(|k| a[i][k] * b[k][j]).sum()).collect()).collect()
    };
    let norm = m.iter().map(|row| row.iter().map(|x| x.abs()).sum::<f64>()).fold(0.0, f64::max);
    let halvings = if norm > 0.5 { (norm * 2.0).log2().ceil() as i32 } else { 0 };
    let small: Vec<Vec<f64>> =
        m.iter().map(|row| row.iter().map(|x| x / 2f64.powi(halvings)).collect()).collect();
    let one = |i: usize, j: usize| if i == j { 1.0 } else { 0.0 };
    let mut sum: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| one(i, j)).collect()).collect();
    let mut term = sum.clone();
    for k in 1..=18 {
        term = product(&term, &small)
            .into_iter()
            .map(|row| row.into_iter().map(|x| x / f64::from(k)).collect())
            .collect();
        for (row, add) in sum.iter_mut().zip(&term) {
            row.iter_mut().zip(add).for_each(|(x, a)| *x += a);
        }
    }
    (0..halvings).for_each(|_| sum = product(&sum, &sum));
    sum
}

fn scaled(a: &[Vec<f64>], by: f64) -> Vec<Vec<f64>> {
    a.iter().map(|row| row.iter().map(|x| x * by).collect()).collect()
}

impl Linear {
    /// c e^{A t}: the value at time `t` for each unit of state.
    pub fn value_at(&self, t: f64) -> Vec<f64> {
        let e = matrix_exponential(&scaled(&self.a, t));
        (0..self.c.len()).map(|j| self.c.iter().zip(&e).map(|(c, row)| c * row[j]).sum()).collect()
    }

    /// −c A⁻¹ b: the integral of the value over all time after a spike of unit weight.
    pub fn integral(&self) -> f64 {
        let (a, b, c) = (&self.a, &self.b, &self.c);
        if b.len() == 1 {
            return -c[0] * b[0] / a[0][0];
        }
        let determinant = a[0][0] * a[1][1] - a[0][1] * a[1][0];
        let first = (a[1][1] * b[0] - a[0][1] * b[1]) / determinant;
        let second = (a[0][0] * b[1] - a[1][0] * b[0]) / determinant;
        -(c[0] * first + c[1] * second)
    }

    /// The constant value that moves a membrane x' = rate x + value as far in `dt` as the decaying value does.
    ///
    /// It is the upper right of the exponential of [[rate, c], [0, A]] dt, over (e^{rate dt} − 1) / rate.
    pub fn value_for_membrane(&self, rate: f64, dt: f64) -> Vec<f64> {
        let first = std::iter::once(rate).chain(self.c.iter().copied()).collect();
        let rest = self.a.iter().map(|row| std::iter::once(0.0).chain(row.iter().copied()).collect());
        let joint: Vec<Vec<f64>> = std::iter::once(first).chain(rest).collect();
        let e = matrix_exponential(&scaled(&joint, dt));
        let mean = if rate == 0.0 { dt } else { (rate * dt).exp_m1() / rate };
        e[0][1..].iter().map(|x| x / mean).collect()
    }

    /// The numbers of a step of `dt` ms, for an integrator that looks at `offsets`. `membrane` is the rate of a linear
    /// membrane driven by a current, which then receives the exact mean.
    pub fn propagator<T: Float>(&self, dt: f64, offsets: &[f64], membrane: Option<f64>) -> Propagator<T> {
        let pad = |x: &[f64]| std::array::from_fn(|k| T::of(x.get(k).copied().unwrap_or(0.0)));
        let step = matrix_exponential(&scaled(&self.a, dt));
        let value = |c: usize| match membrane {
            Some(rate) => self.value_for_membrane(rate, dt),
            None => self.value_at(offsets[c.min(offsets.len() - 1)] * dt),
        };
        Propagator {
            order: self.b.len(),
            step: std::array::from_fn(|i| pad(step.get(i).map_or(&[], |row| row))),
            arrive: pad(&self.b),
            value: std::array::from_fn(|c| pad(&value(c))),
        }
    }
}

/// What a receptor's loop works on: columns of equal length.
pub struct Received<'a, 'b, T> {
    /// Parameters of the output.
    pub params: &'a [T],
    /// The linear system.
    pub system: &'a Propagator<T>,
    /// State variables, each `[neuron]`.
    pub state: &'a mut [&'b mut [T]],
    /// What arrived.
    pub arriving: &'a mut [Arriving<'b, T>],
    /// Voltages, `[neuron]`.
    pub v: &'a [T],
    /// Where current and conductance at the integrator's moments go, each `[neuron]`.
    pub inputs: &'a mut [(&'b mut [T], &'b mut [T])],
    /// Whether `inputs` is overwritten rather than added to.
    pub fresh: bool,
}

/// A compiled receptor loop.
pub type Receive<T> = fn(&mut Received<'_, '_, T>);

/// A compiled loop that sums what arrived.
pub type Gather<T> = fn(&mut (&mut [Arriving<'_, T>], &mut [T]));

/// The sum of what arrived for the lanes from `at`.
#[inline(always)]
fn take<T: Float>(arriving: &mut [Arriving<'_, T>], at: usize) -> Lanes<T>
where
    Num<T>: Real,
{
    let mut sum = Lanes::of(T::default());
    macro_rules! counts {
        ($column:expr, $weight:expr) => {{
            let lanes = load($column, at);
            store($column, at, &Lanes::of(0));
            for l in 0..LANES {
                sum[l] = (Num(sum[l]) + Num(T::of_count(lanes[l].into())) * Num(*$weight)).0;
            }
        }};
    }
    for a in arriving {
        match a {
            Arriving::Count8(column, weight) => counts!(column, weight),
            Arriving::Count16(column, weight) => counts!(column, weight),
            Arriving::Sum(column) => {
                let lanes = load(column, at);
                store(column, at, &Lanes::of(T::default()));
                for l in 0..LANES {
                    sum[l] = (Num(sum[l]) + Num(lanes[l])).0;
                }
            }
        }
    }
    sum
}

#[inline(always)]
fn sweep<O: Output, T: Float, const D: usize>(r: &mut Received<'_, '_, T>)
where
    Num<T>: Real,
{
    let p = O::P::build(|k| Num(r.params[k]));
    let system = *r.system;
    for at in (0..r.v.len()).step_by(LANES) {
        let arrived = take(r.arriving, at);
        let v = load(r.v, at);
        let mut state: [Lanes<T>; D] = std::array::from_fn(|k| load(r.state[k], at));
        for k in 0..D {
            for l in 0..LANES {
                state[k][l] = (Num(state[k][l]) + Num(arrived[l]) * Num(system.arrive[k])).0;
            }
        }
        for (c, (i, g)) in r.inputs.iter_mut().enumerate() {
            let mut current = if r.fresh { Lanes::of(T::default()) } else { load(i, at) };
            let mut conductance = if r.fresh { Lanes::of(T::default()) } else { load(g, at) };
            for l in 0..LANES {
                let value = (1..D).fold(Num(state[0][l]) * Num(system.value[c][0]), |sum, k| {
                    sum + Num(state[k][l]) * Num(system.value[c][k])
                });
                let input = O::input(&p, value, Num(v[l]));
                current[l] = (Num(current[l]) + input.i).0;
                if let Some(g) = input.g {
                    conductance[l] = (Num(conductance[l]) + g).0;
                }
            }
            store(i, at, &current);
            store(g, at, &conductance);
        }
        for k in 0..D {
            let mut next = Lanes::of(T::default());
            for l in 0..LANES {
                let sum = (1..D).fold(Num(state[0][l]) * Num(system.step[k][0]), |sum, j| {
                    sum + Num(state[j][l]) * Num(system.step[k][j])
                });
                next[l] = flush(sum).0;
            }
            store(r.state[k], at, &next);
        }
    }
}

dispatch!(
    /// The receptor loop of an output for an instruction set.
    pub(super) fn receive<O: Output, T: Float>(r: &mut Received<'_, '_, T>)
    where
        Num<T>: Real,
    {
        match r.system.order {
            1 => sweep::<O, T, 1>(r),
            _ => sweep::<O, T, 2>(r),
        }
    }
);

dispatch!(
    /// The loop that sums what arrived, for an instruction set.
    pub fn gather<T: Float>(x: &mut (&mut [Arriving<'_, T>], &mut [T]))
    where
        Num<T>: Real,
    {
        let (arriving, sums) = x;
        for at in (0..sums.len()).step_by(LANES) {
            let sum = take(arriving, at);
            store(sums, at, &sum);
        }
    }
);
