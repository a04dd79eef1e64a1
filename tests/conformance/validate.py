"""Holds the `cost` table of a lake to FOCUS 1.2 with the FinOps Foundation's own validator.

    validate.py LAKE

Prints JSON: the counts of the validator's `Total:` line and, by rule, what failed. The validator
itself exits with 0 whatever fails. Rules that only sum up other rules are left out: their parts are
there.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

import focus_validator
import pyarrow
import pyarrow.parquet

TOTAL = re.compile(r"^Total: (\d+) \| Pass: (\d+) \| Fail: (\d+) \| Skipped: (\d+)$", re.MULTILINE)
FAILED = re.compile(r"^\S+ (\S+): FAIL  \(violations=(\d+), msg=(.*)\)$", re.MULTILINE)
SUMS_UP = re.compile(r"failed child rules:|all child rules failed")


def one_table(lake: pathlib.Path) -> pyarrow.Table:
    """The files of `cost`, found on the disk: a lake of one night holds no others."""
    files = sorted((lake / "cost").rglob("*.parquet"))
    if not files:
        sys.exit(f"{lake} has no files of cost")
    return pyarrow.concat_tables([pyarrow.parquet.ParquetFile(file).read() for file in files])


def validate(table: pyarrow.Table) -> str:
    # Its currency codes are read relative to the folder that holds the package.
    folder = pathlib.Path(focus_validator.__file__).parent.parent
    with tempfile.TemporaryDirectory() as temporary:
        file = pathlib.Path(temporary) / "cost.parquet"
        pyarrow.parquet.write_table(table, file)
        command = [sys.executable, "-m", "focus_validator.main", "--data-file", str(file), "--validate-version", "1.2"]
        command += ["--focus-dataset", "CostAndUsage", "--block-download", "--applicability-criteria", "ALL"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.stdout + done.stderr


def main() -> None:
    said = validate(one_table(pathlib.Path(sys.argv[1])))
    total = TOTAL.search(said)
    if not total:
        sys.exit(f"the validator printed no total:\n{said[-4000:]}")
    failed = {rule: [int(rows), why] for rule, rows, why in FAILED.findall(said) if not SUMS_UP.search(why)}
    counts = dict(zip(["total", "pass", "fail", "skipped"], map(int, total.groups())))
    print(json.dumps({**counts, "failed": failed}))


main()
