//! The fast picture against the reference.

use super::reference;
use crate::eye::config::EyeConfig;
use crate::eye::pose::Source;
use crate::eye::render::{Radiance, picture};
use crate::eye::scene::Scene;
use crate::eye::sensor;

/// Two pictures of one scene, through the same camera.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Root mean square of their difference, grey levels.
    pub rms: f64,
    /// Mean of their difference, fast minus reference, grey levels.
    pub bias: f64,
    /// Largest difference of a pixel, grey levels.
    pub worst: f64,
    /// Both pictures, 8 bits.
    pub fast: Vec<u8>,
    /// The reference.
    pub slow: Vec<u8>,
}

/// Renders sample `id` of these settings twice: as ever, and by `per_px` x `per_px` rays a pixel.
pub fn against_reference(config: &EyeConfig, seed: u64, id: u64, per_px: usize) -> Difference {
    let mut scene = Scene::of(&Source { config, seed, measured: None }, id);
    // The reference knows no glasses.
    scene.glasses = None;
    let expose =
        |radiance: Radiance| sensor::expose(radiance, &config.sensor, seed, id, [0.0; 2]).pixels;
    let fast = expose(picture(&scene).radiance);
    // Many rays see folds and ruff as they are.
    scene.skin.footprint = 0.0;
    scene.iris.footprint = 0.0;
    let slow = expose(reference::radiance(&scene, per_px));
    let off = |k: usize| fast[k] as f64 - slow[k] as f64;
    let n = fast.len() as f64;
    let rms = ((0..fast.len()).map(|k| off(k) * off(k)).sum::<f64>() / n).sqrt();
    let bias = (0..fast.len()).map(off).sum::<f64>() / n;
    let worst = (0..fast.len()).map(|k| off(k).abs()).fold(0.0, f64::max);
    Difference { rms, bias, worst, fast, slow }
}

#[cfg(test)]
mod debug {
    #![allow(clippy::unwrap_used, clippy::print_stdout)]
    use super::*;
    use crate::sample::PinholeCamera;
    use rayon::prelude::*;
    #[test]
    fn debug() {
        let config = EyeConfig::preset("clean").unwrap();
        let down = |scene: &Scene, z: usize| -> Radiance {
            let c = scene.camera;
            let zf = z as f32;
            let camera = PinholeCamera {
                width: c.width * z as u32,
                height: c.height * z as u32,
                focal_px: c.focal_px * zf,
                center_px: c.center_px.map(|v| (v + 0.5) * zf - 0.5),
            };
            let mut s = super::super::coverage::through(scene, camera);
            s.px_per_mm = if std::env::var("FINE").is_ok() { s.px_per_mm } else { 2.19 };
            s.skin.footprint = 0.0;
            s.iris.footprint = 0.0;
            let r = picture(&s).radiance;
            let (w, h) = (c.width as usize, c.height as usize);
            let pixels = (0..w * h)
                .map(|k| {
                    let (x, y) = (k % w, k / w);
                    let mut sum = 0.0;
                    for j in 0..z {
                        for i in 0..z {
                            sum += r.pixels[(y * z + j) * w * z + x * z + i];
                        }
                    }
                    sum / (z * z) as f32
                })
                .collect();
            Radiance { width: w, height: h, bands: 1, pixels }
        };
        let ids = [0u64, 4, 5, 6, 7, 11, 16, 17];
        let rows: Vec<String> = ids
            .into_par_iter()
            .map(|id| {
                let mut scene = Scene::of(&Source { config: &config, seed: 1, measured: None }, id);
                scene.hair_opacity = 0.0;
                let expose =
                    |r: Radiance| sensor::expose(r, &config.sensor, 1, id, [0.0; 2]).pixels;
                let rms = |a: &[u8], b: &[u8]| {
                    (a.iter().zip(b).map(|(a, b)| (*a as f64 - *b as f64).powi(2)).sum::<f64>()
                        / a.len() as f64)
                        .sqrt()
                };
                let fast = expose(picture(&scene).radiance);
                scene.skin.footprint = 0.0;
                scene.iris.footprint = 0.0;
                let slow = expose(reference::radiance(&scene, 8));
                let mut out = b"P5 180 36 255\n".to_vec();
                for y in 0..36 {
                    for part in 0..3 {
                        for x in 0..60 {
                            let (f, w) = (fast[y * 60 + x], slow[y * 60 + x]);
                            out.push(match part {
                                0 => f,
                                1 => w,
                                _ => (128.0 + 8.0 * (f as f64 - w as f64)).clamp(0.0, 255.0) as u8,
                            });
                        }
                    }
                }
                std::fs::write(format!("/tmp/t/truth/s{id}.pgm"), out).unwrap();
                let zoomed = [2, 4, 8].map(|z| expose(down(&scene, z)));
                format!(
                    "{id}: fast {:.2} zoom 2 {:.2} 4 {:.2} 8 {:.2}",
                    rms(&fast, &slow),
                    rms(&zoomed[0], &slow),
                    rms(&zoomed[1], &slow),
                    rms(&zoomed[2], &slow)
                )
            })
            .collect();
        println!("{}", rows.join("\n"));
    }
}

#[cfg(test)]
mod timing {
    #![allow(clippy::unwrap_used, clippy::print_stdout)]
    use super::*;
    #[test]
    fn timing() {
        let config = EyeConfig::preset("mpiigaze").unwrap();
        let scenes: Vec<Scene> = (0..60)
            .map(|id| Scene::of(&Source { config: &config, seed: 1, measured: None }, id))
            .collect();
        let mut sum = 0.0;
        for s in &scenes {
            let best = (0..15)
                .map(|_| {
                    let t = std::time::Instant::now();
                    std::hint::black_box(picture(s));
                    t.elapsed().as_secs_f64()
                })
                .fold(1.0, f64::min);
            sum += best;
        }
        println!("{:.1} us a picture", sum / 60.0 * 1e6);
        let config = EyeConfig::preset("clean").unwrap();
        use rayon::prelude::*;
        let mut rms: Vec<f64> =
            (0..20u64).into_par_iter().map(|id| against_reference(&config, 1, id, 8).rms).collect();
        rms.sort_by(f64::total_cmp);
        println!(
            "rms median {:.3} worst {:.3} pooled {:.3}",
            rms[10],
            rms[19],
            (rms.iter().map(|r| r * r).sum::<f64>() / 20.0).sqrt()
        );
    }
}
