#!/usr/bin/env python3
"""Control totals of a billing export, by other hands than costmill's.

Reads an AWS legacy CUR (CSV or CSV.gz, either header style) or a FOCUS file (CSV, CSV.gz or Parquet) and
prints rows and cost totals per BillingCurrency and billing period as JSON, exact decimals as text.

    control_totals.py export.csv.gz [more files of the same delivery …] [--basis auto|gross|net]

The costs of a CUR come from tests/fixtures/aws_cur_legacy/money_table.csv, read here as a table of
formulas; docs/formats/aws-cur-legacy.md says why each is what it is. Nothing is shared with the mapping. `rows`
counts the rows of the files and `residual_rows`: what covered usage and its negation leave over.
"""

import argparse
import csv
import gzip
import json
import re
import sys
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Context, Decimal, setcontext
from pathlib import Path

# Wide enough that sums are exact; overflow, division by zero and what is no number stop the script.
setcontext(Context(prec=120))
# costmill keeps 18 decimals, rounded half-even.
SMALLEST = Decimal(1).scaleb(-18)
COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
MONEY_TABLE = Path(__file__).resolve().parent.parent / "fixtures" / "aws_cur_legacy" / "money_table.csv"
NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


class Refused(Exception):
    """The file says something that no total can be made of."""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--basis", choices=("auto", "gross", "net"), default="auto")
    arguments = parser.parse_args()
    try:
        result = control_totals(arguments.files, arguments.basis)
    except Refused as refused:
        sys.exit(f"{refused}")
    json.dump(result, sys.stdout, indent=2, sort_keys=True)
    print()


def control_totals(files, basis="auto"):
    """Totals over the files of one delivery."""
    cells = defaultdict(Cell)
    line_types = defaultdict(Cell)
    offsets = defaultdict(Decimal)
    residual = Decimal(0)
    formats, bases = set(), set()
    for path in files:
        header, rows = open_rows(path)
        reader = reader_for(path, header, basis)
        formats.add(reader.format)
        bases.add(reader.basis)
        for number, values in rows:
            if len(values) != len(header):
                raise Refused(f"{path}, row {number}: {len(values)} fields under a header of {len(header)}")
            try:
                currency, period, kind, costs = reader.charge(values)
            except Refused as refused:
                raise Refused(f"{path}, row {number}: {refused}") from None
            rounded = {}
            for name, cost in costs.items():
                rounded[name] = cost.quantize(SMALLEST, rounding=ROUND_HALF_EVEN)
                residual += cost - rounded[name]
            cells[currency, period].add(rounded)
            line_types[currency, period, kind].add(rounded)
            for key, money in reader.offset(kind):
                offsets[currency, period, key] += money
    # What covered usage and its negation leave over is a row of its own: money must not vanish.
    left = {key: money for key, money in offsets.items() if money}
    for (currency, period, _), money in left.items():
        row = {"BilledCost": money, "EffectiveCost": money, "ListCost": Decimal(0), "ContractedCost": Decimal(0)}
        cells[currency, period].add(row)
        line_types[currency, period, "SavingsPlanNegation/residual"].add(row)
    if len(formats) > 1 or len(bases) > 1:
        raise Refused(f"files of one delivery differ: formats {sorted(formats)}, bases {sorted(bases)}")
    return {
        "format": formats.pop(),
        "basis": bases.pop(),
        "rows": sum(cell.rows for cell in cells.values()),
        "residual_rows": len(left),
        "rounding_residual": text(residual),
        "totals": [
            {"BillingCurrency": currency, "BillingPeriod": period, **cell.out()}
            for (currency, period), cell in sorted(cells.items())
        ],
        "by_line_type": [
            {"BillingCurrency": currency, "BillingPeriod": period, "LineType": kind, **cell.out()}
            for (currency, period, kind), cell in sorted(line_types.items())
        ],
    }


class Cell:
    """Rows and sums."""

    def __init__(self):
        self.rows = 0
        self.sums = defaultdict(Decimal)

    def add(self, costs):
        self.rows += 1
        for name, cost in costs.items():
            self.sums[name] += cost

    def out(self):
        return {"rows": self.rows, **{name: text(total) for name, total in sorted(self.sums.items())}}


# Files.


def open_rows(path):
    """The header, and the rows as (number, values); 1 is the first row after the header."""
    if path.suffix == ".parquet":
        return parquet_rows(path)
    opener = gzip.open if path.suffix == ".gz" else open
    lines = csv.reader(opener(path, "rt", encoding="utf-8-sig", newline=""), strict=True)
    header = next(lines, None)
    if header is None:
        raise Refused(f"{path}: the file is empty")
    return header, enumerate((values for values in lines if values), start=1)


def parquet_rows(path):
    from pyarrow.parquet import ParquetFile

    table = ParquetFile(path)
    header = table.schema_arrow.names
    wanted = {name: at for at, name in enumerate(header) if name in FocusReader.COLUMNS}

    def rows():
        number = 0
        for batch in table.iter_batches(columns=list(wanted)):
            columns = {name: batch.column(name).to_pylist() for name in wanted}
            for at in range(batch.num_rows):
                number += 1
                values = [""] * len(header)
                for name, index in wanted.items():
                    values[index] = as_text(columns[name][at])
                yield number, values

    return header, rows()


def as_text(value):
    """A float becomes its shortest decimal that reads back as the same float."""
    if value is None:
        return ""
    return value.isoformat() if hasattr(value, "isoformat") else repr(value) if isinstance(value, float) else str(value)


# Formats.


def reader_for(path, header, basis):
    if "BilledCost" in header and "BillingCurrency" in header:
        return FocusReader(path, header)
    names = {squeeze(name) for name in header}
    if {"lineitemlineitemtype", "lineitemunblendedcost"} <= names:
        return CurReader(path, header, basis)
    raise Refused(f"{path}: neither a legacy CUR nor FOCUS")


class FocusReader:
    """FOCUS: the costs stand there."""

    format, basis = "focus", "as delivered"
    COLUMNS = ("BillingCurrency", "BillingPeriodStart", "ChargeCategory", *COSTS)

    def __init__(self, path, header):
        missing = [name for name in self.COLUMNS if name not in header]
        if missing:
            raise Refused(f"{path}: no column {', '.join(missing)}")
        self.at = {name: header.index(name) for name in self.COLUMNS}

    def charge(self, values):
        cells = {name: present(values[at]) for name, at in self.at.items()}
        # Real 1.0 files leave some costs empty: there is nothing to add then. BilledCost must be there.
        costs = {name: number(cells[name]) for name in COSTS if cells[name] or name == "BilledCost"}
        return cells["BillingCurrency"], period(cells["BillingPeriodStart"]), cells["ChargeCategory"], costs

    def offset(self, kind):
        return ()


class CurReader:
    """The legacy CUR: the costs by the money table."""

    format = "aws-cur-legacy"

    def __init__(self, path, header, basis):
        self.at = {}
        for index, name in enumerate(header):
            # Tags and cost categories are free text: two may differ by case only, and none is money.
            if not re.match(r"resource_?tags|cost_?category", name, re.IGNORECASE):
                if self.at.setdefault(squeeze(name), index) != index:
                    raise Refused(f"{path}: the column {name} stands there twice")
        self.values = None
        net = "lineitemnetunblendedcost" in self.at
        if basis == "net" and not net:
            raise Refused(f"{path}: no net columns")
        self.basis = basis if basis != "auto" else "net" if net else "gross"
        self.rules = defaultdict(list)
        with open(MONEY_TABLE, encoding="utf-8", newline="") as table:
            for line in csv.DictReader(table):
                if line["basis"] == self.basis:
                    formulas = {name: Formula(line[name]) for name in (*COSTS, "x_SplitCost") if line[name]}
                    self.rules[line["line_item_type"]].append((qualifier(line["qualifier"]), formulas))

    def get(self, name):
        index = self.at.get(squeeze(name))
        return "" if index is None else present(self.values[index])

    def charge(self, values):
        self.values = values
        kind = self.get("lineItem/LineItemType")
        for applies, formulas in [*self.rules["*"], *self.rules.get(kind, ())]:
            if applies(self.get):
                costs = {name: formula(self.get) for name, formula in formulas.items()}
                return self.get("lineItem/CurrencyCode"), period(self.get("bill/BillingPeriodStartDate")), kind, costs
        raise Refused(f"the line item type `{kind}` is not in the money table")

    def offset(self, kind):
        """The money of the row just read that another row takes back, under the plan and accounts they share."""
        if kind not in ("SavingsPlanCoveredUsage", "SavingsPlanNegation"):
            return ()
        names = ("savingsPlan/SavingsPlanARN", "lineItem/UsageAccountId", "bill/PayerAccountId")
        key = tuple(self.get(name) for name in names)
        column = "lineItem/NetUnblendedCost" if self.basis == "net" else "lineItem/UnblendedCost"
        return ((key, number(self.get(column))),)


def qualifier(words):
    """The table's qualifiers are a handful of sentences; one that is not known here stops the script."""
    if words in ("", "otherwise"):
        return lambda get: True
    if words == "lineItem/Operation in (ECSTask-EC2, EKSPod-EC2)":
        return lambda get: get("lineItem/Operation") in ("ECSTask-EC2", "EKSPod-EC2")
    if words == "lineItem/UsageType contains SpotUsage":
        return lambda get: "SpotUsage" in get("lineItem/UsageType")
    if words == "reservation/ReservationARN present":
        return lambda get: get("reservation/ReservationARN") != ""
    if words == "reservation/ReservationARN or savingsPlan/SavingsPlanARN present":
        return lambda get: get("reservation/ReservationARN") + get("savingsPlan/SavingsPlanARN") != ""
    if words.startswith("lineItem/ProductCode = ComputeSavingsPlans and lineItem/LineItemDescription starts with"):
        start = words.split('"')[1]
        return lambda get: (
            get("lineItem/ProductCode") == "ComputeSavingsPlans"
            and get("lineItem/LineItemDescription").startswith(start)
        )
    raise Refused(f"{MONEY_TABLE}: the qualifier `{words}` is not known")


class Formula:
    """`0`, `+a -b`, `+a|b` (the first that is not empty), `(sum) * (sum) / (sum)`."""

    def __init__(self, words):
        self.words = words
        parts = re.fullmatch(r"\((.*)\) \* \((.*)\) / \((.*)\)", words)
        self.sums = [self.terms(part) for part in (parts.groups() if parts else (words,))]

    def terms(self, words):
        if words == "0":
            return []
        terms = [re.fullmatch(r"([+-])(\S+)", word) for word in words.split()]
        if not all(terms):
            raise Refused(f"{MONEY_TABLE}: the formula `{self.words}` does not read")
        return [(1 if term[1] == "+" else -1, term[2].split("|")) for term in terms]

    def __call__(self, get):
        first, *scale = [
            sum((sign * self.cell(get, names) for sign, names in terms), Decimal(0)) for terms in self.sums
        ]
        # Nothing unused needs no scale, and has none when the commitment itself is 0.
        return first * scale[0] / scale[1] if scale and first else first

    def cell(self, get, names):
        for name in names:
            if get(name):
                return number(get(name))
        if names[0].startswith("splitLineItem/"):
            return Decimal(0)
        raise Refused(f"{' and '.join(names)} empty or not there, where the money table wants it")


# Values.


def squeeze(name):
    """`lineItem/UnblendedCost` and `line_item_unblended_cost` are one column."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def present(value):
    return "" if value == "NULL" else value


def number(value):
    if not NUMBER.fullmatch(value):
        raise Refused(f"`{value}` is not a number" if value else "a cost is empty")
    return Decimal(value)


def period(value):
    match = re.match(r"(\d{4}-\d{2})-\d{2}", value)
    if not match:
        raise Refused(f"`{value}` is not the start of a billing period")
    return match[1]


def text(value):
    """No exponent, no trailing zeros, `0` for zero: the way costmill prints money."""
    plain = format(value, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("", "-", "-0", "0") else plain


if __name__ == "__main__":
    main()
