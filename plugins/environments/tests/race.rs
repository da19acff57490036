//! Race: the decoder that waits until a group has made up its mind.

use ecs_core::control::{Decoder, DecoderModel, DecoderPlan, Domain, Seen};
use ecs_core::network::Registry;
use ecs_core::training::Plan;
// Links the decoders.
use environments as _;

fn race(threshold: f64, tau: f64, actions: u32) -> Result<Box<dyn Decoder>, String> {
    let registry = Registry::linked().expect("names are unique");
    let model = registry.find::<DecoderModel>("race").expect("it is registered");
    let params = model.entry.params;
    let given = Plan::defaults(params).with(params, "threshold", threshold).with(params, "tau", tau);
    let domain = Domain::Discrete(vec![actions]);
    (model.build)(&DecoderPlan { given, groups: 2, width: 1, domain, interval: 20.0 })
}

fn after(decoder: &mut dyn Decoder, counts: [u32; 2]) -> f64 {
    // What was chosen before does not matter.
    let mut action = [7.0];
    decoder.decode(
        &Seen { counts: &counts, first: &[u32::MAX; 2], state: &[], sizes: &[10, 20], interval: 20.0 },
        &mut action,
    );
    action[0]
}

/// 10 neurons that fire 3 times in 20 ms fire at 15 Hz, 20 that do so at 7.5 Hz.
#[test]
fn a_race_is_won_by_the_first_group_beyond_the_threshold() {
    let mut race = race(15.0, 0.0, 3).expect("it is built");
    assert_eq!(after(&mut *race, [2, 5]), 0.0);
    assert_eq!(after(&mut *race, [3, 5]), 1.0);
    assert_eq!(after(&mut *race, [2, 6]), 2.0);
    assert_eq!(after(&mut *race, [4, 9]), 2.0, "the faster of two");
    assert_eq!(after(&mut *race, [3, 6]), 1.0, "of equals the first");
}

#[test]
fn a_smoothed_race_takes_its_time_and_forgets_at_the_end_of_an_episode() {
    let mut race = race(15.0, 20.0, 3).expect("it is built");
    // 20 Hz (1 − 1/e) is 12.6 Hz, 20 Hz (1 − 1/e²) is 17.3 Hz.
    assert_eq!([0; 2].map(|_| after(&mut *race, [4, 0])), [0.0, 1.0]);
    race.reset();
    assert_eq!(after(&mut *race, [4, 0]), 0.0);
}

#[test]
fn a_race_needs_an_action_more_than_groups() {
    let found = race(15.0, 0.0, 2).map(|_| ()).expect_err("it is refused");
    assert!(
        found.contains("2 groups of neurons choose among 2 actions, the first of which is to wait"),
        "{found}"
    );
}
