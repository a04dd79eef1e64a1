//! The lake from outside: what readers see before, during and after publications.

mod shared;

use super::*;
use crate::error::Error;
use crate::focus::{BillingMonth, ControlTotals, MoneyBasis, Slot, frame};
use deltalake_core::kernel::transaction::{CommitBuilder, TableReference};
use deltalake_core::kernel::{Action, Remove};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use polars::prelude::{DataFrame, DataType, IntoLazy, NULL, NamedFrom, Series, col, lit};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn slot(source: &str, month: u32) -> Slot {
    Slot { source: source.into(), month: BillingMonth::new(2026, month).unwrap() }
}

/// FOCUS rows of a slot with these BilledCosts, each charge a day after the one before.
fn rows(slot: &Slot, costs: &[&str]) -> DataFrame {
    let time = slot.month.start().and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_micros();
    let days: Vec<i64> = (0..costs.len() as i64).map(|n| time + n * 86_400_000_000).collect();
    let columns = vec![Series::new("cost".into(), costs).into(), Series::new("time".into(), days).into()];
    let columns = DataFrame::new(costs.len(), columns).unwrap().lazy().select(
        frame::schema()
            .iter()
            .map(|(name, kind)| {
                let value = match name.as_str() {
                    "BilledCost" => col("cost"),
                    "ChargePeriodStart" | "x_ChargeDay" => col("time").cast(DataType::Datetime(
                        polars::prelude::TimeUnit::Microseconds,
                        Some(polars::prelude::TimeZone::UTC),
                    )),
                    "BillingCurrency" => lit("USD"),
                    "x_SourceId" => lit(slot.source.clone()),
                    "x_BillingMonth" => lit(slot.month.to_string()),
                    _ => lit(NULL),
                };
                value.cast(kind.clone()).alias(name.clone())
            })
            .collect::<Vec<_>>(),
    );
    collect(columns).unwrap()
}

fn stage_cost(lake: &Lake, slot: &Slot, costs: &[&str]) -> LakeFile {
    let temp = lake.temp().unwrap().join(format!("{}-{}", slot.source, costs.join("_").replace('/', "")));
    let rows = write_parquet(&mut rows(slot, costs), &temp).unwrap();
    lake.stage(StagedKind::Cost(slot), &temp, rows).unwrap()
}

fn stage_rollup(lake: &Lake, slot: &Slot, total: &str) -> LakeFile {
    let temp = lake.temp().unwrap().join(format!("{}-rollup", slot.source));
    let names = Series::new("x_SourceId".into(), [slot.source.as_str()]);
    let totals = Series::new("BilledCost".into(), [total]);
    let mut rollup = DataFrame::new(1, vec![names.into(), totals.into()]).unwrap();
    let rows = write_parquet(&mut rollup, &temp).unwrap();
    lake.stage(StagedKind::Rollup("cost_daily"), &temp, rows).unwrap()
}

fn record(lake: &Lake, slot: &Slot, files: &[&[&str]]) -> SlotRecord {
    let cost: Vec<_> = files.iter().map(|costs| stage_cost(lake, slot, costs)).collect();
    SlotRecord {
        publication_key: format!("{files:?}"),
        delivery: "d1".into(),
        origin: "a manifest".into(),
        format: "aws-cur-legacy".into(),
        basis: MoneyBasis::Gross,
        files: 1,
        rows: cost.iter().map(|file| file.rows).sum(),
        newest_charge_end: Some(1_700_000_000_000_000),
        newest_daily_charge_end: None,
        invoicing: None,
        columns: BTreeMap::new(),
        cost,
        rollups: BTreeMap::from([("cost_daily".into(), stage_rollup(lake, slot, &format!("{files:?}")))]),
        native: ControlTotals::new(vec!["lineItem/UnblendedCost".into()]),
        landed: ControlTotals::default(),
        expected: ControlTotals::default(),
        control: ControlTotals::default(),
        residuals: BTreeMap::from([("lineItem/UnblendedCost".into(), "12".into())]),
        strays: BTreeMap::new(),
        drift: vec!["a new column".into()],
        delivered: BTreeMap::new(),
        reporting: None,
    }
}

fn publish(lake: &Lake, base: &Snapshot, slot: &Slot, files: &[&[&str]]) -> crate::Result<Snapshot> {
    lake.commit(base, BTreeMap::from([(slot.clone(), record(lake, slot, files))]))
}

/// Rows and Σ BilledCost by slot, read back from the files.
fn sums(lake: &Lake, snapshot: &Snapshot) -> Vec<String> {
    let groups = snapshot.cost(lake).unwrap().group_by([col("x_SourceId"), col("x_BillingMonth")]);
    let sums = groups.agg([col("BilledCost").sum(), col("BillingCurrency").count().alias("rows")]);
    let sums = collect(sums.sort(["x_SourceId", "x_BillingMonth"], Default::default())).unwrap();
    let line = |at| {
        let cell = |name: &str| sums.column(name).unwrap().get(at).unwrap().to_string().replace('"', "");
        let cost = cell("BilledCost");
        let cost = cost.trim_end_matches('0').trim_end_matches('.');
        format!("{} {} {} {cost}", cell("x_SourceId"), cell("x_BillingMonth"), cell("rows"))
    };
    (0..sums.height()).map(line).collect()
}

fn log_entry(lake: &Lake, version: i64) -> String {
    fs::read_to_string(lake.root().join(format!("cost/_delta_log/{version:020}.json"))).unwrap()
}

fn actions(entry: &str, kind: &str) -> usize {
    entry.lines().filter(|line| line.starts_with(&format!("{{\"{kind}\""))).count()
}

fn lake_in(folder: &tempfile::TempDir) -> Lake {
    Lake::open(&folder.path().join("lake")).unwrap()
}

#[test]
fn a_lake_opens_again_and_a_newer_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    assert_eq!(lake.snapshot().unwrap(), Snapshot::default());
    assert_eq!(lake.landed_folder("aws", "d1").unwrap(), lake.root().join("landed/aws/d1"));
    assert_eq!(lake_in(&folder).root(), lake.root());
    fs::write(lake.root().join("lake.json"), "{\"format_version\":7}").unwrap();
    let error = Lake::open(lake.root()).err().unwrap();
    assert!(error.problem().what.contains("format 7") && error.problem().what.contains("up to 1"), "{error}");
}

#[test]
fn a_lake_is_not_made_of_something_else() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    for (root, says) in
        [(file.clone(), "this is a file"), (file.join("below"), "cannot be created"), (folder.path().into(), "no lake")]
    {
        let error = Lake::open(&root).err().unwrap();
        assert!(matches!(error, Error::Lake(_)) && error.problem().what.contains(says), "{error}");
        assert!(!error.problem().remedy.is_empty());
    }
}

#[test]
fn one_run_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let left_over = lake.temp().unwrap().join("half a part");
    fs::write(&left_over, "x").unwrap();
    let held = lake.lock().unwrap();
    assert!(!left_over.exists());
    let error = lake_in(&folder).lock().unwrap_err();
    assert!(error.problem().what.contains(&format!("process {}", std::process::id())), "{error}");
    assert!(error.problem().what.contains(", since 20"), "{error}");
    drop(held);
    lake_in(&folder).lock().unwrap();
}

#[test]
fn slots_are_replaced_whole_and_older_versions_stay_readable() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let (september, october) = (slot("aws", 9), slot("aws", 10));
    let empty = lake.snapshot().unwrap();
    assert!(sums(&lake, &empty).is_empty());

    let first = publish(&lake, &empty, &september, &[&["0.1", "0.2"], &["-0.000000000000000001"]]).unwrap();
    assert_eq!((first.version, lake.snapshot().unwrap()), (Some(0), first.clone()));
    let both = BTreeMap::from([
        (october.clone(), record(&lake, &october, &[&["12345678901234567890.5"]])),
        (slot("focus", 9), record(&lake, &slot("focus", 9), &[&["7"]])),
    ]);
    let second = lake.commit(&first, both).unwrap();
    let third = publish(&lake, &second, &september, &[&["0.3"]]).unwrap();
    assert_eq!(third, lake.snapshot().unwrap());
    assert_eq!(third.version, Some(2));

    // 0.1 + 0.2 − 1e-18, to the last digit.
    let september_first = "aws 2026-09 3 0.299999999999999999";
    let others = ["aws 2026-10 1 12345678901234567890.5", "focus 2026-09 1 7"];
    assert_eq!(sums(&lake, &lake.snapshot_at(0).unwrap()), [september_first]);
    assert_eq!(sums(&lake, &lake.snapshot_at(1).unwrap()), [september_first, others[0], others[1]]);
    assert_eq!(sums(&lake, &third), ["aws 2026-09 1 0.3", others[0], others[1]]);
    assert_eq!(lake.snapshot_at(1).unwrap(), second);
    let one = collect(third.cost_of(&lake, &october).unwrap()).unwrap();
    assert_eq!((one.height(), one.schema().as_ref()), (1, &frame::schema()));
    let rollup = collect(third.rollup(&lake, "cost_daily", &frame::schema()).unwrap()).unwrap();
    assert_eq!(rollup.height(), 3);
    assert_eq!(
        collect(third.rollup(&lake, "absent", &frame::schema()).unwrap()).unwrap().width(),
        frame::schema().len()
    );

    for missing in [3, -1] {
        let error = lake.snapshot_at(missing).unwrap_err();
        assert!(error.problem().what.contains(&format!("no version {missing}")), "{error}");
    }
    let entry = log_entry(&lake, 2);
    assert_eq!((actions(&entry, "add"), actions(&entry, "remove"), actions(&entry, "txn")), (1, 2, 1));
    assert!(entry.contains(r#""txn":{"appId":"costmill/aws/2026-09","version":2"#), "{entry}");
    let slots: Vec<_> = lake.history().unwrap().into_iter().map(|published| published.slots).collect();
    assert_eq!(slots, [vec![september.clone()], vec![october, slot("focus", 9)], vec![september]]);
}

#[test]
fn the_log_tells_rows_and_ranges_but_no_decimals() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    publish(&lake, &Snapshot::default(), &slot("aws", 9), &[&["1", "2"]]).unwrap();
    let entry = log_entry(&lake, 0);
    let stats = entry.lines().find_map(|line| {
        let add: serde_json::Value = serde_json::from_str(line).unwrap();
        add["add"]["stats"].as_str().map(|stats| serde_json::from_str::<serde_json::Value>(stats).unwrap())
    });
    let stats = stats.unwrap();
    assert_eq!(stats["numRecords"], 2);
    assert_eq!((&stats["minValues"]["BillingCurrency"], &stats["nullCount"]["RegionId"]), (&"USD".into(), &2.into()));
    assert_eq!(stats["minValues"]["x_ChargeDay"], "2026-09-01");
    assert_eq!(stats["maxValues"]["x_ChargeDay"], "2026-09-02");
    assert_eq!(stats["maxValues"]["ChargePeriodStart"], "2026-09-02T00:00:00.000Z");
    assert!(!entry.contains(r#"BilledCost\":"#), "{stats}");
}

#[test]
fn a_file_that_stays_is_neither_removed_nor_added() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let september = slot("aws", 9);
    let first = publish(&lake, &Snapshot::default(), &september, &[&["1"], &["2"]]).unwrap();
    let second = publish(&lake, &first, &september, &[&["1"], &["3"]]).unwrap();
    let entry = log_entry(&lake, 1);
    assert_eq!((actions(&entry, "add"), actions(&entry, "remove")), (1, 1));
    // Back to what was: the orphan of version 0 is taken up again.
    let third = publish(&lake, &second, &september, &[&["1"], &["2"]]).unwrap();
    assert_eq!((third.slots, sums(&lake, &lake.snapshot().unwrap())), (first.slots, vec!["aws 2026-09 2 3".into()]));
    // A slot without rows is published too, and holds no file.
    let fourth = publish(&lake, &lake.snapshot().unwrap(), &september, &[]).unwrap();
    assert_eq!((fourth.version, lake.snapshot().unwrap()), (Some(3), fourth.clone()));
    assert_eq!(lake.commit(&fourth, BTreeMap::new()).unwrap(), fourth);
    assert!(!lake.root().join("cost/_delta_log/00000000000000000004.json").exists());
}

#[test]
fn the_same_slot_has_one_winner_and_the_loser_says_who() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (lake_in(&folder), lake_in(&folder));
    let september = slot("aws", 9);
    for expected_winner in 0..2 {
        let base = ours.snapshot().unwrap();
        publish(&theirs, &base, &september, &[&[["1", "2"][expected_winner]]]).unwrap();
        let error = publish(&ours, &base, &september, &[&["9"]]).unwrap_err();
        assert_eq!(error.problem().place, "aws 2026-09");
        assert!(error.problem().what.contains(&format!("as version {expected_winner} ")), "{error}");
    }
    assert_eq!(sums(&ours, &ours.snapshot().unwrap()), ["aws 2026-09 1 2"]);
}

#[test]
fn other_slots_land_beside_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, theirs) = (lake_in(&folder), lake_in(&folder));
    let base = ours.snapshot().unwrap();
    publish(&theirs, &base, &slot("focus", 9), &[&["1"]]).unwrap();
    let landed = publish(&ours, &base, &slot("aws", 9), &[&["2"]]).unwrap();
    assert_eq!(
        (landed.version, sums(&ours, &landed)),
        (Some(1), vec!["aws 2026-09 1 2".into(), "focus 2026-09 1 1".into()])
    );
}

#[test]
fn a_race_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    lake_in(&folder);
    std::thread::scope(|scope| {
        for source in ["a", "b", "c"] {
            let folder = &folder;
            scope.spawn(move || {
                let lake = lake_in(folder);
                for month in 1..=4 {
                    publish(&lake, &lake.snapshot().unwrap(), &slot(source, month), &[&["1"]]).unwrap();
                }
            });
        }
    });
    let lake = lake_in(&folder);
    let snapshot = lake.snapshot().unwrap();
    assert_eq!((snapshot.version, sums(&lake, &snapshot).len()), (Some(11), 12));
    // 12 commits: one checkpoint at version 10, and the log before it is kept.
    assert!(lake.root().join("cost/_delta_log/00000000000000000010.checkpoint.parquet").exists());
    assert_eq!((lake.history().unwrap().len(), lake.snapshot_at(0).unwrap().slots.len()), (12, 1));
    let again = publish(&lake, &snapshot, &slot("a", 1), &[&["5"]]).unwrap();
    assert!(log_entry(&lake, 12).contains(r#""appId":"costmill/a/2026-01","version":2"#));
    assert_eq!(sums(&lake, &again)[0], "a 2026-01 1 5");
}

#[test]
fn a_race_for_one_new_slot_has_one_winner() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let september = slot("aws", 9);
    let runs: Vec<_> = ["1", "2", "3", "4"]
        .map(|cost| {
            let staged = BTreeMap::from([(september.clone(), record(&lake, &september, &[&[cost]]))]);
            (cost, lake_in(&folder), staged)
        })
        .into();
    let base = lake.snapshot().unwrap();
    let start = std::sync::Barrier::new(runs.len());
    let outcomes: Vec<_> = std::thread::scope(|scope| {
        let run = |(cost, lake, staged): (&'static str, Lake, BTreeMap<Slot, SlotRecord>)| {
            let (base, start) = (&base, &start);
            scope.spawn(move || {
                start.wait();
                lake.commit(base, staged).map(|_| cost)
            })
        };
        let running: Vec<_> = runs.into_iter().map(run).collect();
        running.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let won: Vec<_> = outcomes.iter().flatten().collect();
    assert_eq!(won.len(), 1, "{outcomes:?}");
    for lost in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
        assert!(lost.problem().what.contains("published it as version 0"), "{lost}");
    }
    assert_eq!(sums(&lake, &lake.snapshot().unwrap()), [format!("aws 2026-09 1 {}", won[0])]);
}

#[test]
fn what_is_staged_is_seen_by_its_own_snapshot_alone() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let (september, october) = (slot("aws", 9), slot("aws", 10));
    let base = publish(&lake, &Snapshot::default(), &september, &[&["1"]]).unwrap();
    let replaced = BTreeMap::from([(october.clone(), record(&lake, &october, &[&["4"]]))]);
    assert_eq!(sums(&lake, &base.staged(&replaced)), ["aws 2026-09 1 1", "aws 2026-10 1 4"]);
    assert_eq!(lake.snapshot().unwrap(), base);
    assert!(lake.file(&replaced[&october].cost[0]).unwrap().exists());
    assert_eq!(fs::read_dir(lake.temp().unwrap()).unwrap().count(), 0);
    // What a commit leaves that was killed half-way: a staged log entry without its name.
    fs::write(lake.root().join("cost/_delta_log/00000000000000000001.json#1"), "{\"commitInfo\":{").unwrap();
    assert_eq!(lake.snapshot().unwrap(), base);
    assert_eq!(lake.commit(&base, replaced.clone()).unwrap().slots, base.staged(&replaced).slots);
}

#[test]
fn a_table_changed_by_someone_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let base = publish(&lake, &Snapshot::default(), &slot("aws", 9), &[&["1"], &["2"]]).unwrap();
    foreign_commit(&lake, vec![]);
    assert_eq!(lake.snapshot().unwrap().slots, base.slots, "a commit that changes no file is no harm");
    let path = base.slots[&slot("aws", 9)].cost[0].path.strip_prefix("cost/").unwrap().to_string();
    foreign_commit(&lake, vec![Action::Remove(Remove { path, data_change: true, ..Remove::default() })]);
    for error in [lake.snapshot().unwrap_err(), publish(&lake, &base, &slot("aws", 10), &[&["1"]]).unwrap_err()] {
        assert!(error.problem().what.contains("changed by someone else: aws 2026-09"), "{error}");
        assert!(error.problem().remedy.contains("to version 0"), "{error}");
    }
    assert_eq!(lake.snapshot_at(1).unwrap().slots, base.slots);
}

/// A commit as another engine would make it: without our metadata.
fn foreign_commit(lake: &Lake, actions: Vec<Action>) {
    let mut table = delta::state::handle(lake).unwrap();
    lake.wait(async {
        table.load().await.unwrap();
        let operation = DeltaOperation::Write { mode: SaveMode::Append, partition_by: None, predicate: None };
        let state: &dyn TableReference = table.snapshot().unwrap();
        CommitBuilder::default().with_actions(actions).build(Some(state), table.log_store(), operation).await.unwrap();
    });
}

#[test]
fn a_record_that_is_not_what_is_on_disk_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let september = slot("aws", 9);
    let good = record(&lake, &september, &[&["1"]]);
    let refused = |change: &dyn Fn(&mut SlotRecord)| {
        let mut bad = good.clone();
        change(&mut bad);
        lake.commit(&Snapshot::default(), BTreeMap::from([(september.clone(), bad)])).unwrap_err()
    };
    assert!(refused(&|bad| bad.rows = 2).problem().what.contains("says 2 rows, its files hold 1"));
    assert!(refused(&|bad| bad.cost[0].size += 1).problem().what.contains("not what its record says"));
    assert!(refused(&|bad| bad.cost[0].rows += 1).problem().what.contains("not what its record says"));
    assert!(refused(&|bad| bad.cost.push(bad.cost[0].clone())).problem().what.contains("same rows"));
    assert!(matches!(refused(&|bad| bad.cost[0].path.push('x')), Error::Lake(_)));
    assert_eq!(lake.snapshot().unwrap(), Snapshot::default());

    lake.commit(&Snapshot::default(), BTreeMap::from([(september, good)])).unwrap();
    let stored = fs::read_dir(lake.root().join("publication")).unwrap().next().unwrap().unwrap().path();
    let text = fs::read_to_string(&stored).unwrap();
    fs::write(&stored, text.replace("\"rows\":1", "\"rows\":3")).unwrap();
    let error = lake.snapshot().unwrap_err();
    assert!(error.problem().what.contains("altered"), "{error}");
}

#[test]
fn only_rows_of_cost_are_staged_as_cost() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake_in(&folder);
    let temp = lake.temp().unwrap().join("x");
    let refused = |mut rows: DataFrame, slot: &Slot| {
        write_parquet(&mut rows, &temp).unwrap();
        lake.stage(StagedKind::Cost(slot), &temp, 1).unwrap_err().problem().what.clone()
    };
    let good = rows(&slot("aws", 9), &["1"]);
    let narrow = good.clone().lazy().with_column(col("BilledCost").cast(DataType::Decimal(38, 12)));
    assert!(refused(collect(narrow).unwrap(), &slot("aws", 9)).contains("`BilledCost` decimal[38,12]"));
    assert!(refused(good.drop("x_Discounts").unwrap(), &slot("aws", 9)).contains("columns, not"));
    assert!(refused(good, &slot("AWS/..", 9)).contains("other characters"));
}

#[test]
fn a_folder_may_have_almost_any_name() {
    let folder = tempfile::tempdir().unwrap();
    let lake = Lake::open(&folder.path().join("my lake#1 [a]* é?")).unwrap();
    let landed = publish(&lake, &Snapshot::default(), &slot("aws", 9), &[&["1"]]).unwrap();
    let landed = publish(&lake, &landed, &slot("aws", 10), &[&["2"]]).unwrap();
    assert_eq!(lake.snapshot().unwrap(), landed);
    assert_eq!(sums(&lake, &landed), ["aws 2026-09 1 1", "aws 2026-10 1 2"]);
    assert!(lake.root().join("cost/_delta_log/00000000000000000001.json").exists());
    let error = Lake::open(&folder.path().join("100%25")).err().unwrap();
    assert!(error.problem().what.contains("holds a `%`"), "{error}");
}

#[test]
fn an_unreadable_file_is_the_lakes_error() {
    let error = scan_parquet(&[Path::new("/nowhere/x.parquet").into()]).and_then(collect).unwrap_err();
    assert!(matches!(error, Error::Lake(_)), "{error}");
    assert!(matches!(scan_parquet(&[]), Err(Error::Bug(_))));
}

/// The files of `cost` and of the roll-ups that are live, and the records.
fn live(lake: &Lake) -> (BTreeMap<Slot, SlotRecord>, Vec<String>) {
    let snapshot = lake.snapshot().unwrap();
    let lines = sums(lake, &snapshot);
    (snapshot.slots, lines)
}

/// One night's work: two months, over whatever is published.
fn night(lake: &Lake) {
    let _lock = lake.lock().unwrap();
    let base = lake.snapshot().unwrap();
    let replaced =
        [slot("aws", 9), slot("aws", 10)].map(|slot| (slot.clone(), record(lake, &slot, &[&["1", "2"], &["3"]])));
    let replaced = BTreeMap::from(replaced);
    if base.staged(&replaced) != base {
        lake.commit(&base, replaced).unwrap();
    }
}

#[test]
fn a_run_that_dies_anywhere_is_finished_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let undisturbed = lake_in(&folder);
    night(&undisturbed);
    let points =
        ["lake.before_rename", "lake.before_rename@4", "lake.after_stage@2", "lake.before_commit", "lake.after_commit"];
    for point in points {
        let folder = tempfile::tempdir().unwrap();
        let lake = lake_in(&folder);
        let before = publish(&lake, &Snapshot::default(), &slot("aws", 9), &[&["7"]]).unwrap();
        fs::write(folder.path().join("dies_at"), point).unwrap();
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "lake::tests::the_run_that_dies", "--ignored"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        // A signal, not a failed assertion of the child's.
        assert_eq!(child.status.code(), None, "{point}: {}", String::from_utf8_lossy(&child.stdout));
        if point == "lake.after_commit" {
            assert_eq!(live(&lake), live(&undisturbed));
        } else {
            assert_eq!(lake.snapshot().unwrap(), before, "{point}");
        }
        night(&lake);
        assert_eq!(live(&lake), live(&undisturbed), "{point}");
        assert_eq!(lake.history().unwrap().len(), 2, "{point}");
    }
}

#[test]
#[ignore = "the child process of the test above"]
fn the_run_that_dies() {
    // Told by a file in its folder: nothing but the settings reads the environment.
    let Ok(point) = fs::read_to_string("dies_at") else { return };
    crate::fault::arm(Some(point));
    night(&Lake::open(Path::new("lake")).unwrap());
}
