//! Units: what a scenario may write, and the exact number it becomes.

use ecs_core::units::{Unit, UnitError, parse_quantity, to_unit};

fn unit(text: &str) -> Unit {
    Unit::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn decimal_conversions_are_exact() {
    for (text, field, value) in [
        ("10 ms", "ms", 10.0),
        ("0.01 s", "ms", 10.0),
        ("0.1 ms", "s", 0.0001),
        ("100 us", "ms", 0.1),
        ("1.5 ms", "ms", 1.5),
        ("1_000 Hz", "1/ms", 1.0),
        ("20kHz", "1/ms", 20.0),
        ("-65 mV", "mV", -65.0),
        ("-0.065 V", "mV", -65.0),
        ("2 min", "s", 120.0),
        ("1 h", "min", 60.0),
        ("0.3 pA/mV", "nS", 0.3),
        ("1 uF/cm^2", "uF/cm2", 1.0),
        ("10 F/m²", "uF/cm2", 1000.0),
        ("1 mV*nS", "pA", 1.0),
        ("5 %", "", 0.05),
        ("0.25", "", 0.25),
        ("1e-3 V/s", "mV/ms", 1e-3),
        ("3 µM", "nM", 3000.0),
        ("1 mol/m3", "mM", 1.0),
        ("35.4 ohm*cm", "ohm*m", 0.354),
        ("2 kΩ", "Mohm", 0.002),
        ("7 ms^-1", "kHz", 7.0),
        ("7 /ms", "kHz", 7.0),
    ] {
        assert_eq!(to_unit(text, unit(field)), Ok(value), "{text} in {field}");
    }
}

#[test]
fn steps_fit_into_delays() {
    let ms = unit("ms");
    let steps = to_unit("1.5 ms", ms).unwrap() / to_unit("0.1 ms", ms).unwrap();
    assert!((steps - 15.0).abs() < 1e-12);
}

#[test]
fn what_is_no_quantity_says_why() {
    let ms = unit("ms");
    let wrong = |text: &str| to_unit(text, ms).unwrap_err();
    assert_eq!(wrong("20"), UnitError::NoUnit);
    assert_eq!(wrong(""), UnitError::NoNumber);
    assert_eq!(wrong("ms"), UnitError::NoNumber);
    assert_eq!(wrong("--2 ms"), UnitError::NoNumber);
    assert_eq!(wrong("1.2.3 ms"), UnitError::NoNumber);
    for text in ["nan ms", "-inf ms", "NaN", "1e400 ms", "1e99999999999 ms"] {
        assert_eq!(wrong(text), UnitError::NotFinite, "{text}");
    }
    for text in ["3 msec", "3 ms/", "3 ms//s", "3 kmin", "3 m s", "3 e"] {
        assert!(matches!(wrong(text), UnitError::UnknownSymbol(_)), "{text}");
    }
    for text in ["3 s99", "3 s9*s9*s9*s9*s9*s9*s9*s9*s9*s9*s9*s9*s9*s9*s9"] {
        assert_eq!(wrong(text), UnitError::TooLarge, "{text}");
    }
    assert!(matches!(wrong("20 mV"), UnitError::WrongDimension { .. }));
}

#[test]
fn dimensions_have_names() {
    for (text, name) in [
        ("V", "a voltage"),
        ("min", "a time"),
        ("kHz", "a rate"),
        ("uA/mV", "a conductance"),
        ("S/m2", "a conductance per area"),
        ("", "a bare number"),
        ("%", "a bare number"),
        ("m2/s", "a quantity in m2 s-1"),
    ] {
        assert_eq!(unit(text).dimension.to_string(), name);
    }
    assert_eq!(unit("V").dimension.example(), "mV");
}

#[test]
fn the_factor_is_the_size_in_base_units() {
    assert_eq!(unit("ms").factor(), 1e-3);
    assert_eq!(unit("h").factor(), 3600.0);
    assert_eq!(parse_quantity("20 ms").unwrap().0, 20.0);
}

#[test]
fn no_text_makes_it_panic() {
    let alphabet = [
        "1", "-", "+", ".", "e", "E", "_", " ", "m", "s", "V", "/", "*", "·", "^", "²", "%", "µ", "nan", "é",
        "9",
    ];
    let mut state = 1_u32;
    for _ in 0..20_000 {
        let text: String = (0..8)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                alphabet[(state >> 16) as usize % alphabet.len()]
            })
            .collect();
        let _ = to_unit(&text, unit("ms"));
    }
}
