use super::*;
use std::fmt::Write as _;
use std::io::Write as _;

const HEADER: &str = "SubAccountId,ResourceId,Hour,Metric,Bins,Maximum,Count\n";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Bins with `count` samples in each of these.
fn bins(filled: &[(usize, u32)]) -> String {
    let count = |at| filled.iter().find(|(bin, _)| *bin == at).map_or(0, |(_, count)| *count).to_string();
    (0..20).map(count).collect::<Vec<_>>().join(";")
}

/// One hour of cpu of i-1.
fn row(hour: &str, filled: &[(usize, u32)], maximum: f64) -> String {
    let count: u32 = filled.iter().map(|(_, count)| count).sum();
    format!("012345678901,i-1,{hour},cpu,{},{maximum},{count}\n", bins(filled))
}

fn whole_day(text: &mut String, day: &str, filled: &[(usize, u32)], maximum: f64) {
    (0..24).for_each(|hour| text.push_str(&row(&format!("{day}T{hour:02}:00:00Z"), filled, maximum)));
}

fn read(text: &str, last: &str) -> Result<Vec<Utilisation>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("use.csv"), format!("{HEADER}{text}")).unwrap();
    let read = utilisation(&[folder.path().join("*.csv")], &[], &[Window::until(day(last))]);
    read.map(|mut windows| windows.remove(0)).map_err(|error| {
        let text = error.to_string().replace(&folder.path().display().to_string(), "");
        Error::source("", text, "")
    })
}

/// 1,000 samples: 995 in the bin of 10 to 15, five in that of 90 to 95. 99.5 % of them are at or
/// below 15; one more above, and it is 95, which the maximum of 93 caps.
#[test]
fn the_percentile_is_the_upper_edge_of_its_bin_capped_by_the_maximum() {
    let found = read(&row("2026-08-03T14:00:00Z", &[(2, 995), (18, 5)], 93.0), "2026-08-31").unwrap();
    assert_eq!((found[0].p995, found[0].maximum), (15.0, 93.0));
    let found = read(&row("2026-08-03T14:00:00Z", &[(2, 994), (18, 6)], 93.0), "2026-08-31").unwrap();
    assert_eq!(found[0].p995, 93.0);
    let found = read(&row("2026-08-03T14:00:00Z", &[(0, 60)], 1.5), "2026-08-31").unwrap();
    assert_eq!(found[0].p995, 1.5);
}

/// A job of four hours on one day of 30 is 240 of 43,200 minutes, 0.56 %: the P99.5 shows it. The
/// P99.5 of the other 29 days is 15, and their mean with the one day's 100 would be 17.8.
#[test]
fn percentiles_are_of_all_samples_not_of_days() {
    let mut text = String::new();
    for number in 1..=30 {
        for hour in 0..24 {
            let (filled, maximum) = if number == 30 && hour < 4 { ((19, 60), 100.0) } else { ((2, 60), 14.0) };
            text.push_str(&row(&format!("2026-08-{number:02}T{hour:02}:00:00Z"), &[filled], maximum));
        }
    }
    let found = read(&text, "2026-08-31").unwrap();
    assert_eq!((found[0].p995, found[0].complete_days, found[0].hours), (100.0, 30, 720));
}

/// 35 days, 840 hours: a job of four hours is 0.476 % of them, and the P99.5 does not show it. The
/// median of each of its hours is in the bin of 95 to 100, and the second highest of that day with it.
#[test]
fn four_hours_of_five_weeks_show_in_the_peak_hours() {
    let days = |busy: &dyn Fn(u32, u32) -> bool| {
        let mut text = String::new();
        for number in 0..35 {
            let day = day("2026-07-28") + chrono::Days::new(u64::from(number));
            for hour in (0..24).rev() {
                let (filled, maximum) = if busy(number, hour) { ((19, 60), 98.0) } else { ((2, 60), 14.0) };
                text.push_str(&row(&format!("{day}T{hour:02}:00:00Z"), &[filled], maximum));
            }
        }
        let found = read(&text, "2026-08-31").unwrap();
        (found[0].p995, found[0].peak_hours, found[0].maximum)
    };
    assert_eq!(days(&|day, hour| day == 3 && hour < 4), (15.0, 98.0, 98.0));
    assert_eq!(days(&|day, hour| day == 34 && (hour == 0 || hour == 23)), (15.0, 98.0, 98.0));
    // A single hour of a day, on several days: the next highest is as on any other.
    assert_eq!(days(&|day, hour| day < 3 && hour == 12), (15.0, 15.0, 98.0));
}

/// 31 of 60 samples below 15 percent and 29 at the top: half of the hour is quiet. 30 and 30: the
/// 30th of 60 is the median, still below. 29 and 31: the hour is busy.
#[test]
fn an_hour_counts_with_its_median() {
    for (quiet, told) in [(31, 15.0), (30, 15.0), (29, 99.0)] {
        let hour = |hour: &str| row(&format!("2026-08-03T{hour}:00:00Z"), &[(2, quiet), (19, 60 - quiet)], 99.0);
        let found = read(&(hour("04") + &hour("11")), "2026-08-31").unwrap();
        assert_eq!(found[0].peak_hours, told, "{quiet}");
    }
    let one = read(&row("2026-08-03T04:00:00Z", &[(19, 60)], 99.0), "2026-08-31").unwrap();
    assert_eq!(one[0].peak_hours, 0.0, "one hour is no two");
}

#[test]
fn days_are_counted_whole_or_not() {
    let mut text = String::new();
    whole_day(&mut text, "2026-07-31", &[(1, 12)], 7.0);
    whole_day(&mut text, "2026-08-01", &[(1, 12)], 7.0);
    text.push_str(&row("2026-08-02T23:00:00Z", &[(1, 12)], 7.5));
    // Outside the window of 35 days: not even its maximum counts.
    text.push_str(&row("2026-07-27T00:00:00Z", &[(19, 12)], 100.0));
    text.push_str(&row("2026-09-01T00:00:00Z", &[(19, 12)], 100.0));
    let found = read(&text, "2026-08-31").unwrap();
    let expected = Utilisation {
        sub_account: "012345678901".into(),
        resource: "i-1".into(),
        metric: UseMetric::Cpu,
        p995: 7.5,
        maximum: 7.5,
        // Every hour's median is in the bin up to 10; the highest sample is lower.
        peak_hours: 7.5,
        busiest_day_bytes: None,
        complete_days: 2,
        hours: 49,
        days: 3,
        has_month_end: true,
        first_day: day("2026-07-31"),
        last_day: day("2026-08-02"),
    };
    assert_eq!(found, [expected]);
    let without = text.replacen("2026-07-31T05", "2026-07-30T05", 1);
    assert!(!read(&without, "2026-08-31").unwrap()[0].has_month_end);
}

/// Each month has its own window, and a day may be in two of them.
#[test]
fn windows_are_read_in_one_go() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = HEADER.to_string();
    whole_day(&mut text, "2026-07-30", &[(1, 1)], 7.0);
    whole_day(&mut text, "2026-08-15", &[(3, 1)], 17.0);
    let path = folder.path().join("use.csv");
    std::fs::write(&path, text).unwrap();
    let windows = ["2026-06-30", "2026-07-31", "2026-08-31"].map(|last| Window::until(day(last)));
    let found = utilisation(&[path], &[], &windows).unwrap();
    let shape: Vec<Vec<(u32, f64)>> =
        found.iter().map(|window| window.iter().map(|used| (used.complete_days, used.maximum)).collect()).collect();
    assert_eq!(shape, [vec![], vec![(1, 7.0)], vec![(2, 17.0)]]);
}

/// The same rows as CSV, CSV.gz and Parquet, with times as text and as timestamps.
#[test]
fn every_container_reads_the_same() {
    use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};
    use std::sync::Arc;
    let folder = tempfile::tempdir().unwrap();
    let filled = [(2, 995), (18, 5)];
    let text = format!("{HEADER}{}", row("2026-08-03T14:00:00Z", &filled, 93.25));
    std::fs::write(folder.path().join("a.csv"), &text).unwrap();
    let file = std::fs::File::create(folder.path().join("b.csv.gz")).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).unwrap();
    gzip.finish().unwrap();
    let texts = |value: &str| -> ArrayRef { Arc::new(StringArray::from(vec![value])) };
    let hour = TimestampMicrosecondArray::from(vec![1_785_765_600_000_000]).with_timezone("UTC");
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("SubAccountId", texts("012345678901")),
        ("ResourceId", texts("i-1")),
        ("Hour", Arc::new(hour)),
        ("Metric", texts("cpu")),
        ("Bins", texts(&bins(&filled))),
        ("Maximum", Arc::new(Float64Array::from(vec![93.25]))),
        ("Count", Arc::new(Int64Array::from(vec![1000]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let file = std::fs::File::create(folder.path().join("c.parquet")).unwrap();
    let mut writer = parquet::arrow::ArrowWriter::try_new(file, batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let windows = [Window::until(day("2026-08-31"))];
    let of = |name: &str| utilisation(&[folder.path().join(name)], &[], &windows).unwrap().remove(0);
    assert_eq!((of("a.csv")[0].p995, of("a.csv")[0].maximum, of("a.csv")[0].hours), (15.0, 93.25, 1));
    assert_eq!(of("b.csv.gz"), of("a.csv"));
    assert_eq!(of("c.parquet"), of("a.csv"));
}

#[test]
fn a_row_that_breaks_the_contract_is_named() {
    let good = row("2026-08-03T14:00:00Z", &[(2, 995), (18, 5)], 93.0);
    let cases = [
        ("2026-08-03T14:00:00Z", "2026-08-03T14:30:00Z", "column Hour", "is not the start of an hour"),
        ("2026-08-03T14:00:00Z", "yesterday", "column Hour", "`yesterday`"),
        ("cpu", "gpu", "column Metric", "no metric `gpu`"),
        (";995;", ";995;0;", "column Bins", "holds 21 bins"),
        ("0;0;995;", "995;", "column Bins", "holds 18 bins"),
        (";995;", ";-995;", "column Bins", "bin 2 is `-995`"),
        (",93,", ",89,", "column Maximum", "89 is below the bin of 90"),
        (",93,", ",100.5,", "column Maximum", "no percentage"),
        (",93,", ",NaN,", "column Maximum", "no percentage"),
        (",1000", ",999", "column Count", "the bins hold 1000"),
        ("i-1", "", "column ResourceId", "is empty"),
        ("012345678901", " ", "column SubAccountId", "is empty"),
    ];
    for (from, to, place, told) in cases {
        let bad = good.replace(from, to);
        assert_ne!(bad, good, "{from}");
        let error = read(&format!("{}{bad}", row("2026-08-03T13:00:00Z", &[(0, 1)], 1.0)), "2026-08-31").unwrap_err();
        let text = error.to_string();
        assert!(text.contains(&format!("/use.csv, row 2, {place}")) && text.contains(told), "{from} → {to}: {text}");
    }
    let twice = read(&good.repeat(2), "2026-08-31").unwrap_err().to_string();
    assert!(twice.contains("row 2, column Hour") && twice.contains("has this hour already"), "{twice}");
}

#[test]
fn a_file_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let windows = [Window::until(day("2026-08-31"))];
    let told = |name: &str| utilisation(&[folder.path().join(name)], &[], &windows).unwrap_err().to_string();
    assert!(told("absent*.csv").contains("matches no utilisation file"));
    std::fs::write(folder.path().join("a.csv"), "SubAccountId,ResourceId\n").unwrap();
    assert!(told("a.csv").contains("has no column Hour; it has SubAccountId, ResourceId"));
    std::fs::write(folder.path().join("b.csv"), "").unwrap();
    assert!(told("b.csv").contains("is empty"));
}

/// A file that two patterns name is not counted twice.
#[test]
fn patterns_may_overlap() {
    let folder = tempfile::tempdir().unwrap();
    let mut text = HEADER.to_string();
    let _ = write!(text, "{}", row("2026-08-03T14:00:00Z", &[(0, 1)], 1.0));
    std::fs::write(folder.path().join("a.csv"), text).unwrap();
    let patterns = [folder.path().join("*.csv"), folder.path().join("a.*")];
    assert_eq!(utilisation(&patterns, &[], &[Window::until(day("2026-08-31"))]).unwrap()[0].len(), 1);
}

/// 1 and 2 bytes on the first day, 4 on the second: no percentages, and the day with most of them.
#[test]
fn bytes_are_added_up_by_day() {
    let row = |hour: &str, metric: &str, bytes: u64| format!("012345678901,i-1,{hour},{metric},,,,{bytes}\n");
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "{},Bytes\n{}{}{}{}",
        HEADER.trim_end(),
        row("2026-08-03T14:00:00Z", "network", 1),
        row("2026-08-03T15:00:00Z", "network", 2),
        row("2026-08-04T00:00:00Z", "network", 4),
        row("2026-08-04T00:00:00Z", "disk", u64::MAX),
    );
    std::fs::write(folder.path().join("use.csv"), text).unwrap();
    let read = utilisation(&[folder.path().join("use.csv")], &[], &[Window::until(day("2026-08-31"))]).unwrap();
    let told: Vec<_> = read[0].iter().map(|of| (of.metric, of.busiest_day_bytes, of.maximum, of.hours)).collect();
    assert_eq!(told, [(UseMetric::Network, Some(4), 0.0, 3), (UseMetric::Disk, Some(u64::MAX), 0.0, 1)]);
    // Without the column, and with something else in it.
    let wrong = |text: String| {
        std::fs::write(folder.path().join("use.csv"), text).unwrap();
        let read = utilisation(&[folder.path().join("use.csv")], &[], &[Window::until(day("2026-08-31"))]);
        read.unwrap_err().to_string()
    };
    let none = wrong(format!("{HEADER}{}", "1,i-1,2026-08-03T14:00:00Z,network,,,\n"));
    assert!(none.contains("row 1, column Bytes: `` is no number of bytes"), "{none}");
}

/// What an API measured is taken where no file of the pattern has the metric; of two APIs the first one's.
#[test]
fn files_of_the_settings_go_before_what_apis_gave() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("{HEADER}{text}")).unwrap();
        path
    };
    let one = |id: &str, hour: &str, maximum: u32| {
        format!("1,{id},2026-08-03T{hour}:00:00Z,cpu,{},{maximum},1\n", bins(&[(0, 1)]))
    };
    let mine = write("mine.csv", &one("i-1", "14", 1));
    let first = write("first/use.csv", &[one("i-1", "14", 2), one("i-2", "14", 2)].concat());
    let more = write("first/more.csv", &one("i-2", "15", 3));
    let second = write("second/use.csv", &[one("i-2", "14", 4), one("i-3", "14", 4)].concat());
    let windows = [Window::until(day("2026-08-31"))];
    let read = utilisation(&[mine], &[first, more, second], &windows).unwrap();
    let told: Vec<_> = read[0].iter().map(|of| (of.resource.as_str(), of.maximum, of.hours)).collect();
    assert_eq!(told, [("i-1", 1.0, 1), ("i-2", 3.0, 2), ("i-3", 4.0, 1)]);
}

/// A file of an API that had an hour twice took down the utilisation of all machines, with a remedy for whoever writes
/// files. In those of the settings it is an error all the same.
#[test]
fn an_hour_that_an_api_gave_twice_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, format!("{HEADER}{text}")).unwrap();
        path
    };
    let (low, high) = (row("2026-08-03T14:00:00Z", &[(0, 1)], 1.0), row("2026-08-03T14:00:00Z", &[(0, 9)], 4.0));
    let first = write("1.csv", &low.repeat(2));
    let second = write("2.csv", &[high, row("2026-08-03T15:00:00Z", &[(0, 1)], 2.0)].concat());
    let windows = [Window::until(day("2026-08-31"))];
    let read = utilisation(&[], &[first.clone(), second], &windows).unwrap();
    assert_eq!((read[0][0].maximum, read[0][0].hours), (2.0, 2));
    assert!(utilisation(&[first], &[], &windows).unwrap_err().to_string().contains("has this hour already"));
}
