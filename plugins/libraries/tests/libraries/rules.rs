//! Rules of plasticity in a library give the bits of the same files compiled in.

use ecs_core::model::{PlasticityModel, Rule, ShortTermModel, Synapses};
use ecs_core::number::Float;
use ecs_core::registry::Field;

use crate::example::adaptive;

#[path = "../../../examples/adaptive/src/depolarised.rs"]
mod depolarised_here;
#[path = "../../../examples/adaptive/src/rewarded.rs"]
mod rewarded_here;
#[path = "../../../examples/adaptive/src/tired.rs"]
mod tired_here;

const HERE: [PlasticityModel; 2] = [
    PlasticityModel::of::<rewarded_here::Model>("rewarded", "", ""),
    PlasticityModel::of::<depolarised_here::Model>("depolarised", "", ""),
];

/// Synapses, more than a vector and not a multiple of one.
const N: usize = 83;

/// Numbers from -1 to 1 that differ.
fn numbers<T: Float>(seed: usize) -> Vec<T> {
    (0..N).map(|k| T::of(((k * 37 + seed * 101) % 211) as f64 / 105.0 - 1.0)).collect()
}

/// Weights and state after some events, and traces after a step, by their bits.
fn after<T: Float>(rule: &dyn Rule<T>) -> Vec<u64> {
    let column = |seed: usize, n: usize| (0..n).map(|k| numbers::<T>(seed + k)).collect::<Vec<_>>();
    let (mut w, mut state) = (numbers::<T>(1), column(2, rule.state().len()));
    let (pre, mut post) = (column(5, rule.pre().len()), column(7, rule.post().len()));
    let (elapsed, level) = (numbers::<T>(9), numbers::<T>(10));
    let elapsed: Vec<T> = elapsed.iter().map(|x| T::of(x.to_f64().abs())).collect();
    let mut scratch = vec![T::default(); rule.scratch()];
    for round in 0..3 {
        let mut state: Vec<&mut [T]> = state.iter_mut().map(|s| &mut s[..]).collect();
        let (pre, post): (Vec<&[T]>, Vec<&[T]>) =
            (pre.iter().map(|x| &x[..]).collect(), post.iter().map(|y| &y[..]).collect());
        let mut synapses = Synapses {
            w: &mut w,
            state: &mut state,
            pre: &pre,
            post: &post,
            elapsed: &elapsed,
            level: &level,
            scratch: &mut scratch,
        };
        [Rule::<T>::on_pre, Rule::<T>::on_post, Rule::<T>::drift][round](rule, &mut synapses);
    }
    let v: Vec<T> = numbers::<T>(11).iter().map(|x| T::of(-60.0 + 20.0 * x.to_f64())).collect();
    let mut seen = vec![T::default(); N];
    let mut traces: Vec<&mut [T]> = post.iter_mut().map(|y| &mut y[..]).collect();
    rule.follow(&v, &mut traces, T::of(0.1), &mut seen, &mut scratch);
    let mut jumped: Vec<T> = post.iter().map(|y| y[0]).collect();
    rule.post_jump(&mut jumped);
    let mut sent: Vec<T> = pre.iter().map(|x| x[0]).collect();
    rule.pre_jump(&mut sent);
    let all = [w, seen, jumped, sent].into_iter().chain(state).chain(post);
    all.flatten().map(|x| x.to_f64().to_bits()).collect()
}

/// What a scenario sees of rows; a default that must be given is no number.
fn rows(fields: &[Field]) -> String {
    format!("{fields:?}")
}

#[test]
fn a_rule_of_a_library_gives_the_same_bits() {
    let library = libraries::load(adaptive(), None).unwrap();
    assert_eq!(library.plasticities.len(), HERE.len());
    for (there, here) in library.plasticities.iter().zip(&HERE) {
        let name = here.entry.name;
        assert_eq!(there.entry.name, name);
        assert!(there.entry.doc.contains("Source:"), "the documentation comes with the rule");
        assert_eq!(rows(there.entry.params), rows(here.entry.params));
        assert_eq!(
            (rows(there.pre), rows(there.post), rows(there.entry.state)),
            (rows(here.pre), rows(here.post), rows(here.entry.state))
        );
        assert_eq!((there.modulated, there.follows), (here.modulated, here.follows));
        let params = here.entry.params.iter().map(|field| field.default);
        let params: Vec<f64> = params.map(|x| if x.is_nan() { 0.75 } else { x }).collect();
        let [a, b] = [*there, here].map(|model| (model.single)(&params));
        assert_eq!(after(&*a), after(&*b), "{name}, single");
        let [a, b] = [*there, here].map(|model| (model.double)(&params));
        assert_eq!(after(&*a), after(&*b), "{name}, double");
        assert_eq!((a.pre(), a.post(), a.modulator()), (b.pre(), b.post(), b.modulator()), "{name}");
    }
}

#[test]
fn a_short_term_rule_of_a_library_gives_the_same_gains() {
    let there = libraries::load(adaptive(), None).unwrap().short_terms[0];
    let here = ShortTermModel::of::<tired_here::Model>("tired", "", "");
    let params: Vec<f64> = here.entry.params.iter().map(|field| field.default).collect();
    let (mut a, mut b) = ([1.0], [1.0]);
    for elapsed in [0.0, 10.0, 3.0, 400.0, 0.1] {
        let gains = [(there.spike)(&params, &mut a, elapsed), (here.spike)(&params, &mut b, elapsed)];
        assert_eq!((gains[0].to_bits(), a), (gains[1].to_bits(), b));
        assert!(gains[0] > 0.2);
    }
}
