//! Coupling: what a neuron tells others of its state all the time, rather than by spikes.
//!
//! ```text
//! y_i = signal(s_i, x_i)      s_i' = derivative(s_i, x_i)      (kept once for each sender, whoever listens)
//! X_j = Σ_i w_ij y_i(t − d_ij)      W_j = Σ_i w_ij      input_j = input(X_j, W_j)
//! ```
//!
//! x_i is the sender's variable at the start of the step, and the input is held during it: of first order in dt.

use super::kernel::{Column, Instructions, LANES, Lanes, load, store};
use super::neuron::{Input, ParamsOf, StateOf, Tables, model_entry};
use super::table::{Rows, Table};
use crate::dispatch;
use crate::number::{Dual, Float, Num, Real};
use crate::registry::{Drive, Entry, Kind};

/// The dynamics of a coupling. Its table says as input unit what it reads: a unit, or `variable` where the signal has that of
/// whatever variable is read; in any other case the signal is a bare number.
pub trait Coupling: Tables {
    /// What weights are: a current for each unit of the signal, or a conductance.
    const DRIVE: Drive;
    /// Parameters that receivers use; those of senders may differ from one to the other.
    const RECEIVING: &'static [&'static str] = &[];

    /// What a sender in state `s` sends, its variable being `x`.
    fn signal<R: Real>(p: &ParamsOf<Self, R>, s: &StateOf<Self, R>, x: R) -> R;

    /// Time derivative of the sender's state, per ms.
    #[inline(always)]
    fn derivative<R: Real>(_: &ParamsOf<Self, R>, _: &StateOf<Self, R>, _x: R) -> StateOf<Self, R> {
        Self::S::build(|_: usize| R::lit(0.0))
    }

    /// The sender's state at the beginning.
    #[inline(always)]
    fn start<R: Real>(_: &ParamsOf<Self, R>, _x: R) -> StateOf<Self, R> {
        Self::S::build(|k: usize| R::lit(Self::S::FIELDS[k].default))
    }

    /// What reaches a neuron whose weighted signals sum up to `sum`, and its weights to `total`.
    fn input<R: Real>(p: &ParamsOf<Self, R>, sum: R, total: R) -> Input<R>;
}

/// Senders of a coupling during a step: columns of equal length.
pub struct Sending<'a, T> {
    /// Parameters, in table order.
    pub params: &'a [Column<'a, T>],
    /// State, each `[sender]`; advanced by the step.
    pub state: &'a mut [Vec<T>],
    /// The variable that is read, `[sender]`.
    pub x: &'a [T],
    /// Where signals go, `[sender]`.
    pub signals: &'a mut [T],
    /// Step, in ms.
    pub dt: f64,
    /// Whether the state has yet to be set to that of the beginning.
    pub starts: bool,
}

/// Receivers of a coupling during a step: columns of equal length.
pub struct Receiving<'a, T> {
    /// Parameters, in table order; of those that differ between senders, nothing is read.
    pub params: &'a [T],
    /// Weighted sums of signals, `[neuron]`.
    pub sums: &'a [T],
    /// Sums of weights, `[neuron]`.
    pub totals: &'a [T],
    /// Currents, added to, `[neuron]`.
    pub currents: &'a mut [T],
    /// Conductances, added to, `[neuron]`.
    pub conductances: &'a mut [T],
}

/// Row `1` is the variable that is differentiated by.
struct Seeded<'a, S: Table, R: Real>(&'a S::Of<R>, usize);

impl<S: Table, R: Real> Rows<Dual<R, 1>> for Seeded<'_, S, R> {
    #[inline(always)]
    fn row(&mut self, k: usize) -> Dual<R, 1> {
        let x = *S::at(self.0, k);
        if k == self.1 { Dual::variable(x, 0) } else { Dual::constant(x) }
    }
}

/// The state one step later, by exponential Euler with `x` held: exact where the derivative is linear in the state.
#[inline(always)]
fn advanced<M: Coupling, R: Real>(p: &ParamsOf<M, R>, s: &StateOf<M, R>, (x, dt): (R, R)) -> StateOf<M, R> {
    let dual = M::P::build(|k: usize| Dual::<R, 1>::constant(*M::P::at(p, k)));
    M::S::build(|k: usize| {
        let seeded = M::S::build(Seeded::<M::S, R>(s, k));
        let f = *M::S::at(&M::derivative(&dual, &seeded, Dual::constant(x)), k);
        let rise = f.d[0].map_or_else(|| R::lit(1.0), |slope| (slope * dt).exprel());
        *M::S::at(s, k) + f.x * dt * rise
    })
}

dispatch!(
    /// The loop over senders, for an instruction set.
    fn send<M: Coupling, T: Float>(of: &mut Sending<'_, T>)
    where
        Num<T>: Real,
    {
        let dt = Num::<T>::lit(of.dt);
        for at in (0..of.x.len()).step_by(LANES) {
            let own = M::P::build(|k: usize| match of.params[k] {
                Column::Each(column) => load(column, at),
                Column::Uniform(value) => Lanes::of(value),
            });
            let x = load(of.x, at);
            let mut state = M::S::build(|k: usize| load(&of.state[k], at));
            let mut signals = Lanes::of(T::default());
            for l in 0..LANES {
                let p = M::P::build(|k: usize| Num(M::P::at(&own, k)[l]));
                let s = match of.starts {
                    true => M::start(&p, Num(x[l])),
                    false => M::S::build(|k: usize| Num(M::S::at(&state, k)[l])),
                };
                signals[l] = M::signal(&p, &s, Num(x[l])).0;
                let next = advanced::<M, _>(&p, &s, (Num(x[l]), dt));
                for k in 0..M::S::FIELDS.len() {
                    M::S::at_mut(&mut state, k)[l] = M::S::at(&next, k).0;
                }
            }
            for (k, column) in of.state.iter_mut().enumerate() {
                store(column, at, M::S::at(&state, k));
            }
            store(of.signals, at, &signals);
        }
    }
);

dispatch!(
    /// The loop over receivers, for an instruction set.
    fn receive<M: Coupling, T: Float>(of: &mut Receiving<'_, T>)
    where
        Num<T>: Real,
    {
        let n = of.sums.len();
        let p = M::P::build(|k: usize| Num(of.params[k]));
        let (totals, currents) = (&of.totals[..n], &mut of.currents[..n]);
        let conductances = &mut of.conductances[..n];
        for l in 0..n {
            let input = M::input(&p, Num(of.sums[l]), Num(totals[l]));
            currents[l] = (Num(currents[l]) + input.i).0;
            if let Some(g) = input.g {
                conductances[l] = (Num(conductances[l]) + g).0;
            }
        }
    }
);

/// The compiled loops of a coupling.
#[derive(Clone, Copy)]
pub struct CouplingLoops<T> {
    /// Over senders.
    pub send: fn(&mut Sending<'_, T>),
    /// Over receivers.
    pub receive: fn(&mut Receiving<'_, T>),
}

/// A registered coupling.
#[derive(Clone, Copy)]
pub struct CouplingModel {
    /// What it says of itself; its input unit is what it reads.
    pub entry: Entry,
    /// Parameters that must be the same for all senders, because receivers use them.
    pub receiving: &'static [&'static str],
    /// Its loops in single precision.
    pub single: fn(Instructions) -> CouplingLoops<f32>,
    /// The same in double precision.
    pub double: fn(Instructions) -> CouplingLoops<f64>,
}

inventory::collect!(CouplingModel);

fn loops<M: Coupling, T: Float>(level: Instructions) -> CouplingLoops<T>
where
    Num<T>: Real,
{
    CouplingLoops { send: send::<M, T>(level), receive: receive::<M, T>(level) }
}

impl CouplingModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Coupling>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        let mut entry = model_entry::<M>(Kind::Coupling, name, doc, origin);
        entry.drive = Some(M::DRIVE);
        Self { entry, receiving: M::RECEIVING, single: loops::<M, f32>, double: loops::<M, f64> }
    }

    /// The unit it reads; `None` where it reads any and its signal has the same.
    pub fn reads(entry: &Entry) -> Option<&'static str> {
        (entry.input != "variable").then_some(entry.input)
    }
}
