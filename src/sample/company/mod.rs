//! Larkfield, a company that does not exist: its teams, what they run, its accounts, and the
//! re-organisation in which some of it changes hands.

mod names;
pub mod places;
pub mod policy;
pub mod reorganisation;

use crate::sample::random::number;
use reorganisation::Move;

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    pub name: String,
    pub unit: &'static str,
    pub cost_centre: String,
    pub bill_to: String,
    /// The region it runs most in.
    pub home: usize,
}

/// An application and the team that owns it, before the re-organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    pub name: String,
    pub team: usize,
}

/// An account of the organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Twelve digits, leading zeros and all.
    pub id: String,
    pub name: String,
    /// The value of `costCategory/BusinessUnit`; empty where nobody claimed the account.
    pub business_unit: &'static str,
    /// `prod`, `staging` or `dev`.
    pub environment: &'static str,
    /// Who invoices it: the seller of record of its country.
    pub legal_entity: &'static str,
    /// Tax on its charges in percent × 100; zero means untaxed.
    pub tax: i128,
    pub tax_type: &'static str,
    /// Whose it is, before the re-organisation.
    pub team: Option<usize>,
    /// The accounts file names the team, so that its charges inherit it.
    pub team_on_file: bool,
    /// It may change hands: it has a team, and no file says so.
    pub moves: bool,
}

/// The organisation.
#[derive(Debug, Clone)]
pub struct Company {
    pub teams: Vec<Team>,
    pub apps: Vec<App>,
    pub accounts: Vec<Account>,
    pub moves: Vec<Move>,
    /// Day of the sample from which the re-organisation holds.
    pub reorganised: u32,
    /// The first account of the shared ones that every company has, in the order of [`Role`].
    shared: usize,
    /// By team: its production account, its development account (its unit's, if it has none).
    homes: Vec<[usize; 2]>,
    /// By team: the staging account of its unit.
    staging: Vec<usize>,
}

/// Accounts that are nobody's alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Where people try things out.
    Sandbox,
    /// What was moved out of the way and forgotten: nothing runs there.
    Archive,
    /// Only marketplace subscriptions, invoiced in euro.
    Market,
}

/// The management account, which pays.
pub const PAYER: usize = 0;

const US: &str = "Amazon Web Services, Inc.";
const EU: &str = "Amazon Web Services EMEA SARL";

impl Company {
    /// A company of `teams` teams that re-organises on a day of the sample.
    pub fn new(teams: usize, reorganised: u32) -> Company {
        let mut company = Company {
            teams: Vec::new(),
            apps: Vec::new(),
            accounts: vec![account("larkfield", "Shared", "prod", None)],
            moves: Vec::new(),
            reorganised,
            shared: 0,
            homes: Vec::new(),
            staging: Vec::new(),
        };
        for number in 0..teams {
            company.found(number);
        }
        company.shared = company.accounts.len();
        for (name, unit, environment) in
            [("sandbox", "", "dev"), ("archive", "Shared", "prod"), ("marketplace", "Commerce", "prod")]
        {
            company.accounts.push(account(name, unit, environment, None));
        }
        company.moves = reorganisation::draw(&company);
        company
    }

    /// Adds a team with its applications and accounts.
    fn found(&mut self, number: usize) {
        let (name, unit) = (names::team(number), names::unit(number));
        for app in names::apps(number, &name) {
            self.apps.push(App { name: app, team: number });
        }
        let prod = self.open(account(&format!("{name}-prod"), unit, "prod", Some(number)));
        self.accounts[prod].team_on_file = number.is_multiple_of(2);
        let dev = if number % 5 < 3 {
            let dev = self.open(account(&format!("{name}-dev"), unit, "dev", Some(number)));
            self.accounts[dev].team_on_file = number.is_multiple_of(4);
            self.accounts[dev].moves = !self.accounts[dev].team_on_file;
            dev
        } else {
            self.of_unit(unit, "dev")
        };
        let staging = self.of_unit(unit, "staging");
        self.homes.push([prod, dev]);
        self.staging.push(staging);
        self.teams.push(Team {
            unit,
            cost_centre: format!("{}", 4_100 + 10 * number),
            bill_to: format!("Larkfield {unit} {}", if unit == "Commerce" { "GmbH" } else { "Inc." }),
            home: [places::US_EAST, places::FRANKFURT, places::US_EAST, places::IRELAND, places::US_WEST][number % 5],
            name,
        });
    }

    /// The account that the teams of a unit share for an environment.
    fn of_unit(&mut self, unit: &'static str, environment: &'static str) -> usize {
        let name = format!("{}-{environment}", unit.to_lowercase());
        match self.accounts.iter().position(|account| account.name == name) {
            Some(known) => known,
            None => self.open(account(&name, unit, environment, None)),
        }
    }

    fn open(&mut self, account: Account) -> usize {
        self.accounts.push(account);
        self.accounts.len() - 1
    }

    pub fn role(&self, role: Role) -> usize {
        self.shared + role as usize
    }

    pub fn production(&self, team: usize) -> usize {
        self.homes[team % self.homes.len()][0]
    }

    pub fn development(&self, team: usize) -> usize {
        self.homes[team % self.homes.len()][1]
    }

    pub fn staging(&self, team: usize) -> usize {
        self.staging[team % self.staging.len()]
    }

    /// The team of an application on a day of the sample.
    pub fn owner(&self, app: usize, day: u32) -> usize {
        let moved = self.moves.iter().find_map(|moved| match moved {
            Move::App { app: it, to } if *it == app && day >= self.reorganised => Some(*to),
            _ => None,
        });
        moved.unwrap_or(self.apps[app].team)
    }

    /// The team of an account on a day of the sample, by the company's own books.
    pub fn holder(&self, account: usize, day: u32) -> Option<usize> {
        let moved = self.moves.iter().find_map(|moved| match moved {
            Move::Account { account: it, to } if *it == account && day >= self.reorganised => Some(*to),
            _ => None,
        });
        moved.or(self.accounts[account].team)
    }

    /// An application of a team.
    pub fn app_of(&self, team: usize, nth: usize) -> usize {
        let team = team % self.teams.len();
        let apps: Vec<usize> = (0..self.apps.len()).filter(|app| self.apps[*app].team == team).collect();
        apps[nth % apps.len()]
    }
}

fn account(name: &str, unit: &'static str, environment: &'static str, team: Option<usize>) -> Account {
    let (legal_entity, tax, tax_type) = match unit {
        "Commerce" => (EU, 1_900, "VAT"),
        "Maps" => (US, 625, "USSalesTax"),
        _ => (US, 0, ""),
    };
    let id = match name {
        "larkfield" => "418801120017".to_owned(),
        "maps-prod" => "204516638824".to_owned(),
        // An account id is text: this one would lose its zero as a number.
        "platform-prod" => "097250418863".to_owned(),
        "marketplace" => "928164305517".to_owned(),
        _ => format!("{}{}", 10 + number(&format!("{name} twice")) % 90, number(name)),
    };
    Account {
        id,
        name: name.to_owned(),
        business_unit: unit,
        environment,
        legal_entity,
        tax,
        tax_type,
        team,
        team_on_file: false,
        moves: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn companies_of_all_sizes_have_distinct_names_and_ids() {
        for teams in [5, 40, 200] {
            let company = Company::new(teams, 50);
            let ids: BTreeSet<&str> = company.accounts.iter().map(|account| account.id.as_str()).collect();
            assert_eq!(ids.len(), company.accounts.len());
            assert!(ids.iter().all(|id| id.len() == 12));
            let names: BTreeSet<&str> = company.teams.iter().map(|team| team.name.as_str()).collect();
            assert_eq!(names.len(), teams);
            let apps: BTreeSet<&str> = company.apps.iter().map(|app| app.name.as_str()).collect();
            assert_eq!(apps.len(), company.apps.len());
            assert!(company.accounts.len() > teams + 10);
        }
    }

    #[test]
    fn a_move_changes_the_owner_on_its_day() {
        let company = Company::new(40, 50);
        let apps = company.moves.iter().filter(|moved| matches!(moved, Move::App { .. })).count();
        assert!(apps > 2 && company.moves.len() > apps);
        for moved in &company.moves {
            match *moved {
                Move::App { app, to } => {
                    assert_ne!(company.owner(app, 49), to);
                    assert_eq!(company.owner(app, 50), to);
                }
                Move::Account { account, to } => {
                    assert_ne!(company.holder(account, 49), Some(to));
                    assert_eq!(company.holder(account, 50), Some(to));
                }
            }
        }
    }
}
