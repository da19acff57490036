//! Reached: the neurons of a stimulus within a shard, walked without allocating.

use std::ops::Range;

use ecs_core::network::{Inbox, Reach};

/// Position among the neurons reached and index in the population, ascending, of those in `within`.
#[inline(always)]
pub(crate) fn members(reach: &Reach, within: Range<u32>) -> impl Iterator<Item = (usize, u32)> + '_ {
    let (range, list, first) = match reach {
        Reach::Range(r) => {
            let start = r.start.max(within.start);
            (start..r.end.min(within.end).max(start), &[][..], (start - r.start) as usize)
        }
        Reach::List(list) => {
            let [start, end] = [within.start, within.end].map(|end| list.partition_point(|k| *k < end));
            (0..0, &list[start..end], start)
        }
    };
    (first..).zip(range.chain(list.iter().copied()))
}

/// The position of `neuron` among those reached.
pub(crate) fn position(reach: &Reach, neuron: u32) -> Option<usize> {
    match reach {
        Reach::Range(r) => r.contains(&neuron).then(|| (neuron - r.start) as usize),
        Reach::List(list) => list.binary_search(&neuron).ok(),
    }
}

/// Adds `value(position, neuron)` for the neurons reached in a shard.
pub(crate) fn add_each(
    reach: &Reach,
    shard: &Range<usize>,
    input: &mut Inbox<'_>,
    mut value: impl FnMut(usize, u32) -> f64,
) {
    let all = members(reach, shard.start as u32..shard.end as u32);
    match input {
        Inbox::Sum32(x) => all.for_each(|(at, k)| x[k as usize - shard.start] += value(at, k) as f32),
        Inbox::Sum64(x) => all.for_each(|(at, k)| x[k as usize - shard.start] += value(at, k)),
        Inbox::Count8(_) | Inbox::Count16(_) => unreachable!("a stimulus asks for sums"),
    }
}
