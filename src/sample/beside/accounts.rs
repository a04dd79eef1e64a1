//! `accounts.csv`: what the company's own books say of its accounts.

use std::fmt::Write as _;

use crate::sample::company::Company;

/// The file: every account with its name and environment, and some with their team. `ids` are those of
/// the accounts in each cloud.
pub fn file(company: &Company, ids: &[Vec<String>]) -> String {
    let mut text = String::from("SubAccountId,SubAccountName,env,team\n");
    for ids in ids {
        for (account, id) in company.accounts.iter().zip(ids) {
            let team = account.team.filter(|_| account.team_on_file);
            let team = team.map_or("", |team| company.teams[team].name.as_str());
            let _ = writeln!(text, "{id},{},{},{team}", account.name, account.environment);
        }
    }
    text
}
