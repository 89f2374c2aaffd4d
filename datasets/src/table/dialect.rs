//! The forms in which programs write tables: CSV with commas, semicolons or tabs, decimal commas, JSON
//! lines, byte order marks, UTF-16.

use csv::{Position, StringRecord};
use serde_json::Value;

/// Header, rows, and whether a comma stands in the place of the decimal point.
pub(super) type Cells = (StringRecord, Vec<StringRecord>, bool);
/// A line, and what is wrong there.
pub(super) type Fault = (u64, String);

/// The text of a file, whatever its byte order mark says.
pub(super) fn text(bytes: &[u8]) -> Result<String, Fault> {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|&pair| read(pair)).collect();
        String::from_utf16(&units).map_err(|e| (1, format!("{e}; save the table as UTF-8")))
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => {
            // Spreadsheets put a byte order mark in front of the first column's name.
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            String::from_utf8(bytes.to_vec()).map_err(|e| {
                let before = &bytes[..e.utf8_error().valid_up_to()];
                let line = before.iter().filter(|&&b| b == b'\n').count() as u64 + 1;
                (line, format!("{}; save the table as UTF-8 CSV", e.utf8_error()))
            })
        }
    }
}

/// The cells of a CSV, trimmed.
pub(super) fn csv(text: &str) -> Result<Cells, Fault> {
    let delimiter = delimiter(text);
    let fault = |e: csv::Error| {
        (e.position().map_or(1, Position::line), format!("{e}; save the table as UTF-8 CSV"))
    };
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let header = reader.headers().map_err(fault)?.clone();
    let rows = reader.records().collect::<Result<_, _>>().map_err(fault)?;
    Ok((header, rows, delimiter != b','))
}

/// What separates the names in the first line, quoted ones left out.
fn delimiter(text: &str) -> u8 {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let bare: String = line.split('"').step_by(2).collect();
    let count = |wanted: u8| bare.bytes().filter(|&b| b == wanted).count();
    // Commas win where there is any.
    match [b',', b';', b'\t'].map(count) {
        [0, 0, 0] => b',',
        [0, semicolons, tabs] if semicolons >= tabs => b';',
        [0, ..] => b'\t',
        _ => b',',
    }
}

/// The cells of JSON lines: an object a line, whose keys are the columns.
pub(super) fn json_lines(text: &str) -> Result<Cells, Fault> {
    let mut header: Vec<String> = Vec::new();
    let mut objects = Vec::new();
    for (k, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = k as u64 + 1;
        let object: serde_json::Map<String, Value> = serde_json::from_str(line)
            .map_err(|e| (line_number, format!("{e}; a line of it is one JSON object")))?;
        for key in object.keys().filter(|key| !header.contains(key)).cloned().collect::<Vec<_>>() {
            header.push(key);
        }
        objects.push((line_number, object));
    }
    let rows = objects.into_iter().map(|(line, object)| {
        let cells = header.iter().map(|key| object.get(key).map(cell).unwrap_or_default());
        let mut row: StringRecord = cells.collect();
        let mut place = Position::new();
        place.set_line(line);
        row.set_position(Some(place));
        row
    });
    let rows = rows.collect();
    Ok((header.iter().map(String::as_str).collect(), rows, false))
}

/// A value as it would stand in a CSV; a list of numbers with spaces between them.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.trim().to_owned(),
        Value::Array(items) => items.iter().map(cell).collect::<Vec<_>>().join(" "),
        other => other.to_string(),
    }
}
