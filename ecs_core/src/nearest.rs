//! Nearest: the word that was probably meant, for messages about one that nobody knows.

/// Words longer than this are not compared: nobody mistypes them, and the cost is quadratic.
const LONGEST: usize = 64;

/// The candidate with the least edit distance, if that is within `limit`.
pub fn nearest<'a>(word: &str, candidates: &[&'a str], limit: usize) -> Option<&'a str> {
    let scored = candidates.iter().map(|candidate| (distance(word, candidate), *candidate));
    scored
        .filter(|(score, _)| *score <= limit)
        .min_by_key(|(score, _)| *score)
        .map(|(_, candidate)| candidate)
}

/// What to do about a word, given the one that was probably meant.
pub fn advice(meant: Option<&str>) -> String {
    match meant {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None => "take one of the allowed words".to_owned(),
    }
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment), without regard to case.
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
mod tests {
    use super::*;

    #[test]
    fn a_swap_is_one_slip_and_case_is_none() {
        assert_eq!(distance("izhikevitch", "izhikevich"), 1);
        assert_eq!(distance("wieght", "Weight"), 1);
        assert_eq!(nearest("colour", &["delay", "weight"], 2), None);
    }
}
