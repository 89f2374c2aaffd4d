//! Writes small MAT-5 files, for the tests of their reader.

use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// A value to write.
pub(crate) enum Mat {
    /// Dimensions and doubles, column-major.
    F64(Vec<usize>, Vec<f64>),
    /// Dimensions and bytes, column-major.
    U8(Vec<usize>, Vec<u8>),
    /// Dimensions, class, storage type and the stored bytes (little endian).
    Stored(Vec<usize>, u32, u32, Vec<u8>),
    /// A row of characters.
    Text(&'static str),
    /// One struct.
    Struct(Vec<(&'static str, Mat)>),
    /// An array without content.
    Empty,
}

/// The bytes of a file with these variables.
pub(crate) fn mat_file(variables: &[(&str, Mat)], big_endian: bool, compressed: bool) -> Vec<u8> {
    let out = Writer { big_endian };
    let mut file = vec![b' '; 124];
    file[..19].copy_from_slice(b"MATLAB 5.0 MAT-file");
    file.extend(out.u16(0x0100));
    file.extend(out.u16(0x4d49));
    for (name, value) in variables {
        let matrix = out.element(14, &out.matrix(name, value));
        if compressed {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(&matrix).expect("memory");
            let bytes = encoder.finish().expect("memory");
            file.extend(out.u32(15));
            file.extend(out.u32(bytes.len() as u32));
            file.extend(bytes);
        } else {
            file.extend(matrix);
        }
    }
    file
}

struct Writer {
    big_endian: bool,
}

impl Writer {
    fn u16(&self, value: u16) -> [u8; 2] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn u32(&self, value: u32) -> [u8; 4] {
        if self.big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    /// Tag, data and padding; up to 4 bytes stand in the tag itself.
    fn element(&self, kind: u32, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        if (1..=4).contains(&data.len()) {
            bytes.extend(self.u32((data.len() as u32) << 16 | kind));
        } else {
            bytes.extend(self.u32(kind));
            bytes.extend(self.u32(data.len() as u32));
        }
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    }

    /// The content of a matrix element.
    fn matrix(&self, name: &str, value: &Mat) -> Vec<u8> {
        let (class, dims) = match value {
            Mat::F64(dims, _) => (6, dims.clone()),
            Mat::U8(dims, _) => (9, dims.clone()),
            Mat::Stored(dims, class, ..) => (*class, dims.clone()),
            Mat::Text(text) => (4, vec![1, text.len()]),
            Mat::Struct(_) => (2, vec![1, 1]),
            Mat::Empty => return Vec::new(),
        };
        let mut bytes = self.element(6, &[self.u32(class), self.u32(0)].concat());
        let dims: Vec<u8> = dims.iter().flat_map(|&d| self.u32(d as u32)).collect();
        bytes.extend(self.element(5, &dims));
        bytes.extend(self.element(1, name.as_bytes()));
        match value {
            Mat::F64(_, numbers) => {
                let convert =
                    |v: &f64| if self.big_endian { v.to_be_bytes() } else { v.to_le_bytes() };
                bytes
                    .extend(self.element(9, &numbers.iter().flat_map(convert).collect::<Vec<_>>()));
            }
            Mat::U8(_, data) => bytes.extend(self.element(2, data)),
            Mat::Stored(_, _, kind, data) => bytes.extend(self.element(*kind, data)),
            Mat::Text(text) => bytes.extend(self.element(16, text.as_bytes())),
            Mat::Struct(fields) => {
                bytes.extend(self.element(5, &self.u32(32)));
                let mut names = Vec::new();
                for (name, _) in fields {
                    names.extend(name.as_bytes());
                    names.resize(names.len().next_multiple_of(32), 0);
                }
                bytes.extend(self.element(1, &names));
                for (_, field) in fields {
                    bytes.extend(self.element(14, &self.matrix("", field)));
                }
            }
            Mat::Empty => {}
        }
        bytes
    }
}
