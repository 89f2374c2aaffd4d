//! A surface as the kernels need it: each ball once, and the nearest shapes first.

use super::super::surface::{Ball, Surface};
use super::kernel::{self, BallShape, Candidate, ConeShape, FaceShape, Target};
use super::window::{Disc, Window};
use crate::sample::{DepthCamera, HandPart};
use nalgebra::Vector3;

/// What rays are cast against, for any camera that stands at the origin.
pub(crate) struct Shapes {
    balls: Vec<Ball>,
    pieces: Vec<Piece>,
    /// The part of each cone, then of each face.
    parts: Vec<HandPart>,
}

struct Piece {
    candidate: Candidate,
    shape: Shape,
}

enum Shape {
    /// And which ball it is.
    Ball(BallShape, usize),
    /// And which balls it lies between.
    Cone(ConeShape, [usize; 2]),
    /// And its corners.
    Face(FaceShape, [Vector3<f64>; 3]),
}

impl Shapes {
    /// The shapes of this surface. A ball that cones share is taken for the first one's.
    pub(crate) fn of(surface: &Surface) -> Self {
        let (mut balls, mut pieces): (Vec<Ball>, Vec<Piece>) = (Vec::new(), Vec::new());
        for (id, cone) in surface.cones.iter().enumerate() {
            let nearest = cone.ends.map(|ball| ball.center_mm.z - ball.radius_mm);
            let places = [0, 1].map(|end| {
                let ball = cone.ends[end];
                balls.iter().position(|other| *other == ball).unwrap_or_else(|| {
                    balls.push(ball);
                    let shape = Shape::Ball(BallShape::new(&ball), balls.len() - 1);
                    pieces.push(Piece { candidate: candidate(id, nearest[end]), shape });
                    balls.len() - 1
                })
            });
            if let Some(shape) = ConeShape::new(cone) {
                let candidate = candidate(id, nearest[0].min(nearest[1]));
                pieces.push(Piece { candidate, shape: Shape::Cone(shape, places) });
            }
        }
        for (k, face) in surface.faces.iter().enumerate() {
            if let Some(shape) = FaceShape::new(face) {
                let [a, b, c] = face.corners_mm.map(|corner| corner.z);
                let candidate = candidate(surface.cones.len() + k, a.min(b).min(c));
                pieces.push(Piece { candidate, shape: Shape::Face(shape, face.corners_mm) });
            }
        }
        pieces.sort_by(|a, b| a.candidate.nearest.total_cmp(&b.candidate.nearest));
        let cones = surface.cones.iter().map(|cone| cone.part);
        let parts = cones.chain(surface.faces.iter().map(|face| face.part)).collect();
        Self { balls, pieces, parts }
    }

    /// The part of each cone, then of each face.
    pub(crate) fn parts(&self) -> &[HandPart] {
        &self.parts
    }

    /// The pixels that they may cover, columns and rows.
    pub(crate) fn bounds(
        &self,
        camera: &DepthCamera,
        size_px: [usize; 2],
    ) -> Option<[std::ops::Range<usize>; 2]> {
        let window = Window::of_discs(size_px, self.discs(camera).iter())?;
        Some([window.columns, window.rows])
    }

    fn discs(&self, camera: &DepthCamera) -> Vec<Disc> {
        self.balls.iter().map(|ball| Disc::of(camera, ball)).collect()
    }

    /// Casts all of them into an image of this size.
    pub(super) fn cast(
        &self,
        wide: bool,
        camera: &DepthCamera,
        size_px: [usize; 2],
        target: &mut Target<'_>,
    ) {
        let discs = self.discs(camera);
        for Piece { candidate, shape } in &self.pieces {
            match shape {
                Shape::Ball(shape, ball) => {
                    if let Some(window) = Window::of_ball(size_px, &discs[*ball]) {
                        kernel::cast_ball(wide, shape, candidate, &window, target);
                    }
                }
                Shape::Cone(shape, [a, b]) => {
                    if let Some(window) = Window::of_hull(size_px, &discs[*a], &discs[*b]) {
                        kernel::cast_cone(wide, shape, candidate, &window, target);
                    }
                }
                Shape::Face(shape, corners_mm) => {
                    if let Some(window) = Window::of_points(size_px, camera, corners_mm) {
                        kernel::cast_face(wide, shape, candidate, &window, target);
                    }
                }
            }
        }
    }
}

/// A shape whose nearest point lies at this depth, and a little nearer for rounding.
fn candidate(id: usize, nearest_mm: f64) -> Candidate {
    Candidate { id: id as f32, nearest: nearest_mm as f32 - 0.01 }
}
