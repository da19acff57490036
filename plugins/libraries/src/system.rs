//! System: something of a library that happens in every step for each population that it fits.

#![expect(unsafe_code, reason = "systems are the library's code, and columns leave as pointers")]

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use abi::Text;
use ecs_core::network::Phase;
use ecs_core::registry::Field;

use crate::error::Reason;
use crate::failure::Caller;
use crate::library::Source;
use crate::read::{self, missing, wrong};

/// A system of a library.
pub struct SystemModel {
    /// Name in a scenario.
    pub name: &'static str,
    /// Sentence, equations, source.
    pub doc: &'static str,
    /// Parameters.
    pub params: &'static [Field],
    /// When in a step it runs.
    pub phase: Phase,
    /// The population it is for; empty for all.
    pub population: &'static str,
    /// The model of the populations it is for; empty for all.
    pub model: &'static str,
    /// The columns it works on.
    pub columns: Vec<&'static str>,
    /// Whether it writes each.
    pub writes: Vec<bool>,
    caller: Arc<Caller>,
    context: *const c_void,
    start: abi::Start,
    run: abi::Run,
    finish: abi::Finish,
}

// SAFETY: by the interface a context is never written and may be used by any thread.
unsafe impl Send for SystemModel {}
// SAFETY: as above.
unsafe impl Sync for SystemModel {}

/// The system of a table.
pub(crate) fn system(source: &Source, row: &abi::System, k: usize) -> Result<&'static SystemModel, Reason> {
    let name = read::name(&format!("system {k}"), row.name)?;
    let place = format!("system `{name}`");
    let (params, _) = read::fields(&place, "parameter", (row.params, row.param_count), false)?;
    let phase = Phase::ALL.get(row.phase as usize).copied().ok_or_else(|| {
        wrong(&place, format!("has phase {}; 0 to 7 are allowed; use a code of `phase`", row.phase))
    })?;
    let columns = read::list(&place, "columns", row.columns, row.column_count)?;
    let names =
        columns.iter().map(|column| read::name(&place, column.column)).collect::<Result<Vec<_>, _>>()?;
    read::distinct(&place, "columns", names.iter().copied())?;
    let system = SystemModel {
        name,
        doc: read::text(&place, "doc", row.doc)?,
        params,
        phase,
        population: read::text(&place, "population", row.population)?,
        model: read::text(&place, "model", row.model)?,
        columns: names,
        writes: columns.iter().map(|column| column.write != 0).collect(),
        caller: source.caller(&place),
        context: row.context,
        start: row.start.ok_or_else(|| missing(&place, "start"))?,
        run: row.run.ok_or_else(|| missing(&place, "run"))?,
        finish: row.finish.ok_or_else(|| missing(&place, "finish"))?,
    };
    Ok(Box::leak(Box::new(system)))
}

/// The population that a system is started for.
pub(crate) struct Place<'a> {
    /// Its name.
    pub population: &'a str,
    /// Its neurons.
    pub neurons: usize,
    /// Step, in ms.
    pub dt: f64,
    /// Seed of the run.
    pub seed: u64,
}

/// A system at work for a population.
pub(crate) struct Instance {
    system: &'static SystemModel,
    handle: Option<*mut c_void>,
}

// SAFETY: by the interface an instance may be used by any thread, by one at a time.
unsafe impl Send for Instance {}
// SAFETY: it is used through `&mut` only.
unsafe impl Sync for Instance {}

impl SystemModel {
    /// Whether it is for populations of that name and model.
    pub fn fits(&self, population: &str, model: &str) -> bool {
        (self.population.is_empty() || self.population == population)
            && (self.model.is_empty() || self.model == model)
    }

    /// Starts it for a population, with parameters in table order.
    pub(crate) fn start(&'static self, place: &Place<'_>, params: &[f64]) -> Result<Instance, String> {
        let name = place.population;
        let passed = abi::Place {
            population: Text { data: name.as_ptr(), length: name.len() },
            neurons: place.neurons,
            dt: place.dt,
            seed: place.seed,
            params: params.as_ptr(),
            param_count: params.len(),
        };
        let mut handle = ptr::null_mut();
        // SAFETY: place, room for the instance and reason live through the call.
        let start = |failure| unsafe { (self.start)(self.context, &passed, &raw mut handle, failure) };
        self.caller.ask("start", start)?;
        Ok(Instance { system: self, handle: Some(handle) })
    }
}

impl Instance {
    /// Runs one step.
    ///
    /// # Safety
    /// Each slice is a column that nobody else uses during the call, in the order in which the system names them.
    pub unsafe fn run(&mut self, moment: &abi::Moment, columns: &[abi::Slice]) {
        let Some(handle) = self.handle else { return };
        // SAFETY: the caller's promise; the instance is this system's own.
        self.system.caller.call("run", |failure| unsafe {
            (self.system.run)(handle, moment, columns.as_ptr(), columns.len(), failure)
        });
    }

    /// Ends it.
    pub fn finish(&mut self) -> Result<(), String> {
        let Some(handle) = self.handle.take() else { return Ok(()) };
        // SAFETY: the instance is given back once, and nobody uses it after that.
        let finish = |failure| unsafe { (self.system.finish)(handle, failure) };
        self.system.caller.ask("finish", finish).map(|_| ())
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Err(why) = self.finish() {
            self.system.caller.blame("finish", &why);
        }
    }
}
