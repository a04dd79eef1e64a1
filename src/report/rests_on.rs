//! "What these figures rest on": the deliveries, and the proof that their sums are the same at every stage.

use super::columns::clean;
use super::context::{PageContext, TieLine};
use super::display;
use crate::focus::money::COST_SCALE;
use serde::Serialize;

/// "What this figure rests on".
#[derive(Debug, Serialize)]
pub struct RestsOn {
    deliveries: Vec<Vec<String>>,
    /// The money columns of the proof, in order of appearance.
    tie_columns: Vec<String>,
    ties: Vec<Tie>,
    all_tie: bool,
}

#[derive(Debug, Serialize)]
struct Tie {
    source: String,
    stage: String,
    rows: String,
    currency: String,
    /// Shown and exact, one per money column.
    sums: Vec<(String, String)>,
    ties: bool,
    /// The first of a source and currency: a rule stands above it.
    first: bool,
}

impl RestsOn {
    pub fn new(context: &PageContext) -> Self {
        let count = |value: u64| display::decimal(i128::from(value), 0, 0);
        let deliveries = context.deliveries.iter().map(|line| {
            let newest = line.newest_charge_end.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
            let basis = if line.basis.is_empty() { "as delivered" } else { &line.basis };
            vec![
                line.source.clone(),
                line.format.clone(),
                line.delivery_id.clone(),
                basis.to_string(),
                newest.unwrap_or_else(|| "–".to_string()),
                count(line.files),
                count(line.rows),
            ]
        });
        let mut tie_columns: Vec<String> = Vec::new();
        for (column, _) in context.ties.iter().flat_map(|tie| &tie.sums) {
            if !tie_columns.contains(column) {
                tie_columns.push(column.clone());
            }
        }
        // All stages of one source and currency below each other: equal figures stand in one column.
        let mut sources: Vec<&str> = context.ties.iter().map(|tie| tie.source.as_str()).collect();
        sources.dedup();
        let place = |tie: &TieLine| {
            let currency = context.currencies.iter().position(|known| *known == tie.currency);
            (
                sources.iter().position(|known| *known == tie.source),
                currency.unwrap_or(usize::MAX),
                tie.currency.clone(),
            )
        };
        let mut lines: Vec<&TieLine> = context.ties.iter().collect();
        lines.sort_by_key(|tie| place(tie));
        let first = |at: usize| at > 0 && place(lines[at - 1]) != place(lines[at]);
        let ties = lines.iter().enumerate().map(|(at, tie)| Tie {
            first: first(at),
            source: tie.source.clone(),
            stage: tie.stage.clone(),
            rows: count(tie.rows),
            currency: clean(&tie.currency),
            sums: tie_columns
                .iter()
                .map(|column| {
                    let sum = tie.sums.iter().find(|(name, _)| name == column).map(|(_, sum)| *sum);
                    sum.map_or_else(
                        || ("–".to_string(), String::new()),
                        |sum| (display::decimal(sum.0, COST_SCALE, 2), sum.to_string()),
                    )
                })
                .collect(),
            ties: tie.ties,
        });
        Self {
            deliveries: deliveries.collect(),
            ties: ties.collect(),
            tie_columns,
            all_tie: !context.ties.is_empty() && context.ties.iter().all(|tie| tie.ties),
        }
    }
}
