//! Nearest: the name of an equation that was probably meant.

use ecs_core::nearest;

/// Among more candidates than this nobody looks for a slip.
const MOST_CANDIDATES: usize = 300;

/// What to do about a word that is not among the candidates.
pub(crate) fn advice(word: &str, candidates: &[&str]) -> String {
    nearest::advice(nearest(word, candidates))
}

/// The candidate with the least edit distance, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let length = word.chars().count();
    let candidates = candidates.get(..MOST_CANDIDATES).unwrap_or(candidates);
    // Names are short, and one letter is near to every other.
    nearest::nearest(word, candidates, length.div_ceil(3).min(length.saturating_sub(1)))
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let words = ["tau_m", "g_l", "v_th"];
        assert_eq!(nearest("taum", &words), Some("tau_m"));
        assert_eq!(nearest("vth", &words), Some("v_th"));
        assert_eq!(nearest("colour", &words), None);
    }
}
