//! Whatever ends a run, what it recorded is whole up to some time, and nothing that was there before is harmed.

use recording::{
    Cells, Precision, RecordError, Run, RunFolder, SpikeSpool, Status, TraceSpool, Traced, Window,
    each_sample, each_spike, recover,
};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tables::Format;

const DT: f64 = 0.1;

fn empty(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("synfire_recording_{}_{name}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

fn cells() -> Vec<Cells> {
    [("excitatory", 100), ("inhibitory", 25)].map(|(name, size)| Cells { name: name.into(), size }).to_vec()
}

fn voltage() -> Vec<Traced> {
    let (population, variable, unit) = ("excitatory".into(), "v".into(), "mV".into());
    vec![Traced { population, variable, unit, neurons: vec![3, 9] }]
}

/// Steps 1 to 20: neurons `step` and 99 of the first population, and every other step neuron 7 of the second.
fn fire(spool: &mut SpikeSpool) -> Result<(), RecordError> {
    for step in 1..=20_u32 {
        spool.append(step.into(), 0, &[step, 99])?;
        spool.append(step.into(), 1, if step % 2 == 0 { &[7] } else { &[] })?;
    }
    Ok(())
}

fn started(path: &Path) -> Result<(RunFolder, Run), RecordError> {
    let folder = RunFolder::create(path, false)?;
    let named =
        |p: &Cells| recording::Population { name: p.name.clone(), size: p.size.into(), ..Default::default() };
    let run = Run { dt_ms: DT, populations: cells().iter().map(named).collect(), ..Run::default() };
    run.write(path)?;
    Ok((folder, run))
}

#[test]
fn a_run_becomes_tables_and_its_spools_go() {
    for format in [Format::Parquet, Format::Npz] {
        let path = empty(format.extension());
        let (folder, mut run) = started(&path).unwrap();
        let mut spikes = folder.spikes(DT, &cells()).unwrap();
        let mut traces = folder.traces(DT, Precision::F32, &voltage()).unwrap();
        fire(&mut spikes).unwrap();
        traces.append(1, 0, &[-70.0_f32, -65.5][..]).unwrap();
        traces.append(2, 0, &[-71.0_f64, -65.25][..]).unwrap();
        assert!(matches!(folder.make_tables(format), Err(RecordError::Busy(_))), "the spools are still open");
        spikes.close().unwrap();
        traces.close().unwrap();

        let made = folder.make_tables(format).unwrap();
        assert_eq!(made.spikes.unwrap().rows, 50);
        run.tally(&path, Window { after_ms: 0.0, until_ms: 2.0, bin_ms: 0.5 }).unwrap();
        assert_eq!([0, 1].map(|k| run.populations[k].spikes), [40, 10]);
        let mut found = Vec::new();
        assert!(
            each_spike(&path, &run, |time, population, neuron| found.push((time, population, neuron)))
                .unwrap()
        );
        assert_eq!(found[..5], [(0.1, 0, 1), (0.1, 0, 99), (0.2, 0, 2), (0.2, 0, 99), (0.2, 1, 7)]);
        assert_eq!(found[5].0, 0.3, "three steps of 0.1 ms are 0.3 ms");
        let mut values = Vec::new();
        each_sample(&path, |s| values.push((s.time_ms, s.neuron, s.variable.to_owned(), s.value))).unwrap();
        let v = || "v".to_owned();
        assert_eq!(
            values,
            [(0.1, 3, v(), -70.0), (0.1, 9, v(), -65.5), (0.2, 3, v(), -71.0), (0.2, 9, v(), -65.25)]
        );
        assert!(!path.join("spikes.spool").exists() && !path.join("traces.spool").exists());
        fs::remove_dir_all(path).unwrap();
    }
}

#[test]
fn a_spool_that_was_cut_anywhere_gives_the_records_before_the_cut() {
    let path = empty("cut");
    let (folder, run) = started(&path).unwrap();
    let mut spikes = folder.spikes(DT, &cells()).unwrap();
    fire(&mut spikes).unwrap();
    spikes.close().unwrap();
    let spool = path.join("spikes.spool");
    let whole = fs::read(&spool).unwrap();
    let header = 12 + u32::from_le_bytes([whole[8], whole[9], whole[10], whole[11]]) as usize;
    let mut all = Vec::new();
    each_spike(&path, &run, |time, population, neuron| all.push((time, population, neuron))).unwrap();
    for length in 0..=whole.len() {
        fs::write(&spool, &whole[..length]).unwrap();
        let mut found = Vec::new();
        let read = each_spike(&path, &run, |time, population, neuron| found.push((time, population, neuron)));
        assert_eq!(read.is_ok(), length >= header, "{length} bytes");
        assert_eq!(found, all[..found.len()], "{length} bytes");
        // Records of two spikes are 22 bytes and those of one 18; two steps are two of the former and one of the latter.
        let (pairs, rest) = (length.saturating_sub(header) / 62, length.saturating_sub(header) % 62);
        assert_eq!(found.len(), pairs * 5 + rest / 22 * 2, "{length} bytes");
    }
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn a_killed_run_is_recovered_once_and_said_to_be_interrupted() {
    let path = empty("killed");
    let (folder, _) = started(&path).unwrap();
    let mut spikes = folder.spikes(DT, &cells()).unwrap();
    fire(&mut spikes).unwrap();
    drop(spikes);
    let spool = path.join("spikes.spool");
    let whole = fs::read(&spool).unwrap();
    fs::write(&spool, &whole[..whole.len() - 3]).unwrap();

    let made = recover(&path, Format::Parquet).unwrap();
    let kept = made.spikes.unwrap();
    // The last record, one spike in 18 bytes, lost its last 3.
    assert_eq!((kept.rows, kept.last_ms, kept.dropped_bytes), (49, 2.0, 15));
    let run = Run::read(&path).unwrap();
    assert_eq!((run.status, run.biological_s, run.populations[0].spikes), (Status::Interrupted, 0.002, 40));
    assert_eq!(run.files, ["spikes.parquet"]);
    assert_eq!(recover(&path, Format::Parquet).unwrap().spikes, None, "nothing is left to recover");
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn a_killed_run_that_recorded_few_is_counted_by_those() {
    let path = empty("few");
    let (folder, mut run) = started(&path).unwrap();
    [0, 5].iter().zip(&mut run.populations).for_each(|(recorded, p)| p.recorded = Some(*recorded));
    run.write(&path).unwrap();
    let mut spikes = folder.spikes(DT, &cells()[1..]).unwrap();
    (1..=20).try_for_each(|step| spikes.append(step, 0, &[7])).unwrap();
    drop(spikes);
    recover(&path, Format::Parquet).unwrap();
    let [first, second] = Run::read(&path).unwrap().populations.try_into().unwrap();
    assert_eq!((first.spikes, first.rate_hz, first.silent_fraction), (0, 0.0, 0.0));
    assert_eq!((second.spikes, second.rate_hz, second.silent_fraction), (20, 2000.0, 0.8));
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn a_run_json_that_does_not_say_who_was_recorded_means_all() {
    let path = empty("old");
    fs::create_dir_all(&path).unwrap();
    fs::write(path.join("run.json"), r#"{"populations": [{"name": "a", "size": 12}]}"#).unwrap();
    assert_eq!(Run::read(&path).unwrap().populations[0].recorded(), 12);
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn flipped_bytes_in_a_spool_never_panic() {
    let path = empty("flipped");
    let (folder, run) = started(&path).unwrap();
    let mut spikes = folder.spikes(DT, &cells()).unwrap();
    fire(&mut spikes).unwrap();
    spikes.close().unwrap();
    let spool = path.join("spikes.spool");
    let whole = fs::read(&spool).unwrap();
    for at in 0..whole.len() {
        for bits in [0x01, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= bits;
            fs::write(&spool, &bytes).unwrap();
            let mut spikes = 0;
            let _ = each_spike(&path, &run, |_, _, _| spikes += 1);
            assert!(spikes <= 50);
        }
    }
    fs::remove_dir_all(path).unwrap();
}

/// Takes this many bytes, and then has no room.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_says_what_is_kept_and_until_when() {
    let mut spool =
        SpikeSpool::over(Box::new(Full(2_000_000)), Path::new("spikes.spool"), DT, &cells()).unwrap();
    let mut step = 0;
    let error = loop {
        step += 1;
        match spool.append(step, 0, &[1, 2, 3]) {
            Ok(()) => assert!(step < 1_000_000, "the disk never filled"),
            Err(error) => break error,
        }
    };
    let RecordError::Stopped { kept, reached_ms, .. } = &error else { panic!("{error}") };
    // One buffer of 1 MiB was taken whole, which is 40,329 records of 26 bytes: all before step 40,330.
    assert_eq!(*kept, 2_000_000);
    assert_eq!(*reached_ms, 4_033.0);
    let text = error.to_string();
    assert!(text.starts_with("`spikes.spool`: recording stopped: "), "{text}");
    assert!(text.contains("the file keeps 2000000 bytes, complete up to 4033 ms"), "{text}");
    assert!(
        spool.append(step + 1, 0, &[1; 100]).is_ok() || spool.close().is_err(),
        "no later call may claim success"
    );
}

#[test]
fn a_full_disk_never_lets_a_recording_end_well() {
    let mut spool = SpikeSpool::over(Box::new(Full(300)), Path::new("spikes.spool"), DT, &cells()).unwrap();
    fire(&mut spool).unwrap();
    assert!(matches!(spool.close(), Err(RecordError::Stopped { kept: 300, .. })));
    let traced = voltage();
    let mut spool =
        TraceSpool::over(Box::new(Full(300)), Path::new("traces.spool"), DT, Precision::F64, &traced)
            .unwrap();
    (0..20).try_for_each(|step| spool.append(step, 0, &[0.0, 1.0][..])).unwrap();
    assert!(spool.close().is_err());
}

#[cfg(target_os = "linux")]
#[test]
fn a_real_device_without_room_is_an_error_at_once() {
    let device = Path::new("/dev/full");
    if let Ok(file) = fs::File::options().write(true).open(device) {
        let error = SpikeSpool::over(Box::new(file), device, DT, &cells())
            .err()
            .expect("there is no room")
            .to_string();
        assert!(error.contains("`/dev/full`: recording stopped: No space left on device"), "{error}");
    }
}

#[test]
fn a_table_that_finds_no_room_leaves_the_spool() {
    let path = empty("no_room");
    let (folder, run) = started(&path).unwrap();
    let mut spikes = folder.spikes(DT, &cells()).unwrap();
    fire(&mut spikes).unwrap();
    spikes.close().unwrap();
    // A folder in the place of the temporary file cannot be written to, whoever asks.
    fs::create_dir(path.join("spikes.parquet.part")).unwrap();
    assert!(folder.make_tables(Format::Parquet).is_err());
    let mut found = 0;
    each_spike(&path, &run, |_, _, _| found += 1).unwrap();
    assert_eq!(found, 50);
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn a_run_is_replaced_only_when_asked_and_nothing_else_ever() {
    let path = empty("occupied");
    let (folder, _) = started(&path).unwrap();
    let name = folder.copy_scenario(Path::new("scenarios/coba.toml"), b"title = 1").unwrap();
    Run { files: vec![name, "../outside.txt".into()], ..Run::default() }.write(&path).unwrap();
    fs::write(path.join("notes.txt"), "mine").unwrap();
    let outside = path.with_file_name("outside.txt");
    fs::write(&outside, "not mine").unwrap();

    let error = RunFolder::create(&path, false).unwrap_err().to_string();
    let shown = path.display();
    assert_eq!(
        error,
        format!("`{shown}` already holds a run; use `--overwrite` to replace it, or choose another folder")
    );
    RunFolder::create(&path, true).unwrap();
    assert!(!path.join("run.json").exists() && !path.join("coba.toml").exists());
    assert!(path.join("notes.txt").exists() && outside.exists(), "what the run did not write stays");

    let error = RunFolder::create(&path, true).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "`{shown}` is not a run folder: it holds `notes.txt` and no `run.json`; nothing was changed; choose a new or an \
             empty folder"
        )
    );
    assert!(RunFolder::create(&path.join("notes.txt"), true).is_err());
    assert!(RunFolder::open(&path).unwrap_err().to_string().contains("holds no run"));
    fs::remove_dir_all(path).unwrap();
    fs::remove_file(outside).unwrap();
}

#[test]
fn a_run_that_is_still_going_is_neither_recovered_nor_replaced() {
    let path = empty("busy");
    let (folder, _) = started(&path).unwrap();
    let spikes = folder.spikes(DT, &cells()).unwrap();
    assert!(matches!(recover(&path, Format::Parquet), Err(RecordError::Busy(_))));
    assert!(matches!(RunFolder::create(&path, true), Err(RecordError::Busy(_))));
    drop(spikes);
    assert!(recover(&path, Format::Parquet).is_ok());
    fs::remove_dir_all(path).unwrap();
}

#[test]
fn run_json_is_read_back_and_a_damaged_one_is_named() {
    let path = empty("json");
    let (_, mut run) = started(&path).unwrap();
    run.status = Status::Failed;
    run.error = Some("`v` of `excitatory` 3 is not finite".into());
    run.write(&path).unwrap();
    assert_eq!(Run::read(&path).unwrap(), run);
    fs::write(path.join("run.json"), "{\"seed\": ").unwrap();
    assert!(Run::read(&path).unwrap_err().to_string().contains("run.json`: EOF"));
    fs::remove_dir_all(path).unwrap();
}
