//! Nearest: the word that was probably meant.

/// Words longer than this are not compared: nobody mistypes them, and the cost is quadratic.
const LONGEST: usize = 64;

/// Among more candidates than this nobody looks for a slip.
const MOST_CANDIDATES: usize = 1000;

/// The candidate with the least edit distance, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(2);
    let candidates = candidates.get(..MOST_CANDIDATES).unwrap_or(candidates);
    let scored = candidates.iter().map(|candidate| (distance(word, candidate), *candidate));
    scored
        .filter(|(score, _)| *score <= limit)
        .min_by_key(|(score, _)| *score)
        .map(|(_, candidate)| candidate)
}

/// What to do about a word that is not among the candidates.
pub(crate) fn advice(word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => "take one of the allowed words".to_owned(),
    }
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), without regard to case.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    if a.len().max(b.len()) > LONGEST {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
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
        assert_eq!(distance("izhikevitch", "izhikevich"), 1);
    }
}
