//! The standard normal by inversion of its distribution function: one draw for one pair of words.
//!
//! Source: Wichura 1988, "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37(3)
//! 477-484, doi:10.2307/2347330, routine PPND16 (relative error about 1e-16).

use super::draws::open_uniform;
use super::elementary::ln;

/// Half width, in probability, of the central region, and its square.
const CENTRE: f64 = 0.425;
const CENTRE_SQUARE: f64 = 0.180_625;
/// The border between the two tail regions, in sqrt(-ln tail probability).
const FAR: f64 = 5.0;

type Rational = [[f64; 8]; 2];

/// Coefficients a, b of the centre, highest power first.
const NEAR_ZERO: Rational = [
    [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_4e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
];

/// Coefficients c, d of the near tail.
const NEAR_TAIL: Rational = [
    [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_545,
        1.423_437_110_749_683_5,
    ],
    [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
];

/// Coefficients e, f of the far tail.
const FAR_TAIL: Rational = [
    [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_7e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_879e-1,
        1.0,
    ],
];

#[inline(always)]
fn ratio([above, below]: &Rational, x: f64) -> f64 {
    let horner = |coefficients: &[f64; 8]| {
        let mut sum = coefficients[0];
        for &coefficient in &coefficients[1..] {
            sum = sum * x + coefficient;
        }
        sum
    };
    horner(above) / horner(below)
}

/// The centre's formula; `q` is the probability minus one half.
#[inline(always)]
fn centre(q: f64) -> f64 {
    q * ratio(&NEAR_ZERO, CENTRE_SQUARE - q * q)
}

fn tail(q: f64) -> f64 {
    let r = ln(0.5 - q.abs());
    let r = (-r).sqrt();
    let size = if r <= FAR { ratio(&NEAR_TAIL, r - 1.6) } else { ratio(&FAR_TAIL, r - FAR) };
    if q < 0.0 { -size } else { size }
}

/// The value below which a standard normal lies with probability 1/2 + `q`, |q| < 1/2. Taking the distance from
/// one half makes it exactly odd.
#[inline(always)]
#[must_use]
pub fn normal_quantile(q: f64) -> f64 {
    if q.abs() <= CENTRE { centre(q) } else { tail(q) }
}

/// The largest distance from one half that a probability can have.
const CERTAIN: f64 = 0.5 - f64::EPSILON / 4.0;

/// The probability, minus one half, that a standard normal lies below `z`: bisection of [`normal_quantile`], for constants that
/// are worked out once. Good to 1e-16 absolutely.
pub(super) fn normal_below(z: f64) -> f64 {
    let [mut low, mut high] = [-CERTAIN, CERTAIN];
    if z <= normal_quantile(low) || z >= normal_quantile(high) {
        return if z < 0.0 { low } else { high };
    }
    // The interval halves from 1 to below 2^-54.
    for _ in 0..55 {
        let middle = 0.5 * (low + high);
        if normal_quantile(middle) < z {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// Standard normal, within +-8.21.
#[inline(always)]
#[must_use]
pub fn normal(bits: u64) -> f64 {
    normal_quantile(open_uniform(bits) - 0.5)
}

/// [`normal`] over lanes: the centre (85 %) for all lanes at once, then the tails one by one. Same bits.
#[inline(always)]
pub(super) fn normal_lanes<const W: usize>(bits: &[u64; W]) -> [f64; W] {
    let q = bits.map(|bits| open_uniform(bits) - 0.5);
    let mut values = [0.0; W];
    for lane in 0..W {
        values[lane] = centre(q[lane]);
    }
    for lane in 0..W {
        if q[lane].abs() > CENTRE {
            values[lane] = tail(q[lane]);
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Key, Purpose};

    /// Tail probability 2^-n, quantile: roots of the complementary error function, found by Newton's method elsewhere.
    const KNOWN: [(i32, f64); 5] = [
        (4, -1.534_120_544_352_546_5),
        (12, -3.487_104_104_114_431_3),
        (30, -6.009_353_565_530_744),
        (40, -7.047_700_256_664_409),
        (50, -7.956_038_125_481_53),
    ];
    /// The source promises about 1e-16; the reference has errors of its own.
    const RELATIVE: f64 = 1e-15;

    #[test]
    fn the_quantiles_of_tables_come_out() {
        for (n, right) in KNOWN {
            let found = normal_quantile(2f64.powi(-n) - 0.5);
            assert!((found / right - 1.0).abs() < RELATIVE, "2^-{n}: {found} against {right}");
        }
        assert!((normal_quantile(0.25) / 0.674_489_750_196_081_7 - 1.0).abs() < RELATIVE);
        assert_eq!(normal_quantile(0.0), 0.0);
        assert_eq!(normal(0), -normal(u64::MAX));
        assert!(normal(u64::MAX) > 8.2 && normal(u64::MAX) < 8.22);
    }

    #[test]
    fn regions_meet_without_a_step() {
        for border in [CENTRE, 0.5 - (-FAR * FAR).exp()] {
            let (below, above) = (normal_quantile(border.next_down()), normal_quantile(border.next_up()));
            assert!((above - below).abs() < 1e-3 * above && (above / below - 1.0).abs() < 1e-4, "{border}");
        }
    }

    #[test]
    fn four_moments_are_those_of_the_normal() {
        const DRAWS: u64 = 400_000;
        let key = Key::new(11, 0, Purpose::Noise);
        let mut sums = [0.0; 4];
        for i in 0..DRAWS {
            let x = key.normal(i, 0);
            for (power, sum) in sums.iter_mut().enumerate() {
                *sum += x.powi(power as i32 + 1) / DRAWS as f64;
            }
        }
        // Standard errors of the raw moments: sqrt(1, 2, 15, 96) / sqrt(n); 5 of them.
        for (power, (right, variance)) in
            [(0.0, 1.0), (1.0, 2.0), (0.0, 15.0), (3.0, 96.0)].iter().enumerate()
        {
            let error: f64 = 5.0 * f64::sqrt(*variance) / (DRAWS as f64).sqrt();
            assert!((sums[power] - right).abs() < error, "moment {}: {}", power + 1, sums[power]);
        }
    }

    #[test]
    fn lanes_equal_single_draws() {
        let key = Key::new(12, 0, Purpose::Noise);
        for i in 0..1000 {
            let bits = std::array::from_fn::<_, 16, _>(|lane| key.bits(i, lane as u64));
            assert_eq!(normal_lanes(&bits).map(f64::to_bits), bits.map(|bits| normal(bits).to_bits()));
        }
    }
}
