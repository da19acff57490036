//! Networks: published networks fire as published, by the mean over several seeds or by the regime they are in.

use recording::Firing;
use serde_json::Value;
use tests::data::json;
use tests::network::{firing, shipped};

#[test]
fn probe() {
    for (name, changes) in [
        ("coba", vec![]), ("cuba", vec![]), ("cobahh", vec!["run.duration=\"500 ms\""]),
        ("brunel", vec!["run.duration=\"300 ms\""]),
    ] {
        let t = std::time::Instant::now();
        let s = shipped(name, &changes);
        let f = firing(&s, 100.0, 1.0);
        println!("{name} {:?} {}", t.elapsed(), f.iter().map(|f| format!("{} {:?} {}", f.rate_hz, f.cv, f.silent_fraction)).collect::<Vec<_>>().join("; "));
    }
}
