//! Columns: the loop over a block for models of up to four state variables whose parameters all neurons share.
//!
//! Each column is an argument of its own, so the compiler knows that none overlap and turns the loop over neurons into
//! vector instructions without a detour. Receptors of one state variable, whose output does not depend on the voltage, are
//! advanced in the same pass. The arithmetic is that of the general loops, operation for operation: 3 to 4 times faster for
//! simple models, and the same bits.

#![expect(
    clippy::too_many_arguments,
    reason = "a column each: that is how the compiler learns that none overlap"
)]

use arrayvec::ArrayVec;

use super::advance::{Cell, advance, flush};
use super::dynamics::Compiled;
use super::integrate::{Forcing, Integrator, STAGES};
use super::kernel::{Block, Column, Instructions, NotFinite};
use super::neuron::{Input, Neuron};
use super::receive::Arriving;
use super::table::Table;
use crate::dispatch;
use crate::number::{Float, Num, Real};

/// The most state variables that this loop takes.
pub const MOST: usize = 4;

/// A receptor of one state variable: its numbers and its columns.
pub struct Lane<'a, T> {
    /// Synaptic value, `[neuron]`.
    pub value: &'a mut [T],
    /// What arrived, `[neuron]`; cleared. Counts in bytes, or sums: the same for all lanes of a block, and with sums the block's
    /// currents at the first moment are added to those of the lanes.
    pub arriving: Arriving<'a, T>,
    /// Its numbers.
    pub factors: Factors<T>,
}

/// The numbers of a [`Lane`].
#[derive(Clone, Copy, Debug)]
pub struct Factors<T> {
    /// What a spike adds to the value.
    pub weight: T,
    /// The value one step later.
    pub decay: T,
    /// Current per unit of value at the start of a step.
    pub current: T,
    /// Conductance per unit of value at the start of a step.
    pub conductance: T,
}

/// What arrived for a neuron, as loops read it.
pub(super) trait Arrival<T>: Copy + Default {
    /// Whether the block's currents are added to those of the receptors.
    const WITH_INPUT: bool;
    /// The sum of weights, `weight` being that of each spike where they are counted.
    fn sum(self, weight: T) -> Num<T>;
}

impl<T: Float> Arrival<T> for u8
where
    Num<T>: Real,
{
    const WITH_INPUT: bool = false;
    #[inline(always)]
    fn sum(self, weight: T) -> Num<T> {
        Num(T::of_count(self.into())) * Num(weight)
    }
}

impl<T: Float> Arrival<T> for T {
    const WITH_INPUT: bool = true;
    #[inline(always)]
    fn sum(self, _: T) -> Num<T> {
        Num(self)
    }
}

impl<T: Float> Factors<T>
where
    Num<T>: Real,
{
    /// The value after this step, and the input it makes during it.
    #[inline(always)]
    pub(super) fn advance<A: Arrival<T>, const CONDUCTS: bool>(
        &self,
        value: T,
        arrived: A,
    ) -> (T, Input<Num<T>>) {
        let value = Num(value) + arrived.sum(self.weight);
        let g = if CONDUCTS { Some(value * Num(self.conductance)) } else { None };
        (flush(value * Num(self.decay)).0, Input { i: value * Num(self.current), g })
    }
}

/// The state columns, the missing ones empty.
fn four<'a, T>(state: &'a mut [&mut [T]]) -> [&'a mut [T]; MOST] {
    let mut columns = state.iter_mut();
    let mut next = || columns.next().map_or(&mut [][..], |c| &mut **c);
    [next(), next(), next(), next()]
}

/// What a loop is told besides its columns: parameters in table order, step in ms, and the receptors' numbers.
pub type Setup<'a, T> = (&'a [T], f64, &'a [Factors<T>]);

/// Advances one neuron of the columns `a` to `d` in place. A macro, so that the compiler sees columns, not an array of them.
macro_rules! advance_neuron {
    ($M:ident, $I:ident, $T:ident, $p:expr, $dt:expr, $l:ident, [$a:ident $b:ident $c:ident $d:ident],
     $refractory:ident, $marks:ident, $finite:ident, $jump:expr, $inputs:expr) => {{
        let at = |k: usize| match k {
            0 => $a[$l],
            1 => $b[$l],
            2 => $c[$l],
            _ => $d[$l],
        };
        let before = $M::S::build(|k: usize| Num(at(k)));
        let cell = Cell::<Compiled<$M>, Num<$T>> { state: before, refractory: Num($refractory[$l]) };
        let forcing = Forcing { inputs: $inputs, jump: $jump, noise: &[], dt: $dt };
        let (after, fired) = advance::<_, $I, _>(&Compiled::<$M>::new(), $p, &cell, &forcing);
        for k in 0..$M::S::FIELDS.len() {
            let x = *$M::S::at(&after.state, k);
            $finite &= x.is_finite();
            match k {
                0 => $a[$l] = x.0,
                1 => $b[$l] = x.0,
                2 => $c[$l] = x.0,
                _ => $d[$l] = x.0,
            }
        }
        $refractory[$l] = after.refractory.0;
        $marks[$l] = if fired == Num::lit(0.0) { 0 } else { 1 };
    }};
}

/// Columns cut to the block, so that no index needs a check.
macro_rules! cut {
    ($n:ident: $($column:ident),*) => { $(let $column = &mut $column[..$n];)* };
    ($M:ident $n:ident: $a:ident $b:ident $c:ident $d:ident) => {
        let $a = if $M::S::FIELDS.len() > 0 { &mut $a[..$n] } else { $a };
        let $b = if $M::S::FIELDS.len() > 1 { &mut $b[..$n] } else { $b };
        let $c = if $M::S::FIELDS.len() > 2 { &mut $c[..$n] } else { $c };
        let $d = if $M::S::FIELDS.len() > 3 { &mut $d[..$n] } else { $d };
    };
}

dispatch!(
    /// Neurons alone: state, refractoriness, marks, jump, currents and conductances at the integrator's moments.
    fn alone<M: Neuron, I: Integrator, T: Float; CONDUCTS: bool>(
        n: usize, a: &mut [T], b: &mut [T], c: &mut [T], d: &mut [T], refractory: &mut [T], marks: &mut [u8],
        jump: &[T], i0: &[T], i1: &[T], i2: &[T], g0: &[T], g1: &[T], g2: &[T], setup: Setup<'_, T>
    ) -> bool where Num<T>: Real {
        cut!(M n: a b c d);
        cut!(n: refractory, marks);
        let jump = &jump[..n];
        let ([i0, i1, i2], [g0, g1, g2]) = ([&i0[..n], &i1[..n], &i2[..n]], [&g0[..n], &g1[..n], &g2[..n]]);
        let p = M::P::build(|k: usize| Num(setup.0[k]));
        let dt = Num::lit(setup.1);
        let mut finite = true;
        for l in 0..n {
            let input = |c: usize, i: &[T], g: &[T]| Input {
                i: if c < I::OFFSETS.len() { Num(i[l]) } else { Num(T::default()) },
                g: if CONDUCTS && c < I::OFFSETS.len() { Some(Num(g[l])) } else { None },
            };
            let inputs = [input(0, i0, g0), input(1, i1, g1), input(2, i2, g2)];
            advance_neuron!(M, I, T, &p, dt, l, [a b c d], refractory, marks, finite, Num(jump[l]), &inputs);
        }
        finite
    }
);

dispatch!(
    /// Neurons with one receptor.
    fn one<M: Neuron, I: Integrator, T: Float, A: Arrival<T>; CONDUCTS: bool>(
        n: usize, a: &mut [T], b: &mut [T], c: &mut [T], d: &mut [T], refractory: &mut [T], marks: &mut [u8],
        value: &mut [T], arrived: &mut [A], extra: &[T], setup: Setup<'_, T>
    ) -> bool where Num<T>: Real {
        cut!(M n: a b c d);
        cut!(n: refractory, marks, value, arrived);
        let extra = if A::WITH_INPUT { &extra[..n] } else { extra };
        let p = M::P::build(|k: usize| Num(setup.0[k]));
        let (dt, x) = (Num::lit(setup.1), setup.2[0]);
        let mut finite = true;
        for l in 0..n {
            let (next, mut input) = x.advance::<A, CONDUCTS>(value[l], arrived[l]);
            value[l] = next;
            arrived[l] = A::default();
            if A::WITH_INPUT {
                input.i = input.i + Num(extra[l]);
            }
            let inputs = [input; STAGES];
            advance_neuron!(M, I, T, &p, dt, l, [a b c d], refractory, marks, finite, Num::lit(-0.0), &inputs);
        }
        finite
    }
);

dispatch!(
    /// Neurons with two receptors.
    fn two<M: Neuron, I: Integrator, T: Float, A: Arrival<T>; CONDUCTS: bool>(
        n: usize, a: &mut [T], b: &mut [T], c: &mut [T], d: &mut [T], refractory: &mut [T], marks: &mut [u8],
        value: &mut [T], arrived: &mut [A], value2: &mut [T], arrived2: &mut [A], extra: &[T], setup: Setup<'_, T>
    ) -> bool where Num<T>: Real {
        cut!(M n: a b c d);
        cut!(n: refractory, marks, value, arrived, value2, arrived2);
        let extra = if A::WITH_INPUT { &extra[..n] } else { extra };
        let p = M::P::build(|k: usize| Num(setup.0[k]));
        let (dt, x, y) = (Num::lit(setup.1), setup.2[0], setup.2[1]);
        let mut finite = true;
        for l in 0..n {
            let (next, first) = x.advance::<A, CONDUCTS>(value[l], arrived[l]);
            let (next2, second) = y.advance::<A, CONDUCTS>(value2[l], arrived2[l]);
            (value[l], value2[l]) = (next, next2);
            (arrived[l], arrived2[l]) = (A::default(), A::default());
            let mut i = first.i + second.i;
            if A::WITH_INPUT {
                i = i + Num(extra[l]);
            }
            let g = first.g.zip(second.g).map(|(x, y)| x + y);
            let inputs = [Input { i, g }; STAGES];
            advance_neuron!(M, I, T, &p, dt, l, [a b c d], refractory, marks, finite, Num::lit(-0.0), &inputs);
        }
        finite
    }
);

type C<'a, T> = &'a mut [T];
type R<'a, T> = &'a [T];
type Alone<T> = fn(
    usize,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, u8>,
    R<'_, T>,
    R<'_, T>,
    R<'_, T>,
    R<'_, T>,
    R<'_, T>,
    R<'_, T>,
    R<'_, T>,
    Setup<'_, T>,
) -> bool;
type One<T, A> = fn(
    usize,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, u8>,
    C<'_, T>,
    C<'_, A>,
    R<'_, T>,
    Setup<'_, T>,
) -> bool;
type Two<T, A> = fn(
    usize,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, T>,
    C<'_, u8>,
    C<'_, T>,
    C<'_, A>,
    C<'_, T>,
    C<'_, A>,
    R<'_, T>,
    Setup<'_, T>,
) -> bool;

/// The compiled loops of a model and an integrator; of each two, the second is for populations with conductances.
#[derive(Clone, Copy)]
pub struct Columns<T> {
    alone: [Alone<T>; 2],
    one_counting: [One<T, u8>; 2],
    two_counting: [Two<T, u8>; 2],
    one_summing: [One<T, T>; 2],
    two_summing: [Two<T, T>; 2],
    spikes: fn(&[u8], u32, &mut Vec<u32>),
    /// Whether receptors can be advanced in the same pass.
    pub fuses: bool,
}

impl<T: Float> Columns<T>
where
    Num<T>: Real,
{
    /// The loops for an instruction set; `None` for models of too many variables, or with noise.
    pub(super) fn of<M: Neuron, I: Integrator>(level: Instructions) -> Option<Self> {
        (M::S::FIELDS.len() <= MOST && M::NOISES == 0).then(|| Self {
            alone: [alone::<M, I, T, false>(level), alone::<M, I, T, true>(level)],
            one_counting: [one::<M, I, T, u8, false>(level), one::<M, I, T, u8, true>(level)],
            two_counting: [two::<M, I, T, u8, false>(level), two::<M, I, T, u8, true>(level)],
            one_summing: [one::<M, I, T, T, false>(level), one::<M, I, T, T, true>(level)],
            two_summing: [two::<M, I, T, T, false>(level), two::<M, I, T, T, true>(level)],
            spikes: marked(level),
            fuses: I::OFFSETS.len() == 1,
        })
    }

    /// Advances a block, whose parameters all neurons share, and one or two receptors with it; with none, their input stands
    /// in the block.
    pub fn run(&self, block: &mut Block<'_, '_, T>, lanes: &mut [Lane<'_, T>]) {
        let n = block.refractory.len();
        let conducts = usize::from(block.conducts);
        let params: ArrayVec<T, PARAMS> = block.params.iter().map(uniform).collect();
        let factors: ArrayVec<Factors<T>, 2> = lanes.iter().map(|lane| lane.factors).collect();
        let setup = (&params[..], block.dt, &factors[..]);
        if block.save {
            for (saved, column) in block.saved.chunks_exact_mut(n).zip(block.state.iter()) {
                saved.copy_from_slice(column);
            }
        }
        let [a, b, c, d] = four(block.state);
        let (refractory, marks) = (&mut *block.refractory, &mut *block.marks);
        let ([i0, i1, i2], [g0, g1, g2]) = (block.inputs.map(|x| x.0), block.inputs.map(|x| x.1));
        let mut columns = lanes.iter_mut().map(|lane| (&mut *lane.value, &mut lane.arriving));
        let finite = match (columns.next(), columns.next()) {
            (None, _) => {
                let alone = self.alone[conducts];
                alone(n, a, b, c, d, refractory, marks, block.jump, i0, i1, i2, g0, g1, g2, setup)
            }
            (Some((x, Arriving::Count8(counts, _))), None) => {
                self.one_counting[conducts](n, a, b, c, d, refractory, marks, x, counts, &[], setup)
            }
            (Some((x, Arriving::Sum(sums))), None) => {
                self.one_summing[conducts](n, a, b, c, d, refractory, marks, x, sums, i0, setup)
            }
            (Some((x, Arriving::Count8(p, _))), Some((y, Arriving::Count8(q, _)))) => {
                self.two_counting[conducts](n, a, b, c, d, refractory, marks, x, p, y, q, &[], setup)
            }
            (Some((x, Arriving::Sum(p))), Some((y, Arriving::Sum(q)))) => {
                self.two_summing[conducts](n, a, b, c, d, refractory, marks, x, p, y, q, i0, setup)
            }
            _ => panic!("lanes hold bytes, or sums, and all the same"),
        };
        (self.spikes)(&block.marks[..n], block.first, block.spikes);
        if !finite {
            note(block);
        }
    }
}

/// The most parameters of a model that is advanced by columns.
const PARAMS: usize = 32;

fn uniform<T: Float>(column: &Column<'_, T>) -> T {
    match column {
        Column::Uniform(x) => *x,
        Column::Each(_) => T::default(),
    }
}

dispatch!(
    /// Appends the neurons whose mark is set.
    fn marked(marks: &[u8], first: u32, spikes: &mut Vec<u32>) {
        // Most blocks of 64 hold no spike and are passed in one look; in the others, eight marks are looked at together.
        for (block, part) in marks.chunks(64).enumerate() {
            let mut any = 0;
            part.iter().for_each(|m| any |= m);
            if any == 0 {
                continue;
            }
            for (word, eight) in part.chunks(8).enumerate() {
                let mut bytes = [0; 8];
                bytes[..eight.len()].copy_from_slice(eight);
                let mut set = u64::from_le_bytes(bytes);
                while set != 0 {
                    spikes.push(first + (block * 64 + word * 8) as u32 + set.trailing_zeros() / 8);
                    set &= set - 1;
                }
            }
        }
    }
);

/// Looks for the first number that stopped being finite.
#[cold]
pub(super) fn note<T: Float>(block: &mut Block<'_, '_, T>) {
    let n = block.refractory.len();
    let bad = (0..n).find_map(|k| {
        let variable = block.state.iter().position(|column| !column[k].to_f64().is_finite())?;
        let last = block.saved[variable * n + k].to_f64();
        Some(NotFinite { neuron: block.first + k as u32, variable, last })
    });
    *block.bad = block.bad.or(bad);
}
