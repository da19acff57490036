//! Random: models as nobody would write them.

use ecs_core::model::{Equations, Row};
use ecs_core::number::{Expr, Real, trace};
use ecs_core::registry::Bound;

use crate::read::assert_reads_back;

/// Random numbers below `n`.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// A formula of so many operations over these names, as nobody would write it.
fn formula(draw: &mut Draw, names: &[Expr], operations: usize) -> Expr {
    let mut made = names.to_vec();
    for _ in 0..operations {
        let (a, b, c) =
            (made[draw.below(made.len())], made[draw.below(made.len())], made[draw.below(made.len())]);
        let x = [-0.25, 1.0, 2.0, 1.0 / 18.0, 1e-12, 0.0][draw.below(6)];
        made.push(match draw.below(20) {
            0 => a + b,
            1 => a - b,
            2 => a * b,
            3 => a / b,
            4 => a * a,
            5 => a * b * b,
            6 => a + x,
            7 => a * x,
            8 => a - x,
            9 => Expr::lit(x) - a,
            10 => a.recip(),
            11 => -a,
            12 => [a.exp(), a.expm1(), a.ln(), a.tanh()][draw.below(4)],
            13 => [a.exprel(), a.exprelr(), a.sigmoid(), a.abs()][draw.below(4)],
            14 => [a.min(b), a.max(b), a.min(Expr::lit(x))][draw.below(3)],
            15 => (a - b).spike().select(c, a),
            16 => (a - b).spike().complement().min(c.spike()).select(a, Expr::lit(x)),
            17 => (a - b).spike(),
            18 => (a - b) * (c - a),
            _ => a - (b - c),
        });
    }
    *made.last().expect("there are names")
}

/// A model whose units are drawn as well, so that most formulas make no sense in them.
pub fn random(seed: u64) -> Equations {
    const UNITS: [&str; 9] = ["", "mV", "ms", "nS", "1/ms", "pA", "mS/cm2", "uF/cm2", "1/mV/ms"];
    let mut draw = Draw(seed);
    let mut row = |name: &&str| Row {
        name: (*name).to_owned(),
        default: 1.0,
        unit: UNITS[draw.below(UNITS.len())].to_owned(),
        doc: String::new(),
        bound: Bound::Any,
    };
    let params: Vec<Row> = ["a", "g_x", "tau"].iter().map(&mut row).collect();
    let state: Vec<Row> = ["v", "w"].iter().map(&mut row).collect();
    let mut graph = |names: &[&str], outputs: &[&str]| {
        trace(|| {
            let names: Vec<Expr> = names.iter().map(|name| Expr::variable(*name)).collect();
            outputs.iter().map(|name| ((*name).to_owned(), formula(&mut draw, &names, 12))).collect()
        })
    };
    let parameters = ["a", "g_x", "tau"];
    let all = ["a", "g_x", "tau", "v", "w"];
    let derivative = graph(&["a", "g_x", "tau", "v", "w", "i"], &["v", "w"]);
    let mut reset = graph(&parameters, &["v", "w"]);
    reset.outputs.swap(0, 1);
    reset.outputs.iter_mut().zip(["v", "w"]).for_each(|(output, name)| output.0 = name.to_owned());
    Equations {
        name: "random".to_owned(),
        doc: String::new(),
        input: "pA".to_owned(),
        params,
        state,
        held: vec![true, false],
        derivative,
        noise: vec![graph(&all, &["v", "w"])],
        condition: Some(graph(&all, &[""])),
        edge: false,
        reset,
        refractory: Some(graph(&parameters, &[""])),
        step: None,
    }
}

#[test]
fn any_graph_reads_back_whatever_its_units() {
    (0..1000).for_each(|seed| assert_reads_back(&random(seed), false));
}

#[test]
fn deep_graphs_read_back() {
    let deep = |step: fn(Expr, Expr) -> Expr, depth: usize| {
        let mut model = random(1);
        model.derivative = trace(|| {
            let [v, w] = ["v", "w"].map(Expr::variable);
            let body = (0..depth).fold(v, |inner, _| step(inner, w));
            vec![("v".to_owned(), body), ("w".to_owned(), w)]
        });
        model
    };
    assert_reads_back(&deep(|inner, w| w - inner, 400), false);
    assert_reads_back(&deep(|inner, w| (w * inner).tanh(), 400), false);
    assert_reads_back(&deep(|inner, w| inner + w, 3000), false);
}
