//! The columns, as one table.
//!
//! A column is scalar wherever it can be (readers can filter on scalars), `float` for everything
//! measured, and null where the value is unknown. Its name ends in its unit.

use crate::error::Error;
use arrow::datatypes::{DataType, Field, Fields, Schema};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// Version of the columns and of the manifest. It is in every manifest and in every shard.
pub const SCHEMA_VERSION: u32 = 1;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 64-bit unsigned integer.
    U64,
    /// 32-bit unsigned integer.
    U32,
    /// 16-bit unsigned integer.
    U16,
    /// Text.
    Text,
    /// 32-bit float.
    F32,
    /// This many 32-bit floats.
    F32s(i32),
    /// `struct<bytes, path>`: an image file within the file, as Hugging Face `datasets` has it.
    Image,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Name in the file.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Null where the value is unknown.
    pub nullable: bool,
    /// Unit, "" for none.
    pub unit: &'static str,
    /// What it is, in which space, and which sign.
    pub meaning: &'static str,
}

const fn always(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
) -> Column {
    Column { name, kind, nullable: false, unit, meaning }
}

const fn known(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
) -> Column {
    Column { name, kind, nullable: true, unit, meaning }
}

/// The columns that every modality has; they come first.
pub const COMMON: &[Column] = &[
    always("id", Kind::U64, "", "join key: a refined image keeps the id of its render; ascending"),
    always("domain", Kind::Text, "", "synthetic, refined or real"),
    always("image", Kind::Image, "", "8-bit luminance, as a PNG or binary PGM file"),
    always("width", Kind::U16, "px", "width of the image"),
    always("height", Kind::U16, "px", "height of the image"),
];

/// The label of an eye. *Camera space* has x right, y down, z forward, in mm; *image* is px with
/// the centre of the top left pixel at (0, 0), x right, y down.
///
/// Angles are MPIIGaze's: a direction g in camera space has pitch = asin(-g.y), upwards positive,
/// and yaw = atan2(-g.x, -g.z), towards the left of the image positive; (0, 0) faces the camera.
#[rustfmt::skip]
pub const EYE: &[Column] = &[
    known("gaze_pitch_rad", Kind::F32, "rad", "visual axis in camera space, upwards positive"),
    known("gaze_yaw_rad", Kind::F32, "rad", "visual axis in camera space, towards image left positive"),
    known("subject", Kind::Text, "", "whose eye it is"),
    known("source", Kind::Text, "", "the file the image came from"),
    known("optical_pitch_rad", Kind::F32, "rad", "axis of the eyeball in camera space, upwards positive"),
    known("optical_yaw_rad", Kind::F32, "rad", "axis of the eyeball in camera space, towards image left positive"),
    known("head_pitch_rad", Kind::F32, "rad", "where the head faces in camera space, upwards positive"),
    known("head_yaw_rad", Kind::F32, "rad", "where the head faces in camera space, towards image left positive"),
    known("eye_center_mm", Kind::F32s(3), "mm", "centre of the eyeball's rotation, camera space x, y, z"),
    known("cornea_center_mm", Kind::F32s(3), "mm", "centre of the corneal sphere, camera space x, y, z"),
    known("pupil_center_mm", Kind::F32s(3), "mm", "centre of the pupil itself, camera space x, y, z"),
    known("pupil_radius_mm", Kind::F32, "mm", "radius of the pupil itself"),
    known("iris_radius_mm", Kind::F32, "mm", "radius of the iris itself"),
    known("pupil_x_px", Kind::F32, "px", "centre of the pupil's image, rightwards"),
    known("pupil_y_px", Kind::F32, "px", "centre of the pupil's image, downwards"),
    known("pupil_semi_major_px", Kind::F32, "px", "half the longer axis of the pupil's image"),
    known("pupil_semi_minor_px", Kind::F32, "px", "half the shorter axis of the pupil's image"),
    known("pupil_orientation_rad", Kind::F32, "rad", "longer axis of the pupil's image, from +x towards +y, 0 to pi"),
    known("iris_x_px", Kind::F32, "px", "centre of the iris's image, rightwards"),
    known("iris_y_px", Kind::F32, "px", "centre of the iris's image, downwards"),
    known("iris_semi_major_px", Kind::F32, "px", "half the longer axis of the iris's image"),
    known("iris_semi_minor_px", Kind::F32, "px", "half the shorter axis of the iris's image"),
    known("iris_orientation_rad", Kind::F32, "rad", "longer axis of the iris's image, from +x towards +y, 0 to pi"),
    known("pupil_visible", Kind::F32, "0 to 1", "share of the pupil's area that no lid hides"),
    known("iris_visible", Kind::F32, "0 to 1", "share of the iris's area that no lid hides"),
    known("upper_lid_px", Kind::F32s(18), "px", "9 points of the upper lid margin from the inner to the outer corner: x0, y0, x1, y1, ..."),
    known("lower_lid_px", Kind::F32s(18), "px", "9 points of the lower lid margin from the inner to the outer corner: x0, y0, x1, y1, ..."),
    known("camera_width_px", Kind::U32, "px", "image width of the camera"),
    known("camera_height_px", Kind::U32, "px", "image height of the camera"),
    known("camera_focal_px", Kind::F32, "px", "focal length, x and y"),
    known("camera_center_px", Kind::F32s(2), "px", "principal point x, y"),
];

/// The parts of an image column.
static IMAGE_PARTS: LazyLock<Fields> = LazyLock::new(|| {
    Fields::from(vec![
        Field::new("bytes", DataType::Binary, true),
        Field::new("path", DataType::Utf8, true),
    ])
});

/// The fields within an image column.
pub(crate) fn image_parts() -> Fields {
    IMAGE_PARTS.clone()
}

/// The field of one number within a column of several.
pub(crate) fn item() -> Arc<Field> {
    Arc::new(Field::new("item", DataType::Float32, true))
}

impl Column {
    /// The Arrow type.
    pub(crate) fn data_type(&self) -> DataType {
        match self.kind {
            Kind::U64 => DataType::UInt64,
            Kind::U32 => DataType::UInt32,
            Kind::U16 => DataType::UInt16,
            Kind::Text => DataType::Utf8,
            Kind::F32 => DataType::Float32,
            Kind::F32s(n) => DataType::FixedSizeList(item(), n),
            Kind::Image => DataType::Struct(image_parts()),
        }
    }

    /// Whether the file declares it nullable. `datasets` knows an image only in a nullable field,
    /// although ours are never null.
    fn may_be_null(&self) -> bool {
        self.nullable || self.kind == Kind::Image
    }

    /// The name of the type, for people.
    pub fn type_name(&self) -> String {
        match self.kind {
            Kind::U64 => "uint64".into(),
            Kind::U32 => "uint32".into(),
            Kind::U16 => "uint16".into(),
            Kind::Text => "string".into(),
            Kind::F32 => "float32".into(),
            Kind::F32s(n) => format!("float32[{n}]"),
            Kind::Image => "image".into(),
        }
    }

    /// The type as Hugging Face `datasets` writes it. (`Sequence` is what releases before 4.0 know;
    /// later ones read it as `List`.)
    fn feature(&self) -> Value {
        match self.kind {
            Kind::Image => json!({"_type": "Image"}),
            Kind::F32s(n) => json!({
                "feature": {"dtype": "float32", "_type": "Value"}, "length": n, "_type": "Sequence"
            }),
            _ => json!({"dtype": self.type_name(), "_type": "Value"}),
        }
    }
}

/// The Arrow schema over these label columns, with what makes `image` an image to `datasets`.
pub(crate) fn arrow_schema(label: &[Column]) -> Schema {
    let columns = || COMMON.iter().chain(label);
    let fields: Vec<Field> =
        columns().map(|c| Field::new(c.name, c.data_type(), c.may_be_null())).collect();
    let features: serde_json::Map<String, Value> =
        columns().map(|c| (c.name.to_owned(), c.feature())).collect();
    let info = json!({"info": {"features": features}}).to_string();
    Schema::new_with_metadata(fields, [("huggingface".to_owned(), info)])
}

/// Checks that a shard has each of our columns, in our type. More columns do no harm.
pub(crate) fn check(path: &Path, found: &Schema, label: &[Column]) -> Result<(), Error> {
    let wrong = |column: &Column, problem: String| Error::Column {
        path: path.to_owned(),
        column: column.name.to_owned(),
        problem,
    };
    for column in COMMON.iter().chain(label) {
        let Ok(field) = found.field_with_name(column.name) else {
            return Err(wrong(column, "is missing".to_owned()));
        };
        if field.data_type() != &column.data_type() {
            let problem = format!("is {}, not {}", field.data_type(), column.type_name());
            return Err(wrong(column, problem));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_unique_and_end_in_their_unit() {
        let mut names: Vec<_> = COMMON.iter().chain(EYE).map(|c| c.name).collect();
        for column in EYE {
            match column.unit {
                "rad" | "mm" | "px" => assert!(column.name.ends_with(column.unit), "{column:?}"),
                _ => assert!(column.unit.is_empty() || column.unit == "0 to 1", "{column:?}"),
            }
        }
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_missing_column_and_a_wrong_type_are_named() {
        let whole = arrow_schema(EYE);
        check(Path::new("x"), &whole, EYE).unwrap();

        let mut fields: Vec<_> = whole.fields().iter().cloned().collect();
        let last = fields.pop().unwrap();
        let error = check(Path::new("x"), &Schema::new(fields.clone()), EYE).unwrap_err();
        assert!(error.to_string().contains("`camera_center_px` is missing"), "{error}");

        fields.push(Arc::new(Field::new(last.name(), DataType::Float64, true)));
        let error = check(Path::new("x"), &Schema::new(fields), EYE).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("`camera_center_px` is Float64, not float32[2]"), "{text}");
    }
}
