//! How hard the machines worked in the last weeks: per machine, hour and metric a histogram of
//! samples, their maximum and their number, as Parquet.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use chrono::{Datelike, Days, NaiveDate};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::error::{Error, Result};
use crate::sample::SampleOptions;
use crate::sample::calendar::Calendar;
use crate::sample::cloud::{self, Ground};
use crate::sample::company::Company;
use crate::sample::estate::fleets::{Schedule, System};
use crate::sample::estate::services::EC2;
use crate::sample::estate::{Estate, Load, Machine};
use crate::sample::random::Chance;
use crate::sample::truth::put;

/// Days at the end of the sample that are measured.
const DAYS: u32 = 40;
/// Machines at most; ordinary ones are left out first.
const MACHINES: usize = 600;
/// Machines in one file.
const FILE: usize = 60;
/// Samples in an hour: one every five minutes.
const SAMPLES: usize = 12;

/// A machine that is measured.
pub struct Measured<'a> {
    account: &'a str,
    resource: &'a str,
    /// The days it lives: `born..gone`.
    lives: std::ops::Range<u32>,
    schedule: Schedule,
    load: Load,
    /// Its number in its estate, and its stream of chance.
    number: usize,
    chance: u64,
}

/// The machines of the AWS estate.
pub fn of_aws<'a>(company: &'a Company, estate: &'a Estate, days: u32) -> Vec<Measured<'a>> {
    let is_measured = |machine: &&Machine| machine.shape.product == EC2 && machine.system != System::Spot;
    let of = |machine: &'a Machine| {
        let it = &estate.resources[machine.resource];
        Measured {
            account: &company.accounts[it.account].id,
            resource: &it.id,
            lives: it.born..it.gone,
            schedule: machine.schedule,
            load: machine.load,
            number: machine.resource,
            chance: 5_000_000 + machine.resource as u64,
        }
    };
    kept(estate.machines.iter().filter(is_measured).map(of).collect(), days)
}

/// The machines of another cloud.
pub fn of_cloud<'a>(ground: &'a Ground, estate: &'a cloud::Estate, days: u32) -> Vec<Measured<'a>> {
    let of = |machine: &cloud::Machine| {
        let it = &estate.things[machine.thing];
        Measured {
            account: &ground.ids[it.account],
            resource: &it.id,
            lives: it.born..it.gone,
            schedule: machine.schedule,
            load: machine.load,
            number: machine.thing,
            chance: ground.chance + 4_000_000_000 + machine.thing as u64,
        }
    };
    kept(estate.machines.iter().map(of).collect(), days)
}

/// Those that lived in the last weeks, ordinary ones left out first.
fn kept(mut machines: Vec<Measured>, days: u32) -> Vec<Measured> {
    let from = days.saturating_sub(DAYS);
    machines.retain(|it| it.lives.start < days && it.lives.end > from && it.load != Load::Unmeasured);
    machines.sort_by_key(|machine| machine.load == Load::Busy);
    machines.truncate(MACHINES);
    machines.sort_by_key(|machine| machine.number);
    machines
}

/// Writes `utilisation/<name>-*.parquet` for a sample of so many days.
///
/// # Errors
/// `Lake` when the folder cannot be written.
pub fn write(folder: &Path, options: &SampleOptions, name: &str, machines: Vec<Measured>, days: u32) -> Result<()> {
    let from = days.saturating_sub(DAYS);
    let first = options.first_month.start();
    // The last weeks touch three months at most.
    let months = (options.months as i32 - 3).max(0)..options.months as i32;
    let calendars: Vec<Calendar> = months.map(|month| Calendar::new(options.first_month.plus(month))).collect();
    for (number, machines) in machines.chunks(FILE).enumerate() {
        let mut rows = Rows::default();
        for machine in machines {
            let mut chance = Chance::new(options.seed, machine.chance);
            for day in (from..days).filter(|day| machine.lives.contains(day)) {
                measure(machine, (first, day), &calendars, &mut chance, &mut rows);
            }
        }
        put(&folder.join(format!("utilisation/{name}-{:03}.parquet", number + 1)), &rows.parquet()?)?;
    }
    Ok(())
}

/// One day of a machine.
fn measure(
    machine: &Measured,
    (first, day): (NaiveDate, u32),
    calendars: &[Calendar],
    chance: &mut Chance,
    rows: &mut Rows,
) {
    let date = first + Days::new(u64::from(day));
    let turn = date.day() == 1 || (date + Days::new(1)).day() == 1;
    let memory = match machine.load {
        Load::MemoryBound => chance.between(78, 86),
        Load::Busy | Load::Unmeasured => chance.between(58, 72),
        Load::MonthEnd if turn => 70,
        Load::Slack | Load::Bursty | Load::MonthEnd => chance.between(26, 34),
    };
    let Some(calendar) = calendars.iter().find(|calendar| calendar.holds(date)) else { return };
    for hour in 0..24 {
        if !machine.schedule.runs(calendar, date.day0() * 24 + hour) {
            continue;
        }
        let by_day = (7..19).contains(&hour);
        let (low, high) = match machine.load {
            Load::Busy | Load::Unmeasured if by_day => (42, 78),
            Load::Busy | Load::Unmeasured => (12, 30),
            Load::MemoryBound => (38, 58),
            Load::MonthEnd if turn => (84, 98),
            Load::Slack if by_day => (12, 29),
            Load::Slack | Load::Bursty | Load::MonthEnd => (3, 12),
        };
        let mut samples = [0; SAMPLES];
        for quarter in samples.chunks_mut(3) {
            quarter.fill(chance.between(low, high));
        }
        if machine.load == Load::Bursty && hour % 3 == 1 {
            samples[SAMPLES - 1] = 96;
        }
        let instant = date.and_hms_opt(hour, 0, 0).unwrap_or_default().and_utc().timestamp_micros();
        let of = (machine.account, machine.resource, instant);
        rows.add(of, "cpu", &samples);
        rows.add(of, "memory", &[memory; SAMPLES]);
    }
}

/// The columns of the file, growing.
#[derive(Default)]
struct Rows {
    account: StringBuilder,
    resource: StringBuilder,
    hour: TimestampMicrosecondBuilder,
    metric: StringBuilder,
    bins: StringBuilder,
    maximum: Float64Builder,
    count: Int64Builder,
}

impl Rows {
    /// An hour of whole percents.
    fn add(&mut self, (account, resource, hour): (&str, &str, i64), metric: &str, samples: &[i64; SAMPLES]) {
        let mut bins = [0; 20];
        for sample in samples {
            bins[(*sample as usize / 5).min(19)] += 1;
        }
        let bins: Vec<String> = bins.iter().map(i32::to_string).collect();
        self.account.append_value(account);
        self.resource.append_value(resource);
        self.hour.append_value(hour);
        self.metric.append_value(metric);
        self.bins.append_value(bins.join(";"));
        self.maximum.append_value(samples.iter().copied().max().unwrap_or(0) as f64);
        self.count.append_value(SAMPLES as i64);
    }

    fn parquet(mut self) -> Result<Vec<u8>> {
        let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
        let schema = Arc::new(Schema::new(vec![
            Field::new("SubAccountId", DataType::Utf8, false),
            Field::new("ResourceId", DataType::Utf8, false),
            Field::new("Hour", utc, false),
            Field::new("Metric", DataType::Utf8, false),
            Field::new("Bins", DataType::Utf8, false),
            Field::new("Maximum", DataType::Float64, false),
            Field::new("Count", DataType::Int64, false),
        ]));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(self.account.finish()),
            Arc::new(self.resource.finish()),
            Arc::new(self.hour.finish().with_timezone("UTC")),
            Arc::new(self.metric.finish()),
            Arc::new(self.bins.finish()),
            Arc::new(self.maximum.finish()),
            Arc::new(self.count.finish()),
        ];
        let failed = |cause: String| Error::bug("the sample's utilisation", cause);
        let level = ZstdLevel::try_new(9).map_err(|cause| failed(cause.to_string()))?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
        let rows = RecordBatch::try_new(schema.clone(), columns).map_err(|cause| failed(cause.to_string()))?;
        let mut bytes = Vec::new();
        let mut writer =
            ArrowWriter::try_new(&mut bytes, schema, Some(properties)).map_err(|cause| failed(cause.to_string()))?;
        writer.write(&rows).map_err(|cause| failed(cause.to_string()))?;
        writer.close().map_err(|cause| failed(cause.to_string()))?;
        Ok(bytes)
    }
}
