//! Impossible requests are refused, and each message says where, what, what is allowed and what to do.

use ecs_core::random::Distribution;
use event_driven::build::{Plan, build};
use event_driven::ends::Ends;
use event_driven::rules::{
    Arguments, ConnectError, FixedIndegree, FixedOutdegree, FixedProbability, FixedTotal, OneToOne, Pairs,
    RULES, Rule, Table,
};

use crate::{connect, plan};

fn refusal(rule: &dyn Rule, ends: &Ends) -> String {
    connect(rule, ends, 1).expect_err("an impossible request").to_string()
}

fn table(pre: &[u32], post: &[u32], weight: Option<&[f64]>, delay: Option<&[f64]>) -> Table {
    Table(Pairs {
        pre: pre.to_vec(),
        post: post.to_vec(),
        weight: weight.map(<[f64]>::to_vec),
        delay: delay.map(<[f64]>::to_vec),
        shape: None,
    })
}

#[test]
fn probabilities_stay_between_zero_and_one() {
    for p in [1.5, -0.1, f64::NAN, f64::INFINITY] {
        let message = refusal(&FixedProbability { p, self_connections: true }, &Ends::within(10));
        assert_eq!(
            message,
            format!(
                "`fixed_probability`: `p` is {p}; 0 to 1 is allowed; for a number of partners use `fixed_indegree` or \
                 `fixed_outdegree`"
            )
        );
    }
}

#[test]
fn degrees_without_repeats_need_enough_partners() {
    let inward = FixedIndegree { k: 900, self_connections: true, multiple: false };
    assert_eq!(
        refusal(&inward, &Ends::between(800, 20)),
        "`fixed_indegree`: `k` is 900, with 800 pre-neurons to choose from; at most 800 is allowed without repeats; lower \
         `k` or set `multiple = 1`"
    );
    let outward = FixedOutdegree { k: 10, self_connections: false, multiple: false };
    assert!(refusal(&outward, &Ends::within(10)).contains("at most 9 is allowed"));
    assert!(connect(&outward, &Ends::between(10, 10), 1).is_ok());
}

#[test]
fn somebody_has_to_be_there() {
    let rule = FixedIndegree { k: 1, self_connections: false, multiple: true };
    assert_eq!(
        refusal(&rule, &Ends::within(1)),
        "`fixed_indegree`: 1 synapses are asked for, with no pre-neuron to choose; at least one is needed; widen the range \
         of `pre` or allow `self_connections`"
    );
    assert!(
        refusal(&FixedTotal { n: 5, out_sigma: 0.0, in_sigma: 0.0 }, &Ends::between(5, 0))
            .contains("no post-neuron")
    );
    assert_eq!(connect(&rule, &Ends::between(0, 0), 1).map(|csr| csr.synapses()), Ok(0));
}

#[test]
fn one_to_one_needs_equal_sizes() {
    assert_eq!(
        refusal(&OneToOne, &Ends::between(100, 80)),
        "`one_to_one`: 100 pre-neurons and 80 post-neurons; equal numbers are allowed; choose ranges of one length"
    );
}

#[test]
fn tables_name_the_wrong_row() {
    let ends = Ends::between(3, 4);
    assert_eq!(
        refusal(&table(&[0, 3], &[0, 0], None, None), &ends),
        "`table`: row 1 names pre-neuron 3, with 3 neurons in the range; ids below 3 are allowed; count from 0 at the first \
         neuron of the range"
    );
    assert!(refusal(&table(&[0], &[4], None, None), &ends).contains("post-neuron 4"));
    assert_eq!(
        refusal(&table(&[0, 1], &[0], None, None), &ends),
        "`table`: column `post` has 1 rows and `pre` has 2; equal lengths are allowed; complete the file"
    );
    assert_eq!(
        refusal(&table(&[0], &[0], Some(&[f64::NAN]), None), &ends),
        "`table`: row 0 has `weight` = NaN; finite numbers are allowed; correct the file"
    );
    assert_eq!(
        refusal(&table(&[0], &[0], None, Some(&[-1.0])), &ends),
        "`table`: row 0 has `delay` = -1; finite numbers from 0 are allowed; correct the file"
    );
}

#[test]
fn ranges_stay_in_populations_that_can_be_stored() {
    let outside = Ends { pre: 5..12, ..Ends::within(10) };
    assert_eq!(
        refusal(&OneToOne, &outside),
        "`pre`: range 5..12 in a population of 10; ascending ranges up to 10 are allowed; shorten it"
    );
    let many = connect(&OneToOne, &Ends::within(1 << 33), 1).expect_err("too many").to_string();
    assert_eq!(
        many,
        "`pre`: a population of 8589934592 neurons; at most 4294967295 is allowed; split the population"
    );
}

#[test]
fn what_exceeds_the_memory_is_refused_before_it_is_built() {
    let rule = FixedProbability { p: 1.0, self_connections: true };
    let message = refusal(&rule, &Ends::within(u32::MAX.into()));
    assert!(message.contains("bytes of synapses; less than the free memory is allowed"), "{message}");
}

#[test]
fn numbers_of_a_scenario_are_whole_and_switches_are_zero_or_one() {
    let make = |name: &str, numbers: &[f64]| {
        let rule = RULES.iter().find(|rule| rule.entry.name == name).expect("a registered name");
        (rule.make)(Arguments { numbers, pairs: None }).map(|_| ()).map_err(|error| error.to_string())
    };
    assert_eq!(
        make("fixed_indegree", &[2.5]),
        Err("`fixed_indegree`: `k` is 2.5; a whole number from 0 to 4294967295 is allowed; give one".into())
    );
    assert_eq!(
        make("fixed_outdegree", &[2.0, 0.5]),
        Err("`fixed_outdegree`: `self_connections` is 0.5; 0 (no) or 1 (yes) is allowed; give one of them"
            .into())
    );
    assert!(make("fixed_total", &[-1.0]).is_err());
    assert_eq!(
        make("table", &[]),
        Err("`table`: no file; columns `pre` and `post` are needed; give `connect = { table = \"...\" }`"
            .into())
    );
}

#[test]
fn impossible_laws_are_named_by_their_field() {
    let wrong = Distribution::Normal { mean: 0.0, sd: -1.0, min: 0.0, max: 1.0 };
    for (field, plan) in [
        ("weight", Plan { weight: wrong, ..plan(1, &[0, 9]) }),
        ("delay", Plan { delay: wrong, ..plan(1, &[0, 9]) }),
    ] {
        let error = build(&OneToOne, &Ends::within(9), &plan, &mut |_, _| {}).expect_err("an impossible law");
        assert!(matches!(error, ConnectError::Law { field: found, .. } if found == field));
        assert!(error.to_string().starts_with(&format!("`{field}`: `sd` is -1; zero or above")), "{error}");
    }
}
