//! Nearest: the word of a scenario that was probably meant.

use ecs_core::nearest;

/// Among more candidates than this nobody looks for a slip.
const MOST_CANDIDATES: usize = 1000;

/// The candidate with the least edit distance, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let candidates = candidates.get(..MOST_CANDIDATES).unwrap_or(candidates);
    nearest::nearest(word, candidates, (word.chars().count() / 3).max(2))
}

/// What to do about a word that is not among the candidates.
pub(crate) fn advice(word: &str, candidates: &[&str]) -> String {
    nearest::advice(nearest(word, candidates))
}

#[cfg(test)]
mod test {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_none() {
        let words = ["delay", "weight", "from", "to"];
        assert_eq!(nearest("dely", &words), Some("delay"));
        assert_eq!(nearest("wieght", &words), Some("weight"));
        assert_eq!(nearest("colour", &words), None);
        assert_eq!(nearest("izhikevitch", &["izhikevich"]), Some("izhikevich"));
    }
}
