//! Every feature is a byte on one of these scales, so that a page's features are a tenth of what floats take and
//! a forest compares bytes. All scales are monotone, exact on every machine, and need no logarithm.

/// Sixteen steps for each doubling of `1 + x`; 255 from 65,535 on. Exact for 0 to 15.
///
/// Takes exponent and first four bits of the mantissa of a float: a logarithm to base 2, straight between powers.
pub fn log(x: f32) -> u8 {
    const ONE: u32 = 1.0f32.to_bits() >> 19;
    ((1.0 + x.max(0.0)).to_bits() >> 19).saturating_sub(ONE).min(255) as u8
}

/// [`log`] of a count.
pub fn logs(n: usize) -> u8 {
    log(n as f32)
}

/// 128 for 0, above and below it half of [`log`].
pub fn signed(x: f32) -> u8 {
    let half = log(x.abs()) / 2;
    if x < 0.0 { 128 - half } else { 128 + half.min(127) }
}

/// 0 to 1 as 0 to 255.
pub fn share(x: f32) -> u8 {
    between(x, 0.0, 1.0)
}

/// `low` to `high` as 0 to 255.
pub fn between(x: f32, low: f32, high: f32) -> u8 {
    // `as` saturates, and takes NaN for 0.
    ((x - low) / (high - low) * 255.0 + 0.5) as u8
}

/// No or yes.
pub fn flag(x: bool) -> u8 {
    u8::from(x)
}

/// A small count.
pub fn count(n: u32) -> u8 {
    n.min(255) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_are_monotone_and_end_at_their_ends() {
        let logs: Vec<u8> = (0..70_000).map(logs).collect();
        assert!(logs.is_sorted());
        assert_eq!((logs[0], logs[1], logs[3], logs[65_535]), (0, 16, 32, 255));
        assert!(logs[..16].windows(2).all(|w| w[0] < w[1]));
        let signs: Vec<u8> = (-70_000..70_000).map(|d| signed(d as f32)).collect();
        assert!(signs.is_sorted());
        assert_eq!(signed(0.0), 128);
        assert_eq!(
            (share(-1.0), share(0.0), share(1.0), share(9.0), share(f32::NAN)),
            (0, 0, 255, 255, 0)
        );
    }
}
