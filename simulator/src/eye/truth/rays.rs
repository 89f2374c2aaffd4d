//! The work that no renderer of a refracting eye can leave out: one ray a pixel to cornea or sclera,
//! bent there, to the iris. Benchmarks hold whole pictures against it.

use crate::eye::EyeConfig;
use crate::eye::pose::Source;
use crate::eye::scene::Scene;
use crate::lanes::{Real, widest};

/// The rays of one picture, followed again and again without any shading.
#[derive(Debug)]
pub struct BareRays(Scene);

impl BareRays {
    /// Those of the sample (config, seed, id).
    pub fn new(config: &EyeConfig, seed: u64, id: u64) -> Self {
        Self(Scene::of(&Source { config, seed, measured: None }, id))
    }

    /// Rays of a picture.
    pub fn count(&self) -> u64 {
        let stride = u64::from(self.0.camera.width).next_multiple_of(8);
        stride * u64::from(self.0.camera.height)
    }

    /// Follows them all; the sum of where they end, so that none is left out.
    pub fn follow(&self) -> f32 {
        follow_all(true, &self.0)
    }
}

widest! {
    fn follow_all(scene: &Scene) -> f32 = follow
}

#[inline(always)]
fn follow<R: Real>(scene: &Scene) -> f32 {
    let ramp: [f32; 8] = std::array::from_fn(|n| n as f32);
    let mut sum = R::splat(0.0);
    for y in 0..scene.camera.height {
        for x in (0..scene.camera.width).step_by(R::LANES) {
            let px = R::load(&ramp) + R::splat(x as f32);
            let (origin, ray) = scene.view.ray(px, R::splat(y as f32));
            let seen = scene.globe.trace(origin, ray.unit());
            sum = sum + R::select(seen.clear, seen.x + seen.y, seen.white.z);
        }
    }
    sum.sum()
}
