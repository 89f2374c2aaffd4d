//! What a depth camera would see of a surface, exactly.

mod kernel;
mod normal;

use super::surface::{Ball, Surface};
use crate::sample::{DepthCamera, HandPart};
use kernel::{ConeRow, FaceRow, Row};
use nalgebra::Vector3;

/// Rows are this many numbers longer than a multiple of it.
const LANES: usize = 8;

/// Exact depth of every pixel.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cast {
    /// Width and height, px.
    pub size_px: [usize; 2],
    /// The camera of this image.
    pub camera: DepthCamera,
    /// Numbers from one row to the next.
    stride: usize,
    /// z, mm; infinite where there is nothing.
    depth_mm: Vec<f32>,
    /// Which cone, or after them which face, is seen.
    seen: Vec<f32>,
}

impl Cast {
    /// Depth (z, mm) of the pixel, or `None` where nothing is.
    pub(crate) fn depth_mm(&self, x: usize, y: usize) -> Option<f32> {
        Some(self.depth_mm[y * self.stride + x]).filter(|z| z.is_finite())
    }

    /// The depths of a row, mm; infinite where there is nothing.
    pub(crate) fn row_mm(&self, y: usize) -> &[f32] {
        &self.depth_mm[y * self.stride..][..self.size_px[0]]
    }

    /// The part of the hand that the pixel shows.
    pub(crate) fn part(&self, surface: &Surface, x: usize, y: usize) -> HandPart {
        if self.depth_mm(x, y).is_none() {
            return HandPart::Background;
        }
        let seen = self.seen[y * self.stride + x] as usize;
        match seen.checked_sub(surface.cones.len()) {
            None => surface.cones[seen].part,
            Some(face) => surface.faces[face].part,
        }
    }

    /// Cosine of the angle between the surface's normal and the ray, 0 to 1; of a pixel that shows
    /// nothing, 1.
    pub(crate) fn cosine(&self, surface: &Surface, x: usize, y: usize) -> f32 {
        let Some(depth_mm) = self.depth_mm(x, y) else { return 1.0 };
        let point = self.camera.unproject([x as f64, y as f64], f64::from(depth_mm));
        let seen = self.seen[y * self.stride + x] as usize;
        let normal = match seen.checked_sub(surface.cones.len()) {
            None => normal::of_cone(&surface.cones[seen], point),
            Some(face) => surface.faces[face].normal,
        };
        (-normal.dot(&point) / point.norm()).clamp(0.0, 1.0) as f32
    }
}

/// Casts a ray through the centre of every pixel. The nearest surface wins; what lies behind the camera
/// is not seen.
pub(crate) fn cast(surface: &Surface, camera: &DepthCamera, size_px: [usize; 2]) -> Cast {
    cast_with(true, surface, camera, size_px)
}

/// As [`cast`], with the widest instructions of this machine or without.
fn cast_with(
    wide: bool,
    surface: &Surface,
    camera: &DepthCamera,
    [width, height]: [usize; 2],
) -> Cast {
    let stride = width.div_ceil(LANES) * LANES;
    let mut depth_mm = vec![f32::INFINITY; stride * height];
    let mut seen = vec![0.0; stride * height];
    let inside = |window: Window| window.within(width, height);

    for (id, cone) in surface.cones.iter().enumerate() {
        let Some(window) = inside(Window::of_balls(camera, &cone.ends)) else { continue };
        let shape = ConeRow::new(cone);
        for y in window.rows.clone() {
            let (row, first) = window.row(camera, y, stride, id);
            let count = row.count;
            let (depth, seen) = (&mut depth_mm[first..][..count], &mut seen[first..][..count]);
            kernel::cone_row(wide, &shape, &row, depth, seen);
        }
    }
    for (k, face) in surface.faces.iter().enumerate() {
        // Only what faces the camera.
        if face.normal.dot(&face.corners_mm[0]) >= 0.0 {
            continue;
        }
        let Some(window) = inside(Window::of_points(camera, &face.corners_mm)) else { continue };
        let shape = FaceRow::new(face);
        for y in window.rows.clone() {
            let (row, first) = window.row(camera, y, stride, surface.cones.len() + k);
            let count = row.count;
            let (depth, seen) = (&mut depth_mm[first..][..count], &mut seen[first..][..count]);
            kernel::face_row(wide, &shape, &row, depth, seen);
        }
    }
    Cast { size_px: [width, height], camera: *camera, stride, depth_mm, seen }
}

/// The pixels that a shape may cover.
struct Window {
    columns: std::ops::Range<usize>,
    rows: std::ops::Range<usize>,
    low: [f64; 2],
    high: [f64; 2],
}

impl Window {
    fn from(low: [f64; 2], high: [f64; 2]) -> Self {
        Self { columns: 0..0, rows: 0..0, low, high }
    }

    /// The image of balls, and a little more.
    fn of_balls(camera: &DepthCamera, balls: &[Ball]) -> Self {
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for ball in balls {
            let r = ball.radius_mm;
            let (near, far) = ((ball.center_mm.z - r).max(1.0), (ball.center_mm.z + r).max(1.0));
            for i in 0..2 {
                let (focal, center) =
                    (f64::from(camera.focal_px[i]), f64::from(camera.center_px[i]));
                let (least, most) = (ball.center_mm[i] - r, ball.center_mm[i] + r);
                let least = least / if least < 0.0 { near } else { far };
                let most = most / if most > 0.0 { near } else { far };
                low[i] = low[i].min(center + focal * least);
                high[i] = high[i].max(center + focal * most);
            }
        }
        Self::from(low, high)
    }

    /// The image of points.
    fn of_points(camera: &DepthCamera, points: &[Vector3<f64>; 3]) -> Self {
        let points = points.map(|p| camera.project(Vector3::new(p.x, p.y, p.z.max(1.0))));
        let fold = |f: fn(f64, f64) -> f64, i: usize| points.map(|p| p[i]).into_iter().reduce(f);
        let along = |f| [0, 1].map(|i| fold(f, i).unwrap_or(0.0));
        Self::from(along(f64::min), along(f64::max))
    }

    /// The part of it within the image, its columns rounded out to whole lanes.
    fn within(mut self, width: usize, height: usize) -> Option<Self> {
        let range = |i: usize, length: usize| {
            let first = self.low[i].floor().max(0.0) as usize;
            let last = (self.high[i].ceil() + 1.0).clamp(0.0, length as f64) as usize;
            first..last
        };
        let (columns, rows) = (range(0, width), range(1, height));
        if columns.is_empty() || rows.is_empty() {
            return None;
        }
        let first = columns.start / LANES * LANES;
        let lanes = (columns.end - first).div_ceil(LANES) * LANES;
        self.columns = first..first + lanes;
        self.rows = rows;
        Some(self)
    }

    /// One of its rows, and where in the image it begins.
    fn row(&self, camera: &DepthCamera, y: usize, stride: usize, id: usize) -> (Row, usize) {
        let step = 1.0 / camera.focal_px[0];
        let row = Row {
            x: (self.columns.start as f32 - camera.center_px[0]) * step,
            step,
            y: (y as f32 - camera.center_px[1]) / camera.focal_px[1],
            count: self.columns.len(),
            id: id as f32,
        };
        (row, y * stride + self.columns.start)
    }
}

#[cfg(test)]
mod tests;
