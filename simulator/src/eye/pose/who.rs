//! Whose eye a sample shows, and which other samples belong to it.

use crate::eye::config::EyeConfig;
use crate::sample::Side;
use crate::seed::{Purpose, Stream};

/// Place of a frame in its sequence.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(dead_code)] // Not every label is stored.
pub(crate) struct Moment {
    /// Number of the sequence.
    pub id: u64,
    /// Number of the frame in it, from 0.
    pub frame: u32,
    /// Time since its first frame, s.
    pub timestamp_s: f64,
}

/// Whose eye a sample shows, and the keys of its random streams.
#[derive(Debug, Clone, PartialEq)]
#[allow(dead_code)] // Not every label is stored.
pub(crate) struct SampleIdentity {
    /// Key of what a person keeps: anatomy, colours, age.
    pub person: u64,
    /// Key of what all images of one moment or one take share: light, room, head, events. It is the
    /// same for all frames of a sequence and for both eyes of a pair.
    pub moment: u64,
    /// Key of what belongs to one camera's view in a take: where the crop sits.
    pub view: u64,
    /// Name of the person, where `people` is limited.
    pub subject: Option<String>,
    /// Right eyes live in a mirrored world, so that all pictures show left eyes.
    pub side: Side,
    /// Id of the sample of the other eye.
    pub partner: Option<u64>,
    /// Place in the sequence, if sequences are rendered.
    pub sequence: Option<Moment>,
}

impl SampleIdentity {
    /// The identity of sample `id`: person, sequence and frame.
    ///
    /// With `both_eyes` the left eye has an even id and the right one the next; in sequences the
    /// frames follow each other, the two eyes of a frame side by side.
    pub(crate) fn of(config: &EyeConfig, seed: u64, id: u64) -> Self {
        let p = &config.pose;
        let eyes = if p.both_eyes { 2 } else { 1 };
        let instant = id / eyes;
        let frames = p.sequence_frames.max(1) as u64;
        let moment = instant / frames;
        let frame = (instant % frames) as u32;
        let sequence = (p.sequence_frames > 0).then(|| Moment {
            id: moment,
            frame,
            timestamp_s: frame as f64 / p.frame_rate_hz,
        });
        let person = if config.people == 0 {
            moment
        } else {
            Stream::new(seed, moment, Purpose::Person).word() as u64 % config.people as u64
        };
        let right = if p.both_eyes {
            id % 2 == 1
        } else {
            Stream::new(seed, moment, Purpose::Side).unit() < p.right_share
        };
        Self {
            person,
            moment,
            view: moment * frames * eyes + id % eyes,
            subject: (config.people > 0).then(|| format!("s{person:04}")),
            side: if right { Side::Right } else { Side::Left },
            partner: p.both_eyes.then_some(id ^ 1),
            sequence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(both_eyes: bool, sequence_frames: u32) -> EyeConfig {
        let mut config = EyeConfig { people: 9, ..EyeConfig::default() };
        (config.pose.both_eyes, config.pose.sequence_frames) = (both_eyes, sequence_frames);
        config
    }

    #[test]
    fn a_sample_of_its_own_has_neither_partner_nor_sequence() {
        let who = SampleIdentity::of(&config(false, 0), 1, u64::MAX);
        assert_eq!((who.moment, who.view), (u64::MAX, u64::MAX));
        assert!(who.partner.is_none() && who.sequence.is_none());
    }

    #[test]
    fn a_pair_is_one_person_at_one_moment() {
        let config = config(true, 0);
        for k in 0..20 {
            let (l, r) =
                (SampleIdentity::of(&config, 1, 2 * k), SampleIdentity::of(&config, 1, 2 * k + 1));
            assert_eq!((l.side, r.side), (Side::Left, Side::Right));
            assert_eq!((l.partner, r.partner), (Some(2 * k + 1), Some(2 * k)));
            assert_eq!((l.person, l.moment, &l.subject), (r.person, r.moment, &r.subject));
            assert_ne!(l.view, r.view);
        }
    }

    #[test]
    fn frames_of_a_sequence_share_all_keys_and_count_the_time() {
        for (both, eyes) in [(false, 1), (true, 2)] {
            let config = config(both, 30);
            let first = SampleIdentity::of(&config, 1, 4 * 30 * eyes);
            for frame in 0..30 {
                let who = SampleIdentity::of(&config, 1, (4 * 30 + frame) * eyes);
                assert_eq!((who.person, who.moment, who.view), (first.person, 4, first.view));
                assert_eq!(who.side, first.side);
                let at = who.sequence.map(|s| (s.id, s.frame as u64, s.timestamp_s));
                assert_eq!(at, Some((4, frame, frame as f64 / 60.0)));
            }
            let next = SampleIdentity::of(&config, 1, 5 * 30 * eyes);
            assert_eq!((next.moment, next.sequence.map(|s| s.frame)), (5, Some(0)));
        }
    }

    #[test]
    fn the_share_of_right_eyes_is_as_set() {
        let mut config = config(false, 0);
        config.pose.right_share = 0.3;
        let right =
            (0..4000).filter(|&id| SampleIdentity::of(&config, 2, id).side == Side::Right).count();
        assert!((1100..1300).contains(&right), "{right} of 4000");
    }
}
