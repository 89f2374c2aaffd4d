//! The label columns of a depth hand.

use super::{Column, Kind, known};

/// The label of a depth image of a hand. *Camera space* has x right, y down, z forward, in mm (files
/// of NYU and MSRA have y up); *image* is px with the centre of the top left pixel at (0, 0).
///
/// `image` and `clean_mm` hold depth: z in camera space (not the length of the ray), mm, in 16 bits,
/// 0 where nothing came back.
#[rustfmt::skip]
pub const HAND: &[Column] = &[
    known("clean_mm", Kind::Image, "mm", "depth before the sensor spoiled it, as a 16-bit PNG of the image's size; 0 = nothing there"),
    known("parts", Kind::Image, "", "part seen in each pixel, as an 8-bit PNG of the image's size: 0 background, 1 palm, 2 forearm, 3 thumb, 4 index, 5 middle, 6 ring, 7 little finger"),

    known("camera_focal_px", Kind::F32s(2), "px", "focal length of this image's camera, after any crop, in x and y"),
    known("camera_center_px", Kind::F32s(2), "px", "principal point of this image's camera, after any crop, x, y"),
    known("crop_scale", Kind::F32s(2), "", "pixels of the image for one of the sensor, in x and y: image = scale * sensor + shift"),
    known("crop_shift_px", Kind::F32s(2), "px", "where the sensor's pixel (0, 0) lies in the image, x, y"),
    known("cube_center_mm", Kind::F32s(3), "mm", "centre of the cube around the hand, camera space x, y, z"),
    known("cube_side_mm", Kind::F32, "mm", "side of that cube"),

    known("joints_xyz_mm", Kind::F32s(108), "mm", "NYU's 36 joints in NYU's order, camera space x0, y0, z0, x1, ...: of little, ring, middle, index finger from the tip KNU3_A, KNU3_B, KNU2_A, KNU2_B, KNU1_A, KNU1_B; of the thumb the same; PALM_1 to 6. Evaluated are 0, 3, 6, 9, 12, 15, 18, 21, 24, 25, 27, 30, 31, 32"),
    known("joints_uvd", Kind::F32s(108), "", "the same in the image: u px, v px, depth mm of each; computed from xyz and camera, null where either is unknown"),
    known("joints_visibility", Kind::U8s(36), "", "of the same: 0 hidden behind something nearer, 1 visible, 2 beside the image, 3 unknown"),
    known("joints_common_xyz_mm", Kind::F32s(63), "mm", "the common 21 joints, camera space x0, y0, z0, x1, ...: wrist, then of thumb, index, middle, ring, little finger four each, from the knuckle (of the thumb: from the wrist) to the tip"),
    known("joints_common_uvd", Kind::F32s(63), "", "the same in the image: u px, v px, depth mm of each; computed from xyz and camera, null where either is unknown"),
    known("joints_common_visibility", Kind::U8s(21), "", "of the same: 0 hidden behind something nearer, 1 visible, 2 beside the image, 3 unknown"),
    known("joints_common_px", Kind::F32s(42), "px", "the common 21 joints in the image, u0, v0, u1, ..., from sources that know no depth of them"),

    known("angles_rad", Kind::F32s(22), "rad", "of the thumb TMC flexion, TMC abduction, MCP flexion, IP flexion; of index, middle, ring, little finger MCP flexion, MCP abduction, PIP flexion, DIP flexion; arching of the palm at the ring's and the little finger's metacarpal"),
    known("hand_rotation", Kind::F32s(9), "", "rotation from hand space to camera space, row by row"),
    known("wrist_mm", Kind::F32s(3), "mm", "the wrist, camera space x, y, z"),
    known("hand_length_mm", Kind::F32, "mm", "wrist to tip of the middle finger"),
    known("hand_breadth_mm", Kind::F32, "mm", "across the knuckles"),
    known("bones_mm", Kind::F32s(20), "mm", "bones of thumb, index, middle, ring, little finger, from the metacarpal to the tip, four each; of the thumb the third, which it has not, is 0"),
    known("radii_mm", Kind::F32s(21), "mm", "radius of the hand at each of the common 21 joints"),

    known("side", Kind::Text, "", "which hand of its owner it was: left or right"),
    known("mirrored", Kind::Bool, "", "whether image and label were mirrored"),
    known("sensor", Kind::Text, "", "model of the sensor: clean (exact depth), structured-light or time-of-flight"),
    known("gesture", Kind::Text, "", "what the hand does: the sign, the grasp"),
    known("subject", Kind::Text, "", "whose hand it is"),
    known("source", Kind::Text, "", "the file the image came from"),
    known("seed", Kind::U64, "", "master seed: with the settings in the manifest and the id it makes the image again"),

    known("refine_drift_px", Kind::F32, "px", "mean distance of the hand's outline in the refined image from the one in its render, px of this image; null where one of them has none"),
    known("refine_realism", Kind::F32, "0 to 1", "mean over the patches of the refined image of the discriminator's probability that they are real"),
];
