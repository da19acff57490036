//! Given rule: rules of plasticity that arrive as data join those that are compiled in. They run on the same columns, by
//! programs instead of loops, and give the same bits.

use arrayvec::ArrayVec;

use super::given::{entry, names};
use super::kernel::{Column, Instructions, instructions};
use super::learning::{PlasticityEquations, SIDE, ShortTermEquations, traces};
use super::plasticity::{Modulator, PlasticityModel, Rule, Synapses, Trace};
use super::program::{Layout, Program, TILE};
use super::scalar::Scalar;
use super::short_term::ShortTermModel;
use crate::number::{Dual, Float, Graph, Num, Real};
use crate::registry::Kind;

/// The most columns that a rule reads or changes, parameters among them.
const MOST: usize = 128;

/// A program with its part of the scratch.
struct Part<T> {
    program: Program<T>,
    start: usize,
}

/// A rule that arrived as data, with its parameters.
struct Given<T> {
    params: Vec<T>,
    state: Vec<T>,
    pre: Vec<Trace>,
    post: Vec<Trace>,
    modulator: Option<Modulator>,
    pre_jump: Scalar,
    post_jump: Scalar,
    on_pre: Part<T>,
    on_post: Part<T>,
    between: Option<Part<T>>,
    follow: Option<Part<T>>,
    scratch: usize,
}

/// Programs, one after the other in the scratch.
struct Parts {
    params: Vec<String>,
    level: Instructions,
    end: usize,
}

impl Parts {
    /// The program of a graph that changes the columns `own` and reads the columns `each` besides parameters.
    fn part<T: Float>(&mut self, graph: &Graph, own: &[String], each: &[String]) -> Result<Part<T>, String>
    where
        Num<T>: Real,
    {
        let shared = vec![true; self.params.len()];
        let params: Vec<String> = self.params.iter().chain(each).cloned().collect();
        if params.len() + own.len() > MOST {
            return Err(format!("{} variables; up to {MOST} are possible; simplify the rule", params.len()));
        }
        let layout = Layout { params: &params, state: own, shared: &shared };
        let program = Program::new(graph, &layout, self.level)?;
        let start = self.end;
        self.end += program.scratch_len();
        Ok(Part { program, start })
    }
}

impl<T: Float> Part<T>
where
    Num<T>: Real,
{
    fn over<'a>(
        &self,
        (params, dt): (&[T], f64),
        each: impl Iterator<Item = &'a [T]>,
        own: impl Iterator<Item = &'a mut [T]>,
        scratch: &mut [T],
    ) where
        T: 'a,
    {
        let shared = params.iter().map(|x| Column::Uniform(*x));
        let columns: ArrayVec<Column<'a, T>, MOST> = shared.chain(each.map(Column::Each)).collect();
        let scratch = &mut scratch[self.start..][..self.program.scratch_len()];
        self.program.over((&columns, dt), own, scratch);
    }
}

/// How a modulator's level decays and what a spike adds, in the precision of the run.
fn modulator<T: Float>(rule: &PlasticityEquations, param: impl Fn(&str) -> Option<f64>) -> Option<Modulator>
where
    Num<T>: Real,
{
    let of = rule.modulator.as_ref()?;
    let rounded = |name: &str| param(name).map(|x| T::of(x));
    let slope = of.derivative.evaluate(|name| match rounded(name) {
        Some(x) => Dual::<Num<f64>, 1>::constant(Num(x.to_f64())),
        None => Dual::variable(Num(1.0), 0),
    });
    let jump = of.jump.evaluate(|name| Num(rounded(name).unwrap_or_default()));
    Some(Modulator { rate: -slope[0].d[0].map_or(0.0, |d| d.0), jump: jump[0].0.to_f64() })
}

impl<T: Float> Given<T>
where
    Num<T>: Real,
{
    fn new(rule: &PlasticityEquations, params: &[f64]) -> Result<Self, String> {
        let param = |name: &str| rule.params.iter().position(|row| row.name == name).map(|k| params[k]);
        let known = names(&rule.params);
        let mut parts = Parts { params: known.clone(), level: instructions(), end: 0 };
        let [pre, post, state] = [&rule.pre, &rule.post, &rule.state].map(|rows| names(rows));
        let list = |one: &[String], more: &[String]| one.iter().chain(more).cloned().collect::<Vec<_>>();
        let synapse = list(&["w".to_owned()], &state);
        let both = list(&pre, &post);
        let passed: Vec<String> = std::iter::once("elapsed".to_owned())
            .chain(rule.modulator.iter().map(|of| of.level.name.clone()))
            .collect();
        let jump = |graph: &Graph, own: &[String]| {
            let names: Vec<&str> = known.iter().chain(own).map(String::as_str).collect();
            Scalar::new(graph, &names)
        };
        let watched = list(&post, &["seen".to_owned()]);
        let between = rule.between.as_ref().map(|graph| parts.part(graph, &synapse, &passed)).transpose()?;
        let follow =
            rule.follow.as_ref().map(|graph| parts.part(graph, &watched, &["v".to_owned()])).transpose()?;
        Ok(Self {
            params: params.iter().map(|x| T::of(*x)).collect(),
            state: rule.state.iter().map(|row| T::of(row.default)).collect(),
            pre: traces(&rule.pre, &rule.pre_derivative, param),
            post: traces(&rule.post, &rule.post_derivative, param),
            modulator: modulator::<T>(rule, param),
            pre_jump: jump(&rule.pre_jump, &pre)?,
            post_jump: jump(&rule.post_jump, &post)?,
            on_pre: parts.part(&rule.on_pre, &synapse, &both)?,
            on_post: parts.part(&rule.on_post, &synapse, &both)?,
            between,
            follow,
            scratch: parts.end,
        })
    }

    fn jump(&self, graph: &Scalar, traces: &mut [T]) {
        let params = self.params.len();
        let before: ArrayVec<T, MOST> = traces.iter().copied().collect();
        let number = |k: usize| Num(if k < params { self.params[k] } else { before[k - params] });
        graph.run(number, |k, x| traces[k] = x.0);
    }

    fn event(&self, part: &Part<T>, synapses: &mut Synapses<'_, '_, T>) {
        self.drift(synapses);
        let Synapses { w, state, pre, post, scratch, .. } = synapses;
        let own = std::iter::once(&mut **w).chain(state.iter_mut().map(|s| &mut **s));
        part.over((&self.params, 0.0), pre.iter().chain(*post).copied(), own, scratch);
    }
}

impl<T: Float> Rule<T> for Given<T>
where
    Num<T>: Real,
{
    fn pre(&self) -> &[Trace] {
        &self.pre
    }

    fn post(&self) -> &[Trace] {
        &self.post
    }

    fn state(&self) -> &[T] {
        &self.state
    }

    fn drifts(&self) -> bool {
        self.between.is_some()
    }

    fn modulator(&self) -> Option<Modulator> {
        self.modulator
    }

    fn follows(&self) -> bool {
        self.follow.is_some()
    }

    fn scratch(&self) -> usize {
        self.scratch
    }

    fn lanes(&self) -> usize {
        TILE
    }

    fn drift(&self, synapses: &mut Synapses<'_, '_, T>) {
        let Some(part) = &self.between else { return };
        let Synapses { w, state, elapsed, level, scratch, .. } = synapses;
        let own = std::iter::once(&mut **w).chain(state.iter_mut().map(|s| &mut **s));
        let level = self.modulator.is_some().then_some(*level);
        part.over((&self.params, 0.0), [*elapsed].into_iter().chain(level), own, scratch);
    }

    fn follow(&self, v: &[T], traces: &mut [&mut [T]], dt: T, seen: &mut [T], scratch: &mut [T]) {
        let Some(part) = &self.follow else { return };
        let own = traces.iter_mut().map(|y| &mut **y).chain([seen]);
        part.over((&self.params, dt.to_f64()), [v].into_iter(), own, scratch);
    }

    fn pre_jump(&self, x: &mut [T]) {
        self.jump(&self.pre_jump, x);
    }

    fn post_jump(&self, y: &mut [T]) {
        self.jump(&self.post_jump, y);
    }

    fn on_pre(&self, synapses: &mut Synapses<'_, '_, T>) {
        self.event(&self.on_pre, synapses);
    }

    fn on_post(&self, synapses: &mut Synapses<'_, '_, T>) {
        self.event(&self.on_post, synapses);
    }
}

/// A rule with parameters; that it can be made was seen when it was registered.
fn made<T: Float>(rule: &PlasticityEquations, params: &[f64]) -> Box<dyn Rule<T>>
where
    Num<T>: Real,
{
    Box::new(Given::<T>::new(rule, params).expect("a rule was made when it was registered"))
}

impl PlasticityModel {
    /// The registration of a rule that arrived as data from `origin`.
    ///
    /// # Errors
    /// A graph names what a rule does not know, or has more variables or operations than a rule may.
    pub fn given(equations: PlasticityEquations, origin: &str) -> Result<&'static Self, String> {
        let most = [&equations.pre, &equations.post, &equations.state].map(Vec::len).into_iter().max();
        if let Some(most) = most.filter(|most| *most > SIDE) {
            return Err(format!(
                "{most} variables of one side; up to {SIDE} are possible; simplify the rule"
            ));
        }
        let defaults: Vec<f64> = equations.params.iter().map(|row| row.default).collect();
        Given::<f32>::new(&equations, &defaults)?;
        Given::<f64>::new(&equations, &defaults)?;
        let rule: &'static PlasticityEquations = Box::leak(Box::new(equations));
        let tables = (&rule.params[..], &rule.state[..]);
        Ok(Box::leak(Box::new(Self {
            entry: entry(Kind::Plasticity, (&rule.name, &rule.doc), tables, origin),
            pre: super::given::fields(&rule.pre),
            post: super::given::fields(&rule.post),
            modulated: rule.modulator.is_some(),
            follows: rule.follow.is_some(),
            single: Box::leak(Box::new(|params: &[f64]| made::<f32>(rule, params))),
            double: Box::leak(Box::new(|params: &[f64]| made::<f64>(rule, params))),
            equations: Box::leak(Box::new(|_: &crate::registry::Entry| rule.clone())),
        })))
    }
}

impl ShortTermModel {
    /// The registration of a rule that arrived as data from `origin`.
    ///
    /// # Errors
    /// The graph names what a rule does not know, or has more operations than a rule may.
    pub fn given(equations: ShortTermEquations, origin: &str) -> Result<&'static Self, String> {
        let rule: &'static ShortTermEquations = Box::leak(Box::new(equations));
        let (params, state) = (rule.params.len(), rule.state.len());
        if state > MOST {
            return Err(format!("{state} state variables; up to {MOST} are possible; simplify the rule"));
        }
        let rows = rule.params.iter().chain(&rule.state).map(|row| row.name.as_str());
        let known: Vec<&str> = rows.chain(["elapsed"]).collect();
        let graph = Scalar::new(&rule.spike, &known)?;
        let spike = move |p: &[f64], s: &mut [f64], elapsed: f64| {
            let before: ArrayVec<f64, MOST> = s.iter().copied().collect();
            let number = |k: usize| match k {
                _ if k < params => p[k],
                _ if k < params + state => before[k - params],
                _ => elapsed,
            };
            let mut gain = 1.0;
            graph.run(|k| Num(number(k)), |k, x| if k == 0 { gain = x.0 } else { s[k - 1] = x.0 });
            gain
        };
        let tables = (&rule.params[..], &rule.state[..]);
        Ok(Box::leak(Box::new(Self {
            entry: entry(Kind::ShortTerm, (&rule.name, &rule.doc), tables, origin),
            spike: Box::leak(Box::new(spike)),
            equations: Box::leak(Box::new(|_: &crate::registry::Entry| rule.clone())),
        })))
    }
}
