//! Full disks: an error that says what was kept, never a silent success; what was kept can be read.

use crate::{Desk, SMALL, run_of, times_of};

/// Every neuron fires in every step: 0.4 MB of spikes in a step.
fn torrent() -> String {
    SMALL
        .replace("size   = 100", "size   = 100_000")
        .replace("i_e = \"500 pA\"", "i_e = \"1e9 pA\", t_ref = \"0 ms\"")
        .replace("[\"spikes\", \"v\"]", "\"spikes\"")
}

#[track_caller]
fn is_recovered(desk: &Desk, folder: &str) {
    desk.call(&["report", folder]).expect(0);
    let times = times_of(&desk.file(folder));
    assert!(times.len() > 10_000 && times.is_sorted(), "{} spikes", times.len());
    assert!(desk.file(folder).join("report.html").exists());
}

#[test]
fn a_file_that_may_grow_no_further_ends_the_run_with_an_error() {
    let desk = Desk::with(&torrent());
    let answer = desk.shell("ulimit -f 3000; $SYNFIRE run case.toml --no-report").expect(1);
    for part in ["recording stopped", "the file keeps", "complete up to", "stays readable"] {
        assert!(answer.err.contains(part), "`{part}` in {}", answer.err);
    }
    is_recovered(&desk, "out/case");
}

#[test]
fn a_full_disk_ends_the_run_with_an_error() {
    let desk = Desk::with(&torrent());
    let mount = "mkdir disk && mount -t tmpfs -o size=3m tmpfs disk";
    let may = desk.shell(&format!("unshare -rm bash -c '{mount}'; code=$?; rmdir disk; exit $code"));
    if may.code != Some(0) {
        println!("skipped: this user may not mount a small disk: {}", may.err);
        return;
    }
    let line =
        format!("{mount} && $SYNFIRE run case.toml --out disk/run; code=$?; cp -r disk/run kept; exit $code");
    let answer = desk.shell(&format!("unshare -rm bash -c '{line}'")).expect(1);
    assert!(
        answer.err.contains("recording stopped") && answer.err.contains("complete up to"),
        "{}",
        answer.err
    );
    assert!(!answer.out.contains(": finished"), "{}", answer.out);
    is_recovered(&desk, "kept");
    assert!(run_of(&desk.file("kept")).populations[0].spikes > 0);
}
