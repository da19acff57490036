//! Kernel: the loop over a block of neurons, compiled once for each instruction set and chosen at run time.
//!
//! A block is advanced neuron by neuron by the very code that advances one, in loops that the compiler turns into vector
//! instructions: over whole columns where all neurons share their parameters ([`columns`](super::columns)), and here, through arrays of [`LANES`] numbers that
//! cannot overlap, for models with more variables or parameters of their own. No operation is reordered or fused, so every
//! loop and every instruction set gives the same bits.

use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use arrayvec::ArrayVec;

use super::advance::{Cell, advance};
use super::columns::{Columns, Lane};
use super::dynamics::Compiled;
use super::integrate::{Forcing, Integrator, STAGES, WithIntegrator, with_integrator};
use super::neuron::{Input, Neuron, StateOf};
use super::table::Table;
use crate::number::{Float, Num, Real};

/// Numbers advanced together; a multiple of the widest vector.
pub const LANES: usize = 16;

/// The most white noises of a model.
pub const NOISES: usize = 8;

/// A parameter: one for all, or one for each neuron of the block.
#[derive(Clone, Copy, Debug)]
pub enum Column<'a, T> {
    /// The same for all.
    Uniform(T),
    /// `[neuron]`.
    Each(&'a [T]),
}

/// What a kernel works on: columns of equal length.
pub struct Block<'a, 'b, T> {
    /// Parameters, in table order.
    pub params: &'a [Column<'b, T>],
    /// State variables, in table order, each `[neuron]`.
    pub state: &'a mut [&'b mut [T]],
    /// Steps of refractoriness left, `[neuron]`.
    pub refractory: &'a mut [T],
    /// Currents and conductances at the integrator's moments, each `[neuron]`; with lanes, see [`Lane::arriving`].
    pub inputs: [(&'a [T], &'a [T]); STAGES],
    /// Whether any conductance may differ from zero; where not, what depends on it is computed once for all neurons.
    pub conducts: bool,
    /// What delta synapses add to the voltage, `[neuron]`.
    pub jump: &'a [T],
    /// A standard normal number for each white noise, `[noise, neuron]`.
    pub noise: &'a [T],
    /// Step, in ms.
    pub dt: f64,
    /// Index of the block's first neuron in its population.
    pub first: u32,
    /// Indices of the neurons that fired are appended here, ascending.
    pub spikes: &'a mut Vec<u32>,
    /// The first number that stopped being finite.
    pub bad: &'a mut Option<NotFinite>,
    /// Scratch, `[neuron]`.
    pub marks: &'a mut [u8],
    /// Where good values are kept for [`NotFinite`], `[variable, neuron]`.
    pub saved: &'a mut [T],
    /// Whether to keep those of this step.
    pub save: bool,
    /// Room for a kernel's own use, as much as it asked for, zeros at first; nobody else writes there.
    pub registers: &'a mut [T],
}

/// A state variable that stopped being finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NotFinite {
    /// Index of the neuron in its population.
    pub neuron: u32,
    /// Row of the variable.
    pub variable: usize,
    /// The last value of it that was kept, some steps before.
    pub last: f64,
}

/// `LANES` numbers, aligned so that none of them straddles two cache lines on its way through the stack.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct Lanes<T>(pub [T; LANES]);

impl<T: Copy> Lanes<T> {
    #[inline(always)]
    pub fn of(x: T) -> Self {
        Self([x; LANES])
    }
}

impl<T> std::ops::Index<usize> for Lanes<T> {
    type Output = T;
    #[inline(always)]
    fn index(&self, lane: usize) -> &T {
        &self.0[lane]
    }
}

impl<T> std::ops::IndexMut<usize> for Lanes<T> {
    #[inline(always)]
    fn index_mut(&mut self, lane: usize) -> &mut T {
        &mut self.0[lane]
    }
}

/// `LANES` numbers from `column[at..]`, the missing ones zero.
#[inline(always)]
pub(super) fn load<T: Copy + Default>(column: &[T], at: usize) -> Lanes<T> {
    match column[at..].first_chunk() {
        Some(whole) => Lanes(*whole),
        None => load_rest(column, at),
    }
}

#[cold]
#[inline(never)]
fn load_rest<T: Copy + Default>(column: &[T], at: usize) -> Lanes<T> {
    let mut lanes = Lanes::of(T::default());
    lanes.0[..column.len() - at].copy_from_slice(&column[at..]);
    lanes
}

#[inline(always)]
pub(super) fn store<T: Copy>(column: &mut [T], at: usize, lanes: &Lanes<T>) {
    match column[at..].first_chunk_mut() {
        Some(whole) => *whole = lanes.0,
        None => store_rest(column, at, lanes),
    }
}

#[cold]
#[inline(never)]
fn store_rest<T: Copy>(column: &mut [T], at: usize, lanes: &Lanes<T>) {
    let rest = column.len() - at;
    column[at..].copy_from_slice(&lanes.0[..rest]);
}

#[inline(always)]
fn sweep<M: Neuron, I: Integrator, T: Float>(block: &mut Block<'_, '_, T>)
where
    Num<T>: Real,
{
    let n = block.refractory.len();
    let dt = Num::<T>::lit(block.dt);
    for at in (0..n).step_by(LANES) {
        let own = M::P::build(|k: usize| match block.params[k] {
            Column::Each(column) => load(column, at),
            Column::Uniform(x) => Lanes::of(x),
        });
        let mut state = M::S::build(|k: usize| load(&*block.state[k], at));
        let mut refractory = load(block.refractory, at);
        let jump = load(block.jump, at);
        let noise: ArrayVec<_, NOISES> = block.noise.chunks_exact(n).map(|one| load(one, at)).collect();
        let mut currents = [Lanes::of(T::default()); STAGES];
        let mut conductances = [Lanes::of(T::default()); STAGES];
        for c in 0..I::OFFSETS.len() {
            currents[c] = load(block.inputs[c].0, at);
            conductances[c] = load(block.inputs[c].1, at);
        }
        let mut fired = Lanes::of(T::default());
        for l in 0..LANES {
            let own = M::P::build(|k| Num(M::P::at(&own, k)[l]));
            let cell = Cell::<Compiled<M>, Num<T>> {
                state: M::S::build(|k| Num(M::S::at(&state, k)[l])),
                refractory: Num(refractory[l]),
            };
            let input = |c: usize| Input { i: Num(currents[c][l]), g: Some(Num(conductances[c][l])) };
            let inputs = [input(0), input(1), input(2)];
            let noise: ArrayVec<_, NOISES> = noise.iter().map(|n| Num(n[l])).collect();
            let forcing = Forcing { inputs: &inputs, jump: Num(jump[l]), noise: &noise, dt };
            let (after, spike) = advance::<_, I, _>(&Compiled::<M>::new(), &own, &cell, &forcing);
            for k in 0..M::S::FIELDS.len() {
                M::S::at_mut(&mut state, k)[l] = M::S::at(&after.state, k).0;
            }
            refractory[l] = after.refractory.0;
            fired[l] = spike.0;
        }
        let live = (n - at).min(LANES);
        let mut finite = true;
        for k in 0..M::S::FIELDS.len() {
            for l in 0..LANES {
                let x = Num(M::S::at(&state, k)[l]);
                finite &= x.is_finite();
            }
        }
        if !finite {
            note::<M, T>(block, at, &state, live);
        }
        write_back::<M, T>(block, at, &state);
        store(block.refractory, at, &refractory);
        if fired.0.iter().fold(false, |any, f| any | (*f != T::default())) {
            let first = block.first + at as u32;
            let spikes = (0..live).filter(|l| fired[*l] != T::default()).map(|l| first + l as u32);
            block.spikes.extend(spikes);
        }
    }
}

#[inline(always)]
fn write_back<M: Neuron, T: Float>(block: &mut Block<'_, '_, T>, at: usize, state: &StateOf<M, Lanes<T>>) {
    for k in 0..M::S::FIELDS.len() {
        store(block.state[k], at, M::S::at(state, k));
    }
}

/// Looks for what is not finite among the live lanes; the block still holds the state before the step.
#[cold]
#[inline(never)]
fn note<M: Neuron, T: Float>(
    block: &mut Block<'_, '_, T>,
    at: usize,
    state: &StateOf<M, Lanes<T>>,
    live: usize,
) {
    let bad = (0..live).find_map(|l| {
        let variable = (0..M::S::FIELDS.len()).find(|k| !M::S::at(state, *k)[l].to_f64().is_finite())?;
        let last = block.state[variable][at + l].to_f64();
        Some(NotFinite { neuron: block.first + (at + l) as u32, variable, last })
    });
    *block.bad = block.bad.or(bad);
}

/// Sets of vector instructions a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Instructions {
    /// What every machine of this architecture has.
    Baseline,
    /// 256-bit vectors.
    Avx2,
    /// 512-bit vectors.
    Avx512,
}

/// The widest instructions of this machine, or those that `SYNFIRE_INSTRUCTIONS` (baseline, avx2, avx512) holds it to.
pub fn instructions() -> Instructions {
    static CHOICE: OnceLock<Instructions> = OnceLock::new();
    *CHOICE.get_or_init(|| {
        let widest = Instructions::available().last().copied().unwrap_or(Instructions::Baseline);
        let asked = match std::env::var("SYNFIRE_INSTRUCTIONS").as_deref() {
            Ok("baseline") => Instructions::Baseline,
            Ok("avx2") => Instructions::Avx2,
            _ => Instructions::Avx512,
        };
        widest.min(asked)
    })
}

impl Instructions {
    /// Those this machine can run, narrowest first.
    pub fn available() -> &'static [Instructions] {
        #[cfg(target_arch = "x86_64")]
        {
            let avx512 = is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512bw")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512vl");
            if avx512 {
                return &[Self::Baseline, Self::Avx2, Self::Avx512];
            }
            if is_x86_feature_detected!("avx2") {
                return &[Self::Baseline, Self::Avx2];
            }
        }
        &[Self::Baseline]
    }
}

/// Compiles a function once for each instruction set; the result chooses one by an [`Instructions`].
#[macro_export]
macro_rules! dispatch {
    ($(#[$doc:meta])* $vis:vis fn $choose:ident$(<$($g:ident: $b:path),*>)?($arg:ty) = $code:ident
     where $w:ty: $wb:path $(,)?) => {
        $crate::dispatch!(
            $(#[$doc])* $vis fn $choose$(<$($g: $b),*>)?(x: $arg) where $w: $wb { $code$(::<$($g),*>)?(x) }
        );
    };
    ($(#[$doc:meta])* $vis:vis fn $choose:ident$(<$($g:ident: $b:path),* $(; $k:ident: $kt:ty)?>)?(
        $($x:ident: $t:ty),* $(,)?
     ) $(-> $out:ty)? $(where $w:ty: $wb:path $(,)?)? $body:block) => {
        $(#[$doc])*
        $vis fn $choose$(<$($g: $b,)* $(const $k: $kt)?>)?(level: $crate::model::Instructions) -> fn($($t),*) $(-> $out)?
        $(where $w: $wb)? {
            #[inline(always)]
            fn body$(<$($g: $b,)* $(const $k: $kt)?>)?($($x: $t),*) $(-> $out)? $(where $w: $wb)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi1,bmi2,lzcnt,popcnt")]
                fn avx512$(<$($g: $b,)* $(const $k: $kt)?>)?($($x: $t),*) $(-> $out)? $(where $w: $wb)? {
                    body$(::<$($g,)* $($k)?>)?($($x),*)
                }
                #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
                fn avx2$(<$($g: $b,)* $(const $k: $kt)?>)?($($x: $t),*) $(-> $out)? $(where $w: $wb)? {
                    body$(::<$($g,)* $($k)?>)?($($x),*)
                }
                match level {
                    $crate::model::Instructions::Avx512 => {
                        #[expect(unsafe_code, reason = "entering code for instructions that were detected")]
                        // SAFETY: `Instructions::available` found them before this level could be chosen.
                        return |$($x),*| unsafe { avx512$(::<$($g,)* $($k)?>)?($($x),*) };
                    }
                    $crate::model::Instructions::Avx2 => {
                        #[expect(unsafe_code, reason = "entering code for instructions that were detected")]
                        // SAFETY: `Instructions::available` found them before this level could be chosen.
                        return |$($x),*| unsafe { avx2$(::<$($g,)* $($k)?>)?($($x),*) };
                    }
                    $crate::model::Instructions::Baseline => {}
                }
            }
            let _ = level;
            body$(::<$($g,)* $($k)?>)?
        }
    };
}

dispatch!(
    /// The general loop of a model and an integrator.
    fn lanes<M: Neuron, I: Integrator, T: Float>(block: &mut Block<'_, '_, T>)
    where
        Num<T>: Real,
    {
        sweep::<M, I, T>(block);
    }
);

/// A loop that advances blocks of a model by an integrator.
pub trait Advance<T>: Send + Sync {
    /// Advances a block by one step, and with it those receptors whose input does not stand in the block.
    fn advance(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]);
    /// Whether receptors can be advanced in the same pass where all neurons share their parameters.
    fn fuses(&self) -> bool {
        false
    }
    /// Whether it then takes sums and currents as well as counts.
    fn fuses_sums(&self) -> bool {
        self.fuses()
    }
    /// How much room it wants in [`Block::registers`].
    fn registers(&self) -> usize {
        0
    }
}

/// A model and an integrator, ready to run.
pub type Kernel<T> = Arc<dyn Advance<T>>;

/// What makes the loops of a model. `shared` says which parameters are the same for all neurons.
pub trait Kernels: Sync {
    /// In single precision; `None` where the integrator does not apply.
    fn single(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f32>>;
    /// In double precision.
    fn double(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f64>>;
}

impl<M: Neuron> Kernels for Compiled<M> {
    fn single(&self, integrator: &str, level: Instructions, _: &[bool]) -> Option<Kernel<f32>> {
        with_integrator(self, integrator, Loops::<M, f32>(level, PhantomData))
    }

    fn double(&self, integrator: &str, level: Instructions, _: &[bool]) -> Option<Kernel<f64>> {
        with_integrator(self, integrator, Loops::<M, f64>(level, PhantomData))
    }
}

/// Compiled loops.
struct Native<T> {
    lanes: fn(&mut Block<'_, '_, T>),
    /// Those over whole columns, where the model is small enough.
    columns: Option<Columns<T>>,
}

impl<T: Float> Advance<T> for Native<T>
where
    Num<T>: Real,
{
    fn advance(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]) {
        match &self.columns {
            Some(columns) if block.params.iter().all(|p| matches!(p, Column::Uniform(_))) => {
                columns.run(block, lanes)
            }
            _ => (self.lanes)(block),
        }
    }

    fn fuses(&self) -> bool {
        self.columns.is_some_and(|columns| columns.fuses)
    }
}

/// The compiled loops for an instruction set.
struct Loops<M, T>(Instructions, PhantomData<(M, T)>);

impl<M: Neuron> WithIntegrator for Loops<M, f32> {
    type Output = Kernel<f32>;
    fn run<I: Integrator>(self) -> Kernel<f32> {
        Arc::new(Native { lanes: lanes::<M, I, f32>(self.0), columns: Columns::of::<M, I>(self.0) })
    }
}

/// Double precision is for validation: the general loop serves it, and nothing more is compiled.
impl<M: Neuron> WithIntegrator for Loops<M, f64> {
    type Output = Kernel<f64>;
    fn run<I: Integrator>(self) -> Kernel<f64> {
        Arc::new(Native { lanes: lanes::<M, I, f64>(self.0), columns: None })
    }
}
