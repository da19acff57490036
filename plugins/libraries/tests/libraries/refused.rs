//! Everything that can be wrong with a library, and the words for it, which stand in `messages.txt`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use libraries::{LoadError, load};

use crate::built::Folder;
use crate::example::adaptive;

/// What is wrong, and the definitions that make `hostile.c` so.
const HOSTILE: &[(&str, &[&str])] = &[
    ("no entry", &["ENTRY=another_function"]),
    ("no descriptor", &["DESCRIPTOR=NULL"]),
    ("wrong magic", &["MAGIC=1234"]),
    ("wrong major version", &["MAJOR=7"]),
    ("newer minor version", &["MINOR=99"]),
    ("wrong size", &["SIZES={sizeof(synfire_text), 3, [COUNT((uint32_t[])SYNFIRE_SIZES) - 1] = 0}"]),
    ("too few structures", &["SIZES={sizeof(synfire_text)}"]),
    ("no function for tables", &["OPEN=NULL"]),
    ("tables refused", &["OPENED=SYNFIRE_STATUS_FAILED"]),
    ("tables that panic", &["OPENED=SYNFIRE_STATUS_PANICKED"]),
    ("an unknown status", &["OPENED=77"]),
    ("null table", &["NEURONS=NULL"]),
    ("absurd count", &["NEURON_COUNT=((size_t)1 << 60)"]),
    ("name that is no UTF-8", &["NAME=\"d\\xff\""]),
    ("name that no scenario can use", &["NAME=\"2 models\""]),
    ("empty name", &["NAME=\"\""]),
    ("two models of one name", &["NEURON_COUNT=2"]),
    ("two parameters of one name", &["SECOND=\"tau\""]),
    ("parameter named as a state variable", &["SECOND=\"v\""]),
    ("default that is not a number", &["DEFAULT=(0.0 / 0.0)"]),
    ("default that is not finite", &["DEFAULT=(1.0 / 0.0)"]),
    ("unknown bound", &["BOUND=9"]),
    ("no state", &["STATES=0"]),
    ("no derivative", &["DERIVATIVE=NULL"]),
    ("unknown integrator", &["INTEGRATOR=\"leapfrog\""]),
    ("unknown operation", &["OP=4711"]),
    ("operand that comes later", &["OPERAND=3"]),
    ("result that there is not", &["RESULT=4"]),
    ("too few results", &["RESULTS=0"]),
    ("unknown variable", &["VARIABLE=\"temperature\""]),
];

fn message(loaded: Result<libraries::Library, LoadError>, path: &Path) -> String {
    let error = loaded.map(|library| library.name).expect_err(&format!("{} is refused", path.display()));
    error.to_string().replace(&path.display().to_string(), "FILE")
}

/// Cases that are files, and no code at all.
fn files(folder: &Folder) -> Vec<(&'static str, PathBuf)> {
    let good = std::fs::read(adaptive()).unwrap();
    let cut = &good[..good.len() / 2];
    let mut foreign = good.clone();
    // The machine of an ELF file: s390.
    foreign[18..20].copy_from_slice(&[22, 0]);
    let mut arm = good.clone();
    arm[18..20].copy_from_slice(&[183, 0]);
    let mut mach = b"\xcf\xfa\xed\xfe".to_vec();
    mach.extend(0x0100_000c_u32.to_le_bytes());
    let mut windows = b"MZ".to_vec();
    windows.resize(60, 0);
    windows.extend([64, 0, 0, 0, b'P', b'E', 0, 0, 0x64, 0x86]);
    vec![
        ("missing file", folder.write("there", "").with_file_name("nowhere.so")),
        ("empty file", folder.write("empty.so", "")),
        ("text", folder.write("text.so", "#!/bin/sh\necho model\n")),
        ("half a header", folder.write("header.so", &good[..40])),
        ("half a file", folder.write("half.so", cut)),
        ("another machine", folder.write("arm.so", arm)),
        ("a machine without a name here", folder.write("s390.so", foreign)),
        ("another system", folder.write("mach.so", mach)),
        ("yet another system", folder.write("windows.so", windows)),
    ]
}

#[test]
fn each_message_says_what_was_found_what_is_allowed_and_what_to_do() {
    let folder = Folder::new("refused");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libraries/hostile.c");
    let mut found = String::new();
    let mut note = |what: &str, message: String| writeln!(found, "{what}:\n    {message}").unwrap();
    for (what, path) in files(&folder) {
        note(what, sizes_as_words(&message(load(&path, None), &path)));
    }
    note("bare name", message(load(Path::new("bare.so"), None), Path::new("bare.so")));
    for (k, (what, defines)) in HOSTILE.iter().enumerate() {
        let Some(path) = folder.compile(&source, &format!("hostile{k}"), defines) else { return };
        note(what, message(load(&path, None), &path));
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libraries/messages.txt");
    if std::env::var_os("SYNFIRE_WRITE_MESSAGES").is_some() {
        std::fs::write(&golden, &found).unwrap();
    }
    let expected = std::fs::read_to_string(&golden).unwrap_or_default();
    let differs = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
    assert!(
        found == expected,
        "the first that differs: {differs:?}; SYNFIRE_WRITE_MESSAGES=1 writes them anew"
    );
}

/// Numbers of bytes differ from build to build.
fn sizes_as_words(message: &str) -> String {
    match message.split_once(" bytes and its header speaks of ") {
        Some((_, rest)) => format!(
            "library `FILE`: has N bytes and its header speaks of M{}",
            &rest[rest.find(';').unwrap()..]
        ),
        None => message.to_owned(),
    }
}

#[test]
fn a_library_is_refused_where_its_digest_is_not_the_stated_one() {
    let library = load(adaptive(), None).unwrap();
    assert_eq!(library.sha256.len(), 64);
    assert!(load(adaptive(), Some(&library.sha256.to_uppercase())).is_ok());
    let stated = "0".repeat(64);
    let message = message(load(adaptive(), Some(&stated)), adaptive());
    assert!(
        message.contains(&format!("has SHA-256 {}, and {stated} was stated", library.sha256)),
        "{message}"
    );
}

#[test]
fn a_library_that_needs_another_is_refused_with_the_words_of_the_system() {
    let folder = Folder::new("needs");
    let source = folder.write("needs.c", "extern int nowhere(void);\nint here(void) { return nowhere(); }\n");
    let Some(path) = folder.compile(&source, "needs", &[]) else { return };
    let message = message(load(&path, None), &path);
    assert!(message.contains("is refused by the system") && message.contains("nowhere"), "{message}");
}

#[test]
fn the_right_plugin_beside_all_the_wrong_ones_loads() {
    let folder = Folder::new("right");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/libraries/hostile.c");
    let Some(path) = folder.compile(&source, "right", &[]) else { return };
    assert_eq!(load(&path, None).unwrap().neurons[0].entry.name, "decay");
}
