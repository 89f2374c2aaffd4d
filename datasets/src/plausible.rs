//! What numbers in other people's files can be, in one place. What lies outside is refused with what it
//! may be instead, because a wrong unit looks like a label.

use std::f32::consts::{FRAC_PI_2, PI};
use std::ops::RangeInclusive;

/// Most that an angle of a gaze can be, rad: a quarter turn, where an eye looks past the camera.
pub const MAX_GAZE_RAD: f32 = FRAC_PI_2;
/// Most that an angle of a head can be, rad.
pub const MAX_HEAD_RAD: f32 = PI;
/// Where the front of a hand can be before a depth camera, mm. The hands of NYU lie between 518 and
/// 1,169 mm, those of ICVL between 190 and 453.
pub const HAND_MM: RangeInclusive<f32> = 80.0..=1500.0;
/// Below this, the largest level of a 16-bit image is that of a camera of 12 bits.
const TWELVE_BITS: u16 = 4096;

/// An angle of a gaze, in radians.
pub(crate) fn gaze(radians: f32) -> Result<f32, String> {
    if radians.abs() <= MAX_GAZE_RAD {
        return Ok(radians);
    }
    Err(format!(
        "{radians} is no angle from -{MAX_GAZE_RAD:.4} to {MAX_GAZE_RAD:.4}; give radians (degrees have \
         the columns pitch_deg and yaw_deg), or nothing"
    ))
}

/// An angle of a head, in radians.
pub(crate) fn head(radians: f32) -> Result<f32, String> {
    if radians.abs() <= MAX_HEAD_RAD {
        return Ok(radians);
    }
    Err(format!("{radians} is no angle from -{PI:.4} to {PI:.4}; give radians, or nothing"))
}

/// The front of a hand, in mm.
pub(crate) fn hand(front_mm: f32) -> Result<(), String> {
    if HAND_MM.contains(&front_mm) {
        return Ok(());
    }
    let (near, far) = (HAND_MM.start(), HAND_MM.end());
    Err(format!(
        "what is in front lies at {front_mm:.0} mm, and a hand at {near} to {far}: if these are no \
         millimetres, say how many one step is by --depth-unit (0.125 for eighths of a millimetre, 0.1 \
         for tenths, 10 for centimetres); if they are, say --depth-unit 1; if this is an eye in 16 bits, \
         say --as folder"
    ))
}

/// The largest level of an 8-bit image.
pub(crate) fn levels8(most: u8) -> Result<(), String> {
    match most {
        1 => Err("its grey levels are 0 and 1 of 255: multiply levels of 0 to 1 by 255".to_owned()),
        _ => Ok(()),
    }
}

/// The largest level of a 16-bit image of an eye.
pub(crate) fn levels16(most: u16) -> Result<(), String> {
    if most == 0 || most >= TWELVE_BITS {
        return Ok(());
    }
    Err(format!(
        "its grey levels end at {most} of 65535: bring levels of 8, 10 or 12 bits to 16 bits (times 257, \
         64 or 16); if this is depth in mm, say --as depth"
    ))
}

/// Places in an image of this size, px: points between 0 and 1 are shares of it.
pub(crate) fn scaled_to_one(points: &[[f32; 2]]) -> bool {
    let numbers = || points.iter().flatten();
    !points.is_empty()
        && numbers().all(|v| (0.0..=1.0).contains(v))
        && numbers().any(|v| v.fract() != 0.0)
}

/// Joints in an image of this size, px: most of them lie in it or near it.
pub(crate) fn joints(points: &[[f32; 2]], (width, height): (usize, usize)) -> Result<(), String> {
    if scaled_to_one(points) {
        return Err("all joints lie between 0 and 1: multiply them by width and height, px".into());
    }
    if points.iter().all(|point| *point == [0.0, 0.0]) {
        return Err("all joints lie at (0, 0): leave out what is not known".into());
    }
    let near = |[x, y]: &[f32; 2]| {
        let within = |at: f32, side: usize| (-0.5 * side as f32..1.5 * side as f32).contains(&at);
        within(*x, width) && within(*y, height)
    };
    let inside = points.iter().filter(|point| near(point)).count();
    if 2 * inside < points.len() {
        return Err(format!(
            "{} of {} joints lie far outside the image, which has {width}x{height} px: scale them to it",
            points.len() - inside,
            points.len()
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn units_that_are_none_of_ours_are_refused_with_the_remedy() {
        assert!(gaze(1.57).is_ok() && gaze(12.0).unwrap_err().contains("pitch_deg"));
        assert!(head(3.1).is_ok() && head(-15.0).unwrap_err().contains("radians"));
        for mm in [99.0, 600.0, 1400.0] {
            assert!(hand(mm).is_ok());
        }
        for steps in [0.6, 60.0, 4000.0, 6000.0, 30_000.0] {
            assert!(hand(steps).unwrap_err().contains("--depth-unit"));
        }
        assert!(levels8(1).is_err() && levels8(0).is_ok() && levels8(2).is_ok());
        assert!(levels16(4095).unwrap_err().contains("--as depth") && levels16(4096).is_ok());
    }

    #[test]
    fn shares_of_an_image_are_no_pixels() {
        assert!(scaled_to_one(&[[0.5, 0.25], [1.0, 0.0]]));
        assert!(!scaled_to_one(&[[0.5, 0.25], [7.0, 0.0]]) && !scaled_to_one(&[[1.0, 1.0]]));
        let size = (60, 40);
        assert!(joints(&[[0.5, 0.5]; 21], size).unwrap_err().contains("between 0 and 1"));
        assert!(joints(&[[0.0, 0.0]; 21], size).unwrap_err().contains("(0, 0)"));
        assert!(joints(&[[400.0, 30.0]; 21], size).unwrap_err().contains("60x40"));
        assert!(joints(&[[62.0, 30.0]; 21], size).is_ok());
    }
}
