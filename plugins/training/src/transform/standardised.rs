//! Standardised: weights onto each receiver, or of each channel of a kernel, with mean zero and a length that is given.
//!
//! ```text
//! w = gain (x − mean(x)) / √(Σ (x − mean(x))² + eps)      mean and sum over the weights of a receiver
//! ```
//!
//! Source: Qiao et al. (2019), <https://arxiv.org/abs/1903.10520>, equations 5 to 7; as scaled in Brock, De & Smith (2021), ICLR,
//! <https://arxiv.org/abs/2101.08692>, equation 1, where Σ is the variance times the fan in.
//!
//! Departure: the gain is one number that is given, not one for each channel that is learned.

use ecs_core::number::Float;
use ecs_core::registry::{Bound, Entry, Field, Kind};
use ecs_core::training::{Side, TransformModel, Transformed};

const PARAMS: &[Field] = &[
    Field::number("gain", 1.0, "", "length of the weights of a receiver, in their unit"),
    Field::number("eps", 1e-4, "", "keeps the length finite, in their unit squared")
        .within(Bound::NonNegative),
];

inventory::submit! {
    TransformModel {
        entry: Entry {
            kind: Kind::Transform,
            name: "standardised",
            origin: concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
            doc: include_str!("standardised.rs"),
            params: PARAMS,
            state: &[],
            input: "",
            drive: None,
        },
        side: Side::None,
        matrix: true,
        forward: |p, of| each_column(of, |x, w| forward(p, x, w)),
        backward: |p, of| each_column(of, |x, w| backward(p, x, w)),
        double: [
            |p, of| each_column(of, |x, w| forward(p, x, w)),
            |p, of| each_column(of, |x, w| backward(p, x, w)),
        ],
        number: |_, w, _| w,
        project: None,
    }
}

/// Numbers of one receiver, by place.
type Of<'a> = &'a dyn Fn(usize) -> f64;

/// What a column becomes, by what stands there of numbers and of the other.
fn each_column<T: Float>(of: &mut Transformed<'_, T>, change: impl Fn((usize, Of<'_>), Of<'_>) -> [f64; 3]) {
    let columns = of.columns.max(1);
    let rows = of.x.len() / columns;
    for c in 0..columns {
        let at = |k: usize| k * columns + c;
        let [scale, shift, along] = change((rows, &|k| of.x[at(k)].to_f64()), &|k| of.w[at(k)].to_f64());
        let mean = (0..rows).map(|k| of.x[at(k)].to_f64()).sum::<f64>() / rows as f64;
        for k in (0..rows).map(at) {
            // Forwards nothing stands there yet.
            let other = if scale == 0.0 { 0.0 } else { scale * (of.w[k].to_f64() - shift) };
            of.w[k] = T::of(other + along * (of.x[k].to_f64() - mean));
        }
    }
}

/// The mean, and one divided by the length.
fn length(eps: f64, (n, x): (usize, Of<'_>)) -> [f64; 2] {
    let mean = (0..n).map(x).sum::<f64>() / n as f64;
    let square: f64 = (0..n).map(|k| (x(k) - mean) * (x(k) - mean)).sum();
    [mean, (square + eps).sqrt().recip()]
}

fn forward(p: &[f64], x: (usize, Of<'_>), _: Of<'_>) -> [f64; 3] {
    let [_, by] = length(p[1], x);
    [0.0, 0.0, p[0] * by]
}

/// dL/dx = gain by (g − mean(g)) − gain by³ (Σ g y) y, where g = dL/dw and y = x − mean(x).
fn backward(p: &[f64], x: (usize, Of<'_>), g: Of<'_>) -> [f64; 3] {
    let [mean, by] = length(p[1], x);
    let (n, x) = x;
    let shift = (0..n).map(g).sum::<f64>() / n as f64;
    let product: f64 = (0..n).map(|k| g(k) * (x(k) - mean)).sum();
    [p[0] * by, shift, -p[0] * by * by * by * product]
}
