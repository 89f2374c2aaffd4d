//! The columns, as one table.
//!
//! A column is scalar wherever it can be (readers can filter on scalars), `float` for everything
//! measured, and null where the value is unknown. Its name ends in its unit.

mod eye;
mod hand;

pub use eye::EYE;
pub use hand::HAND;

use crate::error::Error;
use arrow::datatypes::{DataType, Field, Fields, Schema};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// Version of the columns and of the manifest. It is in every manifest and in every shard.
///
/// Versions 2 and 3 added columns and changed none: an older data set is read with nulls in them. A
/// modality more is no version more: the manifest names the modality, and who does not know it says so.
pub const SCHEMA_VERSION: u32 = 3;

/// The oldest version that is read.
pub const OLDEST_VERSION: u32 = 1;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 64-bit unsigned integer.
    U64,
    /// 32-bit unsigned integer.
    U32,
    /// 16-bit unsigned integer.
    U16,
    /// 8-bit unsigned integer.
    U8,
    /// This many 8-bit unsigned integers.
    U8s(i32),
    /// Any number of 8-bit unsigned integers.
    U8List,
    /// True or false.
    Bool,
    /// Text.
    Text,
    /// Any number of texts.
    TextList,
    /// 32-bit float.
    F32,
    /// This many 32-bit floats.
    F32s(i32),
    /// Any number of 32-bit floats.
    F32List,
    /// `struct<bytes, path>`: an image file within the file, as Hugging Face `datasets` has it.
    Image,
}

impl Kind {
    /// How many numbers a row has, where it has several and always as many.
    pub(crate) fn width(self) -> Option<i32> {
        match self {
            Kind::U8s(n) | Kind::F32s(n) => Some(n),
            _ => None,
        }
    }

    /// The Arrow type of one of a row's values, where it may have several.
    fn element(self) -> Option<DataType> {
        match self {
            Kind::U8s(_) | Kind::U8List => Some(DataType::UInt8),
            Kind::F32s(_) | Kind::F32List => Some(DataType::Float32),
            Kind::TextList => Some(DataType::Utf8),
            _ => None,
        }
    }
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
    /// The schema version that it came with.
    pub since: u32,
}

const fn always(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
) -> Column {
    Column { name, kind, nullable: false, unit, meaning, since: 1 }
}

const fn known(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
) -> Column {
    Column { name, kind, nullable: true, unit, meaning, since: 1 }
}

/// As [`known`], new in version 2.
const fn new(name: &'static str, kind: Kind, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, nullable: true, unit, meaning, since: 2 }
}

/// As [`known`], new in version 3: what is known of refined images alone.
const fn refined(
    name: &'static str,
    kind: Kind,
    unit: &'static str,
    meaning: &'static str,
) -> Column {
    Column { name, kind, nullable: true, unit, meaning, since: 3 }
}

/// The columns that every modality has; they come first.
pub const COMMON: &[Column] = &[
    always("id", Kind::U64, "", "join key: a refined image keeps the id of its render; ascending"),
    always("domain", Kind::Text, "", "synthetic, refined or real"),
    always(
        "image",
        Kind::Image,
        "",
        "as a PNG or binary PGM or PPM file: 8 bits a channel; of depth, mm in 16 bits",
    ),
    always("width", Kind::U16, "px", "width of the image"),
    always("height", Kind::U16, "px", "height of the image"),
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

/// The field of one value within a column of several.
pub(crate) fn item_of(element: DataType) -> Arc<Field> {
    Arc::new(Field::new("item", element, true))
}

impl Column {
    /// The Arrow type.
    pub(crate) fn data_type(&self) -> DataType {
        let item = self.kind.element().map(item_of);
        match (self.kind, item) {
            (Kind::U64, _) => DataType::UInt64,
            (Kind::U32, _) => DataType::UInt32,
            (Kind::U16, _) => DataType::UInt16,
            (Kind::U8, _) => DataType::UInt8,
            (Kind::Bool, _) => DataType::Boolean,
            (Kind::Text, _) => DataType::Utf8,
            (Kind::U8s(n) | Kind::F32s(n), Some(item)) => DataType::FixedSizeList(item, n),
            (_, Some(item)) => DataType::List(item),
            (Kind::Image, _) => DataType::Struct(image_parts()),
            _ => DataType::Float32,
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
            Kind::U8 => "uint8".into(),
            Kind::U8s(n) => format!("uint8[{n}]"),
            Kind::U8List => "uint8[]".into(),
            Kind::Bool => "bool".into(),
            Kind::Text => "string".into(),
            Kind::TextList => "string[]".into(),
            Kind::F32 => "float32".into(),
            Kind::F32s(n) => format!("float32[{n}]"),
            Kind::F32List => "float32[]".into(),
            Kind::Image => "image".into(),
        }
    }

    /// The type as Hugging Face `datasets` writes it. (`Sequence` is what releases before 4.0 know;
    /// later ones read it as `List`.)
    fn feature(&self) -> Value {
        let dtype = match self.kind.element() {
            Some(DataType::UInt8) => "uint8",
            Some(DataType::Utf8) => "string",
            Some(_) => "float32",
            None if self.kind == Kind::Image => return json!({"_type": "Image"}),
            None => return json!({"dtype": self.type_name(), "_type": "Value"}),
        };
        let length = self.kind.width().unwrap_or(-1);
        let feature = json!({"dtype": dtype, "_type": "Value"});
        json!({"feature": feature, "length": length, "_type": "Sequence"})
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

/// Checks that a shard of this schema version has each of its columns, in our type. More columns do
/// no harm.
pub(crate) fn check(
    path: &Path,
    found: &Schema,
    label: &[Column],
    version: u32,
) -> Result<(), Error> {
    let wrong = |column: &Column, problem: String| Error::Column {
        path: path.to_owned(),
        column: column.name.to_owned(),
        problem,
    };
    for column in COMMON.iter().chain(label).filter(|column| column.since <= version) {
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
        for label in [EYE, HAND] {
            names_and_units(label);
        }
    }

    fn names_and_units(label: &[Column]) {
        let mut names: Vec<_> = COMMON.iter().chain(label).map(|c| c.name).collect();
        for column in label {
            match column.unit {
                "rad" | "mm" | "px" | "s" => {
                    assert!(column.name.ends_with(&format!("_{}", column.unit)), "{column:?}");
                }
                _ => assert!(column.unit.is_empty() || column.unit == "0 to 1", "{column:?}"),
            }
        }
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn a_missing_column_and_a_wrong_type_are_named() {
        let whole = arrow_schema(EYE);
        check(Path::new("x"), &whole, EYE, SCHEMA_VERSION).unwrap();

        let mut fields: Vec<_> = whole.fields().iter().cloned().collect();
        let last = fields.pop().unwrap();
        let error = check(Path::new("x"), &Schema::new(fields.clone()), EYE, 3).unwrap_err();
        assert!(error.to_string().contains("`refine_realism` is missing"), "{error}");

        fields.push(Arc::new(Field::new(last.name(), DataType::Float64, true)));
        let error = check(Path::new("x"), &Schema::new(fields), EYE, 3).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("`refine_realism` is Float64, not float32"), "{text}");
    }

    #[test]
    fn a_file_of_an_older_version_needs_the_columns_of_that_version_alone() {
        for (version, columns) in [(1, 31), (2, EYE.len() - 2)] {
            let old: Vec<_> = EYE.iter().copied().filter(|c| c.since <= version).collect();
            assert_eq!(old.len(), columns);
            check(Path::new("x"), &arrow_schema(&old), EYE, version).unwrap();
            assert!(check(Path::new("x"), &arrow_schema(&old), EYE, version + 1).is_err());
            assert!(check(Path::new("x"), &arrow_schema(&old[1..]), EYE, version).is_err());
        }
    }
}
