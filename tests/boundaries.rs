//! The invariants of ARCHITECTURE.md that `cargo tree` can answer.

use std::collections::BTreeSet;
use std::path::Path;
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
fn the_ground_floor_depends_on_none_of_ours() {
    for package in ["simulator", "durable"] {
        let known = dependencies(package, None);
        for crate_name in SPOKES.into_iter().chain(["simulator", "durable"]) {
            assert!(!known.contains(crate_name), "{package} depends on {crate_name}");
        }
    }
    for package in SPOKES {
        let writes = !["datasets", "eval"].contains(&package);
        assert_eq!(dependencies(package, None).contains("durable"), writes, "{package}");
    }
}

#[test]
fn nobody_else_renames_links_or_flushes() {
    let words = ["fs::rename", "hard_link", "sync_data", "persist("];
    for folder in ["simulator/src", "pipeline/src", "datasets/src", "trainer/src", "eval/src"] {
        never_says(folder, &words);
    }
    for folder in ["studio/src", "cli"] {
        never_says(folder, &words);
        never_says(folder, &["sync_all", "File::create(", "OpenOptions"]);
    }
}

#[test]
fn the_program_prints_in_one_place() {
    never_says("cli", &["println!(", "print!(", "stdout().write", "stderr().write"]);
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

/// Fails if a Rust file under `folder` holds one of `words` outside of its tests.
fn never_says(folder: &str, words: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut folders = vec![root];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("it can be read");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                for word in words {
                    assert!(!code.contains(word), "{} says {word}", path.display());
                }
                files += 1;
            }
        }
    }
    assert!(files > 0, "{folder} holds code");
}

#[test]
fn the_simulator_opens_no_file_and_reads_no_clock_environment_or_entropy() {
    let words = ["std::fs", "std::env", "std::time", "SystemTime", "from_os_rng", "rand::rng("];
    never_says("simulator/src", &words);
}

#[test]
fn the_vocabulary_knows_no_renderer() {
    never_says("simulator/src/sample", &["crate::eye", "super::super::eye"]);
}

#[test]
fn libraries_read_no_environment_variables() {
    for package in SPOKES {
        never_says(&format!("{package}/src"), &["env::var"]);
    }
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
