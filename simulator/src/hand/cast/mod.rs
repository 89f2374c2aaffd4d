//! What a depth camera would see of a surface, exactly.

mod kernel;
mod normal;
mod shapes;
mod window;

use super::surface::Surface;
use crate::sample::DepthCamera;
use kernel::Target;
use normal::{Facings, Image};
pub(crate) use shapes::Shapes;
use window::{LANES, Rays};

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
    /// Which cone, or after them which face, is seen, where anything is.
    seen: Vec<f32>,
    /// See [`Self::face`].
    cosines: Vec<f32>,
}

impl Cast {
    /// Casts a ray through the centre of every pixel. The nearest surface wins; what lies behind the
    /// camera is not seen.
    pub(crate) fn of(shapes: &Shapes, camera: &DepthCamera, size_px: [usize; 2]) -> Self {
        Self::with(true, shapes, camera, size_px)
    }

    /// As [`Self::of`], with the widest instructions of this machine or without.
    fn with(
        wide: bool,
        shapes: &Shapes,
        camera: &DepthCamera,
        [width, height]: [usize; 2],
    ) -> Self {
        let stride = width.div_ceil(LANES) * LANES;
        let mut cast = Self {
            size_px: [width, height],
            camera: *camera,
            stride,
            depth_mm: vec![f32::INFINITY; stride * height],
            seen: vec![0.0; stride * height],
            cosines: Vec::new(),
        };
        let (depth, seen) = (&mut cast.depth_mm[..], &mut cast.seen[..]);
        let rays = &Rays::of(camera);
        shapes.cast(wide, camera, [width, height], &mut Target { rays, stride, depth, seen });
        cast
    }

    /// Finds out how much the surface faces the camera in every pixel.
    pub(crate) fn face(&mut self, surface: &Surface) {
        self.face_with(true, surface);
    }

    fn face_with(&mut self, wide: bool, surface: &Surface) {
        let Self { stride, depth_mm, seen, .. } = self;
        self.cosines.resize(depth_mm.len(), 1.0);
        let image = Image { rays: &Rays::of(&self.camera), stride: *stride, depth: depth_mm, seen };
        normal::facing(wide, &Facings::of(surface), &image, &mut self.cosines);
    }

    /// Depth (z, mm) of the pixel, or `None` where nothing is.
    #[cfg(test)]
    pub(crate) fn depth_mm(&self, x: usize, y: usize) -> Option<f32> {
        Some(self.depth_mm[y * self.stride + x]).filter(|z| z.is_finite())
    }

    /// The depths of a row, mm; infinite where there is nothing.
    pub(crate) fn row_mm(&self, y: usize) -> &[f32] {
        &self.depth_mm[y * self.stride..][..self.size_px[0]]
    }

    /// What a row shows: an index into [`Shapes::parts`], where anything is.
    pub(crate) fn row_seen(&self, y: usize) -> &[f32] {
        &self.seen[y * self.stride..][..self.size_px[0]]
    }

    /// Of a row and a little more, the cosines of the angle between the surface's normal and the ray, 0 to
    /// 1; 1 where nothing is. After [`Self::face`].
    pub(crate) fn row_cosines(&self, y: usize) -> &[f32] {
        &self.cosines[y * self.stride..][..self.stride]
    }

    /// As [`Self::row_cosines`], of a pixel.
    pub(crate) fn cosine(&self, x: usize, y: usize) -> f32 {
        self.cosines[y * self.stride + x]
    }
}

/// A surface as a camera sees it, and how much it faces the camera.
#[cfg(test)]
pub(crate) fn cast(surface: &Surface, camera: &DepthCamera, size_px: [usize; 2]) -> Cast {
    let mut cast = Cast::of(&Shapes::of(surface), camera, size_px);
    cast.face(surface);
    cast
}

#[cfg(test)]
mod tests;
