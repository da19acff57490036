//! Traces that neurons were fitted to, with the courses of the neurons before and after.

use crate::course::plot;
use crate::numbers::escape;
use recording::{Agreement, Line, Training};
use std::fmt::Write;

/// The section of a report; empty where no traces were followed.
pub(crate) fn section(training: &Training) -> String {
    if training.traces.is_empty() {
        return String::new();
    }
    let mut html = "<h2 style=\"margin-top:18px\">Traces and fits</h2><p class=\"hint\">Neurons run by themselves from the beginning to the \
                    end. \u{393} is the share of spikes that agree within 4 ms beyond those that do by chance: 1 is all, 0 none.</p><div \
                    class=\"scroll\"><table><thead><tr><th></th><th>RMSE before</th><th>after</th><th>spikes wanted</th><th>before</th><th>\
                    after</th><th>\u{393} before</th><th>after</th></tr></thead><tbody>"
        .to_owned();
    let coincidence = |a: &Agreement| a.coincidence.map_or("-".into(), |x| format!("{x:.2}"));
    for trace in &training.traces {
        let (unit, before, after) = (escape(&trace.unit), &trace.before, &trace.after);
        let _ = write!(
            html,
            "<tr><th>{}</th><td>{:.2} {unit}</td><td>{:.2} {unit}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&trace.name),
            before.rmse,
            after.rmse,
            trace.spikes,
            before.spikes,
            after.spikes,
            coincidence(before),
            coincidence(after)
        );
    }
    html += "</tbody></table></div><div class=\"legend\"><span class=\"c0\">trace</span><span class=\"c1\">neuron after \
             learning</span></div>";
    for trace in &training.traces {
        let line = Line {
            name: format!("{}, {}", trace.name, trace.unit),
            came: trace.target.clone(),
            predicted: trace.course.clone(),
        };
        html += &plot(training.traces_ms, &line);
    }
    html
}
