//! Plasticity: how the weight of a synapse follows the spikes on its two sides.
//!
//! A rule is made of traces, which sender and receiver keep of their own spikes, and of what a spike on either side does to a
//! synapse. Between spikes traces decay, each by itself, so nothing has to be done until one is looked at. Two spikes of one
//! step do not see each other: each meets the traces as they were before either, the sender's spike first.

use super::advance::flush;
use super::kernel::{Instructions, LANES, Lanes, instructions, load, store};
use super::learning::{PlasticityEquations, traces};
use super::neuron::{ParamsOf, StateOf, Tables, model_entry};
use super::table::Table;
use crate::dispatch;
use crate::number::{Float, Num, Real};
use crate::registry::{Entry, Field, Kind};

/// The traces of the sender, one `R` each.
pub type PreOf<M, R> = <<M as Plasticity>::Pre as Table>::Of<R>;
/// The traces of the receiver, one `R` each.
pub type PostOf<M, R> = <<M as Plasticity>::Post as Table>::Of<R>;

/// Long-term plasticity. Fields in the unit `weight` are in that of the projection's weights.
pub trait Plasticity: Tables {
    /// Traces of the sender's spikes.
    type Pre: Table;
    /// Traces of the receiver's spikes.
    type Post: Table;
    /// Whether the synapse changes between spikes: whether [`between`](Plasticity::between) is called.
    const DRIFTS: bool = false;
    /// Whether spikes of a modulator, which all synapses see, act on it; it then drifts.
    const MODULATED: bool = false;
    /// Whether it looks at the receiver's voltage instead of its spikes: whether [`follow`](Plasticity::follow) is called.
    const FOLLOWS: bool = false;

    /// Time derivative of the sender's traces, per ms: each a constant times itself.
    fn pre_derivative<R: Real>(p: &ParamsOf<Self, R>, x: &PreOf<Self, R>) -> PreOf<Self, R>;
    /// The same for the receiver's.
    fn post_derivative<R: Real>(p: &ParamsOf<Self, R>, y: &PostOf<Self, R>) -> PostOf<Self, R>;
    /// The sender's traces after a spike of its own; unless stated, each grows by 1.
    fn pre_jump<R: Real>(_: &ParamsOf<Self, R>, x: &PreOf<Self, R>) -> PreOf<Self, R> {
        Self::Pre::build(|k| *Self::Pre::at(x, k) + 1.0)
    }
    /// The same for the receiver's.
    fn post_jump<R: Real>(_: &ParamsOf<Self, R>, y: &PostOf<Self, R>) -> PostOf<Self, R> {
        Self::Post::build(|k| *Self::Post::at(y, k) + 1.0)
    }

    /// Weight and state after a spike of the sender has arrived, with the traces before it. It is delivered with this weight.
    fn on_pre<R: Real>(
        p: &ParamsOf<Self, R>,
        w: R,
        s: &StateOf<Self, R>,
        x: &PreOf<Self, R>,
        y: &PostOf<Self, R>,
    ) -> (R, StateOf<Self, R>);

    /// The same for a spike of the receiver.
    fn on_post<R: Real>(
        p: &ParamsOf<Self, R>,
        w: R,
        s: &StateOf<Self, R>,
        x: &PreOf<Self, R>,
        y: &PostOf<Self, R>,
    ) -> (R, StateOf<Self, R>);

    /// Weight and state `elapsed` ms after the last spike of either side or of the modulator, before the next one changes them.
    /// `level` is the modulator's at the beginning of that time. No time changes nothing.
    #[inline(always)]
    fn between<R: Real>(
        _: &ParamsOf<Self, R>,
        w: R,
        s: &StateOf<Self, R>,
        _elapsed: R,
        _level: R,
    ) -> (R, StateOf<Self, R>) {
        (w, *s)
    }

    /// The modulator's level: its time constant in ms, and what a spike adds to it.
    #[inline(always)]
    fn modulator<R: Real>(_: &ParamsOf<Self, R>) -> [R; 2] {
        [R::lit(1.0), R::lit(0.0)]
    }

    /// The receiver's traces after a step of `dt` ms at whose end its voltage is `v`, and whether its synapses are to see that
    /// step as they see a spike: where the number is above 0.
    #[inline(always)]
    fn follow<R: Real>(_: &ParamsOf<Self, R>, y: &PostOf<Self, R>, _v: R, _dt: R) -> (PostOf<Self, R>, R) {
        (*y, R::lit(0.0))
    }
}

/// Synapses to which something happens: columns of one length, a multiple of [`LANES`].
pub struct Synapses<'a, 'b, T> {
    /// Weights, `[synapse]`.
    pub w: &'a mut [T],
    /// State, `[variable, synapse]`.
    pub state: &'a mut [&'b mut [T]],
    /// Traces of the senders, `[trace, synapse]`.
    pub pre: &'a [&'b [T]],
    /// Traces of the receivers, `[trace, synapse]`.
    pub post: &'a [&'b [T]],
    /// Time since the last spike of either side or of the modulator in ms, `[synapse]`; only looked at by rules that drift.
    pub elapsed: &'a [T],
    /// The modulator's level at the beginning of that time, `[synapse]`; the same.
    pub level: &'a [T],
    /// Room for the rule's own use, as much as it asked for, zeros at first; nobody else writes there.
    pub scratch: &'a mut [T],
}

/// What the spikes of a modulator leave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Modulator {
    /// How fast it decays, per ms.
    pub rate: f64,
    /// What a spike adds.
    pub jump: f64,
}

/// A trace of spikes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trace {
    /// What it is before the first spike, at the start of the run.
    pub start: f64,
    /// How fast it decays, per ms.
    pub rate: f64,
}

/// A rule with its parameters, ready to run over columns. What a text is compiled to implements this as well.
pub trait Rule<T>: Send + Sync {
    /// The sender's traces.
    fn pre(&self) -> &[Trace];
    /// The receiver's.
    fn post(&self) -> &[Trace];
    /// State variables of a synapse besides its weight, at the start.
    fn state(&self) -> &[T];
    /// Whether `elapsed` is looked at.
    fn drifts(&self) -> bool;
    /// The modulator, where `level` is looked at.
    fn modulator(&self) -> Option<Modulator> {
        None
    }
    /// Whether it looks at the receiver's voltage instead of its spikes.
    fn follows(&self) -> bool {
        false
    }
    /// How many numbers of room of its own it needs, in [`Synapses::scratch`] and in [`follow`](Rule::follow).
    fn scratch(&self) -> usize {
        0
    }
    /// It is fastest with columns of a multiple of so many, at most 64; what stands behind those that count does not matter.
    fn lanes(&self) -> usize {
        LANES
    }
    /// Lets time pass at each of these synapses, where the rule drifts.
    fn drift(&self, _synapses: &mut Synapses<'_, '_, T>) {}
    /// Takes receivers through a step of `dt` ms, where the rule follows: voltages at its end, `[neuron]`; traces,
    /// `[trace, neuron]`; and to be written, `[neuron]`, above 0 where synapses are to see this step. With room of its own.
    fn follow(&self, _v: &[T], _traces: &mut [&mut [T]], _dt: T, _seen: &mut [T], _scratch: &mut [T]) {}
    /// Changes the traces of a sender by a spike.
    fn pre_jump(&self, x: &mut [T]);
    /// The same for a receiver.
    fn post_jump(&self, y: &mut [T]);
    /// A spike of the sender arrives at each of these synapses.
    fn on_pre(&self, synapses: &mut Synapses<'_, '_, T>);
    /// A spike of the receiver reaches each of these synapses.
    fn on_post(&self, synapses: &mut Synapses<'_, '_, T>);
}

/// Makes a rule with these parameters, in table order.
pub type MakeRule<T> = dyn Fn(&[f64]) -> Box<dyn Rule<T>> + Sync;

/// A registered rule of long-term plasticity.
#[derive(Clone, Copy)]
pub struct PlasticityModel {
    /// What it says of itself; its state is that of a synapse.
    pub entry: Entry,
    /// Traces of the sender.
    pub pre: &'static [Field],
    /// Traces of the receiver.
    pub post: &'static [Field],
    /// Whether it needs a modulator.
    pub modulated: bool,
    /// Whether it looks at the receiver's voltage instead of its spikes.
    pub follows: bool,
    /// The rule with these parameters, in single precision.
    pub single: &'static MakeRule<f32>,
    /// The same in double precision.
    pub double: &'static MakeRule<f64>,
    /// The rule as data.
    pub equations: &'static (dyn Fn(&Entry) -> PlasticityEquations + Sync),
}

inventory::collect!(PlasticityModel);

impl PlasticityModel {
    /// The registration of `M`; `register!` calls this.
    pub const fn of<M: Plasticity>(name: &'static str, doc: &'static str, origin: &'static str) -> Self {
        Self {
            entry: model_entry::<M>(Kind::Plasticity, name, doc, origin),
            pre: M::Pre::FIELDS,
            post: M::Post::FIELDS,
            modulated: M::MODULATED,
            follows: M::FOLLOWS,
            single: const { &|params| Box::new(Compiled::<M, f32>::new(params)) },
            double: const { &|params| Box::new(Compiled::<M, f64>::new(params)) },
            equations: const { &|entry| PlasticityEquations::of::<M>(entry.name, entry.doc) },
        }
    }
}

type Loop<T> = fn(&[T], &mut Synapses<'_, '_, T>);
type Follow<T> = fn(&[T], &[T], &mut [&mut [T]], T, &mut [T]);

/// What happens to synapses.
const PRE: u8 = 0;
const POST: u8 = 1;
const DRIFT: u8 = 2;

/// A rule that is compiled in.
struct Compiled<M, T> {
    params: Vec<T>,
    state: Vec<T>,
    pre: Vec<Trace>,
    post: Vec<Trace>,
    on_pre: Loop<T>,
    on_post: Loop<T>,
    drift: Loop<T>,
    follow: Follow<T>,
    rule: std::marker::PhantomData<fn() -> M>,
}

dispatch!(
    fn pre_loop<M: Plasticity, T: Float>(params: &[T], synapses: &mut Synapses<'_, '_, T>)
    where
        Num<T>: Real,
    {
        run::<M, T, PRE>(params, synapses);
    }
);

dispatch!(
    fn post_loop<M: Plasticity, T: Float>(params: &[T], synapses: &mut Synapses<'_, '_, T>)
    where
        Num<T>: Real,
    {
        run::<M, T, POST>(params, synapses);
    }
);

dispatch!(
    fn drift_loop<M: Plasticity, T: Float>(params: &[T], synapses: &mut Synapses<'_, '_, T>)
    where
        Num<T>: Real,
    {
        run::<M, T, DRIFT>(params, synapses);
    }
);

dispatch!(
    fn follow_loop<M: Plasticity, T: Float>(
        params: &[T],
        v: &[T],
        traces: &mut [&mut [T]],
        dt: T,
        seen: &mut [T],
    ) where
        Num<T>: Real,
    {
        let p = M::P::build(|k: usize| Num(params[k]));
        for (neuron, (v, seen)) in v.iter().zip(seen).enumerate() {
            let y = M::Post::build(|k: usize| Num(traces[k][neuron]));
            let (y, event) = M::follow(&p, &y, Num(*v), Num(dt));
            (0..M::Post::FIELDS.len()).for_each(|k| traces[k][neuron] = M::Post::at(&y, k).0);
            *seen = event.0;
        }
    }
);

#[inline(always)]
fn run<M: Plasticity, T: Float, const WHAT: u8>(params: &[T], synapses: &mut Synapses<'_, '_, T>)
where
    Num<T>: Real,
{
    let p = M::P::build(|k| Num(params[k]));
    for at in (0..synapses.w.len()).step_by(LANES) {
        let mut weight = load(synapses.w, at);
        let elapsed = if M::DRIFTS { load(synapses.elapsed, at) } else { unread() };
        let level = if M::MODULATED { load(synapses.level, at) } else { unread() };
        let mut state = M::S::build(|k: usize| load(synapses.state[k], at));
        let sees = WHAT != DRIFT;
        let pre = M::Pre::build(|k: usize| if sees { load(synapses.pre[k], at) } else { unread() });
        let post = M::Post::build(|k: usize| if sees { load(synapses.post[k], at) } else { unread() });
        for l in 0..LANES {
            let mut w = Num(weight[l]);
            let mut s = M::S::build(|k: usize| Num(M::S::at(&state, k)[l]));
            let x = M::Pre::build(|k: usize| Num(M::Pre::at(&pre, k)[l]));
            let y = M::Post::build(|k: usize| Num(M::Post::at(&post, k)[l]));
            if M::DRIFTS {
                (w, s) = M::between(&p, w, &s, Num(elapsed[l]), Num(level[l]));
            }
            (w, s) = match WHAT {
                PRE => M::on_pre(&p, w, &s, &x, &y),
                POST => M::on_post(&p, w, &s, &x, &y),
                _ => (w, s),
            };
            weight[l] = w.0;
            for k in 0..M::S::FIELDS.len() {
                M::S::at_mut(&mut state, k)[l] = M::S::at(&s, k).0;
            }
        }
        store(synapses.w, at, &weight);
        for k in 0..M::S::FIELDS.len() {
            store(synapses.state[k], at, M::S::at(&state, k));
        }
    }
}

/// Lanes that are not looked at.
#[inline(always)]
fn unread<T: Float>() -> Lanes<T> {
    Lanes::of(T::default())
}

impl<M: Plasticity, T: Float> Compiled<M, T>
where
    Num<T>: Real,
{
    fn new(params: &[f64]) -> Self {
        let data = PlasticityEquations::of::<M>("", "");
        let param = |name: &str| M::P::FIELDS.iter().position(|field| field.name == name).map(|k| params[k]);
        Self {
            params: params.iter().map(|x| T::of(*x)).collect(),
            state: M::S::FIELDS.iter().map(|field| T::of(field.default)).collect(),
            pre: traces(&data.pre, &data.pre_derivative, param),
            post: traces(&data.post, &data.post_derivative, param),
            on_pre: pre_loop::<M, T>(instructions()),
            on_post: post_loop::<M, T>(instructions()),
            drift: drift_loop::<M, T>(instructions()),
            follow: follow_loop::<M, T>(instructions()),
            rule: std::marker::PhantomData,
        }
    }

    fn params(&self) -> ParamsOf<M, Num<T>> {
        M::P::build(|k: usize| Num(self.params[k]))
    }
}

/// Puts a table of numbers back into the column it was made from.
fn put<X: Table, T: Copy>(from: &X::Of<Num<T>>, to: &mut [T]) {
    to.iter_mut().enumerate().for_each(|(k, x)| *x = X::at(from, k).0);
}

impl<M: Plasticity, T: Float> Rule<T> for Compiled<M, T>
where
    Num<T>: Real,
{
    fn pre(&self) -> &[Trace] {
        &self.pre
    }

    fn post(&self) -> &[Trace] {
        &self.post
    }

    fn state(&self) -> &[T] {
        &self.state
    }

    fn drifts(&self) -> bool {
        M::DRIFTS
    }

    fn modulator(&self) -> Option<Modulator> {
        let [tau, jump] = M::modulator(&self.params()).map(|x| x.0.to_f64());
        M::MODULATED.then_some(Modulator { rate: tau.recip(), jump })
    }

    fn follows(&self) -> bool {
        M::FOLLOWS
    }

    fn drift(&self, synapses: &mut Synapses<'_, '_, T>) {
        (self.drift)(&self.params, synapses);
    }

    fn follow(&self, v: &[T], traces: &mut [&mut [T]], dt: T, seen: &mut [T], _: &mut [T]) {
        (self.follow)(&self.params, v, traces, dt, seen);
    }

    fn pre_jump(&self, x: &mut [T]) {
        let after = M::pre_jump(&self.params(), &M::Pre::build(|k: usize| Num(x[k])));
        put::<M::Pre, T>(&after, x);
    }

    fn post_jump(&self, y: &mut [T]) {
        let after = M::post_jump(&self.params(), &M::Post::build(|k: usize| Num(y[k])));
        put::<M::Post, T>(&after, y);
    }

    fn on_pre(&self, synapses: &mut Synapses<'_, '_, T>) {
        (self.on_pre)(&self.params, synapses);
    }

    fn on_post(&self, synapses: &mut Synapses<'_, '_, T>) {
        (self.on_post)(&self.params, synapses);
    }
}

/// What is left of `x` after `steps`, of which each takes away the part 1 − e^−`rate`.
#[inline(always)]
fn left<T: Float>(x: T, steps: T, rate: T) -> T
where
    Num<T>: Real,
{
    flush(Num(x) * (-(Num(steps) * Num(rate))).exp()).0
}

dispatch!(
    /// Decays a column by its own number of steps each, at one rate for each step; columns of one length.
    fn decay_loop<T: Float>(column: &mut [T], steps: &[T], rate: T)
    where
        Num<T>: Real,
    {
        for (x, steps) in column.iter_mut().zip(steps) {
            *x = left(*x, *steps, rate);
        }
    }
);

/// Decays traces over whole columns.
#[derive(Clone, Copy)]
pub struct Decay<T> {
    column: fn(&mut [T], &[T], T),
}

impl<T: Float> Decay<T>
where
    Num<T>: Real,
{
    /// For the instructions of this machine.
    pub fn new() -> Self {
        Self::of(instructions())
    }

    /// For these instructions.
    pub fn of(level: Instructions) -> Self {
        Self { column: decay_loop::<T>(level) }
    }

    /// Decays each of a column by its number of steps, at one rate for each step.
    pub fn column(&self, column: &mut [T], steps: &[T], rate: T) {
        (self.column)(column, steps, rate);
    }

    /// Decays one; the same bits as in a column.
    pub fn one(&self, x: T, steps: u64, rate: T) -> T {
        left(x, T::of(steps as f64), rate)
    }
}

impl<T: Float> Default for Decay<T>
where
    Num<T>: Real,
{
    fn default() -> Self {
        Self::new()
    }
}

/// Declares a rule of plasticity: its documentation, its name and its tables. The functions follow in an `impl`.
#[macro_export]
macro_rules! rule {
    ($(#[$doc:meta])* $name:ident
     params { $($p:tt)* }
     pre { $($x:tt)* }
     post { $($y:tt)* }
     state { $($s:tt)* }) => {
        $crate::model! { $(#[$doc])* $name params { $($p)* } state { $($s)* } }
        $crate::table!(Pre PreTable "Traces of the sender." $($x)*);
        $crate::table!(Post PostTable "Traces of the receiver." $($y)*);
    };
}
