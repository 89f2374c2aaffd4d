//! Tones: what a refinement may do to grey levels without moving anything, as linear least squares.
//!
//! The predicted level of a place is linear in known functions of the place and of the render's level
//! there, so the best coefficients have a closed form for every shift, and only the shift is searched
//! (variable projection: Golub and Pereyra 1973).

use nalgebra::SMatrix;

/// Columns that do not look at the render: all that a picture of nothing has.
const FLAT: usize = 3;
/// Columns of tones.
const TONES: usize = 11;
/// Columns of tones, of growth, of the shift, and the level that is to be predicted.
const ALL: usize = TONES + 4;
/// Where the columns of the shift begin.
const SHIFT: usize = TONES + 1;
/// Keeps the matrix regular where a column says nothing, squared grey levels.
const RIDGE: f64 = 1e-3;
/// A refined iris is larger or smaller than its render's by about this share. Where lids leave little
/// of it, its size and its height trade off; this stops that.
const GROWTH_SD: f64 = 0.03;

/// A place of the refined image, and what the render has there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Distance from the middle of the iris, in its radii.
    pub at: [f64; 2],
    /// The iris's radius, cells.
    pub radius: f64,
    /// The render's level, about -1 to 1.
    pub level: f64,
    /// Slopes of it, to the right and down, a cell.
    pub slope: [f64; 2],
    /// What blur changes of it.
    pub blur: f64,
    /// The refined level, grey levels.
    pub refined: f64,
    /// How much the place counts, 0 to 1.
    pub weight: f64,
}

/// Coefficients of the columns of tones, grey levels.
pub(super) type Coefficients = [f64; TONES];

impl Place {
    /// Offset and shading; a cubic of the level; shading of the level; blur of a curve of the level,
    /// whose Laplacian is f' times the level's and f'' times its squared slope.
    fn columns(&self) -> Coefficients {
        let ([x, y], u, blur, [right, down]) = (self.at, self.level, self.blur, self.slope);
        [1.0, x, y, u, u * u, u * u * u, u * x, u * y, blur, u * blur, right * right + down * down]
    }

    /// Refined minus predicted level, grey levels.
    pub fn residual(&self, coefficients: &Coefficients) -> f64 {
        let columns = self.columns();
        self.refined - columns.iter().zip(coefficients).map(|(a, c)| a * c).sum::<f64>()
    }

    /// How the predicted level changes where the render grows around its middle by its own size, and
    /// where it moves by a cell to the right, and down.
    fn by_motion(&self, c: &Coefficients) -> [f64; 3] {
        let (u, [x, y]) = (self.level, self.at);
        let gain = c[3] + (2.0 * c[4] + 3.0 * c[5] * u) * u + c[6] * x + c[7] * y;
        let (right, down) = (-gain * self.slope[0], -gain * self.slope[1]);
        [self.radius * (x * right + y * down), right, down]
    }
}

/// Lower triangle of the normal matrix of `N` columns.
fn normal<const N: usize>(
    places: &[Place],
    columns: impl Fn(&Place) -> [f64; N],
) -> SMatrix<f64, N, N> {
    let mut sums = [[0.0; N]; N];
    for place in places {
        let row = columns(place);
        for (j, sums) in sums.iter_mut().enumerate() {
            let weighted = place.weight * row[j];
            for (sum, value) in sums.iter_mut().zip(&row).skip(j) {
                *sum += weighted * value;
            }
        }
    }
    SMatrix::from_fn(|i, j| if i == j { sums[j][j] + RIDGE } else { sums[i.min(j)][i.max(j)] })
}

/// Of the squares that the flat columns leave, the share that all tones leave; `None` if there are no
/// numbers.
pub(super) fn left(places: &[Place]) -> Option<f64> {
    let columns = |place: &Place| {
        let mut row = [place.refined; TONES + 1];
        row[..TONES].copy_from_slice(&place.columns());
        row
    };
    let triangle = normal(places, columns).cholesky()?.unpack();
    let beyond =
        |first: usize| -> f64 { (first..=TONES).map(|j| triangle[(TONES, j)].powi(2)).sum() };
    Some(beyond(TONES) / beyond(FLAT))
}

/// The least squares of many places, brought to triangular form: for each number of leading columns,
/// the solution is in it.
pub(super) struct Fit {
    triangle: SMatrix<f64, ALL, ALL>,
}

impl Fit {
    /// The fit; with growth and shift where the coefficients from a place nearby are given. `spread`
    /// is that of the residuals, grey levels. `None` if there are no numbers.
    pub fn new(places: &[Place], around: Option<&Coefficients>, spread: f64) -> Option<Self> {
        let columns = |place: &Place| {
            let mut row = [0.0; ALL];
            row[..TONES].copy_from_slice(&place.columns());
            if let Some(coefficients) = around {
                row[TONES..ALL - 1].copy_from_slice(&place.by_motion(coefficients));
            }
            row[ALL - 1] = place.refined;
            row
        };
        let mut normal = normal(places, columns);
        normal[(TONES, TONES)] += (spread / GROWTH_SD).powi(2);
        Some(Self { triangle: normal.cholesky()?.unpack() })
    }

    /// The coefficients of the tones alone.
    pub fn coefficients(&self) -> Coefficients {
        let mut c = [0.0; TONES];
        for j in (0..TONES).rev() {
            let rest: f64 = (j + 1..TONES).map(|i| self.triangle[(i, j)] * c[i]).sum();
            c[j] = (self.triangle[(ALL - 1, j)] - rest) / self.triangle[(j, j)];
        }
        c
    }

    /// The change of the shift that lowers the squares most, cells, and the growth, as a share.
    pub fn motion(&self) -> ([f64; 2], f64) {
        let l = |i: usize, j: usize| self.triangle[(i, j)];
        let down = l(ALL - 1, SHIFT + 1) / l(SHIFT + 1, SHIFT + 1);
        let right = (l(ALL - 1, SHIFT) - l(SHIFT + 1, SHIFT) * down) / l(SHIFT, SHIFT);
        let rest = l(SHIFT, TONES) * right + l(SHIFT + 1, TONES) * down;
        ([right, down], (l(ALL - 1, TONES) - rest) / l(TONES, TONES))
    }

    /// Variances of the shift to the right and down, all else being free, in units of a residual's
    /// variance: the diagonal of the inverse.
    pub fn variances(&self) -> [f64; 2] {
        let l = |i: usize, j: usize| self.triangle[(SHIFT + i, SHIFT + j)];
        let down = 1.0 / l(1, 1).powi(2);
        [(1.0 + (l(1, 0) / l(1, 1)).powi(2)) / l(0, 0).powi(2), down]
    }
}
