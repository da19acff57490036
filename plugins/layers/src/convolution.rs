//! Convolution and its transpose, along as many axes as the grids have: a window over places, whose taps are matrices between channels.
//!
//! ```text
//! post[p, o] += Σ_k Σ_i w[k, i, o] pre[p · stride − padding + k · dilation, i]
//! ```
//!
//! As everywhere in machine learning this is a correlation: the kernel is not turned round. The kernel is `[tap, channel of senders in a
//! group, channel of receivers]`, taps as the grid's axes run; that of `torch.nn.ConvNd` is `[channel of receivers, channel of senders in a
//! group, tap]`, that of `ConvTransposeNd` `[channel of senders, channel of receivers in a group, tap]`.
//!
//! Source: Dumoulin & Visin (2016), <https://arxiv.org/abs/1603.07285>, chapters 2, 4 and 5.

use ecs_core::registry::Field;

use crate::axis::{Axis, Window};
use crate::connect::{Grids, Layer, Made, entry, layers, whole};

const fn number(name: &'static str, default: f64, doc: &'static str) -> Field {
    Field::number(name, default, "", doc)
}

const PARAMS: &[Field] = &[
    number("kernel", f64::NAN, "Taps along each axis."),
    number("stride", 1.0, "Places from one position of the window to the next."),
    number("padding", 0.0, "Empty places before the first and behind the last."),
    number("dilation", 1.0, "Places from one tap to the next."),
    number("groups", 1.0, "Groups of channels that meet only themselves; divides the channels of both ends."),
];

/// The window of the first four parameters.
pub(crate) fn window(params: &[f64]) -> Result<Window, String> {
    let of = |at: usize, least| whole(PARAMS[at].name, params[at], least);
    Ok(Window { kernel: of(0, 1)?, stride: of(1, 1)?, padding: of(2, 0)?, dilation: of(3, 1)? })
}

fn groups(params: &[f64], grids: &Grids) -> Result<usize, String> {
    let (groups, [from, to]) = (whole("groups", params[4], 1)?, grids.channels);
    if from.is_multiple_of(groups) && to.is_multiple_of(groups) {
        return Ok(groups as usize);
    }
    Err(format!(
        "`groups` is {groups}, of {from} channels of the pre-neurons and {to} of the post-neurons; a divisor of both is allowed; \
         change `groups` or `channels`"
    ))
}

fn convolution(params: &[f64], grids: &Grids) -> Result<Made, String> {
    let window = window(params)?;
    grids.expect(|places, _| window.positions(places))?;
    let axes: Vec<Axis> = grids.axes().map(|places| window.convolution(places)).collect();
    grids.made(groups(params, grids)?, &axes, None)
}

fn transposed(params: &[f64], grids: &Grids) -> Result<Made, String> {
    let window = window(params)?;
    // Several lengths have as many positions: any of them is fine.
    let fits = |from, to| window.positions(to) == from;
    grids.expect(|from, to| if fits(from, to) { to } else { window.places(from) })?;
    let axes: Vec<Axis> = grids.axes().map(|places| window.transposed(places)).collect();
    grids.made(groups(params, grids)?, &axes, None)
}

layers! {
    Layer {
        entry: entry(
            "convolution",
            "A window moves over the places of a grid, along all its axes; its weights, a kernel, are shared by all positions.",
            PARAMS,
        ),
        make: convolution,
    },
    Layer {
        entry: entry(
            "transposed_convolution",
            "A convolution the other way round: each place of the senders gives a window of the receivers, to a larger grid where the \
             stride is more than 1.",
            PARAMS,
        ),
        make: transposed,
    },
}
