//! Damaged files are errors: never a panic, never an allocation that the file cannot justify.

use std::fs;
use std::path::PathBuf;
use tables::{Table, TableError, Text};

const FORMATS: [&str; 3] = ["parquet", "npz", "csv"];
/// Flips per format: this many take some seconds.
const FLIPS: u64 = 10_000;

fn path(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("synfire_tables_{}_{name}", std::process::id()))
}

fn spikes(rows: u32) -> Result<Table, TableError> {
    let time: Vec<f64> = (0..rows).map(|i| f64::from(i / 3) * 0.1).collect();
    let population: Text = (0..rows).map(|i| ["excitatory", "inhibitory"][i as usize % 2]).collect();
    let neuron: Vec<u32> = (0..rows).map(|i| i.wrapping_mul(2_654_435_761)).collect();
    let weight: Vec<f32> = (0..rows).map(|i| i as f32 / 7.0).collect();
    let change: Vec<i64> = (0..i64::from(rows)).map(|i| 5 - i * 1_000_000_007).collect();
    let table = Table::new().with("time_ms", time)?.with("population", population)?;
    table.with("neuron", neuron)?.with("weight", weight)?.with("change", change)
}

#[test]
fn every_format_gives_back_what_was_written() {
    for format in FORMATS {
        let path = path(&format!("round.{format}"));
        for rows in [0, 1, 300_000] {
            let written = spikes(rows).unwrap();
            tables::write(&path, &written).unwrap();
            let read = tables::read(&path).unwrap();
            assert_eq!(read.rows(), rows as usize, "{format}");
            if rows > 0 {
                assert_eq!(read.text("population").unwrap(), written.text("population").unwrap(), "{format}");
                for name in ["time_ms", "neuron", "weight", "change"] {
                    let same = |a: f64, b: f64| (a - b).abs() <= 1e-7 * b.abs();
                    let (a, b) = (read.numbers(name).unwrap(), written.numbers(name).unwrap());
                    assert!(a.iter().zip(b.iter()).all(|(a, b)| same(*a, *b)), "{format} {name}");
                }
                assert_eq!(read.indices("neuron").unwrap(), written.indices("neuron").unwrap());
            }
        }
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_binary_file_that_was_cut_short_is_an_error_wherever_it_was_cut() {
    for format in ["parquet", "npz"] {
        let path = path(&format!("cut.{format}"));
        tables::write(&path, &spikes(60).unwrap()).unwrap();
        let whole = fs::read(&path).unwrap();
        for length in 0..whole.len() {
            fs::write(&path, &whole[..length]).unwrap();
            let error = tables::read(&path).expect_err("a file without its end is no table").to_string();
            assert!(error.contains("damaged"), "{error}");
        }
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn flipped_bytes_give_an_error_or_a_table_and_never_a_panic() {
    for format in FORMATS {
        let path = path(&format!("flip.{format}"));
        tables::write(&path, &spikes(60).unwrap()).unwrap();
        let whole = fs::read(&path).unwrap();
        let mut state = 1_u64;
        let mut random = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        let mut errors = 0;
        for _ in 0..FLIPS {
            let mut bytes = whole.clone();
            for _ in 0..=random() % 4 {
                let at = random() % bytes.len();
                bytes[at] = random() as u8;
            }
            fs::write(&path, &bytes).unwrap();
            errors += u64::from(tables::read(&path).is_err());
        }
        assert!(errors > FLIPS / 10, "{format}: only {errors} of {FLIPS} flips were noticed");
        fs::remove_file(path).unwrap();
    }
}

#[test]
fn a_writer_that_is_dropped_leaves_no_file() {
    for format in FORMATS {
        let path = path(&format!("dropped.{format}"));
        let mut writer = tables::create(&path, &[("a", tables::Kind::F64)]).unwrap();
        writer.append(&Table::new().with("a", vec![1.0]).unwrap()).unwrap();
        let wrong = writer.append(&Table::new().with("b", vec![1.0]).unwrap()).unwrap_err().to_string();
        assert!(wrong.contains("a batch has `b` (numbers), not `a` (numbers)"), "{wrong}");
        drop(writer);
        assert!(!path.exists());
    }
}

#[test]
fn an_unknown_extension_says_which_are_known() {
    let error = tables::read(std::path::Path::new("spikes.xls")).unwrap_err().to_string();
    assert_eq!(
        error,
        "`spikes.xls`: `.xls` is not the extension of a table; use `.parquet`, `.npz`, `.csv`, `.tsv`, `.txt` or `.dat`"
    );
}
