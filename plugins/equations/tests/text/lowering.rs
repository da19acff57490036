//! Lowering: the graph of a text is the graph that tracing the same formula by hand gives, operation by operation.

use crate::made::{derivative_of, hand};
use crate::rig::{assert_same, parameters};
use ecs_core::model::{ChannelEquations, ChannelModel, NeuronModel, Row};
use ecs_core::number::{Expr, Real};
use equations::{Initial, ModelText, channel, neuron};
use neurons as _;

fn var(name: &str) -> Expr {
    Expr::variable(name)
}

#[test]
fn operations_keep_their_order() {
    let text =
        |line: &str| derivative_of(&format!("dx/dt = {line} : 1"), &["a=1 1/ms", "b=1 1/ms", "c=1", "n=1"]);
    let [a, b, c, x] = ["a", "b", "c", "x"];
    assert_same(&text("a + b*c - a"), &hand("x", || var(a) + var(b) * var(c) - var(a)));
    assert_same(&text("a*x**3"), &hand("x", || var(a) * (var(x) * var(x) * var(x))));
    assert_same(&text("-a*x"), &hand("x", || -var(a) * var(x)));
    assert_same(&text("-(a*x)"), &hand("x", || -(var(a) * var(x))));
    assert_same(&text("(1 - x)*a"), &hand("x", || (Expr::lit(1.0) - var(x)) * var(a)));
    assert_same(&text("a*x^-2"), &hand("x", || var(a) * (Expr::lit(1.0) / (var(x) * var(x)))));
    assert_same(&text("a*x**0.5"), &hand("x", || var(a) * var(x).sqrt()));
    assert_same(&text("a*x**1.5"), &hand("x", || var(a) * (var(x).ln() * 1.5).exp()));
    assert_same(&text("a*x**c"), &hand("x", || var(a) * (var(x).ln() * var(c)).exp()));
    assert_same(&text("a/x/c"), &hand("x", || var(a) / var(x) / var(c)));
    assert_same(&text("a*(2*3 - 1)"), &hand("x", || var(a) * 5.0));
    assert_same(&text("a*x**1 + b*x**0"), &hand("x", || var(a) * var(x) + var(b) * 1.0));
}

#[test]
fn shared_parts_are_shared_nodes() {
    let graph = derivative_of("dx/dt = (exp(-x) + exp(-x)) / tau : 1", &["tau=1 ms"]);
    assert_eq!(graph.nodes.len(), 6, "{graph:?}");
}

#[test]
fn units_of_size_one_are_no_operation_and_literals_are_exact() {
    let text = |line: &str| derivative_of(&format!("dv/dt = {line} : mV"), &["g=1 nS", "c=1 pF", "e=1 mV"]);
    let v = || var("v");
    assert_same(
        &text("exprelr((v - 13 mV) * -0.25/mV)*mV/ms"),
        &hand("v", || ((v() - 13.0) * -0.25).exprelr()),
    );
    assert_same(&text("0.32*1/mV*v*mV/ms"), &hand("v", || Expr::lit(0.32) * v()));
    assert_same(&text("(v - 1.005 V)/ms"), &hand("v", || v() - 1005.0));
    assert_same(&text("v*0.7 mS/cm2/(1 uF/cm2)"), &hand("v", || v() * 0.7 / Expr::lit(1.0)));
    assert_same(&text("v/V*e/ms"), &hand("v", || v() / 1000.0 * var("e")));
    assert_same(&text("v/(2 s)"), &hand("v", || v() / 2000.0));
    assert_same(&text("v/1 min"), &hand("v", || v() / 60000.0));
}

#[test]
fn a_leaky_integrator_is_the_compiled_one() {
    let text = ModelText {
        equations: "dv/dt = (e_l - v)*(1/tau_m) + (i_e + i)*(1/c_m) : mV (unless refractory) # membrane voltage",
        threshold: Some("v >= v_th"),
        reset: Some("v = v_reset"),
        refractory: Some("t_ref"),
        initial: &[Initial { name: "v", value: "-70 mV" }],
        ..ModelText::default()
    };
    let list = [
        "e_l=-70 mV",
        "c_m=250 pF",
        "tau_m=10 ms",
        "v_th=-55 mV",
        "v_reset=-70 mV",
        "t_ref=2 ms",
        "i_e=0 pA",
    ];
    let params = parameters(&list);
    let made = neuron(&ModelText { parameters: &params, ..text }, &[]).unwrap();
    let v = || var("v");
    let slope = || (var("e_l") - v()) * var("tau_m").recip() + (var("i_e") + var("i")) * var("c_m").recip();
    assert_same(&made.derivative, &hand("v", slope));
    assert_same(made.condition.as_ref().unwrap(), &hand("", || v() - var("v_th")));
    assert_same(&made.reset, &hand("v", || var("v_reset")));
    assert_same(made.refractory.as_ref().unwrap(), &hand("", || var("t_ref")));
    assert_eq!((made.held.as_slice(), made.edge, made.noise.len()), (&[true][..], false, 0));
    let row = &made.state[0];
    assert_eq!((row.default, row.unit.as_str(), row.doc.as_str()), (-70.0, "mV", "membrane voltage"));
    assert_eq!((made.params[1].name.as_str(), made.params[1].default), ("c_m", 250.0));
}

#[test]
fn an_izhikevich_neuron_is_the_compiled_one() {
    let list = [
        "a=0.02 1/ms",
        "b=0.2 1/ms",
        "c=-65 mV",
        "d=8 mV/ms",
        "v_peak=30 mV",
        "k2=0.04 1/mV/ms",
        "k1=5 1/ms",
        "k0=140 mV/ms",
        "i_e=0 mV/ms",
    ];
    let text = ModelText {
        equations: "dv/dt = k2*v*v + k1*v + k0 - u + i_e + i : mV\ndu/dt = a*(b*v - u) : mV/ms",
        threshold: Some("v >= v_peak"),
        reset: Some("v = c; u += d"),
        input: Some("mV/ms"),
        parameters: &parameters(&list),
        ..ModelText::default()
    };
    let made = neuron(&text, &[]).unwrap();
    let (v, u) = (|| var("v"), || var("u"));
    let dv = || var("k2") * v() * v() + var("k1") * v() + var("k0") - u() + var("i_e") + var("i");
    let both =
        ecs_core::number::trace(|| vec![("v".into(), dv()), ("u".into(), var("a") * (var("b") * v() - u()))]);
    assert_same(&made.derivative, &both);
    let reset = ecs_core::number::trace(|| vec![("v".into(), var("c")), ("u".into(), u() + var("d"))]);
    assert_same(&made.reset, &reset);
}

#[test]
fn definitions_may_come_in_any_order() {
    let text = "dv/dt = total/c : mV\ntotal = leak + rise : pA\nrise = g*d*exp((v - e)/d) : pA\nleak = g*(e - v) : pA";
    let graph = derivative_of(text, &["g=1 nS", "c=1 pF", "e=1 mV", "d=1 mV"]);
    let (g, d, e, v) = (|| var("g"), || var("d"), || var("e"), || var("v"));
    let total = || (g() * (e() - v()) + g() * d() * ((v() - e()) / d()).exp()) / var("c");
    assert_same(&graph, &hand("v", total));
}

/// The sodium channel of Traub and Miles, as `channels/src/na_traub.rs` has it.
const NA: &str = "\
u = v - v_t : mV
am = exprelr((u - 13 mV) * -0.25/mV) * 1.28/ms : 1/ms
bm = exprelr((u - 40 mV) * 0.2/mV) * 1.4/ms : 1/ms
ah = exp((u - 17 mV) * (-1/18)/mV) * 0.128/ms : 1/ms
bh = sigmoid((u - 40 mV) * 0.2/mV) * 4/ms : 1/ms
dm/dt = am*(1 - m) - bm*m : 1
dh/dt = ah*(1 - h) - bh*h : 1";

#[test]
fn a_sodium_channel_is_the_compiled_one() {
    let params = parameters(&["g_na=20000 nS", "e_na=50 mV", "v_t=-63 mV"]);
    let current = Some("g_na*(m*m*m*h)*(v - e_na)");
    let text = ModelText { equations: NA, current, parameters: &params, ..ModelText::default() };
    let made = channel(&text).unwrap();
    let derivative = ecs_core::number::trace(|| {
        let (u, m, h) = (var("v") - var("v_t"), var("m"), var("h"));
        let am = ((u - 13.0) * -0.25).exprelr() * 1.28;
        let bm = ((u - 40.0) * 0.2).exprelr() * 1.4;
        let ah = ((u - 17.0) * (-1.0 / 18.0)).exp() * 0.128;
        let bh = ((u - 40.0) * 0.2).sigmoid() * 4.0;
        vec![("m".into(), am * m.complement() - bm * m), ("h".into(), ah * h.complement() - bh * h)]
    });
    assert_same(&made.derivative, &derivative);
    let (m, h) = (|| var("m"), || var("h"));
    let current = || var("g_na") * (m() * m() * m() * h()) * (var("v") - var("e_na"));
    assert_same(&made.current, &hand("", current));
    assert_eq!(made.unit, "pA");
}

#[test]
fn channels_are_subtracted_one_after_another() {
    let leak = |name: &'static str, rows: &[&'static str]| {
        let current = format!("(v - e_{name})*g_{name}");
        let params = parameters(rows);
        channel(&ModelText { name, current: Some(&current), parameters: &params, ..ModelText::default() })
            .unwrap()
    };
    let (a, b) = (leak("a", &["e_a=-60 mV", "g_a=10 nS"]), leak("b", &["e_b=-60 mV", "g_b=10 nS"]));
    let params = parameters(&["c_m=200 pF", "i_e=0 pA"]);
    let text = ModelText {
        equations: "dv/dt = (i + i_e - i_channels) * (1/c_m) : mV",
        threshold: Some("v > -20 mV"),
        parameters: &params,
        ..ModelText::default()
    };
    let made = neuron(&text, &[&a, &b]).unwrap();
    let out = |name: &str| (var("v") - var(&format!("e_{name}"))) * var(&format!("g_{name}"));
    let slope = || (var("i") + var("i_e") - out("a") - out("b")) * var("c_m").recip();
    assert_same(&made.derivative, &hand("v", slope));
    assert!(made.edge, "without a reset a spike is the moment of crossing");
    let names: Vec<&str> = made.params.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["c_m", "i_e", "e_a", "g_a", "e_b", "g_b"]);
    let plus = ModelText { equations: "dv/dt = -(i_channels)/c_m : mV", ..text };
    let slope = || -(out("a") + out("b")) / var("c_m");
    assert_same(&neuron(&plus, &[&a, &b]).unwrap().derivative, &hand("v", slope));
}

#[test]
fn channels_of_one_parameter_share_it_and_see_the_voltage_in_mv() {
    let params = parameters(&["g=10 nS", "v_t=-63 mV", "k=5 mV"]);
    let make = |name, gate: &'static str| {
        let line: &'static str = match gate {
            "n" => "dn/dt = (sigmoid((v - v_t)/k) - n)/(2 ms) : 1",
            _ => "dm/dt = (sigmoid((v - v_t)/k) - m)/(1 ms) : 1",
        };
        let current: &'static str = if gate == "n" { "g*n*(v - v_t)" } else { "g*m*(v - v_t)" };
        let text = ModelText {
            name,
            equations: line,
            current: Some(current),
            parameters: &params,
            ..ModelText::default()
        };
        channel(&text).unwrap()
    };
    let (a, b) = (make("a", "n"), make("b", "m"));
    let own = parameters(&["c=1 pF"]);
    let text = ModelText { equations: "dv/dt = -i_channels/c : V", parameters: &own, ..ModelText::default() };
    let made = neuron(&text, &[&a, &b]).unwrap();
    let names =
        |rows: &[ecs_core::model::Row]| rows.iter().map(|r| r.name.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!((names(&made.params).as_str(), names(&made.state).as_str()), ("c g v_t k", "v n m"));
    assert_eq!(made.held, [false; 3]);
    let by_hand = ecs_core::number::trace(|| {
        let v = || var("v") * 1000.0;
        let current = |gate: &str| var("g") * var(gate) * (v() - var("v_t"));
        let rate = |gate: &str| ((v() - var("v_t")) / var("k")).sigmoid() - var(gate);
        let dv = -(current("n") + current("m")) / var("c") / 1000.0;
        vec![("v".into(), dv), ("n".into(), rate("n") / 2.0), ("m".into(), rate("m") / 1.0)]
    });
    assert_same(&made.derivative, &by_hand);
}

#[test]
fn conditions_are_margins_in_thresholds_and_masks_in_expressions() {
    let threshold = |text: &str| {
        let params = parameters(&["a=1 mV", "b=1 mV"]);
        let text = ModelText {
            equations: "dv/dt = -v/(1 ms) : mV",
            threshold: Some(text),
            parameters: &params,
            ..ModelText::default()
        };
        neuron(&text, &[]).unwrap().condition.unwrap()
    };
    let (v, a, b) = (|| var("v"), || var("a"), || var("b"));
    assert_same(&threshold("v >= a"), &hand("", || v() - a()));
    assert_same(&threshold("v > a"), &hand("", || v() - a()));
    assert_same(&threshold("v <= a"), &hand("", || a() - v()));
    assert_same(&threshold("v > 0"), &hand("", || v() - 0.0));
    assert_same(&threshold("v > a and v < b"), &hand("", || (v() - a()).min(b() - v())));
    assert_same(&threshold("v > a or v < b"), &hand("", || (v() - a()).max(b() - v())));
    assert_same(&threshold("not (v > a or v < b)"), &hand("", || (a() - v()).min(v() - b())));
    let mask = |text: &str| derivative_of(&format!("dx/dt = {text}/ms : 1"), &["a=1"]);
    let (x, one) = (|| var("x"), || Expr::lit(1.0));
    assert_same(&mask("int(x >= a)"), &hand("x", || (x() - a()).spike()));
    assert_same(&mask("int(x > a)"), &hand("x", || one() - (a() - x()).spike()));
    assert_same(&mask("int(x < a)"), &hand("x", || one() - (x() - a()).spike()));
    assert_same(
        &mask("where(x <= a and x > 0, x, a)"),
        &hand("x", || (a() - x()).spike().min(one() - (Expr::lit(0.0) - x()).spike()).select(x(), a())),
    );
    assert_same(&mask("clip(x, 0, a)"), &hand("x", || x().max(Expr::lit(0.0)).min(a())));
}

#[test]
fn statements_of_a_reset_act_one_after_another() {
    let params = parameters(&["b=1 pA", "a=1 nS"]);
    let text = ModelText {
        equations: "dv/dt = -v/(1 ms) : mV\ndw/dt = -w/(1 ms) : pA\nq = a*v : pA",
        threshold: Some("v > 1 mV"),
        reset: Some("w += q # before\nv *= 0.5\nw -= q"),
        parameters: &params,
        ..ModelText::default()
    };
    let made = neuron(&text, &[]).unwrap();
    let by_hand = ecs_core::number::trace(|| {
        let (v, w, a) = (var("v"), var("w"), var("a"));
        let after = v * 0.5;
        vec![("v".into(), after), ("w".into(), w + a * v - a * after)]
    });
    assert_same(&made.reset, &by_hand);
}

#[test]
fn a_text_with_compiled_channels_is_the_compiled_neuron() {
    let compiled = |name: &str| {
        let mut models = inventory::iter::<NeuronModel>.into_iter();
        let model = models.find(|model| model.entry.name == name).expect("it is registered");
        model.inspect.equations(name, "")
    };
    let channels: Vec<ChannelEquations> = ["na_traub", "k_traub", "leak_cell"]
        .map(|name| {
            let mut models = inventory::iter::<ChannelModel>.into_iter();
            let model = models.find(|model| model.entry.name == name).expect("it is registered");
            (model.equations)(&model.entry)
        })
        .into();
    let params = parameters(&["c_m=200 pF", "i_e=0 pA", "v_th=-20 mV", "t_ref=3 ms"]);
    let text = ModelText {
        equations: "dv/dt = (i + i_e - i_channels) * (1/c_m) : mV",
        threshold: Some("v > v_th"),
        refractory: Some("t_ref"),
        parameters: &params,
        ..ModelText::default()
    };
    let (made, known) = (neuron(&text, &channels.iter().collect::<Vec<_>>()).unwrap(), compiled("hh_traub"));
    assert_same(&made.derivative, &known.derivative);
    assert_same(&made.reset, &known.reset);
    assert_eq!((made.edge, made.held), (known.edge, known.held));
    let names = |rows: &[Row]| rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&made.state), names(&known.state));
}
