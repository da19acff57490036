//! Edges: synapses that a library lists, stored by the host.

#![expect(unsafe_code, reason = "the library hands over columns as pointers and a length")]

use std::ffi::c_void;

use abi::status;
use ecs_core::network::{ConnectPlan, Operator};
use event_driven::build::{Plan, Precision, build};
use event_driven::ends::Ends;
use event_driven::rules::{Pairs, Stream, Table};

/// What was handed over so far.
#[derive(Default)]
pub(crate) struct Collected {
    pairs: Pairs,
    calls: usize,
    uneven: bool,
}

/// See [`abi::Push`].
pub(crate) unsafe extern "C" fn push(
    sink: *mut c_void,
    pre: *const u32,
    post: *const u32,
    weight: *const f64,
    delay: *const f64,
    count: usize,
) -> u32 {
    if count == 0 {
        return status::OK;
    }
    if sink.is_null() || pre.is_null() || post.is_null() {
        return status::FAILED;
    }
    // SAFETY: the sink is the one that `connect` made and waits for; columns that are not null have so many rows.
    unsafe {
        let all = &mut *sink.cast::<Collected>();
        let column = |data: *const f64| (!data.is_null()).then(|| std::slice::from_raw_parts(data, count));
        all.pairs.pre.extend_from_slice(std::slice::from_raw_parts(pre, count));
        all.pairs.post.extend_from_slice(std::slice::from_raw_parts(post, count));
        all.uneven |= !append(&mut all.pairs.weight, column(weight), all.calls);
        all.uneven |= !append(&mut all.pairs.delay, column(delay), all.calls);
        all.calls += 1;
    }
    status::OK
}

/// Appends a column that may be left out; whether it was so in every call.
fn append(all: &mut Option<Vec<f64>>, some: Option<&[f64]>, calls: usize) -> bool {
    match (all, some) {
        (Some(all), Some(some)) => all.extend_from_slice(some),
        (all @ None, Some(some)) if calls == 0 => *all = Some(some.to_vec()),
        (None, None) => {}
        _ => return false,
    }
    true
}

/// The operator over these synapses.
pub(crate) fn store(
    edges: Collected,
    plan: &ConnectPlan<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Box<dyn Operator>, String> {
    if edges.uneven {
        return Err(
            "function `connect` gave weights or delays for some synapses; all or none are allowed; give all"
                .into(),
        );
    }
    let ends = Ends {
        pre: plan.pre.clone(),
        post: plan.post.clone(),
        pre_size: plan.sizes.0,
        post_size: plan.sizes.1,
        recurrent: plan.recurrent,
        spaces: plan.spaces.map(|space| space.cloned()),
    };
    let law = Plan {
        stream: Stream { seed: plan.seed, projection: plan.stream },
        weight: plan.weight,
        delay: plan.delay,
        pairs: [None, None],
        dt: plan.dt,
        precision: if plan.double { Precision::Double } else { Precision::Single },
        bounds: plan.bounds,
        threads: plan.threads,
    };
    let csr = build(&Table(edges.pairs), &ends, &law, progress).map_err(|e| e.to_string())?;
    event_driven::stored(csr, plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ecs_core::random::Distribution;
    use std::ptr::null;

    fn plan() -> ConnectPlan<'static> {
        ConnectPlan {
            pre: 10..14,
            post: 0..3,
            sizes: (20, 3),
            recurrent: false,
            spaces: [None, None],
            weight: Distribution::Constant(1.5),
            delay: Distribution::Constant(0.2),
            initialisers: [None, None],
            dt: 0.1,
            seed: 1,
            stream: 0,
            double: false,
            bounds: &[0, 3],
            threads: 1,
            params: &[],
            edges: None,
            plasticity: None,
        }
    }

    /// Columns `pre`, `post` and, where given, `weight` of a call.
    type Call<'a> = (&'a [u32], &'a [u32], Option<&'a [f64]>);

    fn collected(calls: &[Call<'_>]) -> Collected {
        let mut all = Collected::default();
        for (pre, post, weight) in calls {
            let weight = weight.map_or(null(), <[f64]>::as_ptr);
            // SAFETY: the columns have one length, and the sink is a collection.
            let status = unsafe {
                push((&raw mut all).cast(), pre.as_ptr(), post.as_ptr(), weight, null(), pre.len())
            };
            assert_eq!(status, status::OK);
        }
        all
    }

    #[test]
    fn synapses_of_several_calls_become_one_matrix() {
        let all = collected(&[(&[3, 0], &[1, 2], Some(&[4.0, 5.0])), (&[0], &[0], Some(&[6.0]))]);
        let operator = store(all, &plan(), &mut |_, _| ()).unwrap();
        let (mut pre, mut post) = (vec![0.0; 20], vec![0.0; 3]);
        (pre[10], pre[13]) = (1.0, 10.0);
        operator.forward(&pre, &mut post);
        assert_eq!(post, [6.0, 40.0, 5.0]);
        assert_eq!(operator.transfer().delay, 2, "the plan's delay, where none was given");
    }

    #[test]
    fn weights_for_some_synapses_are_refused() {
        let all = collected(&[(&[0], &[0], Some(&[6.0])), (&[1], &[1], None)]);
        let why = store(all, &plan(), &mut |_, _| ()).err().unwrap();
        assert!(why.contains("weights or delays for some synapses"), "{why}");
    }

    #[test]
    fn a_neuron_that_does_not_exist_is_refused() {
        let why = store(collected(&[(&[4], &[0], None)]), &plan(), &mut |_, _| ()).err().unwrap();
        assert!(why.contains("row 0 names pre-neuron 4, with 4 neurons in the range"), "{why}");
    }
}
