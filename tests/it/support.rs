//! Runs the binary in a folder of its own, with no environment but what the test gives it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// In every secret of the suite. Nothing that costmill says may have it, nor any file that it writes.
const PLANTED: &str = "HUSH";

/// In the environment of every call that is not given its own.
const SECRETS: [(&str, &str); 2] =
    [("AWS_SECRET_ACCESS_KEY", "HUSH0000PLANTED0000AWS"), ("AZURE_CLIENT_SECRET", "HUSH0000PLANTED0000AZURE")];

/// One call of costmill, being put together.
pub struct Costmill {
    folder: TempDir,
    cwd: Option<PathBuf>,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
}

/// What a call did.
pub struct Outcome {
    pub status: i32,
    pub stdout: String,
    pub stderr: String,
    told: String,
    /// Keeps the call's folder for as long as the outcome is looked at.
    folder: TempDir,
}

impl Costmill {
    /// A call in an empty temporary folder.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        Self { folder, cwd: None, arguments: Vec::new(), environment: Vec::new() }
    }

    pub fn args<T: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = T>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Runs in this folder instead of the temporary one.
    pub fn cwd(mut self, folder: &Path) -> Self {
        self.cwd = Some(folder.to_path_buf());
        self
    }

    /// Writes a file into the temporary folder first.
    pub fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file inside the folder")).expect("its folder");
        std::fs::write(path, text).expect("the file");
        self
    }

    pub fn run(self) -> Outcome {
        let Self { folder, cwd, arguments, environment } = self;
        let cwd = cwd.unwrap_or_else(|| folder.path().to_path_buf());
        let output = Command::new(env!("CARGO_BIN_EXE_costmill"))
            .args(&arguments)
            .current_dir(&cwd)
            .env_clear()
            .envs(SECRETS)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .output()
            .expect("the binary starts");
        let what = format!("costmill {arguments:?}\nenvironment: {environment:?}\ncwd: {}", cwd.display());
        Outcome::told(&output, &what, folder)
    }
}

impl Outcome {
    /// What another command did.
    pub fn of(output: &Output, what: &str) -> Self {
        Self::told(output, what, tempfile::tempdir().expect("a temporary folder"))
    }

    fn told(output: &Output, what: &str, folder: TempDir) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8 output");
        // A signal has no status; -1 equals no expected one.
        let status = output.status.code().unwrap_or(-1);
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        for said in [&stdout, &stderr] {
            assert!(!said.contains(PLANTED), "a secret was said\ncommand: {what}\n{said}");
        }
        let told = format!("command: {what}\nstatus: {status}\n--- stdout ---\n{stdout}\n--- stderr ---\n{stderr}\n");
        Self { status, stdout, stderr, told, folder }
    }

    /// Fails the test, telling the whole call, unless it ended with `status`.
    #[track_caller]
    pub fn exits(self, status: i32) -> Self {
        assert_eq!(self.status, status, "expected status {status}\n{}", self.told);
        self
    }

    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stdout.contains(text), "expected on stdout: {text}\n{}", self.told);
        self
    }

    #[track_caller]
    pub fn complains(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "expected on stderr: {text}\n{}", self.told);
        self
    }

    /// The call's temporary folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Fails where a file below the folder holds a secret that the test has not written there itself.
pub fn assert_hushed(folder: &Path, own: &[PathBuf]) {
    // Eight letters do not come about in Parquet or a checksum.
    let found = Command::new("grep").args(["-rlaF", "HUSH0000"]).arg(folder).output().expect("grep starts");
    let found = String::from_utf8(found.stdout).expect("UTF-8 names");
    let foreign = found.lines().filter(|file| !own.iter().any(|mine| Path::new(file) == mine)).collect::<Vec<_>>();
    assert!(foreign.is_empty(), "a secret stands in {foreign:?}");
}

#[test]
#[should_panic(expected = "a secret stands in")]
fn a_secret_in_a_file_is_found() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("run.json"), format!("{{\"said\":\"{}\"}}", SECRETS[0].1)).unwrap();
    assert_hushed(folder.path(), &[]);
}

#[test]
#[should_panic(expected = "a secret was said")]
fn a_secret_that_is_said_is_found() {
    let output = Command::new("sh").args(["-c", &format!("echo oh {} >&2", SECRETS[1].1)]).output().unwrap();
    Outcome::of(&output, "sh");
}
