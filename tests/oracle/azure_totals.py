#!/usr/bin/env python3
"""Control totals of Azure cost and usage details, by other hands than costmill's.

    azure_totals.py actual.csv amortized.csv     both datasets of one bill
    azure_totals.py actual:actual.csv            one of them alone (actual: or amortized:)

Prints rows and cost totals per BillingCurrency and billing period as JSON, exact decimals as text. The rules
are those of docs/formats/azure-cost-details.md, written here anew: nothing is shared with the mapping.
"""

import csv
import json
import sys
from collections import defaultdict
from decimal import ROUND_HALF_EVEN, Context, Decimal, setcontext

setcontext(Context(prec=120))
SMALLEST = Decimal(1).scaleb(-18)
COSTS = ("BilledCost", "EffectiveCost", "ListCost", "ContractedCost")
NAMES = {
    "cost": ("costinbillingcurrency", "cost"),
    "currency": ("billingcurrency", "billingcurrencycode"),
    "start": ("billingperiodstartdate",),
    "kind": ("chargetype",),
    "model": ("pricingmodel",),
    "reservation": ("reservationid",),
    "quantity": ("quantity",),
    "unit_price": ("unitprice",),
    "list_price": ("paygprice",),
    "list_cost": ("paygcostinbillingcurrency",),
    "rate": ("exchangeratepricingtobilling",),
}


def rows(path):
    with open(path, newline="", encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            row = {name.lower(): value for name, value in row.items()}
            found = {}
            for ours, theirs in NAMES.items():
                found[ours] = next((row[name] for name in theirs if name in row), "")
            yield found


def rounded(value):
    return value.quantize(SMALLEST, rounding=ROUND_HALF_EVEN)


def number(text):
    return rounded(Decimal(text)) if text else None


def product(price, *factors):
    """Half-even after each step; no value without a price."""
    if not price:
        return None
    for factor in factors:
        if factor is None:
            return None
        price = rounded(price * factor)
    return price


def costs(row, dataset, alone):
    """The four costs of a row, or None where it is no charge."""
    cost, kind = number(row["cost"]), row["kind"]
    bound = row["model"] in ("Reservation", "SavingsPlan") or (not row["model"] and row["reservation"])
    if dataset == "actual" and not alone:
        return (cost, Decimal(0), cost, cost) if bound and kind in ("Purchase", "Refund") else None
    contracted = listed = cost
    if kind == "Usage":
        rate = number(row["rate"])
        rate = Decimal(1) if rate is None else rate
        quantity = number(row["quantity"])
        contracted = product(number(row["unit_price"]), quantity, rate)
        contracted = cost if contracted is None else contracted
        listed = number(row["list_cost"]) or product(number(row["list_price"]), quantity, rate)
        listed = contracted if listed is None else listed
    billed = cost
    if dataset == "amortized" and (kind.startswith("Unused") or (kind == "Usage" and bound)):
        billed = Decimal(0)
    return billed, cost, listed, contracted


def month(text):
    if "/" in text:
        first, _, year = text.split("/")
        return f"{year}-{int(first):02d}"
    return text[:7]


def plain(value):
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def main():
    arguments = sys.argv[1:]
    if len(arguments) == 2:
        files = [("actual", arguments[0]), ("amortized", arguments[1])]
    else:
        files = [tuple(arguments[0].split(":", 1))]
    cells = defaultdict(lambda: [0, [Decimal(0)] * 4])
    gates = {}
    for dataset, path in files:
        gates[dataset] = Decimal(0)
        for row in rows(path):
            gates[dataset] += number(row["cost"])
            made = costs(row, dataset, len(files) == 1)
            if made is not None:
                cell = cells[row["currency"], month(row["start"])]
                cell[0] += 1
                cell[1] = [total + cost for total, cost in zip(cell[1], made)]
    totals = []
    for (currency, period), (count, sums) in sorted(cells.items()):
        total = {"BillingCurrency": currency, "BillingPeriod": period, "rows": str(count)}
        total.update({name: plain(value) for name, value in zip(COSTS, sums)})
        totals.append(total)
    gates = {name: plain(value) for name, value in gates.items()}
    json.dump({"rows": sum(cell[0] for cell in cells.values()), "totals": totals, "datasets": gates}, sys.stdout)


main()
