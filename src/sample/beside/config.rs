//! The `costmill.toml` of the company, ready to run.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate};

use super::drivers::{METRICS, Scope};
use crate::sample::Export;
use crate::sample::company::Company;
use crate::sample::company::policy::{EXEMPT, Policy};
use crate::sample::company::reorganisation::Move;
use crate::sample::estate::tags::SYNONYMS;

/// The file, for exports of which the first of each cloud is its primary source. `ids` are those of the
/// company's accounts in each cloud.
pub fn file(
    (company, ids): (&Company, &[Vec<String>]),
    policy: Policy,
    exports: &[Export],
    first: NaiveDate,
) -> String {
    let mut text = String::from(
        "# Larkfield, a company that does not exist: its sources, its tag policy, who owns what, and\n\
         # what a unit of its business costs. Made by `costmill sample`; the truths are in truths/.\n\n\
         lake = \"lake\"\noutput = \"out\"\naccounts = \"accounts.csv\"\n",
    );
    let date = |day: u32| first + Days::new(u64::from(day));
    for (number, export) in exports.iter().enumerate() {
        let (format, begins) = export.source();
        let cloud = export.cloud();
        let is_first = !exports[..number].iter().any(|export| export.cloud() == cloud);
        let role = if is_first { "primary" } else { "shadow" };
        let word = export.word();
        let id = word.strip_prefix("aws-").unwrap_or(word);
        let _ = write!(
            text,
            "\n[[source]]\nid = \"{}\"\nformat = \"{format}\"\nlocation = \"{word}/{begins}\"\nrole = \"{role}\"\n",
            if is_first { cloud.word() } else { id },
        );
    }
    let teams: Vec<String> = company.teams.iter().map(|team| format!("\"{}\"", team.name)).collect();
    let synonyms: Vec<String> = SYNONYMS.iter().map(|(word, meant)| format!("{word} = \"{meant}\"")).collect();
    let _ = write!(
        text,
        "\n[tags]\ncoverage_key = \"team\"\ntarget = 0.9\n\
         \n[tags.dimensions.team]\nkeys = [\"team\", \"Team\"]\nrequired = true\nallowed = [{}]\nfold_case = true\n\
         inherit = true\n\
         \n[tags.dimensions.env]\nkeys = [\"env\", \"environment\"]\nrequired = true\n\
         allowed = [\"prod\", \"staging\", \"dev\"]\nfold_case = true\nsynonyms = {{ {} }}\ninherit = true\n\
         \n[tags.dimensions.app]\nkeys = [\"app\"]\nrequired = true\nactive_from = \"{}\"\n\
         \n[[tags.exemption]]\nkeys = [\"app\"]\nwhere = {{ ServiceName = [\"{}\"] }}\n\
         reason = \"vaults hold the backups of many applications\"\nuntil = \"{}\"\n\
         \n[environment]\ndimension = \"env\"\nnon_production = [\"dev\", \"staging\"]\n",
        teams.join(", "),
        synonyms.join(", "),
        date(policy.app_active),
        EXEMPT.1,
        date(policy.exempt_until),
    );
    owners((company, ids), date(company.reorganised), &mut text);
    metrics(&mut text);
    text.push_str("\n[waste]\nminimum_monthly_saving = 1.0\nutilisation = [\"utilisation/*.parquet\"]\n");
    text
}

/// Teams, and whose a charge is: by its tag, else by its account, as of its day.
fn owners((company, ids): (&Company, &[Vec<String>]), day: NaiveDate, text: &mut String) {
    for team in &company.teams {
        let _ = write!(
            text,
            "\n[[team]]\nname = \"{}\"\ncost_centre = \"{}\"\nbill_to = \"{}\"\n",
            team.name, team.cost_centre, team.bill_to,
        );
    }
    text.push_str("\n[[owner]]\ntag = \"team\"\n");
    let rule = |accounts: &[&str], team: usize, range: &str| {
        let accounts: Vec<String> = accounts.iter().map(|account| format!("\"{account}\"")).collect();
        let (accounts, team) = (accounts.join(", "), &company.teams[team].name);
        format!("\n[[owner]]\n{range}where = {{ SubAccountId = [{accounts}] }}\nteam = \"{team}\"\n")
    };
    let moved = |account: usize| {
        company.moves.iter().find_map(|moved| match moved {
            Move::Account { account: it, to } if *it == account => Some(*to),
            _ => None,
        })
    };
    text.push_str("\n# What has no valid team tag is the team's whose account it is.");
    let mut changed = String::new();
    for team in 0..company.teams.len() {
        let mut kept: Vec<&str> = Vec::new();
        for (number, _) in company.accounts.iter().enumerate().filter(|(_, it)| it.team == Some(team)) {
            match moved(number) {
                Some(to) => {
                    let its: Vec<&str> = ids.iter().map(|ids| ids[number].as_str()).collect();
                    changed.push_str(&rule(&its, team, &format!("until = \"{day}\"\n")));
                    changed.push_str(&rule(&its, to, &format!("from = \"{day}\"\n")));
                }
                None => kept.extend(ids.iter().map(|ids| ids[number].as_str())),
            }
        }
        text.push_str(&rule(&kept, team, ""));
    }
    let _ = write!(text, "\n# The re-organisation of {day}: these accounts changed hands.{changed}");
    text.push_str(
        "\n[showback]\nbasis = \"EffectiveCost\"\ntax = \"owner\"\nsupport = \"owner\"\ncredits = \"owner\"\nrefunds = \"owner\"\n",
    );
}

fn metrics(text: &mut String) {
    for metric in &METRICS {
        let _ = write!(
            text,
            "\n[[unit_metric]]\nid = \"{}\"\ntitle = \"{}\"\nunit = \"{}\"\nper = {}\ndriver = \"{}\"\nbasis = \"EffectiveCost\"\n",
            metric.id, metric.title, metric.unit, metric.per, metric.file,
        );
        if metric.level {
            text.push_str("quantity = \"level\"\n");
        }
        match metric.scope {
            Scope::Everything => {}
            Scope::EachApp => text.push_str("dimension = \"x_Tag_app\"\nwhere = { x_Tag_env = [\"prod\"] }\n"),
            Scope::Apps(apps) => {
                let apps: Vec<String> = apps.iter().map(|app| format!("\"{app}\"")).collect();
                let _ = writeln!(text, "where = {{ x_Tag_env = [\"prod\"], x_Tag_app = [{}] }}", apps.join(", "));
            }
        }
    }
}
