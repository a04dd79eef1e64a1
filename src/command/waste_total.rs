//! What a list of findings comes to.

use super::waste::List;
use crate::transform::finding::Finding;
use std::collections::BTreeMap;

/// Sums by currency, of counted findings alone.
pub struct Totals {
    what: String,
    on_list: BTreeMap<String, Sum>,
    suppressed: BTreeMap<String, Sum>,
    excluded: usize,
}

#[derive(Default)]
struct Sum {
    findings: usize,
    without_figure: usize,
    /// With a gross saving of which nobody can say how much is free to take.
    gross_alone: usize,
    realisable: f64,
    gross: f64,
}

impl Totals {
    pub fn of(list: &List) -> Self {
        let whose = list.team.map(|team| format!(" of {team}")).unwrap_or_default();
        let mut totals = Self {
            what: format!("waste{whose} in {}", list.month),
            on_list: BTreeMap::new(),
            suppressed: BTreeMap::new(),
            excluded: 0,
        };
        for finding in &list.all {
            match (finding.counted, &finding.suppressed) {
                (true, None) => totals.on_list.entry(finding.currency.clone()).or_default().add(finding),
                (true, Some(_)) => totals.suppressed.entry(finding.currency.clone()).or_default().add(finding),
                (false, _) => totals.excluded += 1,
            }
        }
        totals
    }

    /// One sentence per currency, then what is not in them.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (currency, sum) in &self.on_list {
            lines.push(format!("{}: {}", self.what, sum.told(currency)));
        }
        if lines.is_empty() {
            lines.push(format!("{}: no findings", self.what));
        }
        for (currency, sum) in &self.suppressed {
            lines.push(format!("suppressed (--suppressed lists them): {}", sum.told(currency)));
        }
        if self.excluded > 0 {
            let findings = if self.excluded == 1 { "1 finding".into() } else { format!("{} findings", self.excluded) };
            lines.push(format!("in no total (--all lists them): {findings}, as another action on the resource counts"));
        }
        lines
    }
}

impl Sum {
    fn add(&mut self, finding: &Finding) {
        self.findings += 1;
        self.without_figure += usize::from(finding.gross.is_none());
        self.gross_alone += usize::from(finding.gross.is_some() && finding.realisable.is_none());
        self.realisable += finding.realisable.unwrap_or_default();
        self.gross += finding.gross.unwrap_or_default();
    }

    fn told(&self, currency: &str) -> String {
        let findings = if self.findings == 1 { "1 finding".into() } else { format!("{} findings", self.findings) };
        let without = match self.without_figure {
            0 => String::new(),
            count => format!(", {count} of them without a figure"),
        };
        let alone = match self.gross_alone {
            0 => String::new(),
            count => format!(", {count} in the gross alone, as no bill tells what can be realised"),
        };
        let (realisable, gross) = (money(self.realisable), money(self.gross));
        format!("{realisable} {currency} a month can be realised of {gross} gross, {findings}{without}{alone}")
    }
}

/// Two decimals and a comma for thousands.
pub fn money(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    let (whole, cents) = text.split_once('.').unwrap_or((&text, "00"));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 && text.chars().any(|c| ('1'..='9').contains(&c)) { "-" } else { "" };
    format!("{sign}{grouped}.{cents}")
}
