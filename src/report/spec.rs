//! A report as its TOML file says it.

use super::chart::ChartKind;

/// What to show to whom. The id is the file stem.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportSpec {
    pub id: String,
    pub title: String,
    /// Who reads it, in a few words.
    pub audience: String,
    pub sections: Vec<SectionSpec>,
}

/// One section: a query, how it is drawn, and the words around it.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionSpec {
    /// Lower-case letters, digits and `_`; names the section's files.
    pub id: String,
    /// Says which cost by what: `EffectiveCost by service`. Currency, period and state are added.
    pub title: String,
    /// The id of the query: `metric/cost_by_service`.
    pub query: String,
    pub chart: ChartKind,
    /// Overrides of the query's params.
    pub params: toml::Table,
    /// The columns that make a category (or the time axis); several are joined with ` · `.
    pub x: Vec<String>,
    /// A column with the reader's name of the category, where it has one.
    pub label: Option<String>,
    /// The value drawn.
    pub y: Option<String>,
    /// The column whose values become the parts of a stack or the lines.
    pub series: Option<String>,
    /// The same value one billing period earlier, drawn as a mark.
    pub prior: Option<String>,
    /// Figures of a `number` section, drawn once per row.
    pub cards: Vec<CardSpec>,
    /// The table's columns, in order: `None` is all of them, empty is no table. The CSV has all.
    pub columns: Option<Vec<String>>,
    /// Whether adding up the rows of one currency means something: a total row under the table.
    pub total: bool,
    /// Categories (or series) drawn before the rest become "other".
    pub limit: usize,
    /// A definition or a caution, beside the figure.
    pub note: Option<String>,
}

/// One figure of a `number` section.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardSpec {
    pub value: String,
    /// Heading; the column's own name unless given.
    pub title: Option<String>,
    /// The same value one billing period earlier.
    pub prior: Option<String>,
    pub change: Option<String>,
    /// A ratio: change ÷ prior.
    pub change_share: Option<String>,
    /// For a ratio: the part and the whole it was made of.
    pub part: Option<String>,
    pub whole: Option<String>,
}

impl SectionSpec {
    /// Every column the section names, with the key that names it: each must be in the query.
    pub fn named_columns(&self) -> Vec<(String, &str)> {
        let mut named: Vec<(String, &str)> = Vec::new();
        named.extend(self.x.iter().map(|column| ("x".to_string(), column.as_str())));
        for (key, column) in [("label", &self.label), ("y", &self.y), ("series", &self.series), ("prior", &self.prior)]
        {
            named.extend(column.iter().map(|column| (key.to_string(), column.as_str())));
        }
        for (at, card) in self.cards.iter().enumerate() {
            let key = |name: &str| format!("cards[{at}].{name}");
            named.push((key("value"), &card.value));
            for (name, column) in [
                ("prior", &card.prior),
                ("change", &card.change),
                ("change_share", &card.change_share),
                ("part", &card.part),
                ("whole", &card.whole),
            ] {
                named.extend(column.iter().map(|column| (key(name), column.as_str())));
            }
        }
        named.extend(self.columns.iter().flatten().map(|column| ("columns".to_string(), column.as_str())));
        named
    }
}
