//! Graph: edges among the neurons of one range, made into synapses.

use super::error::with_room;
use super::{ConnectError, Whole};
use crate::csr::Targets;
use crate::ends::Ends;

/// Two neurons that are joined, counted from the first of the range.
pub(super) type Edge = [u32; 2];

/// Refuses ends that are not the same neurons, and a `name` of `found` that leaves nobody to be joined to.
pub(super) fn check_one_set(
    rule: &'static str,
    ends: &Ends,
    degree: (&'static str, u32),
) -> Result<(), ConnectError> {
    if !ends.recurrent || ends.pre != ends.post {
        return Err(ConnectError::OneSet { rule });
    }
    let (name, found) = degree;
    let most = ends.n_pre().saturating_sub(1) as f64;
    if f64::from(found) > most {
        return Err(ConnectError::Whole { rule, name, found: found.into(), most });
    }
    Ok(())
}

/// The synapses of edges: one from the first to the second neuron and, unless `directed`, one back.
pub(super) fn synapses(edges: &[Edge], directed: bool, ends: &Ends) -> Result<Whole, ConnectError> {
    let mut row_ptr = with_room::<u64>(ends.n_pre() + 1)?;
    row_ptr.resize(ends.n_pre() as usize + 1, 0);
    let ways = if directed { 1 } else { 2 };
    for edge in edges {
        edge[..ways].iter().for_each(|&from| row_ptr[from as usize + 1] += 1);
    }
    for row in 1..row_ptr.len() {
        row_ptr[row] += row_ptr[row - 1];
    }
    let mut posts = with_room::<u32>(row_ptr[row_ptr.len() - 1])?;
    posts.resize(row_ptr[row_ptr.len() - 1] as usize, 0);
    let mut next = row_ptr.clone();
    let first = ends.post.start as u32;
    for &[a, b] in edges {
        for (from, to) in [(a, b), (b, a)].into_iter().take(ways) {
            posts[next[from as usize] as usize] = first + to;
            next[from as usize] += 1;
        }
    }
    for row in row_ptr.windows(2) {
        posts[row[0] as usize..row[1] as usize].sort_unstable();
    }
    let targets = match Targets::narrowest(ends.post_size) {
        Targets::U32(_) => Targets::U32(posts),
        Targets::U16(mut narrow) => {
            narrow.extend(posts.iter().map(|&post| post as u16));
            Targets::U16(narrow)
        }
    };
    Ok(Whole { row_ptr, targets, weights: None, delays: None })
}
