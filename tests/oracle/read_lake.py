#!/usr/bin/env python3
"""Reads a costmill lake with readers that others wrote, and prints what they find as JSON.

    read_lake.py LAKE

`versions`: the table `cost` at each version it has, through the Delta Lake library: rows, and BilledCost and
EffectiveCost by BillingCurrency and billing month. `live_files`: the newest version's files, through DuckDB.
Exact decimals as text.
"""

import json
import sys
from collections import defaultdict
from decimal import Context, Decimal, setcontext
from pathlib import Path
from urllib.parse import unquote, urlparse

import duckdb
from deltalake import DeltaTable
from pyarrow import types
from pyarrow.parquet import ParquetFile

from control_totals import text

setcontext(Context(prec=120))
KEYS = ("BillingCurrency", "x_BillingMonth")
COSTS = ("BilledCost", "EffectiveCost")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    table = Path(sys.argv[1]) / "cost"
    newest = DeltaTable(str(table)).version()
    # Two versions share most of their files: each file is summed once.
    seen = {}
    versions = []
    for version in range(newest + 1):
        files = live_files(table, version)
        cells = defaultdict(lambda: [0, *(Decimal(0) for _ in COSTS)])
        for file in files:
            if file not in seen:
                seen[file] = sums_of(file)
            for key, found in seen[file].items():
                cells[key] = [total + add for total, add in zip(cells[key], found)]
        versions.append({"version": version, "files": len(files), **out(cells)})
    json.dump({"versions": versions, "live_files": by_duckdb(live_files(table, newest))}, sys.stdout, indent=2)
    print()


def live_files(table, version):
    """The paths of the files that the Delta log says are live."""
    return sorted(unquote(urlparse(uri).path) for uri in DeltaTable(str(table), version=version).file_uris())


def sums_of(file):
    """Row by row in Python: no engine's decimal sum is trusted here."""
    parquet = ParquetFile(file)
    schema = parquet.schema_arrow
    for name in COSTS:
        if not types.is_decimal(schema.field(name).type):
            sys.exit(f"{file}: {name} is {schema.field(name).type}, not a decimal")
    cells = defaultdict(lambda: [0, *(Decimal(0) for _ in COSTS)])
    for batch in parquet.iter_batches(columns=[*KEYS, *COSTS]):
        for *key, billed, effective in zip(*(column.to_pylist() for column in batch.select([*KEYS, *COSTS]).columns)):
            cell = cells[tuple(key)]
            cell[0] += 1
            cell[1] += billed
            cell[2] += effective
    return cells


def by_duckdb(files):
    if not files:
        return {"rows": 0, "totals": []}
    keys, sums = ", ".join(KEYS), ", ".join(f"CAST(SUM({cost}) AS VARCHAR)" for cost in COSTS)
    # The partition columns stand in the files too: the folder names are not asked.
    sql = f"SELECT {keys}, COUNT(*), {sums} FROM read_parquet($files, hive_partitioning = false) GROUP BY {keys}"
    rows = duckdb.execute(sql, {"files": files}).fetchall()
    return out({tuple(row[:2]): [row[2], *map(Decimal, row[3:])] for row in rows})


def out(cells):
    return {
        "rows": sum(cell[0] for cell in cells.values()),
        "totals": [
            {**dict(zip(KEYS, key)), "rows": rows, **{name: text(total) for name, total in zip(COSTS, sums)}}
            for key, (rows, *sums) in sorted(cells.items())
        ],
    }


if __name__ == "__main__":
    main()
