//! A report as its TOML file says it.

use super::chart::ChartKind;
use std::collections::BTreeMap;

/// What to show to whom. The id is the file stem.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportSpec {
    pub id: String,
    pub title: String,
    /// Who reads it, in a few words.
    pub audience: String,
    /// Its place among the reports, smallest first; then by id.
    pub order: u32,
    /// One page for each value of this column, which every section that is not shared must return.
    pub per: Option<String>,
    /// With `per`: a page of all values, too.
    pub whole: bool,
    /// Single values beside the title: a cost centre.
    pub facts: Vec<FigureSpec>,
    /// What the index says of the page.
    pub figures: Vec<FigureSpec>,
    pub sections: Vec<SectionSpec>,
}

/// A column of a section's first row, in each currency.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureSpec {
    /// The id of a section of the report.
    pub section: String,
    pub column: String,
    /// The column's own name unless given.
    pub title: Option<String>,
}

/// On which pages of a report with `per` a section stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Only {
    /// The pages of one value each.
    Each,
    /// The page of all values.
    Whole,
}

/// One section: a query, how it is drawn, and the words around it.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionSpec {
    /// Lower-case letters, digits and `_`; names the section's files.
    pub id: String,
    /// Says which cost by what: `EffectiveCost by service`. Currency, period and state are added;
    /// `{basis}` is the declared basis of showback.
    pub title: String,
    /// The id of the query: `metric/cost_by_service`.
    pub query: String,
    pub chart: ChartKind,
    /// Overrides of the query's params.
    pub params: toml::Table,
    /// Only rows whose column holds one of these texts.
    pub keep: BTreeMap<String, Vec<String>>,
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
    /// A level that the page's facts know, drawn across a line chart.
    pub target: Option<Target>,
    /// Figures of a `number` section, drawn once per row.
    pub cards: Vec<CardSpec>,
    /// The table's columns, in order, each with the lines of its cell: `None` is all columns, empty
    /// is no table. The CSV has all.
    pub columns: Option<Vec<Vec<String>>>,
    /// Columns to copy from: commands.
    pub code: Vec<String>,
    /// Shares with a bar beside the figure.
    pub meters: Vec<String>,
    /// Headings by column, where the column's own name does not do.
    pub headings: BTreeMap<String, String>,
    /// Whether adding up the rows of one currency means something: a total row under the table.
    pub total: bool,
    /// A column of truths: a sum takes in only the rows where it is true.
    pub counts: Option<String>,
    /// The column whose rows must add up to the declared basis of all charges of the period.
    pub ties: Option<String>,
    /// Categories (or series) drawn before the rest become "other".
    pub limit: usize,
    /// Rows of the table on the page.
    pub rows: usize,
    /// The same rows on each page of a report with `per`.
    pub shared: bool,
    pub only: Option<Only>,
    /// Left out where the query returns nothing.
    pub optional: bool,
    /// What no rows mean.
    pub empty: Option<String>,
    /// A definition or a caution, beside the figure; `{policy}` is the stated policy of showback.
    pub note: Option<String>,
}

/// A level to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Target {
    /// The tag coverage aimed at.
    Coverage,
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

impl ReportSpec {
    /// Whether a section stands on the pages of one value (`each`), or on the whole's.
    pub fn shows(&self, section: &SectionSpec, each: bool) -> bool {
        match section.only {
            Some(Only::Each) => each,
            Some(Only::Whole) => !each,
            None => true,
        }
    }

    /// Every column that the report itself names, with the section whose query must return it.
    pub fn named_columns(&self) -> Vec<(String, &SectionSpec, &str)> {
        let mut named = Vec::new();
        for (key, figures) in [("fact", &self.facts), ("figure", &self.figures)] {
            for figure in figures {
                let section = self.sections.iter().find(|section| section.id == figure.section);
                named.extend(section.map(|section| (key.to_string(), section, figure.column.as_str())));
            }
        }
        if let Some(per) = &self.per {
            let split = |section: &&SectionSpec| !section.shared && section.only != Some(Only::Whole);
            let sections = self.sections.iter().filter(split);
            named.extend(sections.map(|section| ("per".to_string(), section, per.as_str())));
        }
        named
    }
}

impl SectionSpec {
    /// The columns that are drawn in the currency of a block.
    pub fn drawn_columns(&self) -> impl Iterator<Item = &str> {
        let of_chart = self.y.iter().chain(&self.prior);
        let of_cards = self.cards.iter().flat_map(|card| {
            let more = [&card.prior, &card.change, &card.part, &card.whole];
            std::iter::once(&card.value).chain(more.into_iter().flatten())
        });
        of_chart.chain(of_cards).map(String::as_str)
    }

    /// Every column the section names, with the key that names it: each must be in the query.
    pub fn named_columns(&self) -> Vec<(String, &str)> {
        let mut named: Vec<(String, &str)> = Vec::new();
        named.extend(self.x.iter().map(|column| ("x".to_string(), column.as_str())));
        for (key, column) in [
            ("label", &self.label),
            ("y", &self.y),
            ("series", &self.series),
            ("prior", &self.prior),
            ("ties", &self.ties),
            ("counts", &self.counts),
        ] {
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
        let cells = self.columns.iter().flatten().flatten();
        named.extend(cells.map(|column| ("columns".to_string(), column.as_str())));
        for (key, columns) in [("code", &self.code), ("meters", &self.meters)] {
            named.extend(columns.iter().map(|column| (key.to_string(), column.as_str())));
        }
        named.extend(self.keep.keys().map(|column| ("where".to_string(), column.as_str())));
        named.extend(self.headings.keys().map(|column| ("headings".to_string(), column.as_str())));
        named
    }
}
