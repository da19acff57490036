//! Table: the rows of a model, from which its structs, defaults, units, TOML keys and documentation follow.

use crate::registry::Field;

/// Something that makes the value of each row. Closures do; a type of one's own may ask to be inlined, which the loop over
/// neurons needs where the work for a row is long.
pub trait Rows<X> {
    /// The value of row `k`.
    fn row(&mut self, k: usize) -> X;
}

impl<X, F: FnMut(usize) -> X> Rows<X> for F {
    #[inline(always)]
    fn row(&mut self, k: usize) -> X {
        self(k)
    }
}

/// The rows of another, from number `1` on.
pub struct From<'a, F>(pub &'a mut F, pub usize);

impl<X, F: Rows<X>> Rows<X> for From<'_, F> {
    #[inline(always)]
    fn row(&mut self, k: usize) -> X {
        self.0.row(self.1 + k)
    }
}

/// A set of named columns. `Of<X>` holds one `X` for each: a number, an array of lanes, a name.
pub trait Table: 'static {
    /// One `X` for each row.
    type Of<X: Copy>: Copy;
    /// The rows, in order.
    const FIELDS: &'static [Field];
    /// Which of them are held while the neuron is refractory.
    const HELD: &'static [bool];
    /// Makes rows 0, 1, ... and keeps them.
    fn build<X: Copy>(rows: impl Rows<X>) -> Self::Of<X>;
    /// The value of row `k`.
    fn at<X: Copy>(of: &Self::Of<X>, k: usize) -> &X;
    /// The place of row `k`.
    fn at_mut<X: Copy>(of: &mut Self::Of<X>, k: usize) -> &mut X;
}

/// Stands where a row index is out of range; every index comes from `FIELDS.len()`.
#[cold]
#[doc(hidden)]
pub fn no_such_row(k: usize) -> ! {
    panic!("a table has no row {k}")
}

/// Several lists in one, for models assembled from channels.
pub const fn concat<T: Copy, const N: usize>(parts: &[&[T]]) -> [T; N] {
    let mut all = [parts[0][0]; N];
    let (mut n, mut p) = (0, 0);
    while p < parts.len() {
        let mut k = 0;
        while k < parts[p].len() {
            all[n] = parts[p][k];
            n += 1;
            k += 1;
        }
        p += 1;
    }
    all
}

/// Declares a model: its documentation, its name and its two tables. The functions follow in an `impl`.
#[macro_export]
macro_rules! model {
    ($(#[$doc:meta])* $name:ident $($input:literal)?
     params { $($p:tt)* }
     state { $($s:tt)* }) => {
        $(#[$doc])*
        pub struct $name;
        /// The model of this file.
        pub type Model = $name;
        $crate::table!(Params ParamTable "Parameters." $($p)*);
        $crate::table!(State StateTable "State." $($s)*);
        impl $crate::model::Tables for $name {
            type P = ParamTable;
            type S = StateTable;
            const INPUT: &'static str = concat!($($input)?);
        }
    };
}

/// One table: a struct generic over what it holds, and its rows.
#[macro_export]
macro_rules! table {
    ($of:ident $table:ident $doc:literal $($f:ident = $default:expr, $unit:literal, $what:literal $(, $flag:ident)?;)*) => {
        $crate::table!(@struct $of $doc $($f concat!($what, " [", $unit, "]");)*);
        #[doc = concat!($doc, " The rows.")]
        pub struct $table;
        impl $crate::model::Table for $table {
            type Of<R: Copy> = $of<R>;
            const FIELDS: &'static [$crate::registry::Field] = &[$($crate::registry::Field {
                name: stringify!($f),
                default: $default,
                unit: $unit,
                doc: $what,
                bound: $crate::flag!(bound $($flag)?),
                form: $crate::registry::Form::Number,
            }),*];
            const HELD: &'static [bool] = &[$($crate::flag!(held $($f $flag)?)),*];
            $crate::table!(@rows $of $($f)*);
        }
    };
    (@struct $of:ident $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug)]
        pub struct $of<R>(::std::marker::PhantomData<R>);
        impl<R> Default for $of<R> {
            fn default() -> Self { Self(::std::marker::PhantomData) }
        }
    };
    (@struct $of:ident $doc:literal $($f:ident $what:expr;)+) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug)]
        pub struct $of<R> {
            $(#[doc = $what] pub $f: R,)+
        }
    };
    (@rows $of:ident) => {
        fn build<R: Copy>(_: impl $crate::model::Rows<R>) -> $of<R> { $of(::std::marker::PhantomData) }
        fn at<R: Copy>(_: &$of<R>, k: usize) -> &R { $crate::model::no_such_row(k) }
        fn at_mut<R: Copy>(_: &mut $of<R>, k: usize) -> &mut R { $crate::model::no_such_row(k) }
    };
    (@rows $of:ident $($f:ident)+) => {
        #[inline(always)]
        fn build<R: Copy>(mut rows: impl $crate::model::Rows<R>) -> $of<R> {
            $crate::table!(@index $($f)+);
            $of { $($f: rows.row(Row::$f as usize)),+ }
        }
        #[inline(always)]
        fn at<R: Copy>(of: &$of<R>, k: usize) -> &R {
            $crate::table!(@index $($f)+);
            $(if k == Row::$f as usize { return &of.$f; })+
            $crate::model::no_such_row(k)
        }
        #[inline(always)]
        fn at_mut<R: Copy>(of: &mut $of<R>, k: usize) -> &mut R {
            $crate::table!(@index $($f)+);
            $(if k == Row::$f as usize { return &mut of.$f; })+
            $crate::model::no_such_row(k)
        }
    };
    (@index $($f:ident)+) => {
        #[expect(non_camel_case_types, reason = "named after the fields they number")]
        enum Row { $($f),+ }
    };
}

/// What the word at the end of a row says.
#[macro_export]
macro_rules! flag {
    (bound positive) => {
        $crate::registry::Bound::Positive
    };
    (bound non_negative) => {
        $crate::registry::Bound::NonNegative
    };
    (bound fraction) => {
        $crate::registry::Bound::Fraction
    };
    (bound $($other:ident)?) => {
        $crate::registry::Bound::Any
    };
    (held $f:ident held) => {
        true
    };
    (held $($f:ident $other:ident)?) => {
        false
    };
}
