//! The reader against files of every form, cut files and changed ones.
#![allow(clippy::unwrap_used)]
use super::cursor::MAX_DEPTH;
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
    let data = data.value().unwrap();
    match data.field("left").unwrap().field(field) {
        Some(Value::Numbers(n)) => {
            (n.dims.clone(), (0..n.dims.iter().product()).map(|i| n.at(i)).collect())
        }
        _ => panic!("{field} is no array of numbers"),
    }
}

#[test]
fn nested_structs_are_read_in_every_form_of_the_format() {
    for (big_endian, compressed) in [(false, false), (false, true), (true, false), (true, true)] {
        let bytes = mat_file(&sample(), big_endian, compressed);
        let file = MatFile::new(&bytes).unwrap();
        let gaze = vec![1.0, 2.0, 3.0, 4.0, 5.0, -6.5];
        assert_eq!(numbers(&file, "gaze"), (vec![2, 3], gaze));
        assert_eq!(numbers(&file, "image"), (vec![1, 2], vec![7.0, 255.0]));
        let data = file.variable("data").unwrap().unwrap();
        let data = data.value().unwrap();
        assert!(matches!(data.field("empty"), Some(Value::Other)));
        assert!(data.field("right").is_none());
        let names = file.variable("names").unwrap().unwrap();
        assert!(matches!(names.value(), Ok(Value::Other)));
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
    let bytes = mat_file(&data, false, false);
    let file = MatFile::new(&bytes).unwrap();
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
        if let Some(variable) = file.variable(name)? {
            walk(&variable.value()?);
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

#[test]
fn a_few_bytes_that_grow_to_much_are_refused_before_memory_is_asked_for() {
    use flate2::write::ZlibEncoder;
    use std::io::Write;
    let packed = |tag: [u32; 2]| {
        let mut encoder = ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&tag.map(u32::to_le_bytes).concat()).unwrap();
        encoder.write_all(&vec![0; 1 << 20]).unwrap();
        let bytes = encoder.finish().unwrap();
        let mut file = mat_file(&[], false, false);
        file.extend([15, bytes.len() as u32].map(u32::to_le_bytes).concat());
        file.extend(bytes);
        file
    };
    let bomb = packed([14, 3 << 30]);
    let Err(MatError::At { problem, .. }) = read_all(&bomb) else { panic!("no error") };
    assert!(problem.contains("3072 MB; at most 512 MB"), "{problem}");
    // What is no matrix is not unpacked at all.
    let zeros = packed([0, 0]);
    assert!(MatFile::new(&zeros).unwrap().variable("data").unwrap().is_none());
}
