//! A folder of images, with a table of labels if there is one.
//!
//! The table has the form of Hugging Face's ImageFolder, `metadata.csv` or `metadata.jsonl`: a column
//! `file_name` (or `file`), a path from the table's folder downwards, and here also `pitch_rad` and
//! `yaw_rad` (or `pitch_deg` and `yaw_deg`) and, as far as they are known, `subject` (or `person`),
//! `head_pitch_rad`, `head_yaw_rad`, `side` and `mirrored`. [`Columns`](crate::Columns) says which columns
//! they are where they have other names. Angles are [`Gaze`]'s, of the image as it lies there. Without the
//! two columns, where both are empty, and for an image without a row, the gaze is unknown. Other columns
//! go to the [`Account`]. Any one table that names images does; two are one too many.
//!
//! A `labels.csv` with a gaze says which images there are, in its order, and so does any table that is
//! given in the place of a folder; it names images by their paths from its own folder, or from the folder
//! beside it that has its name. A folder without images, but with folders `train`, `test` and the like is
//! read folder by folder.

mod plan;

use crate::account::Account;
use crate::beside::LabelOptions;
use crate::error::Error;
use crate::image;
use crate::labels::Row;
use simulator::sample::{Domain, Eye, EyeLabel, Gaze, HeadDirection, Sample, SampleId, Side};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

pub use crate::chunks::Samples;
pub(crate) use plan::{Plan, is_split, plan};

/// Errors about missing images that say whether one of a like name is there.
const HINTS: usize = 20;

/// What to do with the images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FolderOptions {
    /// These are right eyes (inner corner on the right of the image): mirror them, and their gaze.
    pub mirror: bool,
    /// Equalise the histogram, as MPIIGaze's images are. It comes last.
    pub equalize: bool,
    /// Crop (centrally, to this shape) and scale to this width and height, px.
    pub size: Option<(usize, usize)>,
    /// Where the labels stand.
    pub labels: LabelOptions,
}

/// Reads the images in the folder `source`: PNG, JPEG, PGM, PPM, BMP, WebP and TIFF, by file name; or those
/// that a table names, in its order. Ids count from 0. Colour and 16-bit images become 8-bit luminance
/// (Rec. 709), turned as their orientation says.
///
/// # Errors
/// [`Error::Empty`] without images, [`Error::Label`] or [`Error::Table`] for labels that can't be used; the
/// iterator yields [`Error::Image`], [`Error::Binary`] or [`Error::Io`] for an image that can't be read and
/// goes on, and [`Error::Size`] for the first of another size than the ones before, and ends with it.
pub fn read(source: &Path, options: &FolderOptions) -> Result<Samples<Eye>, Error> {
    image::check_size(options.size)?;
    let Plan { dir, images, domain, account } = plan(source, &options.labels)?;
    let (options, missing) = (options.clone(), AtomicUsize::new(0));
    Ok(Samples::new(images.len(), account, move |index| {
        let (name, row) = &images[index];
        let path = dir.join(name);
        // A hint looks through the folder, so the first errors alone have one.
        let hinted = |error| match missing.fetch_add(1, Relaxed) {
            0..HINTS => plan::hinted(error, &path),
            _ => error,
        };
        let frame = image::load(&path, options.size).map_err(hinted)?;
        let sample = sample(frame, row.clone(), name, &options);
        Ok((path, Sample { id: SampleId(index as u64), domain, ..sample }))
    }))
}

/// Where the pixels of the images of a source come from: what its tables say, else a camera.
///
/// # Errors
/// Those of [`read`].
pub fn domain(source: &Path, options: &LabelOptions) -> Result<Domain, Error> {
    Ok(plan(source, options)?.domain)
}

/// The sample of one image, its id and domain still to come.
pub(crate) fn sample(
    mut frame: simulator::sample::Frame<u8>,
    row: Row,
    name: &str,
    options: &FolderOptions,
) -> Sample<Eye> {
    let Row { mut gaze, subject, mut head, mut side, mut mirrored, .. } = row;
    if options.mirror {
        frame = frame.mirrored();
        gaze = gaze.map(Gaze::mirrored);
        head = head.map(HeadDirection::mirrored);
        // What stands as a right eye is one, or a left one that was mirrored before.
        let before = mirrored == Some(true);
        side = side.or(Some(if before { Side::Left } else { Side::Right }));
        mirrored = Some(!before);
    }
    if options.equalize {
        frame = frame.equalized();
    }
    let source = Some(name.to_owned());
    let label = EyeLabel { gaze, subject, source, head, side, mirrored, ..EyeLabel::default() };
    Sample { id: SampleId(0), domain: Domain::Real, frame, label }
}

/// An account of a folder of eyes.
fn account() -> Account {
    Account::of("a folder of images of eyes")
}

#[cfg(test)]
#[path = "folder_tests.rs"]
mod tests;
