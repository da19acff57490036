//! Read: the model that a printed text defines, and what makes two models the same.

use std::collections::HashSet;

use ecs_core::model::{ChannelEquations, Equations, Row, SynapseEquations};
use ecs_core::number::{Expr, Graph, Node, Num, Real, trace};
use ecs_core::registry::Bound;
use equations::{Initial, ModelText, Parameter, TextError, channel, neuron, show, synapse};

/// A block of TOML as `show` writes it: keys of all tables with their values.
fn pairs(text: &str) -> Vec<(String, String, String)> {
    let (mut table, mut pairs) = (String::new(), Vec::new());
    let mut lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    while let Some(line) = lines.next() {
        if let Some(head) = line.strip_prefix('[') {
            table = head.trim_end_matches(']').rsplit('.').next().unwrap_or_default().to_owned();
        } else if line == "equations = '''" {
            let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "'''").collect();
            pairs.push((table.clone(), "equations".to_owned(), body.join("\n")));
        } else {
            let (key, value) = line.split_once(" = ").expect("a line gives a key its value");
            let open;
            let value = match value.strip_prefix("{ unit = \"") {
                Some(unit) => {
                    open = format!("\"? {}\"", unit.split_once('"').expect("quotes are closed").0);
                    open.as_str()
                }
                None => value,
            };
            // What a parameter may be stands beside its value; the contracts of the whole reader look at that.
            let value = value.strip_prefix("{ value = ").map_or(value, |rest| {
                rest.split_once(", bound = ").expect("a bound stands behind the value").0
            });
            let value = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').expect("quotes are closed").0,
                None => value.split("  #").next().unwrap_or_default().trim(),
            };
            pairs.push((table.clone(), key.to_owned(), value.to_owned()));
        }
    }
    pairs
}

/// What reads a text.
type Reader<T> = fn(&ModelText<'_>) -> Result<T, Vec<TextError>>;

/// The model that a text of `show` defines.
pub fn read<T>(text: &str, reader: Reader<T>) -> T {
    let pairs = pairs(text);
    let own = |key: &str| {
        let mut all = pairs.iter().filter(|(table, ..)| table != "parameters" && table != "initial");
        all.find(|(_, other, _)| other == key).map(|(.., value)| value.as_str())
    };
    let rows = |wanted: &'static str| pairs.iter().filter(move |(table, ..)| table == wanted);
    let parameter = |(_, name, value): &'_ (String, String, String)| (name.clone(), value.clone());
    let parameters: Vec<_> = rows("parameters").map(parameter).collect();
    let initial: Vec<_> = rows("initial").map(parameter).collect();
    let parameters: Vec<Parameter<'_>> = parameters
        .iter()
        .map(|(name, value)| Parameter { name, value, bound: Bound::Any, doc: "" })
        .collect();
    let initial: Vec<Initial<'_>> = initial.iter().map(|(name, value)| Initial { name, value }).collect();
    let model = ModelText {
        equations: own("equations").unwrap_or_default(),
        threshold: own("threshold"),
        reset: own("reset"),
        refractory: own("refractory"),
        input: own("input"),
        on_pre: own("on_pre"),
        on_post: own("on_post"),
        on_modulator: own("on_modulator"),
        between: own("between"),
        on_step: own("on_step"),
        seen: own("seen"),
        value: own("value"),
        current: own("current"),
        parameters: &parameters,
        initial: &initial,
        ..ModelText::default()
    };
    reader(&model).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
}

/// The graphs of a model, a missing refractory time being zero.
fn graphs(model: &Equations) -> Vec<(&'static str, Graph)> {
    let zero = || trace(|| vec![(String::new(), Expr::lit(0.0))]);
    let mut all = vec![("derivative", model.derivative.clone()), ("reset", model.reset.clone())];
    all.extend(model.condition.clone().map(|graph| ("condition", graph)));
    all.push(("refractory", model.refractory.clone().unwrap_or_else(zero)));
    all.extend(model.noise.iter().map(|graph| ("noise", graph.clone())));
    all
}

/// Numbers that are the same for a name in every graph, and vary.
fn value(name: &str, round: u64) -> f64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
    let hash = name.bytes().chain(round.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325, mix);
    ((hash >> 11) as f64 / (1u64 << 53) as f64 - 0.5) * 10f64.powi((round % 4) as i32)
}

fn assert_computes_the_same(text: &str, a: &Graph, b: &Graph) {
    for round in 0..32 {
        let single = |graph: &Graph| graph.evaluate(|name| Num(value(name, round) as f32));
        let double = |graph: &Graph| graph.evaluate(|name| Num(value(name, round)));
        let bits = |(a, b): (f64, f64)| a.to_bits() == b.to_bits() || a.is_nan() && b.is_nan();
        let pairs = double(a).into_iter().zip(double(b)).map(|(a, b)| (a.0, b.0));
        assert!(pairs.into_iter().all(bits), "{text}\n{a:?}\n{b:?}");
        let pairs = single(a).into_iter().zip(single(b)).map(|(a, b)| (f64::from(a.0), f64::from(b.0)));
        assert!(pairs.into_iter().all(bits), "in single precision: {text}");
    }
}

/// Whether both graphs apply the same operations to the same operands, in whatever order of nodes.
fn is_same(a: &Graph, b: &Graph) -> bool {
    fn same(a: &Graph, x: u32, b: &Graph, y: u32, seen: &mut HashSet<(u32, u32)>) -> bool {
        let known = !seen.insert((x, y));
        known
            || match (a.nodes[x as usize], b.nodes[y as usize]) {
                (Node::Literal(p), Node::Literal(q)) => p == q,
                (Node::Variable(p), Node::Variable(q)) => a.variables[p as usize] == b.variables[q as usize],
                (Node::Apply(p, s), Node::Apply(q, t)) => {
                    p == q && (0..p.arity()).all(|k| same(a, s[k], b, t[k], seen))
                }
                _ => false,
            }
    }
    let mut pairs = a.outputs.iter().zip(&b.outputs);
    a.outputs.len() == b.outputs.len()
        && pairs.all(|((_, x), (_, y))| same(a, *x, b, *y, &mut HashSet::new()))
}

/// Shows and reads a model; the graphs must be the same, operation by operation where `exactly`.
pub fn assert_reads_back(model: &Equations, exactly: bool) {
    let text = show(model);
    let again = read(&text, |text| neuron(text, &[]));
    let (before, after) = (graphs(model), graphs(&again));
    assert_eq!(before.len(), after.len(), "{text}");
    for ((what, a), (_, b)) in before.iter().zip(&after) {
        if exactly {
            assert!(is_same(a, b), "{what} of {text}\n{a:?}\n{b:?}");
        }
        assert_computes_the_same(&format!("{what} of {text}"), a, b);
    }
    assert_eq!((&model.held, model.edge), (&again.held, again.edge), "{text}");
    assert_eq!(table(&model.params), table(&again.params));
    assert_eq!(table(&model.state), table(&again.state));
}

/// Shows and reads a channel, which must be the same.
pub fn assert_channel_reads_back(model: &ChannelEquations) {
    let text = show(model);
    let again = read(&text, channel);
    assert_computes_the_same(&format!("derivative of {text}"), &model.derivative, &again.derivative);
    assert_computes_the_same(&format!("current of {text}"), &model.current, &again.current);
    assert_eq!((table(&model.params), table(&model.state)), (table(&again.params), table(&again.state)));
    assert_eq!(model.unit, again.unit, "{text}");
}

/// Shows and reads a synapse, which must be the same; gives the one that was read.
pub fn assert_synapse_reads_back(model: &SynapseEquations) -> SynapseEquations {
    let text = show(model);
    let again = read(&text, synapse);
    assert_computes_the_same(&format!("derivative of {text}"), &model.derivative, &again.derivative);
    assert_computes_the_same(&format!("value of {text}"), &model.value, &again.value);
    // What adds nothing is left out, so that a zero may have lost its sign.
    let added = |model: &SynapseEquations, round| {
        model.arrive.evaluate(|name| Num(value(name, round))).into_iter().map(|x| x.0 + 0.0)
    };
    for round in 0..32 {
        let bits = |model| added(model, round).map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(bits(model), bits(&again), "{text}");
    }
    assert_eq!((table(&model.params), table(&model.state)), (table(&again.params), table(&again.state)));
    let defaults: Vec<f64> = model.params.iter().map(|row| row.default).collect();
    assert_eq!(model.linear(&defaults), again.linear(&defaults), "{text}");
    again
}

/// Names, values and units of rows; channels may share one.
fn table(rows: &[Row]) -> Vec<(&str, f64, &str)> {
    let mut table: Vec<(&str, f64, &str)> = Vec::new();
    for row in rows {
        if table.iter().all(|(name, ..)| *name != row.name) {
            table.push((&row.name, row.default, &row.unit));
        }
    }
    table
}
