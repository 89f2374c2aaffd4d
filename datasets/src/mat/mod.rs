//! The part of MATLAB's MAT-file format, level 5, that data sets need: numbers and nested
//! structs, compressed or not, in either byte order.
//!
//! Source: MathWorks, *MAT-File Format* (level 5). A file is a header of 128 bytes and a row of
//! elements; an element is a tag (type, length) and its data, padded to 8 bytes; a matrix is an
//! element made of elements. Every length is checked against the bytes that are there before it is
//! used, and nothing is allocated by a length that a file claims.

mod cursor;

use cursor::{Cursor, MI_COMPRESSED, MI_MATRIX, Place, ReadNumber};
use flate2::read::ZlibDecoder;
use std::io::Read;

/// Length of the header, bytes.
const HEADER: usize = 128;
/// Most bytes that the compressed variables of a file may grow to. A day of MPIIGaze is 10 MB, the
/// joints of NYU's training images are 380 MB.
const MAX_DECOMPRESSED: u64 = 1 << 30;

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MatError {
    /// Version 7.3, which is another format.
    Hdf5,
    /// Damaged, or no MAT-file.
    At { byte: usize, problem: String },
}

fn at<T>(byte: usize, problem: impl Into<String>) -> Result<T, MatError> {
    Err(MatError::At { byte, problem: problem.into() })
}

/// The variables of a file, decompressed but not yet parsed.
pub(crate) struct MatFile {
    big_endian: bool,
    variables: Vec<Variable>,
}

/// The content of one matrix element.
struct Variable {
    bytes: Vec<u8>,
    place: Place,
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

impl MatFile {
    /// Takes the bytes of a file apart into its variables.
    pub(crate) fn new(file: &[u8]) -> Result<Self, MatError> {
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

        let mut variables = Vec::new();
        let mut budget = MAX_DECOMPRESSED;
        let mut cursor = Cursor::new(&file[HEADER..], big_endian, Place::At(HEADER));
        while !cursor.is_at_end() {
            let element = cursor.element()?;
            let start = element.start;
            match element.kind {
                MI_MATRIX => {
                    let bytes = element.data.to_vec();
                    variables.push(Variable { bytes, place: Place::At(start) });
                }
                MI_COMPRESSED => {
                    let mut bytes = Vec::new();
                    match ZlibDecoder::new(element.data).take(budget).read_to_end(&mut bytes) {
                        Err(e) => return at(start, format!("a variable does not decompress: {e}")),
                        Ok(n) => budget -= n as u64,
                    }
                    if budget == 0 {
                        return at(start, "the variables are larger than 1 GiB");
                    }
                    // What was compressed is a whole element, tag included.
                    let place = Place::Within(start);
                    let element = Cursor::new(&bytes, big_endian, place).element()?;
                    if element.kind == MI_MATRIX {
                        let bytes = element.data.to_vec();
                        variables.push(Variable { bytes, place });
                    }
                }
                _ => {}
            }
        }
        Ok(Self { big_endian, variables })
    }

    /// The variable of this name; `None` if there is none.
    pub(crate) fn variable(&self, name: &str) -> Result<Option<Value<'_>>, MatError> {
        for variable in &self.variables {
            let mut cursor = Cursor::new(&variable.bytes, self.big_endian, variable.place);
            let head = cursor.matrix_head()?;
            if head.name == name.as_bytes() {
                return cursor.matrix_body(&head, 0).map(Some);
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
