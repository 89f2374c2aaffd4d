//! The part of MATLAB's MAT-file format, level 5, that eye data sets need: numbers and nested
//! structs, compressed or not, in either byte order.
//!
//! Source: MathWorks, *MAT-File Format* (level 5). A file is a header of 128 bytes and a row of
//! elements; an element is a tag (type, length) and its data, padded to 8 bytes; a matrix is an
//! element made of elements. Every length is checked against the bytes that are there before it is
//! used, and nothing is allocated by a length that a file claims.

use flate2::read::ZlibDecoder;
use std::io::Read;

/// Length of the header, bytes.
const HEADER: usize = 128;
/// Most bytes that the compressed variables of a file may grow to. A day of MPIIGaze is 10 MB.
const MAX_DECOMPRESSED: u64 = 1 << 28;
/// Most structs within structs.
const MAX_DEPTH: usize = 16;

const MI_INT8: u32 = 1;
const MI_INT32: u32 = 5;
const MI_UINT32: u32 = 6;
const MI_MATRIX: u32 = 14;
const MI_COMPRESSED: u32 = 15;

const CLASS_STRUCT: u32 = 2;
const CLASS_NUMBERS: std::ops::RangeInclusive<u32> = 6..=15;
const FLAG_COMPLEX: u32 = 0x0800;

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
    /// Byte in the file where `bytes` starts.
    start: usize,
    /// Bytes of a compressed variable have no place of their own in the file.
    compressed: bool,
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
    read: fn(&[u8], bool) -> f64,
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
        let mut cursor = Cursor { bytes: file, next: HEADER, big_endian, base: 0, fixed: None };
        while cursor.next < file.len() {
            let element = cursor.element()?;
            let start = element.start;
            match element.kind {
                MI_MATRIX => {
                    let bytes = element.data.to_vec();
                    variables.push(Variable { bytes, start, compressed: false });
                }
                MI_COMPRESSED => {
                    let mut bytes = Vec::new();
                    match ZlibDecoder::new(element.data).take(budget).read_to_end(&mut bytes) {
                        Err(e) => return at(start, format!("a variable does not decompress: {e}")),
                        Ok(n) => budget -= n as u64,
                    }
                    if budget == 0 {
                        return at(start, "the variables are larger than 256 MiB");
                    }
                    // What was compressed is a whole element, tag included.
                    let mut inner =
                        Cursor { bytes: &bytes, next: 0, big_endian, base: 0, fixed: Some(start) };
                    let element = inner.element()?;
                    if element.kind == MI_MATRIX {
                        let bytes = element.data.to_vec();
                        variables.push(Variable { bytes, start, compressed: true });
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
            let mut cursor = Cursor {
                bytes: &variable.bytes,
                next: 0,
                big_endian: self.big_endian,
                base: variable.start,
                fixed: variable.compressed.then_some(variable.start),
            };
            let head = cursor.matrix_head()?;
            if head.name == name.as_bytes() {
                return cursor.matrix_body(&head, 0).map(Some);
            }
        }
        Ok(None)
    }
}

/// One tag and its data.
struct Element<'a> {
    kind: u32,
    data: &'a [u8],
    /// Byte in the file where `data` starts.
    start: usize,
}

/// What stands at the beginning of every matrix.
struct MatrixHead<'a> {
    class: u32,
    complex: bool,
    dims: Vec<usize>,
    count: usize,
    name: &'a [u8],
    start: usize,
}

/// A place in a row of elements.
struct Cursor<'a> {
    bytes: &'a [u8],
    next: usize,
    big_endian: bool,
    /// Byte in the file of `bytes[0]`.
    base: usize,
    /// The place to report, whatever `next` is: that of a compressed variable.
    fixed: Option<usize>,
}

impl<'a> Cursor<'a> {
    /// The current place in the file, for messages.
    fn place(&self) -> usize {
        self.fixed.unwrap_or(self.base + self.next)
    }

    /// The next bytes.
    fn take(&mut self, n: usize) -> Result<&'a [u8], MatError> {
        match self.bytes.get(self.next..).and_then(|rest| rest.get(..n)) {
            Some(bytes) => {
                self.next += n;
                Ok(bytes)
            }
            None => {
                let rest = self.bytes.len().saturating_sub(self.next);
                at(self.place(), format!("{n} bytes are announced and {rest} follow"))
            }
        }
    }

    fn u32(&mut self) -> Result<u32, MatError> {
        let bytes = self.take(4)?;
        Ok(read_u32(bytes, self.big_endian))
    }

    /// The next element; the padding after it is skipped.
    fn element(&mut self) -> Result<Element<'a>, MatError> {
        let first = self.u32()?;
        // Up to 4 bytes of data stand in the tag itself, their length in its upper half.
        let (kind, length) = match first >> 16 {
            0 => (first, self.u32()? as usize),
            length => (first & 0xffff, length as usize),
        };
        let small = first >> 16 != 0;
        if small && length > 4 {
            return at(self.place(), format!("a short element of {length} bytes"));
        }
        let start = self.place();
        let data = self.take(length)?;
        let padding = match kind {
            _ if small => 4 - length,
            MI_COMPRESSED => 0,
            _ => length.next_multiple_of(8) - length,
        };
        // The last element of a file may lack its padding.
        self.next = self.bytes.len().min(self.next + padding);
        Ok(Element { kind, data, start })
    }

    /// The next element, which must be of this type.
    fn expect(&mut self, kind: u32, what: &str) -> Result<&'a [u8], MatError> {
        let place = self.place();
        let element = self.element()?;
        if element.kind != kind {
            return at(place, format!("type {} where the {what} should be", element.kind));
        }
        Ok(element.data)
    }

    fn matrix_head(&mut self) -> Result<MatrixHead<'a>, MatError> {
        let start = self.place();
        let flags = self.expect(MI_UINT32, "flags of an array")?;
        if flags.len() != 8 {
            return at(start, "the flags of an array do not have 8 bytes");
        }
        let flags = read_u32(flags, self.big_endian);
        let place = self.place();
        let dims = self.expect(MI_INT32, "dimensions of an array")?;
        let dims: Vec<usize> =
            dims.chunks_exact(4).map(|d| read_u32(d, self.big_endian) as usize).collect();
        let Some(count) = dims.iter().try_fold(1usize, |n, &d| n.checked_mul(d)) else {
            return at(place, format!("an array of {dims:?} numbers"));
        };
        let name = self.expect(MI_INT8, "name of an array")?;
        let (class, complex) = (flags & 0xff, flags & FLAG_COMPLEX != 0);
        Ok(MatrixHead { class, complex, dims, count, name, start })
    }

    fn matrix_body(&mut self, head: &MatrixHead<'a>, depth: usize) -> Result<Value<'a>, MatError> {
        if CLASS_NUMBERS.contains(&head.class) && !head.complex {
            self.numbers(head).map(Value::Numbers)
        } else if head.class == CLASS_STRUCT && head.count == 1 {
            self.fields(head, depth).map(Value::Struct)
        } else {
            Ok(Value::Other)
        }
    }

    fn numbers(&mut self, head: &MatrixHead<'a>) -> Result<Numbers<'a>, MatError> {
        // MATLAB stores numbers in the smallest type that holds them, whatever their class.
        let place = self.place();
        let element = self.element()?;
        let Some((width, read)) = number_type(element.kind) else {
            return at(place, format!("numbers of the unknown type {}", element.kind));
        };
        let (dims, bytes, big_endian) = (head.dims.clone(), element.data, self.big_endian);
        if head.count.checked_mul(width) != Some(bytes.len()) {
            let problem =
                format!("an array of {dims:?} numbers of {width} bytes in {}", bytes.len());
            return at(place, problem);
        }
        Ok(Numbers { dims, bytes, read, width, big_endian })
    }

    fn fields(
        &mut self,
        head: &MatrixHead<'a>,
        depth: usize,
    ) -> Result<Vec<(String, Value<'a>)>, MatError> {
        if depth == MAX_DEPTH {
            return at(head.start, format!("more than {MAX_DEPTH} structs within each other"));
        }
        // Names all have the same length, filled up with zeros.
        let place = self.place();
        let length = self.expect(MI_INT32, "length of the field names")?;
        let length = match length.first_chunk::<4>() {
            Some(bytes) => read_u32(bytes, self.big_endian) as usize,
            None => 0,
        };
        let names = self.expect(MI_INT8, "field names")?;
        if length == 0 || names.len() % length != 0 {
            return at(place, format!("{} bytes of field names of {length} each", names.len()));
        }

        let mut fields = Vec::new();
        for name in names.chunks_exact(length) {
            let end = name.iter().position(|&b| b == 0).unwrap_or(length);
            let name = String::from_utf8_lossy(&name[..end]).into_owned();
            let place = self.place();
            let element = self.element()?;
            if element.kind != MI_MATRIX {
                return at(place, format!("field {name:?} is of type {}, no array", element.kind));
            }
            let (base, fixed) = (element.start, self.fixed);
            let big_endian = self.big_endian;
            let mut inner = Cursor { bytes: element.data, next: 0, big_endian, base, fixed };
            // An empty array may have no content at all.
            let value = if element.data.is_empty() {
                Value::Other
            } else {
                let head = inner.matrix_head()?;
                inner.matrix_body(&head, depth + 1)?
            };
            fields.push((name, value));
        }
        Ok(fields)
    }
}

/// The first four bytes as an unsigned number.
fn read_u32(bytes: &[u8], big_endian: bool) -> u32 {
    let bytes = [bytes[0], bytes[1], bytes[2], bytes[3]];
    if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
}

/// Width in bytes and reader of a stored number type.
fn number_type(kind: u32) -> Option<(usize, fn(&[u8], bool) -> f64)> {
    /// Reads one number of a type from exactly as many bytes as it has.
    macro_rules! number {
        ($type:ty) => {{
            fn read(bytes: &[u8], big_endian: bool) -> f64 {
                let mut exact = [0; size_of::<$type>()];
                exact.copy_from_slice(bytes);
                let convert =
                    if big_endian { <$type>::from_be_bytes } else { <$type>::from_le_bytes };
                convert(exact) as f64
            }
            Some((size_of::<$type>(), read as fn(&[u8], bool) -> f64))
        }};
    }
    match kind {
        1 => number!(i8),
        2 => number!(u8),
        3 => number!(i16),
        4 => number!(u16),
        5 => number!(i32),
        6 => number!(u32),
        7 => number!(f32),
        9 => number!(f64),
        12 => number!(i64),
        13 => number!(u64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::{Mat, mat_file};

    /// A struct of everything that can be read, and of what is passed over.
    fn sample() -> Vec<(&'static str, Mat)> {
        let numbers = Mat::F64(vec![2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, -6.5]);
        let bytes = Mat::U8(vec![1, 2], vec![7, 255]);
        let left = Mat::Struct(vec![("gaze", numbers), ("image", bytes)]);
        let data = Mat::Struct(vec![("left", left), ("empty", Mat::Empty)]);
        vec![("names", Mat::Text("0000.jpg")), ("data", data)]
    }

    fn numbers(file: &MatFile, field: &str) -> (Vec<usize>, Vec<f64>) {
        let data = file.variable("data").unwrap().unwrap();
        match data.field("left").unwrap().field(field) {
            Some(Value::Numbers(n)) => {
                (n.dims.clone(), (0..n.dims.iter().product()).map(|i| n.at(i)).collect())
            }
            _ => panic!("{field} is no array of numbers"),
        }
    }

    #[test]
    fn nested_structs_are_read_in_every_form_of_the_format() {
        for (big_endian, compressed) in [(false, false), (false, true), (true, false), (true, true)]
        {
            let file = MatFile::new(&mat_file(&sample(), big_endian, compressed)).unwrap();
            let gaze = vec![1.0, 2.0, 3.0, 4.0, 5.0, -6.5];
            assert_eq!(numbers(&file, "gaze"), (vec![2, 3], gaze));
            assert_eq!(numbers(&file, "image"), (vec![1, 2], vec![7.0, 255.0]));
            let data = file.variable("data").unwrap().unwrap();
            assert!(matches!(data.field("empty"), Some(Value::Other)));
            assert!(data.field("right").is_none());
            assert!(matches!(file.variable("names"), Ok(Some(Value::Other))));
            assert!(matches!(file.variable("nothing"), Ok(None)));
        }
    }

    #[test]
    fn numbers_are_read_in_the_type_they_are_stored_in() {
        // MATLAB stores the doubles 1, 2, 3 as bytes.
        let stored = Mat::Stored(vec![3, 1], 6, 2, vec![1, 2, 3]);
        let wide = Mat::Stored(vec![1, 1], 6, 3, vec![0xfe, 0xff]);
        let left = Mat::Struct(vec![("a", stored), ("b", wide)]);
        let data = vec![("data", Mat::Struct(vec![("left", left)]))];
        let file = MatFile::new(&mat_file(&data, false, false)).unwrap();
        assert_eq!(numbers(&file, "a"), (vec![3, 1], vec![1.0, 2.0, 3.0]));
        assert_eq!(numbers(&file, "b"), (vec![1, 1], vec![-2.0]));
    }

    /// Reads all that can be read; what matters is that it returns.
    fn read_all(bytes: &[u8]) -> Result<(), MatError> {
        fn walk(value: &Value<'_>) {
            match value {
                Value::Numbers(n) if n.dims.iter().product::<usize>() > 0 => {
                    n.at(n.dims.iter().product::<usize>() - 1);
                }
                Value::Struct(fields) => fields.iter().for_each(|(_, value)| walk(value)),
                _ => {}
            }
        }
        let file = MatFile::new(bytes)?;
        for name in ["names", "data"] {
            if let Some(value) = file.variable(name)? {
                walk(&value);
            }
        }
        Ok(())
    }

    #[test]
    fn a_file_cut_anywhere_is_an_error_or_lacks_its_end_but_never_a_panic() {
        for compressed in [false, true] {
            let whole = mat_file(&sample(), false, compressed);
            read_all(&whole).unwrap();
            let mut errors = 0;
            for length in 0..whole.len() {
                errors += read_all(&whole[..length]).is_err() as usize;
            }
            assert!(errors > whole.len() - 16, "{errors} of {} cuts were found", whole.len());
        }
    }

    #[test]
    fn no_changed_byte_leads_to_a_panic() {
        for (big_endian, compressed) in [(false, false), (false, true), (true, false)] {
            let whole = mat_file(&sample(), big_endian, compressed);
            for k in 0..whole.len() {
                for change in [0x01, 0x02, 0x0f, 0x80, 0xff] {
                    let mut bytes = whole.clone();
                    bytes[k] ^= change;
                    let _ = read_all(&bytes);
                }
            }
        }
    }

    #[test]
    fn structs_within_structs_end_somewhere() {
        let nest = |depth: usize| {
            let inner = Mat::U8(vec![1, 1], vec![1]);
            let nested = (0..depth).fold(inner, |value, _| Mat::Struct(vec![("x", value)]));
            read_all(&mat_file(&[("data", nested)], false, false))
        };
        nest(MAX_DEPTH).unwrap();
        let Err(MatError::At { problem, .. }) = nest(MAX_DEPTH + 1) else { panic!("no error") };
        assert!(problem.contains("16 structs"), "{problem}");
    }

    #[test]
    fn an_error_names_the_byte() {
        let mut bytes = mat_file(&sample(), false, false);
        // The type of the second element, which is the variable `data`.
        let second =
            128 + 8 + u32::from_le_bytes([bytes[132], bytes[133], bytes[134], bytes[135]]) as usize;
        bytes[second + 4..second + 8].copy_from_slice(&u32::MAX.to_le_bytes());
        let Err(MatError::At { byte, problem }) = read_all(&bytes) else { panic!("no error") };
        assert_eq!(byte, second + 8, "{problem}");
        assert!(problem.contains("4294967295 bytes are announced"), "{problem}");
    }

    #[test]
    fn what_is_no_mat_5_file_is_told_so() {
        let mut hdf5 = vec![0; 600];
        hdf5[..10].copy_from_slice(b"MATLAB 7.3");
        assert!(matches!(MatFile::new(&hdf5), Err(MatError::Hdf5)));
        assert!(matches!(MatFile::new(&[7; 200]), Err(MatError::At { byte: 126, .. })));
        assert!(matches!(MatFile::new(b"MATLAB 5.0"), Err(MatError::At { byte: 10, .. })));
    }
}
