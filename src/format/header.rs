//! How a format's column names meet the names in a file.

use std::collections::HashMap;

/// How a provider spells column names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderStyle {
    /// `category/Name`, or the Athena spelling of the same, `category_name`. Case-sensitive.
    AwsCategory,
    /// Exactly as written.
    Exact,
    /// In any case, and the name in brackets where there is one: `Ressourcengruppe (ResourceGroup)`. The
    /// table holds what generations of the export renamed: the name used here, and its others in order.
    AnyCase(&'static [(&'static str, &'static [&'static str])]),
}

impl HeaderStyle {
    /// What two spellings of one name have in common.
    fn key(self, name: &str) -> String {
        let Self::AnyCase(_) = self else { return name.to_string() };
        let inside = name.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map(|(_, inside)| inside);
        inside.unwrap_or(name).trim().to_lowercase()
    }

    /// Is `delivered` how a file may spell the format's name `canonical`?
    pub fn same(self, delivered: &str, canonical: &str) -> bool {
        let key = self.key(delivered);
        let renamed = match self {
            Self::AnyCase(renamed) => renamed.iter().find(|(name, _)| *name == canonical).map(|(_, others)| *others),
            _ => None,
        };
        key == self.key(canonical) || renamed.unwrap_or_default().iter().any(|name| key == self.key(name))
    }
}

/// The columns of one delivery, found by the names a format uses for them.
#[derive(Debug, Clone)]
pub struct Header {
    /// As delivered, in file order.
    pub delivered: Vec<String>,
    style: HeaderStyle,
    positions: HashMap<String, usize>,
}

impl Header {
    pub fn new(style: HeaderStyle, delivered: Vec<String>) -> Self {
        let positions = delivered.iter().enumerate().map(|(at, name)| (style.key(name), at)).collect();
        Self { delivered, style, positions }
    }

    /// The position of a column by the format's name for it.
    pub fn position(&self, canonical: &str) -> Option<usize> {
        if let Some(at) = self.positions.get(&self.style.key(canonical)) {
            return Some(*at);
        }
        match self.style {
            HeaderStyle::Exact => None,
            HeaderStyle::AnyCase(renamed) => {
                let others = renamed.iter().find(|(name, _)| *name == canonical).map_or(&[][..], |(_, others)| others);
                others.iter().find_map(|name| self.positions.get(&self.style.key(name))).copied()
            }
            HeaderStyle::AwsCategory => {
                athena_names(canonical).iter().find_map(|name| self.positions.get(name)).copied()
            }
        }
    }

    /// Every delivered spelling of a column: more than one, and it is not known which one counts.
    pub fn spellings(&self, canonical: &str) -> Vec<&str> {
        let athena = match self.style {
            HeaderStyle::Exact | HeaderStyle::AnyCase(_) => Vec::new(),
            HeaderStyle::AwsCategory => athena_names(canonical).to_vec(),
        };
        let key = self.style.key(canonical);
        let is = |name: &&String| self.style.key(name) == key || athena.contains(name);
        self.delivered.iter().filter(is).map(String::as_str).collect()
    }

    /// The delivered spelling of a column.
    pub fn name(&self, canonical: &str) -> Option<&str> {
        self.position(canonical).map(|at| self.delivered[at].as_str())
    }

    pub fn has(&self, canonical: &str) -> bool {
        self.position(canonical).is_some()
    }

    /// The delivered columns under a prefix in either spelling, with the key that remains:
    /// `resourceTags/user:team` is `user:team`, `resource_tags_user_team` is `user:team` too.
    pub fn under(&self, prefix: &str) -> Vec<(String, &str)> {
        let athena = format!("{}_", snake(prefix));
        let mut found = Vec::new();
        for name in &self.delivered {
            if let Some(key) = name.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')) {
                found.push((key.to_string(), name.as_str()));
            } else if self.style == HeaderStyle::AwsCategory
                && let Some(key) = name.strip_prefix(&athena)
            {
                let key = ["user", "aws"]
                    .iter()
                    .find_map(|owner| key.strip_prefix(&format!("{owner}_")).map(|rest| format!("{owner}:{rest}")));
                found.push((key.unwrap_or_else(|| name[athena.len()..].to_string()), name.as_str()));
            }
        }
        found
    }
}

/// The Athena spellings of a `category/Name` column: the rule, and the awkward one that splits
/// `ARN` into letters (`savings_plan_savings_plan_a_r_n`, seen in CUR Parquet).
fn athena_names(canonical: &str) -> [String; 2] {
    let plain = snake(canonical);
    let split = plain.strip_suffix("_arn").map_or_else(|| plain.clone(), |stem| format!("{stem}_a_r_n"));
    [plain, split]
}

/// `lineItem/UsageStartDate` → `line_item_usage_start_date`.
pub(super) fn snake(canonical: &str) -> String {
    let mut out = String::with_capacity(canonical.len() + 8);
    let mut previous = '/';
    for letter in canonical.chars() {
        if letter == '/' || letter == ':' || letter == '-' || letter == ' ' {
            out.push('_');
        } else {
            if letter.is_ascii_uppercase() && (previous.is_ascii_lowercase() || previous.is_ascii_digit()) {
                out.push('_');
            }
            out.push(letter.to_ascii_lowercase());
        }
        previous = letter;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_of_a_cur_column_are_found() {
        for (delivered, canonical) in [
            ("lineItem/UnblendedCost", "lineItem/UnblendedCost"),
            ("line_item_unblended_cost", "lineItem/UnblendedCost"),
            ("savings_plan_savings_plan_a_r_n", "savingsPlan/SavingsPlanARN"),
            ("savings_plan_savings_plan_arn", "savingsPlan/SavingsPlanARN"),
            ("reservation_reservation_a_r_n", "reservation/ReservationARN"),
            ("pricing_public_on_demand_cost", "pricing/publicOnDemandCost"),
        ] {
            let header = Header::new(HeaderStyle::AwsCategory, vec![delivered.into()]);
            assert_eq!(header.name(canonical), Some(delivered));
        }
    }

    #[test]
    fn columns_that_differ_by_case_are_two_columns() {
        let names = ["resourceTags/user:team", "resourceTags/user:Team"];
        let header = Header::new(HeaderStyle::AwsCategory, names.map(String::from).to_vec());
        assert_eq!(header.under("resourceTags"), vec![("user:team".into(), names[0]), ("user:Team".into(), names[1])]);
    }

    #[test]
    fn any_case_and_what_stands_in_brackets() {
        let style = HeaderStyle::AnyCase(&[("CostInBillingCurrency", &["Cost"])]);
        let names = ["resourceid", "Ressourcengruppe (ResourceGroup)", "Cost", "x_Dataset"];
        let header = Header::new(style, names.map(String::from).to_vec());
        assert_eq!(header.name("ResourceId"), Some("resourceid"));
        assert_eq!(header.name("resourceGroup"), Some("Ressourcengruppe (ResourceGroup)"));
        assert_eq!(header.name("CostInBillingCurrency"), Some("Cost"));
        assert!(style.same("COST", "CostInBillingCurrency") && !style.same("CostCenter", "CostInBillingCurrency"));
        let both = Header::new(style, ["Tags", "tags", "Cost", "CostInBillingCurrency"].map(String::from).to_vec());
        assert_eq!(both.spellings("Tags"), ["Tags", "tags"]);
        // What was renamed has an order of precedence: no doubt which one counts.
        assert_eq!(both.name("CostInBillingCurrency"), Some("CostInBillingCurrency"));
    }
}
