//! The page, from top to bottom.

use crate::behaviour;
use crate::charts::{Axis, Series, histogram};
use crate::collect::Recorded;
use crate::embed::{base64, floats};
use crate::numbers::{bytes, count, escape, seconds, short, whole};
use crate::{sweep, training};
use recording::{Expectation, Population, Run, Status};
use serde_json::{Value, json};
use std::fmt::Write;

const STYLE: &str = include_str!("../assets/style.css");
const SCRIPT: &str = include_str!("../assets/page.js");
/// Colours that the style has; more populations begin again.
pub(crate) const COLOURS: usize = 8;

pub(crate) fn page(run: &Run, recorded: &Recorded) -> String {
    let title = if run.scenario.title.is_empty() { &run.scenario.file } else { &run.scenario.title };
    let title = if title.is_empty() { "Run" } else { title };
    let populations = populations(run, recorded);
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width,initial-scale=1\"><title>{}</title><style>{STYLE}</style></head><body><main>",
        escape(title)
    );
    html += &head(run, title);
    html += &cards(run, recorded, &populations);
    html += &sweep::section(run);
    html += &training::section(run);
    html += &behaviour::section(run);
    html += &activity(run, recorded);
    html += &traces(recorded);
    html += &statistics(run, recorded);
    html += &firing(run, &populations);
    html += &details(run);
    // `<` cannot be part of a tag inside the data: JSON allows it to be written as an escape everywhere.
    let data = data(run, recorded).to_string().replace('<', "\\u003c");
    let filmed = run.behaviour.as_ref().is_some_and(|behaviour| behaviour.film.is_some());
    let film = if filmed { format!("<script>{}</script>", behaviour::SCRIPT) } else { String::new() };
    let _ = writeln!(
        html,
        "</main><script type=\"application/json\" id=\"data\">{data}</script><script>{SCRIPT}</script>{film}</body></html>"
    );
    html
}

/// A finished run's own numbers; else those of what was recorded.
fn populations(run: &Run, recorded: &Recorded) -> Vec<Population> {
    let mut populations = run.populations.clone();
    if run.status != Status::Finished && recorded.has_spikes {
        populations.iter_mut().zip(&recorded.firing).for_each(|(population, firing)| population.take(firing));
    }
    populations
}

fn head(run: &Run, title: &str) -> String {
    let mut html = format!("<header><h1>{}</h1>", escape(title));
    if !run.scenario.source.is_empty() {
        let _ = write!(html, "<p class=\"source\">After {}</p>", linked(&run.scenario.source));
    }
    html += "</header>";
    let simulated = seconds(run.biological_s);
    let reason =
        run.error.as_deref().map_or(String::new(), |error| format!(": <code>{}</code>", escape(error)));
    match run.status {
        Status::Finished => {}
        Status::Failed => {
            let _ = write!(
                html,
                "<p class=\"banner bad\"><b>This run failed</b> after {simulated} of simulated time{reason}. What \
                 follows is what it recorded until then.</p>"
            );
        }
        Status::Interrupted => {
            let _ = write!(
                html,
                "<p class=\"banner warn\"><b>This run was interrupted</b> after {simulated} of simulated time{reason}. \
                 What was recorded until then is complete.</p>"
            );
        }
        Status::Running => {
            html += "<p class=\"banner warn\"><b>This run has not ended</b>, or was killed before it could say so. What \
                     follows is what was on the disk when this report was made.</p>";
        }
    }
    html
}

/// A source with its DOI as a link: the one thing in the page that leads out of it, and only when clicked.
fn linked(source: &str) -> String {
    let Some(at) = source.find("10.").filter(|at| source[*at..].contains('/')) else { return escape(source) };
    let (before, rest) = source.split_at(at);
    let doi = rest
        .split(|c: char| c.is_whitespace() || ",;)".contains(c))
        .next()
        .unwrap_or(rest)
        .trim_end_matches('.');
    let after = &rest[doi.len()..];
    format!(
        "{}<a href=\"https://doi.org/{doi}\">{doi}</a>{}",
        escape(before),
        escape(after),
        doi = escape(doi)
    )
}

fn cards(run: &Run, recorded: &Recorded, populations: &[Population]) -> String {
    let neurons: u64 = populations.iter().map(|p| p.size).sum();
    let spikes: u64 = populations.iter().map(|p| p.spikes).sum();
    let weighted: f64 = populations.iter().map(|p| p.rate_hz * p.recorded() as f64).sum();
    let heard: u64 = populations.iter().map(Population::recorded).sum();
    let mut html = String::from("<section class=\"cards\">");
    let mut card = |value: &str, label: &str, note: &str| {
        let _ =
            write!(html, "<div class=\"card\"><b>{value}</b><span>{label}</span><small>{note}</small></div>");
    };
    let learned = run.training.as_ref().map(training::cards).unwrap_or_default();
    learned.iter().for_each(|(value, label, note)| card(value, label, note));
    let steps = if run.steps > 0 { whole(run.steps as i64) + " " } else { String::new() };
    let simulated = if run.biological_s > 0.0 { run.biological_s } else { recorded.until_ms / 1e3 };
    let label = if run.training.is_some() { "a trial" } else { "simulated time" };
    card(&seconds(simulated), label, &format!("{steps}steps of {} ms", run.dt_ms));
    if run.wall_s > 0.0 && run.training.is_none() {
        let speed = format!("{} ×", short(run.biological_s / run.wall_s));
        card(&speed, "real time", &format!("{} on the clock", seconds(run.wall_s)));
    }
    let synapses = if run.synapses > 0 { format!("{} synapses", count(run.synapses)) } else { String::new() };
    card(&count(neurons), if neurons == 1 { "neuron" } else { "neurons" }, &synapses);
    let events = run.synaptic_events.map_or(String::new(), |n| format!("{} synaptic events", count(n)));
    if counts_spikes(run) {
        card(&count(spikes), "spikes", &events);
    }
    if heard > 0 {
        let of = if heard < neurons { format!(", {}", of_recorded(heard)) } else { String::new() };
        let rate = format!("{} Hz", short(weighted / heard as f64));
        card(&rate, "mean rate", &format!("spikes per neuron and second{of}"));
    }
    if !run.expectations.is_empty() {
        let (met, all) = (run.expectations.iter().filter(|e| e.passed).count(), run.expectations.len());
        let class = if met == all { "good" } else { "bad" };
        card(&format!("<i class=\"{class}\">{met} of {all}</i>"), "expectations met", "see the table below");
    }
    html + "</section>"
}

/// Whether spikes are what the run is about: a fitted readout reads features, and points of a sweep keep theirs to themselves.
fn counts_spikes(run: &Run) -> bool {
    run.sweep.is_none() && run.training.as_ref().is_none_or(|training| training.learner.is_empty())
}

fn activity(run: &Run, recorded: &Recorded) -> String {
    if run.populations.is_empty() || !counts_spikes(run) {
        return String::new();
    }
    let mut html = String::from("<section><h2>Who fired when</h2>");
    if !recorded.has_spikes {
        return html + "<p class=\"empty\">This run recorded no spikes.</p></section>";
    }
    html += &training::shown(run);
    html += "<p class=\"hint\">Each dot is a spike, each line of dots a neuron. Drag across a stretch of time to look closer; \
             double-click to see all of it.</p><div class=\"plot\"><canvas id=\"raster\"></canvas></div><noscript><p \
             class=\"empty\">The raster is drawn by a script, which this browser does not run.</p></noscript>";
    let all = run.populations.iter().all(|p| p.recorded() == p.size);
    let word = if all { "neuron" } else { "recorded neuron" };
    if recorded.stride > 1 {
        let _ = write!(
            html,
            "<p class=\"note\">One neuron in {} is shown, with all its spikes; the rates count every {word}.</p>",
            whole(recorded.stride as i64)
        );
    }
    if recorded.firing.iter().all(|f| f.spikes == 0) && run.populations.iter().all(|p| p.spikes == 0) {
        let _ = write!(html, "<p class=\"note\">No {word} fired.</p>");
    }
    html + "</section>"
}

fn traces(recorded: &Recorded) -> String {
    if recorded.traces.is_empty() {
        return String::new();
    }
    let mut html = String::from("<section><h2>Inside single neurons</h2>");
    html += "<p class=\"hint\">Strokes above a trace are the spikes of that neuron.</p><div class=\"plot\"><canvas \
             id=\"traces\"></canvas></div>";
    if recorded.traces_left_out > 0 {
        let _ = write!(
            html,
            "<p class=\"note\">{} more were recorded; all are in the table of traces.</p>",
            recorded.traces_left_out
        );
    }
    html + "</section>"
}

fn statistics(run: &Run, recorded: &Recorded) -> String {
    if !recorded.has_spikes {
        return String::new();
    }
    let named = || run.populations.iter().enumerate().zip(&recorded.firing);
    let intervals: Vec<Series<'_>> =
        named().map(|((i, p), f)| (p.name.as_str(), i % COLOURS, &f.intervals)).collect();
    let cvs: Vec<Series<'_>> = named().map(|((i, p), f)| (p.name.as_str(), i % COLOURS, &f.cvs)).collect();
    let rates: Vec<Series<'_>> =
        named().map(|((i, p), f)| (p.name.as_str(), i % COLOURS, &f.rates)).collect();
    let charts = [
        histogram("Intervals between spikes", "interval, ms", Axis::Logarithmic, &intervals),
        histogram(
            "Irregularity of single neurons",
            "coefficient of variation (1: as a Poisson process)",
            Axis::Linear,
            &cvs,
        ),
        histogram("Rates of single neurons", "rate, Hz", Axis::Linear, &rates),
    ]
    .concat();
    if charts.is_empty() {
        return String::new();
    }
    let mut html = String::from("<section><h2>How they fired</h2>");
    if run.after_ms > 0.0 {
        let _ = write!(html, "<p class=\"hint\">Without the first {} ms.</p>", short(run.after_ms));
    }
    // Filled outlines of more than three populations hide each other.
    let many = if run.populations.len() > 3 { " many" } else { "" };
    let _ = write!(
        html,
        "<div class=\"legend\">{}</div><div class=\"charts{many}\">{charts}</div><p class=\"note\">Each outline is scaled to \
         its own peak.</p></section>",
        legend(run)
    );
    html
}

fn legend(run: &Run) -> String {
    let entry =
        |(i, p): (usize, &Population)| format!("<span class=\"c{}\">{}</span>", i % COLOURS, escape(&p.name));
    run.populations.iter().enumerate().map(entry).collect()
}

fn firing(run: &Run, populations: &[Population]) -> String {
    let quantities: [(&str, &str); 3] =
        [("rate_hz", "rate, Hz"), ("cv", "CV of intervals"), ("silent_fraction", "silent neurons")];
    let mut html = String::from(
        "<section><h2>Firing, beside the reference</h2><div class=\"scroll\"><table><thead><tr><th>population</th>\
         <th>model</th><th class=\"n\">neurons</th><th class=\"n\">spikes</th>",
    );
    for (_, label) in quantities {
        let _ = write!(html, "<th class=\"n\">{label}</th>");
    }
    html += "</tr></thead><tbody>";
    for (place, p) in populations.iter().enumerate() {
        let _ = write!(
            html,
            "<tr><td><span class=\"dot c{}\">{}</span></td><td>{}</td><td class=\"n\">{}{}</td><td class=\"n\">{}</td>",
            place % COLOURS,
            escape(&p.name),
            escape(&p.model),
            whole(p.size as i64),
            counted(p),
            known(p, whole(p.spikes as i64))
        );
        let found = [
            known(p, short(p.rate_hz)),
            p.cv.map_or("–".into(), short),
            known(p, format!("{} %", short(p.silent_fraction * 100.0))),
        ];
        for ((what, _), found) in quantities.iter().zip(found) {
            let expected = run.expectations.iter().find(|e| e.of == p.name && e.what == *what);
            let _ = write!(html, "<td class=\"n\">{found}{}</td>", expected.map_or(String::new(), verdict));
        }
        html += "</tr>";
    }
    html += "</tbody></table></div>";
    let shown = |e: &&Expectation| {
        quantities.iter().any(|(w, _)| e.what == *w) && populations.iter().any(|p| p.name == e.of)
    };
    let others: Vec<&Expectation> = run.expectations.iter().filter(|e| !shown(e)).collect();
    html += &other_expectations(&others);
    let mut sources: Vec<&str> =
        run.expectations.iter().map(|e| e.source.as_str()).filter(|s| !s.is_empty()).collect();
    sources.sort_unstable();
    sources.dedup();
    if !sources.is_empty() {
        let sources: Vec<String> = sources.into_iter().map(linked).collect();
        let _ = write!(html, "<p class=\"note\">Reference: {}.</p>", sources.join("; "));
    }
    html + "</section>"
}

fn of_recorded(neurons: u64) -> String {
    format!("of {} recorded neuron{}", whole(neurons as i64), if neurons == 1 { "" } else { "s" })
}

/// What the statistics of a population are about, where that is not all of it.
fn counted(p: &Population) -> String {
    match p.recorded() {
        all if all == p.size => String::new(),
        0 => "<small>no spikes recorded</small>".into(),
        some => format!("<small>statistics {}</small>", of_recorded(some)),
    }
}

/// A quantity of a population; nothing is known of one whose spikes are not recorded.
fn known(p: &Population, value: String) -> String {
    if p.recorded() > 0 || p.size == 0 { value } else { "–".into() }
}

fn verdict(e: &Expectation) -> String {
    let scale = if e.what == "silent_fraction" { 100.0 } else { 1.0 };
    let (class, sign, word) = if e.passed { ("good", "✓", "within") } else { ("bad", "✗", "outside") };
    let reference = e.reference.map_or(String::new(), |r| format!(", reference {}", short(r * scale)));
    format!(
        "<small class=\"{class}\" title=\"{word} the expected range\"><i>{sign}</i> {} to {}{reference}</small>",
        short(e.low * scale),
        short(e.high * scale)
    )
}

fn other_expectations(others: &[&Expectation]) -> String {
    if others.is_empty() {
        return String::new();
    }
    let mut html = String::from(
        "<div class=\"scroll\"><table><thead><tr><th>of</th><th>quantity</th><th class=\"n\">found</th></tr></thead><tbody>",
    );
    for e in others {
        let value = e.value.map_or("–".into(), short);
        let (of, what) = (escape(&e.of), escape(&e.what));
        let _ =
            write!(html, "<tr><td>{of}</td><td>{what}</td><td class=\"n\">{value}{}</td></tr>", verdict(e));
    }
    html + "</tbody></table></div>"
}

fn details(run: &Run) -> String {
    let mut html = String::from("<section><h2>How to repeat it</h2><dl>");
    let mut row = |name: &str, value: String| {
        if !value.is_empty() {
            let _ = write!(html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
        }
    };
    row("scenario", escape(&run.scenario.file));
    row("sha-256", format!("<code>{}</code>", escape(&run.scenario.sha256)).replace("<code></code>", ""));
    row("seed", run.seed.to_string());
    row("version", escape(&run.version));
    row("machine", escape(&run.machine.cpu));
    row("instruction set", escape(&run.machine.isa));
    let of = if run.machine.cores > 0 { format!(" on {} cores", run.machine.cores) } else { String::new() };
    row("threads", format!("{}{of}", run.threads));
    let held = run.peak_rss_bytes.map_or(String::new(), |peak| format!("{} at most", bytes(peak)));
    let had = if run.machine.memory_bytes > 0 {
        format!(" of {}", bytes(run.machine.memory_bytes))
    } else {
        String::new()
    };
    row("memory", if held.is_empty() { held } else { held + &had });
    row("building", if run.build_s > 0.0 { seconds(run.build_s) } else { String::new() });
    row(
        if run.training.is_some() { "training" } else { "simulating" },
        if run.wall_s > 0.0 { seconds(run.wall_s) } else { String::new() },
    );
    row(
        "files",
        run.files.iter().map(|f| format!("<code>{}</code>", escape(f))).collect::<Vec<_>>().join(" "),
    );
    html + "</dl></section>"
}

/// What the script draws.
fn data(run: &Run, recorded: &Recorded) -> Value {
    let population = |(place, p): (usize, &Population)| {
        json!({
            "name": p.name,
            "size": p.size,
            "recorded": p.recorded(),
            "colour": place % COLOURS,
            "rows": recorded.rasters.get(place).map_or(0, |r| r.rows),
            "trains": recorded.rasters.get(place).map_or(String::new(), |r| base64(&r.trains)),
            "rate": recorded.activity_hz.get(place).map_or(String::new(), |bins| floats(bins.iter().copied())),
        })
    };
    let trace = |t: &crate::collect::Trace| {
        json!({
            "population": t.population,
            "neuron": t.neuron,
            "variable": t.variable,
            "unit": t.unit,
            "time": floats(t.points.iter().map(|p| p.0)),
            "value": floats(t.points.iter().map(|p| p.1)),
            "spikes": floats(t.spikes_ms.iter().copied()),
        })
    };
    json!({
        "until": recorded.until_ms,
        "film": run.behaviour.as_ref().and_then(|behaviour| behaviour.film.as_ref()),
        "bin": recorded.bin_ms,
        "tick": recorded.tick_ms,
        "stride": recorded.stride,
        "populations": if recorded.has_spikes {
            run.populations.iter().enumerate().map(population).collect::<Vec<_>>()
        } else {
            Vec::new()
        },
        "names": run.populations.iter().map(|p| &p.name).collect::<Vec<_>>(),
        "traces": recorded.traces.iter().map(trace).collect::<Vec<_>>(),
    })
}
