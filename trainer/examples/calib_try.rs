use simulator::eye::EyeConfig;
use simulator::sample::Frame;
use trainer::calibration::{self, CalibrationConfig, CalibrationObserver, SettingEstimate};
use trainer::{Device, EpochReport};
struct Print(std::time::Instant);
impl CalibrationObserver for Print {
    fn network(&mut self, r: &EpochReport) {
        eprintln!(
            "{:.0}s epoch {} loss {:.4} {:.0}/s",
            self.0.elapsed().as_secs_f32(),
            r.epoch,
            r.loss,
            r.images_per_second
        );
    }
    fn round(&mut self, n: usize, s: &[SettingEstimate]) {
        eprintln!("{:.0}s round {n}", self.0.elapsed().as_secs_f32());
        if n == 6 || n == 3 {
            for e in s {
                eprintln!(
                    "  {:40} {:8.3} ± {:7.3} -> {:8.3} [{:8.3} {:8.3}] ± {:7.3} [{:7.3} {:7.3}]",
                    e.name,
                    e.before[0],
                    e.before[1],
                    e.after[0],
                    e.mean_interval[0],
                    e.mean_interval[1],
                    e.after[1],
                    e.sd_interval[0],
                    e.sd_interval[1]
                );
            }
        }
    }
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut files: Vec<_> = std::fs::read_dir(&a[1])
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|x| x == "png"))
        .collect();
    files.sort();
    let eq = a[2] == "eq";
    let frames: Vec<Frame<u8>> = files
        .iter()
        .map(|f| {
            let i = image::open(f).unwrap().to_luma8();
            let (w, h) = i.dimensions();
            let f = Frame::new(w as usize, h as usize, i.into_raw()).unwrap();
            if eq { f.equalized() } else { f }
        })
        .collect();
    let people: usize = a[3].parse().unwrap();
    let config = CalibrationConfig { people, ..Default::default() };
    let eye = EyeConfig::default();
    let c = calibration::calibrate(
        &config,
        &eye,
        &frames,
        &Device::from_name("cpu").unwrap(),
        &mut Print(std::time::Instant::now()),
    )
    .unwrap();
    eprintln!("discrepancies {:?} outliers {:.3}", c.discrepancies, c.outliers);
    let names: Vec<&str> = calibration::Calibrated::place_names()
        .iter()
        .chain(calibration::Calibrated::look_names())
        .copied()
        .collect();
    let stat = |m: &calibration::Measurements, k: usize| {
        let v: Vec<f64> = m
            .places
            .iter()
            .zip(&m.looks)
            .map(|(p, l)| if k < p.len() { p[k] } else { l[k - p.len()] })
            .collect();
        let n = v.len() as f64;
        let mean = v.iter().sum::<f64>() / n;
        (mean, (v.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n).sqrt())
    };
    for (k, n) in names.iter().enumerate() {
        let (r, b, f) = (stat(&c.real, k), stat(&c.before, k), stat(&c.after, k));
        eprintln!(
            "{n:36} real {:7.2} ± {:6.2}  before {:7.2} ± {:6.2}  after {:7.2} ± {:6.2}",
            r.0, r.1, b.0, b.1, f.0, f.1
        );
    }
    std::fs::write(&a[4], toml::to_string_pretty(&c.eye).unwrap()).unwrap();
}
