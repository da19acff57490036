//! Connector: a connectivity rule of a library, as one that is linked in.

#![expect(unsafe_code, reason = "the rule is the library's code")]

use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::sync::Arc;

use ecs_core::network::{ConnectPlan, ConnectorModel, Cost, Operator};
use ecs_core::registry::{Entry, Kind};

use crate::edges::{Collected, push, store};
use crate::error::Reason;
use crate::failure::Caller;
use crate::library::Source;
use crate::operator::Carried;
use crate::read::{self, missing};

/// The functions of a rule.
struct Rule {
    caller: Arc<Caller>,
    context: *const c_void,
    check: abi::Check,
    connect: abi::Connect,
}

// SAFETY: by the interface a context is never written and may be used by any thread.
unsafe impl Sync for Rule {}

/// The rule of a table.
pub(crate) fn connector(
    source: &Source,
    row: &abi::Connector,
    k: usize,
) -> Result<&'static ConnectorModel, Reason> {
    let name = read::name(&format!("connector {k}"), row.name)?;
    let place = format!("connector `{name}`");
    let (params, _) = read::fields(&place, "parameter", (row.params, row.param_count), true)?;
    let doc = read::text(&place, "doc", row.doc)?;
    let rule = Rule {
        caller: source.caller(&place),
        context: row.context,
        check: row.check.ok_or_else(|| missing(&place, "check"))?,
        connect: row.connect.ok_or_else(|| missing(&place, "connect"))?,
    };
    let rule: &'static Rule = Box::leak(Box::new(rule));
    let (kind, origin) = (Kind::Connector, source.origin);
    let entry = Entry { kind, name, origin, doc, params, state: &[], input: "", drive: None };
    let check = Box::leak(Box::new(|plan: &ConnectPlan<'_>| rule.check(plan)));
    let connect = Box::leak(Box::new(|plan: ConnectPlan<'_>, progress: &mut dyn FnMut(u64, u64)| {
        rule.connect(&plan, progress)
    }));
    Ok(Box::leak(Box::new(ConnectorModel { entry, check, connect, scaled: &|_, _| None })))
}

/// A plan as the interface passes it.
fn passed(plan: &ConnectPlan<'_>) -> abi::Plan {
    abi::Plan {
        pre_first: plan.pre.start,
        pre_end: plan.pre.end,
        post_first: plan.post.start,
        post_end: plan.post.end,
        pre_size: plan.sizes.0,
        post_size: plan.sizes.1,
        weight: plan.weight.constant().unwrap_or(f64::NAN),
        delay: plan.delay.constant().unwrap_or(f64::NAN),
        dt: plan.dt,
        seed: plan.seed,
        stream: plan.stream,
        recurrent: plan.recurrent.into(),
        params: plan.params.as_ptr(),
        param_count: plan.params.len(),
        bounds: plan.bounds.as_ptr(),
        bound_count: plan.bounds.len(),
    }
}

impl Rule {
    fn check(&self, plan: &ConnectPlan<'_>) -> Result<Cost, String> {
        if let Some(initialiser) = plan.initialisers.iter().flatten().next() {
            return Err(format!(
                "{}: takes no `{}`; a number or a distribution is allowed; give one",
                self.caller.name, initialiser.model.entry.name
            ));
        }
        let (passed, mut cost) = (passed(plan), abi::Cost { synapses: 0.0, bytes: 0.0 });
        // SAFETY: plan, cost and reason live through the call.
        let check = |failure| unsafe { (self.check)(self.context, &passed, &raw mut cost, failure) };
        self.caller.ask("check", check)?;
        let building = event_driven::estimate::building(plan, cost.synapses);
        Ok(Cost { synapses: cost.synapses, bytes: cost.bytes, building, layout: String::new() })
    }

    fn connect(
        &self,
        plan: &ConnectPlan<'_>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Box<dyn Operator>, String> {
        let (passed, mut edges) = (passed(plan), Collected::default());
        let sink = abi::Edges { sink: (&raw mut edges).cast(), push: Some(push) };
        let mut operator = MaybeUninit::<abi::Operator>::zeroed();
        // SAFETY: plan, sink, operator and reason live through the call.
        let connect =
            |failure| unsafe { (self.connect)(self.context, &passed, &sink, operator.as_mut_ptr(), failure) };
        self.caller.ask("connect", connect)?;
        // SAFETY: zeros are an operator without functions, and the plugin wrote nothing or an operator.
        let operator = unsafe { operator.assume_init() };
        if operator.deliver.is_some() {
            let carried = Carried::of(operator, Arc::clone(&self.caller))?;
            return Ok(Box::new(carried));
        }
        store(edges, plan, progress).map_err(|why| format!("{}: {why}", self.caller.name))
    }
}
