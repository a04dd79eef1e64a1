//! The tags of a resource, as people really set them: with gaps, twins, typos and hostile values,
//! set too late, moved with a re-organisation; and what they were meant to say.

use crate::sample::bill::line::Cells;
use crate::sample::columns::Col;
use crate::sample::company::{Account, Company};

/// The tag values of a resource; empty means not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    pub team: String,
    /// `user:Team`, which AWS holds to be another key.
    pub team_twin: String,
    pub env: String,
    /// `user:environment`, the key of another house rule.
    pub environment: String,
    pub app: String,
    pub name: String,
    pub created_by: String,
    /// What the team and env values say once spelling is put right.
    pub says_team: Says,
    pub says_env: Says,
}

/// What a tag says to somebody who knows the company.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Says {
    #[default]
    Nothing,
    /// A value the company knows, in its own spelling.
    Known(String),
    /// Something nobody can make sense of.
    Nonsense,
}

/// Tags that hold from a day of the sample on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    pub from: u32,
    pub tags: Tags,
}

/// Values that break naive CSV and HTML writers and spreadsheets.
const HOSTILE: [&str; 6] = [
    "=cmd|'/c calc'!A0",
    "<script>alert(1)</script>",
    "the \"old\" one, do not delete",
    "zażółć gęślą 東京 🚀",
    "+1; DROP TABLE cost --",
    "@SUM(1+1)*cmd|' /C calc'!A0",
];

/// The word people write for an environment besides its own name, and the company's list of them.
pub const SYNONYMS: [(&str, &str); 4] =
    [("production", "prod"), ("prd", "prod"), ("stg", "staging"), ("development", "dev")];

impl Tags {
    /// All tags, right and complete.
    pub fn right(team: &str, environment: &str, app: &str, name: String) -> Tags {
        Tags {
            team: team.to_owned(),
            env: environment.to_owned(),
            app: app.to_owned(),
            name,
            says_team: Says::Known(team.to_owned()),
            says_env: Says::Known(environment.to_owned()),
            ..Tags::default()
        }
    }

    pub fn write(&self, cells: &mut Cells) {
        for (col, value) in [
            (Col::TagTeam, &self.team),
            (Col::TagTeamTwin, &self.team_twin),
            (Col::TagEnv, &self.env),
            (Col::TagEnvironment, &self.environment),
            (Col::TagApp, &self.app),
            (Col::TagName, &self.name),
            (Col::TagCreatedBy, &self.created_by),
        ] {
            if !value.is_empty() {
                cells.set(col, value.as_str());
            }
        }
    }
}

/// The tags of the resource with this number over the days of a sample of `days` days. Of twenty,
/// two have no tags at all, one gets them in the middle of a month, two have all but a team, and
/// others are misspelt in various ways; with the re-organisation the team changes, late for some.
pub fn of(company: &Company, number: usize, account: &Account, app: usize, days: u32) -> Vec<Epoch> {
    let name = format!("{}-{}-{number:04}", company.apps[app].name, account.environment);
    let before = mess(company, number, account.environment, (app, company.apps[app].team), name.clone());
    let after_team = company.owner(app, company.reorganised);
    let mut epochs = vec![Epoch { from: 0, tags: before }];
    if number * 7 % 20 == 13 {
        // Somebody went through the untagged ones one day.
        let from = (days / 2 + 5 + (number % 9) as u32).min(days.saturating_sub(3));
        let tags = std::mem::take(&mut epochs[0].tags);
        epochs.push(Epoch { from, tags });
    }
    if after_team != company.apps[app].team {
        let tags = mess(company, number, account.environment, (app, after_team), name);
        // One in five is tagged anew only twelve days later.
        let from = company.reorganised + if (number / 7).is_multiple_of(5) { 12 } else { 0 };
        for epoch in epochs.iter_mut().filter(|epoch| epoch.from >= from) {
            epoch.tags = tags.clone();
        }
        if epochs.last().is_some_and(|last| last.from < from && last.tags != tags) {
            epochs.push(Epoch { from, tags });
        }
    }
    epochs
}

fn mess(company: &Company, number: usize, environment: &str, (app, team): (usize, usize), name: String) -> Tags {
    let (team, app) = (company.teams[team].name.as_str(), company.apps[app].name.as_str());
    let mut tags = Tags::right(team, environment, app, name);
    tags.created_by = format!("IAMUser:AIDA{number:08}:{team}-deploy");
    match number * 7 % 20 {
        1 | 8 => return Tags::default(),
        3 | 14 => {
            tags.team.clear();
            tags.says_team = Says::Nothing;
        }
        11 => tags.team_twin = capitalised(&std::mem::take(&mut tags.team)),
        6 => tags.env = capitalised(environment),
        // Somebody's fingers.
        9 if (number / 20).is_multiple_of(2) => {
            tags.team = misspelt(team);
            tags.says_team = Says::Nonsense;
        }
        9 => tags.team = format!(" {team} "),
        16 => {
            tags.environment = word_for(environment).to_owned();
            tags.env.clear();
        }
        2 => {
            tags.env.clear();
            tags.says_env = Says::Nothing;
        }
        19 if (number / 20).is_multiple_of(2) => {
            tags.env = "tbd".into();
            tags.says_env = Says::Nonsense;
        }
        17 => tags.app.clear(),
        _ => {}
    }
    let among_few = if number < 64 { number % 4 == 1 } else { number % 97 == 3 };
    if among_few {
        let value = HOSTILE[number / 4 % HOSTILE.len()];
        if (number / 4).is_multiple_of(2) { tags.app = value.into() } else { tags.name = value.into() }
    }
    tags
}

/// Another word for the same environment.
fn word_for(environment: &str) -> &str {
    SYNONYMS.iter().find(|(_, meant)| *meant == environment).map_or(environment, |(word, _)| word)
}

/// The word with two letters in the wrong order.
fn misspelt(word: &str) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let last = letters.len() - 1;
    letters.swap(last - 1, last);
    let swapped: String = letters.iter().collect();
    if swapped == word { format!("{word}{}", letters[last]) } else { swapped }
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_twins_typos_and_hostile_values_are_there() {
        let company = Company::new(40, 50);
        let of = |number: usize| {
            let app = (number * 7 + 3) % company.apps.len();
            let account = &company.accounts[company.production(company.apps[app].team)];
            super::of(&company, number, account, app, 92)
        };
        let all: Vec<Vec<Epoch>> = (0..400).map(of).collect();
        let first: Vec<&Tags> = all.iter().map(|epochs| &epochs[0].tags).collect();
        let share = first.iter().filter(|tags| tags.team.is_empty()).count();
        assert_eq!(share, 120, "two without tags, one tagged later, two without a team, one twin: 6 in 20");
        assert!(first.iter().any(|tags| tags.team_twin.starts_with(char::is_uppercase)));
        assert!(first.iter().any(|tags| tags.environment == "production" && tags.env.is_empty()));
        assert!(first.iter().any(|tags| tags.says_team == Says::Nonsense));
        assert!(first.iter().any(|tags| tags.team.starts_with(' ')));
        assert!(all.iter().any(|epochs| epochs.len() == 2 && epochs[0].tags == Tags::default()), "tagged in mid-month");
        assert!(all.iter().any(|epochs| epochs.iter().any(|epoch| epoch.from == 50)), "re-organised");
        assert!(all.iter().any(|epochs| epochs.iter().any(|epoch| epoch.from == 62)), "late");
        for value in HOSTILE {
            assert!(first.iter().any(|tags| tags.name == value || tags.app == value), "{value}");
        }
        assert_eq!(misspelt("maps"), "masp");
        assert_eq!(misspelt("crmm"), "crmmm");
    }
}
