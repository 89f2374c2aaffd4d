//! Rows as they stand in the table.

use super::SampleId;

/// The text of a CSV in the making.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Rows {
    text: String,
    columns: usize,
}

impl Rows {
    pub(super) fn new(columns: &[String]) -> Self {
        let mut rows = Self { text: String::new(), columns: columns.len() };
        rows.push(["file", "id", "status", "reason"].into_iter(), columns);
        rows
    }

    pub(super) fn read(&mut self, file: &str, id: SampleId, extra: &[String]) {
        let id = id.to_string();
        self.push([file, &id, "read", ""].into_iter(), extra);
    }

    pub(super) fn damaged(&mut self, file: &str, reason: &str) {
        self.push([file, "", "damaged", reason].into_iter(), &[]);
    }

    pub(super) fn passed_over(&mut self, file: &str, reason: &str) {
        self.push([file, "", "passed over", reason].into_iter(), &[]);
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn push<'a>(&mut self, first: impl Iterator<Item = &'a str>, extra: &'a [String]) {
        let missing = self.columns - extra.len().min(self.columns);
        let extra = extra.iter().map(String::as_str).chain(std::iter::repeat_n("", missing));
        for (k, cell) in first.chain(extra).enumerate() {
            if k > 0 {
                self.text.push(',');
            }
            match cell.contains([',', '"', '\n', '\r']) {
                true => self.text.extend(["\"", &cell.replace('"', "\"\""), "\""]),
                false => self.text.push_str(cell),
            }
        }
        self.text.push('\n');
    }
}
