//! A report as one HTML file.
//!
//! The file holds all it needs: pictures as base64, charts as inline SVG, its own style sheet, no
//! script. It can be mailed, archived, printed and opened without a network; a content security
//! policy in its head sees to it that nothing is ever fetched.

use crate::{Block, Error, block};
use askama::Template;
use std::io::Read;
use std::path::Path;

/// A page: what was found, what it was found with, and the evidence.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Page {
    /// The heading, and the title of the window.
    pub title: String,
    /// One paragraph: what was done, and why.
    pub lead: String,
    /// The answers in large figures, on top.
    pub verdicts: Vec<Verdict>,
    /// What a reader needs to judge them: (label, value).
    pub facts: Vec<(String, String)>,
    /// The evidence.
    pub sections: Vec<Section>,
}

/// A part of a page under a heading.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Section {
    /// The heading, also in the table of contents.
    pub heading: String,
    /// Paragraphs, separated by empty lines.
    pub text: String,
    /// Pictures, charts, tables.
    pub blocks: Vec<Block>,
}

/// An answer in large figures: "9.1° trained on rendered → 7.4° trained on refined".
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Verdict {
    /// What was asked: "Gaze error on real images".
    pub question: String,
    /// Numbers with their units and what each belongs to, in the order before → after.
    pub numbers: Vec<(String, String)>,
    /// How sure that is, or what it means.
    pub note: String,
}

impl Verdict {
    /// An answer.
    pub fn new(question: impl Into<String>, note: impl Into<String>) -> Self {
        Self { question: question.into(), numbers: Vec::new(), note: note.into() }
    }

    /// With one more number, and what it belongs to.
    pub fn number(mut self, value: impl Into<String>, label: impl Into<String>) -> Self {
        self.numbers.push((value.into(), label.into()));
        self
    }
}

impl Section {
    /// A section without blocks.
    pub fn new(heading: impl Into<String>, text: impl Into<String>) -> Self {
        Self { heading: heading.into(), text: text.into(), blocks: Vec::new() }
    }

    /// With one more block.
    pub fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.text.split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty())
    }
}

impl Page {
    /// An empty page.
    pub fn new(title: impl Into<String>, lead: impl Into<String>) -> Self {
        Self { title: title.into(), lead: lead.into(), ..Self::default() }
    }

    /// With one more answer on top.
    pub fn verdict(mut self, verdict: Verdict) -> Self {
        self.verdicts.push(verdict);
        self
    }

    /// With one more fact.
    pub fn fact(mut self, label: impl Into<String>, value: impl Into<String>) -> Self {
        self.facts.push((label.into(), value.into()));
        self
    }

    /// With one more section.
    pub fn section(mut self, section: Section) -> Self {
        self.sections.push(section);
        self
    }

    /// The HTML. All text is escaped; only the SVG of charts is taken as it is.
    ///
    /// # Errors
    /// If the template engine fails.
    pub fn render(&self) -> Result<String, Error> {
        let html = PageTemplate { page: self }.render();
        html.map_err(|source| Error::Template { title: self.title.clone(), source })
    }

    /// Write the HTML to a file: all of it or, if something fails, nothing. A file that is there is
    /// replaced.
    ///
    /// # Errors
    /// If the page cannot be rendered or the file cannot be written.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let (path, html) = (path.as_ref(), self.render()?);
        Ok(durable::write(path, html.as_bytes())?)
    }
}

#[derive(Template)]
#[template(path = "page.html")]
struct PageTemplate<'a> {
    page: &'a Page,
}

/// Begins every page, of every version.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n";
/// Stands in the head of every page, of every version.
const POLICY: &str = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
                      img-src data:; style-src 'unsafe-inline'\">";
/// Bytes of a page in which both are.
const HEAD_BYTES: u64 = 1024;

/// Whether the file at `path` is a page that this crate wrote, of this version or an earlier one.
pub fn is_page(path: impl AsRef<Path>) -> bool {
    let mut head = Vec::new();
    let read =
        durable::open(path.as_ref()).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    let head = String::from_utf8_lossy(&head);
    read.is_ok() && head.starts_with(HEAD) && head.contains(POLICY)
}

/// An SVG to stand in HTML: without its namespace, which only files need, and which would be the
/// page's only address.
fn inline(svg: &str) -> String {
    svg.replacen(" xmlns=\"http://www.w3.org/2000/svg\"", "", 1)
}

/// The class of a cell in this column.
fn class_of(rows: &[Vec<String>], column: &usize) -> &'static str {
    if block::is_numeric(rows, *column) { "number" } else { "word" }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::chart::{Axes, Series, lines};
    use image::RgbImage;

    const EVIL: &str = "<script>alert('x')</script> & \"more\"";

    fn page_with(text: &str) -> Page {
        let svg = lines(&Axes::new(text, text), &[Series::new(text, [(0.0, 1.0), (1.0, 2.0)])]);
        let table = Block::table(text, [text, text], [vec![text.into(), "3.5".into()]]);
        Page::new(text, text)
            .verdict(Verdict::new(text, text).number(text, text).number("7.4°", text))
            .fact(text, text)
            .section(
                Section::new(text, format!("{text}\n\n{text}"))
                    .block(Block::picture(&RgbImage::new(4, 3), text, text).unwrap())
                    .block(Block::chart(svg.unwrap(), text))
                    .block(table)
                    .block(Block::note(text))
                    .block(Block::code(text)),
            )
    }

    #[test]
    fn the_page_is_one_file_that_refers_to_no_other() {
        let html = page_with("plain words").render().unwrap();
        for word in ["http:", "https:", "<script", "<link", "@import", "url("] {
            assert!(!html.contains(word), "{word} is in the page");
        }
        // The only source is the picture's data.
        assert_eq!(
            html.matches("src=").count(),
            html.matches("src=\"data:image/png;base64,").count()
        );
        assert_eq!(html.matches("src=").count(), 1);
        assert!(html.starts_with("<!DOCTYPE html>"));
    }

    #[test]
    fn all_text_is_escaped() {
        let html = page_with(EVIL).render().unwrap();
        assert!(!html.contains("<script") && !html.contains("alert('x')"));
        // Whatever was written between tags or quotes is there to be read.
        let plain = page_with("plain words").render().unwrap();
        let escaped = html.matches("&#60;script&#62;").count() + html.matches("&lt;script").count();
        assert_eq!(escaped, plain.matches("plain words").count());
    }

    #[test]
    fn contents_lead_to_their_sections() {
        let page = Page::new("t", "").section(Section::new("A", "")).section(Section::new("B", ""));
        let html = page.render().unwrap();
        for k in [1, 2] {
            assert!(html.contains(&format!("href=\"#s{k}\"")));
            assert!(html.contains(&format!("id=\"s{k}\"")));
        }
    }

    #[test]
    fn numbers_are_set_to_the_right() {
        let html = page_with("words").render().unwrap();
        assert!(html.contains("<td class=\"number\">3.5</td>"));
        assert!(html.contains("<td class=\"word\">words</td>"));
    }

    #[test]
    fn writing_replaces_the_file_and_leaves_nothing_beside_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("report.html");
        std::fs::write(&path, "old").unwrap();
        let page = page_with("words");
        page.write(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), page.render().unwrap());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(is_page(&path));
        std::fs::write(dir.path().join("mine.html"), "<!DOCTYPE html>\n<p>mine").unwrap();
        assert!(!is_page(dir.path().join("mine.html")) && !is_page(dir.path().join("none")));
        let error = page.write(dir.path().join("missing/report.html")).unwrap_err();
        assert!(error.to_string().contains("missing/report.html"), "{error}");
    }
}
