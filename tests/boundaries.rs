//! The invariants of ARCHITECTURE.md that `cargo tree` can answer.

use std::collections::BTreeSet;
use std::process::Command;

/// Our crates that must not know each other.
const SPOKES: [&str; 5] = ["pipeline", "datasets", "trainer", "eval", "studio"];

/// The names of all crates in the normal dependency tree of `package`, down to `depth` if given.
fn dependencies(package: &str, depth: Option<u32>) -> BTreeSet<String> {
    let mut tree = Command::new(env!("CARGO"));
    tree.current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{lib}", "--package", package]);
    if let Some(depth) = depth {
        tree.args(["--depth", &depth.to_string()]);
    }
    let output = tree.output().expect("cargo tree runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let names: BTreeSet<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(|line| line.trim().replace('_', "-"))
        .filter(|name| !name.is_empty() && name != package)
        .collect();
    assert!(!names.is_empty(), "{package} depends on something");
    names
}

/// Which of `dependencies` start with one of `prefixes`.
fn offenders(dependencies: &BTreeSet<String>, prefixes: &[&str]) -> Vec<String> {
    let starts = |name: &&String| prefixes.iter().any(|prefix| name.starts_with(prefix));
    dependencies.iter().filter(starts).cloned().collect()
}

#[test]
fn the_simulator_depends_on_none_of_ours() {
    let known = dependencies("simulator", None);
    for crate_name in SPOKES {
        assert!(!known.contains(crate_name), "simulator depends on {crate_name}");
    }
}

#[test]
fn only_the_pipeline_knows_arrow_and_parquet() {
    for package in ["simulator", "datasets", "trainer", "eval", "studio"] {
        let found = offenders(&dependencies(package, None), &["arrow", "parquet"]);
        assert!(found.is_empty(), "{package} depends on {found:?}");
    }
    assert!(dependencies("pipeline", None).contains("parquet"));
}

#[test]
fn only_the_trainer_knows_burn() {
    for package in ["simulator", "datasets", "pipeline", "eval", "studio"] {
        let found = offenders(&dependencies(package, None), &["burn"]);
        assert!(found.is_empty(), "{package} depends on {found:?}");
    }
    assert!(dependencies("trainer", None).contains("burn"));
}

#[test]
fn only_datasets_knows_other_peoples_formats() {
    for package in ["simulator", "trainer", "eval", "pipeline", "studio"] {
        let found = offenders(&dependencies(package, Some(1)), &["csv"]);
        assert!(found.is_empty(), "{package} depends on {found:?}");
    }
    assert!(dependencies("datasets", Some(1)).contains("csv"));
}

#[test]
fn siblings_never_depend_on_each_other() {
    for package in SPOKES {
        let known = dependencies(package, None);
        assert!(known.contains("simulator"), "{package} speaks the vocabulary");
        for sibling in SPOKES.iter().filter(|&&sibling| sibling != package) {
            assert!(!known.contains(*sibling), "{package} depends on {sibling}");
        }
    }
}

#[test]
fn anyhow_and_clap_appear_only_in_the_program() {
    for package in SPOKES.into_iter().chain(["simulator"]) {
        let found = offenders(&dependencies(package, Some(1)), &["anyhow", "clap", "indicatif"]);
        assert!(found.is_empty(), "{package} depends on {found:?}");
    }
    assert!(dependencies("simreal", Some(1)).contains("clap"));
}
