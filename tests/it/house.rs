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
    for target in ["demo", "test", "test-peers", "nights", "score", "check", "ci", "golden", "bench", "clean"] {
        assert!(listed.contains(target), "`{target}` is missing from make help:\n{help}");
    }
}

#[test]
fn both_licences_are_there() {
    assert!(read("LICENSE-MIT").contains("MIT License"));
    assert!(read("LICENSE-APACHE").contains("Version 2.0, January 2004"));
    assert!(read("Cargo.toml").contains("license = \"MIT OR Apache-2.0\""));
}

/// The pages that people read: what stands at the root and beside data, and all of docs/.
fn pages() -> Vec<String> {
    let mut pages: Vec<String> =
        ["README.md", "CHANGELOG.md", "benches/README.md", "sample-data/README.md"].map(String::from).into();
    let docs = super::place::files(root().join("docs")).into_keys();
    pages.extend(docs.filter(|name| name.ends_with(".md")).map(|name| format!("docs/{name}")));
    pages
}

/// A relative link of a page that leads nowhere: to no file, or to no heading of it.
#[test]
fn links_between_pages_lead_somewhere() {
    let pages = pages();
    for folder in ["docs/", "docs/decisions/", "docs/formats/"] {
        assert!(pages.iter().any(|page| page.starts_with(folder)), "no page of {folder} is read");
    }
    let mut followed = 0;
    for page in pages {
        let folder = root().join(&page).parent().unwrap().to_path_buf();
        for target in
            read(&page).split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(link, _)| link.to_owned()))
        {
            let (file, heading) = target.split_once('#').unwrap_or((&target, ""));
            if file.contains("://") {
                continue;
            }
            let path = if file.is_empty() { root().join(&page) } else { folder.join(file) };
            assert!(path.exists(), "{page} links to {target}, which is not there");
            if !heading.is_empty() && file.ends_with(".md") {
                let text = std::fs::read_to_string(&path).unwrap();
                let found = text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == heading);
                assert!(found, "{page} links to {target}, and there is no such heading");
            }
            followed += 1;
        }
    }
    assert!(followed > 20, "hardly any link is followed: {followed}");
}

/// A heading as Markdown renderers name it: `## [[owner]]` is `owner`.
fn anchor(line: &str) -> String {
    let heading = line.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
    kept.map(|sign| if sign == ' ' { '-' } else { sign }).collect()
}
