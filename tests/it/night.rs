//! Small nights to run, disturb and look at: a folder with a config, exports, a lake and an output.

use super::support::{Costmill, Outcome};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, OnceLock};
use tempfile::TempDir;

/// The day that stands for the clock in every night.
pub const DAY: &str = "2026-11-20";

const CONFIG: &str = r#"
threads = 1
catalogue = "catalogue"
[[source]]
id = "aws"
format = "aws-cur-legacy"
location = "exports"
[tags]
coverage_key = "team"
"#;

/// One figure and one page: a debug build plans the whole catalogue for half a second a run.
pub const SMALL_CATALOGUE: [(&str, &str); 3] = [
    (
        "queries/metric/cost_total.sql",
        "--- title = \"Cost\"\n--- question = \"What did the month cost?\"\n--- reads = [\"cost_daily\"]\n\
         --- [columns]\n--- BillingCurrency = \"FOCUS\"\n--- EffectiveCost = \"FOCUS\"\n--- BilledCost = \"FOCUS\"\n\
         SELECT BillingCurrency, SUM(EffectiveCost) AS EffectiveCost, SUM(BilledCost) AS BilledCost FROM cost_daily\n\
         WHERE x_BillingMonth = :billing_period GROUP BY BillingCurrency ORDER BY BillingCurrency\n",
    ),
    ("queries/waste/machines.sql", WASTE),
    (
        "reports/review.toml",
        "title = \"Review\"\naudience = \"Us\"\n[[section]]\nid = \"cost_total\"\ntitle = \"Cost\"\n\
         query = \"metric/cost_total\"\nchart = \"table\"\ncolumns = [\"EffectiveCost\", \"BilledCost\"]\n",
    ),
];

/// Half of a machine, every month; until October also a bucket, without a figure.
const WASTE: &str = "--- title = \"Machines\"\n--- question = \"Which?\"\n--- reads = [\"resource_day\"]
--- [look]\n--- AWS = \"aws ec2 describe-instances --instance-ids {ResourceId}\"
WITH machines AS (
  SELECT ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId,
    ResourceName, ResourceType, BillingCurrency, COUNT(DISTINCT x_ChargeDay) AS x_Days,
    CAST(SUM(EffectiveCost) AS DOUBLE) AS x_Cost
  FROM resource_day
  WHERE x_BillingMonth = :billing_period AND (ResourceId = 'i-0fff000000000006f'
    OR (ResourceId = 'hw-assets' AND :billing_period < '2026-11'))
  GROUP BY ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId,
    ResourceName, ResourceType, BillingCurrency
)
SELECT ProviderName, BillingAccountId, SubAccountId, SubAccountName, RegionId, ServiceName, ResourceId,
  ResourceName, ResourceType, BillingCurrency, 'resize' AS x_Action, 'It is too large.' AS x_Reason,
  'seen on ' || CAST(x_Days AS VARCHAR) || ' days' AS x_Evidence, 'High' AS x_Confidence,
  CASE WHEN ResourceId <> 'hw-assets' THEN x_Cost / x_Days * 30.44 * (1.0 / 2) END AS x_GrossMonthlySaving,
  CASE WHEN ResourceId <> 'hw-assets' THEN x_Cost / x_Days * 30.44 * (1.0 / 2) END AS x_RealisableMonthlySaving,
  'half' AS x_SavingBasis
FROM machines
ORDER BY ResourceId
";

/// Path below a folder → SHA-256 of the file.
pub type Hashes = BTreeMap<String, String>;

/// What a night leaves that must not depend on how it went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// `status --format json`: version, slots, rows, totals, publication keys.
    pub status: String,
    /// Every data file that the snapshot names, as it is on disk.
    pub live: Hashes,
    /// The derived tables and the ledger.
    pub derived: Hashes,
    /// Every file of the output folder.
    pub artifacts: Hashes,
}

/// A folder to run costmill in.
pub struct Night {
    folder: PathBuf,
    /// Keeps the folder; absent for the shared ones.
    _own: Option<TempDir>,
}

impl Night {
    /// The hand-worked bill as the bill of September and of October, 45 rows each.
    pub fn first(folder: &Path) {
        Self::bill(folder, "2026-09", |text| text);
        Self::bill(folder, "2026-10", |text| text);
    }

    /// October is restated (its last charge is taken back), and November arrives.
    pub fn second(folder: &Path) {
        Self::bill(folder, "2026-10", |text| {
            let end = text.trim_end().rfind('\n').expect("more than one line") + 1;
            text[..end].to_string()
        });
        Self::bill(folder, "2026-11", |text| text);
    }

    /// Puts the hand-worked bill there as that month's, and declares it.
    fn bill(folder: &Path, month: &str, change: impl Fn(String) -> String) {
        let fixture = root().join("tests/fixtures/aws_cur_legacy/hand_worked.csv");
        let text = fs::read_to_string(fixture).expect("the hand-worked bill");
        let number: u32 = month[5..].parse().expect("a month");
        let text = text.replace("2026-10", "2026-NEXT").replace("2026-09", month);
        let text = change(text.replace("2026-NEXT", &format!("2026-{:02}", number + 1)));
        fs::create_dir_all(folder.join("exports")).expect("a folder");
        fs::write(folder.join(format!("exports/{month}.csv")), text).expect("the export");
        let config = folder.join("costmill.toml");
        let before = fs::read_to_string(&config).unwrap_or_else(|_| CONFIG.into());
        let set = format!("[[source.file_set]]\nbilling_periods = [\"{month}\"]\nfiles = [\"{month}.csv\"]\n[tags]");
        for (path, text) in SMALL_CATALOGUE {
            let path = folder.join("catalogue").join(path);
            fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
            fs::write(path, text).expect("the catalogue");
        }
        if !before.contains(&format!("{month}.csv")) {
            fs::write(&config, before.replace("[tags]", &set)).expect("the config");
        }
    }

    /// A folder of its own with the first bills, nothing published.
    pub fn before() -> Self {
        let own = tempfile::tempdir().expect("a temporary folder");
        Self::first(own.path());
        Self { folder: own.path().to_path_buf(), _own: Some(own) }
    }

    /// A copy to change.
    pub fn copy(&self) -> Self {
        let own = tempfile::tempdir().expect("a temporary folder");
        copy_folder(&self.folder, own.path());
        Self { folder: own.path().to_path_buf(), _own: Some(own) }
    }

    pub fn path(&self, below: &str) -> PathBuf {
        self.folder.join(below)
    }

    /// `costmill …` in the folder.
    pub fn call(&self, arguments: &[&str]) -> Outcome {
        Costmill::new().cwd(&self.folder).args(arguments).run()
    }

    /// `costmill run`, with a fault armed.
    pub fn run(&self, fault: &str) -> Outcome {
        Costmill::new().cwd(&self.folder).args(["run", "--as-of", DAY]).env("COSTMILL_FAULT", fault).run()
    }

    pub fn state(&self) -> State {
        let status =
            super::place::without_runs(&self.call(&["status", "--as-of", DAY, "--format", "json"]).exits(0).stdout);
        let lake = costmill::lake::Lake::open(&self.path("lake")).expect("the lake opens");
        let snapshot = lake.snapshot().expect("the snapshot reads");
        let mut live = Hashes::new();
        for file in snapshot.slots.values().flat_map(|record| record.cost.iter().chain(record.rollups.values())) {
            let hash = hash(&lake.file(file).unwrap());
            assert_eq!(hash, file.sha256, "{} is not what was published", file.path);
            live.insert(file.path.clone(), hash);
        }
        let derived = hashes(&self.path("lake"), |path| path.starts_with("derived/") || path.starts_with("ledger/"));
        State { status, live, derived, artifacts: hashes(&self.path("out"), |path| !path.starts_with('.')) }
    }
}

/// September and October are published, as version 0.
pub static PUBLISHED: LazyLock<Night> = LazyLock::new(|| {
    let night = shared("published");
    Night::first(&night.folder);
    night.run("").exits(0);
    night
});

/// October is restated and November there, as version 1, in a run that nothing disturbed.
pub static RESTATED: LazyLock<Night> = LazyLock::new(|| {
    let night = shared("restated");
    copy_folder(&PUBLISHED.folder, &night.folder);
    Night::second(&night.folder);
    night.run("").exits(0);
    night
});

/// The demo: `sample-data`, run once.
pub static DEMO: LazyLock<(Night, String)> = LazyLock::new(|| {
    let night = shared("demo");
    let exports = root().join("sample-data/aws-cur-legacy/exports").display().to_string();
    let config =
        CONFIG.replace("threads = 1\ncatalogue = \"catalogue\"", "").replace("\"exports\"", &format!("{exports:?}"));
    let dimensions = "[tags.dimensions]\nteam = [\"team\", \"Team\"]\n";
    fs::write(night.path("costmill.toml"), config + dimensions).expect("the config");
    let told = night.call(&["run", "--as-of", "2026-11-01"]).exits(0).stdout;
    (night, told)
});

/// An empty folder below the build's, for every test of this run. Another run waits for this one.
fn shared(name: &str) -> Night {
    static HELD: OnceLock<File> = OnceLock::new();
    let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nights");
    HELD.get_or_init(|| {
        fs::create_dir_all(&all).expect("a folder");
        let file = File::create(all.join(".held")).expect("a file to lock");
        file.lock().expect("the lock");
        file
    });
    let folder = all.join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the folder of an earlier run goes");
    }
    fs::create_dir_all(&folder).expect("a folder");
    Night { folder, _own: None }
}

/// The top of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder, `/`-separated and sorted; a missing folder has none.
pub fn files(folder: &Path) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(next) = folders.pop() {
        // A run at work may take a folder away while we look.
        for entry in fs::read_dir(next).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(entry.path()),
                _ => {
                    let path = entry.path();
                    let below = path.strip_prefix(folder).expect("below the folder").components();
                    let names: Vec<_> = below.map(|name| name.as_os_str().to_str().expect("UTF-8")).collect();
                    found.push(names.join("/"));
                }
            }
        }
    }
    found.sort();
    found
}

/// The hashes of those files below a folder that are wanted.
pub fn hashes(folder: &Path, wanted: impl Fn(&str) -> bool) -> Hashes {
    let found = files(folder).into_iter().filter(|path| wanted(path));
    found.map(|path| (path.clone(), hash(&folder.join(&path)))).collect()
}

fn hash(path: &Path) -> String {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn copy_folder(from: &Path, to: &Path) {
    for path in files(from) {
        let target = to.join(&path);
        fs::create_dir_all(target.parent().expect("inside")).expect("a folder");
        fs::copy(from.join(&path), target).expect("a copy");
    }
}
