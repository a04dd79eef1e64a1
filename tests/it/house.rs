//! The house-keeping that README.md promises: targets, licences, links.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn make_help_lists_the_promised_targets() {
    let output = Command::new("make").arg("--no-print-directory").arg("help").current_dir(root()).output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{help}{}", String::from_utf8_lossy(&output.stderr));
    let listed: BTreeSet<_> = help.lines().filter_map(|line| line.split_whitespace().next()).collect();
    for target in ["demo", "test", "check", "ci", "golden", "bench", "clean"] {
        assert!(listed.contains(target), "`{target}` is missing from make help:\n{help}");
    }
}

#[test]
fn both_licences_are_there() {
    assert!(read("LICENSE-MIT").contains("MIT License"));
    assert!(read("LICENSE-APACHE").contains("Version 2.0, January 2004"));
    assert!(read("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
}

/// A relative link of the README or of a page in docs/ that leads nowhere.
#[test]
fn links_between_pages_lead_somewhere() {
    let decisions = std::fs::read_dir(root().join("docs/decisions")).unwrap();
    let mut pages: Vec<String> = decisions
        .map(|entry| format!("docs/decisions/{}", entry.unwrap().file_name().to_str().unwrap()))
        .filter(|page| page.ends_with(".md"))
        .collect();
    pages.extend(["README.md".into(), "CHANGELOG.md".into()]);
    for page in pages {
        let folder = root().join(&page).parent().unwrap().to_path_buf();
        for target in
            read(&page).split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(link, _)| link.to_owned()))
        {
            let file = target.split('#').next().unwrap_or_default();
            let outside = file.contains("://") || file.is_empty();
            assert!(outside || folder.join(file).exists(), "{page} links to {target}, which is not there");
        }
    }
}
