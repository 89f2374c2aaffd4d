//! What a label says of an eye whose ellipses are scored.

use simulator::sample::{Ellipse, EyeGeometry};

/// A feature as it is labelled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Known {
    /// Its centre, px.
    pub center: [f32; 2],
    /// Its ellipse, where more than the centre is known.
    pub ellipse: Option<Ellipse>,
    /// Share of its area that no lid hides, 0 to 1, where that is known.
    pub visible: Option<f32>,
}

impl Known {
    /// A centre alone.
    pub fn center(center: [f32; 2]) -> Self {
        Self { center, ellipse: None, visible: None }
    }

    /// An ellipse.
    pub fn ellipse(ellipse: Ellipse) -> Self {
        Self { center: ellipse.center, ellipse: Some(ellipse), visible: None }
    }

    /// The radius of the circle of the same area, px.
    pub fn mean_radius(&self) -> Option<f64> {
        self.ellipse.map(|ellipse| f64::from(ellipse.mean_radius()))
    }
}

/// All that is known of an eye; nothing of most.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Truth {
    /// The iris.
    pub iris: Option<Known>,
    /// The pupil.
    pub pupil: Option<Known>,
    /// Distance of the corners of the lids, px.
    pub eye_width_px: Option<f64>,
}

impl Truth {
    /// What the exact geometry of a render says.
    pub fn of(geometry: &EyeGeometry) -> Self {
        let known = |ellipse: Ellipse, visible: f32| {
            Some(Known { visible: Some(visible), ..Known::ellipse(ellipse) })
        };
        let line = &geometry.upper_lid;
        let [[ax, ay], [bx, by]] = [line[0], line[line.len() - 1]].map(|p| p.map(f64::from));
        Self {
            iris: known(geometry.iris, geometry.iris_visible),
            pupil: known(geometry.pupil, geometry.pupil_visible),
            eye_width_px: Some((bx - ax).hypot(by - ay)),
        }
    }
}
