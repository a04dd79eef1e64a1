//! The policy as a user writes it: what arrives, and the words of every refusal.

use crate::focus::policy::*;
use crate::settings::{Environment as Variables, Overrides, Settings};
use std::path::Path;

const SOURCE: &str = "[[source]]\nid = \"a\"\nformat = \"focus\"\nlocation = \".\"\n";

const ACCOUNTS: &str =
    "SubAccountId,SubAccountName,team,env\n012345678901,Maps,Maps,Production\n204516638824,Search,,\n";

const WHOLE: &str = r#"
accounts = "accounts.csv"
[[source]]
id = "a"
format = "focus"
location = "."
[tags]
coverage_key = "team"
target = 0.95
[tags.dimensions]
app = ["app", "App"]
[tags.dimensions.team]
keys = ["team", "Team"]
fold_case = true
inherit = true
active_from = 2026-05-01
[tags.dimensions.env]
keys = ["env", "environment"]
required = true
allowed = ["Prod", "staging", "dev"]
fold_case = true
synonyms = { Production = "prod", stg = "Staging" }
inherit = true
[[tags.exemption]]
keys = ["team"]
where = { ServiceName = ["AWS Support (Business)"], x_Tag_env = ["PROD"] }
reason = "one contract for all"
until = "2027-01-01"
[environment]
dimension = "env"
non_production = ["dev", "stg"]
[[team]]
name = "search"
[[team]]
name = "maps"
cost_centre = "4100"
bill_to = "Larkfield Maps GmbH"
[[owner]]
tag = "team"
[[owner]]
from = "2026-07-01"
until = "2027-01-01"
where = { SubAccountId = ["204516638824"] }
team = "maps"
[showback]
basis = "BilledCost"
tax = "unallocated"
[[unit_metric]]
id = "cost_per_request"
title = "Cost per 1,000 requests"
unit = "1,000 requests"
per = 1000
driver = "drivers/requests.csv"
dimension = "x_Tag_app"
quantity = "level"
where = { x_Tag_env = ["prod"] }
[waste]
minimum_monthly_saving = 1.5
suppressions = "quiet.toml"
utilisation = ["utilisation/*.parquet"]
"#;

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn matches(columns: &[(&str, &[&str])]) -> ChargeMatch {
    let texts = |values: &[&str]| values.iter().map(ToString::to_string).collect();
    ChargeMatch { columns: columns.iter().map(|(column, values)| (column.to_string(), texts(values))).collect() }
}

/// Settles `text` beside the accounts file; paths come back without the folder.
fn resolve(text: &str, accounts: &[u8]) -> crate::Result<Settings> {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("costmill.toml"), text).unwrap();
    std::fs::write(path("accounts.csv"), accounts).unwrap();
    std::fs::write(path("quiet.toml"), "").unwrap();
    let overrides = Overrides { config: Some(path("costmill.toml")), ..Overrides::default() };
    let relative = |path: &Path| path.strip_prefix(folder.path()).unwrap().to_path_buf();
    let mut settings = Settings::resolve(overrides, Variables::default(), &["focus"]).map_err(|error| match error {
        crate::Error::Settings(mut problem) => {
            problem.place = problem.place.replace(&format!("{}/", folder.path().display()), "");
            problem.what = problem.what.replace(&format!("{}/", folder.path().display()), "");
            crate::Error::Settings(problem)
        }
        other => other,
    })?;
    settings.policy.unit_metrics.iter_mut().for_each(|metric| metric.driver = relative(&metric.driver));
    settings.waste.utilisation.iter_mut().for_each(|path| *path = relative(path));
    settings.waste.suppressions = settings.waste.suppressions.as_deref().map(relative);
    Ok(settings)
}

#[test]
fn every_key_of_the_policy_arrives_as_it_counts() {
    let settings = resolve(WHOLE, ACCOUNTS.as_bytes()).unwrap();
    let (policy, key) = (&settings.policy, |at: usize| &settings.policy.tag_keys[at]);
    assert_eq!(policy.coverage_target, Some(0.95));
    assert_eq!(policy.tag_keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>(), ["app", "env", "team"]);
    assert_eq!(
        *key(0),
        TagKey { name: "app".into(), keys: vec!["app".into(), "App".into()], required: false, ..TagKey::default() }
    );
    // Folded: what is compared is lower-case, so what it is compared with is too.
    assert_eq!((key(1).required, key(1).fold_case, key(1).inherit, key(1).active_from), (true, true, true, None));
    assert_eq!(key(1).allowed, ["prod", "staging", "dev"]);
    assert_eq!(key(1).synonyms, [("production", "prod"), ("stg", "staging")].map(|(a, b)| (a.into(), b.into())).into());
    // The coverage key is required without saying so.
    assert_eq!((key(2).required, key(2).active_from), (true, Some(day("2026-05-01"))));
    let exemption = &policy.exemptions[0];
    assert_eq!((exemption.keys.as_slice(), exemption.until), (&["team".to_string()][..], day("2027-01-01")));
    assert_eq!(exemption.reason, "one contract for all");
    let expected = matches(&[("ServiceName", &["AWS Support (Business)"]), ("x_Tag_env", &["prod"])]);
    assert_eq!(exemption.matches, expected);
    // Leading zeros stay, values count as a charge's would.
    let maps = &policy.accounts["012345678901"];
    assert_eq!(
        (maps.name.as_deref(), maps.tags["team"].as_str(), maps.tags["env"].as_str()),
        (Some("Maps"), "maps", "prod")
    );
    assert_eq!(policy.accounts["204516638824"], SubAccount { name: Some("Search".into()), ..SubAccount::default() });
    let environment = policy.environment.as_ref().unwrap();
    assert_eq!(
        (environment.dimension.as_str(), environment.non_production.as_slice()),
        ("env", &["dev".into(), "staging".into()][..])
    );
    assert_eq!(policy.teams.iter().map(|team| team.name.as_str()).collect::<Vec<_>>(), ["maps", "search"]);
    assert_eq!(
        (policy.teams[0].cost_centre.as_str(), policy.teams[0].bill_to.as_str()),
        ("4100", "Larkfield Maps GmbH")
    );
    let by_tag =
        OwnerRule { from: None, until: None, matches: ChargeMatch::default(), team: Owner::Tag("team".into()) };
    let by_account = OwnerRule {
        from: Some(day("2026-07-01")),
        until: Some(day("2027-01-01")),
        matches: matches(&[("SubAccountId", &["204516638824"])]),
        team: Owner::Team("maps".into()),
    };
    assert_eq!(policy.owners, [by_tag, by_account]);
    let showback = Showback { basis: ShowbackBasis::BilledCost, tax: Follows::Unallocated, ..Showback::default() };
    assert_eq!(policy.showback, showback);
    let metric = &policy.unit_metrics[0];
    assert_eq!(
        (metric.id.as_str(), metric.per, metric.basis, metric.quantity),
        ("cost_per_request", 1000.0, ShowbackBasis::EffectiveCost, Counts::Level)
    );
    assert_eq!(
        (metric.driver.as_path(), metric.dimension.as_deref()),
        (Path::new("drivers/requests.csv"), Some("x_Tag_app"))
    );
    assert_eq!(metric.matches, matches(&[("x_Tag_env", &["prod"])]));
    let waste = &settings.waste;
    assert_eq!((waste.minimum_monthly_saving, waste.suppressions.as_deref()), (1.5, Some(Path::new("quiet.toml"))));
    assert_eq!(waste.utilisation, [Path::new("utilisation/*.parquet")]);
    // The old view of the dimensions is the same.
    assert_eq!(settings.tags.dimensions[1].keys, ["env", "environment"]);
}

#[test]
fn without_a_policy_nothing_is_allocated_and_no_tag_required() {
    let settings = resolve(SOURCE, b"").unwrap();
    assert_eq!((settings.policy, settings.waste), (Policy::default(), crate::settings::Waste::default()));
}

#[test]
fn suppressions_beside_the_config_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("costmill.toml");
    std::fs::write(&config, SOURCE).unwrap();
    std::fs::write(folder.path().join("suppressions.toml"), "").unwrap();
    let overrides = Overrides { config: Some(config), ..Overrides::default() };
    let settings = Settings::resolve(overrides, Variables::default(), &["focus"]).unwrap();
    assert_eq!(settings.waste.suppressions, Some(folder.path().join("suppressions.toml")));
}

/// Fails unless `text` is refused with the words `place: what|remedy`, each part a beginning or a part.
#[track_caller]
fn refused(text: &str, accounts: &[u8], expected: &str) {
    let message = match resolve(text, accounts) {
        Ok(_) => panic!("not refused: {text}"),
        Err(error) => error.to_string(),
    };
    let (what, remedy) = expected.split_once('|').unwrap();
    let (first, second) = message.split_once("\n  remedy: ").unwrap_or((message.as_str(), ""));
    assert!(first.starts_with(&format!("settings: {what}")), "{text}\n→ {message}\n≠ {what}");
    assert!(!second.is_empty() && second.contains(remedy), "{text}\n→ {message}\n≠ {remedy}");
}

/// Each names the line, what is wrong there, and what to do. The four lines of the source come first.
#[test]
fn refusals_of_tag_keys_and_exemptions() {
    let env = |text: &str| format!("[tags.dimensions.env]\n{text}");
    let allowed = |text: &str| env(&format!("allowed = [\"prod\", \"dev\"]\nfold_case = true\n{text}"));
    let exempt = |text: &str| format!("[tags.dimensions]\nenv = [\"env\"]\n[[tags.exemption]]\n{text}");
    for (text, expected) in [
        (env("key = [\"a\"]"), "costmill.toml:6: unknown key `key`|did you mean `keys`?"),
        (env("keys = \"env\""), "costmill.toml:6: invalid type: string \"env\", expected a sequence|"),
        (env("keys = []"), "costmill.toml:5: the tag dimension `env` lists no tag key|"),
        (env("required = \"yes\""), "costmill.toml:6: invalid type: string \"yes\", expected a boolean|"),
        (env("active_from = \"May\""), "costmill.toml:6: `May` is not a day|2026-07-01"),
        (env("active_from = \"2026-5-1\""), "costmill.toml:6: `2026-5-1` is not a day|"),
        (env("active_from = 2026-05-01T00:00:00Z"), "costmill.toml:6: `2026-05-01T00:00:00Z` is not a day|"),
        (env("inherit = true"), "costmill.toml:6: `env` inherits from an accounts file, and none|accounts = "),
        ("[tags.dimensions]\nall = [\"a\"]".into(), "costmill.toml:6: `all` is taken|"),
        ("[tags]\ntarget = 95".into(), "costmill.toml:6: target = 95 is no share|0.95"),
        (
            "[tags.dimensions]\nenv = \"env\"".into(),
            "costmill.toml:6: invalid type: string \"env\", expected a list of tag keys, or a table|",
        ),
        (
            allowed("").replace("\"dev\"", "\"Prod\""),
            "costmill.toml:6: the allowed value `Prod` is empty or listed twice|fold_case",
        ),
        (
            allowed("synonyms = { stg = \"stagin\" }"),
            "costmill.toml:8: `stg` means `stagin`, which is not allowed|use one of `prod`, `dev`",
        ),
        (allowed("synonyms = { DEV = \"prod\" }"), "costmill.toml:8: `dev` counts as it is|leave it out"),
        (allowed("synonyms = { p = \"prod\", P = \"dev\" }"), "costmill.toml:8: `p` means `|one meaning"),
        (env("synonyms = { a = \"b\", b = \"c\" }"), "costmill.toml:6: `a` means `b`, which is a synonym itself|"),
        (
            "[tags]\ncoverage_key = \"env\"\n[tags.dimensions.env]\nrequired = false".into(),
            "costmill.toml:8: `env` is the coverage_key and not required|",
        ),
        (
            exempt("reason = \"r\"\nuntil = \"2027-01-01\""),
            "costmill.toml:7: the exemption takes every charge out of every key|",
        ),
        (exempt("keys = [\"env\"]\nreason = \"r\""), "costmill.toml:7: missing field `until`|"),
        (
            exempt("keys = [\"env\"]\nreason = \" \"\nuntil = 2027-01-01"),
            "costmill.toml:9: the exemption has no reason|",
        ),
        (
            exempt("keys = [\"enf\"]\nreason = \"r\"\nuntil = 2027-01-01"),
            "costmill.toml:8: unknown tag dimension `enf`|did you mean `env`?",
        ),
    ] {
        refused(&format!("{SOURCE}{text}\n"), b"", expected);
    }
}

#[test]
fn refusals_of_conditions() {
    let column = |text: &str| {
        format!("{SOURCE}[tags.dimensions.env]\nallowed = [\"prod\"]\n[[owner]]\nteam = \"t\"\nwhere = {text}\n")
    };
    for (text, expected) in [
        ("{}", "costmill.toml:9: `where` names no column|"),
        ("{ ServiceNam = [\"a\"] }", "costmill.toml:9: unknown column `ServiceNam`|did you mean `ServiceName`?"),
        ("{ x_Tag_enf = [\"a\"] }", "costmill.toml:9: unknown column `x_Tag_enf`|did you mean `x_Tag_env`?"),
        ("{ EffectiveCost = [\"1\"] }", "costmill.toml:9: `EffectiveCost` holds a number|"),
        ("{ Tags = [\"a\"] }", "costmill.toml:9: `Tags` holds many values|x_Tag_<dimension>"),
        ("{ x_ChargeDay = [\"2026-07-01\"] }", "costmill.toml:9: `x_ChargeDay` holds a time|`from` and `until`"),
        ("{ ServiceName = [] }", "costmill.toml:9: `ServiceName` lists no value|"),
        ("{ ServiceName = \"a\" }", "costmill.toml:9: invalid type: string \"a\"|"),
        ("{ ServiceName = [\"a\", \"a\"] }", "costmill.toml:9: the value `a` of ServiceName is empty or listed twice|"),
        (
            "{ ChargeCategory = [\"Taxes\"] }",
            "costmill.toml:9: `Taxes` is no value of ChargeCategory|did you mean `Tax`?",
        ),
        ("{ x_Tag_env = [\"prd\"] }", "costmill.toml:9: `prd` is no value of x_Tag_env|did you mean `prod`?"),
    ] {
        refused(&column(text), b"", expected);
    }
}

#[test]
fn refusals_of_owners_and_teams() {
    let rules = |text: &str| format!("{SOURCE}[tags.dimensions]\nteam = [\"team\"]\n{text}\n");
    let here = "where = { SubAccountId = [\"1\"] }\n";
    for (text, expected) in [
        ("[[team]]\nname = \"unallocated\"", "costmill.toml:8: `unallocated` is the word for|leave the rule out"),
        ("[[owner]]\nteam = \"unallocated\"", "costmill.toml:8: `unallocated` is the word for|"),
        ("[[team]]\nname = \" a\"", "costmill.toml:8: the team's name is empty or has blanks|"),
        ("[[team]]\nname = \"a\"\n[[team]]\nname = \"a\"", "costmill.toml:10: the team `a` already stands on line 8|"),
        (
            "[[team]]\nname = \"a\"\ncost_center = \"1\"",
            "costmill.toml:9: unknown key `cost_center`|did you mean `cost_centre`?",
        ),
        (
            "[[team]]\nname = \"maps\"\n[[owner]]\nteam = \"map\"",
            "costmill.toml:10: the team `map` has no [[team]]|did you mean `maps`?",
        ),
        ("[[owner]]\ntag = \"taem\"", "costmill.toml:8: unknown tag dimension `taem`|did you mean `team`?"),
        ("[[owner]]\ntag = \"team\"\nteam = \"a\"", "costmill.toml:7: the rule has both|one of them"),
        ("[[owner]]\nfrom = 2026-07-01", "costmill.toml:7: the rule names no owner|"),
        (
            "[[owner]]\nfrom = 2026-07-01\nuntil = 2026-07-01\nteam = \"a\"",
            "costmill.toml:9: the rule holds for no day|first day after the last",
        ),
        ("[[owner]]\nfrom = \"July\"\nteam = \"a\"", "costmill.toml:8: `July` is not a day|"),
        (
            "[[owner]]\nteam = \"a\"\n[[owner]]\nteam = \"b\"",
            "costmill.toml:9: the rule can never match: the rule on line 7|narrower rule first",
        ),
        (
            &format!("[[owner]]\nteam = \"a\"\n[[owner]]\n{here}team = \"b\""),
            "costmill.toml:9: the rule can never match|",
        ),
        (
            &format!("[[owner]]\n{here}team = \"a\"\n[[owner]]\n{here}tag = \"team\""),
            "costmill.toml:10: the rule can never match|",
        ),
        (
            "[[owner]]\nuntil = 2026-07-01\nteam = \"a\"\n[[owner]]\nfrom = 2026-01-01\nuntil = 2026-07-01\nteam = \"b\"",
            "costmill.toml:10: the rule can never match|",
        ),
        ("[[owner]]\ntag = \"team\"\n[[owner]]\ntag = \"team\"", "costmill.toml:9: the rule can never match|"),
    ] {
        refused(&rules(text), b"", expected);
    }
    // Near misses: rules that overlap and can each match.
    for text in [
        "[[owner]]\ntag = \"team\"\n[[owner]]\nteam = \"a\"".to_owned(),
        format!("[[owner]]\n{here}team = \"a\"\n[[owner]]\nteam = \"b\""),
        format!("[[owner]]\n{here}team = \"a\"\n[[owner]]\nwhere = {{ SubAccountId = [\"1\", \"2\"] }}\nteam = \"b\""),
        "[[owner]]\nuntil = 2026-07-01\nteam = \"a\"\n[[owner]]\nuntil = 2026-07-02\nteam = \"b\"".into(),
        "[[owner]]\nfrom = 2026-07-01\nteam = \"a\"\n[[owner]]\nteam = \"b\"".into(),
    ] {
        resolve(&rules(&text), b"").unwrap();
    }
}

#[test]
fn refusals_of_environment_showback_units_and_waste() {
    let env =
        |text: &str| format!("{SOURCE}[tags.dimensions.env]\nallowed = [\"prod\", \"dev\"]\n[environment]\n{text}\n");
    refused(
        &env("dimension = \"enf\"\nnon_production = [\"dev\"]"),
        b"",
        "costmill.toml:8: unknown tag dimension `enf`|`env`",
    );
    refused(&env("dimension = \"env\"\nnon_production = []"), b"", "costmill.toml:9: no value is non-production|");
    refused(
        &env("dimension = \"env\"\nnon_production = [\"dve\"]"),
        b"",
        "costmill.toml:9: `dve` is no allowed value|`dev`",
    );
    refused(&env("dimension = \"env\""), b"", "costmill.toml:7: missing field `non_production`|");
    let showback = |text: &str| format!("{SOURCE}[showback]\n{text}\n");
    refused(&showback("basis = \"ListCost\""), b"", "costmill.toml:6: unknown value `ListCost`|`EffectiveCost`");
    refused(&showback("tax = \"owners\""), b"", "costmill.toml:6: unknown value `owners`|did you mean `owner`?");
    refused(&showback("credit = \"owner\""), b"", "costmill.toml:6: unknown key `credit`|did you mean `credits`?");
    let unit = |from: &str, to: &str| {
        let whole = "[[unit_metric]]\nid = \"m\"\ntitle = \"T\"\nunit = \"u\"\nper = 10\ndriver = \"d.csv\"\ndimension = \"ServiceName\"\n";
        assert!(whole.contains(from), "{from}");
        format!("{SOURCE}{}", whole.replace(from, to))
    };
    for (from, to, expected) in [
        ("\"m\"", "\"M 1\"", "costmill.toml:6: `M 1` cannot be the id of a unit metric|"),
        ("\"T\"", "\"\"", "costmill.toml:7: the title is empty|"),
        ("\"u\"", "\" \"", "costmill.toml:8: the unit is empty|"),
        ("10", "0", "costmill.toml:9: per = 0 makes no unit|"),
        ("10", "inf", "costmill.toml:9: per = inf makes no unit|"),
        ("\"d.csv\"", "\"\"", "costmill.toml:10: the path is empty|"),
        ("per = 10", "quantity = \"stock\"", "costmill.toml:9: unknown value `stock`|"),
        ("driver", "drivers", "costmill.toml:10: unknown key `drivers`|did you mean `driver`?"),
        ("\"ServiceName\"", "\"Service\"", "costmill.toml:11: unknown column `Service`|"),
    ] {
        refused(&unit(from, to), b"", expected);
    }
    let twice = unit("10", "1") + &unit("10", "1").replace(SOURCE, "");
    refused(&twice, b"", "costmill.toml:13: the unit metric `m` already stands on line 6|");
    let alike = unit("10", "1") + &unit("\"m\"", "\"n\"").replace(SOURCE, "");
    refused(&alike, b"", "costmill.toml:14: the unit metric `m` already has the title `T`|");
    let waste = |text: &str| format!("{SOURCE}[waste]\n{text}\n");
    refused(&waste("minimum_monthly_saving = -1"), b"", "costmill.toml:6: minimum_monthly_saving = -1 is no amount|");
    refused(&waste("suppressions = \"no.toml\""), b"", "costmill.toml:6: there is no suppression file no.toml|");
    refused(&waste("utilisation = [\"s3://b/*\"]"), b"", "costmill.toml:6: `s3://b/*` is a URL|");
}

#[test]
fn refusals_of_the_accounts_file() {
    let config =
        format!("accounts = \"accounts.csv\"\n{SOURCE}[tags.dimensions.env]\nallowed = [\"prod\"]\ninherit = true\n");
    for (text, expected) in [
        (&b"SubAccountName\nx\n"[..], "accounts.csv:1: there is no column `SubAccountId`|SubAccountId,SubAccountName"),
        (
            b"SubAccountId,SubAccountNme\n1,x\n",
            "accounts.csv:1: unknown column `SubAccountNme`|did you mean `SubAccountName`?",
        ),
        (b"SubAccountId,env,env\n1,prod,prod\n", "accounts.csv:1: the column `env` stands there twice|"),
        (b"SubAccountId,env\n1,prod\n2,prod\n1,prod\n", "accounts.csv:4: the sub account 1 already stands on line 2|"),
        (b"SubAccountId,env\n01,prod\n1,prod\n\n,prod\n", "accounts.csv:5: the row has no SubAccountId|"),
        (
            b"SubAccountId,env\n2.04517E+11,prod\n",
            "accounts.csv:2: `2.04517E+11` is a number that a spreadsheet made|as text",
        ),
        (b"SubAccountId,env\n1,prd\n", "accounts.csv:2: `prd` is no allowed value of `env`|did you mean `prod`?"),
        (b"SubAccountId,env\n1,prod,x\n", "accounts.csv:2: the row has 3 cells, the header 2|quotes"),
        (b"SubAccountId,env\n1,\xe9\n", "accounts.csv:2: the file is not UTF-8 text|"),
        (b"", "accounts.csv:1: there is no column `SubAccountId`|"),
    ] {
        refused(&config, text, expected);
    }
    let elsewhere = config.replace("accounts.csv", "acounts.csv");
    refused(&elsewhere, b"", "acounts.csv: there is no such accounts file|");
    // With a byte order mark and blanks around cells, as spreadsheets and people write.
    let settings = resolve(&config, "\u{feff}SubAccountId, env\n1, prod\n".as_bytes()).unwrap();
    assert_eq!(settings.policy.accounts["1"].tags["env"], "prod");
}
