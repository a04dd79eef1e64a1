//! Reads parts of `cost` into numbers, and applies the policy: once for each distinct charge.

use super::dictionary::{Dictionary, NONE, day_code, day_of};
use super::groups::Dictionaries;
use super::index::KeyIndex;
use super::part::{Part, bug};
use super::table::{ALL_KEYS, Rollup, tag_column, tag_exemption_column, tag_state_column};
use crate::error::Result;
use crate::focus::Policy;
use crate::focus::column::{Kind, find};
use crate::transform::policy::{Charge, Inputs, Judgement, judge, tag_values};
use chrono::NaiveDate;
use polars::polars_utils::aliases::PlHashMap;
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// What it knows of the slot so far.
pub struct Reader {
    policy: Policy,
    inputs: Inputs,
    pub dictionaries: Dictionaries,
    /// Text columns of `cost` that a roll-up or the policy needs.
    texts: BTreeSet<String>,
    /// The columns that the policy makes, and their codes, one row for each distinct charge.
    made: Vec<String>,
    judged: Vec<u32>,
    units: Vec<Vec<bool>>,
    /// The distinct charges: tags, taggable or not, epoch, and the class in each column of `inputs`.
    charges: KeyIndex,
    /// The distinct tag values of charges, as codes of `written`.
    tags: KeyIndex,
    written: Dictionary,
    /// By column of `inputs`: the class of a code. Values that make no difference are class 0.
    classes: BTreeMap<String, Vec<u32>>,
}

impl Reader {
    pub fn new(policy: Policy) -> Self {
        let inputs = Inputs::of(&policy);
        let keys: Vec<&str> = policy.tag_keys.iter().map(|key| key.name.as_str()).chain([ALL_KEYS]).collect();
        let mut made: Vec<String> = ["x_Team", "x_TeamBy", "x_Environment"].map(str::to_string).to_vec();
        made.extend(keys.iter().map(|key| tag_column(key)));
        made.extend(keys.iter().map(|key| tag_state_column(key)));
        made.extend(keys.iter().map(|key| tag_exemption_column(key)));
        let is_text = |name: &str| find(name).is_some_and(|column| column.kind == Kind::Text);
        let grouped = Rollup::ALL.into_iter().flat_map(|table| table.keys().iter().chain(table.attributes()));
        let mut texts: BTreeSet<String> =
            grouped.filter(|name| is_text(name)).map(|name| (*name).to_string()).collect();
        texts.extend(inputs.columns.keys().cloned());
        let dimensions = policy.unit_metrics.iter().filter_map(|metric| metric.dimension.clone());
        texts.extend(dimensions.filter(|name| is_text(name)));
        let charges = KeyIndex::new(3 + inputs.columns.len());
        let tags = KeyIndex::new(policy.tag_keys.len());
        let mut dictionaries = Dictionaries::new();
        for name in texts.iter().map(String::as_str).chain(made.iter().map(String::as_str)).chain([
            "x_ChargeSpan",
            "x_UnitMetric",
            "x_Dimension",
        ]) {
            dictionaries.insert(name.to_string(), Dictionary::default());
        }
        Self {
            inputs,
            dictionaries,
            texts,
            made,
            judged: Vec::new(),
            units: Vec::new(),
            charges,
            tags,
            written: Dictionary::default(),
            classes: BTreeMap::new(),
            policy,
        }
    }

    pub fn dimensions(&self) -> Vec<String> {
        self.policy.tag_keys.iter().map(|key| key.name.clone()).collect()
    }

    /// The part as numbers, and of each charge its number among the distinct ones.
    pub fn read(&mut self, rows: &DataFrame) -> Result<(Part, Vec<usize>)> {
        let mut part = Part::new(rows, Rollup::ResourceDay.measures())?;
        for name in &self.texts {
            let column = rows.column(name).and_then(|column| column.str()).map_err(bug)?;
            let codes = dictionary(&mut self.dictionaries, name).codes(column);
            part.set(name, codes);
        }
        let days = rows.column("x_ChargeDay").and_then(|column| column.date()).map_err(bug)?;
        part.set("x_ChargeDay", days.physical().iter().map(day_code).collect());
        let spans = self.spans(&part)?;
        part.set("x_ChargeSpan", spans);
        let tags = self.tags(rows)?;
        let charges = self.charges(&part, &tags)?;
        let width = self.made.len();
        for (at, name) in self.made.iter().enumerate() {
            part.set(name, charges.iter().map(|charge| self.judged[charge * width + at]).collect());
        }
        self.name_accounts(&mut part)?;
        Ok((part, charges))
    }

    /// Of what time each charge is. A purchase stands on the day, often in the hour, on which it was
    /// made or renewed and pays for more: only what recurs by the hour is of its day.
    fn spans(&mut self, part: &Part) -> Result<Vec<u32>> {
        let purchase = dictionary(&mut self.dictionaries, "ChargeCategory").code("Purchase");
        let frequency = dictionary(&mut self.dictionaries, "ChargeFrequency");
        let (once, recurring) = (frequency.code("One-Time"), frequency.code("Recurring"));
        let span = dictionary(&mut self.dictionaries, "x_ChargeSpan");
        let (day, longer, bought) = (span.code("day"), span.code("longer"), span.code("purchase"));
        let (categories, frequencies) = (part.codes("ChargeCategory")?, part.codes("ChargeFrequency")?);
        let of = |row: usize| match frequencies[row] {
            _ if !part.is_of_a_day[row] => longer,
            code if categories[row] == purchase
                && (code == once || (code == recurring && !part.is_of_an_hour[row])) =>
            {
                bought
            }
            _ => day,
        };
        Ok((0..part.len()).map(of).collect())
    }

    /// The unit metric's own columns of the part; the charges that are its own are `is_of_unit`.
    pub fn set_unit(&mut self, metric: usize, part: &mut Part) -> Result<()> {
        let Some(metric) = self.policy.unit_metrics.get(metric) else { return Ok(()) };
        let id = dictionary(&mut self.dictionaries, "x_UnitMetric").code(&metric.id);
        part.set("x_UnitMetric", vec![id; part.len()]);
        let codes = match &metric.dimension {
            None => vec![dictionary(&mut self.dictionaries, "x_Dimension").code(""); part.len()],
            Some(column) => {
                let codes = part.codes(column)?;
                let known = std::mem::take(dictionary(&mut self.dictionaries, column));
                let dimension = dictionary(&mut self.dictionaries, "x_Dimension");
                let codes = codes.iter().map(|code| dimension.code_of(known.text(*code))).collect();
                *dictionary(&mut self.dictionaries, column) = known;
                codes
            }
        };
        part.set("x_Dimension", codes);
        Ok(())
    }

    /// The code of the charge category Usage.
    pub fn usage(&mut self) -> u32 {
        dictionary(&mut self.dictionaries, "ChargeCategory").code("Usage")
    }

    pub fn unit_metrics(&self) -> usize {
        self.policy.unit_metrics.len()
    }

    pub fn is_of_unit(&self, metric: usize, charge: usize) -> bool {
        self.units[charge][metric]
    }

    /// The number of each row's tag values; each distinct text is parsed once.
    fn tags(&mut self, rows: &DataFrame) -> Result<Vec<u32>> {
        let mut key = vec![NONE; self.policy.tag_keys.len()];
        let untagged = self.tags.number(&key) as u32;
        let texts = rows.column("Tags").and_then(|column| column.str()).map_err(bug)?;
        let mut known: PlHashMap<&str, u32> = PlHashMap::default();
        let mut numbers = Vec::with_capacity(texts.len());
        let mut last = (None, untagged);
        for text in texts.iter() {
            if text != last.0 {
                let number = match text {
                    None => untagged,
                    Some(text) => match known.get(text) {
                        Some(number) => *number,
                        None => {
                            let values = tag_values(text, &self.policy.tag_keys)?;
                            key.iter_mut()
                                .zip(&values)
                                .for_each(|(code, value)| *code = self.written.code_of(value.as_deref()));
                            let number = self.tags.number(&key) as u32;
                            known.insert(text, number);
                            number
                        }
                    },
                };
                last = (text, number);
            }
            numbers.push(last.1);
        }
        Ok(numbers)
    }

    /// The number of each row among the distinct charges; a new one is judged.
    fn charges(&mut self, part: &Part, tags: &[u32]) -> Result<Vec<usize>> {
        let usage = self.usage();
        let blank = dictionary(&mut self.dictionaries, "ResourceId").code("");
        let unused = dictionary(&mut self.dictionaries, "CommitmentDiscountStatus").code("Unused");
        let inputs: Vec<(&String, &BTreeSet<String>)> = self.inputs.columns.iter().collect();
        for (name, values) in &inputs {
            let dictionary = &self.dictionaries[name.as_str()];
            let classes = self.classes.entry((*name).clone()).or_default();
            for code in classes.len()..dictionary.len() {
                let text = dictionary.text(code as u32);
                let class = text.and_then(|text| values.iter().position(|value| value == text));
                classes.push(class.map_or(0, |at| at as u32 + 1));
            }
        }
        let columns: Vec<(&[u32], &[u32])> = inputs
            .iter()
            .map(|(name, _)| Ok((part.codes(name)?, self.classes[name.as_str()].as_slice())))
            .collect::<Result<_>>()?;
        let (days, categories, resources) =
            (part.codes("x_ChargeDay")?, part.codes("ChargeCategory")?, part.codes("ResourceId")?);
        let commitments = part.codes("CommitmentDiscountStatus")?;
        let mut epochs: PlHashMap<u32, u32> = PlHashMap::default();
        let mut key = vec![0; 3 + columns.len()];
        let mut numbers = Vec::with_capacity(part.len());
        for row in 0..part.len() {
            // FOCUS charges the unused part of a commitment as usage of the commitment, which is no
            // resource that anybody could tag.
            let is_resource = ![NONE, blank].contains(&resources[row]) && commitments[row] != unused;
            key[0] = tags[row];
            key[1] = u32::from(categories[row] == usage && is_resource && !part.is_split[row]);
            key[2] = *epochs.entry(days[row]).or_insert_with(|| self.inputs.epoch(date(days[row])) as u32);
            key[3..]
                .iter_mut()
                .zip(&columns)
                .for_each(|(class, (codes, classes))| *class = classes[codes[row] as usize]);
            let number = self.charges.number(&key);
            if number == self.units.len() {
                let tags = self.tags.key(key[0] as usize).iter();
                let tags: Vec<Option<String>> = tags.map(|code| self.written.text(*code).map(str::to_string)).collect();
                let named = inputs.iter().zip(&key[3..]).filter_map(|((name, values), class)| {
                    let value = values.iter().nth((*class as usize).checked_sub(1)?)?;
                    Some((name.as_str(), value.as_str()))
                });
                let charge = Charge {
                    day: self.inputs.day_of(key[2] as usize),
                    is_taggable: key[1] == 1,
                    tags: &tags,
                    columns: named.collect(),
                };
                let judgement = judge(&self.policy, &charge);
                self.judged.extend(made_codes(&self.made, &judgement, &mut self.dictionaries));
                self.units.push(judgement.units);
            }
            numbers.push(number);
        }
        Ok(numbers)
    }

    /// Sub accounts that the bill gives no name have that of the accounts file.
    fn name_accounts(&mut self, part: &mut Part) -> Result<()> {
        if self.policy.accounts.is_empty() {
            return Ok(());
        }
        let ids = &self.dictionaries["SubAccountId"];
        let name = |code: u32| self.policy.accounts.get(ids.text(code)?)?.name.as_deref();
        let names: Vec<Option<&str>> = (0..ids.len() as u32).map(name).collect();
        let names: Vec<Option<String>> = names.into_iter().map(|name| name.map(str::to_string)).collect();
        let dictionary = dictionary(&mut self.dictionaries, "SubAccountName");
        let known: Vec<u32> = names.iter().map(|name| dictionary.code_of(name.as_deref())).collect();
        let billed = part.codes("SubAccountName")?.iter().zip(part.codes("SubAccountId")?);
        let named = billed.map(|(name, id)| if *name == NONE { known[*id as usize] } else { *name }).collect();
        part.set("SubAccountName", named);
        Ok(())
    }
}

/// The codes of the columns that the policy makes, in their order.
fn made_codes(names: &[String], judgement: &Judgement, dictionaries: &mut Dictionaries) -> Vec<u32> {
    let mut texts: Vec<Option<&str>> = vec![Some(&judgement.team), Some(&judgement.team_by), judgement.environment];
    texts.extend(judgement.tags.iter().map(|(value, _)| value.as_deref()));
    texts.push(None);
    texts.extend(judgement.tags.iter().map(|(_, state)| Some(state.text())));
    texts.push(judgement.all.map(|state| state.text()));
    texts.extend(judgement.exemptions.iter().map(Option::as_deref));
    texts.push(None);
    names.iter().zip(texts).map(|(name, text)| dictionary(dictionaries, name).code_of(text)).collect()
}

fn dictionary<'d>(dictionaries: &'d mut Dictionaries, name: &str) -> &'d mut Dictionary {
    dictionaries.entry(name.to_string()).or_default()
}

fn date(code: u32) -> Option<NaiveDate> {
    NaiveDate::from_epoch_days(day_of(code)?)
}
