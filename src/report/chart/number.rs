//! `number`: figures in large type, one set of cards per row; the page sets them, so they wrap and print.

use super::super::columns::{self, clean, shown, shown_in};
use super::super::display::{self, Direction};
use super::{CellKind, Subject};
use crate::Result;
use crate::report::spec::CardSpec;
use crate::transform::Cell;

/// One figure with what a reader needs to judge it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Card {
    pub title: String,
    /// What the column says.
    pub meaning: String,
    /// Whose figure it is, where a row is one of several: the tag key.
    pub of: String,
    pub value: String,
    /// The unit in small type: a currency, or nothing.
    pub unit: String,
    pub exact: String,
    pub negative: bool,
    pub change: Option<Change>,
    /// Of a ratio: 0 to 100, for the meter.
    pub meter: Option<f64>,
    /// Of a ratio: part and whole in words.
    pub made_of: String,
}

/// The month-on-month line of a card.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Change {
    pub class: &'static str,
    pub arrow: &'static str,
    pub text: String,
    pub exact: String,
}

pub fn cards(subject: &Subject) -> Result<Vec<Card>> {
    let label = match (&subject.section.label, subject.section.x.first()) {
        (Some(name), _) | (None, Some(name)) => Some(subject.column(name)?),
        (None, None) => None,
    };
    let mut cards = Vec::new();
    for row in &subject.scope.rows {
        for spec in &subject.section.cards {
            let of = label.map(|at| clean(&row[at].csv_text())).unwrap_or_default();
            cards.push(card(subject, spec, row, of)?);
        }
    }
    Ok(cards)
}

fn card(subject: &Subject, spec: &CardSpec, row: &[Cell], of: String) -> Result<Card> {
    let at = subject.column(&spec.value)?;
    let column = &subject.metric.columns[at];
    let currency = clean(subject.scope.currency.as_deref().unwrap_or_default());
    let number = row[at].number();
    let is_ratio = column.kind == CellKind::Ratio;
    Ok(Card {
        title: spec
            .title
            .clone()
            .map(|title| title.replace("{basis}", subject.showback))
            .unwrap_or_else(|| subject.heading(&spec.value)),
        meaning: column.meaning.clone(),
        of,
        value: shown_in(&row[at], column, columns::places(column, [&row[at]])),
        unit: if columns::is_money(column) { currency.clone() } else { String::new() },
        exact: row[at].csv_text(),
        negative: number.is_some_and(|value| value < 0.0),
        change: change(subject, spec, row)?,
        meter: number
            .filter(|value| is_ratio && value.is_finite())
            .map(|value| (value * 1000.0).round().clamp(0.0, 1000.0) / 10.0),
        made_of: made_of(subject, spec, row, &currency)?,
    })
}

fn change(subject: &Subject, spec: &CardSpec, row: &[Cell]) -> Result<Option<Change>> {
    let Some(name) = &spec.change else { return Ok(None) };
    let at = subject.column(name)?;
    let cell = &row[at];
    let before = subject.month.plus(-1);
    let Some(value) = cell.number() else {
        let text = format!("no figure for {before} to compare with");
        return Ok(Some(Change { class: "same", arrow: "", text, exact: String::new() }));
    };
    let direction = Direction::of(value);
    let share = match &spec.change_share {
        Some(name) => {
            let at = subject.column(name)?;
            match &row[at] {
                Cell::Null => String::new(),
                cell => format!(
                    " ({})",
                    display::signed(shown(cell, &subject.metric.columns[at]).trim_start_matches('+').to_string())
                ),
            }
        }
        None => String::new(),
    };
    let amount = display::signed(shown(cell, &subject.metric.columns[at]).trim_start_matches('+').to_string());
    let text = match direction {
        Direction::Same => format!("the same as {before}"),
        direction => format!("{amount}{share} {} from {before}", direction.word()),
    };
    Ok(Some(Change { class: direction.word(), arrow: direction.arrow(), text, exact: cell.csv_text() }))
}

fn made_of(subject: &Subject, spec: &CardSpec, row: &[Cell], currency: &str) -> Result<String> {
    let (Some(part), Some(whole)) = (&spec.part, &spec.whole) else { return Ok(String::new()) };
    let text = |name: &str| -> Result<(String, bool)> {
        let at = subject.column(name)?;
        Ok((shown(&row[at], &subject.metric.columns[at]), columns::is_money(&subject.metric.columns[at])))
    };
    let ((part, _), (total, is_money)) = (text(part)?, text(whole)?);
    let unit = if is_money { format!("{currency} ") } else { String::new() };
    // Ours is a word of the sentence; a FOCUS name keeps its capital.
    let heading = subject.heading(whole);
    let is_own = whole.starts_with("x_") && !subject.section.headings.contains_key(whole);
    let name = if is_own { lower_first(&heading) } else { heading };
    Ok(format!("{unit}{part} of {total} {name}"))
}

fn lower_first(text: &str) -> String {
    let mut signs = text.chars();
    signs.next().map(|first| first.to_lowercase().chain(signs).collect()).unwrap_or_default()
}
