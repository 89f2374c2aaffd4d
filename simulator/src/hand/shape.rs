//! How long and how thick the parts of one hand are.

use super::config::HandShapeConfig;
use crate::sample::HandShape;
use crate::seed::{Purpose, Stream};

/// Length of the hand that [`BONES_MM`] belongs to: carpus 25.5 mm and the middle finger's ray.
pub(crate) const REFERENCE_LENGTH_MM: f64 = 182.4;

/// Breadth of that hand across the knuckles, mm.
const REFERENCE_BREADTH_MM: f64 = 84.0;

/// Metacarpal, proximal, middle and distal bone with its pulp of thumb to little finger, mm: Buryanov
/// and Kotiuk (2010), X-rays of 66 adults. The thumb has no middle bone.
const BONES_MM: [[f64; 4]; 5] = [
    [46.2, 31.6, 0.0, 27.4],
    [68.1, 39.8, 22.4, 19.6],
    [64.6, 44.6, 26.3, 21.4],
    [58.0, 41.4, 25.7, 21.3],
    [53.7, 32.7, 18.1, 19.7],
];

/// Radius at each of the common 21 joints in shares of the hand's breadth. At the finger's joints it is
/// the mean of both neighbours' thickness (Buchholz et al. 1992: index .229, .198, .176 of the breadth
/// and so on), times 0.93 because fingers are flatter than wide; at wrist, knuckles and thumb ours.
const RADII: [f64; 21] = [
    0.226, 0.155, 0.135, 0.103, 0.086, // wrist; thumb
    0.124, 0.099, 0.087, 0.077, // index
    0.126, 0.096, 0.088, 0.079, // middle
    0.119, 0.090, 0.081, 0.073, // ring
    0.110, 0.081, 0.073, 0.065, // little
];

/// Half width of the wrist in shares of the breadth; its half thickness is the wrist's radius.
const WRIST_HALF_WIDTH: f64 = 0.335;

/// Lengths and radii of one hand, mm.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    /// How much larger than the reference hand.
    pub scale: f64,
    /// How much wider than the reference hand.
    pub widening: f64,
    /// Across the knuckles.
    pub breadth_mm: f64,
    /// As in [`BONES_MM`].
    pub bones_mm: [[f64; 4]; 5],
    /// At the common 21 joints.
    pub radii_mm: [f64; 21],
    /// From the wrist to where the forearm ends.
    pub forearm_mm: f64,
}

impl Shape {
    /// The hand of this sample.
    pub(crate) fn of(config: &HandShapeConfig, seed: u64, id: u64) -> Self {
        let stream = &mut Stream::new(seed, id, Purpose::HandShape);
        let scale = config.length_mm.draw(stream) / REFERENCE_LENGTH_MM;
        let breadth_mm = scale * REFERENCE_LENGTH_MM * config.breadth_per_length.draw(stream);
        let thickness = config.thickness.draw(stream);
        let forearm_mm = config.forearm_mm.draw(stream);
        let jitter = config.bone_jitter;
        // Cut at two standard deviations: nobody has a finger of half the length.
        let mut jittered = |mm: f64| mm * (1.0 + jitter * stream.normal().clamp(-2.0, 2.0));
        let bones_mm = BONES_MM.map(|ray| ray.map(|mm| jittered(mm * scale)));
        let radii_mm = RADII.map(|share| share * breadth_mm * thickness);
        let widening = breadth_mm / REFERENCE_BREADTH_MM;
        Self { scale, widening, breadth_mm, bones_mm, radii_mm, forearm_mm }
    }

    /// Half width and half thickness of the wrist.
    pub(crate) fn wrist_half_mm(&self) -> [f64; 2] {
        [WRIST_HALF_WIDTH * self.breadth_mm, self.radii_mm[0]]
    }

    /// As it stands in the label.
    pub(crate) fn label(&self) -> HandShape {
        let ray: f64 = self.bones_mm[2].iter().sum();
        let mut bones_mm = [0.0; 20];
        for (flat, mm) in bones_mm.iter_mut().zip(self.bones_mm.iter().flatten()) {
            *flat = *mm as f32;
        }
        HandShape {
            length_mm: (ray + CARPUS_MM * self.scale) as f32,
            breadth_mm: self.breadth_mm as f32,
            bones_mm,
            radii_mm: self.radii_mm.map(|mm| mm as f32),
        }
    }
}

/// From the wrist to the middle finger's metacarpal, mm.
pub(crate) const CARPUS_MM: f64 = 25.5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::Normal;

    #[test]
    fn without_jitter_the_reference_hand_comes_out() {
        let config = HandShapeConfig {
            length_mm: Normal::always(REFERENCE_LENGTH_MM),
            bone_jitter: 0.0,
            ..HandShapeConfig::default()
        };
        let shape = Shape::of(&config, 1, 2);
        assert_eq!(shape.bones_mm, BONES_MM);
        assert!((f64::from(shape.label().length_mm) - REFERENCE_LENGTH_MM).abs() < 0.1);
    }

    #[test]
    fn bones_of_one_hand_are_large_together() {
        let hands: Vec<Shape> =
            (0..400).map(|id| Shape::of(&HandShapeConfig::default(), 3, id)).collect();
        let of = |f: &dyn Fn(&Shape) -> f64| {
            let v: Vec<f64> = hands.iter().map(f).collect();
            let mean = v.iter().sum::<f64>() / v.len() as f64;
            v.iter().map(|x| x / mean - 1.0).collect::<Vec<f64>>()
        };
        let (a, b) = (of(&|s| s.bones_mm[1][1]), of(&|s| s.bones_mm[4][2]));
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let correlation = dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt();
        assert!(correlation > 0.4, "{correlation}");
    }
}
