//! What is cut out of the sensor's image: a detector's box, and the cube around the hand.

use super::cast::{Cast, Shapes};
use super::config::{CubeCenter, HandImageConfig};
use super::posed::PosedHand;
use super::surface::Surface;
use crate::sample::{Crop, Cube, DepthCamera};
use crate::seed::Stream;
use nalgebra::Vector3;

type V = Vector3<f64>;

/// All joints are at least this far within the sensor's image, px, where the hand fits in.
const MARGIN_PX: f64 = 12.0;

/// All joints are at least this far within the cube, mm.
const MARGIN_MM: f64 = 12.0;

/// No detector cuts the hand itself: this much is left below the wrist's joint, mm.
const WRIST_MM: f64 = 10.0;

/// The mean of what is seen is taken over every so many px: 60 to 100 of a hand's pixels.
const SPARSE_PX: f32 = 8.0;

/// The smallest shift that brings all joints into the sensor's image, mm.
pub(crate) fn into_image(config: &HandImageConfig, joints_mm: [V; 21]) -> V {
    let size = [config.sensor_width, config.sensor_height].map(f64::from);
    let along = |i: usize| {
        let (focal, center) =
            (f64::from(config.camera.focal_px[i]), f64::from(config.camera.center_px[i]));
        let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
        for joint in &joints_mm {
            low = low.max((MARGIN_PX - center) / focal * joint.z - joint[i]);
            high = high.min((size[i] - 1.0 - MARGIN_PX - center) / focal * joint.z - joint[i]);
        }
        if low > high { 0.5 * (low + high) } else { 0f64.clamp(low, high) }
    };
    V::new(along(0), along(1), 0.0)
}

/// The part of an image that is kept: everything above and left of these limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Window {
    /// Nothing is right of this, px.
    pub right_px: f64,
    /// Nothing is below this, px.
    pub bottom_px: f64,
}

impl Window {
    /// Everything.
    const ALL: Self = Self { right_px: f64::INFINITY, bottom_px: f64::INFINITY };

    /// Whether a pixel lies within.
    pub(crate) fn shows(&self, x: usize, y: usize) -> bool {
        x as f64 <= self.right_px && y as f64 <= self.bottom_px
    }

    /// The first column and the first row that are not within.
    pub(crate) fn end_px(&self) -> [usize; 2] {
        // Non-negative, so truncation is floor.
        [self.right_px, self.bottom_px].map(|last| (last + 1.0).max(0.0) as usize)
    }

    /// In an image that was cut out. Where nothing is cut out, no detector was either.
    pub(crate) fn cropped(&self, crop: Option<&Crop>) -> Self {
        let Some(Crop { scale, shift_px }) = crop else { return Self::ALL };
        let moved = |at: f64, i: usize| at * f64::from(scale[i]) + f64::from(shift_px[i]);
        Self { right_px: moved(self.right_px, 0), bottom_px: moved(self.bottom_px, 1) }
    }

    /// A detector's, around this hand in the sensor's image.
    fn of(config: &HandImageConfig, hand: &PosedHand, stream: &mut Stream) -> Self {
        let Some(detector) = &config.detector else { return Self::ALL };
        let (height_mm, beside_mm) =
            (detector.height_mm.draw(stream), detector.beside_mm.draw(stream));
        let [focal_x, focal_y] = config.camera.focal_px.map(f64::from);
        let [_, wrist] = config.camera.project(hand.joints_mm[0]);
        let (mut top, mut right) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut depth_mm = 0.0;
        for (joint, radius) in hand.joints_mm.iter().zip(hand.radii_mm) {
            let [u, v] = config.camera.project(*joint);
            top = top.min(v - focal_y * radius / joint.z);
            right = right.max(u);
            depth_mm += joint.z / hand.joints_mm.len() as f64;
        }
        Self {
            right_px: right + focal_x * beside_mm / depth_mm,
            bottom_px: (top + focal_y * height_mm / depth_mm)
                .max(wrist + focal_y * WRIST_MM / depth_mm),
        }
    }
}

/// The detector's window in the sensor's image, and the cube: centred as the settings say but for the
/// detector's error, and holding all these joints.
pub(crate) fn cube<'a>(
    config: &HandImageConfig,
    hand: &PosedHand,
    joints_mm: impl Iterator<Item = &'a V>,
    stream: &mut Stream,
) -> (Cube, Window) {
    let (mut least, mut most) = (V::repeat(f64::INFINITY), V::repeat(f64::NEG_INFINITY));
    for joint in joints_mm {
        (least, most) = (least.inf(joint), most.sup(joint));
    }
    let off_mm = [0, 1, 2].map(|_| config.cube_off_mm.draw(stream));
    let window = Window::of(config, hand, stream);
    let middle = 0.5 * (least + most);
    let wanted = match config.center {
        CubeCenter::Joints => middle,
        CubeCenter::Seen => seen(config, hand, &window).unwrap_or(middle),
    };
    let half = 0.5 * config.cube_mm - MARGIN_MM;
    let center_mm =
        [0, 1, 2].map(|i| (wanted[i] + off_mm[i]).max(most[i] - half).min(least[i] + half) as f32);
    (Cube { center_mm, side_mm: config.cube_mm as f32 }, window)
}

/// The point at the mean place in the image and the mean depth of what is seen of the hand; `None` where
/// nothing is.
fn seen(config: &HandImageConfig, hand: &PosedHand, window: &Window) -> Option<V> {
    let camera = DepthCamera {
        focal_px: config.camera.focal_px.map(|px| px / SPARSE_PX),
        center_px: config.camera.center_px.map(|px| px / SPARSE_PX),
    };
    let size = [config.sensor_width, config.sensor_height];
    let [width, height] = size.map(|px| (px as usize).div_ceil(SPARSE_PX as usize));
    let shapes = Shapes::of(&Surface::of(hand));
    let sparse = Cast::of(&shapes, &camera, [width, height]);
    let (mut sum, mut count) = (V::zeros(), 0.0);
    for y in 0..height {
        for (x, &depth_mm) in sparse.row_mm(y).iter().enumerate() {
            let step = SPARSE_PX as usize;
            if depth_mm.is_finite() && window.shows(step * x, step * y) {
                sum += V::new(x as f64, y as f64, f64::from(depth_mm));
                count += 1.0;
            }
        }
    }
    let mean = sum / count;
    (count > 0.0).then(|| camera.unproject([mean.x, mean.y], mean.z))
}

/// Camera, size and crop of the image: the projected front of the cube's middle plane, as large as asked
/// (Oberweger and Lepetit, DeepPrior++, 2017), or the whole sensor.
pub(crate) fn image(
    config: &HandImageConfig,
    cube: &Cube,
) -> (DepthCamera, [usize; 2], Option<Crop>) {
    if config.crop_px == 0 {
        let size = [config.sensor_width as usize, config.sensor_height as usize];
        return (config.camera, size, None);
    }
    let side_px = config.crop_px as f32;
    let [x, y, z] = cube.center_mm;
    let middle = config.camera.project(V::new(x.into(), y.into(), z.into()));
    let scale = [0, 1].map(|i| side_px * z / (config.camera.focal_px[i] * cube.side_mm));
    // The cube's middle falls on the image's, which lies between pixels where the side is even.
    let shift_px = [0, 1].map(|i| 0.5 * (side_px - 1.0) - scale[i] * middle[i] as f32);
    let crop = Crop { scale, shift_px };
    (config.camera.cropped(&crop), [config.crop_px as usize; 2], Some(crop))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::draw::{Normal, Range};
    use crate::hand::{CubeCenter, HandConfig, HandDetectorConfig, HandSampler};
    use crate::sample::DepthSensor;

    fn sampler(change: impl FnOnce(&mut HandConfig)) -> HandSampler {
        let mut config = HandConfig::preset("kinect").unwrap();
        config.sensor.model = DepthSensor::Clean;
        config.image.cube_off_mm = Range::always(0.0);
        change(&mut config);
        HandSampler::new(config, 21).unwrap()
    }

    #[test]
    fn what_is_seen_lies_around_the_middle_of_the_crop() {
        let sampler = sampler(|config| {
            config.image.center = CubeCenter::Seen;
            // Nothing of the forearm lies beyond this cube.
            config.image.cube_mm = 800.0;
        });
        for sample in sampler.render_range(0..60) {
            let (mut sum, mut count) = ([0.0; 3], 0.0);
            for y in 0..224 {
                for x in 0..224 {
                    let depth_mm = f64::from(sample.frame.get(x, y));
                    if depth_mm > 0.0 {
                        let seen = [x as f64, y as f64, depth_mm];
                        sum = std::array::from_fn(|i| sum[i] + seen[i]);
                        count += 1.0;
                    }
                }
            }
            let [x, y, depth_mm] = sum.map(|sum| sum / count);
            let center_mm = f64::from(sample.label.cube.unwrap().center_mm[2]);
            // The renderer looks at one pixel in 64.
            assert!((x - 111.5).abs() < 2.0 && (y - 111.5).abs() < 2.0, "{} {x} {y}", sample.id.0);
            assert!((depth_mm - center_mm).abs() < 8.0, "{}: {depth_mm} {center_mm}", sample.id.0);
        }
    }

    #[test]
    fn a_detectors_box_is_as_tall_as_set_and_ends_straight_but_never_above_the_wrist() {
        let boxed = |height_mm| {
            sampler(|config| {
                // Fingers up, forearm down.
                config.pose.gestures = [("b".to_string(), 1.0)].into();
                config.image.detector = Some(HandDetectorConfig {
                    height_mm: Normal::always(height_mm),
                    beside_mm: Normal::always(1000.0),
                });
            })
            .render_range(0..30)
        };
        for (height_mm, least_mm) in [(200.0, 190.0), (30.0, 40.0)] {
            for sample in boxed(height_mm) {
                let rows: Vec<usize> = (0..224)
                    .map(|y| (0..224).filter(|&x| sample.frame.get(x, y) > 0).count())
                    .collect();
                let top = rows.iter().position(|&px| px > 0).unwrap();
                let bottom = rows.iter().rposition(|&px| px > 0).unwrap();
                let tall_mm = (bottom - top + 1) as f64 * 300.0 / 224.0;
                assert!(tall_mm > least_mm, "{}: {tall_mm} mm", sample.id.0);
                assert!(rows[bottom] > 15, "{}: it ends {} px wide", sample.id.0, rows[bottom]);
                let joints = sample.label.joints_common.unwrap();
                let [_, wrist, _] = joints[0].uvd(&sample.label.camera.unwrap());
                assert!(bottom as f32 >= wrist, "{}: {bottom} {wrist}", sample.id.0);
            }
        }
    }
}
