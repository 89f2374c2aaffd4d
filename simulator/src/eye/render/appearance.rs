//! Numbers of the light between the lids that are no settings: what each is, its unit, and where it comes from.
//!
//! "Ours" is what has no published value as a number: set by eye on contact sheets beside unlabelled real
//! patches, and held there by the tests of the renderer.

/// What the lids leave of the sky above and below, at least, and the depths behind the upper and the lower
/// margin (mm) from which on it is less and from which on it is all; and what the corners take of it, between
/// these distances from the middle (mm). Ours: a lid is a wall 1 to 2 mm high beside a ball, and this is the
/// shade of one, smoothed; how dark corners get is set by eye on unlabelled real patches.
pub(super) const SKY_ABOVE: f32 = 0.25;
pub(super) const SKY_ABOVE_GAIN: f32 = 0.75;
pub(super) const SKY_ABOVE_MM: [f32; 2] = [-0.5, 4.2];
pub(super) const SKY_BELOW: f32 = 0.45;
pub(super) const SKY_BELOW_GAIN: f32 = 0.55;
pub(super) const SKY_BELOW_MM: [f32; 2] = [-0.6, 2.6];
pub(super) const SKY_ENDS: f32 = 0.45;
pub(super) const SKY_ENDS_MM: [f32; 2] = [6.0, 14.0];

/// How much of the cornea's normal the flat iris's normal takes, because the cornea bends light in, and how
/// far the white's is bent towards the camera by light that scatters in it. Ours.
pub(super) const IRIS_BENT: f32 = 0.5;
pub(super) const WHITE_BENT: f32 = 0.45;
/// Share of the cosine that scattering adds beyond the terminator, in iris and white (compare
/// [`Light::SCATTER`](crate::eye::light::Light::SCATTER) of skin). Ours.
pub(super) const SCATTER: f32 = 0.35;
/// The caustic of the cornea: the side of the iris away from the lamp is brighter by this share at the rim;
/// bounds. Ours, bounded so that irises do not outshine the white after equalisation.
pub(super) const GATHERED: f32 = 0.5;
pub(super) const GATHERED_LEAST: f32 = 0.3;
pub(super) const GATHERED_MOST: f32 = 1.4;

/// Growth of the mirrored share at grazing angles over that straight ahead: Schlick's approximation of Fresnel
/// (1994), `1 + (1 - F0) / F0 (1 - cos)^5`. 40 is that of F0 = 0.0244, which lies between tears and cornea
/// ([`lamp::CORNEA`](crate::eye::lamp::CORNEA) would give 42.5). The film on the white is rough, which flattens
/// the growth; its 6 is ours.
pub(super) const GRAZING_CORNEA: f32 = 40.0;
pub(super) const GRAZING_WHITE: f32 = 6.0;

/// Tangents of the mirrored direction at which brow, nose and cheek begin to hide the room and hide all of it,
/// and the least cosine straight ahead that they are counted by. Ours: angles to an average face's features.
pub(super) const BROW_TANGENT: [f32; 2] = [0.55, 1.1];
pub(super) const NOSE_TANGENT: [f32; 2] = [0.9, 1.6];
pub(super) const CHEEK_TANGENT: [f32; 2] = [0.5, 1.2];
pub(super) const AHEAD_LEAST: f32 = 0.02;

/// The meniscus of tears along the lower lid: its brightness for each unit of the setting above the plain
/// rim's, and how far it reaches, mm. A meniscus is about 0.25 mm high (Wang et al. 2006); ours ends softly.
pub(super) const MENISCUS: f32 = 0.5;
pub(super) const PLAIN_RIM: f32 = 0.8;
pub(super) const MENISCUS_MM: [f32; 2] = [0.1, 0.45];

/// The tissue of the inner corner, along it in lengths of the caruncle: where the eyeball begins and where all is
/// eyeball. Its bumps: waves per mm, mean and height. Its own light without sky and with all of it. Its wet spot: place,
/// narrowness along (1/length) and across (1/mm), and strength. Ours.
pub(super) const TISSUE_ENDS: [f32; 2] = [0.75, 1.25];
pub(super) const BUMPS_PER_MM: f32 = 1.3;
pub(super) const BUMPS: [f32; 2] = [0.85, 0.3];
pub(super) const TISSUE_LIGHT: [f32; 2] = [0.55, 0.45];
pub(super) const WET_AT: f32 = 0.6;
pub(super) const WET_NARROWNESS: [f32; 2] = [4.0, 1.6];
pub(super) const WET: f32 = 0.8;

/// Waves of the wet line's gleam, per width of the fissure. Ours.
pub(super) const GLEAM_WAVES: f32 = 14.0;
/// The wet line: its place and half width as shares of a lid's edge, the share that gleams anyway and that
/// changes along it, its strength; and the upper lid's edge, seen from below in its own shade. Ours.
pub(super) const WET_LINE_AT: f32 = 0.15;
pub(super) const WET_LINE_HALF_WIDTH: f32 = 0.12;
pub(super) const WET_LINE_GLEAM: f32 = 0.6;
pub(super) const WET_LINE: f32 = 0.35;
pub(super) const UPPER_EDGE: f32 = 0.5;

/// Depths between the margins at which a lamp's light begins to pass and passes wholly, mm: soft, as lamps are
/// large. The lashes' shadow at full density, its place below the upper margin and half its width, mm; the share
/// of it that is everywhere and that changes with waves per mm. Ours.
pub(super) const PASSES_MM: [f32; 2] = [-0.5, 0.7];
pub(super) const LASH_SHADOW: f32 = 0.3;
pub(super) const LASH_SHADOW_AT_MM: f32 = 1.2;
pub(super) const LASH_SHADOW_HALF_WIDTH_MM: f32 = 1.3;
pub(super) const LASH_SHADOW_EVEN: [f32; 2] = [0.75, 0.25];
pub(super) const LASHES_PER_MM: f32 = 1.7;

/// The film on the sclera is rough: it mirrors lamps this much wider. Ours.
pub(super) const SCLERA_SPREAD: f32 = 2.6;
