//! Simple eyes with exact labels, to qualify the judge with something it was not made from: skin,
//! sclera, iris with texture, pupil, lids with lashes' shadow, a glint, optical blur, noise.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use simulator::sample::{
    Domain, Ellipse, Eye, EyeGeometry, EyeLabel, Frame, Gaze, LID_POINTS, PinholeCamera, Sample,
    SampleId,
};

/// Sub-samples of a pixel in each direction.
const SUPERSAMPLING: usize = 5;

/// One eye. Levels are grey levels, lengths px.
#[derive(Debug, Clone)]
pub struct DrawnEye {
    pub iris: Ellipse,
    pub pupil: Ellipse,
    pub skin: f64,
    pub sclera: f64,
    pub iris_level: f64,
    pub pupil_level: f64,
    pub texture: f64,
    pub texture_phase: f64,
    /// Height of the upper and of the lower lid over the middle of the eye, px from the iris centre.
    pub lids: [f64; 2],
    /// Centre and radius.
    pub glint: Option<([f64; 2], f64)>,
    pub blur_px: f64,
}

impl DrawnEye {
    /// A random eye in a 60x36 image. `contrast` is the step between pupil and iris.
    pub fn random(seed: u64, contrast: f64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let radius = rng.random_range(8.6..10.2f32);
        // Turned sideways by up to 30 degrees: the iris narrows along the turn.
        let (yaw, pitch) = (rng.random_range(-0.45..0.45f32), rng.random_range(-0.3..0.2f32));
        let turn = yaw.hypot(pitch);
        let center = [30.0 - 17.0 * yaw.sin(), 18.0 - 17.0 * pitch.sin()];
        let orientation = pitch.atan2(yaw) + std::f32::consts::FRAC_PI_2;
        let iris = Ellipse::new(center, radius, radius * turn.cos(), orientation);
        let pupil_radius = radius * rng.random_range(0.3..0.5);
        let offset = [rng.random_range(-0.4..0.4f32), rng.random_range(-0.4..0.4f32)];
        let pupil_center = [center[0] + offset[0], center[1] + offset[1]];
        let pupil =
            Ellipse::new(pupil_center, pupil_radius, pupil_radius * turn.cos(), orientation);
        let pupil_level = rng.random_range(15.0..35.0);
        let at = [rng.random_range(-3.5..3.5), rng.random_range(-4.0..1.0)];
        let glint = [f64::from(center[0]) + at[0], f64::from(center[1]) + at[1]];
        Self {
            iris,
            pupil,
            skin: rng.random_range(120.0..180.0),
            sclera: rng.random_range(160.0..215.0),
            iris_level: pupil_level + contrast,
            pupil_level,
            texture: 0.08 * contrast,
            texture_phase: rng.random_range(0.0..std::f64::consts::TAU),
            lids: [rng.random_range(6.5..10.5), rng.random_range(7.0..11.0)],
            glint: (rng.random_range(0.0..1.0) < 0.7)
                .then_some((glint, rng.random_range(0.6..1.2))),
            blur_px: rng.random_range(0.5..0.9),
        }
    }

    /// The image, moved by an exact shift, before noise: grey levels, 60x36.
    pub fn draw(&self, shift: [f64; 2]) -> Picture {
        self.drawn(shift, [0.0, 0.0])
    }

    /// The image of an eye whose iris, pupil and glint are moved by an exact shift while lids, skin
    /// and the lid's shadow stay.
    pub fn draw_turned(&self, shift: [f64; 2]) -> Picture {
        self.drawn([0.0, 0.0], shift)
    }

    fn drawn(&self, [dx, dy]: [f64; 2], of_eyeball: [f64; 2]) -> Picture {
        let mut picture = Picture::from_fn(60, 36, |x, y| {
            let mut sum = 0.0;
            for i in 0..SUPERSAMPLING * SUPERSAMPLING {
                let (u, v) = (i % SUPERSAMPLING, i / SUPERSAMPLING);
                let sub = |k: usize| (k as f64 + 0.5) / SUPERSAMPLING as f64 - 0.5;
                let point = [x as f64 + sub(u) - dx, y as f64 + sub(v) - dy];
                sum += self.level(point, of_eyeball);
            }
            sum / (SUPERSAMPLING * SUPERSAMPLING) as f64
        });
        picture.blur(self.blur_px);
        picture
    }

    /// Heights of the lids over a column: two parabolas that meet 22 px to either side of the middle.
    fn lids_at(&self, x: f64) -> [f64; 2] {
        let open = 1.0 - ((x - 30.0) / 22.0).powi(2);
        [18.0 - self.lids[0] * open, 18.0 + self.lids[1] * open]
    }

    fn level(&self, [x, y]: [f64; 2], of_eyeball: [f64; 2]) -> f64 {
        let [upper, lower] = self.lids_at(x);
        if y < upper || y > lower {
            return self.skin + 0.8 * (x - 30.0) + if y < upper { -10.0 } else { 12.0 };
        }
        // The upper lid throws a shadow.
        let light = 1.0 - 0.45 * (-(y - upper) / 1.5).exp();
        let sclera = (self.sclera - 0.9 * (x - 30.0).abs()) * light;
        let [x, y] = [x - of_eyeball[0], y - of_eyeball[1]];
        let point = [x as f32, y as f32];
        if let Some((center, radius)) = self.glint
            && (x - center[0]).hypot(y - center[1]) < radius
        {
            return 255.0;
        }
        let iris = f64::from(self.iris.relative_radius(point));
        if self.pupil.relative_radius(point) < 1.0 {
            return self.pupil_level * light;
        }
        if iris < 1.0 {
            let angle =
                (y - f64::from(self.iris.center[1])).atan2(x - f64::from(self.iris.center[0]));
            let spokes =
                (11.0 * angle + self.texture_phase).sin() + (5.0 * angle + 9.0 * iris).cos();
            let ring = if iris > 0.9 { -0.12 * self.iris_level } else { 0.0 };
            return (self.iris_level + self.texture * spokes + ring) * light;
        }
        sclera
    }

    /// The sample of a picture of this eye, with the label of the unmoved eye.
    pub fn sample(&self, id: u64, domain: Domain, picture: &Picture) -> Sample<Eye> {
        let lid = |side: usize| {
            std::array::from_fn(|k| {
                let x = 8.0 + 44.0 * k as f64 / (LID_POINTS - 1) as f64;
                [x as f32, self.lids_at(x)[side] as f32]
            })
        };
        let geometry = EyeGeometry {
            optical_axis: Gaze { pitch: 0.0, yaw: 0.0 },
            eye_center_mm: [0.0, 0.0, 600.0],
            cornea_center_mm: [0.0, 0.0, 594.0],
            pupil_center_mm: [0.0, 0.0, 590.0],
            pupil_radius_mm: self.pupil.mean_radius() / 1.6 / 1.13,
            iris_radius_mm: self.iris.mean_radius() / 1.6,
            pupil: self.pupil,
            iris: self.iris,
            pupil_visible: 1.0,
            iris_visible: 0.9,
            upper_lid: lid(0),
            lower_lid: lid(1),
            camera: PinholeCamera::MPIIGAZE,
        };
        let label = EyeLabel { geometry: Some(geometry), ..EyeLabel::default() };
        Sample { id: SampleId(id), domain, frame: picture.quantized(), label }
    }
}

/// An image of real numbers.
#[derive(Debug, Clone)]
pub struct Picture {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f64>,
}

impl Picture {
    pub fn from_fn(width: usize, height: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let values = (0..width * height).map(|i| f(i % width, i / width)).collect();
        Self { width, height, values }
    }

    pub fn from_frame(frame: &Frame<u8>) -> Self {
        Self::from_fn(frame.width(), frame.height(), |x, y| f64::from(frame.get(x, y)))
    }

    /// Rounded to 8 bits.
    pub fn quantized(&self) -> Frame<u8> {
        Frame::from_fn(self.width, self.height, |x, y| {
            self.values[y * self.width + x].round().clamp(0.0, 255.0) as u8
        })
    }

    /// Moved by resampling with a Lanczos kernel of three lobes, which blurs hardly at all.
    pub fn shifted(&self, [dx, dy]: [f64; 2]) -> Self {
        let lanczos = |t: f64| {
            let sinc = |v: f64| if v.abs() < 1e-9 { 1.0 } else { v.sin() / v };
            let t = std::f64::consts::PI * t;
            if t.abs() < 3.0 * std::f64::consts::PI { sinc(t) * sinc(t / 3.0) } else { 0.0 }
        };
        let line = |at: &dyn Fn(i64) -> f64, place: f64| {
            let base = place.floor() as i64;
            let taps = base - 2..=base + 3;
            let (mut sum, mut weights) = (0.0, 0.0);
            for i in taps {
                let weight = lanczos(place - i as f64);
                sum += weight * at(i);
                weights += weight;
            }
            sum / weights
        };
        let column = |i: i64| i.clamp(0, self.width as i64 - 1) as usize;
        let row = |i: i64| i.clamp(0, self.height as i64 - 1) as usize;
        let across = Self::from_fn(self.width, self.height, |x, y| {
            line(&|i| self.values[y * self.width + column(i)], x as f64 - dx)
        });
        Self::from_fn(self.width, self.height, |x, y| {
            line(&|i| across.values[row(i) * self.width + x], y as f64 - dy)
        })
    }

    /// Convolved with a Gaussian.
    pub fn blur(&mut self, sigma_px: f64) {
        let reach = (3.0 * sigma_px).ceil() as i64;
        let weight = |i: i64| (-0.5 * (i as f64 / sigma_px).powi(2)).exp();
        let total: f64 = (-reach..=reach).map(weight).sum();
        for (step_x, step_y) in [(1, 0), (0, 1)] {
            let before = self.clone();
            for y in 0..self.height {
                for x in 0..self.width {
                    let sum: f64 = (-reach..=reach)
                        .map(|i| {
                            let u =
                                (x as i64 + i * step_x).clamp(0, self.width as i64 - 1) as usize;
                            let v =
                                (y as i64 + i * step_y).clamp(0, self.height as i64 - 1) as usize;
                            weight(i) * before.values[v * self.width + u]
                        })
                        .sum();
                    self.values[y * self.width + x] = sum / total;
                }
            }
        }
    }

    /// White noise.
    pub fn add_noise(&mut self, sd: f64, seed: u64) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for value in &mut self.values {
            // Twelve uniform numbers have variance 1.
            let sum: f64 = (0..12).map(|_| rng.random_range(-0.5..0.5)).sum();
            *value += sd * sum;
        }
    }
}

/// What refinement may do to the look of an eye without moving it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Look {
    Same,
    Noise,
    Gamma,
    Contrast,
    Blur,
    Shading,
    /// Noise with a grain of several pixels and an sd of 6 grey levels, as a refiner's texture.
    Texture,
    All,
}

impl Look {
    pub const EVERY: [Look; 8] = [
        Look::Same,
        Look::Noise,
        Look::Gamma,
        Look::Contrast,
        Look::Blur,
        Look::Shading,
        Look::Texture,
        Look::All,
    ];

    /// Changes the look. All but `Same` add noise of sd 2.5, as a camera does.
    pub fn apply(self, picture: &mut Picture, seed: u64) {
        let is = |look| self == look || self == Look::All;
        if is(Look::Gamma) {
            picture.values.iter_mut().for_each(|v| *v = 255.0 * (v.max(0.0) / 255.0).powf(0.75));
        }
        if is(Look::Contrast) {
            picture.values.iter_mut().for_each(|v| *v = 110.0 + 0.7 * (*v - 110.0));
        }
        if is(Look::Blur) {
            picture.blur(0.7);
        }
        if is(Look::Shading) {
            let width = picture.width;
            for (i, v) in picture.values.iter_mut().enumerate() {
                *v *= 0.8 + 0.4 * (i % width) as f64 / width as f64;
            }
        }
        if self == Look::Texture {
            let mut grain = Picture::from_fn(picture.width, picture.height, |_, _| 0.0);
            grain.add_noise(1.0, seed ^ 0x67_7261_696e);
            grain.blur(1.0);
            // A Gaussian of sd s leaves 1 / (4 pi s^2) of the variance of white noise.
            let gain = 6.0 * (4.0 * std::f64::consts::PI).sqrt();
            picture.values.iter_mut().zip(&grain.values).for_each(|(v, g)| *v += gain * g);
        }
        if self != Look::Same {
            picture.add_noise(2.5, seed);
        }
    }
}
