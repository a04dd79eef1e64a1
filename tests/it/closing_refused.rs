//! Closings that are refused, die half-way, or meet a lake that somebody changed.

use super::charges::{exports, usage};
use super::closing::{CLOSED, POLICY, PUBLISHED, adjustments, august, bytes_of, deliver, of};
use super::place::{Night, files};
use super::support::{Costmill, Outcome};

fn closing(night: &Night, arguments: &[&str]) -> Outcome {
    night.costmill(&[&["close", "--as-of", "2026-11-05"], arguments].concat())
}

#[test]
fn what_cannot_be_closed_is_refused_with_a_reason() {
    let night = PUBLISHED.copy();
    let by = ["--by", "Anna"];
    let call = |arguments: &[&str]| closing(&night, &[arguments, &by].concat());
    call(&["--period", "2026-07"])
        .exits(2)
        .complains("2026-07 is not published")
        .complains("2026-08, 2026-09, 2026-10");
    call(&["--period", "2026-10"])
        .exits(2)
        .complains("it is provisional: no charge names an invoice yet; final by days on 2026-11-11")
        .complains("--force");
    closing(&night, &["--period", "2026-08"]).exits(2).complains("nobody is named").complains("--by");
    let user = Costmill::new().cwd(&night.path("")).env("USER", "bo");
    let told = user.args(["close", "--period", "2026-08", "--as-of", "2026-11-05", "--note", "Q3"]).run().exits(0);
    told.says("2026-08 is closed by bo");
    // Closed is closed: again says who did it, and changes nothing.
    let before = (bytes_of(&night, "2026-08"), files(night.path("lake/ledger")));
    call(&["--period", "2026-08"]).exits(0).says("2026-08 is closed on 2026-11-05 by bo: Q3 already");
    assert_eq!((bytes_of(&night, "2026-08"), files(night.path("lake/ledger"))), before);
    // By force, and the record says so.
    call(&["--period", "2026-10", "--force"]).exits(0);
    assert!(night.read("out/2026-10/month.html").contains("closed on 2026-11-05 by Anna, while it was provisional"));
    night.costmill(&["reopen", "--period", "2026-10", "--by", "Bo", "--reason", " "]).exits(2).complains("--reason");
}

#[test]
fn figures_that_a_run_would_change_are_not_closed() {
    let night = PUBLISHED.copy();
    let policy = "[[owner]]\nwhere = { SubAccountId = [\"1\"] }\nteam = \"search\"\n[[owner]]\ntag";
    let config = night.read("costmill.toml");
    night.write("costmill.toml", config.replace("[[owner]]\ntag", policy));
    closing(&night, &["--period", "2026-08", "--by", "Anna"]).exits(2).complains("was published with another policy");
    night.write("costmill.toml", config);
    // A landed part, and a file of cost, that are not what they were.
    let landed = files(night.path("lake/landed"));
    let part = landed.keys().find(|name| name.ends_with(".parquet")).unwrap();
    let copy = night.copy();
    for name in landed.keys().filter(|name| name.ends_with(".parquet")) {
        let mut bytes = landed[name].clone();
        let at = bytes.len() / 2;
        bytes[at] ^= 1;
        copy.write(&format!("lake/landed/{name}"), bytes);
    }
    closing(&copy, &["--period", "2026-08", "--by", "Anna"]).exits(4).complains("was changed after it was landed");
    let folder = part.rsplit_once('/').unwrap().0;
    std::fs::remove_dir_all(night.path(&format!("lake/landed/{}", folder.split('/').next().unwrap()))).unwrap();
    closing(&night, &["--period", "2026-08", "--by", "Anna"]).exits(4).complains("is gone, so it cannot be proved");
    assert!(files(night.path("lake/ledger")).keys().all(|name| !name.contains("closing")));
}

/// A close that dies before its event has closed nothing; one that dies after it is finished by the next command.
#[test]
fn a_close_that_dies_has_closed_the_period_or_not() {
    let armed = |night: &Night, fault: &str, arguments: &[&str]| {
        Costmill::new().cwd(&night.path("")).env("COSTMILL_FAULT", fault).args(arguments.iter().copied()).run()
    };
    let arguments = ["close", "--period", "2026-08", "--by", "Anna Berg", "--as-of", "2026-11-05"];
    let issued = bytes_of(&CLOSED, "2026-08");
    let ledger =
        |night: &Night| files(night.path("lake/ledger")).into_keys().filter(|name| name.contains("closing")).count();
    for (fault, closed) in [
        ("close.before_ledger", 0),
        ("close.after_ledger", 1),
        ("output.between_renames", 1),
        ("output.between_renames@2", 1),
    ] {
        for next in [&arguments[..], &["run", "--as-of", "2026-11-05"]] {
            let night = PUBLISHED.copy();
            assert_eq!(armed(&night, fault, &arguments).status, -1, "{fault} was not passed");
            assert_eq!(ledger(&night), closed, "{fault}");
            night.costmill(next).exits(0);
            if closed == 1 || next[0] == "close" {
                assert_eq!(bytes_of(&night, "2026-08"), issued, "{fault}, then {next:?}");
                assert!(night.read("out/index.html").contains("closed"), "{fault}, then {next:?}");
            } else {
                assert!(!night.read("out/2026-08/month.html").contains("closed on 2026"), "{fault}");
            }
        }
    }
    let night = CLOSED.copy();
    let reopen = ["reopen", "--period", "2026-08", "--by", "Bo", "--reason", "late", "--as-of", "2026-11-05"];
    assert_eq!(armed(&night, "reopen.before_ledger", &reopen).status, -1);
    assert_eq!(night.status()["slots"][0]["state"], "closed");
    assert_eq!(armed(&night, "reopen.after_ledger", &reopen).status, -1);
    assert_eq!(night.status()["slots"][0]["state"], "final");
    night.run().exits(0).says("nothing new");
    assert!(night.read("out/2026-08/month.html").contains("reopened on 2026-11-05 by Bo: late"));
}

/// An adjustment that was not recorded is found again.
#[test]
fn a_run_that_dies_before_its_adjustment_is_finished_by_the_next() {
    let night = CLOSED.copy();
    let mut charges = august();
    charges[0] = of("maps", "2026-08-10", "102");
    deliver(&night, &charges);
    assert_eq!(night.run_armed("run.before_adjustment").status, -1);
    assert!(files(night.path("lake/ledger")).keys().all(|name| !name.contains("adjustment")));
    let whole = CLOSED.copy();
    deliver(&whole, &charges);
    whole.run().exits(0);
    night.run().exits(0).says("adjustment of EffectiveCost 2 USD in 2026-09");
    for folder in ["out", "lake/ledger", "lake/derived"] {
        assert_eq!(files(night.path(folder)), files(whole.path(folder)), "{folder}");
    }
}

/// A later delivery is proved like any other: what does not tie is no adjustment.
#[test]
fn a_later_delivery_that_does_not_tie_changes_nothing() {
    let night = CLOSED.copy();
    let before = bytes_of(&night, "2026-08");
    let mut charges = august();
    charges.push(of("maps", "2026-08-31", "-2").set("ChargeCategory", "Credit"));
    deliver(&night, &charges);
    for sabotage in ["normalise.lose_credit", "normalise.swap_costs", "normalise.edit_value", "rollup.lose_credit"] {
        let costs = [of("maps", "2026-08-31", "0").costs("1", "2")];
        deliver(&night, &[&charges[..], &costs].concat());
        let told = night.run_armed(sabotage).exits(4);
        assert!(told.stderr.contains("hand 2026-08"), "{sabotage}: {}", told.stderr);
        assert!(files(night.path("lake/ledger")).keys().all(|name| !name.contains("adjustment")), "{sabotage}");
        assert_eq!(bytes_of(&night, "2026-08"), before, "{sabotage}");
    }
    night.run().exits(0);
    assert_eq!(adjustments(&night, "2026-09"), ["maps|2026-08|Engine|-2", "maps|2026-08|Engine|1"]);
}

/// A costmill on another host that did not know of the closing publishes the month: the next run says so.
#[test]
fn a_closed_month_that_was_published_again_is_told() {
    let night = CLOSED.copy();
    let event = "lake/ledger/00000002-closing.json";
    let closing = night.read(event);
    std::fs::remove_file(night.path(event)).unwrap();
    let mut charges = august();
    charges[0] = of("maps", "2026-08-10", "102");
    deliver(&night, &charges);
    night.run().exits(0).says("published version 1: hand 2026-08");
    // The night has recorded findings meanwhile, or not: the closing is put back under its own number.
    for name in files(night.path("lake/ledger")).into_keys().filter(|name| name.as_str() > "00000001-z") {
        std::fs::remove_file(night.path(&format!("lake/ledger/{name}"))).unwrap();
    }
    night.write(event, closing);
    night.run().exits(4).complains("hand 2026-08: is not what was closed on 2026-11-05").complains("version 0");
    // The way back is the one it names.
    night.costmill(&["reopen", "--period", "2026-08", "--by", "Bo", "--reason", "published beside"]).exits(0);
    night.run().exits(0);
}

/// Records of a costmill that counted no invoices are read; then only days say when a month is final.
#[test]
fn records_without_a_count_of_invoices_are_read() {
    let record = files(PUBLISHED.path("lake/publication")).into_values().next().unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&record).unwrap();
    assert!(json.as_object_mut().unwrap().remove("invoicing").is_some());
    let old: costmill::lake::SlotRecord = serde_json::from_value(json).unwrap();
    assert_eq!(old.invoicing, None);
}

/// The rule by invoices, on FOCUS rows that name theirs; and each source by its own rule.
#[test]
fn a_month_is_final_by_the_rules_of_its_sources() {
    let charge = |id: &str, cost: &str| usage("2026-10-31", cost).set("InvoiceId", id);
    let night = super::charges::bill(&[charge("INV-1", "5"), charge("INV-1", "2"), charge("", "0")], POLICY, &[]);
    let state = |night: &Night, day: &str| {
        let json = night.costmill(&["status", "--format", "json", "--as-of", day]).exits(0).stdout;
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        json["slots"][0]["state"].as_str().unwrap().to_string()
    };
    night.run().exits(0);
    // What costs nothing needs no invoice.
    assert_eq!([state(&night, "2026-10-31"), state(&night, "2026-11-01")], ["open", "final"]);
    night.write("exports/2026-10.csv", &exports(&[charge("INV-1", "5"), charge("", "2")])["2026-10"]);
    night.run().exits(0);
    assert_eq!([state(&night, "2026-11-10"), state(&night, "2026-11-11")], ["provisional", "final"]);
    let config = night.read("costmill.toml");
    let with = |table: &str| night.write("costmill.toml", format!("{config}\n{table}\n"));
    with("[[closing]]\nsources = [\"hand\"]\nfinal_when_invoiced = true");
    assert_eq!(state(&night, "2027-11-11"), "provisional");
    with("[[closing]]\nfinal_after_days = 3");
    assert_eq!([state(&night, "2026-11-03"), state(&night, "2026-11-04")], ["provisional", "final"]);
    for (table, says) in [
        ("[[closing]]\nsources = [\"hnad\"]", "did you mean `hand`"),
        ("[[closing]]\nfinal_after_days = -1", "final_after_days = -1 is impossible"),
        ("[[closing]]\nfinal_when_invoiced = false", "is never final"),
        ("[[closing]]\n[[closing]]", "two [[closing]] tables name no source"),
        ("[[closing]]\nsources = [\"hand\"]\n[[closing]]\nsources = [\"hand\"]", "names the source `hand` already"),
        ("[[closing]]\nfinal_after_day = 3", "unknown key `final_after_day`"),
    ] {
        with(table);
        night.costmill(&["check"]).exits(2).complains(says);
    }
}

/// A feed that broke off leaves its month open: days alone make nothing final.
#[test]
fn a_month_whose_charges_stop_early_stays_open() {
    let night = super::charges::bill(&[usage("2026-08-20", "5")], POLICY, &[]);
    night.run().exits(0);
    let told = closing(&night, &["--period", "2026-08", "--by", "Anna"]).exits(2);
    told.complains("it is open: its charges end on 2026-08-21, the month on 2026-09-01");
    let page = night.read("out/2026-08/month.html");
    assert!(page.contains("its charges end on 2026-08-21") && page.contains("<span class=\"badge\">open</span>"));
}

/// What a closed month's record says is what stands in the lake.
#[test]
fn the_record_has_hashes_totals_and_pages() {
    let night = CLOSED.copy();
    let event: serde_json::Value = serde_json::from_str(&night.read("lake/ledger/00000002-closing.json")).unwrap();
    let frozen = &event["event"]["act"]["close"];
    let hash = |bytes: &[u8]| {
        use sha2::Digest;
        sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
    };
    let lake = files(night.path("lake"));
    let listed = frozen["slots"]["hand"]["files"].as_object().unwrap();
    assert!(listed.len() > 4, "{listed:?}");
    for (path, of) in listed {
        assert_eq!(hash(&lake[path]), of.as_str().unwrap(), "{path}");
    }
    let pages = frozen["pages"]["files"].as_object().unwrap();
    let out = files(night.path("out/2026-08"));
    assert_eq!(pages.keys().collect::<Vec<_>>(), out.keys().collect::<Vec<_>>());
    for (path, of) in pages {
        assert_eq!(hash(&out[path]), of.as_str().unwrap(), "{path}");
    }
    assert_eq!(
        (&event["event"]["by"], &frozen["state"], &frozen["version"]),
        (&"Anna Berg".into(), &"final".into(), &0.into())
    );
    assert!(frozen["slots"]["hand"]["control"]["cells"].to_string().contains("\"140\""), "{frozen}");
}

/// A statement that loses a charge of a closed month stops the run, as one that loses a charge of its own does.
#[test]
fn statements_that_lose_an_adjustment_publish_nothing() {
    let night = CLOSED.copy();
    let mut charges = august();
    charges[0] = of("maps", "2026-08-10", "102");
    deliver(&night, &charges);
    let query = "catalogue/queries/metric/adjustments_by_team.sql";
    let whole = night.read(query);
    night.write(query, whole.replace("'adjustment'", "'adjustment' AND x_Team <> 'maps'"));
    let told = night.run().exits(4).complains("adjustments add up to 0 and are 2 in the ledger");
    told.complains("2026-09, report statement, section adjustments, USD");
    assert!(files(night.path("lake/ledger")).keys().all(|name| !name.contains("adjustment")));
    night.write(query, whole);
    night.run().exits(0);
    assert_eq!(adjustments(&night, "2026-09"), ["maps|2026-08|Engine|2"]);
}

/// What people type stands on pages as text.
#[test]
fn words_of_a_closing_are_no_markup() {
    let night = PUBLISHED.copy();
    let note = "<script>alert(1)</script>\n=cmd";
    closing(&night, &["--period", "2026-08", "--by", "<b>Bo</b>", "--note", note]).exits(0);
    let page = night.read("out/2026-08/month.html");
    assert!(page.contains("&lt;b&gt;Bo&lt;") && !page.contains("<b>Bo") && !page.contains("<script>alert"), "{page}");
    let told = night.costmill(&["history", "--period", "2026-08"]).exits(0).stdout;
    assert!(told.lines().any(|line| line.contains("<b>Bo</b>") && line.contains("=cmd")), "one line: {told}");
}
