#!/usr/bin/env python3
"""The money table, applied to the hand-worked CUR, gives every expected cost and class.

The table says the rules, the expected files say what they come to: this keeps the two from drifting apart.
"""

import csv
import sys
from decimal import Decimal

from control_totals import COSTS, MONEY_TABLE, control_totals, open_rows, qualifier, reader_for

FOLDER = MONEY_TABLE.parent
CLASSES = ("ChargeCategory", "ChargeClass", "ChargeFrequency", "PricingCategory", "CommitmentDiscountStatus")


def main():
    wrong = []
    for export, basis, expected in (
        ("hand_worked.csv", "gross", "hand_worked.expected.csv"),
        ("hand_worked_net.csv", "net", "hand_worked_net.expected.csv"),
        ("hand_worked_net.csv", "gross", "hand_worked.expected.csv"),
    ):
        wrong += [f"{export} as {basis}, {difference}" for difference in differences(export, basis, expected)]
        control_totals([FOLDER / export], basis)
    print("\n".join(wrong) or "the money table and the hand-worked rows agree")
    sys.exit(1 if wrong else 0)


def differences(export, basis, expected):
    with open(FOLDER / expected, encoding="utf-8", newline="") as lines:
        wanted = list(csv.DictReader(lines))
    with open(MONEY_TABLE, encoding="utf-8", newline="") as lines:
        table = [line for line in csv.DictReader(lines) if line["basis"] == basis]
    header, rows = open_rows(FOLDER / export)
    reader = reader_for(FOLDER / export, header, basis)
    found = 0
    for number, values in rows:
        found += 1
        want = wanted[number - 1]
        _, _, kind, costs = reader.charge(values)
        for name in (*COSTS, "x_SplitCost"):
            if costs.get(name) != (Decimal(want[name]) if want[name] else None):
                yield f"row {number} ({kind}): {name} is {costs.get(name)}, worked {want[name]}"
        # Split cost rows take their classes from the line item type's own rule.
        rule = next(
            line for line in table if line["line_item_type"] == kind and qualifier(line["qualifier"])(reader.get)
        )
        for name in ("x_LineItemType", *CLASSES):
            have = kind if name == "x_LineItemType" else rule[name]
            if have != want[name]:
                yield f"row {number} ({kind}): {name} is `{have}`, worked `{want[name]}`"
    if found != len(wanted):
        yield f"{found} rows, worked {len(wanted)}"


if __name__ == "__main__":
    main()
