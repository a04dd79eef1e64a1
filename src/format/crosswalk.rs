//! The crosswalk of a format: from native line types and money to charge categories and costs.
//!
//! It is written line type by line type and evaluated row by row on the delivered text with
//! integers; the mapping is written column by column and evaluated by Polars. One proves the
//! other: what the crosswalk makes of `landed` must equal the sums of `cost`.

use crate::focus::money::{COST_SCALE, mul_div};

/// The costs a rule yields, in this order.
pub const RULE_COSTS: [&str; 5] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SplitCost"];

/// One term: a sign, and the columns of which the first with a value counts. A last alternative
/// `0` makes a blank count as nothing; without it a blank is an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub sign: i8,
    pub columns: Vec<String>,
    pub blank_is_zero: bool,
}

/// A sum of terms, such a sum scaled by the ratio of two others, a product, or the first of several that
/// has a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Formula {
    Sum(Vec<Term>),
    Scaled {
        amount: Vec<Term>,
        times: Vec<Term>,
        by: Vec<Term>,
    },
    /// Of columns, from left to right, half-even at 18 decimals after each step. The first is a price: it
    /// has no value where it is blank or 0. A factor whose last alternative is `1` is 1 where blank.
    Product(Vec<Factor>),
    FirstOf(Vec<Formula>),
}

/// One factor of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    pub column: String,
    pub blank_is_one: bool,
}

/// What one native line type (with its qualifier) becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRule {
    pub line_type: String,
    /// As in [`super::Qualifier::suffix`]; empty for none.
    pub qualifier: String,
    /// `gross`, `net`, or `any`.
    pub basis: String,
    /// Empty: such rows are no charges of `cost`, because another dataset has them.
    pub charge_category: String,
    /// In the order of [`RULE_COSTS`].
    pub costs: [Formula; 5],
}

/// All rules of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crosswalk {
    pub rules: Vec<LineRule>,
}

impl Crosswalk {
    /// The rule of a native line type key (`Fee` or `Fee/reservation`) on a basis.
    pub fn rule(&self, key: &str, basis: &str) -> Option<&LineRule> {
        let (line_type, qualifier) = key.split_once('/').unwrap_or((key, ""));
        self.rules
            .iter()
            .find(|r| r.line_type == line_type && r.qualifier == qualifier && (r.basis == basis || r.basis == "any"))
    }
}

impl Crosswalk {
    /// The same rules for an export that spells its columns otherwise.
    pub fn renamed(mut self, name: impl Fn(&str) -> String) -> Self {
        let formulas = self.rules.iter_mut().flat_map(|rule| &mut rule.costs);
        let terms = formulas.flat_map(|formula| match formula {
            Formula::Sum(terms) => terms.iter_mut().collect::<Vec<_>>(),
            Formula::Scaled { amount, times, by } => amount.iter_mut().chain(times).chain(by).collect(),
            Formula::Product(_) | Formula::FirstOf(_) => Vec::new(),
        });
        for column in terms.flat_map(|term| &mut term.columns) {
            *column = name(column);
        }
        self
    }
}

impl Formula {
    /// Reads `0`, `+a -b|c`, `(…) * (…) / (…)`, `a*b*c|1`, and several of them between ` ?? `.
    pub fn parse(text: &str) -> Option<Formula> {
        let text = text.trim();
        if text.contains(" ?? ") {
            return text.split(" ?? ").map(Self::parse).collect::<Option<_>>().map(Self::FirstOf);
        }
        if text == "0" {
            return Some(Self::Sum(Vec::new()));
        }
        if let Some(inside) = text.strip_prefix('(') {
            let (amount, rest) = inside.split_once(") * (")?;
            let (times, by) = rest.split_once(") / (")?;
            let by = by.strip_suffix(')')?;
            return Some(Self::Scaled { amount: terms(amount)?, times: terms(times)?, by: terms(by)? });
        }
        if !text.starts_with(['+', '-']) {
            let factor = |text: &str| {
                let (column, one) = text.split_once('|').map_or((text, false), |(column, one)| (column, one == "1"));
                Factor { column: column.into(), blank_is_one: one }
            };
            return (!text.is_empty()).then(|| Self::Product(text.split('*').map(factor).collect()));
        }
        Some(Self::Sum(terms(text)?))
    }

    /// Every term, wherever it stands.
    pub fn terms(&self) -> Vec<&Term> {
        match self {
            Self::Sum(terms) => terms.iter().collect(),
            Self::Scaled { amount, times, by } => amount.iter().chain(times).chain(by).collect(),
            Self::Product(_) => Vec::new(),
            Self::FirstOf(all) => all.iter().flat_map(Self::terms).collect(),
        }
    }

    /// Every column it reads.
    pub fn columns(&self) -> Vec<&str> {
        match self {
            Self::Product(factors) => factors.iter().map(|factor| factor.column.as_str()).collect(),
            Self::FirstOf(all) => all.iter().flat_map(Self::columns).collect(),
            _ => self.terms().into_iter().flat_map(|term| &term.columns).map(String::as_str).collect(),
        }
    }

    /// The value in units of 10^-18, given the value of each column; `Err` names the blank column.
    pub fn value<'a>(&'a self, cell: &impl Fn(&str) -> Option<i128>) -> Result<i128, &'a str> {
        match self {
            Self::Sum(terms) => sum(terms, cell),
            Self::Scaled { amount, times, by } => {
                let (amount, times, by) = (sum(amount, cell)?, sum(times, cell)?, sum(by, cell)?);
                Ok(if by == 0 { amount } else { mul_div(amount, times, by).unwrap_or(amount) })
            }
            Self::Product(factors) => product(factors, cell).ok_or_else(|| factors[0].column.as_str()),
            Self::FirstOf(all) => {
                let mut last = Err("");
                for formula in all {
                    last = formula.value(cell);
                    if last.is_ok() {
                        break;
                    }
                }
                last
            }
        }
    }
}

/// `None` where the price is not told, or a factor is blank.
fn product(factors: &[Factor], cell: &impl Fn(&str) -> Option<i128>) -> Option<i128> {
    const ONE: i128 = 10i128.pow(COST_SCALE);
    let (price, others) = factors.split_first()?;
    let price = cell(&price.column).filter(|price| *price != 0)?;
    others.iter().try_fold(price, |product, factor| match cell(&factor.column) {
        Some(value) => mul_div(product, value, ONE),
        None => factor.blank_is_one.then_some(product),
    })
}

fn sum<'a>(terms: &'a [Term], cell: &impl Fn(&str) -> Option<i128>) -> Result<i128, &'a str> {
    let mut total = 0;
    for term in terms {
        let value = term.columns.iter().find_map(|name| cell(name));
        let value = match value {
            Some(value) => value,
            None if term.blank_is_zero => 0,
            None => return Err(term.columns.first().map_or("", String::as_str)),
        };
        total += i128::from(term.sign) * value;
    }
    Ok(total)
}

fn terms(text: &str) -> Option<Vec<Term>> {
    text.split_whitespace()
        .map(|term| {
            let (sign, names) = match term.split_at_checked(1)? {
                ("+", names) => (1, names),
                ("-", names) => (-1, names),
                _ => return None,
            };
            let mut columns: Vec<_> = names.split('|').map(str::to_string).collect();
            let blank_is_zero = columns.last().is_some_and(|name| name == "0");
            if blank_is_zero {
                columns.pop();
            }
            Some(Term { sign, columns, blank_is_zero })
        })
        .collect()
}

/// Reads a crosswalk table: line_type, qualifier, basis, the five costs, ChargeCategory.
/// The tables are ours, so a line that does not read is skipped here and caught by a test.
pub fn read(table: &str) -> Crosswalk {
    let rule = |line: &str| -> Option<LineRule> {
        let fields: Vec<_> = line.split(',').collect();
        let [line_type, qualifier, basis, billed, effective, list, contracted, split, category] = fields.as_slice()
        else {
            return None;
        };
        let costs = [billed, effective, list, contracted, split].map(|text| Formula::parse(text));
        let [Some(a), Some(b), Some(c), Some(d), Some(e)] = costs else {
            return None;
        };
        Some(LineRule {
            line_type: (*line_type).into(),
            qualifier: (*qualifier).into(),
            basis: (*basis).into(),
            charge_category: (*category).into(),
            costs: [a, b, c, d, e],
        })
    };
    Crosswalk { rules: table.lines().skip(1).filter_map(rule).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.146 × 8 × 0.5 = 0.584; without a rate 1.168; without a price, or with one of 0, the cost.
    #[test]
    fn a_product_has_a_value_where_its_price_has_one() {
        let formula = Formula::parse("Price*Quantity*Rate|1 ?? +Cost").unwrap();
        let unit = |text: &str| text.parse::<crate::focus::Money>().unwrap().0;
        let value = |price: Option<&str>, rate: Option<&str>| {
            let cell = |name: &str| match name {
                "Price" => price.map(unit),
                "Quantity" => Some(unit("8")),
                "Rate" => rate.map(unit),
                _ => Some(unit("0.5")),
            };
            crate::focus::Money(formula.value(&cell).unwrap()).to_string()
        };
        assert_eq!(value(Some("0.146"), Some("0.5")), "0.584");
        assert_eq!(value(Some("0.146"), None), "1.168");
        assert_eq!((value(None, None), value(Some("0"), None)), ("0.5".into(), "0.5".into()));
        assert_eq!(formula.columns(), ["Price", "Quantity", "Rate", "Cost"]);
        let none = Formula::parse("Price*Quantity").unwrap();
        assert_eq!(none.value(&|_| None), Err("Price"));
    }
}
