#!/usr/bin/env python3
"""What each project of a Google Cloud bill pays, by other hands than costmill's.

Reads dumps of the detailed usage cost export as JSON lines (.json or .json.gz), one file a dump, none of a known
range, and prints per project id the sums of BilledCost and EffectiveCost as text, in whole units of 10^-18, rounded down.

    gcp_fees.py dump.json [dump.json.gz …]

Rows: of each, the largest number that one dump has. EffectiveCost: docs/formats/gcp-detailed-usage.md, for spend-based
fees of one product, with fractions and by project and day alone: that is all a project's sum depends on.
"""

import gzip
import json
import sys
from collections import Counter, defaultdict
from fractions import Fraction


def dump(path):
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as lines:
        parsed = (json.loads(line, parse_float=str, parse_int=str) for line in lines)
        return Counter(json.dumps(row, sort_keys=True) for row in parsed)


def main(paths):
    rows = Counter()
    for path in paths:
        rows |= dump(path)
    billed, effective = defaultdict(Fraction), defaultdict(Fraction)
    own, fees, covered = defaultdict(list), defaultdict(list), defaultdict(Fraction)
    for text in rows.elements():
        row = json.loads(text)
        day, project = row["usage_start_time"][:10], row.get("project", {}).get("id", "")
        credits = row.get("credits", [])
        net = Fraction(row["cost"]) + sum(Fraction(credit["amount"]) for credit in credits)
        billed[project] += net
        effective[project] += net
        if row["sku"]["description"].startswith("Commitment"):
            committed = Fraction(row["usage"]["amount_in_pricing_units"]) / 100
            (own[day, project] if project else fees[day]).append((project, net, committed))
        for credit in credits:
            if credit["type"] == "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE":
                covered[day, project] -= Fraction(credit["amount"]) / Fraction(row["currency_conversion_rate"])

    # A project's own fees pay for its own usage; what is left of both goes to the fees and usage of all.
    for (day, project), of_project in sorted(own.items()):
        fee, committed = sum(net for _, net, _ in of_project), sum(c for _, _, c in of_project)
        use = min(covered[day, project], committed)
        used = fee * use / committed
        fees[day].append((project, fee - used, committed - use))
        covered[day, project] -= use
    for day, of_all in fees.items():
        of_all = [fee for fee in of_all if fee[1] > 0]
        uses = {project: use for (of_day, project), use in covered.items() if of_day == day and use > 0}
        fee, committed, use = sum(f[1] for f in of_all), sum(f[2] for f in of_all), sum(uses.values())
        if not fee or not use:
            continue
        used = fee * min(use / committed, 1)
        for project, left, _ in of_all:
            effective[project] -= used * left / fee
        for project, of_project in uses.items():
            effective[project] += used * of_project / use
    shown = {project: [str(sums[project] * 10**18 // 1) for sums in (billed, effective)] for project in billed}
    json.dump(shown, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
