//! The invariants of ARCHITECTURE.md that `cargo tree`, or a search through the sources, can answer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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

/// The code of a formatted source file without its comments and without the items under `#[cfg(test)]`, which
/// may stand anywhere: such an item ends at the brace, or the semicolon, that stands as far in as it began.
fn shipped(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let code = line.trim_start();
        if code.starts_with("//") {
            continue;
        }
        if code != "#[cfg(test)]" {
            kept.extend([line, "\n"]);
            continue;
        }
        let indent = &line[..line.len() - code.len()];
        let mut opened = false;
        for line in lines.by_ref() {
            let here = line.strip_prefix(indent).filter(|rest| !rest.starts_with(' '));
            match here {
                Some(rest) if opened && rest.starts_with('}') => break,
                Some(rest) if opened || rest.starts_with(['#', '/']) => {}
                Some(rest) if rest.ends_with('{') => opened = true,
                Some(rest) if rest.ends_with([';', ',', '}']) => break,
                _ => {}
            }
        }
    }
    kept
}

/// The Rust files under a folder and what stands in them, without those that are tests by their name.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && path.file_stem().is_some_and(|stem| !stem.to_string_lossy().ends_with("tests"))
            {
                let text = std::fs::read_to_string(&path).expect("it can be read");
                files.push((path, text));
            }
        }
    }
    assert!(!files.is_empty(), "{} holds code", folder.display());
    files
}

/// Which Rust files under a folder hold one of `words` outside of comments and tests.
fn sayings(folder: &Path, words: &[&str]) -> Vec<String> {
    let said = |(path, text): (PathBuf, String)| {
        let code = shipped(&text);
        let said = words.iter().filter(move |word| code.contains(**word));
        said.map(|word| format!("{} says {word}", path.display())).collect::<Vec<_>>()
    };
    sources(folder).into_iter().flat_map(said).collect()
}

/// Fails if a Rust file under `folder` holds one of `words` outside of comments and tests.
fn never_says(folder: &str, words: &[&str]) {
    let found = sayings(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), words);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn code_behind_what_is_for_tests_is_looked_at() {
    let text = "\
//! Reads std::env::args, says a comment.
#[cfg(test)]
use std::fs;
fn one() {}
impl Two {
    #[cfg(test)]
    #[allow(dead_code)]
    fn helper(
        &self,
    ) -> usize {
        std::fs::read();
    }
    fn three() { std::time::Instant::now() }
}
#[cfg(test)]
mod tests {
    const FIVE: &str = \"
\";
    fn four() { std::fs::write() }
}
#[cfg(test)]
mod more;
fn five() { crate::eye::render() }
";
    let code = shipped(text);
    for kept in ["fn one", "fn three", "std::time", "fn five", "crate::eye"] {
        assert!(code.contains(kept), "{kept} is gone:\n{code}");
    }
    for gone in ["std::env", "std::fs", "helper", "four", "mod more"] {
        assert!(!code.contains(gone), "{gone} is there:\n{code}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("below")).expect("a folder");
    std::fs::write(folder.path().join("below/a.rs"), text).expect("it can be written");
    let found = sayings(folder.path(), &["std::fs", "std::time", "crate::eye"]);
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn what_is_for_tests_is_left_out_and_nothing_else() {
    let count = |text: &str, start: &str| text.lines().filter(|l| l.starts_with(start)).count();
    for package in SPOKES.into_iter().chain(["simulator"]) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(package).join("src");
        for (path, text) in sources(&root) {
            let code = shipped(&text);
            assert_eq!(count(&code, "mod tests {"), 0, "{}: tests are searched", path.display());
            // An item that is left out has one end, at the margin.
            let ends = count(&text, "}") - count(&code, "}");
            assert!(ends <= count(&text, "#[cfg(test)]"), "{}", path.display());
        }
    }
}

#[test]
fn the_simulator_opens_no_file_and_reads_no_clock_environment_or_entropy() {
    let words = ["std::fs", "std::env", "std::time", "SystemTime", "from_os_rng", "rand::rng("];
    never_says("simulator/src", &words);
}

#[test]
fn the_vocabulary_knows_no_renderer() {
    let renderers = ["crate::eye", "crate::hand", "super::super::eye", "super::super::hand"];
    never_says("simulator/src/sample", &renderers);
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
