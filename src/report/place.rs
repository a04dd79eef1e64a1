//! Where a page and its files stand in the output folder.

use super::slug::slug;
use crate::focus::BillingMonth;

/// The folder of a page, and whose page it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `2026-10`, or `2026-10/team/maps`.
    pub folder: String,
    /// From there to the output folder: `../`, or `../../../`.
    pub root: String,
    /// The value the page is about: the team.
    pub of: Option<String>,
}

impl Place {
    /// The page of everything.
    pub fn whole(month: BillingMonth) -> Self {
        Self { folder: month.to_string(), root: "../".to_string(), of: None }
    }

    /// The page of one value of `column`.
    pub fn of(month: BillingMonth, column: &str, value: &str) -> Self {
        Self {
            folder: format!("{month}/{}/{}", folder_of(column), slug(value)),
            root: "../../../".to_string(),
            of: Some(value.to_string()),
        }
    }
}

/// `x_Team` is `team`, `SubAccountId` is `sub_account_id`.
pub fn folder_of(column: &str) -> String {
    let mut folder = String::new();
    for sign in column.strip_prefix("x_").unwrap_or(column).chars() {
        if sign.is_ascii_uppercase() && !folder.is_empty() && !folder.ends_with('_') {
            folder.push('_');
        }
        folder.push(if sign.is_ascii_alphanumeric() { sign.to_ascii_lowercase() } else { '_' });
    }
    folder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_names_a_folder() {
        for (column, folder) in [("x_Team", "team"), ("SubAccountId", "sub_account_id"), ("x_Tag_app", "tag_app")] {
            assert_eq!(folder_of(column), folder);
        }
    }
}
