//! Surrogates: every registered one against its own integral, against another implementation, and on every number type.

use differentiation as _;
use ecs_core::model::{Column, Instructions, Language, Precision, Sheet, Surrogate, SurrogateModel, emit};
use ecs_core::network::Registry;
use ecs_core::number::{Expr, Float, Graph, Num, Real, trace};

fn all() -> Vec<Surrogate> {
    let registry = Registry::linked().expect("names are unique");
    let all: Vec<_> =
        registry.all::<SurrogateModel>().iter().map(|model| Surrogate::new(model, &[])).collect();
    assert_eq!(all.len(), 18, "those of the field are there");
    all
}

fn named(name: &str, params: &[f64]) -> Surrogate {
    let registry = Registry::linked().expect("names are unique");
    Surrogate::new(registry.find::<SurrogateModel>(name).expect("it is registered"), params)
}

/// Away from 0, ±0.2, ±0.5, ±1 and ±2, where some have a kink.
fn places() -> impl Iterator<Item = f64> {
    (-60..60).map(|k| f64::from(k) * 0.05 + 0.013)
}

const X: [f64; 6] = [-2.5, -0.7, -0.2, 0.3, 0.9, 1.8];

type Row = (&'static str, [f64; 6], Option<[f64; 6]>);

/// Name, g at `X` and G at `X`, where the library has it: `surrogate_grad` and `surrogate_fun` of braintools 0.3.0 (what BrainPy 2.8.2
/// calls), default parameters, in double precision on JAX 0.10.2.
#[rustfmt::skip]
const BRAINTOOLS: [Row; 18] = [
    ("sigmoid", [0.0001815832309438067, 0.21615245902553723, 0.8556387860811777, 0.711577762587223, 0.10355837403815243, 0.0029818890992630415], Some([4.5397868702434395e-05, 0.057324175898868755, 0.31002551887238755, 0.7685247834990175, 0.973403006423134, 0.9992539711661633])),
    ("piecewise_quadratic", [0.0, 0.30000000000000004, 0.8, 0.7, 0.09999999999999998, 0.0], Some([0.0, 0.04500000000000004, 0.31999999999999995, 0.755, 0.9950000000000001, 1.0])),
    ("piecewise_exp", [0.0410424993119494, 0.24829265189570476, 0.4093653765389909, 0.37040911034085894, 0.20328482987029955, 0.08264944411079327], Some([0.0410424993119494, 0.24829265189570476, 0.4093653765389909, 0.6295908896591411, 0.7967151701297004, 0.9173505558892068])),
    ("soft_sign", [0.04081632653061224, 0.17301038062283738, 0.3472222222222222, 0.29585798816568043, 0.13850415512465375, 0.06377551020408165], Some([0.14285714285714285, 0.29411764705882354, 0.41666666666666663, 0.6153846153846154, 0.736842105263158, 0.8214285714285714])),
    ("arctan", [0.030448339232143774, 0.22634404392268612, 0.45508491882313773, 0.40914317187844, 0.1667447648443342, 0.05559027127921064], Some([0.07937004777696183, 0.23491758611010888, 0.40310780838604515, 0.6401757622270434, 0.8040339922745264, 0.891791394811428])),
    ("nonzero_sign_log", [0.2857142857142857, 0.5882352941176471, 0.8333333333333334, 0.7692307692307692, 0.5263157894736842, 0.35714285714285715], Some([-1.252762968495368, -0.5306282510621704, -0.1823215567939546, 0.26236426446749106, 0.6418538861723947, 1.0296194171811581])),
    ("erf", [0.001089142115176355, 0.3456374302052693, 0.5420673935524315, 0.5156304548094816, 0.25098428712018134, 0.022095861666005526], Some([0.00020347600872250293, 0.16109940308129078, 0.38864870539476076, 0.6643133797295637, 0.8984541062114161, 0.9945452508178654])),
    ("piecewise_leaky_relu", [0.01, 0.5, 0.5, 0.5, 0.5, 0.01], Some([-0.015000000000000001, 0.15000000000000002, 0.4, 0.65, 0.95, 1.008])),
    ("squarewave_fourier_series", [0.2705980500730984, 0.3870905343131237, 0.9393474323917528, 0.8663879429988537, 0.11895370044204107, -0.148778017349658], Some([-0.006952031148700022, -0.04418534602201529, 0.30407095027523223, 0.7864330906290575, 1.0943873311400512, 0.939704469690848])),
    ("s2nn", [0.0001815832309438067, 0.21615245902553723, 0.8556387860811777, 0.7692307692307692, 0.5263157894736842, 0.35714285714285715], Some([4.5397868702434395e-05, 0.057324175898868755, 0.31002551887238755, 0.7623642721597987, 1.1418538914355527, 1.5296194207525866])),
    ("q_pseudo_spike", [0.14062500000000003, 0.4648760330578513, 0.7785467128027682, 0.6944444444444445, 0.39062499999999994, 0.20661157024793386], Some([-0.4375, 0.022727272727272818, 0.32352941176470584, 0.75, 1.0625, 1.3181818181818181])),
    ("leaky_relu", [0.1, 0.1, 0.1, 1.0, 1.0, 1.0], Some([-0.25, -0.06999999999999999, -0.020000000000000004, 0.3, 0.9, 1.8])),
    ("log_tailed_relu", [0.0, 0.0, 0.0, 1.0, 1.0, 0.5555555555555556], Some([0.0, 0.0, 0.0, 0.3, 0.9, 1.587786664902119])),
    ("relu_grad", [0.0, 0.09, 0.24, 0.21, 0.02999999999999997, 0.0], None),
    ("gaussian_grad", [1.4867195147342977e-06, 0.1497274656357449, 0.36827014030332333, 0.33322460289179967, 0.07895015830089415, 0.0006119019301137719], None),
    ("multi_gaussian_grad", [-0.014033758523595447, 0.15302841381567475, 0.40388113089380784, 0.3636317033028204, 0.0719628002946836, -0.01580996212847468], None),
    ("inv_square_grad", [1.5872763924382153e-05, 0.00019837333862328903, 0.0022675736961451248, 0.001040582726326743, 0.00012075836251660427, 3.0524098775983637e-05], None),
    ("slayer_grad", [0.0820849986238988, 0.4965853037914095, 0.8187307530779818, 0.7408182206817179, 0.4065696597405991, 0.16529888822158653], None),
];

/// braintools leaves ε = 1e-8 out of g of `s2nn`.
const SAME: f64 = 2e-8;

#[test]
fn values_are_those_of_another_library() {
    for (name, gradient, primitive) in BRAINTOOLS {
        let surrogate = named(name, &[]);
        for (k, x) in X.into_iter().enumerate() {
            let tolerance = if name == "s2nn" { SAME } else { 1e-14 };
            let g = surrogate.gradient(x);
            assert!((g - gradient[k]).abs() <= tolerance, "{name}: g({x}) = {g}, not {}", gradient[k]);
            let Some(primitive) = primitive else { continue };
            let found = surrogate.primitive(x);
            assert!(
                (found - primitive[k]).abs() <= tolerance,
                "{name}: G({x}) = {found}, not {}",
                primitive[k]
            );
        }
    }
}

/// Error of a central difference over 2e-4 of functions that curve as these do.
const DIFFERENCE: f64 = 1e-5;

#[test]
fn the_gradient_is_the_slope_of_the_primitive() {
    let mut all = all();
    all.push(named("q_pseudo_spike", &[1.0]));
    all.push(named("piecewise_quadratic", &[3.1]));
    all.push(named("piecewise_leaky_relu", &[0.0, 0.37]));
    all.push(named("squarewave_fourier_series", &[5.0, 3.0]));
    all.push(named("relu_grad", &[0.8, 1.7]));
    all.push(named("multi_gaussian_grad", &[0.3, 3.0, 0.4, 1.1]));
    for surrogate in all {
        let h = 1e-4;
        for x in places() {
            let slope = (surrogate.primitive(x + h) - surrogate.primitive(x - h)) / (2.0 * h);
            let g = surrogate.gradient(x);
            assert!(
                (slope - g).abs() <= DIFFERENCE * g.abs().max(1.0),
                "{surrogate:?}: the slope at {x} is {slope}, not {g}"
            );
        }
    }
}

#[test]
fn those_that_may_replace_the_step_are_one_half_at_threshold() {
    let apart = ["nonzero_sign_log", "leaky_relu", "log_tailed_relu"];
    for surrogate in all() {
        let middle = if apart.contains(&surrogate.model().entry.name) { 0.0 } else { 0.5 };
        assert!((surrogate.primitive(0.0) - middle).abs() < 1e-7, "{surrogate:?}");
    }
}

#[test]
fn beyond_its_support_a_gradient_is_exactly_zero_and_within_it_is_not() {
    let compact = [
        ("piecewise_quadratic", vec![2.0]),
        ("relu_grad", vec![0.3, 0.7]),
        ("piecewise_leaky_relu", vec![0.0, 0.4]),
    ];
    for (name, params) in compact {
        let surrogate = named(name, &params);
        let half = surrogate.support().expect("it is compact");
        for sign in [-1.0, 1.0] {
            assert_eq!(surrogate.gradient(sign * half * (1.0 + 1e-12)), 0.0, "{surrogate:?}");
            assert_eq!(surrogate.gradient(sign * 1e9), 0.0, "{surrogate:?}");
            assert!(surrogate.gradient(sign * half * (1.0 - 1e-6)) > 0.0, "{surrogate:?}");
        }
    }
    // The default of this one leaks.
    assert_eq!(named("piecewise_leaky_relu", &[]).support(), None);
    for surrogate in all().into_iter().filter(|surrogate| surrogate.support().is_none()) {
        assert!(
            places().any(|x| surrogate.gradient(x) != 0.0),
            "{surrogate:?} says nothing of what it covers"
        );
    }
}

/// The graph over a column, as the tape runs it.
fn over_column<T: Float>(graph: &Graph, level: Instructions, x: &[T]) -> Vec<T>
where
    Num<T>: Real,
{
    let sheet = Sheet::new(graph, &[false], level).expect("the graph is small");
    let (mut y, mut scratch) = (vec![T::default(); x.len()], vec![T::default(); sheet.scratch_len()]);
    sheet.run(&[Column::Each(x)], &mut [&mut y[..]], &mut scratch);
    y
}

#[test]
fn columns_hold_what_single_numbers_give_on_every_instruction_set() {
    let x: Vec<f64> = places().collect();
    let narrow: Vec<f32> = x.iter().map(|x| *x as f32).collect();
    for surrogate in all() {
        let model = surrogate.model();
        for (function, of) in [
            (model.gradient, Surrogate::gradient as fn(&Surrogate, f64) -> f64),
            (model.primitive, Surrogate::primitive),
        ] {
            let mut first = None;
            let graph =
                trace(|| vec![(String::new(), (function.graph)(surrogate.params(), Expr::variable("x")))]);
            for level in Instructions::available() {
                let double = over_column(&graph, *level, &x);
                let single = over_column(&graph, *level, &narrow);
                for (k, x) in x.iter().enumerate() {
                    assert_eq!(double[k].to_bits(), of(&surrogate, *x).to_bits(), "{surrogate:?} at {x}");
                    let right = of(&surrogate, narrow[k].into());
                    let error = (f64::from(single[k]) - right).abs();
                    assert!(error <= 2e-6 * right.abs().max(1.0), "{surrogate:?} at {x}: off by {error}");
                }
                let bits: Vec<u32> = single.iter().map(|y: &f32| y.to_bits()).collect();
                assert_eq!(*first.get_or_insert_with(|| bits.clone()), bits, "{surrogate:?} on {level:?}");
            }
        }
    }
}

#[test]
fn each_can_be_written_down_as_a_graph() {
    for surrogate in all() {
        let model = surrogate.model();
        for function in [model.gradient, model.primitive] {
            let graph =
                trace(|| vec![("y".into(), (function.graph)(surrogate.params(), Expr::variable("x")))]);
            let text = emit(&graph, model.entry.name, Language::C, Precision::F32);
            assert!(text.contains("x[0]"), "{surrogate:?} depends on x: {text}");
        }
    }
}
