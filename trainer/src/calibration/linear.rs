//! How measurements of renders follow from their settings: a linear model, by least squares.

use nalgebra::{DMatrix, DVector};

/// measurements = at_zero + slopes · settings + what is left, of this covariance.
#[derive(Debug, Clone)]
pub(super) struct Linear {
    pub(super) at_zero: DVector<f64>,
    /// `[measurements, settings]`.
    pub(super) slopes: DMatrix<f64>,
    /// `[measurements, measurements]`.
    pub(super) residual: DMatrix<f64>,
}

/// Added to the diagonal of the normal equations, in units of the settings' own variance, for a
/// setting that does not vary.
const RIDGE: f64 = 1e-6;

impl Linear {
    /// Of renders: their settings and their measurements, each a column. `None` where the normal
    /// equations can't be solved.
    pub(super) fn fit(settings: &DMatrix<f64>, measurements: &DMatrix<f64>) -> Option<Self> {
        let count = settings.ncols() as f64;
        let (mean_settings, mean_measured) = (settings.column_mean(), measurements.column_mean());
        let centred = |matrix: &DMatrix<f64>, mean: &DVector<f64>| {
            let mut matrix = matrix.clone();
            matrix.column_iter_mut().for_each(|mut column| column -= mean);
            matrix
        };
        let (x, y) = (centred(settings, &mean_settings), centred(measurements, &mean_measured));
        // (X Xᵀ) slopesᵀ = X Yᵀ
        let mut normal = &x * x.transpose();
        for k in 0..normal.nrows() {
            normal[(k, k)] += RIDGE * count + RIDGE * normal[(k, k)];
        }
        let slopes = normal.cholesky()?.solve(&(&x * y.transpose())).transpose();
        let left = &y - &slopes * &x;
        let freedom = (count - 1.0 - settings.nrows() as f64).max(1.0);
        let residual = &left * left.transpose() / freedom;
        let at_zero = mean_measured - &slopes * mean_settings;
        Some(Self { at_zero, slopes, residual })
    }
}

/// Mean and covariance of measurements, each a column, in which an image counts the less the less it is
/// like the others (closed eyes, bad crops): those of a multivariate t distribution with
/// [`FREEDOM`] degrees of freedom by its EM algorithm (Lange, Little and Taylor 1989), the covariance
/// brought to that of a normal one.
pub(super) struct RobustMoments {
    pub(super) mean: DVector<f64>,
    pub(super) covariance: DMatrix<f64>,
    /// How much each image counts, 0 to about 1.
    pub(super) weights: Vec<f64>,
}

/// Degrees of freedom: images that are outliers in tens of measurements at once hardly count, and of
/// normal ones each counts about the same.
const FREEDOM: f64 = 10.0;
const STEPS: usize = 30;

impl RobustMoments {
    /// `None` where the covariance has no inverse.
    pub(super) fn of(measurements: &DMatrix<f64>) -> Option<Self> {
        let (length, count) = measurements.shape();
        let mut weights = vec![1.0; count];
        let (mut mean, mut covariance) = weighted(measurements, &weights);
        for _ in 0..STEPS {
            let cholesky = ridged(&covariance).cholesky()?;
            for (weight, column) in weights.iter_mut().zip(measurements.column_iter()) {
                let off = column - &mean;
                let distance2 = off.dot(&cholesky.solve(&off));
                *weight = (FREEDOM + length as f64) / (FREEDOM + distance2);
            }
            (mean, covariance) = weighted(measurements, &weights);
        }
        // With Σw in the denominator the scale matrix is already near the covariance of the bulk.
        Some(Self { mean, covariance, weights })
    }
}

fn weighted(measurements: &DMatrix<f64>, weights: &[f64]) -> (DVector<f64>, DMatrix<f64>) {
    let total: f64 = weights.iter().sum();
    let mut mean = DVector::zeros(measurements.nrows());
    for (column, weight) in measurements.column_iter().zip(weights) {
        mean += column * (weight / total);
    }
    let mut off = measurements.clone();
    for (mut column, weight) in off.column_iter_mut().zip(weights) {
        column -= &mean;
        column *= (weight / total).sqrt();
    }
    (mean, &off * off.transpose())
}

/// A covariance with a little more on its diagonal, so that it has an inverse.
pub(super) fn ridged(covariance: &DMatrix<f64>) -> DMatrix<f64> {
    let mut ridged = covariance.clone();
    for k in 0..ridged.nrows() {
        ridged[(k, k)] += 1e-9 + 1e-6 * ridged[(k, k)];
    }
    ridged
}
