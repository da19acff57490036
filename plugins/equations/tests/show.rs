//! Show: what is printed from a model, read again, is the same model.

mod rig;

use ecs_core::model::{Equations, NeuronModel, Row};
use ecs_core::number::{Expr, Graph, Num, Real, trace};
use ecs_core::registry::Bound;
use equations::{Initial, ModelText, Parameter, latex, neuron, show};
use neurons as _;
use rig::{assert_same, parameters};

/// Every registered neuron model.
fn registered() -> Vec<Equations> {
    let mut models: Vec<&NeuronModel> = inventory::iter::<NeuronModel>.into_iter().collect();
    models.sort_by_key(|model| model.entry.name);
    models.iter().map(|model| model.inspect.equations(model.entry.name, model.entry.doc)).collect()
}

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
            let value = match value.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').expect("quotes are closed").0,
                None => value.split("  #").next().unwrap_or_default().trim(),
            };
            pairs.push((table.clone(), key.to_owned(), value.to_owned()));
        }
    }
    pairs
}

/// The model that a text of `show` defines.
fn read(text: &str) -> Equations {
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
        parameters: &parameters,
        initial: &initial,
        ..ModelText::default()
    };
    neuron(&model, &[]).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"))
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

/// Shows and reads a model; the graphs must be the same, operation by operation where `exactly`.
fn assert_reads_back(model: &Equations, exactly: bool) {
    let text = show(model);
    let again = read(&text);
    let (before, after) = (graphs(model), graphs(&again));
    assert_eq!(before.len(), after.len(), "{text}");
    for ((what, a), (_, b)) in before.iter().zip(&after) {
        if exactly {
            assert_same(a, b);
        }
        assert_computes_the_same(&format!("{what} of {text}"), a, b);
    }
    assert_eq!((&model.held, model.edge), (&again.held, again.edge), "{text}");
    assert_eq!(table(&model.params), table(&again.params));
    assert_eq!(table(&model.state), table(&again.state));
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

#[test]
fn every_registered_model_that_text_can_say_reads_back() {
    let models = registered();
    let said: Vec<&Equations> = models.iter().filter(|model| model.step.is_none()).collect();
    assert!(said.len() >= 4, "the models of `neurons` are registered");
    said.iter().for_each(|model| assert_reads_back(model, true));
}

#[test]
fn a_model_that_states_its_own_step_says_so() {
    let models = registered();
    let steps = models.iter().filter(|model| model.step.is_some());
    assert!(steps.clone().count() > 0);
    steps.for_each(|model| assert!(show(model).contains("# states its own step"), "{}", show(model)));
}

/// A text model with these lines and parameters `name=quantity`.
fn text(equations: &str, rows: &[&str]) -> Equations {
    let parameters = parameters(rows);
    let text = ModelText {
        equations,
        threshold: Some("v >= -20 mV and w < 3 or not v - 2*v_th >= 0 mV"),
        reset: Some("w += 0.5; v = min(v_th, -3 mV*w)"),
        refractory: Some("max(2 ms, tau/3)"),
        parameters: &parameters,
        ..ModelText::default()
    };
    neuron(&text, &[]).unwrap_or_else(|errors| panic!("{equations}: {errors:#?}"))
}

#[test]
fn every_form_of_a_text_reads_back() {
    let rows = ["v_th=-50 mV", "tau=20 ms", "r=2 Gohm", "f=40 Hz", "c=3 uF/cm2", "big=1 nA", "sigma=2 mV"];
    let bodies = [
        "(v_th - v)/tau",
        "-(v - v_th)/tau + r*i/tau",
        "sigma*sqrt(2/tau)*xi",
        "v_th*f - v*f + sigma*sqrt(2/tau)*xi_b + sqrt(2/ms)*(v - v_th)*xi_a",
        "where(v > v_th and not w >= 2, v_th, v**3/mV**2)/tau",
        "(v - (v_th - v))/(tau*(2*w))*(tau/(3 ms))/w",
        "int(v >= v_th)*abs(v)/ms + clip(v, -1 mV, 1 mV)/tau",
        "(exp(v/v_th) + tanh(w)*ln(w) - expm1(w)*exprel(-w))*mV/ms",
        "big/pF + w*0.3 mS/cm2/c*v - c*v/(2 uF/cm2)/ms",
        "v*w**-2/tau + v*(w**2)**3*w**1.5/tau",
    ];
    for body in bodies {
        let lines = format!("dv/dt = {body} : mV (unless refractory)\ndw/dt = -w*f : 1");
        assert_reads_back(&text(&lines, &rows), false);
    }
}

/// Random numbers below `n`.
struct Draw(u64);

impl Draw {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// A formula of so many operations over these names, as nobody would write it.
fn formula(draw: &mut Draw, names: &[Expr], operations: usize) -> Expr {
    let mut made = names.to_vec();
    for _ in 0..operations {
        let (a, b, c) =
            (made[draw.below(made.len())], made[draw.below(made.len())], made[draw.below(made.len())]);
        let x = [-0.25, 1.0, 2.0, 1.0 / 18.0, 1e-12, 0.0][draw.below(6)];
        made.push(match draw.below(20) {
            0 => a + b,
            1 => a - b,
            2 => a * b,
            3 => a / b,
            4 => a * a,
            5 => a * b * b,
            6 => a + x,
            7 => a * x,
            8 => a - x,
            9 => Expr::lit(x) - a,
            10 => a.recip(),
            11 => -a,
            12 => [a.exp(), a.expm1(), a.ln(), a.tanh()][draw.below(4)],
            13 => [a.exprel(), a.exprelr(), a.sigmoid(), a.abs()][draw.below(4)],
            14 => [a.min(b), a.max(b), a.min(Expr::lit(x))][draw.below(3)],
            15 => (a - b).spike().select(c, a),
            16 => (a - b).spike().complement().min(c.spike()).select(a, Expr::lit(x)),
            17 => (a - b).spike(),
            18 => (a - b) * (c - a),
            _ => a - (b - c),
        });
    }
    *made.last().expect("there are names")
}

/// A model whose units are drawn as well, so that most formulas make no sense in them.
fn random(seed: u64) -> Equations {
    const UNITS: [&str; 9] = ["", "mV", "ms", "nS", "1/ms", "pA", "mS/cm2", "uF/cm2", "1/mV/ms"];
    let mut draw = Draw(seed);
    let mut row = |name: &&str| Row {
        name: (*name).to_owned(),
        default: 1.0,
        unit: UNITS[draw.below(UNITS.len())].to_owned(),
        doc: String::new(),
        bound: Bound::Any,
    };
    let params: Vec<Row> = ["a", "g_x", "tau"].iter().map(&mut row).collect();
    let state: Vec<Row> = ["v", "w"].iter().map(&mut row).collect();
    let mut graph = |names: &[&str], outputs: &[&str]| {
        trace(|| {
            let names: Vec<Expr> = names.iter().map(|name| Expr::variable(*name)).collect();
            outputs.iter().map(|name| ((*name).to_owned(), formula(&mut draw, &names, 12))).collect()
        })
    };
    let parameters = ["a", "g_x", "tau"];
    let all = ["a", "g_x", "tau", "v", "w"];
    let derivative = graph(&["a", "g_x", "tau", "v", "w", "i"], &["v", "w"]);
    let mut reset = graph(&parameters, &["v", "w"]);
    reset.outputs.swap(0, 1);
    reset.outputs.iter_mut().zip(["v", "w"]).for_each(|(output, name)| output.0 = name.to_owned());
    Equations {
        name: "random".to_owned(),
        doc: String::new(),
        input: "pA".to_owned(),
        params,
        state,
        held: vec![true, false],
        derivative,
        noise: vec![graph(&all, &["v", "w"])],
        condition: Some(graph(&all, &[""])),
        edge: false,
        reset,
        refractory: Some(graph(&parameters, &[""])),
        step: None,
    }
}

#[test]
fn any_graph_reads_back_whatever_its_units() {
    (0..500).for_each(|seed| assert_reads_back(&random(seed), false));
}

#[test]
fn print() {
    for e in registered() {
        println!("{}\n{}", show(&e), latex(&e));
    }
    let _ = parameters(&[]);
}
