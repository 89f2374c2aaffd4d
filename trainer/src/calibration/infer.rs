//! Which population makes renders measure as real images do: the most probable means and spreads of
//! the settings, and how sure they are.
//!
//! The measurements of an image are linear in its settings ([`Linear`]); each setting is normal over
//! images, with a mean and a spread that are asked for. That is a random-effects model: measurements
//! are normal with mean a + B μ and covariance C = B diag(σ²) Bᵀ + R. The means have normal priors
//! around the preset's. Between renders and photographs stands a discrepancy besides (Kennedy and
//! O'Hagan 2001): the mean measurement may be off, whatever the settings, by δ times what measurements of
//! the same settings scatter by, and δ is what makes the images most probable. (In units of all the scatter,
//! where an iris moves with the gaze, it would be free to sit two degrees beside its place.) The means then follow in closed form, and the spreads by an EM
//! algorithm (Laird and Ware 1982) with scaled-inverse-χ² priors, whose weight is a number of images.

use super::linear::{Linear, RobustMoments, ridged};
use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

/// What is known of one setting before the images are seen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Prior {
    pub(super) mean: f64,
    /// Of the mean.
    pub(super) mean_sd: f64,
    pub(super) sd: f64,
    /// What is known of its spread.
    pub(super) spread: SpreadPrior,
}

impl Prior {
    /// How far from its mean a single image's value may be: of images, and of what is not known.
    pub(super) fn width(&self) -> f64 {
        self.sd.hypot(self.mean_sd)
    }
}

/// What is known of a setting's spread before the images are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SpreadPrior {
    /// About as large as before.
    About,
    /// Just as large as before.
    Known,
    /// It follows from the mean: a share's.
    OfShare,
}

/// How many images the spreads are known from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counts {
    /// Real images.
    pub(super) images: f64,
    /// As many the spread counts as.
    pub(super) effective: f64,
    /// As many the prior's spread counts as.
    pub(super) prior: f64,
}

/// A setting's mean and spread, and how sure they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub(super) mean: f64,
    /// Standard deviation of the mean's posterior.
    pub(super) mean_error: f64,
    pub(super) sd: f64,
    /// Standard deviation of the posterior of the spread's logarithm.
    pub(super) log_sd_error: f64,
}

pub(super) struct Inferred {
    pub(super) estimates: Vec<Estimate>,
    /// The discrepancy δ, in deviations of a measurement over images of the same settings.
    pub(super) discrepancy: f64,
}

/// Steps of the outer iteration; each moves means and spreads once.
const STEPS: usize = 400;
/// The discrepancies that are tried. Never none: a linear model is off by as much on renders.
const DISCREPANCIES: [f64; 8] = [0.1, 0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0];

/// `None` where a covariance has no inverse.
pub(super) fn infer(
    linear: &Linear,
    real: &RobustMoments,
    priors: &[Prior],
    counts: Counts,
) -> Option<Inferred> {
    let problem = Problem { linear, real, priors, counts };
    let mut state = State {
        mean: DVector::from_iterator(priors.len(), priors.iter().map(|p| p.mean)),
        variance: DVector::from_iterator(priors.len(), priors.iter().map(|p| p.sd.powi(2))),
        mean_covariance: DMatrix::zeros(priors.len(), priors.len()),
        discrepancy: DISCREPANCIES[DISCREPANCIES.len() / 2],
    };
    for step in 0..STEPS {
        if step % 50 == 0 {
            state.discrepancy = problem.most_probable_discrepancy(&state)?;
        }
        problem.update_mean(&mut state)?;
        problem.update_spread(&mut state)?;
    }
    problem.update_mean(&mut state)?;
    let errors = problem.log_sd_errors(&state)?;
    let estimates = (0..priors.len())
        .map(|k| Estimate {
            mean: state.mean[k],
            mean_error: state.mean_covariance[(k, k)].sqrt(),
            sd: state.variance[k].sqrt(),
            log_sd_error: errors[k],
        })
        .collect();
    Some(Inferred { estimates, discrepancy: state.discrepancy })
}

struct Problem<'a> {
    linear: &'a Linear,
    real: &'a RobustMoments,
    priors: &'a [Prior],
    counts: Counts,
}

struct State {
    mean: DVector<f64>,
    variance: DVector<f64>,
    mean_covariance: DMatrix<f64>,
    discrepancy: f64,
}

impl Problem<'_> {
    /// C: the covariance of measurements over images of this population.
    fn covariance(&self, state: &State) -> DMatrix<f64> {
        let spread = DMatrix::from_diagonal(&state.variance);
        let b = &self.linear.slopes;
        ridged(&(b * spread * b.transpose() + &self.linear.residual))
    }

    /// Covariance of the mean of all real images around a + B μ: of sampling, and of the discrepancy.
    fn of_mean(&self, covariance: &DMatrix<f64>, discrepancy: f64) -> DMatrix<f64> {
        let mut sum = covariance / self.counts.images;
        for k in 0..sum.nrows() {
            sum[(k, k)] += discrepancy.powi(2) * self.linear.residual[(k, k)];
        }
        sum
    }

    fn prior_precision(&self) -> DMatrix<f64> {
        let precision = self.priors.iter().map(|p| p.mean_sd.powi(-2));
        DMatrix::from_diagonal(&DVector::from_iterator(self.priors.len(), precision))
    }

    fn prior_mean(&self) -> DVector<f64> {
        DVector::from_iterator(self.priors.len(), self.priors.iter().map(|p| p.mean))
    }

    /// The discrepancy under which the mean measurement is most probable, whatever the means of the
    /// settings are.
    fn most_probable_discrepancy(&self, state: &State) -> Option<f64> {
        let b = &self.linear.slopes;
        let of_settings = DMatrix::from_diagonal(&DVector::from_iterator(
            self.priors.len(),
            self.priors.iter().map(|p| p.mean_sd.powi(2)),
        ));
        let of_settings = b * of_settings * b.transpose();
        let off = &self.real.mean - &self.linear.at_zero - b * self.prior_mean();
        let covariance = self.covariance(state);
        let mut best: Option<(f64, f64)> = None;
        for discrepancy in DISCREPANCIES {
            let cholesky = (self.of_mean(&covariance, discrepancy) + &of_settings).cholesky()?;
            let cost = log_determinant(&cholesky) + off.dot(&cholesky.solve(&off));
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, discrepancy));
            }
        }
        best.map(|(_, discrepancy)| discrepancy)
    }

    /// The means' posterior, given the spreads: generalised least squares with a prior.
    fn update_mean(&self, state: &mut State) -> Option<()> {
        let b = &self.linear.slopes;
        let of_mean = self.of_mean(&self.covariance(state), state.discrepancy).cholesky()?;
        let precision = self.prior_precision();
        let off = &self.real.mean - &self.linear.at_zero;
        let posterior = (b.transpose() * of_mean.solve(b) + &precision).cholesky()?;
        let pull = b.transpose() * of_mean.solve(&off) + precision * self.prior_mean();
        state.mean = posterior.solve(&pull);
        state.mean_covariance = posterior.inverse();
        Some(())
    }

    /// One EM step of the spreads: the mean square of the settings' posterior deviations.
    fn update_spread(&self, state: &mut State) -> Option<()> {
        let b = &self.linear.slopes;
        let cholesky = self.covariance(state).cholesky()?;
        let spread = DMatrix::from_diagonal(&state.variance);
        let gain = cholesky.solve(&(b * &spread)).transpose();
        let within = &spread - &gain * b * &spread;
        let square = &gain * &self.real.covariance * gain.transpose() + within;
        let Counts { effective, prior, .. } = self.counts;
        for (k, known) in self.priors.iter().enumerate() {
            state.variance[k] = match known.spread {
                SpreadPrior::Known => known.sd.powi(2),
                SpreadPrior::OfShare => {
                    let mean = state.mean[k].clamp(0.001, 0.999);
                    mean * (1.0 - mean)
                }
                SpreadPrior::About => {
                    (effective * square[(k, k)] + prior * known.sd.powi(2)) / (effective + prior)
                }
            };
        }
        Some(())
    }

    /// From the Fisher information of the spreads' logarithms, and the prior's.
    fn log_sd_errors(&self, state: &State) -> Option<Vec<f64>> {
        let b = &self.linear.slopes;
        let inner = b.transpose() * self.covariance(state).cholesky()?.solve(b);
        let Counts { effective, prior, .. } = self.counts;
        let size = self.priors.len();
        // Of ln σ²: n/2 σₖ² σₗ² (bₖᵀ C⁻¹ bₗ)².
        let mut information = DMatrix::from_fn(size, size, |k, l| {
            0.5 * effective * state.variance[k] * state.variance[l] * inner[(k, l)].powi(2)
        });
        for k in 0..size {
            information[(k, k)] += 0.5 * prior + 1e-6;
        }
        let covariance = information.cholesky()?.inverse();
        Some((0..size).map(|k| 0.5 * covariance[(k, k)].sqrt()).collect())
    }
}

fn log_determinant(cholesky: &Cholesky<f64, Dyn>) -> f64 {
    2.0 * cholesky.l_dirty().diagonal().iter().map(|d| d.ln()).sum::<f64>()
}
