//! Slices of an append-only table → the rows of one billing period, each as often as the table has it.
//!
//! A dump of a known range of export times is the complete state of that range: rows of other dumps in it do
//! not count. Dumps without a range may overlap: of rows that are the same in every cell, the largest number
//! that any one of these dumps shows counts. Never one of each, for true twins exist; never the newest dump
//! alone, for it may be of a few days. The order in which dumps are found makes no difference: they are
//! taken by their content's id.

mod copies;

use super::attribution::{Attribution, Words};
use super::input::{Input, open_part};
use super::totaller::Totaller;
use super::write::{PartWriter, SOURCE_ROW, fresh_folder};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, ControlTotals, LandedDelivery, LandedPart, Money};
use crate::format::slices::{COMMITMENT_COST, COMMITMENT_ID};
use crate::format::{Format, Header};
use copies::Copies;
use std::path::Path;

/// The rows of `month` of all slices, as one landed delivery in `folder`, which is emptied first. Fees of
/// commitments are shared out among the usage that they cover, in two columns of ours. Its control totals
/// are those of the sources, less the rows that do not count.
///
/// Errors: `Lake` for landed files that do not read, `Tie` where rows were taken away that no source has.
pub fn union(
    deliveries: &[LandedDelivery],
    format: &'static Format,
    month: BillingMonth,
    folder: &Path,
) -> Result<LandedDelivery> {
    let Some(first) = deliveries.first() else {
        return Err(Error::bug(format.id, "a billing period without slices"));
    };
    fresh_folder(folder)?;
    let mut order: Vec<&LandedDelivery> = deliveries.iter().collect();
    order.sort_by(|a, b| (&a.id, a.range).cmp(&(&b.id, b.range)));
    let mut work = Work::new(format, month, &order)?;
    let (mut keep, mut number) = (Vec::new(), 0);
    for delivery in &order {
        work.copies.begin(delivery);
        for part in parts(delivery, month) {
            keep.push(work.choose(delivery, part)?);
        }
    }
    if let Some(attribution) = &mut work.attribution {
        attribution.solve();
    }
    let mut landed = LandedDelivery { folder: folder.to_path_buf(), months: vec![month], ..(*first).clone() };
    landed.parts.clear();
    for delivery in &order {
        for column in delivery.columns.iter().filter(|column| !landed.columns.contains(column)).collect::<Vec<_>>() {
            landed.columns.push(column.clone());
        }
        for part in parts(delivery, month) {
            landed.parts.extend(work.write(delivery, part, &keep[number], number, folder)?);
            number += 1;
        }
    }
    landed.columns.extend([COMMITMENT_COST, COMMITMENT_ID].map(str::to_string));
    landed.native = [(month, work.native(&order)?)].into();
    Ok(landed)
}

fn parts(delivery: &LandedDelivery, month: BillingMonth) -> impl Iterator<Item = &LandedPart> {
    delivery.parts.iter().filter(move |part| part.month == month)
}

struct Work {
    format: &'static Format,
    month: BillingMonth,
    copies: Copies,
    attribution: Option<Attribution>,
    /// Native totals of the rows that do not count.
    dropped: Option<ControlTotals>,
    /// What rows were given of fees, by native cell.
    given: ControlTotals,
}

impl Work {
    fn new(format: &'static Format, month: BillingMonth, order: &[&LandedDelivery]) -> Result<Self> {
        let slices = format.slices().ok_or_else(|| Error::bug(format.id, "slices of a format without"))?;
        let columns = format.native.money.iter().map(|money| money.name.to_string()).collect();
        Ok(Self {
            format,
            month,
            copies: Copies::new(order, slices.time),
            attribution: slices.commitments.map(Attribution::new),
            dropped: None,
            given: ControlTotals::new(columns),
        })
    }

    /// Which rows of a part count; those that do tell their fees and what is covered.
    fn choose(&mut self, delivery: &LandedDelivery, part: &LandedPart) -> Result<Vec<bool>> {
        let mut input = open_part(&delivery.folder.join(&part.name), |_| true)?;
        let header = Header::new(self.format.header, input.header().to_vec());
        let mut dropped = Totaller::new(self.format, &header, delivery.basis);
        let words = self.attribution.as_ref().map(|attribution| Words::new(attribution.words, &header));
        let mut rows = self.copies.rows(&header);
        let mut keep = Vec::with_capacity(usize::try_from(part.rows).unwrap_or_default());
        let mut row = 0;
        while input.advance(row + 1)? {
            row += 1;
            let counts = rows.counts(&input);
            keep.push(counts);
            let refuse = |name: &str, text: &[u8], why: &str| changed(part, row, name, text, why);
            if !counts {
                dropped.add(&input, self.month, refuse)?;
            } else if let (Some(attribution), Some(words)) = (&mut self.attribution, &words) {
                attribution.gather(&input, words).map_err(|text| changed(part, row, "", text, "a number"))?;
            }
        }
        for totals in dropped.finish()?.into_values() {
            add(self.dropped.get_or_insert_with(|| ControlTotals::new(totals.columns.clone())), &totals)?;
        }
        Ok(keep)
    }

    /// Writes the rows of a part that count, with what they carry of fees.
    fn write(
        &mut self,
        delivery: &LandedDelivery,
        part: &LandedPart,
        keep: &[bool],
        number: usize,
        folder: &Path,
    ) -> Result<Option<LandedPart>> {
        if !keep.contains(&true) {
            return Ok(None);
        }
        let mut input = open_part(&delivery.folder.join(&part.name), |_| true)?;
        let header = Header::new(self.format.header, input.header().to_vec());
        let words = self.attribution.as_ref().map(|attribution| Words::new(attribution.words, &header));
        let source_row = input.header().iter().position(|name| name == SOURCE_ROW);
        let columns: Vec<usize> = (0..input.header().len()).filter(|at| Some(*at) != source_row).collect();
        let mut names: Vec<String> = columns.iter().map(|at| input.header()[*at].clone()).collect();
        names.extend([COMMITMENT_COST, COMMITMENT_ID].map(str::to_string));
        let mut writer = PartWriter::new(number, self.month, &part.file, names);
        let mut keys = Totaller::new(self.format, &header, delivery.basis);
        for (at, counts) in keep.iter().enumerate() {
            let row = at as u64 + 1;
            if !input.advance(row)? {
                let remedy = "delete the folder of the landed delivery and run again";
                return Err(Error::lake(&part.name, "has fewer rows than a moment ago", remedy));
            }
            if !counts {
                continue;
            }
            let mut share = None;
            if let (Some(attribution), Some(words)) = (&mut self.attribution, &words) {
                let refuse = |text: &[u8]| changed(part, row, "", text, "a number");
                share = attribution.share(&input, words).map_err(refuse)?;
            }
            let (cost, id) = match &share {
                Some(share) => {
                    keys.add(&input, self.month, |name, text, why| changed(part, row, name, text, why))?;
                    self.give(&keys, share.cost)?;
                    (share.cost.to_string(), share.id.clone())
                }
                None => (String::new(), String::new()),
            };
            let cells = columns.iter().map(|at| input.cell(*at)).chain([cost.as_bytes(), id.as_bytes()]);
            writer.push_cells(cells, source_number(&input, source_row));
        }
        writer.finish(folder).map(Some)
    }

    fn give(&mut self, keys: &Totaller, cost: Money) -> Result<()> {
        let sum = |name: &String| if name == COMMITMENT_COST { cost } else { Money::ZERO };
        let sums: Vec<Money> = self.given.columns.iter().map(sum).collect();
        if self.given.add(keys.key(keys.current()), 0, &sums) {
            return Ok(());
        }
        Err(Error::bug("shares of fees", "a sum past 38 digits"))
    }

    /// What the sources say, less what does not count, with what rows were given of fees.
    fn native(&self, order: &[&LandedDelivery]) -> Result<ControlTotals> {
        let mut native = self.given.clone();
        for totals in order.iter().filter_map(|delivery| delivery.native.get(&self.month)) {
            add(&mut native, totals)?;
        }
        for (key, dropped) in self.dropped.iter().flat_map(|dropped| &dropped.cells) {
            let place = || format!("{}, sub account {}, {}", self.month, key.sub_account, key.line_type);
            let remedy = "the landed files were changed; delete their folders and run again";
            let missing = || Error::tie(place(), "holds rows that no source has", remedy);
            let cell = native.cells.get_mut(key).ok_or_else(missing)?;
            cell.rows = cell.rows.checked_sub(dropped.rows).ok_or_else(missing)?;
            for (sum, less) in cell.sums.iter_mut().zip(&dropped.sums) {
                *sum = *sum - *less;
            }
        }
        native.cells.retain(|_, cell| cell.rows > 0 || cell.sums.iter().any(|sum| !sum.is_zero()));
        Ok(native)
    }
}

fn add(total: &mut ControlTotals, more: &ControlTotals) -> Result<()> {
    for (key, cell) in &more.cells {
        if !total.add(key, cell.rows, &cell.sums) {
            return Err(Error::bug("control totals", "a sum past 38 digits"));
        }
    }
    Ok(())
}

fn source_number(input: &Input, column: Option<usize>) -> i64 {
    let text = column.and_then(|at| std::str::from_utf8(input.cell(at)).ok());
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

fn changed(part: &LandedPart, row: u64, name: &str, text: &[u8], why: &str) -> Error {
    let place = format!("{} {}, landed row {row}, column {name}", part.file, part.month);
    let what = format!("landed `{}` is not {why}", String::from_utf8_lossy(text));
    Error::tie(place, what, "the landed file was changed; delete its folder and run again")
}
