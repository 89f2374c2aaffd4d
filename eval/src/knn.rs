//! Gaze by nearest neighbours: the baseline that any trained network has to beat.
//!
//! An image is averaged down to a few cells and normalised to mean 0 and standard deviation 1; its
//! gaze is the mean gaze of the most correlated training images. The search is exact.

use crate::Error;
use nalgebra::Vector3;
use rayon::prelude::*;
use simulator::sample::{Frame, Gaze};

/// Neighbours to average over.
pub const DEFAULT_NEIGHBOURS: usize = 20;
/// Columns that an image is averaged down to.
pub const GRID_WIDTH: usize = 15;
/// Rows that an image is averaged down to.
pub const GRID_HEIGHT: usize = 9;

/// Numbers that describe an image, padded to whole SIMD registers.
const FEATURES: usize = (GRID_WIDTH * GRID_HEIGHT).next_multiple_of(16);
type Feature = [f32; FEATURES];
/// Query images that share one pass over the training set.
const QUERIES_AT_ONCE: usize = 8;

/// A training set, ready to be searched.
#[derive(Debug, Clone)]
pub struct Knn {
    features: Vec<Feature>,
    gazes: Vec<Vector3<f64>>,
    k: usize,
}

impl Knn {
    /// Remembers images and the gaze in each. Images of different sizes may be mixed.
    ///
    /// # Errors
    /// If a gaze is not finite, if `k` is zero, or if there are fewer than `k` images.
    pub fn fit<'a>(
        images: impl IntoIterator<Item = (&'a Frame<u8>, Gaze)>,
        k: usize,
    ) -> Result<Self, Error> {
        if k == 0 {
            let value = k.to_string();
            return Err(Error::Option { field: "k", value, must_be: "at least 1" });
        }
        let (frames, gazes): (Vec<&Frame<u8>>, Vec<Gaze>) = images.into_iter().unzip();
        if frames.len() < k {
            let (needed, got) = (k, frames.len());
            return Err(Error::TooFew { what: "k nearest neighbours (images)", needed, got });
        }
        let gazes: Vec<Vector3<f64>> = gazes.into_iter().map(Gaze::to_vector).collect();
        if let Some(position) = gazes.iter().position(|gaze| !gaze.norm().is_finite()) {
            return Err(Error::TruthNotFinite { position });
        }
        let features = frames.into_par_iter().map(feature).collect();
        Ok(Self { features, gazes, k })
    }

    /// The gaze of one image.
    pub fn predict(&self, frame: &Frame<u8>) -> Gaze {
        self.predict_block(std::slice::from_ref(frame))[0]
    }

    /// The gaze of each image, on all cores.
    pub fn predict_all(&self, frames: &[Frame<u8>]) -> Vec<Gaze> {
        frames
            .par_chunks(QUERIES_AT_ONCE)
            .flat_map_iter(|block| self.predict_block(block))
            .collect()
    }

    fn predict_block(&self, frames: &[Frame<u8>]) -> Vec<Gaze> {
        // Unit-variance features: the nearest image is the one with the greatest dot product.
        let queries: Vec<Feature> = frames.iter().map(feature).collect();
        let mut nearest = vec![Nearest::new(self.k); queries.len()];
        for (index, trained) in self.features.iter().enumerate() {
            for (query, nearest) in queries.iter().zip(&mut nearest) {
                nearest.offer(dot(query, trained), index);
            }
        }
        nearest.into_iter().map(|n| self.mean_gaze(n)).collect()
    }

    fn mean_gaze(&self, nearest: Nearest) -> Gaze {
        Gaze::from_vector(nearest.found.iter().map(|&(_, index)| self.gazes[index]).sum())
    }
}

/// The k best so far, best first; of equals the earlier one.
#[derive(Clone)]
struct Nearest {
    found: Vec<(f32, usize)>,
    k: usize,
}

impl Nearest {
    fn new(k: usize) -> Self {
        Self { found: Vec::with_capacity(k + 1), k }
    }

    fn offer(&mut self, similarity: f32, index: usize) {
        if self.found.len() == self.k && similarity <= self.found[self.k - 1].0 {
            return;
        }
        let place = self.found.partition_point(|&(s, _)| s >= similarity);
        self.found.insert(place, (similarity, index));
        self.found.truncate(self.k);
    }
}

/// Sixteen partial sums, which the compiler keeps in vector registers.
fn dot(a: &Feature, b: &Feature) -> f32 {
    let mut sums = [0.0f32; 16];
    for (a, b) in a.chunks_exact(16).zip(b.chunks_exact(16)) {
        for lane in 0..16 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

/// The image averaged over the cells of the grid, at mean 0 and standard deviation 1. A constant
/// image gives zeros, which is equally near to everything.
fn feature(frame: &Frame<u8>) -> Feature {
    let columns = cells(frame.width(), GRID_WIDTH);
    let rows = cells(frame.height(), GRID_HEIGHT);
    let mut cells = [0.0f32; FEATURES];
    for (row, weights_y) in rows.iter().enumerate() {
        for (column, weights_x) in columns.iter().enumerate() {
            let mut sum = 0.0;
            for &(y, weight_y) in weights_y {
                for &(x, weight_x) in weights_x {
                    sum += weight_x * weight_y * f32::from(frame.get(x, y));
                }
            }
            cells[row * GRID_WIDTH + column] = sum;
        }
    }

    let used = &mut cells[..GRID_WIDTH * GRID_HEIGHT];
    let n = used.len() as f32;
    let mean = used.iter().sum::<f32>() / n;
    let sd = (used.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / n).sqrt();
    let scale = if sd > 1e-3 { 1.0 / sd } else { 0.0 };
    used.iter_mut().for_each(|v| *v = (*v - mean) * scale);
    cells
}

/// For each of `cells` equal parts of a line of `pixels`: the pixels it covers and their shares of
/// it, which sum to 1.
fn cells(pixels: usize, cells: usize) -> Vec<Vec<(usize, f32)>> {
    let length = pixels as f64 / cells as f64;
    (0..cells)
        .map(|cell| {
            let (from, to) = (cell as f64 * length, (cell + 1) as f64 * length);
            let covered = from.floor() as usize..(to.ceil() as usize).min(pixels);
            covered
                .map(|p| (p, (to.min(p as f64 + 1.0) - from.max(p as f64)).max(0.0) / length))
                .map(|(p, share)| (p, share as f32))
                .collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A dark disk whose place is the gaze.
    fn eye(yaw_deg: f32, width: usize, height: usize) -> Frame<u8> {
        let scale = width as f32 / 60.0;
        let (cx, cy) = ((29.5 - yaw_deg * 0.5) * scale, 17.5 * scale);
        Frame::from_fn(width, height, |x, y| {
            let r = (x as f32 - cx).hypot(y as f32 - cy);
            (60.0 + 140.0 / (1.0 + (-(r - 9.0 * scale)).exp())) as u8
        })
    }

    fn training() -> Vec<(Frame<u8>, Gaze)> {
        let one = |yaw_deg| (eye(yaw_deg, 60, 36), Gaze::from_degrees(0.0, yaw_deg));
        (0..41).map(|i| one(i as f32 - 20.0)).collect()
    }

    fn fit(images: &[(Frame<u8>, Gaze)], k: usize) -> Result<Knn, Error> {
        Knn::fit(images.iter().map(|(frame, gaze)| (frame, *gaze)), k)
    }

    #[test]
    fn one_neighbour_of_a_training_image_is_itself() {
        let images = training();
        let knn = fit(&images, 1).unwrap();
        for (frame, gaze) in &images {
            assert!(knn.predict(frame).angle_to(*gaze) < 1e-6);
        }
    }

    #[test]
    fn brightness_contrast_and_size_do_not_matter() {
        let knn = fit(&training(), 3).unwrap();
        let query = eye(7.0, 60, 36);
        let dim = Frame::from_fn(60, 36, |x, y| query.get(x, y) / 2 + 10);
        let truth = Gaze::from_degrees(0.0, 7.0);
        assert!(knn.predict(&dim).angle_to(truth).to_degrees() < 0.01);
        assert!(knn.predict(&eye(7.0, 120, 72)).angle_to(truth).to_degrees() < 0.5);
    }

    #[test]
    fn the_gaze_is_the_normalised_mean_of_the_neighbours() {
        let knn = fit(&training(), 3).unwrap();
        let found = knn.predict(&eye(0.0, 60, 36));
        assert!(found.angle_to(Gaze::from_degrees(0.0, 0.0)).to_degrees() < 0.01);
        let all = fit(&training(), 41).unwrap();
        let (a, b) = (eye(20.0, 60, 36), eye(3.0, 60, 36));
        assert!(all.predict(&a).angle_to(all.predict(&b)) < 1e-9);
    }

    #[test]
    fn many_images_give_what_each_gives_alone() {
        let knn = fit(&training(), 5).unwrap();
        let frames: Vec<_> = (0..37).map(|i| eye(i as f32 * 0.9 - 15.0, 55, 35)).collect();
        let alone: Vec<_> = frames.iter().map(|f| knn.predict(f)).collect();
        assert_eq!(knn.predict_all(&frames), alone);
    }

    #[test]
    fn equal_neighbours_are_taken_in_order() {
        let mut nearest = Nearest::new(2);
        for index in 0..5 {
            nearest.offer(0.5, index);
        }
        assert_eq!(nearest.found, [(0.5, 0), (0.5, 1)]);
        nearest.offer(0.9, 7);
        assert_eq!(nearest.found, [(0.9, 7), (0.5, 0)]);
    }

    #[test]
    fn what_cannot_teach_is_refused() {
        let mut images = training();
        assert!(fit(&images, 0).unwrap_err().to_string().contains("`k`"));
        assert!(fit(&images, 42).unwrap_err().to_string().contains("at least 42 and got 41"));
        images[5].1.yaw = f32::NAN;
        assert!(fit(&images, 1).unwrap_err().to_string().contains("position 5"));
    }

    #[test]
    fn cells_cover_the_line_once() {
        for pixels in [9, 36, 55, 60, 7] {
            let mut covered = vec![0.0; pixels];
            for cell in cells(pixels, GRID_HEIGHT) {
                assert!((cell.iter().map(|c| c.1).sum::<f32>() - 1.0).abs() < 1e-5);
                cell.iter().for_each(|&(p, share)| covered[p] += share);
            }
            let each = GRID_HEIGHT as f32 / pixels as f32;
            assert!(covered.iter().all(|c| (c - each).abs() < 1e-5));
        }
    }
}
