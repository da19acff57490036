//! Initialisers: variances by fans, orthogonality, decay with distance, and what becomes of them in a projection.

use ecs_core::network::{Filling, InitialiserModel, Matrix, Registry, Space};
use ecs_core::random::{Distribution, Key, Purpose};
use event_driven::build::{Plan, build};
use event_driven::csr::{Delays, Weights};
use event_driven::ends::Ends;
use event_driven::rules::{AllToAll, Ball, Nearby};

use crate::distances::{grid, random};
use crate::{plan, row};

/// Standard deviations a statistic may be off; see `laws`.
const SIGMA: f64 = 4.5;

fn model(name: &str) -> &'static InitialiserModel {
    let registry = Registry::linked().expect("names are unique");
    registry.find::<InitialiserModel>(name).expect(name)
}

/// A full matrix of this shape.
fn full(pre: u64, post: u64) -> Matrix<'static> {
    let key = Key::new(3, 1, Purpose::Weight);
    Matrix {
        pre: 0..pre,
        post: 0..post,
        synapses: (pre * post) as f64,
        full: true,
        spaces: [None, None],
        key,
        threads: 1,
    }
}

fn law(name: &str, params: &[f64], matrix: &Matrix<'_>) -> Distribution {
    (model(name).check)(params, matrix).expect("possible");
    match (model(name).fill)(params, matrix) {
        Filling::Law(law) => law,
        Filling::Pairs(_) => panic!("`{name}` draws"),
    }
}

/// All values, `[pre, post]`.
fn values(name: &str, params: &[f64], matrix: &Matrix<'_>) -> Vec<Vec<f64>> {
    (model(name).check)(params, matrix).expect("possible");
    let Filling::Pairs(pairs) = (model(name).fill)(params, matrix) else { panic!("`{name}` goes by pairs") };
    let (pre, post) = (matrix.pre.clone(), matrix.post.clone());
    pre.map(|i| post.clone().map(|j| pairs.value(i as u32, j as u32)).collect()).collect()
}

#[test]
fn variances_are_those_of_the_papers() {
    const DRAWS: usize = 200_000;
    // 300 inputs and 100 outputs, as PyTorch computes them for `torch.nn.init` and a gain of 2.
    let matrix = full(300, 100);
    for (name, variance) in [
        ("kaiming_normal", 4.0 * 2.0 / 300.0),
        ("kaiming_uniform", 4.0 * 2.0 / 300.0),
        ("xavier_normal", 4.0 * 2.0 / 400.0),
        ("xavier_uniform", 4.0 * 2.0 / 400.0),
        ("lecun_normal", 4.0 / 300.0),
        ("lecun_uniform", 4.0 / 300.0),
    ] {
        let law = law(name, &[2.0], &matrix);
        assert_eq!(matches!(law, Distribution::Uniform { .. }), name.ends_with("uniform"), "{name}");
        assert_variance(law, variance, DRAWS);
    }
    for (fan_in, fan) in [(1.0, 300.0), (0.0, 100.0), (0.5, 200.0)] {
        for (uniform, truncated) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)] {
            let law = law("variance_scaling", &[3.0, 0.5, fan_in, uniform, truncated], &matrix);
            assert_variance(law, 9.0 * 0.5 / fan, DRAWS);
            if let Distribution::TruncatedNormal { sd, max, .. } = law {
                assert_eq!(max, 2.0 * sd);
            }
        }
    }
    // A sparse matrix goes by the synapses it has.
    let sparse = Matrix { synapses: 0.1 * 300.0 * 100.0, full: false, ..matrix };
    assert_variance(law("lecun_normal", &[1.0], &sparse), 1.0 / 30.0, DRAWS);
}

fn assert_variance(law: Distribution, right: f64, draws: usize) {
    let mut drawn = vec![0.0; draws];
    law.sampler().fill(Key::new(4, 1, Purpose::Weight), 0, &mut drawn);
    let mean = drawn.iter().sum::<f64>() / draws as f64;
    let variance = drawn.iter().map(|x| x * x).sum::<f64>() / draws as f64;
    assert!(mean.abs() < SIGMA * (right / draws as f64).sqrt(), "{law:?}: {mean}");
    // The kurtosis of all these laws is at most 3.
    assert!(
        (variance / right - 1.0).abs() < SIGMA * (2.0 / draws as f64).sqrt(),
        "{law:?}: {variance} against {right}"
    );
}

#[test]
fn identity_joins_equals_only() {
    let shifted = Matrix { pre: 5..8, post: 2..6, ..full(1, 1) };
    let found = values("identity", &[1.5], &shifted);
    assert_eq!(found, [[1.5, 0.0, 0.0, 0.0], [0.0, 1.5, 0.0, 0.0], [0.0, 0.0, 1.5, 0.0]]);
}

/// Rounding of sums of some hundred products, amplified by the condition of a random matrix.
const ORTHOGONAL: f64 = 1e-10;

fn transposed(matrix: &[Vec<f64>]) -> Vec<Vec<f64>> {
    (0..matrix[0].len()).map(|j| matrix.iter().map(|row| row[j]).collect()).collect()
}

fn assert_orthonormal(vectors: &[Vec<f64>]) {
    for (i, a) in vectors.iter().enumerate() {
        for (j, b) in vectors.iter().enumerate() {
            let product: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum();
            assert!((product - f64::from(u8::from(i == j))).abs() < ORTHOGONAL, "{i} {j}: {product}");
        }
    }
}

#[test]
fn orthogonal_matrices_are_orthogonal_on_their_shorter_side() {
    let square = values("orthogonal", &[1.0], &full(200, 200));
    assert_orthonormal(&square);
    assert_orthonormal(&transposed(&square));
    assert_orthonormal(&values("orthogonal", &[1.0], &full(50, 130)));
    assert_orthonormal(&transposed(&values("orthogonal", &[1.0], &full(130, 50))));
    let doubled = values("orthogonal", &[2.0], &full(200, 200));
    assert!(doubled.iter().flatten().zip(square.iter().flatten()).all(|(two, one)| *two == 2.0 * one));
    let [two, three] =
        [2, 3].map(|threads| values("orthogonal", &[1.0], &Matrix { threads, ..full(600, 600) }));
    assert!(two == three && two == values("orthogonal", &[1.0], &full(600, 600)));
}

#[test]
fn orthogonal_matrices_are_drawn_uniformly() {
    // Diaconis & Evans 2001, Trans. AMS 353, 2615: traces of uniform orthogonal matrices have mean 0 and variance 1, and those of squares
    // mean 1. Without positive diagonals of the factorisation they do not.
    const MATRICES: u32 = 20_000;
    let (mut first, mut second, mut squares) = (0.0, 0.0, 0.0);
    for entity in 0..MATRICES {
        let q =
            values("orthogonal", &[1.0], &Matrix { key: Key::new(5, entity, Purpose::Weight), ..full(4, 4) });
        let trace: f64 = (0..4).map(|i| q[i][i]).sum();
        first += trace;
        second += trace * trace;
        squares +=
            (0..4).flat_map(|i| (0..4).map(move |j| (i, j))).map(|(i, j)| q[i][j] * q[j][i]).sum::<f64>();
    }
    let n = f64::from(MATRICES);
    // The trace of a square lies within 4, so its deviation is below 4.
    assert!((first / n).abs() < SIGMA / n.sqrt(), "{}", first / n);
    assert!((second / n - 1.0).abs() < SIGMA * (2.0 / n).sqrt(), "{}", second / n);
    assert!((squares / n - 1.0).abs() < SIGMA * 4.0 / n.sqrt(), "{}", squares / n);
}

#[test]
fn delta_orthogonal_is_the_same_matrix_at_every_place_and_nothing_between() {
    let (before, behind) = (grid([2, 3, 4], 3, false), grid([2, 3, 5], 3, false));
    let matrix = Matrix { spaces: [Some(&before), Some(&behind)], ..full(24, 30) };
    let found = values("delta_orthogonal", &[1.0], &matrix);
    let block = |place: usize| -> Vec<Vec<f64>> {
        (0..4).map(|channel| found[4 * place + channel][5 * place..5 * place + 5].to_vec()).collect()
    };
    assert_orthonormal(&block(0));
    assert!((1..6).all(|place| block(place) == block(0)));
    assert_eq!(found.iter().flatten().filter(|value| **value != 0.0).count(), 6 * 4 * 5);
    let narrow = Matrix { spaces: [Some(&behind), Some(&before)], ..full(30, 24) };
    let message = (model("delta_orthogonal").check)(&[1.0], &narrow).expect_err("fewer channels");
    assert!(message.contains("at least as many channels"), "{message}");
}

/// A projection within a radius whose weights or delays go by distance.
fn filled(name: &str, params: &[f64], space: &Space, n: u64) -> (Vec<f64>, Vec<f32>, Vec<u16>) {
    let ends = Ends { spaces: [Some(space.clone()), Some(space.clone())], ..Ends::within(n) };
    let matrix = Matrix { spaces: [Some(space), Some(space)], ..full(n, n) };
    let Filling::Pairs(pairs) = (model(name).fill)(params, &matrix) else { panic!("`{name}` goes by pairs") };
    let bounds = [0, n as u32];
    let plan = Plan { pairs: [Some(&*pairs), Some(&*pairs)], ..plan(1, &bounds) };
    let rule = Nearby { name: "distance", kernel: Ball { radius: 0.4, p: 0.5 }, self_connections: true };
    let csr = build(&rule, &ends, &plan, &mut |_, _| {}).expect("a possible request");
    let distances = (0..n).flat_map(|i| {
        let place = space.position(i);
        row(&csr, i as u32)
            .into_iter()
            .map(move |j| space.distance_squared(place, space.position(j.into())).sqrt())
    });
    let (Weights::F32(weights), Delays::U8(delays)) = (&csr.weights, &csr.delays) else { panic!("one each") };
    (distances.collect(), weights.clone(), delays.iter().map(|steps| (*steps).into()).collect())
}

#[test]
fn weights_and_delays_follow_distances() {
    let space = random(2, 1.0, true, 2);
    let gauss = |d: f64, sigma: f64| (-0.5 * (d / sigma) * (d / sigma)).exp();
    let (distances, weights, _) = filled("gaussian_decay", &[3.0, 0.2], &space, 400);
    assert!(distances.len() > 20_000);
    // Weights are single precision.
    let near = |weight: f32, right: f64| (f64::from(weight) - right).abs() < 1e-6;
    assert!(distances.iter().zip(&weights).all(|(&d, &w)| near(w, 3.0 * gauss(d, 0.2))));
    let (distances, weights, _) = filled("dog_decay", &[3.0, 0.1, 1.0, 0.3], &space, 400);
    assert!(distances.iter().zip(&weights).all(|(&d, &w)| near(w, 3.0 * gauss(d, 0.1) - gauss(d, 0.3))));
    assert!(weights.iter().any(|w| *w > 1.0) && weights.iter().any(|w| *w < -0.1));
    // 20 ms / mm and 0.5 ms, in steps of 0.1 ms.
    let (distances, _, delays) = filled("per_distance", &[20.0, 0.5], &space, 400);
    let steps = |d: f64| ((0.5 + 20.0 * d) / 0.1).round().max(1.0) as u16;
    assert!(distances.iter().zip(&delays).all(|(&d, &delay)| delay == steps(d)));
    assert!(delays.contains(&5) && delays.iter().any(|delay| *delay > 70));
}

#[test]
fn pairs_fill_whole_patterns_and_ranges_by_the_numbers_of_the_population() {
    #[derive(Debug)]
    struct Numbers;
    impl ecs_core::network::Pairs for Numbers {
        fn value(&self, pre: u32, post: u32) -> f64 {
            f64::from(100 * pre + post)
        }
    }
    let ends = Ends { pre: 3..6, post: 10..12, ..Ends::within(20) };
    let plan = Plan { pairs: [Some(&Numbers), None], ..plan(1, &[0, 11, 20]) };
    let whole = event_driven::rules::FixedIndegree { k: 3, self_connections: true, multiple: false };
    for rule in [&AllToAll { self_connections: true } as &dyn event_driven::rules::Rule, &whole] {
        let csr = build(rule, &ends, &plan, &mut |_, _| {}).expect("a possible request");
        assert_eq!(csr.weights, Weights::F32(vec![310.0, 311.0, 410.0, 411.0, 510.0, 511.0]));
    }
}

#[test]
fn initialisers_refuse_what_they_cannot_fill() {
    let refusal = |name: &str, matrix: &Matrix<'_>| (model(name).check)(&[1.0; 4], matrix).expect_err(name);
    for name in ["gaussian_decay", "dog_decay", "per_distance"] {
        assert!(refusal(name, &full(3, 3)).starts_with(&format!("`{name}`: a population has no places")));
    }
    let sparse = Matrix { full: false, ..full(3, 3) };
    assert_eq!(
        refusal("orthogonal", &sparse),
        "`orthogonal`: not every pair is joined; a full matrix is needed; use `connect = \"all_to_all\"`"
    );
    assert!(refusal("orthogonal", &full(10_000, 10_000)).contains("up to 8192 on the shorter side"));
}
