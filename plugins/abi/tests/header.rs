//! The C header is the one that the definitions give, and a C compiler agrees with them.

use std::path::Path;
use std::process::Command;

fn committed() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("synfire.h");
    std::fs::read_to_string(path).unwrap_or_default()
}

#[test]
fn the_committed_header_is_the_generated_one() {
    if std::env::var_os("SYNFIRE_WRITE_HEADER").is_some() {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("synfire.h"), abi::header()).unwrap();
    }
    let advice = "write it anew: SYNFIRE_WRITE_HEADER=1 cargo test -p abi";
    assert!(committed() == abi::header(), "`synfire.h` differs from the definitions; {advice}");
}

#[test]
fn a_c_compiler_sees_the_same_sizes() {
    let folder = std::env::temp_dir().join(format!("synfire-header-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let sizes: Vec<String> = abi::SIZES.iter().map(u32::to_string).collect();
    let source = format!(
        "#include \"synfire.h\"\n#include <stdio.h>\nint main(void) {{\n    uint32_t here[] = SYNFIRE_SIZES;\n    uint32_t \
         there[] = {{ {} }};\n    for (unsigned k = 0; k < sizeof here / sizeof *here; k++)\n        if (here[k] != there[k]) \
         return 1;\n    return sizeof here == sizeof there ? 0 : 2;\n}}\n",
        sizes.join(", ")
    );
    let (file, program) = (folder.join("sizes.c"), folder.join("sizes"));
    std::fs::write(&file, source).unwrap();
    let mut compile = Command::new("cc");
    compile.args(["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Werror", "-I", env!("CARGO_MANIFEST_DIR")]);
    let Ok(compiled) = compile.arg(&file).arg("-o").arg(&program).output() else {
        return println!("skipped: no C compiler");
    };
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    assert_eq!(Command::new(&program).status().unwrap().code(), Some(0));
    std::fs::remove_dir_all(&folder).unwrap();
}
