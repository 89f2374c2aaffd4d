//! A walk through the elements of a file.

use super::{MatError, Numbers, Value, at};

/// Most structs within structs.
pub(super) const MAX_DEPTH: usize = 16;

const MI_INT8: u32 = 1;
const MI_INT32: u32 = 5;
const MI_UINT32: u32 = 6;
pub(super) const MI_MATRIX: u32 = 14;
pub(super) const MI_COMPRESSED: u32 = 15;

const CLASS_STRUCT: u32 = 2;
const CLASS_NUMBERS: std::ops::RangeInclusive<u32> = 6..=15;
const FLAG_COMPLEX: u32 = 0x0800;

/// One tag and its data.
pub(super) struct Element<'a> {
    pub(super) kind: u32,
    pub(super) data: &'a [u8],
    /// Byte in the file where `data` starts.
    pub(super) start: usize,
}

/// What stands at the beginning of every matrix.
pub(super) struct MatrixHead<'a> {
    class: u32,
    complex: bool,
    dims: Vec<usize>,
    count: usize,
    pub(super) name: &'a [u8],
    start: usize,
}

/// A place in a row of elements.
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    next: usize,
    big_endian: bool,
    place: Place,
}

/// Where bytes stand in the file, for messages.
#[derive(Clone, Copy)]
pub(super) enum Place {
    /// They start at this byte.
    At(usize),
    /// They were decompressed from what starts at this byte.
    Within(usize),
}

impl<'a> Cursor<'a> {
    /// Starts at the beginning of these bytes.
    pub(super) fn new(bytes: &'a [u8], big_endian: bool, place: Place) -> Self {
        Self { bytes, next: 0, big_endian, place }
    }

    /// Whether all bytes were passed.
    pub(super) fn is_at_end(&self) -> bool {
        self.next >= self.bytes.len()
    }

    /// The current place in the file, for messages.
    fn place(&self) -> usize {
        match self.place {
            Place::At(start) => start + self.next,
            Place::Within(start) => start,
        }
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
    pub(super) fn element(&mut self) -> Result<Element<'a>, MatError> {
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

    pub(super) fn matrix_head(&mut self) -> Result<MatrixHead<'a>, MatError> {
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

    pub(super) fn matrix_body(
        &mut self,
        head: &MatrixHead<'a>,
        depth: usize,
    ) -> Result<Value<'a>, MatError> {
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
            let place = match self.place {
                Place::At(_) => Place::At(element.start),
                within => within,
            };
            let mut inner = Cursor::new(element.data, self.big_endian, place);
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

/// Reads one number from exactly as many bytes as it has; big endian if true.
pub(super) type ReadNumber = fn(&[u8], bool) -> f64;

/// Width in bytes and reader of a stored number type.
fn number_type(kind: u32) -> Option<(usize, ReadNumber)> {
    /// Width and reader of this type.
    macro_rules! number {
        ($type:ty) => {{
            fn read(bytes: &[u8], big_endian: bool) -> f64 {
                let mut exact = [0; size_of::<$type>()];
                exact.copy_from_slice(bytes);
                let convert =
                    if big_endian { <$type>::from_be_bytes } else { <$type>::from_le_bytes };
                convert(exact) as f64
            }
            Some((size_of::<$type>(), read as ReadNumber))
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
