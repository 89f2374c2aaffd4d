//! Where the windows of the pixels lie in a picture.

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

/// Where a row of the source begins, in pixels; none outside of the source.
#[derive(Clone, Copy)]
pub(super) struct Line(Option<usize>);

impl Windows<'_> {
    /// Numbers in one row of a window.
    pub fn run(&self) -> usize {
        self.columns * self.channels
    }

    /// The source row that is row `row` of the windows of the pixels `(i, ..)`, if there is one.
    #[inline(always)]
    pub fn line(&self, image: usize, i: usize, row: usize) -> Line {
        let y = (i * self.step + row) as isize + self.top;
        let inside = y >= 0 && y < self.height as isize;
        Line(inside.then(|| (image * self.height + y as usize) * self.width))
    }

    /// The part of `line` in the window of the pixel `(.., j)`, readable for [`Self::run`] numbers
    /// until `edges` is cleared or dropped.
    #[inline(always)]
    pub fn row(&self, line: Line, j: usize, edges: &mut Edges) -> *const f32 {
        let Line(Some(line)) = line else { return edges.zeros.as_ptr() };
        let x = (j * self.step) as isize + self.left;
        if x >= 0 && x as usize + self.columns <= self.width {
            let start = (line + x as usize) * self.channels;
            return self.source[start..start + self.run()].as_ptr();
        }
        self.copy_edge(line, x, edges)
    }

    /// A copy of the row of a window that begins at column `x` and reaches over an edge.
    #[inline(never)]
    fn copy_edge(&self, line: usize, x: isize, edges: &mut Edges) -> *const f32 {
        let before = x.min(0).unsigned_abs().min(self.columns);
        let first = x.max(0) as usize;
        let inside = (self.columns - before).min(self.width.saturating_sub(first));
        let start = (line + first) * self.channels;
        let visible: &[f32] =
            if inside == 0 { &[] } else { &self.source[start..start + inside * self.channels] };
        edges.push(before * self.channels, visible)
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
    #[inline(always)]
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
