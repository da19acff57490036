//! Emit: a traced graph as C or CUDA text, whose results are those of the native loop to the last bit.
//!
//! Compile it without contraction (`-ffp-contract=off`, `--fmad=false`). The functions that `exp` and its relatives need
//! are traced from [`math`](crate::number::math), so they too are written once.

use std::fmt::Write;

use super::neuron::Precision;
use crate::number::{Expr, Graph, Node, Op, math, trace};

/// The language of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C99.
    C,
    /// CUDA C++, device functions; needs no header, so a run-time compiler takes it as it is.
    Cuda,
}

struct Dialect {
    real: &'static str,
    suffix: &'static str,
    word: &'static str,
    shift: u32,
    bias: u64,
    magic: &'static str,
    narrow: bool,
    /// What stands before the first function.
    head: &'static str,
    /// What stands before each function that only this text calls, and before those that others call.
    inner: &'static str,
    outer: &'static str,
    /// Bodies of the functions that take a word `u` for a number `x` and back.
    from: &'static str,
    bits: &'static str,
}

const C: Dialect = Dialect {
    real: "float",
    suffix: "f",
    word: "uint32_t",
    shift: 23,
    bias: 127,
    magic: "8388608.0f",
    narrow: true,
    head: "#include <math.h>\n#include <stdint.h>\n#include <string.h>\n",
    inner: "static inline ",
    outer: "",
    from: "float x; memcpy(&x, &u, sizeof x); return x;",
    bits: "uint32_t u; memcpy(&u, &x, sizeof u); return u;",
};

const CUDA: Dialect = Dialect {
    word: "unsigned int",
    head: "",
    inner: "static __device__ __forceinline__ ",
    outer: "extern \"C\" __device__ ",
    from: "return __uint_as_float(u);",
    bits: "return __float_as_uint(x);",
    ..C
};

fn dialect(language: Language, precision: Precision) -> Dialect {
    let single = match language {
        Language::C => C,
        Language::Cuda => CUDA,
    };
    if precision == Precision::F32 {
        return single;
    }
    let (word, from, bits) = match language {
        Language::C => (
            "uint64_t",
            "double x; memcpy(&x, &u, sizeof x); return x;",
            "uint64_t u; memcpy(&u, &x, sizeof u); return u;",
        ),
        Language::Cuda => (
            "unsigned long long",
            "return __longlong_as_double(u);",
            "return (unsigned long long)__double_as_longlong(x);",
        ),
    };
    let magic = "4503599627370496.0";
    let double =
        Dialect { real: "double", suffix: "", word, shift: 52, bias: 1023, magic, from, bits, ..single };
    Dialect { narrow: false, ..double }
}

fn literal(bits: u64, d: &Dialect) -> String {
    let x = f64::from_bits(bits);
    let x = if d.narrow { f64::from(x as f32) } else { x };
    match x {
        // The largest exponent, with and without further bits: no header is needed for that.
        _ if x.is_nan() => format!("sf_from(({}){:#x} << {})", d.word, 4 * d.bias + 3, d.shift - 1),
        _ if x.is_infinite() => {
            let sign = if x > 0.0 { "" } else { "-" };
            format!("({sign}sf_from(({}){:#x} << {}))", d.word, 2 * d.bias + 1, d.shift)
        }
        _ if d.narrow => format!("{:?}{}", x as f32, d.suffix),
        _ => format!("{x:?}"),
    }
}

fn call(op: Op, [a, b, c]: [String; 3], d: &Dialect) -> String {
    match op {
        Op::Neg => format!("-{a}"),
        Op::Add => format!("{a} + {b}"),
        Op::Sub => format!("{a} - {b}"),
        Op::Mul => format!("{a} * {b}"),
        Op::Div => format!("{a} / {b}"),
        Op::Sqrt => format!("sqrt{}({a})", d.suffix),
        Op::Abs => format!("fabs{}({a})", d.suffix),
        Op::Min => format!("{a} < {b} ? {a} : {b}"),
        Op::Max => format!("{a} > {b} ? {a} : {b}"),
        Op::Spike => format!("{a} >= 0 ? 1 : 0"),
        Op::Select => format!("{a} != 0 ? {b} : {c}"),
        Op::Exp => format!("sf_exp({a})"),
        Op::Expm1 => format!("sf_expm1({a})"),
        Op::Ln => format!("sf_ln({a})"),
        Op::Tanh => format!("sf_tanh({a})"),
        Op::Exprel => format!("sf_exprel({a})"),
        Op::Exprelr => format!("sf_exprelr({a})"),
        Op::HalfPow2 => format!("sf_half_pow2({a})"),
        Op::Exponent => format!("sf_exponent({a})"),
        Op::Mantissa => format!("sf_mantissa({a})"),
    }
}

/// The statements that compute `graph`; variable k is written `variable(k)`.
fn body(graph: &Graph, d: &Dialect, variable: impl Fn(u32) -> String) -> String {
    let mut text = String::new();
    let name = |k: u32| match graph.nodes[k as usize] {
        Node::Literal(bits) => literal(bits, d),
        Node::Variable(v) => variable(v),
        Node::Apply(..) => format!("t{k}"),
    };
    for (k, node) in graph.nodes.iter().enumerate() {
        if let Node::Apply(op, args) = node {
            let value = call(*op, args.map(&name), d);
            writeln!(text, "    const {} t{k} = {value};", d.real).expect("a string takes all text");
        }
    }
    for (k, (label, node)) in graph.outputs.iter().enumerate() {
        writeln!(text, "    y[{k}] = {}; /* {label} */", name(*node)).expect("a string takes all text");
    }
    text
}

/// The functions that emitted steps call.
pub fn math_prelude(language: Language, precision: Precision) -> String {
    let d = dialect(language, precision);
    let Dialect { real, word, shift, bias, magic, head, inner, from, bits, .. } = &d;
    let mut text = format!(
        "{head}{inner}{real} sf_from({word} u) {{ {from} }}\n\
         {inner}{word} sf_bits({real} x) {{ {bits} }}\n\
         {inner}{real} sf_half_pow2({real} x) {{ return sf_from((sf_bits(x) << {shift}) + (({word}){} << {shift})); }}\n\
         {inner}{real} sf_exponent({real} x) {{ return sf_from((sf_bits(x) >> {shift}) | sf_bits({magic})) - {magic} - {bias}; }}\n\
         {inner}{real} sf_mantissa({real} x) {{ const {word} m = (({word})1 << {shift}) - 1; \
         return sf_from((sf_bits(x) & m) | ({word}){bias} << {shift}); }}\n",
        bias - 1
    );
    type Function = fn(Expr) -> Expr;
    let (exp, expm1, ln): (Function, Function, Function) = match precision {
        Precision::F32 => (math::exp_f32, math::expm1_f32, math::ln_f32),
        Precision::F64 => (math::exp_f64, math::expm1_f64, math::ln_f64),
    };
    let functions: [(&str, Function); 6] = [
        ("exp", exp),
        ("expm1", expm1),
        ("ln", ln),
        ("tanh", math::tanh),
        ("exprel", math::exprel),
        ("exprelr", math::exprelr),
    ];
    for (name, function) in functions {
        let graph = trace(|| vec![(name.to_string(), function(Expr::variable("x")))]);
        let body = body(&graph, &d, |_| "x".into());
        writeln!(text, "{inner}{real} sf_{name}({real} x) {{\n    {real} y[1];\n{body}    return y[0];\n}}")
            .expect("a string takes all text");
    }
    text
}

/// `graph` as the function `name(const real *x, real *y)`: variables in, results out.
pub fn emit(graph: &Graph, name: &str, language: Language, precision: Precision) -> String {
    let d = dialect(language, precision);
    let names: String =
        graph.variables.iter().enumerate().fold(String::new(), |all, (k, v)| all + &format!(" {k} {v}"));
    let body = body(graph, &d, |v| format!("x[{v}]"));
    let Dialect { real, outer, .. } = d;
    format!("/* x:{names} */\n{outer}void {name}(const {real} *x, {real} *y) {{\n{body}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_written_so_that_c_reads_the_same_bits() {
        let d = dialect(Language::C, Precision::F32);
        assert_eq!(literal(0.1f64.to_bits(), &d), "0.1f");
        assert_eq!(literal(1e-30f64.to_bits(), &d), "1e-30f");
        assert_eq!(literal(2.0f64.to_bits(), &d), "2.0f");
        let graph = trace(|| vec![("y".into(), Expr::variable("x") * 2.0)]);
        assert!(emit(&graph, "twice", Language::C, Precision::F32).contains("x[0] * 2.0f"));
    }
}
