//! Pooling: each channel summed or averaged over windows of places, with one weight that is not learned.
//!
//! Spikes are zeros and ones, so that the maximum over a window is a cell behind `sum_pool` that one spike brings above threshold, such as
//! a `lif` without refractory time. Its derivative is that of the cell's surrogate.
//!
//! Source: LeCun, Bottou, Bengio & Haffner (1998), Proc. IEEE 86, <https://doi.org/10.1109/5.726791>, section II.B, for averages; as
//! `torch.nn.AvgPoolNd` with its defaults, so that padding counts as zeros, and `AdaptiveAvgPoolNd`.

use ecs_core::registry::Field;

use crate::axis::{Axis, Window};
use crate::connect::{Grids, Layer, Made, entry, layers, whole};

const PARAMS: &[Field] = &[
    Field::number("kernel", f64::NAN, "", "Places along each axis of a window."),
    Field::number("stride", 0.0, "", "Places from one window to the next; 0: the length of a window."),
    Field::number("padding", 0.0, "", "Empty places before the first and behind the last."),
];

fn window(params: &[f64]) -> Result<Window, String> {
    let kernel = whole("kernel", params[0], 1)?;
    let stride = whole("stride", params[1], 0)?;
    let padding = whole("padding", params[2], 0)?;
    Ok(Window { kernel, stride: if stride == 0 { kernel } else { stride }, padding, dilation: 1 })
}

/// Windows whose weight is `share(places in a window)`.
fn pool(params: &[f64], grids: &Grids, share: fn(f64) -> f64) -> Result<Made, String> {
    let window = window(params)?;
    grids.expect(|places, _| window.positions(places))?;
    let groups = grids.each_channel()?;
    let axes: Vec<Axis> = grids.axes().map(|places| window.convolution(places)).collect();
    let size: u64 = axes.iter().map(|axis| axis.taps).product();
    let factors = vec![share(size as f64); size as usize];
    grids.made(groups, &axes, Some(factors))
}

fn adaptive(_: &[f64], grids: &Grids) -> Result<Made, String> {
    let groups = grids.each_channel()?;
    let axes: Vec<Axis> = grids.axes().map(Axis::adaptive).collect();
    let mut factors = vec![1.0];
    for axis in &axes {
        let lengths = axis.lengths();
        let along = |f: &f64| lengths.iter().map(|n| f / *n as f64).collect::<Vec<f64>>();
        factors = factors.iter().flat_map(along).collect();
    }
    grids.made(groups, &axes, Some(factors))
}

layers! {
    Layer {
        entry: entry("sum_pool", "Sums of each channel over windows of places.", PARAMS),
        make: |params, grids| pool(params, grids, |_| 1.0),
    },
    Layer {
        entry: entry("average_pool", "Means of each channel over windows of places.", PARAMS),
        make: |params, grids| pool(params, grids, |size| 1.0 / size),
    },
    Layer {
        entry: entry(
            "adaptive_average_pool",
            "Means of each channel over as many windows as the receivers have places, which part those of the senders.",
            &[],
        ),
        make: adaptive,
    },
}
