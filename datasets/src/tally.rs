//! What came out of an import: counted while it runs, told in a line, a JSON file and a table.

mod csv_text;

use crate::account::Account;
use crate::error::Error;
use serde::Serialize;
use simulator::sample::{Eye, EyeLabel, Hand, HandLabel, Modality, Sample, SampleId};
use std::collections::BTreeMap;

/// The least and the largest of some numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Range {
    /// The least.
    pub from: f64,
    /// The largest.
    pub to: f64,
}

/// What is told of all images together.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Tally {
    /// What the source was taken for, and why.
    pub read_as: String,
    /// The evidence for it.
    pub because: String,
    /// Images that were read.
    pub images: u64,
    /// Of them, those with this label.
    pub with: BTreeMap<&'static str, u64>,
    /// Least and largest values, with the unit in the name.
    pub ranges: BTreeMap<&'static str, Range>,
    /// Images that can't be read.
    pub damaged: u64,
    /// Files that were passed over, by reason and ending.
    pub passed_over: BTreeMap<String, u64>,
    /// Columns that the data set has no place for, which are in `ingest.csv`.
    pub columns_in_ingest_csv: Vec<String>,
    /// What else to know.
    pub notes: Vec<String>,
    #[serde(skip)]
    rows: csv_text::Rows,
}

/// A modality that can be counted.
pub trait Counted: Modality {
    /// Counts the labels and values of a sample.
    fn count(sample: &Sample<Self>, tally: &mut Tally);
}

impl Tally {
    /// Nothing counted yet, of a source that was taken for what the account says, for this reason.
    pub fn new(account: &Account, because: &str) -> Self {
        let mut tally = Self {
            read_as: account.read_as.clone(),
            because: because.to_owned(),
            columns_in_ingest_csv: account.extra_columns.clone(),
            notes: account.notes.clone(),
            rows: csv_text::Rows::new(&account.extra_columns),
            ..Self::default()
        };
        for passed in &account.passed_over {
            let ending = crate::contents::ending(passed.file.as_ref());
            let kind = if passed.file.ends_with('/') { "folder".to_owned() } else { ending };
            *tally.passed_over.entry(format!("{kind} ({})", passed.why)).or_default() += 1;
            tally.rows.passed_over(&passed.file, &passed.why);
        }
        tally
    }

    /// Counts a sample that was read.
    pub fn read<M: Counted>(
        &mut self,
        sample: &Sample<M>,
        source: Option<&str>,
        account: &Account,
    ) {
        self.images += 1;
        M::count(sample, self);
        let extra = account.extra.get(&sample.id).map_or(&[][..], Vec::as_slice);
        if account.extra_columns.first().is_some_and(|name| name == "u0_px") && !extra.is_empty() {
            self.one_with("joints");
        }
        self.rows.read(source.unwrap_or_default(), sample.id, extra);
    }

    /// Counts an image that can't be read.
    pub fn damaged(&mut self, error: &Error) {
        self.damaged += 1;
        self.rows.damaged(&error.path().display().to_string(), &error.to_string());
    }

    /// The table of all files: `file`, `id`, `status`, `reason`, and what the data set has no column for.
    pub fn csv(&self) -> &str {
        self.rows.text()
    }

    fn one_with(&mut self, label: &'static str) {
        *self.with.entry(label).or_default() += 1;
    }

    fn widen(&mut self, name: &'static str, value: f64) {
        let range = self.ranges.entry(name).or_insert(Range { from: value, to: value });
        *range = Range { from: range.from.min(value), to: range.to.max(value) };
    }

    /// What came out, in a line or some more.
    pub fn summary(&self) -> String {
        let with = self.with.iter().map(|(label, count)| format!("{count} with {label}"));
        let with: Vec<String> = with.collect();
        let labels = match with.is_empty() {
            true => "none with a label".to_owned(),
            false => with.join(", "),
        };
        let mut lines = vec![format!(
            "read as {} ({}): {} images, {labels}",
            self.read_as, self.because, self.images
        )];
        let ranges = self.ranges.iter().map(|(name, range)| {
            let digits = if name.ends_with("deg") { 1 } else { 0 };
            format!("{name} {:.digits$} to {:.digits$}", range.from, range.to)
        });
        let ranges: Vec<String> = ranges.collect();
        if !ranges.is_empty() {
            lines.push(format!("  ranges: {}", ranges.join(", ")));
        }
        if self.damaged > 0 {
            lines.push(format!("  {} images can't be read; ingest.csv names them", self.damaged));
        }
        if !self.passed_over.is_empty() {
            let kinds = self.passed_over.iter().map(|(kind, count)| format!("{count} {kind}"));
            lines.push(format!("  passed over: {}", kinds.collect::<Vec<_>>().join("; ")));
        }
        if !self.columns_in_ingest_csv.is_empty() {
            let shown = self.columns_in_ingest_csv.iter().take(8).map(String::as_str);
            let mut names = shown.collect::<Vec<_>>().join(", ");
            if self.columns_in_ingest_csv.len() > 8 {
                names.push_str(&format!(" and {} more", self.columns_in_ingest_csv.len() - 8));
            }
            lines.push(format!(
                "  a data set has no columns for these, so ingest.csv has them: {names}"
            ));
        }
        lines.extend(self.notes.iter().map(|note| format!("  note: {note}")));
        lines.join("\n")
    }
}

impl Counted for Eye {
    fn count(sample: &Sample<Self>, tally: &mut Tally) {
        let EyeLabel { gaze, subject, head, side, mirrored, .. } = &sample.label;
        if let Some(gaze) = gaze {
            tally.one_with("gaze");
            tally.widen("pitch deg", f64::from(gaze.pitch).to_degrees());
            tally.widen("yaw deg", f64::from(gaze.yaw).to_degrees());
        }
        let known = [
            ("person", subject.is_some()),
            ("head", head.is_some()),
            ("side", side.is_some()),
            ("mirrored told", mirrored.is_some()),
        ];
        known.into_iter().filter(|(_, known)| *known).for_each(|(label, _)| tally.one_with(label));
        let pixels = sample.frame.pixels();
        // Folds, because compilers make eight lanes of them.
        let least = pixels.iter().fold(u8::MAX, |least, &level| least.min(level));
        let most = pixels.iter().fold(0, |most, &level| most.max(level));
        tally.widen("grey levels", f64::from(least));
        tally.widen("grey levels", f64::from(most));
    }
}

impl Counted for Hand {
    fn count(sample: &Sample<Self>, tally: &mut Tally) {
        let HandLabel {
            joints_nyu, joints_common, joints_common_px, subject, gesture, side, ..
        } = &sample.label;
        let joints = joints_nyu.is_some() || joints_common.is_some() || joints_common_px.is_some();
        let known = [
            ("joints", joints),
            ("person", subject.is_some()),
            ("gesture", gesture.is_some()),
            ("side", side.is_some()),
        ];
        known.into_iter().filter(|(_, known)| *known).for_each(|(label, _)| tally.one_with(label));
        let pixels = sample.frame.pixels();
        // 0 is no return: one less is more than all others.
        let less = pixels.iter().fold(u16::MAX, |least, &mm| least.min(mm.wrapping_sub(1)));
        let most = pixels.iter().fold(0, |most, &mm| most.max(mm));
        if most > 0 {
            tally.widen("depth mm", f64::from(less) + 1.0);
            tally.widen("depth mm", f64::from(most));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use simulator::sample::{Domain, Frame, Gaze};

    #[test]
    fn labels_ranges_and_files_are_counted_and_cells_are_quoted() {
        let mut account = Account::of("something");
        account.extra_columns = vec!["note".to_owned()];
        account.extra.insert(SampleId(1), vec!["a, \"b\"".to_owned()]);
        account.pass_over("x.heic", "not read");
        let mut tally = Tally::new(&account, "a test");
        for (k, level) in [40u8, 9, 200].into_iter().enumerate() {
            let gaze = (k > 0).then_some(Gaze { pitch: 0.0, yaw: -0.5 });
            let label = EyeLabel { gaze, ..EyeLabel::default() };
            let frame = Frame::from_fn(5, 3, |x, _| if x == 2 { level } else { 30 });
            let sample =
                Sample::<Eye> { id: SampleId(k as u64), domain: Domain::Real, frame, label };
            tally.read(&sample, Some(&format!("{k}.png")), &account);
        }
        let depth = Frame::from_fn(4, 4, |x, y| if x == y { 0 } else { 500 + x as u16 });
        let (domain, label) = (Domain::Real, HandLabel::default());
        Hand::count(&Sample { id: SampleId(0), domain, frame: depth, label }, &mut tally);
        assert_eq!((tally.images, tally.with["gaze"]), (3, 2));
        assert_eq!(tally.ranges["grey levels"], Range { from: 9.0, to: 200.0 });
        assert_eq!(tally.ranges["depth mm"], Range { from: 500.0, to: 503.0 });
        let expected = "file,id,status,reason,note\nx.heic,,passed over,not read,\n0.png,0,read,,\n\
                        1.png,1,read,,\"a, \"\"b\"\"\"\n2.png,2,read,,\n";
        assert_eq!(tally.csv(), expected);
        let said = tally.summary();
        assert!(said.contains("read as something (a test): 3 images, 2 with gaze"), "{said}");
        assert!(said.contains("1 .heic (not read)") && said.contains("note"), "{said}");
    }
}
