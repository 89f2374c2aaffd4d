//! Joints ⇄ numbers of their columns.

use crate::label::Problem;
use simulator::sample::{DepthCamera, Joint, JointVisibility};

/// The flag of a joint of which the source says nothing, beside others of which it does.
const UNSAID: u8 = 3;

/// Appends x, y, z of each joint, mm.
pub(super) fn places(joints: &[Joint], numbers: &mut Vec<f32>) {
    numbers.extend(joints.iter().flat_map(|joint| joint.place_mm));
}

/// Puts them back.
pub(super) fn set_places(joints: &mut [Joint], numbers: &[f32]) {
    for (joint, place) in joints.iter_mut().zip(numbers.as_chunks::<3>().0) {
        joint.place_mm = *place;
    }
}

/// Appends u, v, depth of each joint, in px, px, mm.
pub(super) fn uvd(joints: &[Joint], camera: &DepthCamera, numbers: &mut Vec<f32>) {
    numbers.extend(joints.iter().flat_map(|joint| joint.uvd(camera)));
}

/// Appends the flag of each joint, if any of them has one.
pub(super) fn flags(joints: &[Joint], flags: &mut Vec<u8>) -> Option<()> {
    joints.iter().find_map(|joint| joint.visibility)?;
    flags.extend(joints.iter().map(|joint| joint.visibility.map_or(UNSAID, |flag| flag as u8)));
    Some(())
}

/// Puts them back.
pub(super) fn set_flags(joints: Option<&mut [Joint]>, flags: &[u8]) -> Result<(), Problem> {
    let known = [JointVisibility::Hidden, JointVisibility::Visible, JointVisibility::Outside];
    for (joint, &flag) in joints.ok_or(Problem::NoGroup)?.iter_mut().zip(flags) {
        joint.visibility = match flag {
            UNSAID => None,
            _ => Some(*known.get(usize::from(flag)).ok_or(Problem::Unknown)?),
        };
    }
    Ok(())
}
