//! Connect: the rules as the registry knows them, each with the layout that suits it.

use ecs_core::network::{ConnectPlan, ConnectorModel, Cost, Operator, OperatorModel};
use ecs_core::registry::{Entry, Kind};

use crate::build::{Plan, Precision, build};
use crate::csr::Delays;
use crate::ends::Ends;
use crate::estimate::estimate;
use crate::operators::{AllToAllOperator, Dense, OneToOneOperator, Stored};
use crate::rules::{Arguments, Connector, Layout, Pairs, RULES, Rule, Stream};

fn build_plan<'a>(plan: &ConnectPlan<'a>) -> Plan<'a> {
    Plan {
        stream: Stream { seed: plan.seed, projection: plan.stream },
        weight: plan.weight,
        delay: plan.delay,
        dt: plan.dt,
        precision: if plan.double { Precision::Double } else { Precision::Single },
        bounds: plan.bounds,
        threads: plan.threads,
    }
}

fn rule(connector: &Connector, plan: &mut ConnectPlan<'_>) -> Result<Box<dyn Rule>, String> {
    let pairs =
        plan.edges.take().map(|e| Pairs { pre: e.pre, post: e.post, weight: e.weight, delay: e.delay });
    (connector.make)(Arguments { numbers: plan.params, pairs }).map_err(|e| e.to_string())
}

fn check(connector: &Connector, plan: &ConnectPlan<'_>) -> Result<Cost, String> {
    let pairs = plan.edges.as_ref().map(|e| Pairs {
        pre: e.pre.clone(),
        post: e.post.clone(),
        weight: e.weight.clone(),
        delay: e.delay.clone(),
    });
    let rule = (connector.make)(Arguments { numbers: plan.params, pairs }).map_err(|e| e.to_string())?;
    let ends = Ends::of(plan);
    rule.check(&ends).map_err(|e| e.to_string())?;
    let cost = estimate(&*rule, &ends, &build_plan(plan));
    let stores_nothing =
        rule.layout() != Layout::Rows && plan.weight.constant().is_some() && plan.delay.constant().is_some();
    Ok(Cost { synapses: cost.synapses, bytes: if stores_nothing { 0.0 } else { cost.bytes } })
}

fn connect(
    connector: &Connector,
    mut plan: ConnectPlan<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Box<dyn Operator>, String> {
    let rule = rule(connector, &mut plan)?;
    let ends = Ends::of(&plan);
    rule.check(&ends).map_err(|e| e.to_string())?;
    if let (Some(weight), Some(delay)) = (plan.weight.constant(), plan.delay.constant()) {
        let steps = (delay / plan.dt).round().max(1.0) as u32;
        match rule.layout() {
            Layout::Diagonal => return Ok(Box::new(OneToOneOperator::new(&ends, weight, steps))),
            Layout::Full { self_connections } => {
                return Ok(Box::new(AllToAllOperator::new(&ends, self_connections, weight, steps)));
            }
            Layout::Rows => {}
        }
    }
    let csr = build(&*rule, &ends, &build_plan(&plan), progress).map_err(|e| e.to_string())?;
    let shared_delay = matches!(csr.delays, Delays::Shared(_));
    match rule.layout() {
        Layout::Full { .. } if shared_delay => Ok(Box::new(Dense::new(&csr, &ends))),
        _ => Ok(Box::new(Stored::new(csr))),
    }
}

macro_rules! connectors {
    ($($k:literal),*) => {$(
        inventory::submit! {
            ConnectorModel {
                entry: RULES[$k].entry,
                check: &|plan| check(&RULES[$k], plan),
                connect: &|plan, progress| connect(&RULES[$k], plan, progress),
            }
        }
    )*};
}

connectors!(0, 1, 2, 3, 4, 5, 6);

inventory::submit! {
    OperatorModel {
        entry: Entry {
            kind: Kind::Operator,
            name: "stored",
            origin: concat!("crate `", env!("CARGO_PKG_NAME"), "`"),
            doc: "Synapses are made once and kept, in the layout that suits the rule.",
            params: &[],
            state: &[],
            input: "",
            drive: None,
        },
        check: &|connector, plan| (connector.check)(plan),
        connect: &|connector, plan, progress| (connector.connect)(plan, progress),
    }
}
