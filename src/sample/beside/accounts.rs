//! `accounts.csv`: what the company's own books say of its accounts.

use std::fmt::Write as _;

use crate::sample::company::Company;

/// The file: every account with its name and environment, and some with their team.
pub fn file(company: &Company) -> String {
    let mut text = String::from("SubAccountId,SubAccountName,env,team\n");
    for account in &company.accounts {
        let team = account.team.filter(|_| account.team_on_file);
        let team = team.map_or("", |team| company.teams[team].name.as_str());
        let _ = writeln!(text, "{},{},{},{team}", account.id, account.name, account.environment);
    }
    text
}
