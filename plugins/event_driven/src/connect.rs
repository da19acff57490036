//! Connect: the rules as the registry knows them, each with the layout that suits it.

use ecs_core::network::{
    self, ConnectPlan, ConnectorModel, Cost, Edges, Filling, Initialiser, Matrix, Operator, OperatorModel,
    Pairs,
};
use ecs_core::random::{Distribution, Purpose};
use ecs_core::registry::{Entry, Kind};

use crate::build::{Plan, Precision, build};
use crate::csr::{Csr, Delays, Weights};
use crate::ends::Ends;
use crate::estimate::{building, estimate, rows};
use crate::operators::{AllToAllOperator, Dense, FOLLOWED, KEPT, OneToOneOperator, Plastic, Stored};
use crate::rules::{self, Arguments, Connector, Layout, RULES, Rule, Stream};

/// Weights and delays as initialisers fill them.
struct Values {
    laws: [Distribution; 2],
    pairs: [Option<Box<dyn Pairs>>; 2],
}

impl Values {
    fn of(plan: &ConnectPlan<'_>, rule: &dyn Rule, ends: &Ends) -> Result<Self, String> {
        let mut values = Self { laws: [plan.weight, plan.delay], pairs: [None, None] };
        for (at, purpose) in [Purpose::Weight, Purpose::Delay].into_iter().enumerate() {
            let Some(Initialiser { model, params }) = plan.initialisers[at] else { continue };
            let matrix = matrix(plan, rule, ends, purpose);
            (model.check)(params, &matrix)?;
            match (model.fill)(params, &matrix) {
                Filling::Law(law) => values.laws[at] = law,
                Filling::Pairs(pairs) => values.pairs[at] = Some(pairs),
            }
        }
        Ok(values)
    }

    /// The one weight and the one delay, where there is only one of each.
    fn constants(&self) -> Option<(f64, f64)> {
        let one = |at: usize| self.laws[at].constant().filter(|_| self.pairs[at].is_none());
        one(0).zip(one(1))
    }
}

fn matrix<'a>(plan: &'a ConnectPlan<'_>, rule: &dyn Rule, ends: &Ends, purpose: Purpose) -> Matrix<'a> {
    Matrix {
        pre: plan.pre.clone(),
        post: plan.post.clone(),
        synapses: rule.expected(ends),
        full: matches!(rule.layout(), Layout::Full { .. }),
        spaces: plan.spaces,
        key: stream(plan).key(purpose),
        threads: plan.threads,
    }
}

fn stream(plan: &ConnectPlan<'_>) -> Stream {
    Stream { seed: plan.seed, projection: plan.stream }
}

fn build_plan<'a>(plan: &ConnectPlan<'a>, values: &'a Values) -> Plan<'a> {
    Plan {
        stream: stream(plan),
        weight: values.laws[0],
        delay: values.laws[1],
        pairs: [0, 1].map(|at| values.pairs[at].as_deref()),
        dt: plan.dt,
        precision: if plan.double { Precision::Double } else { Precision::Single },
        bounds: plan.bounds,
        threads: plan.threads,
    }
}

fn rule(
    connector: &Connector,
    plan: &ConnectPlan<'_>,
    edges: Option<Edges>,
) -> Result<Box<dyn Rule>, String> {
    let pairs = edges.map(|e| rules::Pairs {
        pre: e.pre,
        post: e.post,
        weight: e.weight,
        delay: e.delay,
        shape: e.shape,
    });
    (connector.make)(Arguments { numbers: plan.params, pairs }).map_err(|e| e.to_string())
}

/// Refuses what the rule and the initialisers refuse, and estimates as if the latter gave each synapse its own value.
fn check(connector: &Connector, plan: &ConnectPlan<'_>) -> Result<Cost, String> {
    let rule = rule(connector, plan, plan.edges.clone())?;
    let ends = Ends::of(plan);
    rule.check(&ends).map_err(|e| e.to_string())?;
    let mut laws = [plan.weight, plan.delay];
    for (at, initialiser) in plan.initialisers.iter().enumerate() {
        let Some(Initialiser { model, params }) = initialiser else { continue };
        (model.check)(params, &matrix(plan, &*rule, &ends, Purpose::Weight))?;
        laws[at] = DIFFERING;
    }
    let values = Values { laws, pairs: [None, None] };
    let build_plan = build_plan(plan, &values);
    let cost = estimate(&*rule, &ends, &build_plan);
    let learns = plan.plasticity.map(|p| 1 + p.model.entry.state.len());
    let stores_nothing = learns.is_none() && rule.layout() != Layout::Rows && values.constants().is_some();
    // Weights that learn are stored even where they begin as one, and with them what else the rule keeps.
    let shared = usize::from(laws[0].constant().is_none());
    let more = learns.map_or(0, |numbers| (numbers - shared) * if plan.double { 8 } else { 4 });
    let bytes = if stores_nothing { 0.0 } else { cost.bytes + cost.synapses * more as f64 };
    let layout = match rule.layout() {
        _ if learns.is_some() => "rows of weights that learn, each neuron's last spikes beside them".into(),
        Layout::Diagonal if stores_nothing => "nothing stored: neuron k to neuron k".into(),
        Layout::Full { .. } if stores_nothing => "nothing stored: every pair, one weight and delay".into(),
        Layout::Full { .. } if laws[1].constant().is_some() => "a matrix of weights: every pair".into(),
        _ => rows(&ends, &build_plan, cost.synapses),
    };
    let building = match stores_nothing {
        true => 0.0,
        false => building(plan, cost.synapses) + rule.held(&ends),
    };
    Ok(Cost { synapses: cost.synapses, bytes, building, layout })
}

/// Any law of values that differ.
const DIFFERING: Distribution = Distribution::Uniform { lo: 0.0, hi: 1.0 };

fn connect(
    connector: &Connector,
    mut plan: ConnectPlan<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Box<dyn Operator>, String> {
    let edges = plan.edges.take();
    let rule = rule(connector, &plan, edges)?;
    let ends = Ends::of(&plan);
    rule.check(&ends).map_err(|e| e.to_string())?;
    let values = Values::of(&plan, &*rule, &ends)?;
    let fixed = plan.plasticity.is_none();
    if let Some((weight, delay)) = values.constants().filter(|_| fixed) {
        let steps = (delay / plan.dt).round().max(1.0) as u32;
        match rule.layout() {
            Layout::Diagonal => return Ok(Box::new(OneToOneOperator::new(&ends, weight, steps))),
            Layout::Full { self_connections } => {
                return Ok(Box::new(AllToAllOperator::new(&ends, self_connections, weight, steps)));
            }
            Layout::Rows => {}
        }
    }
    let csr = build(&*rule, &ends, &build_plan(&plan, &values), progress).map_err(|e| e.to_string())?;
    let shared_weight = matches!(csr.weights, Weights::Shared(_));
    let shared_delay = matches!(csr.delays, Delays::Shared(_));
    match rule.layout() {
        Layout::Full { .. } if fixed && shared_delay && !shared_weight => {
            Ok(Box::new(Dense::new(&csr, &ends)))
        }
        _ => stored(csr, &plan),
    }
}

/// The operator over these synapses, whose weights learn where the plan says so.
///
/// # Errors
/// What the synapses are does not go with learning.
pub fn stored(csr: Csr, plan: &ConnectPlan<'_>) -> Result<Box<dyn Operator>, String> {
    let Some(network::Plastic { model, params }) = plan.plasticity else {
        return Ok(Box::new(Stored::new(csr)));
    };
    let kept = if model.follows { FOLLOWED } else { KEPT };
    Ok(match plan.double {
        false => Box::new(Plastic::new(csr, (model.single)(params), plan.dt, kept)?),
        true => Box::new(Plastic::new(csr, (model.double)(params), plan.dt, kept)?),
    })
}

macro_rules! connectors {
    ($($k:literal),*) => {$(
        inventory::submit! {
            ConnectorModel {
                entry: RULES[$k].entry,
                check: &|plan| check(&RULES[$k], plan),
                connect: &|plan, progress| connect(&RULES[$k], plan, progress),
                scaled: &|numbers, scale| {
                    (RULES[$k].make)(Arguments { numbers, pairs: None }).ok()?.scaled(scale)
                },
            }
        }
    )*};
}

connectors!(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);

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
