//! The tags of a resource, as people really set them: with gaps, twins and hostile values.

use super::columns::Col;
use super::company::{ACCOUNTS, APPS};
use super::line::Cells;

/// The tag values of a resource; empty means not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tags {
    pub team: String,
    /// `user:Team`, which AWS holds to be another key.
    pub team_twin: String,
    pub env: String,
    pub app: String,
    pub name: String,
    pub created_by: String,
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

impl Tags {
    /// The tags of the resource with this number. One in four has no team: of twenty, two have no
    /// tags at all, two all but a team, and one has it under the twin key.
    pub fn of(number: usize, account: usize, app: usize) -> Tags {
        let (app, team) = APPS[app];
        let environment = ACCOUNTS[account].environment;
        let mut tags = Tags {
            team: team.into(),
            env: environment.into(),
            app: app.into(),
            name: format!("{app}-{environment}-{number:04}"),
            created_by: format!("IAMUser:AIDA{number:08}:{team}-deploy"),
            ..Tags::default()
        };
        match number * 7 % 20 {
            1 | 8 => return Tags::default(),
            3 | 14 => tags.team.clear(),
            11 => tags.team_twin = capitalised(&std::mem::take(&mut tags.team)),
            6 => tags.env = capitalised(environment),
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

    pub fn write(&self, cells: &mut Cells) {
        for (col, value) in [
            (Col::TagTeam, &self.team),
            (Col::TagTeamTwin, &self.team_twin),
            (Col::TagEnv, &self.env),
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

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_twins_and_hostile_values_are_there() {
        let all: Vec<Tags> = (0..200).map(|number| Tags::of(number, number % 9, number / 3 % 10)).collect();
        let share = all.iter().filter(|tags| tags.team.is_empty()).count();
        assert_eq!(share, 50, "1 in 4");
        assert!(all.iter().any(|tags| tags.team_twin == "Maps"));
        for value in HOSTILE {
            assert!(all.iter().any(|tags| tags.name == value || tags.app == value), "{value}");
        }
    }
}
