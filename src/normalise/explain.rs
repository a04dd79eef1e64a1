//! The mapping in words, from the same table that runs.

use crate::focus::column::find;
use crate::format::mapping::{Condition, Derived, From, GIVEN};
use crate::format::{Format, LineRule, RULE_COSTS, Union, crosswalk::Formula};
use std::fmt::Write;

/// What `costmill explain mapping <format>` prints.
pub fn explain(format: &Format) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} — {}\n{}\n", format.id, format.title, format.page);
    let _ = writeln!(out, "Keys seen:");
    for key in format.keys {
        let _ = writeln!(out, "  {key}");
    }
    let _ = writeln!(out, "Known defects of real files:");
    for defect in format.defects {
        let _ = writeln!(out, "  - {defect}");
    }
    let _ = writeln!(out, "\nEach column of `cost`, and where its value comes from:\n");
    for (name, from) in format.mapping {
        let since = find(name).map_or("", |column| column.since);
        let _ = writeln!(out, "  {name} [{since}]\n      {}", words(from));
    }
    let _ = writeln!(out, "  {}\n      from the delivery and the row\n", GIVEN.join(", "));
    let _ = writeln!(out, "The crosswalk that proves it: native line type → charge category and costs\n");
    let rules = (format.crosswalk)().rules;
    let key = |rule: &LineRule| match rule.qualifier.as_str() {
        "" => rule.line_type.clone(),
        qualifier => format!("{}/{qualifier}", rule.line_type),
    };
    if let Some(union) = &format.union {
        union_words(&mut out, union);
        let left_out = rules.iter().filter(|rule| rule.charge_category.is_empty()).map(key);
        let _ = writeln!(out, "  no charge of `cost`: {}", join(left_out, ", "));
    }
    let charges: Vec<&LineRule> = rules.iter().filter(|rule| !rule.charge_category.is_empty()).collect();
    let alike =
        |a: &LineRule, b: &LineRule| a.basis == b.basis && a.charge_category == b.charge_category && a.costs == b.costs;
    for (at, rule) in charges.iter().enumerate() {
        // With several datasets there are many line types, and few ways to treat them.
        let together = format.union.is_some();
        if together && charges[..at].iter().any(|other| alike(other, rule)) {
            continue;
        }
        let same = charges[at..].iter().filter(|other| if together { alike(other, rule) } else { other == &rule });
        let keys = join(same.map(|rule| key(rule)), ", ");
        let _ = writeln!(out, "  {keys} ({}) → {}", rule.basis, rule.charge_category);
        for (cost, formula) in RULE_COSTS.iter().zip(&rule.costs) {
            if *cost != "x_SplitCost" || !formula.terms().is_empty() {
                let _ = writeln!(out, "      {cost} = {}", formula_words(formula));
            }
        }
    }
    out
}

/// Which rows of which dataset are charges, and what their sums must be.
fn union_words(out: &mut String, union: &Union) {
    for dataset in union.datasets {
        let _ =
            writeln!(out, "  {}, {} where it comes alone: {} of a manifest", dataset.id, dataset.alone, dataset.word);
    }
    let _ = writeln!(out, "  a row is a charge where {}", condition(&union.keep));
    for gate in union.gates {
        let within = gate.within.join(" or ");
        let _ = writeln!(out, "  with rows of {within}: Σ {} = Σ {} of {}", gate.cost, gate.column, gate.of);
    }
}

fn words(from: &From) -> String {
    match from {
        From::Column(name) => (*name).into(),
        From::FirstOf(all) => format!("the first that has a value: {}", join(all.iter().map(words), ", ")),
        From::Literal(text) => format!("\"{text}\""),
        From::Lookup { table, key, value } => format!("{value} of {table} by {key}"),
        From::When(cases) => join(cases.iter().map(|(when, from)| case(when, from)), "; "),
        From::ByBasis { gross, net } => format!("gross: {}\n      net: {}", words(gross), words(net)),
        From::Sum([]) => "0".into(),
        From::Sum(terms) => {
            join(terms.iter().map(|(sign, name)| format!("{}{name}", if *sign < 0 { "−" } else { "+" })), " ")
        }
        From::Absent(reason) => format!("no value: {reason}"),
        From::Derived(derived) => match derived {
            Derived::Object { prefix, strip: "" } => format!("a JSON object of {prefix}/*"),
            Derived::Object { prefix, strip } => format!("a JSON object of {prefix}/*, keys without `{strip}`"),
            Derived::Json(name) => format!("{name}, keys sorted"),
            Derived::Closed(name) => format!("{name}, in the specification's spelling"),
            Derived::LastSegment(name) => format!("the last segment of {name}"),
            Derived::ArnType(name) => format!("the kind of resource that {name} names"),
            Derived::MachineType(name) => format!("the machine type that {name} ends with"),
            Derived::PacificMonth(name) => format!("the first instant of the month {name}, US Pacific time"),
            Derived::PacificMonthEnd(name) => format!("the first instant after the month {name}, US Pacific time"),
            Derived::KeyValues(lists) => {
                format!("a JSON object of the keys and values of {}; of a key in two, the first", lists.join(", "))
            }
            Derived::KeyValue { list, key } => format!("the value of {key} in {list}"),
            Derived::Item(name) => format!("{name}, of the first item that has one"),
            Derived::SumsBy { list, key, amount } => format!("a JSON object: {list}[].{amount} added up by {key}"),
            Derived::Collection(name) => format!("the last but one segment of {name}"),
            Derived::Entry { column, keys } => format!("{} of the map {column}", keys.join(" or else ")),
            Derived::Entries { column, only, without, rename } => {
                let mut text = match *only {
                    "" => format!("the entries of {column}, keys sorted"),
                    only => format!("the entries {only}… of {column}, without that prefix, keys sorted"),
                };
                for prefix in *without {
                    text.push_str(&format!("; not {prefix}…"));
                }
                for (from, to) in *rename {
                    text.push_str(&format!("; {from}… is {to}…"));
                }
                text
            }
            Derived::NextDay(name) => format!("the day after {name}"),
            Derived::Priced { price, quantity, rate } => {
                let times = quantity.iter().chain(Some(rate).filter(|rate| !rate.is_empty()));
                let times: String = times.map(|name| format!(" × {name}")).collect();
                format!("{price}{times} where {price} is not 0")
            }
            Derived::InUnits { quantity, measure } => format!("{quantity} × the block of {measure}"),
            Derived::PriceUnit(name) => format!("{name} as a block and a unit of azure_units"),
            Derived::Unit(name) => format!("the unit of azure_units in {name}"),
            Derived::ArmType(name) => format!("the type of resource that {name} names"),
            Derived::ArmId(name) => format!("{name} without a last collection that names no member"),
            Derived::ArmLookup { id, table, value, parents } => {
                let parents = if *parents { ", or that it lies in" } else { "" };
                format!("{value} of {table} by the type of resource that {id} names{parents}")
            }
            Derived::Detail { column, keys } => format!("{} of {column}, where it is a map", keys.join(" or else ")),
            Derived::Columns(names) => format!("a JSON object of {}", names.join(", ")),
            Derived::Scaled { minuend, subtrahend, times, by } => {
                format!("({minuend} − {subtrahend}) × ({}) / ({})", times.join(" + "), by.join(" + "))
            }
        },
    }
}

fn case(when: &Condition, from: &From) -> String {
    match when {
        Condition::Always => format!("otherwise {}", words(from)),
        when => format!("if {}: {}", condition(when), words(from)),
    }
}

fn condition(when: &Condition) -> String {
    match when {
        Condition::Always => "always".into(),
        Condition::OneOf(name, [one]) => format!("{name} = {one}"),
        Condition::OneOf(name, values) => format!("{name} is one of {}", values.join(", ")),
        Condition::Present(name) => format!("{name} is there"),
        Condition::Blank(name) => format!("{name} is blank"),
        Condition::StartsWith(name, prefix) => format!("{name} starts with \"{prefix}\""),
        Condition::Contains(name, part) => format!("{name} contains \"{part}\""),
        Condition::HasItem(list) => format!("there is one of {list}"),
        Condition::Negative(name) => format!("{name} < 0"),
        Condition::All(all) => join(all.iter().map(condition), " and "),
        Condition::Any(any) => format!("({})", join(any.iter().map(condition), " or ")),
    }
}

fn formula_words(formula: &Formula) -> String {
    let sum = |terms: &[crate::format::crosswalk::Term]| {
        if terms.is_empty() {
            return "0".to_string();
        }
        join(
            terms.iter().map(|t| format!("{}{}", if t.sign < 0 { "−" } else { "+" }, t.columns.join(" or else "))),
            " ",
        )
    };
    match formula {
        Formula::Sum(terms) => sum(terms),
        Formula::Product(factors) => join(factors.iter().map(|factor| factor.column.clone()), " × "),
        Formula::FirstOf(all) => format!("the first that has a value: {}", join(all.iter().map(formula_words), ", ")),
        Formula::Scaled { amount, times, by } => format!("({}) × ({}) / ({})", sum(amount), sum(times), sum(by)),
    }
}

fn join(parts: impl Iterator<Item = String>, between: &str) -> String {
    parts.collect::<Vec<_>>().join(between)
}
