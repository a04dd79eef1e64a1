//! The re-organisation: on one day in mid-year some applications, and some whole accounts, go to
//! another team.

use super::Company;

/// What changed hands, from one team (by number) to another, on [`Company::reorganised`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// The application with this number: its resources are tagged anew, most of them on the day.
    App { app: usize, to: usize },
    /// The account with this number: what has no tag in it is the new team's.
    Account { account: usize, to: usize },
}

/// One application in twenty and one account in thirty move, at least one of each.
pub fn draw(company: &Company) -> Vec<Move> {
    let mut moves = Vec::new();
    let teams = company.teams.len();
    let moving = (company.apps.len() / 20).max(1);
    for nth in 0..moving {
        // Spread over the company, beginning with what is there in every size of it.
        let app = (1 + nth * company.apps.len() / moving) % company.apps.len();
        moves.push(Move::App { app, to: (company.apps[app].team + 2) % teams });
    }
    let candidates: Vec<usize> =
        (0..company.accounts.len()).filter(|account| company.accounts[*account].moves).collect();
    let moving = (company.accounts.len() / 30).max(1);
    for nth in 0..moving.min(candidates.len()) {
        let account = candidates[nth * candidates.len() / moving];
        let from = company.accounts[account].team.unwrap_or(0);
        moves.push(Move::Account { account, to: (from + 3) % teams });
    }
    moves
}
