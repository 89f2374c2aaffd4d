//! The README.md of a data set: how to open it, and what each column is.

use crate::manifest::Manifest;
use crate::schema::{COMMON, Column};
use std::fmt::Write;

/// The text. Its front matter is what makes `datasets.load_dataset(dir)` find the files.
pub(crate) fn text(manifest: &Manifest, label: &[Column]) -> String {
    let Manifest { modality, origin, rows, width_px, height_px, .. } = manifest;
    let domain = origin.domain.name();
    let mut text = format!(
        "---\n\
         configs:\n\
         - config_name: default\n  \
           data_files: data/*.parquet\n\
         ---\n\n\
         # {rows} {domain} {modality} images, {width_px}x{height_px} px\n\n\
         Made by {made_by}; all of its settings are in `manifest.json`, with the BLAKE3 hash of every file.\n\n\
         ```python\n\
         datasets.load_dataset(\"<this folder>\", split=\"train\")   # Hugging Face: images come as PIL images\n\
         pandas.read_parquet(\"data\")                             # `image` holds the bytes of a PNG or PGM file\n\
         polars.read_parquet(\"data/*.parquet\")\n\
         duckdb.sql(\"SELECT * FROM 'data/*.parquet'\")\n\
         ```\n\n\
         Rows are in order of `id`. Unknown values are null. Camera space has x right, y down, z forward, in mm.\n\
         Image coordinates are px, x right, y down, with the centre of the top left pixel at (0, 0).\n\
         A direction g in camera space has pitch = asin(-g.y), upwards positive, and yaw = atan2(-g.x, -g.z),\n\
         towards the left of the image positive; (0, 0) looks into the camera.\n\n\
         | column | type | unit | null | meaning |\n\
         | --- | --- | --- | --- | --- |\n",
        made_by = origin.made_by,
    );
    for column in COMMON.iter().chain(label) {
        let null = if column.nullable { "if unknown" } else { "never" };
        let (name, kind, unit, meaning) =
            (column.name, column.type_name(), column.unit, column.meaning);
        // Writing into a string does not fail.
        let _ = writeln!(text, "| `{name}` | {kind} | {unit} | {null} | {meaning} |");
    }
    text
}
