//! How far joints turn, and which of them turn together.

use super::skeleton::Angles;

/// Lower and upper limit of each angle, degrees, in the order of [`Angles`]. Narrower than the extreme
/// passive limits of Buchholz and Armstrong (1992) and near the active maxima (MCP 87, PIP 97, DIP 84
/// degrees).
pub(crate) const LIMITS_DEG: [[f64; 2]; 22] = [
    [-25.0, 35.0], // thumb
    [-25.0, 50.0],
    [-10.0, 60.0],
    [-15.0, 80.0],
    [-20.0, 90.0], // index
    [-12.0, 25.0],
    [0.0, 105.0],
    [-5.0, 80.0],
    [-20.0, 90.0], // middle
    [-12.0, 12.0],
    [0.0, 105.0],
    [-5.0, 80.0],
    [-20.0, 90.0], // ring
    [-12.0, 18.0],
    [0.0, 105.0],
    [-5.0, 80.0],
    [-20.0, 90.0], // little
    [-15.0, 32.0],
    [0.0, 105.0],
    [-5.0, 80.0],
    [0.0, 15.0], // palm
    [0.0, 30.0],
];

/// These angles within their limits. A bent knuckle leaves less room for spreading: none of it is lost
/// at 0, four fifths at 90 degrees.
pub(crate) fn within(mut angles: Angles) -> Angles {
    for (angle, [low, high]) in angles.iter_mut().zip(LIMITS_DEG) {
        *angle = angle.clamp(low.to_radians(), high.to_radians());
    }
    for finger in 1..5 {
        let [low, high] = LIMITS_DEG[4 * finger + 1].map(f64::to_radians);
        let bent = (angles[4 * finger] / 90f64.to_radians()).max(0.0);
        let room = 1.0 - 0.8 * bent;
        angles[4 * finger + 1] = angles[4 * finger + 1].clamp(low * room, high * room);
    }
    angles
}

/// What is left of a finger's DIP once its PIP is known: two thirds of it.
pub(crate) const DIP_PER_PIP: f64 = 2.0 / 3.0;

/// How much of a neighbour's flexion a finger takes part in: the middle finger moves by 26 % of the
/// index finger's (in young adults).
pub(crate) const FOLLOWS_NEIGHBOUR: f64 = 0.26;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_comes_in_is_within_the_limits_afterwards() {
        let wild: Angles = std::array::from_fn(|i| 9.0 * f64::sin(i as f64));
        for (angle, [low, high]) in within(wild).iter().zip(LIMITS_DEG) {
            assert!((low - 1e-9..=high + 1e-9).contains(&angle.to_degrees()));
        }
        let mut fist = [0.0; 22];
        (fist[4], fist[5]) = (90f64.to_radians(), 1.0);
        assert!((within(fist)[5].to_degrees() - 0.2 * 25.0).abs() < 1e-9);
        assert_eq!(within(within(wild)), within(wild));
    }
}
