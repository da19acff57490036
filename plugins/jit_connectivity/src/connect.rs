//! Connect: which rules can be drawn again at each spike, and the operator for those that can.

use ecs_core::network::{ConnectPlan, ConnectorModel, Cost, Operator, OperatorModel};
use ecs_core::registry::{Entry, Kind};
use event_driven::ends::Ends;
use event_driven::rules::{Arguments, Pattern, Progress, Rule, Stream, rule_named};

use crate::operator::JustInTime;

const NAME: &str = "just_in_time";

inventory::submit! {
    OperatorModel {
        entry: Entry {
            kind: Kind::Operator,
            name: NAME,
            origin: concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
            doc: "Synapses are drawn again at each spike and never stored; the same network as `stored`, spike for spike. Takes \
                  `fixed_probability`, and `fixed_outdegree` and `fixed_indegree` with repeats, with one delay for all.",
            params: &[],
            state: &[],
            input: "",
            drive: None,
        },
        check: &check,
        connect: &connect,
    }
}

/// The rule, where its rows can be drawn again, and the bytes that it keeps for that.
fn rule(connector: &ConnectorModel, plan: &ConnectPlan<'_>) -> Result<(Box<dyn Rule>, f64), String> {
    let name = connector.entry.name;
    let refused = |what: &str| {
        format!(
            "{what} cannot be drawn again at each spike; `storage = \"{NAME}\"` takes `fixed_probability`, and `fixed_outdegree` \
             and `fixed_indegree` with repeats and self connections; write `storage = \"stored\"`"
        )
    };
    let known = rule_named(name).ok_or_else(|| refused(&format!("rule `{name}`")))?;
    let rule = (known.make)(Arguments { numbers: plan.params, pairs: None }).map_err(|e| e.to_string())?;
    let ends = Ends::of(plan);
    let bytes = rule.again(&ends).map_err(|with| match with {
        "" => refused(&format!("rule `{name}`")),
        with => refused(&format!("rule `{name}` with {with}")),
    })?;
    rule.check(&ends).map_err(|e| e.to_string())?;
    kept(plan)?;
    plan.weight.check().map_err(|e| format!("`weight`: {e}"))?;
    Ok((rule, bytes))
}

/// Refuses what would have to be kept for each synapse.
fn kept(plan: &ConnectPlan<'_>) -> Result<(), String> {
    let (what, takes, instead) = match (plan.plasticity, plan.initialisers) {
        (Some(_), _) => {
            ("weights that learn", "weights that stay, also beside `short_term`", "remove `plasticity`")
        }
        (_, [Some(_), _]) => {
            ("weights from an initialiser", "a number or a distribution", "give `weight` as one")
        }
        (_, [_, Some(_)]) => ("delays from an initialiser", "one delay for all synapses", "give one"),
        (None, [None, None]) if plan.delay.constant().is_none() => {
            ("delays that differ", "one delay for all synapses", "give one")
        }
        (None, [None, None]) => return Ok(()),
    };
    Err(format!(
        "{what} cannot be drawn again at each spike; `storage = \"{NAME}\"` takes {takes}; {instead}, or write \
         `storage = \"stored\"`"
    ))
}

fn check(connector: &ConnectorModel, plan: &ConnectPlan<'_>) -> Result<Cost, String> {
    let (rule, bytes) = rule(connector, plan)?;
    let layout = match bytes {
        0.0 => "nothing stored: drawn again at each spike (`just_in_time`)".into(),
        _ => "drawn again at each spike (`just_in_time`): only where rows begin is stored".into(),
    };
    Ok(Cost { synapses: rule.expected(&Ends::of(plan)), bytes, building: 0.0, layout })
}

fn connect(
    connector: &ConnectorModel,
    plan: ConnectPlan<'_>,
    report: &mut dyn FnMut(u64, u64),
) -> Result<Box<dyn Operator>, String> {
    let (rule, _) = rule(connector, &plan)?;
    let ends = Ends::of(&plan);
    ends.check().map_err(|e| e.to_string())?;
    let stream = Stream { seed: plan.seed, projection: plan.stream };
    let mut progress = Progress::new(ends.n_pre(), report);
    match rule.pattern(&ends, stream, plan.threads, &mut progress).map_err(|e| e.to_string())? {
        Pattern::Law(law) => Ok(Box::new(JustInTime::new(law, &ends, &plan, &mut progress))),
        _ => Err(format!("rule `{}` has rows that cannot be drawn again", connector.entry.name)),
    }
}
