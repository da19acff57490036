//! Numbers as people read them.

/// Three significant digits, with thousands apart.
pub(crate) fn short(value: f64) -> String {
    if !value.is_finite() {
        return "–".into();
    }
    let size = value.abs();
    match size {
        0.0 => "0".into(),
        _ if size >= 99.95 => whole(value.round() as i64),
        _ if size >= 9.995 => format!("{value:.1}"),
        _ if size >= 0.01 => format!("{value:.2}"),
        _ => format!("{value:.1e}"),
    }
}

/// A whole number with thousands apart.
pub(crate) fn whole(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = String::from(if value < 0 { "−" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A large number in words: `1.23 million`.
pub(crate) fn count(value: u64) -> String {
    match value {
        0..1_000_000 => whole(value as i64),
        1_000_000..1_000_000_000 => format!("{} million", short(value as f64 / 1e6)),
        _ => format!("{} billion", short(value as f64 / 1e9)),
    }
}

/// A time in the unit that suits it.
pub(crate) fn seconds(value: f64) -> String {
    match value {
        _ if !value.is_finite() => "–".into(),
        0.0 => "0 s".into(),
        _ if value < 1.0 => format!("{} ms", short(value * 1e3)),
        _ if value < 120.0 => format!("{} s", short(value)),
        _ if value < 7200.0 => format!("{} min", short(value / 60.0)),
        _ => format!("{} h", short(value / 3600.0)),
    }
}

/// Memory in the unit that suits it.
pub(crate) fn bytes(value: u64) -> String {
    let value = value as f64;
    match value {
        _ if value < 1e6 => format!("{} kB", short(value / 1e3)),
        _ if value < 1e9 => format!("{} MB", short(value / 1e6)),
        _ => format!("{} GB", short(value / 1e9)),
    }
}

/// Text that is safe inside HTML.
pub(crate) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_people_write_them() {
        let all = [0.0, 0.0012, 0.5, 9.99, 12.34, 1234.5, -70.0, f64::NAN].map(short);
        assert_eq!(all, ["0", "1.2e-3", "0.50", "9.99", "12.3", "1,235", "-70.0", "–"]);
        assert_eq!([999, 1000, 1_234_567].map(whole), ["999", "1,000", "1,234,567"]);
        assert_eq!([12_345, 1_234_567, 3_000_000_000].map(count), ["12,345", "1.23 million", "3.00 billion"]);
        assert_eq!([0.081, 1.5, 600.0].map(seconds), ["81.0 ms", "1.50 s", "10.0 min"]);
    }

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<a href='x'>&\"</a>"), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;&lt;/a&gt;");
    }
}
