//! Where the windows of the pixels lie in a picture.

use std::ops::Range;

/// The windows of a grid of pixels: pixel `(i, j)` sees `rows` x `columns` pixels of the source
/// from `(i * step + top, j * step + left)` on, and zeros outside of the source.
pub(super) struct Windows<'a> {
    /// `[batch, height, width, channels]`.
    pub source: &'a [f32],
    pub height: usize,
    pub width: usize,
    pub channels: usize,
    pub rows: usize,
    pub columns: usize,
    pub step: usize,
    pub top: isize,
    pub left: isize,
}

impl Windows<'_> {
    /// Numbers in one row of a window.
    pub fn run(&self) -> usize {
        self.columns * self.channels
    }

    /// Looks up row `row` of the windows of the pixels `(i, columns)` of a picture, each readable
    /// for [`Self::run`] numbers until `edges` is cleared or dropped.
    pub fn look_up<'p>(
        &self,
        (image, i): (usize, usize),
        row: usize,
        columns: Range<usize>,
        places: impl Iterator<Item = &'p mut *const f32>,
        edges: &mut Edges,
    ) {
        let places = places.zip(columns);
        let y = (i * self.step + row) as isize + self.top;
        if y < 0 || y >= self.height as isize {
            places.for_each(|(place, _)| *place = edges.zeros.as_ptr());
            return;
        }
        let line = (image * self.height + y as usize) * self.width * self.channels;
        let line = &self.source[line..line + self.width * self.channels];
        // The last column from which a window does not reach over the right edge.
        let right = self.width as isize - self.columns as isize;
        for (place, j) in places {
            let x = (j * self.step) as isize + self.left;
            *place = if x >= 0 && x <= right {
                line[x as usize * self.channels..].as_ptr()
            } else {
                self.copy_edge(line, x, edges)
            };
        }
    }

    /// A copy of the row of a window that begins at column `x` of `line` and reaches over an edge.
    #[cold]
    fn copy_edge(&self, line: &[f32], x: isize, edges: &mut Edges) -> *const f32 {
        let before = x.min(0).unsigned_abs().min(self.columns);
        let first = x.max(0) as usize;
        let inside = (self.columns - before).min(self.width.saturating_sub(first));
        let start = first.min(self.width) * self.channels;
        edges.push(before * self.channels, &line[start..start + inside * self.channels])
    }
}

/// Rows of windows that reach over the edge of a picture, filled up with zeros.
pub(super) struct Edges {
    zeros: Vec<f32>,
    copies: Vec<f32>,
    /// Where the next copy begins.
    next: usize,
    run: usize,
}

impl Edges {
    /// Room for `count` rows of `run` numbers between two calls of [`Self::clear`].
    pub fn new(count: usize, run: usize) -> Self {
        // Reserved but not touched: edges are few, the room is for the worst case.
        Self { zeros: vec![0.0; run], copies: Vec::with_capacity(count * run), next: 0, run }
    }

    /// Forgets all copies.
    pub fn clear(&mut self) {
        self.next = 0;
    }

    fn push(&mut self, zeros_before: usize, visible: &[f32]) -> *const f32 {
        let (start, end) = (self.next, self.next + self.run);
        assert!(end <= self.copies.capacity() && zeros_before + visible.len() <= self.run);
        self.next = end;
        // SAFETY: the copy lies inside the capacity, and `zeros_before + visible.len() <= run`.
        // Raw pointers keep the copies that were handed out before valid.
        unsafe {
            let copy = self.copies.as_mut_ptr().add(start);
            copy.write_bytes(0, self.run);
            copy.add(zeros_before).copy_from_nonoverlapping(visible.as_ptr(), visible.len());
            copy
        }
    }
}
