//! What can go wrong.

use simulator::sample::BoxError;
use thiserror::Error;

/// A picture or a page that could not be made.
#[derive(Debug, Error)]
pub enum Error {
    /// Two frames that are to be compared differ in size.
    #[error(
        "a difference needs two frames of one size, and these are {before_size:?} and \
         {after_size:?} px; compare an image with the one it was made from"
    )]
    FrameSizes {
        /// Width and height of the earlier frame, px.
        before_size: (usize, usize),
        /// Width and height of the later frame, px.
        after_size: (usize, usize),
    },
    /// The bytes of a picture are no PNG.
    #[error(
        "the picture \"{alt}\" is no PNG ({bytes} bytes); give the bytes of a PNG file, or use \
         Block::picture, which encodes an RgbImage"
    )]
    NotPng {
        /// Its alternative text.
        alt: String,
        /// How many bytes were given.
        bytes: usize,
    },
    /// A picture could not be encoded.
    #[error("the picture \"{alt}\" could not be encoded as PNG; its sides must not be zero")]
    Encode {
        /// Its alternative text.
        alt: String,
        /// What the encoder said.
        source: image::ImageError,
    },
    /// A chart could not be drawn.
    #[error("the chart \"{chart}\" could not be drawn")]
    Chart {
        /// Its y axis, or what stands for it.
        chart: String,
        /// What the backend said.
        source: BoxError,
    },
    /// The template could not be filled.
    #[error("the page \"{title}\" could not be rendered")]
    Template {
        /// The page's title.
        title: String,
        /// What the template engine said.
        source: askama::Error,
    },
    /// A file could not be written.
    #[error(transparent)]
    Write(#[from] durable::Error),
}
