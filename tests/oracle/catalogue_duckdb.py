#!/usr/bin/env python3
"""Runs the query catalogue, text unchanged, in DuckDB over the same Parquet, and prints the results as JSON.

    catalogue_duckdb.py TABLES.json [--queries DIR] [--params PARAMS.json] [--only ID …]

TABLES.json: {"cost_daily": ["/lake/rollup/cost_daily/….parquet", …], …}. PARAMS.json: {"metric/tag_coverage":
{"key": "team"}, "*": {"billing_period": "2026-09"}}: "*" is for every query, and both go over the defaults of
each header; {"identifier": "x_Tag_team"} is a column's name and {"date": "2026-09-30"} a date, not a text. "each_key": [{"coverage_key": "team", …}, …]
is for queries about a tag dimension: each is asked once with every set of it, and the rows are put together in that
order. The id of a query is its path under DIR without `.sql`; DIR/lookup/*.csv are tables too.
Prints {id: {"columns": […], "types": […], "rows": [[…], …]}}; decimals, dates and times as text, floats as
numbers. A query that fails has {"error": …} instead, and the exit status is 1.
"""

import argparse
import datetime
import json
import math
import re
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import duckdb

from control_totals import text

# What a SQL text is made of, as far as finding `:name` goes: in a comment, a string, a quoted name and a
# cast (`::`) a colon is not a parameter.
TOKEN = re.compile(
    r"""(?P<skip>--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|::)|:(?P<name>[A-Za-z_]\w*)""", re.DOTALL
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", type=Path)
    parser.add_argument("--queries", type=Path, default=Path(__file__).resolve().parents[2] / "queries")
    parser.add_argument("--params", type=Path)
    parser.add_argument("--only", nargs="*")
    arguments = parser.parse_args()
    tables = json.loads(arguments.tables.read_text(encoding="utf-8"))
    params = json.loads(arguments.params.read_text(encoding="utf-8")) if arguments.params else {}
    queries = {
        path.relative_to(arguments.queries).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(arguments.queries.rglob("*.sql"))
    }
    if not queries:
        sys.exit(f"{arguments.queries}: no queries")
    results = run_all({**tables, **lookups(arguments.queries)}, queries, params, arguments.only)
    json.dump(results, sys.stdout, indent=2, allow_nan=False)
    print()
    sys.exit(1 if any("error" in result for result in results.values()) else 0)


def run_all(tables, queries, params, only=None):
    engine = duckdb.connect()
    engine.execute("SET TimeZone = 'UTC'")
    for table, files in tables.items():
        # A view takes no bound parameters, so the paths are written as literals.
        paths = ", ".join(literal(file) for file in files)
        reader = f"read_parquet([{paths}], hive_partitioning = false)"
        if all(file.endswith(".csv") for file in files):
            reader = f"read_csv({paths}, header = false, skip = 1, columns = {{{columns(Path(files[0]))}}})"
        engine.execute(f"CREATE VIEW {quoted(table)} AS FROM {reader}")
    results = {}
    for query in in_order(queries):
        try:
            for keys in sets_of_keys(query, queries, params):
                result = ask(engine, query, queries, {**params, "*": {**params.get("*", {}), **keys}})
                if query in results:
                    results[query]["rows"] += result["rows"]
                else:
                    results[query] = result
        except (duckdb.Error, ValueError) as error:
            results[query] = {"error": f"{type(error).__name__}: {error}"}
    return {query: result for query, result in sorted(results.items()) if not only or query in only}


def lookups(queries):
    """The tables of facts beside the queries, by name."""
    return {path.stem: [str(path)] for path in sorted((queries / "lookup").glob("*.csv"))}


def columns(lookup):
    """Names and types of a lookup, which stand in its header: `x_Vcpu:integer`."""
    kinds = {"text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE"}
    cells = lookup.read_text(encoding="utf-8").splitlines()[0].split(",")
    return ", ".join(f"{literal(name)}: {literal(kinds[kind])}" for name, kind in (cell.split(":") for cell in cells))


def ask(engine, query, queries, params):
    """The result of one query, with the queries it reads as views of these parameters."""
    for name in [*reads(query, queries), query]:
        head = header(queries[name])
        sql = bind(queries[name], {**head.get("params", {}), **params.get("*", {}), **params.get(name, {})})
        # Queries may read queries: by their path or by the last word of it.
        for view in (name, name.rsplit("/", 1)[-1]):
            engine.execute(f"CREATE OR REPLACE VIEW {quoted(view)} AS {sql.strip().rstrip(';')}")
    return fetch(engine, sql)


def reads(query, queries):
    """The queries that a query reads, itself or through others, each after those it reads."""
    names = {name: name for name in queries} | {name.rsplit("/", 1)[-1]: name for name in queries}
    found = []
    for read in header(queries[query]).get("reads", ()):
        if read in names:
            found += [name for name in [*reads(names[read], queries), names[read]] if name not in found]
    return found


def sets_of_keys(query, queries, params):
    """What a query about a tag dimension is asked with; one empty set for any other. `all` has a state, no value
    and no exemption: a query of values or exemptions alone is not asked about it."""
    used = {match["name"] for name in [*reads(query, queries), query] for match in TOKEN.finditer(queries[name])}
    keys = params.get("each_key", [])
    if not keys or not used & {"coverage_key", "tag_column", "tag_state_column", "tag_exemption_column"}:
        return [{}]
    by_value = used & {"tag_column", "tag_exemption_column"} and "tag_state_column" not in used
    return [key for key in keys if not (by_value and key["coverage_key"] == "all")]


def header(sql):
    """The TOML of the leading `---` lines."""
    lines = []
    for line in sql.lstrip("\ufeff").splitlines():
        if not line.startswith("---"):
            break
        lines.append(line[3:].removeprefix(" "))
    return tomllib.loads("\n".join(lines))


def in_order(queries):
    """Each query after those it reads."""
    names = {query: query for query in queries} | {query.rsplit("/", 1)[-1]: query for query in queries}
    done, order = set(), []

    def visit(query, path):
        if query in path:
            sys.exit(f"the queries {' → '.join([*path, query])} read each other")
        if query not in done:
            for read in header(queries[query]).get("reads", ()):
                if read in names:
                    visit(names[read], [*path, query])
            done.add(query)
            order.append(query)

    for query in sorted(queries):
        visit(query, [])
    return order


def bind(sql, params):
    """`:name` becomes its typed literal; everything else stays as it is."""

    def one(match):
        if match["skip"]:
            return match[0]
        if match["name"] not in params:
            raise ValueError(f"no value for :{match['name']}")
        return literal(params[match["name"]])

    return TOKEN.sub(one, sql)


def literal(value):
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, Decimal)):
        return str(value)
    if isinstance(value, float):
        return f"CAST({value!r} AS DOUBLE)"
    if isinstance(value, datetime.datetime):
        return f"TIMESTAMP '{value.isoformat(sep=' ')}'"
    if isinstance(value, datetime.date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if isinstance(value, dict) and list(value) == ["identifier"]:
        return quoted(value["identifier"])
    if isinstance(value, dict) and list(value) == ["date"]:
        return f"DATE {literal(value['date'])}"
    raise ValueError(f"no literal for {value!r}")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def fetch(engine, sql):
    relation = engine.execute(sql)
    columns = [column[0] for column in relation.description]
    kinds = [str(column[1]) for column in relation.description]
    rows = [[plain(value) for value in row] for row in relation.fetchall()]
    return {"columns": columns, "types": kinds, "rows": rows}


def plain(value):
    if isinstance(value, Decimal):
        return text(value)
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return value


if __name__ == "__main__":
    main()
