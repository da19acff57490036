//! Math: how far `exp` and its relatives are from the truth, and that every instruction set gives the same bits.
//!
//! The truth for single precision is the standard library in double precision; for double precision it is arithmetic
//! with two doubles to a number, which carries some 30 digits. Errors are in units in the last place of the result.

use std::ops::{Add, Mul, Sub};

use ecs_core::dispatch;
use ecs_core::model::Instructions;
use ecs_core::number::{Float, Num, Real};
use tests::measured;

/// An unevaluated sum of two doubles. Source: Dekker (1971), Numer. Math. 18, 224.
#[derive(Clone, Copy, Debug)]
struct Double(f64, f64);

impl Double {
    fn sum(a: f64, b: f64) -> Self {
        let s = a + b;
        let t = s - a;
        Self(s, (a - (s - t)) + (b - t))
    }

    fn scaled(self, by: f64) -> Self {
        Self(self.0 * by, self.1 * by)
    }

    fn over(self, by: f64) -> Self {
        let high = self.0 / by;
        let rest = self - Self(high, 0.0) * Self(by, 0.0);
        Self::sum(high, rest.0 / by)
    }

    /// eˣ − 1 for small x, by its series.
    fn expm1_series(self) -> Self {
        let first = (self, self);
        let (sum, _) = (2..30).fold(first, |(sum, term), k| {
            let term = (term * self).over(f64::from(k));
            (sum + term, term)
        });
        sum
    }

    fn exp(self) -> Self {
        self.exp_times_2_to(0)
    }

    fn exp_times_2_to(self, more: i32) -> Self {
        let n = (self.0 / std::f64::consts::LN_2).round();
        let r = (self - LN_2 * Self(n, 0.0)).scaled(1.0 / 16.0);
        let mut y = r.expm1_series() + Self(1.0, 0.0);
        (0..4).for_each(|_| y = y * y);
        // In two factors, so that neither leaves the range of doubles.
        let power = n as i32 + more;
        y.scaled(2f64.powi(power / 2)).scaled(2f64.powi(power - power / 2))
    }

    fn expm1(self) -> Self {
        if self.0.abs() < 0.3 { self.expm1_series() } else { self.exp() - Self(1.0, 0.0) }
    }

    fn ln(x: f64) -> Self {
        let guess = x.ln();
        let rest = Self(x, 0.0) * Self(-guess, 0.0).exp() - Self(1.0, 0.0);
        // ln(1 + r) with r near 1e-16: two terms are more than enough.
        Self(guess, 0.0) + rest - (rest * rest).scaled(0.5)
    }

    fn quotient(self, by: Self) -> Self {
        let high = self.0 / by.0;
        let rest = self - by * Self(high, 0.0);
        Self::sum(high, rest.0 / by.0)
    }
}

const LN_2: Double = Double(std::f64::consts::LN_2, 2.319_046_813_846_299_6e-17);

impl Add for Double {
    type Output = Self;
    fn add(self, rhs: Self) -> Self {
        let s = Self::sum(self.0, rhs.0);
        let t = Self::sum(self.1, rhs.1);
        let u = Self::sum(s.0, s.1 + t.0);
        Self::sum(u.0, u.1 + t.1)
    }
}

impl Sub for Double {
    type Output = Self;
    fn sub(self, rhs: Self) -> Self {
        self + Self(-rhs.0, -rhs.1)
    }
}

impl Mul for Double {
    type Output = Self;
    fn mul(self, rhs: Self) -> Self {
        let p = self.0 * rhs.0;
        let e = self.0.mul_add(rhs.0, -p);
        Self::sum(p, e + (self.0 * rhs.1 + self.1 * rhs.0))
    }
}

/// Distance from `truth`, in units in the last place of the nearest number of type `f32`.
fn ulp32(got: f32, truth: f64) -> f64 {
    let near = truth as f32;
    if near.is_infinite() || got.is_infinite() || truth == 0.0 {
        return if got == near { 0.0 } else { f64::INFINITY };
    }
    let size = near.abs().max(f32::MIN_POSITIVE);
    (f64::from(got) - truth).abs() / f64::from(f32::from_bits(size.to_bits() + 1) - size)
}

fn ulp64(got: f64, truth: Double) -> f64 {
    if truth.0.is_infinite() || got.is_infinite() || truth.0 == 0.0 {
        return if got == truth.0 { 0.0 } else { f64::INFINITY };
    }
    let size = truth.0.abs().max(f64::MIN_POSITIVE);
    ((got - truth.0) - truth.1).abs() / (f64::from_bits(size.to_bits() + 1) - size)
}

/// The largest error and where it is.
fn worst(errors: impl Iterator<Item = (f64, f64)>) -> (f64, f64) {
    errors.fold((0.0, 0.0), |worst, (x, e)| if e > worst.1 { (x, e) } else { worst })
}

/// Every 61st single-precision number from `low` to `high`, zero and both signs among them where they lie between.
fn singles(low: f32, high: f32) -> impl Iterator<Item = f32> {
    let stride = 61;
    let up = (0..0x7f80_0000u32).step_by(stride).map(f32::from_bits);
    let all = up.flat_map(|x| [x, -x]);
    all.filter(move |x| (low..=high).contains(x)).chain([low, high])
}

/// Numbers spread over `low` to `high` evenly, and over all magnitudes.
fn doubles(low: f64, high: f64) -> impl Iterator<Item = f64> {
    const COUNT: u32 = 200_000;
    let even = (0..=COUNT).map(move |k| low + (high - low) * f64::from(k) / f64::from(COUNT));
    let magnitudes = (0..=COUNT).map(|k| 10f64.powf(-300.0 + 610.0 * f64::from(k) / f64::from(COUNT)));
    even.chain(magnitudes.flat_map(|x| [x, -x])).filter(move |x| (low..=high).contains(x))
}

fn worst32(low: f32, high: f32, f: fn(Num<f32>) -> Num<f32>, truth: fn(f64) -> f64) -> (f64, f64) {
    worst(singles(low, high).map(|x| (f64::from(x), ulp32(f(Num(x)).0, truth(f64::from(x))))))
}

fn worst64(low: f64, high: f64, f: fn(Num<f64>) -> Num<f64>, truth: fn(f64) -> Double) -> (f64, f64) {
    worst(doubles(low, high).map(|x| (x, ulp64(f(Num(x)).0, truth(x)))))
}

/// A function, its worst argument and error, and the documented bound.
type Measured = (&'static str, (f64, f64), f64);

fn check(functions: &[Measured]) {
    let line = |(name, (x, error), bound): &Measured| {
        format!("{name}: {error:.3} ulp at {x:e}, documented {bound}\n")
    };
    let all: String = functions.iter().map(line).collect();
    measured(&all);
    assert!(functions.iter().all(|(_, (_, error), bound)| error <= bound), "{all}");
}

/// Bounds that the head of `number/math.rs` states; measured values lie just below.
const EXP: f64 = 1.0;
const LN: f64 = 0.9;
const EXPM1: f64 = 1.6;
const EXPREL: f64 = 2.0;
const TANH: f64 = 2.5;
/// Below this exponential 2ⁿ⁻¹ would not be a normal number, and the result is 0 instead.
const LOWEST_F32: f32 = -86.98;
const LOWEST_F64: f64 = -708.0;
/// Above this the result is infinite.
const HIGHEST_F32: f32 = 88.722_83;
const HIGHEST_F64: f64 = 709.782_712_893_384;

#[test]
fn single_precision_keeps_the_documented_bounds() {
    check(&[
        ("exp", worst32(LOWEST_F32, HIGHEST_F32, |x| x.exp(), f64::exp), EXP),
        ("expm1", worst32(f32::MIN, HIGHEST_F32, |x| x.expm1(), f64::exp_m1), EXPM1),
        ("ln", worst32(f32::MIN_POSITIVE, f32::MAX, |x| x.ln(), f64::ln), LN),
        ("tanh", worst32(f32::MIN, f32::MAX, |x| x.tanh(), f64::tanh), TANH),
        ("exprel", worst32(f32::MIN, HIGHEST_F32, |x| x.exprel(), true_exprel), EXPREL),
        ("exprelr", worst32(f32::MIN, LARGEST_EXPRELR, |x| x.exprelr(), |x| 1.0 / true_exprel(x)), EXPREL),
    ]);
}

/// Above this eˣ overflows on the way and the result is 0 instead of below 1e-36.
const LARGEST_EXPRELR: f32 = 87.0;

fn true_exprel(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.exp_m1() / x }
}

#[test]
fn double_precision_keeps_the_documented_bounds() {
    let inverse = |x| Double(1.0, 0.0).quotient(double_exprel(x));
    check(&[
        ("exp near its end", worst64(LOWEST_F64, -600.0, |x| x.exp() * 2f64.powi(RAISED), raised), EXP),
        ("exp", worst64(-600.0, HIGHEST_F64, |x| x.exp(), |x| Double(x, 0.0).exp()), EXP),
        ("expm1", worst64(-700.0, HIGHEST_F64, |x| x.expm1(), |x| Double(x, 0.0).expm1()), EXPM1),
        ("ln", worst64(f64::MIN_POSITIVE, 1e300, |x| x.ln(), Double::ln), LN),
        ("ln near 1", worst64(0.5, 2.0, |x| x.ln(), Double::ln), LN),
        ("tanh", worst64(-25.0, 25.0, |x| x.tanh(), double_tanh), TANH),
        ("exprel", worst64(-700.0, 709.0, |x| x.exprel(), double_exprel), EXPREL),
        ("exprelr", worst64(-700.0, 700.0, |x| x.exprelr(), inverse), EXPREL),
    ]);
}

/// So many powers of 2 higher, the second part of the true number does not become denormal.
const RAISED: i32 = 200;

fn raised(x: f64) -> Double {
    Double(x, 0.0).exp_times_2_to(RAISED)
}

fn double_tanh(x: f64) -> Double {
    let e = Double(2.0 * x, 0.0).expm1();
    e.quotient(e + Double(2.0, 0.0))
}

fn double_exprel(x: f64) -> Double {
    if x == 0.0 { Double(1.0, 0.0) } else { Double(x, 0.0).expm1().quotient(Double(x, 0.0)) }
}

/// What holds in both precisions.
fn specials<T: Float>(smallest: f64, denormal: f64, overflow: f64)
where
    Num<T>: Real,
{
    let at = |f: fn(Num<T>) -> Num<T>, x: f64| f(Num(T::of(x))).0.to_f64();
    let infinity = f64::INFINITY;
    for zero in [0.0, -0.0] {
        assert_eq!([at(Real::exp, zero), at(Real::exprel, zero), at(Real::exprelr, zero)], [1.0; 3]);
        assert_eq!([at(Real::expm1, zero), at(Real::tanh, zero)], [0.0; 2]);
        assert_eq!(at(Real::ln, zero), -infinity);
    }
    for tiny in [denormal, -denormal, smallest, -smallest] {
        assert_eq!(
            [at(Real::exp, tiny), at(Real::exprel, tiny), at(Real::exprelr, tiny)],
            [1.0; 3],
            "{tiny:e}"
        );
    }
    assert_eq!([at(Real::exp, infinity), at(Real::expm1, infinity), at(Real::ln, infinity)], [infinity; 3]);
    assert_eq!(
        [at(Real::exp, overflow), at(Real::expm1, overflow), at(Real::exprel, overflow)],
        [infinity; 3]
    );
    assert_eq!([at(Real::exp, -infinity), at(Real::exp, -10.0 * overflow)], [0.0; 2]);
    assert_eq!([at(Real::expm1, -infinity), at(Real::tanh, -infinity)], [-1.0; 2]);
    assert_eq!([at(Real::tanh, infinity), at(Real::tanh, 1e30), at(Real::tanh, -1e30)], [1.0, 1.0, -1.0]);
    assert_eq!([at(Real::exprel, -infinity), at(Real::exprelr, overflow)], [0.0; 2]);
    assert_eq!(at(Real::ln, denormal), -infinity, "denormal numbers count as 0");
    for f in [Real::exp, Real::expm1, Real::ln, Real::tanh, Real::exprel, Real::exprelr] {
        assert!(at(f, f64::NAN).is_nan());
    }
    assert!(at(Real::ln, -1.0).is_nan() && at(Real::ln, -infinity).is_nan());
}

#[test]
fn zeros_denormals_infinities_and_overflow_give_what_they_should() {
    specials::<f32>(f64::from(f32::MIN_POSITIVE), 1e-45, 88.8);
    specials::<f64>(f64::MIN_POSITIVE, 5e-324, 710.0);
}

#[test]
fn exponentials_never_fall_where_their_argument_rises() {
    let mut before = (0.0, -1.0);
    for k in -174_000..178_000 {
        let x = Num(k as f32 * 0.0005);
        let now = (x.exp().0, x.expm1().0);
        assert!(now.0 >= before.0 && now.1 >= before.1, "at {x:?}");
        before = now;
    }
}

#[inline(always)]
fn all<T: Float>((x, y): &mut (&[T], &mut [T]))
where
    Num<T>: Real,
{
    for (x, y) in x.iter().zip(y.chunks_exact_mut(7)) {
        let x = Num(*x);
        let values = [x.exp(), x.expm1(), x.ln(), x.tanh(), x.exprel(), x.exprelr(), x.sqrt()];
        y.iter_mut().zip(values).for_each(|(y, v)| *y = v.0);
    }
}

dispatch!(
    fn functions<T: Float>(&mut (&[T], &mut [T])) = all where Num<T>: Real
);

/// The bits of every function's value at each of `x`; what is no number counts as one.
fn bits<T: Float>(level: Instructions, x: &[T]) -> Vec<u64>
where
    Num<T>: Real,
{
    let mut y = vec![T::default(); 7 * x.len()];
    functions::<T>(level)(&mut (x, &mut y));
    y.into_iter().map(|y| if y.to_f64().is_nan() { u64::MAX } else { y.to_f64().to_bits() }).collect()
}

#[test]
fn every_instruction_set_gives_the_same_bits() {
    let single: Vec<f32> = singles(f32::MIN, f32::MAX).step_by(7).chain([f32::NAN, f32::INFINITY]).collect();
    let double: Vec<f64> = doubles(-800.0, 800.0).chain(doubles(f64::MIN, f64::MAX)).collect();
    for level in Instructions::available() {
        assert_eq!(bits(*level, &single), bits(Instructions::Baseline, &single), "{level:?}");
        assert_eq!(bits(*level, &double), bits(Instructions::Baseline, &double), "{level:?}");
        for x in single.iter().step_by(1000) {
            let alone = Num(*x).exp().0;
            let got = bits(*level, std::slice::from_ref(x))[0];
            assert!(alone.is_nan() || got == f64::from(alone).to_bits(), "{level:?} {x}");
        }
    }
}
