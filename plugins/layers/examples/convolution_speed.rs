//! How fast the three products of a convolution are on one core: 3 by 3 taps, 32 by 64 channels, 32 by 32 places.
//!
//!     cargo run --release -p layers --example convolution_speed
#![expect(clippy::print_stdout, reason = "an example tells what it measured")]

use std::time::Instant;

use ecs_core::model::instructions;
use ecs_core::network::stencil::{Channels, Gather, Grow, Join, Scatter, Stencil, gather, grow, scatter};

const SIDE: i64 = 32;

fn main() {
    let around = |place: i64| {
        let (y, x) = (place / SIDE, place % SIDE);
        let tap = |k: i64| (y + 1 - k / 3, x + 1 - k % 3, k as u32);
        let inside = |(y, x, _): &(i64, i64, u32)| (0..SIDE).contains(y) && (0..SIDE).contains(x);
        let join = |(y, x, tap)| Join { tap, place: (y * SIDE + x) as u32 };
        (0..9).map(tap).filter(inside).map(join).collect()
    };
    let channels = Channels { ends: [32, 64], groups: 1 };
    let places = (SIDE * SIDE) as usize;
    let stencil = &Stencil::new(channels, (places, 9), (0..SIDE * SIDE).map(around).collect());
    let [pre, post] = stencil.sizes();
    let (level, weights) = (instructions(), &vec![0.5f32; stencil.weights()][..]);
    let all: Vec<u32> = (0..pre as u32).collect();
    let tenth: Vec<u32> = (0..pre as u32).step_by(10).collect();
    let (mut to, vectors, by) = (vec![0.0f32; post], vec![1.0f32; post], &[] as &[f32]);
    let (mut back, mut gradient) = (vec![0.0f32; pre], vec![0.0f32; weights.len()]);
    let best = |run: &mut dyn FnMut()| {
        let once = |_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        };
        (0..20).map(once).fold(f64::INFINITY, f64::min)
    };
    let said = |what: &str, share: f64, seconds: f64| {
        let rate = share * stencil.synapses() as f64 / seconds / 1e9;
        println!("{what:28} {:8.3} ms   {rate:6.1} billion synapses a second", seconds * 1e3);
    };
    for (fired, share, what) in [(&all, 1.0, "all"), (&tenth, 0.1, "a tenth")] {
        let receivers = 0..post;
        let spikes = Scatter { stencil, weights, fired, by, receivers };
        said(&format!("forwards, {what} fired"), share, best(&mut || scatter(level)(&spikes, &mut to)));
        let asked = Gather { stencil, weights, wanted: fired, vectors: &vectors };
        said(&format!("backwards, {what} wanted"), share, best(&mut || gather(level)(&asked, &mut back)));
        let grown = Grow { stencil, fired, by, vector: &vectors };
        said(&format!("gradient, {what} fired"), share, best(&mut || grow(level)(&grown, &mut gradient)));
    }
}
