//! Layers: convolutions and pooling are those of PyTorch, forwards and backwards, event by event and for any number of threads.

use ecs_core::model::instructions;
use ecs_core::network::stencil::{Gather, Grow, Scatter, gather, grow, scatter};
use ecs_core::network::{ConnectorModel, Projection, Tied};
use scenarios::estimate::estimate;
use tests::network::{built, raster, registry, written};

/// A layer by whole numbers: of x, kernel and cotangent number k is (7 k mod 11) − 5, (5 k mod 13) − 6 and (3 k mod 7) − 3.
struct Case {
    rule: &'static str,
    /// Grid and channels of senders and of receivers.
    ends: [(&'static str, usize); 2],
    forward: &'static [f64],
    input: &'static [f64],
    kernel: &'static [f64],
}

/// By PyTorch 2.15, in double precision: `conv1d` to `conv3d`, `conv_transpose1d` to `conv_transpose3d`, `avg_pool1d`, `avg_pool2d` and
/// `adaptive_avg_pool2d`, and their gradients, with the channel last. The grids 3 → 6 and 1 × 2 × 1 → 2 × 3 × 2 of transposed convolutions
/// have `output_padding` 1 and 0.
const CASES: &[Case] = &[
    Case {
        rule: "{ convolution = { kernel = 3, padding = 1 } }",
        ends: [("[5]", 2), ("[5]", 3)],
        forward: &[
            26.0, -13.0, 26.0, 16.0, 32.0, -17.0, -2.0, -29.0, 22.0, 2.0, 20.0, -27.0, -16.0, -1.0, 27.0,
        ],
        input: &[-13.0, -15.0, 6.0, 0.0, -32.0, -30.0, 0.0, -4.0, 32.0, 32.0],
        kernel: &[
            -2.0, -1.0, 0.0, -6.0, -8.0, -10.0, 38.0, -15.0, 9.0, -20.0, 22.0, -13.0, -3.0, -6.0, -16.0,
            -3.0, -9.0, 27.0,
        ],
    },
    Case {
        rule: "{ convolution = { kernel = 2, stride = 2, padding = 1, dilation = 2, groups = 2 } }",
        ends: [("[4, 5]", 2), ("[2, 3]", 4)],
        forward: &[
            4.0, -12.0, 2.0, -8.0, -16.0, 18.0, -14.0, 22.0, 15.0, 0.0, 20.0, -12.0, 0.0, 18.0, 9.0, -26.0,
            0.0, -50.0, -42.0, 39.0, -7.0, 3.0, 21.0, -19.0,
        ],
        input: &[
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -29.0, 29.0, 0.0, 0.0, 10.0, -46.0,
            0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -25.0, 19.0, 0.0, 0.0, 7.0,
            -19.0, 0.0, 0.0,
        ],
        kernel: &[
            3.0, 7.0, -4.0, 16.0, -13.0, 5.0, 14.0, -8.0, 6.0, -27.0, -16.0, 27.0, 5.0, 0.0, 15.0, -12.0,
        ],
    },
    Case {
        rule: "{ convolution = 2 }",
        ends: [("[2, 3, 2]", 1), ("[1, 2, 1]", 2)],
        forward: &[-5.0, 36.0, 77.0, -44.0],
        input: &[18.0, -12.0, -20.0, 22.0, -3.0, -9.0, 15.0, -15.0, -21.0, 21.0, 12.0, -7.0],
        kernel: &[9.0, 2.0, 9.0, -5.0, 9.0, -1.0, -24.0, 3.0, -24.0, 4.0, 9.0, -3.0, 9.0, 1.0, -24.0, 5.0],
    },
    Case {
        rule: "{ transposed_convolution = { kernel = 3, stride = 2, padding = 1 } }",
        ends: [("[3]", 2), ("[6]", 2)],
        forward: &[-9.0, -24.0, 67.0, -24.0, -12.0, 3.0, 17.0, -4.0, 7.0, -3.0, -20.0, 9.0],
        input: &[-18.0, 24.0, -32.0, 20.0, 20.0, 14.0],
        kernel: &[-5.0, -1.0, 12.0, 4.0, 11.0, 7.0, 4.0, -19.0, -18.0, 13.0, 14.0, -23.0],
    },
    Case {
        rule: "{ transposed_convolution = { kernel = 2, stride = 2, groups = 2 } }",
        ends: [("[2, 2]", 2), ("[4, 4]", 2)],
        forward: &[
            30.0, -2.0, -20.0, -8.0, 12.0, -5.0, -8.0, -20.0, -5.0, 12.0, 10.0, 6.0, -2.0, 30.0, 4.0, 15.0,
            -6.0, 3.0, 4.0, 12.0, -24.0, 0.0, 16.0, 0.0, 1.0, -18.0, -2.0, -9.0, 4.0, 0.0, -8.0, 0.0,
        ],
        input: &[32.0, 28.0, -4.0, 20.0, -7.0, 24.0, -15.0, -12.0],
        kernel: &[18.0, -7.0, -15.0, -11.0, -9.0, 5.0, 21.0, 1.0],
    },
    Case {
        rule: "{ transposed_convolution = 2 }",
        ends: [("[1, 2, 1]", 1), ("[2, 3, 2]", 1)],
        forward: &[30.0, 5.0, -32.0, 18.0, 8.0, -8.0, -5.0, -30.0, 12.0, -3.0, -4.0, 6.0],
        input: &[26.0, 25.0],
        kernel: &[21.0, -2.0, -11.0, 1.0, -5.0, 21.0, -2.0, -11.0],
    },
    Case {
        rule: "{ sum_pool = 2 }",
        ends: [("[4]", 2), ("[2]", 2)],
        forward: &[-7.0, 7.0, 5.0, -3.0],
        input: &[-3.0, 0.0, -3.0, 0.0, 3.0, -1.0, 3.0, -1.0],
        kernel: &[],
    },
    Case {
        rule: "{ average_pool = { kernel = 2 } }",
        ends: [("[4, 5]", 2), ("[2, 2]", 2)],
        forward: &[-1.5, 0.0, 1.75, 0.5, -1.75, -0.25, 1.5, 0.25],
        input: &[
            -0.75, 0.0, -0.75, 0.0, 0.75, -0.25, 0.75, -0.25, 0.0, 0.0, -0.75, 0.0, -0.75, 0.0, 0.75, -0.25,
            0.75, -0.25, 0.0, 0.0, 0.5, -0.5, 0.5, -0.5, 0.25, -0.75, 0.25, -0.75, 0.0, 0.0, 0.5, -0.5, 0.5,
            -0.5, 0.25, -0.75, 0.25, -0.75, 0.0, 0.0,
        ],
        kernel: &[],
    },
    Case {
        rule: "{ average_pool = { kernel = 2, stride = 1, padding = 1 } }",
        ends: [("[3]", 1), ("[4]", 1)],
        forward: &[-2.5, -1.5, 0.0, -1.0],
        input: &[-1.5, 1.5, 1.0],
        kernel: &[],
    },
    Case {
        rule: "adaptive_average_pool",
        ends: [("[5, 4]", 1), ("[3, 2]", 1)],
        forward: &[-1.25, 1.75, -0.5, 0.666666667, 0.25, 0.5],
        input: &[
            -0.75,
            -0.75,
            0.0,
            0.0,
            -0.25,
            -0.25,
            -0.166666667,
            -0.166666667,
            0.5,
            0.5,
            -0.166666667,
            -0.166666667,
            1.0,
            1.0,
            -0.666666667,
            -0.666666667,
            0.5,
            0.5,
            -0.5,
            -0.5,
        ],
        kernel: &[],
    },
];

fn scenario(case: &Case, weight: &str, more: &str) -> String {
    let population = |name: &str, (grid, channels): (&str, usize), neuron: &str| {
        format!("[population.{name}]\ngrid = {grid}\nchannels = {channels}\nneuron = {neuron}\n")
    };
    let rule = if case.rule.starts_with('{') { case.rule.to_owned() } else { format!("\"{}\"", case.rule) };
    format!(
        "[scenario]\ntitle = \"a layer\"\nsource = \"tests\"\nformat = 1\n[run]\nduration = \"50 ms\"\ndt = \"1 ms\"\nseed = 1\n{more}\n\
         {}{}[[projection]]\nfrom = \"a\"\nto = \"b\"\nconnect = {rule}\nweight = {weight}\ndelay = \"2 ms\"\n",
        population("a", case.ends[0], "\"poisson\"\nparams = { rate = \"300 Hz\" }"),
        population("b", case.ends[1], "\"lif\"\nparams = { t_ref = \"0 ms\" }"),
    )
}

/// The weights that synapses share, by the scenario's own way to them.
fn tied(text: &str) -> Tied {
    let scenario = written(text, "".as_ref()).unwrap_or_else(|e| panic!("{e}"));
    let mut simulation = built(&scenario);
    let world = simulation.app.world_mut();
    let mut all = world.query::<&Projection>();
    all.iter(world).next().expect("there is one").operator.tied().expect("its synapses share weights")
}

fn numbers(n: usize, [a, m, s]: [usize; 3]) -> Vec<f64> {
    (0..n).map(|k| (k * a % m) as f64 - s as f64).collect()
}

#[test]
fn layers_are_those_of_pytorch_forwards_and_backwards() {
    for case in CASES {
        let Tied { stencil, weights, learned } = tied(&scenario(case, "\"1 mV\"", "precision = \"f64\""));
        let name = case.rule;
        assert_eq!(learned, !case.kernel.is_empty(), "{name}");
        let [pre, post] = stencil.sizes();
        let kernel = if learned { numbers(stencil.weights(), [5, 13, 6]) } else { weights };
        let (x, back) = (numbers(pre, [7, 11, 5]), numbers(post, [3, 7, 3]));
        let (stencil, weights) = (&*stencil, &kernel[..]);
        let all: Vec<u32> = (0..pre as u32).collect();
        let level = instructions();

        let mut forward = vec![0.0; post];
        scatter(level)(&Scatter { stencil, weights, fired: &all, by: &x, receivers: 0..post }, &mut forward);
        close(name, &forward, case.forward);
        // In two shards, as two threads have them.
        let mut halves = vec![0.0; post];
        let (first, last) = halves.split_at_mut(post / 2);
        for (receivers, to) in [(0..post / 2, first), (post / 2..post, last)] {
            scatter(level)(&Scatter { stencil, weights, fired: &all, by: &x, receivers }, to);
        }
        assert_eq!(halves, forward, "{name}");

        let mut input = vec![0.0; pre];
        gather(level)(&Gather { stencil, weights, wanted: &all, vectors: &back }, &mut input);
        close(name, &input, case.input);

        if learned {
            let mut gradient = vec![0.0; stencil.weights()];
            grow(level)(&Grow { stencil, fired: &all, by: &x, vector: &back }, &mut gradient);
            close(name, &gradient, case.kernel);
        }
    }
}

/// The reference of averages has nine digits.
fn close(name: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (k, (x, y)) in found.iter().zip(expected).enumerate() {
        assert!((x - y).abs() < 1e-8, "{name}: number {k} is {x}, not {y}");
    }
}

#[test]
fn spikes_do_what_a_dense_matrix_of_the_same_weights_would_do() {
    for case in CASES {
        let weight = if case.kernel.is_empty() { "\"9 mV\"" } else { "{ normal = [\"6 mV\", \"4 mV\"] }" };
        let text = scenario(case, weight, "");
        let Tied { stencil, weights, .. } = tied(&text);
        let of = |text: &str| raster(&written(text, "".as_ref()).unwrap_or_else(|e| panic!("{e}")), 50);
        let alone = of(&text);
        assert!(alone.iter().filter(|spike| spike.1 == 1).count() > 3, "{}: {alone:?}", case.rule);
        assert_eq!(alone, of(&text.replace("seed = 1", "seed = 1\nthreads = 2")), "{}", case.rule);
        // v ← v e^(−dt/tau) + what arrives, which is exact for this neuron between two steps.
        let decay = (-1.0_f64 / 10.0).exp();
        let mut v = vec![-70.0; stencil.sizes()[1]];
        let mut matrix = vec![vec![0.0; v.len()]; stencil.sizes()[0]];
        stencil.each(|i, j, k| matrix[i][j] += weights[k]);
        let mut fired = Vec::new();
        for step in 0..50_u64 {
            for (j, v) in v.iter_mut().enumerate() {
                let due = alone.iter().filter(|(at, population, _)| *population == 0 && at + 2 == step);
                let arrived: f64 = due.map(|(.., i)| matrix[*i as usize][j]).sum();
                *v = -70.0 + (*v + arrived + 70.0) * decay;
                if *v >= -55.0 {
                    *v = -70.0;
                    fired.push((step, 1, j as u32));
                }
            }
        }
        let found: Vec<_> = alone.into_iter().filter(|spike| spike.1 == 1).collect();
        assert_eq!(found, fired, "{}", case.rule);
    }
}

#[test]
fn kernels_are_drawn_by_the_fans_of_a_neuron() {
    let case = Case {
        rule: "{ convolution = { kernel = 3, padding = 1 } }",
        ends: [("[4, 4]", 64), ("[4, 4]", 96)],
        forward: &[],
        input: &[],
        kernel: &[0.0],
    };
    // Variances 2 / (9 · 64) and 2 / (9 · 64 + 9 · 96), as `torch.nn.init` has them.
    for (law, fan) in [("kaiming_normal", 9.0 * 64.0), ("xavier_uniform", 9.0 * (64.0 + 96.0))] {
        let Tied { weights, .. } =
            tied(&scenario(&case, &format!("{{ {law} = {{ gain = \"1 mV\" }} }}"), ""));
        let n = weights.len() as f64;
        let variance = weights.iter().map(|w| w * w).sum::<f64>() / n;
        // Five standard errors of the variance of a normal, the wider of the two laws.
        assert!((variance * fan / 2.0 - 1.0).abs() < 5.0 * (2.0 / n).sqrt(), "{law}: {variance}");
    }
}

#[test]
fn every_layer_is_among_the_cases() {
    let registry = registry();
    let layers =
        registry.all::<ConnectorModel>().iter().filter(|rule| rule.entry.origin.contains("`layers`"));
    let missing: Vec<&str> = layers
        .map(|rule| rule.entry.name)
        .filter(|name| !CASES.iter().any(|case| case.rule.contains(name)))
        .collect();
    assert!(missing.is_empty(), "{missing:?} have no reference");
}

#[test]
fn what_a_layer_cannot_join_is_said_with_what_it_would_lead_to() {
    let complaint = |rule: &'static str, ends: [(&'static str, usize); 2], weight: &str| {
        let case = Case { rule, ends, forward: &[], input: &[], kernel: &[] };
        let scenario = written(&scenario(&case, weight, ""), "".as_ref()).unwrap_or_else(|e| panic!("{e}"));
        estimate(&scenario).map(drop).expect_err(rule).to_string()
    };
    let one = "\"1 mV\"";
    for (rule, ends, weight, parts) in [
        (
            "{ convolution = { kernel = 3, stride = 2 } }",
            [("[9, 7]", 1), ("[9, 7]", 8)],
            one,
            [
                "the post-neurons have a grid [9, 7]; from [9, 7] this layer leads to [4, 3]",
                "`grid = [4, 3]`",
            ],
        ),
        (
            "{ transposed_convolution = { kernel = 3, stride = 2, padding = 1 } }",
            [("[5]", 1), ("[11]", 1)],
            one,
            ["from [5] this layer leads to [9]", "`grid = [9]`"],
        ),
        (
            "{ convolution = 5 }",
            [("[4]", 1), ("[1]", 1)],
            one,
            ["longer than the grid [4]", "lower `kernel`"],
        ),
        (
            "{ convolution = { kernel = 1, groups = 2 } }",
            [("[4]", 4), ("[4]", 3)],
            one,
            ["`groups` is 2, of 4 channels of the pre-neurons and 3", "a divisor of both"],
        ),
        ("{ convolution = 1.5 }", [("[4]", 1), ("[4]", 1)], one, ["`kernel` is 1.5", "a whole number"]),
        (
            "{ convolution = 1 }",
            [("[4]", 1), ("[4, 1]", 1)],
            one,
            ["grids of 1 and of 2 axes", "as many at both ends"],
        ),
        ("{ sum_pool = 2 }", [("[4]", 4), ("[2]", 2)], one, ["4 channels", "`channels = 4`"]),
        (
            "{ average_pool = 2 }",
            [("[4]", 1), ("[2]", 1)],
            "{ uniform = [\"0 mV\", \"1 mV\"] }",
            ["pooling has one weight", "give one"],
        ),
        (
            "{ convolution = 1 }",
            [("[4]", 1), ("[4]", 1)],
            "{ orthogonal = { gain = \"1 mV\" } }",
            ["`orthogonal`", "a full matrix is needed"],
        ),
    ] {
        let message = complaint(rule, ends, weight);
        for part in parts.into_iter().chain(["case.toml:", "^^^", "connect"]) {
            assert!(message.contains(part), "{rule}: `{part}` in\n{message}");
        }
    }
}
