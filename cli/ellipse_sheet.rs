//! Some images of a data set with their ellipses drawn on them.

use crate::modality::Grey;
use anyhow::Result;
use eval::ellipses::{EllipseRecord, Known};
use simulator::sample::Sample;
use studio::overlay::{self, Found};
use studio::{Block, sheet};

/// Width of the sheet and of an image on it, about, px.
const SHEET_PX: u32 = 1500;
const IMAGE_PX: usize = 300;
/// Most enlargement.
const SCALE: usize = 6;

/// Images, evenly spread over the data set.
pub struct Sheet {
    every: usize,
    seen: usize,
    images: Vec<overlay::Drawing>,
}

impl Sheet {
    /// So many of so many.
    pub fn new(images: usize, pictures: usize) -> Self {
        Self { every: images.div_ceil(pictures.max(1)).max(1), seen: 0, images: Vec::new() }
    }

    /// Draws this image, if its turn has come.
    pub fn look<M: Grey>(&mut self, sample: &Sample<M>, record: &EllipseRecord) {
        if self.seen.is_multiple_of(self.every) {
            let scale = (IMAGE_PX / record.size.0.max(1)).clamp(1, SCALE) as u32;
            self.images.push(overlay::with_ellipses::<M>(&sample.frame, &found(record), scale));
        }
        self.seen += 1;
    }

    /// The sheet over its legend.
    pub fn blocks(&self) -> Result<Vec<Block>> {
        let width = self.images.first().map_or(1, |image| image.width());
        let columns = (SHEET_PX / width.max(1)).clamp(2, 8) as usize;
        Ok(vec![
            Block::picture(
                &sheet::mosaic(&self.images, columns),
                "Images with the ellipses found in them",
                "Images spread evenly over the data set. One without an ellipse is one where nothing could \
                 be measured.",
            )?,
            Block::picture(
                &overlay::ellipse_legend(SHEET_PX / 2),
                "Legend: what each colour means",
                "What each colour means.",
            )?,
        ])
    }
}

fn found(record: &EllipseRecord) -> Found {
    let truth = [record.truth.iris, record.truth.pupil];
    let ellipse = |known: Option<Known>| known.and_then(|known| known.ellipse);
    let bare = |known: &Known| known.ellipse.is_none();
    Found {
        iris: record.fit.iris.ok().map(|fit| fit.ellipse),
        pupil: record.fit.pupil.ok().map(|fit| fit.ellipse),
        labels: truth.map(ellipse),
        mark: truth.into_iter().flatten().find(bare).map(|known| known.center),
    }
}
