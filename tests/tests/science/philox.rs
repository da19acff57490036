//! Philox4x32-10: the known answers of Salmon et al. (2011), <https://doi.org/10.1145/2063384.2063405>, and more of our own.

use ecs_core::random::{philox, philox_lanes};
use serde_json::Value;
use tests::data::json;

fn words<const N: usize>(row: &Value, name: &str) -> [u32; N] {
    std::array::from_fn(|k| {
        let word = row[name][k].as_str().expect("a word in hexadecimal");
        u32::from_str_radix(word, 16).expect("a word in hexadecimal")
    })
}

#[test]
fn philox_gives_the_known_answers() {
    let Some(rows) = json("philox4x32_10/kat.json") else { return };
    let rows = rows.as_array().expect("a list of rows");
    assert!(rows.len() >= 3);
    for row in rows {
        let (counter, key, out) = (words::<4>(row, "ctr"), words::<2>(row, "key"), words::<4>(row, "out"));
        assert_eq!(philox(counter, key), out, "counter {counter:x?}");
        let lanes = philox_lanes(&counter.map(|word| [word; 8]), key);
        assert_eq!(lanes, out.map(|word| [word; 8]), "lanes, counter {counter:x?}");
    }
}
