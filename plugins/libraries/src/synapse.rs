//! Synapse: synaptic dynamics of a library, as those that are linked in.

#![expect(unsafe_code, reason = "the system is asked of the library's code")]

use std::ffi::c_void;
use std::sync::Arc;

use ecs_core::model::{Linear, SynapseModel};
use ecs_core::registry::{Drive, Entry, Kind};

use crate::error::Reason;
use crate::failure::Caller;
use crate::library::Source;
use crate::read::{self, missing, wrong};

/// The most state variables that the engine takes.
const ORDER: usize = 2;

/// What gives the system.
struct System {
    caller: Arc<Caller>,
    context: *const c_void,
    linear: abi::Linear,
    order: usize,
}

// SAFETY: by the interface a context is never written and may be used by any thread.
unsafe impl Sync for System {}

/// The model of a table.
pub(crate) fn synapse(
    source: &Source,
    row: &abi::Synapse,
    k: usize,
) -> Result<&'static SynapseModel, Reason> {
    let name = read::name(&format!("synapse {k}"), row.name)?;
    let place = format!("synapse `{name}`");
    let (params, _) = read::fields(&place, "parameter", (row.params, row.param_count), false)?;
    let (state, _) = read::fields(&place, "state variable", (row.state, row.state_count), false)?;
    let jumps = row.jumps != 0;
    if state.len() > ORDER || state.is_empty() != jumps {
        let allowed = format!("1 to {ORDER} are allowed, and none where it moves the voltage itself");
        return Err(wrong(
            &place,
            format!("has {} state variables; {allowed}; change its table", state.len()),
        ));
    }
    let doc = read::text(&place, "doc", row.doc)?;
    let linear = row.linear.ok_or_else(|| missing(&place, "linear"))?;
    let system = System { caller: source.caller(&place), context: row.context, linear, order: state.len() };
    let drive = jumps.then_some(Drive::Jump);
    let entry =
        Entry { kind: Kind::Synapse, name, origin: source.origin, doc, params, state, input: "", drive };
    let linear = Box::leak(Box::new(move |params: &[f64]| system.linear(params)));
    Ok(Box::leak(Box::new(SynapseModel { entry, linear, equations: None })))
}

impl System {
    fn linear(&self, params: &[f64]) -> Linear {
        let n = self.order;
        let (mut a, mut b, mut c) = (vec![0.0; n * n], vec![0.0; n], vec![0.0; n]);
        let [pa, pb, pc] = [a.as_mut_ptr(), b.as_mut_ptr(), c.as_mut_ptr()];
        // SAFETY: there is room for a system of as many variables as the table says.
        self.caller.call("linear", |failure| unsafe {
            (self.linear)(self.context, params.as_ptr(), params.len(), pa, pb, pc, failure)
        });
        if !a.iter().chain(&b).chain(&c).all(|x| x.is_finite()) {
            self.caller
                .blame("linear", &format!("gave a system that is not finite, for the parameters {params:?}"));
        }
        Linear { a: a.chunks(n.max(1)).map(<[f64]>::to_vec).collect(), b, c }
    }
}
