#!/usr/bin/env python3
"""Measures textsieve and its rivals on the same input in one run.

    cargo build --release
    python3 benches/peers/bench.py                      # a corpus of 100 MB, made by `textsieve synth`
    python3 benches/peers/bench.py dump.jsonl --repeat 3
    python3 benches/peers/bench.py --only gaoya,sort    # some of them

Makes a virtual environment on first use and installs the rivals from PyPI at the versions of the requirements. Every
tool runs in a process of its own; what counts is bytes of text per second of user and system CPU time, start and
reading included, and the peak of resident memory. Of several runs the fastest counts. The table goes to standard
output, table and figures to results/DATE.md and .json. Needs Python 3.9 or later, and `sort` and `mawk` for the floor.
"""

import argparse
import datetime
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

OFF_FOR_NEAR = ["--no-chrome", "--no-repeats", "--no-templates", "--no-exact"]
OFF_FOR_LINES = ["--no-chrome", "--no-repeats", "--no-exact", "--no-near", "--repeat-blocks", "first"]


def jobs(args, work):
    """Name, job, command, file for standard input."""
    python = str(args.venv / "bin" / "python")
    rivals = str(HERE / "rivals.py")
    sieve = [str(args.textsieve), "clean", str(args.input), "--no-fsync", "-q", "-j", "1"]

    def rival(name):
        return [python, rivals, name, str(args.input), str(work)]

    return [
        ("textsieve", "near pages", [*sieve, *OFF_FOR_NEAR, "-o", str(work / "near")], None),
        ("textsieve-dry", "near pages", [*sieve, *OFF_FOR_NEAR, "-n"], None),
        ("gaoya", "near pages", rival("gaoya"), None),
        ("gaoya-insert", "near pages (no answer)", rival("gaoya-insert"), None),
        ("rensa", "near pages", rival("rensa"), None),
        ("datasketch", "near pages", rival("datasketch"), None),
        ("textsieve-lines", "repeated lines", [*sieve, *OFF_FOR_LINES, "-o", str(work / "lines")], None),
        ("dolma", "repeated lines", rival("dolma"), None),
        ("sort", "repeated lines (floor)", ["sort", "-u", "-S", "2G", "-o", os.devnull], work / "text.txt"),
        ("mawk", "repeated lines (floor)", ["mawk", "!seen[$0]++"], work / "text.txt"),
    ]


def install(folder):
    if not (folder / "bin" / "python").exists():
        venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
    subprocess.run([*pip, "--no-deps", "-r", str(HERE / "requirements-alone.txt")], check=True)


def prepare(args, work):
    """The input as the tools want it, and how many bytes of text it has."""
    if args.input is None:
        corpus = work / "corpus"
        command = [str(args.textsieve), "synth", str(corpus), "--bytes", args.bytes, "--seed", str(args.seed), "-q"]
        subprocess.run(command, check=True)
        args.input = work / "input.jsonl"
        with open(args.input, "wb") as out:
            for part in sorted((corpus / "pages").iterdir()):
                with open(part, "rb") as rows:
                    shutil.copyfileobj(rows, out)
    (work / "documents").mkdir()
    size = pages = 0
    with open(args.input, encoding="utf-8") as rows, open(work / "text.txt", "w", encoding="utf-8") as text, gzip.open(
        work / "documents" / "input.jsonl.gz", "wt", encoding="utf-8", compresslevel=1
    ) as documents:
        for number, row in enumerate(rows):
            page = json.loads(row)["text"]
            pages += 1
            size += len(page.encode())
            text.write(page + "\n")
            documents.write(json.dumps({"id": str(number), "source": "bench", "text": page}) + "\n")
    return pages, size


def clear(work):
    for name in ["near", "lines", "attributes", "in", "out", "bloom.bin"]:
        path = work / name
        shutil.rmtree(path, ignore_errors=True)
        path.unlink(missing_ok=True) if not path.is_dir() else None


def measure(command, stdin, log):
    """CPU seconds, wall seconds, peak MB, status."""
    begun = time.monotonic()
    # One thread wherever a tool asks the environment.
    env = {**os.environ, "RAYON_NUM_THREADS": "1", "LC_ALL": "C", "OMP_NUM_THREADS": "1"}
    with open(stdin or os.devnull, "rb") as source, open(log, "wb") as out:
        child = subprocess.Popen(command, stdin=source, stdout=out, stderr=subprocess.STDOUT, env=env)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - begun
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, child.returncode


def run(args, work, size):
    rows = []
    for name, job, command, stdin in jobs(args, work):
        if args.only and name not in args.only:
            continue
        best = None
        for _ in range(args.repeat):
            clear(work)
            log = work / "log"
            cpu, wall, peak, status = measure(command, stdin, log)
            lines = log.read_bytes().decode(errors="replace").strip().splitlines()
            if status not in (0, 3):
                best = {"tool": name, "job": job, "failed": lines[0][:200] if lines else f"status {status}"}
                break
            found = int(lines[-1]) if lines and lines[-1].isdigit() and name not in ("mawk", "sort") else None
            row = {"tool": name, "job": job, "cpu_seconds": round(cpu, 2), "wall_seconds": round(wall, 2),
                   "mb_per_cpu_second": round(size / 1e6 / cpu, 2), "peak_mb": round(peak), "found": found}
            if best is None or row["cpu_seconds"] < best["cpu_seconds"]:
                best = row
        rows.append(best)
        print(json.dumps(best), file=sys.stderr)
    return rows


def table(rows):
    out = ["| job | tool | MB/s of CPU | CPU s | peak MB | found |", "| --- | --- | --- | --- | --- | --- |"]
    for row in rows:
        if "failed" in row:
            out.append(f"| {row['job']} | {row['tool']} | not run: {row['failed']} | | | |")
        else:
            found = "" if row["found"] is None else row["found"]
            out.append(f"| {row['job']} | {row['tool']} | {row['mb_per_cpu_second']} | {row['cpu_seconds']} "
                       f"| {row['peak_mb']} | {found} |")
    return "\n".join(out) + "\n"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("input", nargs="?", type=Path, help="JSONL with a `text` a line; without it a corpus is made")
    parser.add_argument("--bytes", default="100M", help="size of the corpus that is made")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--textsieve", type=Path, default=ROOT / "target" / "release" / "textsieve")
    parser.add_argument("--venv", type=Path, default=ROOT / "target" / "peers-venv")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    parser.add_argument("--only", type=lambda text: text.split(","), help="some of the tools")
    parser.add_argument("--repeat", type=int, default=1)
    return parser.parse_args()


def main():
    args = arguments()
    install(args.venv)
    given = str(args.input.name) if args.input else f"textsieve synth --bytes {args.bytes} --seed {args.seed}"
    with tempfile.TemporaryDirectory(prefix="peers-") as folder:
        work = Path(folder)
        pages, size = prepare(args, work)
        rows = run(args, work, size)
    today = datetime.date.today().isoformat()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    about = {"date": today, "input": given, "pages": pages, "text_bytes": size, "cores": os.cpu_count(),
             "machine": platform.machine(), "load_at_end": load, "results": rows}
    args.results.mkdir(parents=True, exist_ok=True)
    (args.results / f"{today}.json").write_text(json.dumps(about, indent=1) + "\n")
    head = f"{today}, {given}: {pages} pages, {size / 1e6:.1f} MB of text; one thread, {os.cpu_count()} cores, load {load:.1f}.\n\n"
    (args.results / f"{today}.md").write_text(head + table(rows))
    print(head + table(rows), end="")


if __name__ == "__main__":
    main()
