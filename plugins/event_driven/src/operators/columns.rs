//! Columns: a row of synapses times the values of one neuron in several columns, which lie side by side.

use ecs_core::dispatch;

/// Synapses of one neuron.
#[derive(Debug)]
pub struct Synapses<'a> {
    /// Post-neurons.
    pub targets: &'a [u32],
    /// Their weights, as many.
    pub weights: &'a [f32],
}

dispatch!(
    /// Adds weight times `pre`, `[column]`, to the columns of each target in `post`, `[post, column]`.
    pub fn spread(row: &Synapses<'_>, pre: &[f32], post: &mut [f32]) {
        match pre.len() {
            16 => fixed::<16>(row, pre, post),
            32 => fixed::<32>(row, pre, post),
            64 => fixed::<64>(row, pre, post),
            columns => {
                for k in 0..row.targets.len() {
                    let post = &mut post[row.targets[k] as usize * columns..][..columns];
                    for c in 0..columns {
                        post[c] += pre[c] * row.weights[k];
                    }
                }
            }
        }
    }
);

/// The same for a number of columns that the compiler knows: those of the neuron stay in registers.
#[inline(always)]
fn fixed<const C: usize>(row: &Synapses<'_>, pre: &[f32], post: &mut [f32]) {
    let pre: [f32; C] = *pre.first_chunk().expect("there are as many columns");
    let (post, _) = post.as_chunks_mut::<C>();
    for k in 0..row.targets.len() {
        let (post, weight) = (&mut post[row.targets[k] as usize], row.weights[k]);
        for c in 0..C {
            post[c] += pre[c] * weight;
        }
    }
}
