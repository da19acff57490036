//! Nearest: the word that was probably meant.

/// Words longer than this are not compared: nobody mistypes them, and the cost is quadratic.
const LONGEST: usize = 64;

/// Among more candidates than this nobody looks for a slip.
const MOST_CANDIDATES: usize = 300;

/// What to do about a word that is not among the candidates.
pub(crate) fn advice(word: &str, candidates: &[&str]) -> String {
    match nearest(word, candidates) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => "take one of the allowed words".to_owned(),
    }
}

/// The candidate with the least edit distance, if it is near enough to be a slip.
pub(crate) fn nearest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let length = word.chars().count();
    // One letter is near to every other.
    let limit = length.div_ceil(3).min(length.saturating_sub(1));
    let scored = candidates.iter().take(MOST_CANDIDATES).map(|other| (distance(word, other), *other));
    scored
        .filter(|(score, _)| *score <= limit)
        .min_by_key(|(score, _)| *score)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment); case counts little.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().take(LONGEST + 1).collect();
    let b: Vec<char> = b.to_lowercase().chars().take(LONGEST + 1).collect();
    if a.len().max(b.len()) > LONGEST {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let other = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + other);
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
        let words = ["tau_m", "g_l", "v_th"];
        assert_eq!(nearest("taum", &words), Some("tau_m"));
        assert_eq!(nearest("vth", &words), Some("v_th"));
        assert_eq!(nearest("colour", &words), None);
    }
}
