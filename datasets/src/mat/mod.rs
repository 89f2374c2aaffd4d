//! The part of MATLAB's MAT-file format, level 5, that data sets need: numbers and nested
//! structs, compressed or not, in either byte order.
//!
//! Source: MathWorks, *MAT-File Format* (level 5). A file is a header of 128 bytes and a row of
//! elements; an element is a tag (type, length) and its data, padded to 8 bytes; a matrix is an
//! element made of elements. Every length is checked against the bytes that are there before it is
//! used, and nothing is allocated by a length that a file claims.

mod cursor;

use cursor::{Cursor, Element, MI_COMPRESSED, MI_MATRIX, Place, ReadNumber};
use flate2::read::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Length of the header, bytes.
const HEADER: usize = 128;
/// Most bytes that a compressed variable may grow to. A day of MPIIGaze is 10 MB, the joints of NYU's
/// training images are 190 MB.
const MAX_DECOMPRESSED: u64 = 512 << 20;
/// Most bytes of a variable in front of its numbers: flags, dimensions, its name.
const MAX_HEAD: u64 = 4096;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MatError {
    /// Version 7.3, which is another format.
    Hdf5,
    /// Damaged, or no MAT-file.
    At { byte: usize, problem: String },
    /// Whole, and something else is in it than should be.
    Content(String),
}

fn at<T>(byte: usize, problem: impl Into<String>) -> Result<T, MatError> {
    Err(MatError::At { byte, problem: problem.into() })
}

/// A file, taken apart into its variables. They stay as they are until one is asked for.
pub(crate) struct MatFile<'a> {
    big_endian: bool,
    elements: Vec<Element<'a>>,
}

/// The content of one matrix element.
pub(crate) struct Variable<'a> {
    big_endian: bool,
    bytes: Cow<'a, [u8]>,
    place: Place,
}

impl Variable<'_> {
    /// What it holds.
    pub(crate) fn value(&self) -> Result<Value<'_>, MatError> {
        let mut cursor = Cursor::new(&self.bytes, self.big_endian, self.place);
        let head = cursor.matrix_head()?;
        cursor.matrix_body(&head, 0)
    }
}

/// A value in a file.
pub(crate) enum Value<'a> {
    /// An array of numbers.
    Numbers(Numbers<'a>),
    /// A struct array of one element.
    Struct(Vec<(String, Value<'a>)>),
    /// Text, cells, struct arrays and whatever else is of no use here.
    Other,
}

/// An array of numbers, column-major: the first index runs fastest.
pub(crate) struct Numbers<'a> {
    /// Length along each dimension.
    pub(crate) dims: Vec<usize>,
    bytes: &'a [u8],
    read: ReadNumber,
    width: usize,
    big_endian: bool,
}

impl Numbers<'_> {
    /// The number at this place in memory order.
    ///
    /// # Panics
    /// If it lies outside.
    pub(crate) fn at(&self, index: usize) -> f64 {
        (self.read)(&self.bytes[index * self.width..][..self.width], self.big_endian)
    }
}

impl<'a> Value<'a> {
    /// The field of this name, if this is a struct that has it.
    pub(crate) fn field(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Self::Struct(fields) => fields.iter().find(|(n, _)| n == name).map(|(_, value)| value),
            _ => None,
        }
    }
}

impl<'a> MatFile<'a> {
    /// Takes the bytes of a file apart into its variables.
    pub(crate) fn new(file: &'a [u8]) -> Result<Self, MatError> {
        if file.len() < HEADER {
            return at(file.len(), "the file ends within the header of a MAT-file");
        }
        if file.starts_with(b"MATLAB 7.3") {
            return Err(MatError::Hdf5);
        }
        let big_endian = match &file[126..128] {
            b"IM" => false,
            b"MI" => true,
            _ => return at(126, "this is not a MATLAB 5 MAT-file"),
        };
        let mut elements = Vec::new();
        let mut cursor = Cursor::new(&file[HEADER..], big_endian, Place::At(HEADER));
        while !cursor.is_at_end() {
            let element = cursor.element()?;
            if [MI_MATRIX, MI_COMPRESSED].contains(&element.kind) {
                elements.push(element);
            }
        }
        Ok(Self { big_endian, elements })
    }

    /// The variable of this name; `None` if there is none. Others are unpacked no further than to their
    /// names.
    pub(crate) fn variable(&self, name: &str) -> Result<Option<Variable<'a>>, MatError> {
        let big_endian = self.big_endian;
        let is_it = |bytes: &[u8], place| -> Result<bool, MatError> {
            let head = Cursor::new(bytes, big_endian, place).matrix_head()?;
            Ok(head.name == name.as_bytes())
        };
        for element in &self.elements {
            let start = element.start;
            if element.kind == MI_MATRIX {
                let place = Place::At(start);
                if is_it(element.data, place)? {
                    let bytes = Cow::Borrowed(element.data);
                    return Ok(Some(Variable { big_endian, bytes, place }));
                }
                continue;
            }
            // What was compressed is a whole element, tag included.
            let place = Place::Within(start);
            let mut unpacked = ZlibDecoder::new(element.data);
            let Some(length) = self.matrix_length(&mut unpacked, start)? else { continue };
            let head = unpack(&mut unpacked, length.min(MAX_HEAD), start)?;
            if !is_it(&head, place)? {
                continue;
            }
            let mut bytes = head;
            // Deflate packs a byte into no less than 1,032th of one.
            let most = length.min(1100 * element.data.len() as u64) as usize;
            bytes.reserve_exact(most.saturating_sub(bytes.len()));
            let rest = length - bytes.len() as u64;
            unpack_onto(&mut bytes, &mut unpacked, rest, start)?;
            if (bytes.len() as u64) < length {
                let there = bytes.len();
                return at(start, format!("{length} bytes are announced and {there} follow"));
            }
            // Behind its padding stands the checksum.
            unpack(&mut unpacked, MAX_HEAD, start)?;
            return Ok(Some(Variable { big_endian, bytes: Cow::Owned(bytes), place }));
        }
        Ok(None)
    }

    /// How long the matrix is that this grows to; `None` if it is something else.
    fn matrix_length(
        &self,
        unpacked: &mut ZlibDecoder<&[u8]>,
        start: usize,
    ) -> Result<Option<u64>, MatError> {
        let tag = unpack(unpacked, 8, start)?;
        let Some([kind, length]) = tag.as_chunks::<4>().0.first_chunk::<2>() else {
            return at(start, format!("8 bytes are announced and {} follow", tag.len()));
        };
        let number = |bytes: [u8; 4]| match self.big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        };
        match (number(*kind), u64::from(number(*length))) {
            (MI_MATRIX, length) if length > MAX_DECOMPRESSED => {
                let most = MAX_DECOMPRESSED >> 20;
                at(start, format!("a variable of {} MB; at most {most} MB are read", length >> 20))
            }
            (MI_MATRIX, length) => Ok(Some(length)),
            _ => Ok(None),
        }
    }
}

/// Up to so many of the next bytes.
fn unpack(from: &mut ZlibDecoder<&[u8]>, most: u64, start: usize) -> Result<Vec<u8>, MatError> {
    let mut bytes = Vec::new();
    unpack_onto(&mut bytes, from, most, start)?;
    Ok(bytes)
}

fn unpack_onto(
    bytes: &mut Vec<u8>,
    from: &mut ZlibDecoder<&[u8]>,
    most: u64,
    start: usize,
) -> Result<(), MatError> {
    match from.take(most).read_to_end(bytes) {
        Ok(_) => Ok(()),
        Err(e) => at(start, format!("a variable does not decompress: {e}")),
    }
}

#[cfg(test)]
mod tests;
