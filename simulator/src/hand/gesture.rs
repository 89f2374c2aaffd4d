//! Signs and grasps with a name.

use super::limits::within;
use super::skeleton::Angles;

/// A hand posture that people know by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gesture {
    /// Its name in settings and labels.
    pub name: &'static str,
    thumb: [f64; 4],
    fingers: [[f64; 4]; 4],
    palm: [f64; 2],
    /// How a signer turns the hand for it, beside the rest: roll, pitch and turn, degrees.
    pub view_deg: [f64; 3],
}

// A finger: MCP flexion, MCP abduction, PIP flexion, DIP flexion, degrees.
const STRAIGHT: [f64; 4] = [2.0, -2.0, 4.0, 3.0];
const SPREAD: [f64; 4] = [0.0, 12.0, 4.0, 3.0];
const RELAXED: [f64; 4] = [18.0, 2.0, 28.0, 16.0];
const CURLED: [f64; 4] = [80.0, 0.0, 98.0, 58.0];
const ROUND: [f64; 4] = [42.0, -1.0, 38.0, 24.0];
const HOOK: [f64; 4] = [8.0, 0.0, 78.0, 48.0];
const POINTED: [f64; 4] = [35.0, 0.0, 6.0, 4.0];

// The thumb: TMC flexion, TMC abduction, MCP flexion, IP flexion, degrees. Where it touches something,
// the angles were solved for its tip to be there in the reference hand.
const OUT: [f64; 4] = [-18.0, 0.0, 0.0, -5.0];
const ALONG: [f64; 4] = [18.0, -14.0, 4.0, 5.0];
const EASY: [f64; 4] = [4.0, 12.0, 8.0, 12.0];
/// Over the middle bones of the curled index and middle finger.
const OVER_INDEX: [f64; 4] = [11.0, 4.0, 44.0, 52.0];
/// Over that of the middle finger, the index finger being up.
const OVER_MIDDLE: [f64; 4] = [17.0, -2.0, 45.0, 41.0];
/// Over that of the ring finger, index and middle finger being up.
const OVER_RING: [f64; 4] = [21.0, 3.0, 55.0, 42.0];
/// Across the palm.
const UNDER: [f64; 4] = [18.0, -15.0, 57.0, 55.0];
/// Round something.
const OPPOSED: [f64; 4] = [10.0, 26.0, 16.0, 22.0];
/// On the bent index finger's tip.
const PINCHED: [f64; 4] = [25.0, 1.0, 8.0, 10.0];

const fn gesture(name: &'static str, thumb: [f64; 4], fingers: [[f64; 4]; 4]) -> Gesture {
    Gesture { name, thumb, fingers, palm: [3.0, 6.0], view_deg: [0.0; 3] }
}

impl Gesture {
    const fn palm(self, palm: [f64; 2]) -> Self {
        Self { palm, ..self }
    }

    const fn turned(self, view_deg: [f64; 3]) -> Self {
        Self { view_deg, ..self }
    }

    /// All of them: hand shapes of everyday life, counting, the static letters of American Sign Language.
    /// Most letters are fitted: the angles of the renders that are nearest to real depth images of them.
    pub(crate) const ALL: &'static [Gesture] = &[
        gesture("open", OUT, [SPREAD, STRAIGHT, SPREAD, SPREAD]),
        gesture("flat", ALONG, [STRAIGHT; 4]),
        gesture("relaxed", EASY, [RELAXED; 4]),
        gesture("fist", OVER_INDEX, [CURLED; 4]).palm([8.0, 14.0]),
        gesture("point", OVER_MIDDLE, [STRAIGHT, CURLED, CURLED, CURLED]),
        gesture(
            "pinch",
            PINCHED,
            [[46.0, 2.0, 48.0, 26.0], [52.0, 0.0, 52.0, 30.0], CURLED, CURLED],
        ),
        gesture("ok", PINCHED, [[48.0, 2.0, 50.0, 28.0], [14.0, 0.0, 12.0, 8.0], SPREAD, SPREAD]),
        gesture("two", OVER_RING, [SPREAD, SPREAD, CURLED, CURLED]),
        gesture("three", OUT, [SPREAD, STRAIGHT, CURLED, CURLED]),
        gesture("four", UNDER, [SPREAD, STRAIGHT, SPREAD, SPREAD]),
        gesture("thumb-up", [-16.0, -8.0, 0.0, -5.0], [CURLED; 4]),
        gesture("cylinder", OPPOSED, [ROUND; 4]).palm([8.0, 16.0]),
        gesture("hook", ALONG, [HOOK; 4]),
        gesture(
            "tripod",
            [28.0, -1.0, 4.0, 6.0],
            [[44.0, 0.0, 44.0, 24.0], [48.0, 0.0, 46.0, 26.0], RELAXED, RELAXED],
        ),
        gesture(
            "a",
            [-3.0, -18.0, 25.0, 33.0],
            [
                [66.0, 2.0, 83.0, 55.0],
                [76.0, 0.0, 88.0, 49.0],
                [75.0, 1.0, 86.0, 56.0],
                [64.0, 1.0, 92.0, 53.0],
            ],
        )
        .palm([3.0, 11.0])
        .turned([-3.0, -9.0, 6.0]),
        gesture(
            "b",
            [0.0, -20.0, 42.0, 44.0],
            [
                [1.0, -6.0, 10.0, 5.0],
                [5.0, -2.0, 9.0, 3.0],
                [2.0, -3.0, 10.0, 5.0],
                [-1.0, -7.0, 11.0, 3.0],
            ],
        )
        .palm([4.0, 4.0])
        .turned([-2.0, 2.0, -2.0]),
        gesture(
            "c",
            [9.0, 0.0, 17.0, 28.0],
            [
                [1.0, -8.0, 20.0, 12.0],
                [4.0, -6.0, 30.0, 2.0],
                [4.0, 5.0, 15.0, 7.0],
                [-9.0, -6.0, 12.0, 4.0],
            ],
        )
        .palm([3.0, 6.0])
        .turned([6.0, 12.0, 3.0]),
        gesture(
            "d",
            [25.0, -13.0, 29.0, 15.0],
            [
                [-12.0, -6.0, 9.0, 4.0],
                [19.0, -6.0, 84.0, 30.0],
                [22.0, 6.0, 79.0, 45.0],
                [11.0, 1.0, 64.0, 39.0],
            ],
        )
        .palm([3.0, 5.0])
        .turned([2.0, 14.0, 1.0]),
        gesture(
            "e",
            [17.0, -16.0, 49.0, 35.0],
            [
                [23.0, -6.0, 84.0, 43.0],
                [22.0, -5.0, 91.0, 53.0],
                [23.0, 8.0, 85.0, 50.0],
                [19.0, 14.0, 71.0, 56.0],
            ],
        )
        .palm([3.0, 6.0])
        .turned([2.0, 0.0, -2.0]),
        gesture("f", PINCHED, [[50.0, 0.0, 50.0, 28.0], SPREAD, SPREAD, SPREAD]),
        gesture("g", ALONG, [POINTED, CURLED, CURLED, CURLED]).turned([45.0, 10.0, 150.0]),
        gesture(
            "h",
            [13.0, -18.0, 38.0, 38.0],
            [
                [36.0, -4.0, 18.0, 2.0],
                [38.0, -4.0, 6.0, 3.0],
                [68.0, 4.0, 76.0, 12.0],
                [73.0, 7.0, 50.0, 26.0],
            ],
        )
        .palm([4.0, 6.0])
        .turned([49.0, 18.0, -144.0]),
        gesture(
            "i",
            [14.0, 3.0, 30.0, 48.0],
            [
                [64.0, 3.0, 84.0, 51.0],
                [72.0, 0.0, 82.0, 48.0],
                [53.0, 0.0, 80.0, 51.0],
                [-8.0, 6.0, 7.0, 5.0],
            ],
        )
        .palm([4.0, 8.0])
        .turned([7.0, -5.0, -7.0]),
        gesture(
            "k",
            [11.0, -17.0, 27.0, -2.0],
            [
                [27.0, 1.0, 15.0, 0.0],
                [66.0, -1.0, 20.0, 3.0],
                [77.0, 3.0, 72.0, 30.0],
                [75.0, 6.0, 61.0, 11.0],
            ],
        )
        .palm([3.0, 6.0])
        .turned([14.0, 17.0, -118.0]),
        gesture("l", OUT, [STRAIGHT, CURLED, CURLED, CURLED]),
        gesture(
            "m",
            [24.0, -14.0, 50.0, 65.0],
            [
                [61.0, 2.0, 38.0, 14.0],
                [59.0, 0.0, 30.0, 19.0],
                [62.0, 1.0, 37.0, 17.0],
                [64.0, 1.0, 88.0, 47.0],
            ],
        )
        .palm([4.0, 10.0])
        .turned([2.0, -4.0, -2.0]),
        gesture(
            "n",
            [10.0, -17.0, 44.0, 53.0],
            [
                [60.0, 2.0, 35.0, 18.0],
                [57.0, 0.0, 36.0, 14.0],
                [69.0, 2.0, 79.0, 49.0],
                [66.0, 1.0, 84.0, 47.0],
            ],
        )
        .palm([4.0, 10.0])
        .turned([1.0, -3.0, -10.0]),
        gesture(
            "o",
            [19.0, 2.0, 31.0, 21.0],
            [
                [49.0, 2.0, 54.0, 32.0],
                [48.0, 0.0, 53.0, 33.0],
                [38.0, 1.0, 46.0, 26.0],
                [37.0, 0.0, 41.0, 26.0],
            ],
        )
        .palm([4.0, 8.0])
        .turned([6.0, -5.0, 3.0]),
        gesture(
            "p",
            [12.0, 14.0, 13.0, 6.0],
            [
                [5.0, 13.0, 12.0, 5.0],
                [47.0, -2.0, 10.0, 8.0],
                [73.0, 1.0, 91.0, 58.0],
                [75.0, 1.0, 94.0, 62.0],
            ],
        )
        .palm([2.0, 5.0])
        .turned([88.0, 53.0, -99.0]),
        gesture(
            "q",
            [19.0, -12.0, 12.0, 8.0],
            [
                [49.0, -1.0, 11.0, 5.0],
                [65.0, 0.0, 83.0, 51.0],
                [64.0, 1.0, 80.0, 54.0],
                [77.0, 1.0, 84.0, 54.0],
            ],
        )
        .palm([4.0, 10.0])
        .turned([109.0, 70.0, 151.0]),
        gesture(
            "r",
            [26.0, -16.0, 27.0, 18.0],
            [
                [15.0, -6.0, 7.0, 6.0],
                [20.0, -2.0, 7.0, 3.0],
                [65.0, 4.0, 91.0, 17.0],
                [68.0, 8.0, 80.0, 29.0],
            ],
        )
        .palm([4.0, 6.0])
        .turned([7.0, -10.0, -14.0]),
        gesture(
            "s",
            [12.0, 3.0, 41.0, 35.0],
            [
                [71.0, 1.0, 91.0, 50.0],
                [71.0, -1.0, 83.0, 60.0],
                [60.0, 0.0, 85.0, 41.0],
                [68.0, 5.0, 85.0, 57.0],
            ],
        )
        .palm([3.0, 8.0])
        .turned([-1.0, -8.0, -4.0]),
        gesture(
            "t",
            [16.0, -13.0, 6.0, 24.0],
            [
                [33.0, 2.0, 68.0, 39.0],
                [65.0, 1.0, 75.0, 39.0],
                [62.0, 2.0, 80.0, 45.0],
                [62.0, 3.0, 76.0, 44.0],
            ],
        )
        .palm([5.0, 12.0])
        .turned([6.0, 2.0, -27.0]),
        gesture(
            "u",
            [21.0, -12.0, 39.0, 22.0],
            [
                [-1.0, 1.0, 8.0, 7.0],
                [9.0, 2.0, 8.0, 6.0],
                [69.0, 2.0, 83.0, 46.0],
                [68.0, 6.0, 75.0, 46.0],
            ],
        )
        .palm([3.0, 11.0])
        .turned([-2.0, 0.0, -15.0]),
        gesture(
            "v",
            [20.0, -12.0, 42.0, 22.0],
            [
                [-2.0, 11.0, 8.0, 4.0],
                [0.0, -6.0, 6.0, 7.0],
                [69.0, 2.0, 82.0, 43.0],
                [65.0, 4.0, 70.0, 46.0],
            ],
        )
        .palm([3.0, 10.0])
        .turned([-4.0, 5.0, -10.0]),
        gesture("w", UNDER, [SPREAD, STRAIGHT, SPREAD, CURLED]),
        gesture(
            "x",
            [21.0, -15.0, 10.0, 13.0],
            [
                [-5.0, 2.0, 54.0, 39.0],
                [69.0, 0.0, 86.0, 28.0],
                [74.0, 3.0, 89.0, 38.0],
                [77.0, 7.0, 85.0, 34.0],
            ],
        )
        .palm([2.0, 3.0])
        .turned([-1.0, 15.0, -44.0]),
        gesture("y", OUT, [CURLED, CURLED, CURLED, SPREAD]),
    ];

    /// The gesture of this name.
    pub(crate) fn named(name: &str) -> Option<&'static Gesture> {
        Self::ALL.iter().find(|gesture| gesture.name == name)
    }

    /// The angles that stand for it, rad.
    pub(crate) fn angles(&self) -> Angles {
        let mut flat = [0.0; 22];
        flat[..4].copy_from_slice(&self.thumb);
        for (finger, angles) in self.fingers.iter().enumerate() {
            flat[4 * finger + 4..4 * finger + 8].copy_from_slice(angles);
        }
        flat[20..].copy_from_slice(&self.palm);
        within(flat.map(f64::to_radians))
    }
}

/// The posture that never penetrates itself: open, thumb out.
pub(crate) fn open() -> Angles {
    Gesture::ALL[0].angles()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_lead_back() {
        for gesture in Gesture::ALL {
            assert_eq!(Gesture::named(gesture.name), Some(gesture));
        }
        assert_eq!(Gesture::named("vulcan"), None);
    }

    #[test]
    fn the_open_hand_is_the_gesture_of_that_name_and_bends_no_finger() {
        let named = Gesture::named("open").map(Gesture::angles);
        assert_eq!(Some(open()), named);
        for (finger, angles) in open().as_chunks::<4>().0.iter().enumerate().skip(1).take(4) {
            // Knuckle, middle and end joint; the second angle spreads.
            for bend in [angles[0], angles[2], angles[3]] {
                assert!(bend.to_degrees().abs() <= 20.0, "finger {finger}: {angles:?} rad");
            }
        }
    }

    #[test]
    fn gestures_stand_in_their_limits_as_they_are_written() {
        for gesture in Gesture::ALL {
            let angles = gesture.angles().map(f64::to_degrees);
            for (digit, written) in gesture.fingers.iter().enumerate() {
                let is = &angles[4 * digit + 4..4 * digit + 8];
                for (i, w) in [0, 2, 3].map(|i| (i, written[i])) {
                    assert!((is[i] - w).abs() < 1e-9, "{} finger {digit}: {is:?}", gesture.name);
                }
            }
            assert!(gesture.thumb.iter().zip(&angles).all(|(w, is)| (w - is).abs() < 1e-9));
        }
    }
}
