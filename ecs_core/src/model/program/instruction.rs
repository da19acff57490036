//! Instruction: what a program is made of, each a formula of up to six operands with a vector loop of its own.
//!
//! A formula is written once: traced, it is the pattern that graphs are covered with; called with numbers, it is the loop.
//! Those of several operations save the way of what is between them through the cache.

use std::cmp::Reverse;

use crate::dispatch;
use crate::model::advance::flush;
use crate::model::kernel::Instructions;
use crate::number::{Expr, Float, Graph, Node, Num, Op, Real, trace};

/// Numbers that a loop takes at once. A row of this length holds one number, repeated, that all neurons share.
pub const TILE: usize = 64;

/// The most operands of an instruction.
pub const OPERANDS: usize = 6;

/// A loop: to, from. Rows are whole tiles; an operand of one tile is shared by all neurons.
pub type Loop<T> = fn(&mut [T], &[&[T]; OPERANDS]);

/// A formula and its loop.
pub struct Instruction<T> {
    /// The formula; variables are the operands, in order.
    pub pattern: Graph,
    /// The loop.
    pub run: Loop<T>,
    /// The loop whose last operand is the row that it writes.
    pub in_place: Option<Loop<T>>,
    /// Whether what is inside may be needed elsewhere: it is little enough to be done again.
    pub again: bool,
}

/// Every instruction, those of most operations first.
pub struct InstructionSet<T> {
    /// The instructions.
    pub list: Vec<Instruction<T>>,
    /// That which copies.
    pub copy: Loop<T>,
}

/// The tiles of an operand, and what masks the number of one that is shared.
#[inline(always)]
fn tiles<T>(row: &[T]) -> (&[[T; TILE]], usize) {
    let tiles = row.as_chunks().0;
    (tiles, if tiles.len() == 1 { 0 } else { usize::MAX })
}

/// A loop over tiles; what it writes may be the last operand.
macro_rules! over_tiles {
    ($name:ident, $to:ident, $from:ident, [$($x:ident),*] $($own:ident)?) => {
        let [$($x,)* ..] = *$from;
        $(let $x = tiles($x);)*
        for (t, $to) in $to.as_chunks_mut::<TILE>().0.iter_mut().enumerate() {
            $(let $x = &$x.0[t & $x.1];)*
            for l in 0..TILE {
                $to[l] = formula::$name($(Num($x[l]),)* $(Num($own[l]))?).0;
            }
        }
    };
}

macro_rules! instructions {
    ($($name:ident($($x:ident),*) $([$again:ident])? = $formula:expr;)*) => {
        /// The formulas.
        mod formula {
            use super::*;
            $(
                #[inline(always)]
                pub fn $name<R: Real>($($x: R),*) -> R {
                    $formula
                }
            )*
        }

        $(
            dispatch!(
                fn $name<T: Float>(to: &mut [T], from: &[&[T]; OPERANDS]) where Num<T>: Real {
                    over_tiles!($name, to, from, [$($x),*]);
                }
            );
        )*

        impl<T: Float> InstructionSet<T>
        where
            Num<T>: Real,
        {
            /// The instructions in the code of `level`.
            pub fn new(level: Instructions) -> Self {
                let mut list = vec![$({
                    $(let $x = || Expr::variable(stringify!($x));)*
                    Instruction {
                        pattern: rounded::<T>(trace(|| vec![(String::new(), formula::$name($($x()),*))])),
                        run: $name::<T>(level),
                        in_place: in_place(stringify!($name), level),
                        again: <[&str]>::len(&[$(stringify!($again))?]) == 1,
                    }
                }),*];
                list.sort_by_key(|i| Reverse(i.operations()));
                Self { list, copy: copy::<T>(level) }
            }
        }
    };
}

macro_rules! in_place {
    ($($name:ident($($x:ident),*);)*) => {
        /// The loops whose last operand is the row that they write.
        mod own {
            use super::*;
            $(
                dispatch!(
                    pub fn $name<T: Float>(to: &mut [T], from: &[&[T]; OPERANDS]) where Num<T>: Real {
                        over_tiles!($name, to, from, [$($x),*] to);
                    }
                );
            )*
        }

        fn in_place<T: Float>(name: &str, level: Instructions) -> Option<Loop<T>>
        where
            Num<T>: Real,
        {
            match name {
                $(stringify!($name) => Some(own::$name(level)),)*
                _ => None,
            }
        }
    };
}

instructions! {
    copy(a) = a;
    neg(a) = -a;
    add(a, b) = a + b;
    sub(a, b) = a - b;
    mul(a, b) = a * b;
    div(a, b) = a / b;
    exp(a) = a.exp();
    expm1(a) = a.expm1();
    ln(a) = a.ln();
    sqrt(a) = a.sqrt();
    tanh(a) = a.tanh();
    abs(a) = a.abs();
    min(a, b) = a.min(b);
    max(a, b) = a.max(b);
    spike(a) = a.spike();
    select(a, b, c) = a.select(b, c);
    exprel(a) = a.exprel();
    exprelr(a) = a.exprelr();

    // Sums and products.
    add_add(a, b, c) = a + b + c;
    add_sub(a, b, c) = a + b - c;
    add_mul(a, b, c) = (a + b) * c;
    sub_add(a, b, c) = a - b + c;
    sub_sub(a, b, c) = a - b - c;
    sub_mul(a, b, c) = (a - b) * c;
    mul_add(a, b, c) = a * b + c;
    mul_sub(a, b, c) = a * b - c;
    mul_mul(a, b, c) = a * b * c;
    less_sum(a, b, c) = c - (a + b);
    less_difference(a, b, c) = c - (a - b);
    less_product(a, b, c) = c - a * b;
    sum_of_products(a, b, c, d) = a * b + c * d;
    add_mul_add(a, b, c, d) = (a + b) * c + d;
    sub_mul_add(a, b, c, d) = (a - b) * c + d;
    mul_mul_add(a, b, c, d) = a * b * c + d;
    mul_mul_mul(a, b, c, d) = a * b * c * d;
    membrane(a, b, c, d, e, f) = (a - b) * c + (d + e) * f;

    // Gates: their rates, and their steps by Euler and by exponential Euler.
    rate(a, b, c) = (a * b).exp() * c;
    rate_from(a, b, c, d) = ((a + b) * c).exp() * d;
    exprelr_from(a, b, c) = ((a + b) * c).exprelr();
    logistic(a) = R::lit(1.0) / (a.exp() + 1.0);
    logistic_from(a, b, c) = R::lit(1.0) / (((a + b) * c).exp() + 1.0);
    gate(a, b, c, d) = (a * (R::lit(1.0) - b) - c * b) * d;
    gate_settle(a, b, c, d) = flush((a * (R::lit(1.0) - d) - b * d) * c + d);
    gate_decay(a, b, c) = ((-a - b) * c).exprel();
    add_mul_exprel(a, b, c) = ((a + b) * c).exprel();
    sub_mul_exprel(a, b, c) = ((a - b) * c).exprel();

    // What surrounds the equations of every model: see `advance`.
    above(a, b) = (a - b).spike();
    above_select(a, b, c) = a.spike().select(b, c);
    flushed(a) = flush(a);
    settle(a, b, c) = flush(a * b + c);
    reset(a, b, c) = flush(a.select(b, c));
    reset_held(a, b, c, d, e) [again] = flush(a.select(b, (R::lit(0.5) - d).spike().select(c, e)));
    fires(a, b, c) = (a - b).spike() * c;
    fires_free(a, b, c) [again] = (a - b).spike() * (R::lit(0.5) - c).spike();
    fires_held(a, b, c, d) [again] = {
        let free = (R::lit(0.5) - d).spike();
        (free.select(a, c) - b).spike() * free
    };
    rises(a, b, c, d) [again] = (a - b).spike() * (R::lit(1.0) - (c - b).spike()) * (R::lit(0.5) - d).spike();
    wait(a, b, c) = a.select(b, (c - 1.0).max(R::lit(0.0)));
}

in_place! {
    wait(a, b);
    reset_held(a, b, c, d);
    settle(a, b);
    gate_settle(a, b, c);
}

/// The graph with literals of the precision of `T`.
fn rounded<T: Float>(mut graph: Graph) -> Graph {
    for node in &mut graph.nodes {
        if let Node::Literal(bits) = node {
            *bits = T::of(f64::from_bits(*bits)).to_f64().to_bits();
        }
    }
    graph
}

impl<T: Float> Instruction<T> {
    /// How many operations it does.
    fn operations(&self) -> usize {
        self.pattern.nodes.iter().filter(|node| matches!(node, Node::Apply(..))).count()
    }
}

impl<T: Float> InstructionSet<T>
where
    Num<T>: Real,
{
    /// `op` of numbers that are known; `None` for an operation that no model may use.
    pub fn compute(&self, op: Op, x: [T; 3]) -> Option<T> {
        let alone = |i: &&Instruction<T>| {
            i.operations() == 1 && i.pattern.nodes.iter().any(|n| matches!(n, Node::Apply(o, _) if *o == op))
        };
        let instruction = self.list.iter().find(alone)?;
        let rows = x.map(|x| [x; TILE]);
        let mut to = [T::default(); TILE];
        (instruction.run)(&mut to, &std::array::from_fn(|k| rows.get(k).map_or(&[][..], |row| row)));
        Some(to[0])
    }
}
