"""Looks at pages in a real browser: labels that overlap or are cut off, pages that scroll sideways,
scripts that fail, and charts that do not show what stands in the CSV beside them.

    check_pages.py REPORTS OUTPUT PAGE …

REPORTS is the folder of the report files, OUTPUT the folder of the pages, PAGE a path in it. Exits 0
when nothing is wrong, 1 with a line for each thing that is, 77 where there is no browser.
"""

import csv
import re
import sys
import tomllib
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import chromium

WIDTHS = (1280, 390)

# What a reader sees: for each section its drawings, their texts and their marks.
LOOK = """
(() => {
  const box = element => { const r = element.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom]; };
  const seen = element => element.getClientRects().length > 0;
  const sections = [...document.querySelectorAll("main > section[id]")].map(section => ({
    id: section.id,
    csv: section.querySelector(".files a")?.getAttribute("href"),
    drawings: [...section.querySelectorAll("svg.chart")].filter(seen).map(svg => ({
      box: box(svg),
      currency: svg.closest(".block").querySelector("h3")?.textContent ?? null,
      scale: svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
      texts: [...svg.querySelectorAll("text")].map(text => [text.lastChild?.textContent ?? "", ...box(text)]),
      marks: [...svg.querySelectorAll("rect, circle")].filter(mark => mark.querySelector("title")).map(mark => ({
        kind: mark.tagName, ink: mark.getAttribute("class"), title: mark.querySelector("title").textContent,
        width: Number(mark.getAttribute("width") || 0), height: Number(mark.getAttribute("height") || 0),
      })),
    })),
  }));
  const overflowing = [...document.querySelectorAll("th, td, .card, .card .value, dd, h1, h2, .pages li, nav a")].filter(seen)
    .filter(element => element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== "inline")
    .map(element => `${element.tagName.toLowerCase()} “${element.textContent.trim().slice(0, 60)}”`);
  return { sections, overflowing, width: document.documentElement.scrollWidth, font: document.fonts.check("13px Inter") };
})()
"""


def overlaps(a, b):
    """Do two boxes share more than a hair's breadth?"""
    return min(a[3], b[3]) - max(a[1], b[1]) > 1 and min(a[2], b[2]) - max(a[0], b[0]) > 1


def layout(seen, width):
    wrong = []
    if seen["width"] > width:
        wrong.append(f"the page is {seen['width']} wide and scrolls sideways")
    if not seen["font"]:
        wrong.append("the font is not there")
    wrong += [f"{what} runs out of its box" for what in seen["overflowing"]]
    for section in seen["sections"]:
        for drawing in section["drawings"]:
            left, top, right, bottom = drawing["box"]
            texts = [(text, box) for text, *box in drawing["texts"] if text.strip()]
            for at, (text, box) in enumerate(texts):
                if box[0] < left - 1 or box[1] < top - 1 or box[2] > right + 1 or box[3] > bottom + 1:
                    wrong.append(f"#{section['id']}: “{text}” is cut off")
                for other, there in texts[at + 1:]:
                    if overlaps(box, there):
                        wrong.append(f"#{section['id']}: “{text}” and “{other}” overlap")
    return wrong


def amount(text):
    """`USD −1,234.56`, `12.5%` or `1,234` as currency and number; None where it rounds to a bound."""
    match = re.fullmatch(r"(?:(\S+) )?(−?[\d,]+(?:\.\d+)?)(%?)", text)
    if not match:
        return None
    number = Decimal(match[2].replace(",", "").replace("−", "-"))
    return match[1] or "", number / 100 if match[3] else number


def clean(text):
    """A CSV text as a page shows it: without the apostrophe that keeps spreadsheets from running it."""
    text = text[1:] if re.match(r"'[=+\-@\t\r]", text) else text
    return "".join(" " if ord(sign) < 32 or 127 <= ord(sign) < 160 else sign for sign in text)


def as_list(value):
    return value if isinstance(value, list) else [value] if value else []


def groups(spec, rows):
    """The categories of a chart, or its series and places, each with the exact sum of its rows."""
    sums = defaultdict(Decimal)
    for row in rows:
        if row[spec["y"]] == "":
            continue
        currency = row.get("BillingCurrency", "")
        if spec["chart"] == "bar":
            key = " · ".join(clean(row[x]) for x in as_list(spec["x"]) if row[x]) or "(none)"
            label = clean(row[spec["label"]]) if spec.get("label") and row[spec["label"]] else None
            name = (label, key)
        else:
            series = (clean(row[spec["series"]]) or "(none)") if spec.get("series") else None
            name = (row[as_list(spec["x"])[0]], series)
        sums[currency, name] += Decimal(row[spec["y"]])
    return sums


def same(shown, exact):
    """Equal to the digits that are shown."""
    digits = shown.normalize().as_tuple().exponent
    places = Decimal("0.01") if digits > -3 else Decimal(1).scaleb(digits)
    return abs(shown - exact) <= max(places / 2, abs(exact) * Decimal("0.0000001")) or (
        exact.quantize(places, ROUND_HALF_UP) == shown)


def bars(spec, rows, drawing):
    """Every bar by its name, its figure and its length; and all of them together are all rows."""
    sums, wrong, compared = groups(spec, rows), [], 0
    by_name = defaultdict(list)
    for (currency, (label, key)), value in sums.items():
        for name in {key, *([label, f"{label} ({key})"] if label else [])}:
            by_name[currency, name].append(value)
    money = {currency for currency, _ in by_name}
    drawn, lengths = defaultdict(Decimal), []
    for mark in drawing["marks"]:
        if mark["kind"] != "rect" or mark["ink"] not in ("f-s1", "f-other"):
            continue
        name, _, rest = mark["title"].rpartition(": ") if " (20" not in mark["title"] else re.match(
            r"(.*)(: )(.*?) \(\d{4}-\d{2} .*\)$", mark["title"]).groups()
        told = amount(rest)
        if told is None:
            continue
        currency, shown = told
        currency = currency or (next(iter(money)) if len(money) == 1 else "")
        drawn[currency] += shown
        lengths.append((abs(shown), mark["width"]))
        if mark["ink"] == "f-other":
            continue
        compared += 1
        if not any(same(shown, exact) for exact in by_name.get((currency, name), [])) and not same(
                shown, sum(by_name.get((currency, name), []), Decimal(0))):
            wrong.append(f"“{name}” is drawn as {shown} and is {by_name.get((currency, name))} in the CSV")
    for currency, total in drawn.items():
        exact = sum((value for (there, _), value in sums.items() if there == currency), Decimal(0))
        if abs(total - exact) > Decimal("0.005") * (len(drawing["marks"]) + 1):
            wrong.append(f"the bars add up to {total} {currency} and the CSV to {exact}")
    if lengths:
        largest = max(lengths)
        for value, width in lengths:
            expected = float(value / largest[0]) * largest[1] if largest[0] else 0
            if abs(width - expected) > 2:
                wrong.append(f"a bar of {value} is {width} long beside {largest[0]} at {largest[1]}")
    return wrong, compared


def places(spec, rows, drawing):
    """Every part of a column, or point of a line, by its place, series and figure."""
    sums, wrong, compared = groups(spec, rows), [], 0
    for mark in drawing["marks"]:
        match = re.match(r"(\d{4}-\d{2}(?:-\d{2})?) · (.*): (.*)$", mark["title"])
        told = match and amount(match[3])
        if not told or match[2] == "total":
            continue
        currency, shown = told
        currencies = {there for there, _ in sums}
        currency = currency or (next(iter(currencies)) if len(currencies) == 1 else "")
        name = None if not spec.get("series") else match[2]
        if name and re.fullmatch(r"other \(\d+\)", name):
            continue
        compared += 1
        exact = sums.get((currency, (match[1], name)))
        if exact is None or not (same(shown, exact) or abs(shown - exact) <= Decimal("0.0005")):
            wrong.append(f"{match[1]} “{match[2]}” is drawn as {shown} and is {exact} in the CSV")
    return wrong, compared


def figures(page, seen, reports):
    """The charts of a page against their CSV files."""
    spec = tomllib.loads((reports / f"{page.stem}.toml").read_text())
    specs = {section["id"]: section for section in spec["section"]}
    wrong, compared = [], 0
    for section in seen["sections"]:
        of = specs.get(section["id"])
        if not of or not section["drawings"]:
            continue
        with open(page.parent / section["csv"], newline="") as file:
            rows = list(csv.DictReader(file))
        for drawing in section["drawings"]:
            # A section in several currencies has a drawing under the name of each.
            named = drawing["currency"]
            ours = rows if named is None else [row for row in rows if row["BillingCurrency"] == named]
            found, count = (bars if of["chart"] == "bar" else places)(of, ours, drawing)
            wrong += [f"#{section['id']}: {what}" for what in found]
            compared += count
    return wrong, compared


def main(reports, output, pages):
    if chromium.find() is None:
        print("skipped: there is no Chromium")
        return 77
    problems, charts, compared = [], 0, 0
    with chromium.Chromium() as browser:
        for page in pages:
            for width in WIDTHS:
                browser.open(output / page, width)
                seen = browser.evaluate(LOOK)
                wrong = layout(seen, width) + browser.complaints()
                charts += sum(len(section["drawings"]) for section in seen["sections"])
                if page.stem != "index":
                    found, count = figures(output / page, seen, reports)
                    wrong, compared = wrong + found, compared + count
                problems += [f"{page} at {width}: {what}" for what in wrong]
    for problem in problems:
        print(problem)
    print(f"{len(pages)} pages, {charts} charts, {compared} drawn figures compared, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), [Path(page) for page in sys.argv[3:]]))
