"""Runs one command and notes what it took, or prints what was noted. Standard library only.

    measure.py run RESULTS ENGINE WORKLOAD COMMAND…   appends one JSON line: wall, cpu (user+sys), peak RSS
    measure.py peers RESULTS                          ours beside the peers
    measure.py memory RESULTS                         peak memory over rows
    measure.py extract RESULTS                        bytes per second beside other clients, median of the rounds
    measure.py binary NAME                            where cargo, whose JSON comes in, built a bench
"""

import json
import os
import statistics
import subprocess
import sys
import time


def run(results, engine, workload, command):
    start = time.monotonic()
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    line = {
        "engine": engine,
        "workload": workload,
        "rc": os.waitstatus_to_exitcode(status),
        "wall": round(time.monotonic() - start, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "rss_mib": round(usage.ru_maxrss / 1024),  # Linux counts KiB
    }
    print(json.dumps(line), flush=True)
    with open(results, "a") as file:
        file.write(json.dumps(line) + "\n")
    return line["rc"]


def noted(results):
    with open(results) as file:
        return [json.loads(line) for line in file]


def table(header, rows):
    widths = [max(len(row[at]) for row in [header, *rows]) for at in range(len(header))]
    for row in [header, ["-" * width for width in widths], *rows]:
        print("  ".join(cell.ljust(width) if at == 0 else cell.rjust(width) for at, (cell, width) in enumerate(zip(row, widths))))


def peers(results):
    lines = noted(results)
    ours = [line for line in lines if line["engine"] == "costmill"]
    engines = list(dict.fromkeys(line["engine"] for line in lines if line["engine"] != "costmill"))
    sums = {}
    rows = [[f"costmill {line['workload']}", "", "", f"{line['cpu']:.1f}", str(line["rss_mib"])] for line in ours]
    for engine in engines:
        of = {line["workload"]: line for line in lines if line["engine"] == engine}
        failed = [name for name, line in of.items() if line["rc"]]
        cpu = [f"{of[name]['cpu']:.1f}" if name not in failed else "failed" for name in ("W1", "W2")]
        if failed:
            rows.append([engine, *cpu, "–", "–"])
            continue
        sums[engine] = sum(line["cpu"] for line in of.values())
        rows.append([engine, *cpu, f"{sums[engine]:.1f}", str(max(line["rss_mib"] for line in of.values()))])
    print()
    table(["", "W1 CPU s", "W2 CPU s", "CPU s", "peak MiB"], rows)
    if any(line["rc"] for line in ours) or not sums:
        print("no ratio: something failed")
        return 1
    best = min(sums, key=sums.get)
    ratios = sorted(line["cpu"] / sums[best] for line in ours)
    print(f"\ncostmill / {best} (W1 + W2), CPU: " + " to ".join(f"{ratio:.2f}" for ratio in dict.fromkeys(ratios)))
    return 0


def memory(results):
    lines = noted(results)
    million = lambda line: f"{int(line['workload']) / 1e6:g}"
    rows = [
        [million(line), f"{line['cpu']:.1f}", f"{line['cpu'] / int(line['workload']) * 1e6:.2f}", str(line["rss_mib"]), str(line["rc"])]
        for line in lines
    ]
    print()
    table(["million rows", "CPU s", "CPU s / million", "peak MiB", "status"], rows)
    if len(lines) > 1:
        ratio = lines[-1]["rss_mib"] / lines[-2]["rss_mib"]
        print(f"\npeak at {million(lines[-1])} million / peak at {million(lines[-2])} million: {ratio:.2f}")
    return 1 if any(line["rc"] for line in lines) else 0


def extract(results):
    lines = noted(results)
    kinds = list(dict.fromkeys(line["engine"] for line in lines))
    of = {kind: [line for line in lines if line["engine"] == kind] for kind in kinds}
    wall = {kind: statistics.median(line["wall"] for line in of[kind]) for kind in kinds}
    rows = [
        [
            kind,
            f"{wall[kind]:.2f}",
            f"{int(of[kind][0]['workload']) / wall[kind]:.0f}",
            " ".join(f"{line['wall']:.2f}" for line in of[kind]),
            str(max(line["rss_mib"] for line in of[kind])),
        ]
        for kind in kinds
    ]
    print()
    table(["", "median s", "MiB/s", "rounds", "peak MiB"], rows)
    if any(line["rc"] for line in lines):
        print("no ratio: something failed")
        return 1
    ratio = lambda peer: f"{wall[peer] / wall['costmill']:.2f} of {peer}"
    print("\ncostmill, bytes per second: " + ", ".join(ratio(kind) for kind in kinds if kind != "costmill"))
    return 0


def binary(name):
    for line in map(json.loads, sys.stdin):
        if line.get("executable") and line["target"]["name"] == name:
            print(line["executable"])
            return 0
    return 1


if __name__ == "__main__":
    mode, rest = sys.argv[1], sys.argv[2:]
    if mode == "run":
        sys.exit(run(rest[0], rest[1], rest[2], rest[3:]))
    sys.exit({"peers": peers, "memory": memory, "extract": extract, "binary": binary}[mode](*rest))
