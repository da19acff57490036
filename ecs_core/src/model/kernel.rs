//! Kernel: the loop over a block of neurons, compiled once for each instruction set and chosen at run time.
//!
//! Where all neurons share their parameters, a block is advanced neuron by neuron by the very code that advances one, in
//! loops over whole columns that the compiler turns into vector instructions ([`columns`](super::columns)). Parameters of
//! their own, noise, and more variables than such loops take make the model's step a [`program`](super::program). No operation
//! is reordered or fused, so both, and every instruction set, give the same bits.

use std::marker::PhantomData;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::alike;
use super::columns::{Columns, Lane};
use super::dynamics::Compiled;
use super::given::program;
use super::integrate::{Integrator, STAGES, WithIntegrator, with_integrator};
use super::neuron::Neuron;
use super::table::Table;
use crate::number::{Float, Num, Real};
use crate::registry::Field;

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

impl<'a, T: Copy> Column<'a, T> {
    /// The parameter of the neurons in `range` of the block.
    pub(super) fn of(&self, range: Range<usize>) -> Self {
        match self {
            Self::Uniform(x) => Self::Uniform(*x),
            Self::Each(column) => Self::Each(&column[range]),
        }
    }
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
pub(crate) struct Lanes<T>(pub [T; LANES]);

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
pub(crate) fn load<T: Copy + Default>(column: &[T], at: usize) -> Lanes<T> {
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
pub(crate) fn store<T: Copy>(column: &mut [T], at: usize, lanes: &Lanes<T>) {
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
    /// Whether parameters that differ between neurons may stand in a block as one for all, as far as all of them are the same there.
    fn takes_alike(&self) -> bool {
        false
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
    fn single(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f32>> {
        alike::kernel(shared, |shared| {
            let uniform = M::P::FIELDS.len() <= shared.len() && shared.iter().all(|shared| *shared);
            let columns = if uniform {
                with_integrator(self, integrator, Loops::<M>(level, PhantomData))?
            } else {
                None
            };
            columns.or_else(|| traced::<M, f32>((integrator, level, shared)))
        })
    }

    /// Double precision is for validation: nothing is compiled for it.
    fn double(&self, integrator: &str, level: Instructions, shared: &[bool]) -> Option<Kernel<f64>> {
        alike::kernel(shared, |shared| traced::<M, f64>((integrator, level, shared)))
    }
}

/// The model's step as a program: what parameters of their own, noise, and more variables than compiled loops take ask for.
fn traced<M: Neuron, T: Float>(how: (&str, Instructions, &[bool])) -> Option<Kernel<T>>
where
    Num<T>: Real,
{
    let names = |fields: &[Field]| fields.iter().map(|field| field.name.to_owned()).collect::<Vec<_>>();
    program(&Compiled::<M>::new(), [&names(M::P::FIELDS), &names(M::S::FIELDS)], M::NOISES, how)
}

/// Loops over whole columns, compiled for a model and an integrator.
impl<T: Float> Advance<T> for Columns<T>
where
    Num<T>: Real,
{
    fn advance(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]) {
        self.run(block, lanes);
    }

    fn fuses(&self) -> bool {
        self.fuses
    }
}

/// The compiled loops for an instruction set, where the model is small enough.
struct Loops<M>(Instructions, PhantomData<M>);

impl<M: Neuron> WithIntegrator for Loops<M> {
    type Output = Option<Kernel<f32>>;
    fn run<I: Integrator>(self) -> Self::Output {
        Some(Arc::new(Columns::<f32>::of::<M, I>(self.0)?))
    }
}
