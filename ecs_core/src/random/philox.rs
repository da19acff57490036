//! Philox4x32-10: 128 bits of counter and 64 bits of key to 128 random bits, without a state.
//!
//! Source: Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3", SC11,
//! doi:10.1145/2063384.2063405, section 5.3 and table 2.

const ROUNDS: usize = 10;
const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
/// Added to the key after each round (Weyl sequence).
const WEYL: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// One block: four random words for `counter` under `key`, least significant word first.
#[inline(always)]
#[must_use]
pub fn philox(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let ([mut c0, mut c1, mut c2, mut c3], [mut k0, mut k1]) = (counter, key);
    for _ in 0..ROUNDS {
        let first = u64::from(MULTIPLIERS[0]) * u64::from(c0);
        let second = u64::from(MULTIPLIERS[1]) * u64::from(c2);
        (c0, c2) = ((second >> 32) as u32 ^ c1 ^ k0, (first >> 32) as u32 ^ c3 ^ k1);
        (c1, c3) = (second as u32, first as u32);
        (k0, k1) = (k0.wrapping_add(WEYL[0]), k1.wrapping_add(WEYL[1]));
    }
    [c0, c1, c2, c3]
}

/// `W` blocks side by side, word by word: `[word, lane]`. The loop runs over lanes and its body is a whole block, which
/// is the shape that the compiler turns into vector code.
#[inline(always)]
#[must_use]
pub fn philox_lanes<const W: usize>(counters: &[[u32; W]; 4], key: [u32; 2]) -> [[u32; W]; 4] {
    let mut words = [[0; W]; 4];
    for lane in 0..W {
        let block = philox([0, 1, 2, 3].map(|word: usize| counters[word][lane]), key);
        for word in 0..4 {
            words[word][lane] = block[word];
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::{Path, PathBuf};

    /// Counter, key, output of the known-answer vectors that Random123 publishes (file `kat_vectors`).
    const PUBLISHED: [[u32; 10]; 3] = [
        [0, 0, 0, 0, 0, 0, 0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
        [
            u32::MAX,
            u32::MAX,
            u32::MAX,
            u32::MAX,
            u32::MAX,
            u32::MAX,
            0x408f_276d,
            0x41c8_3b0e,
            0xa20b_c7c6,
            0x6d54_51fd,
        ],
        [
            0x243f_6a88,
            0x85a3_08d3,
            0x1319_8a2e,
            0x0370_7344,
            0xa409_3822,
            0x299f_31d0,
            0xd16c_fe09,
            0x94fd_cceb,
            0x5001_e420,
            0x2412_6ea1,
        ],
    ];

    fn reproduces(row: &[u32]) -> bool {
        let counter: [u32; 4] = row[..4].try_into().unwrap();
        let key = [row[4], row[5]];
        let lanes = philox_lanes::<8>(&counter.map(|word| [word; 8]), key);
        philox(counter, key) == row[6..] && (0..8).all(|lane| lanes.map(|word| word[lane]) == row[6..])
    }

    #[test]
    fn the_published_vectors_come_out() {
        assert!(PUBLISHED.iter().all(|row| reproduces(row)));
        assert!(!reproduces(&[1, 0, 0, 0, 0, 0, 0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]));
    }

    #[test]
    fn lanes_with_different_counters_equal_the_blocks_one_by_one() {
        let counters: [[u32; 16]; 4] =
            std::array::from_fn(|word| std::array::from_fn(|lane| (word * 1_000_003 + lane * 77) as u32));
        let lanes = philox_lanes(&counters, [3, 4]);
        for lane in 0..16 {
            assert_eq!(lanes.map(|word| word[lane]), philox(counters.map(|word| word[lane]), [3, 4]));
        }
    }

    #[test]
    fn all_rows_of_the_shared_known_answers_come_out() {
        let folder = std::env::var_os("SYNFIRE_DATA")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data"), PathBuf::from);
        let Ok(text) = std::fs::read_to_string(folder.join("reference/philox4x32_10/kat.json")) else {
            println!("skipped: no shared data folder");
            return;
        };
        // The file holds strings of eight hexadecimal digits and three other words; ten numbers make a row.
        let words: Vec<u32> = text
            .split('"')
            .filter(|piece| piece.len() == 8)
            .filter_map(|piece| u32::from_str_radix(piece, 16).ok())
            .collect();
        assert!(words.len() >= 100 && words.len().is_multiple_of(10), "{} words", words.len());
        assert!(words.chunks(10).all(reproduces));
    }
}
