//! A configuration, exports, a lake and an output folder of a test's own, and what stands in them.

use super::support::{Costmill, Outcome, assert_hushed};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tempfile::TempDir;

/// The clock of every night here.
pub const AS_OF: &str = "2026-11-05";

/// A folder with `costmill.toml` in it; `lake` and `out` appear when it runs.
pub struct Night {
    folder: TempDir,
    /// What a test wrote with a secret in it.
    own: Mutex<Vec<PathBuf>>,
}

impl Drop for Night {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert_hushed(self.folder.path(), &self.own.lock().expect("the names"));
        }
    }
}

/// What is published and what readers see: it must survive whatever goes wrong.
#[derive(Debug, PartialEq, Eq)]
pub struct Standing {
    /// `costmill status --format json`.
    status: String,
    /// The table's log and the reports: nothing may be added, changed or lost.
    exact: BTreeMap<String, Vec<u8>>,
    /// Data files and records: none may be changed or lost; what nothing refers to may come.
    data: BTreeMap<String, Vec<u8>>,
}

impl Night {
    /// With one figure and one page in the folder `small`, for those whose config names it as catalogue.
    pub fn new(config: &str) -> Self {
        let night = Self { folder: tempfile::tempdir().expect("a temporary folder"), own: Mutex::default() };
        let small = super::night::SMALL_CATALOGUE.iter().filter(|(path, _)| !path.starts_with("queries/waste/"));
        for (path, text) in small {
            night.write(&format!("small/{path}"), text);
        }
        night.write("costmill.toml", config);
        night
    }

    /// The same folder again, to be broken on its own.
    pub fn copy(&self) -> Self {
        let copy = Self { folder: tempfile::tempdir().expect("a temporary folder"), own: Mutex::default() };
        for (name, bytes) in files(self.path("")) {
            copy.write(&name, bytes);
        }
        copy
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a file inside the folder")).expect("its folder");
        if bytes.as_ref().windows(4).any(|four| four == b"HUSH") {
            self.own.lock().expect("the names").push(path.clone());
        }
        fs::write(path, bytes).expect("the file");
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub fn run(&self) -> Outcome {
        self.costmill(&["run", "--as-of", AS_OF])
    }

    /// A run with a fault point or a sabotage armed.
    pub fn run_armed(&self, fault: &str) -> Outcome {
        let call = Costmill::new().cwd(self.folder.path()).env("COSTMILL_FAULT", fault);
        call.args(["run", "--as-of", AS_OF]).run()
    }

    pub fn costmill(&self, arguments: &[&str]) -> Outcome {
        Costmill::new().cwd(self.folder.path()).args(arguments.iter().copied()).run()
    }

    /// The rows of a query, as maps from column to text.
    pub fn query(&self, sql: &str) -> Vec<BTreeMap<String, String>> {
        let csv = self.costmill(&["query", sql, "--format", "csv"]).exits(0).stdout;
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        reader.deserialize().map(|row| row.expect("a row of CSV")).collect()
    }

    pub fn status(&self) -> serde_json::Value {
        let json = self.costmill(&["status", "--as-of", AS_OF, "--format", "json"]).exits(0).stdout;
        serde_json::from_str(&json).expect("JSON")
    }

    pub fn standing(&self) -> Standing {
        let status = without_runs(&self.costmill(&["status", "--as-of", AS_OF, "--format", "json"]).exits(0).stdout);
        let mut standing = Standing { status, exact: BTreeMap::new(), data: BTreeMap::new() };
        for (name, bytes) in files(self.path("")) {
            if name.starts_with("out/.costmill-next/") {
                continue;
            }
            if name.starts_with("out/") || name.starts_with("lake/cost/_delta_log/") {
                standing.exact.insert(name, bytes);
            } else if ["lake/cost/", "lake/rollup/", "lake/publication/"].iter().any(|start| name.starts_with(start)) {
                standing.data.insert(name, bytes);
            }
        }
        standing
    }

    /// Fails unless all that stood before stands now, byte by byte, and nothing was published.
    #[track_caller]
    pub fn still_stands(&self, before: &Standing, why: &str) {
        let now = self.standing();
        assert_eq!(now.status, before.status, "{why}: status");
        let names = |standing: &Standing| standing.exact.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&now), names(before), "{why}: log and reports");
        for (name, bytes) in before.exact.iter().chain(&before.data) {
            let there = now.exact.get(name).or_else(|| now.data.get(name));
            assert!(there == Some(bytes), "{why}: {name} is not what it was");
        }
    }
}

/// `costmill status --format json` without what says when and how each run went.
pub fn without_runs(status: &str) -> String {
    let mut value: serde_json::Value = serde_json::from_str(status).expect("JSON");
    value.as_object_mut().expect("an object").remove("runs");
    serde_json::to_string_pretty(&value).expect("JSON")
}

/// Copies a folder of the project into the night's.
pub fn copy_into(night: &Night, root: &Path, from: &str, to: &str) {
    for (name, bytes) in files(root.join(from)) {
        night.write(&format!("{to}/{name}"), bytes);
    }
}

/// Every file below a folder, by its path from there.
pub fn files(folder: PathBuf) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.clone()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("its entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&folder).expect("inside").to_string_lossy().into_owned();
                found.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

/// The interpreter of the oracles; without third-party packages unless `make` made them.
pub fn python() -> String {
    std::env::var("COSTMILL_PYTHON").ok().filter(|python| !python.is_empty()).unwrap_or_else(|| "python3".into())
}

/// Runs a script of `tests/oracle` and returns what it prints; `Err` with what it said.
pub fn oracle(script: &str, arguments: &[&Path]) -> Result<serde_json::Value, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle").join(script);
    let output = std::process::Command::new(python()).arg(&script).args(arguments).output();
    let output = output.map_err(|error| format!("{}: {error}", python()))?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        let answer = String::from_utf8_lossy(&output.stdout);
        let errors: Vec<&str> = answer.lines().filter(|line| line.contains("\"error\"")).collect();
        return Err(format!("{}: {}\n{said}{}", script.display(), output.status, errors.join("\n")));
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("{}: {error}", script.display()))
}
