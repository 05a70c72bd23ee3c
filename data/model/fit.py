#!/usr/bin/env python3
"""Fits data/model/linear.toml: a logistic regression over the features that the program computes.

usage: fit.py LABELLED.jsonl[.gz] [--folds 5]

LABELLED: one page a line: "text", "labels" (one of k = article, d = chrome, o = optional for each line of the
text), "style", "title", "url" or "publisher". Needs numpy and scikit-learn, and a release build of the example
`features`. With --folds it fits and prints the accuracy on sites left out, and writes nothing.

Beside each labelled page a clean variant (its article lines alone) and a sparse one (the article and up to ten
chrome lines) are fitted, so that a clean article is known as one. Everything is seeded: same input, same weights.
"""
import argparse
import gzip
import json
import random
import re
import struct
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parents[2]
# How much a page of each style counts.
STYLE_WEIGHT = {"sparse": 0.7, "clean": 0.7}
# One in so many of the chrome lines of at most TINY words is kept, and counts the more.
TINY, TINY_KEPT = 4, 0.35
# Inverse strength of the L2 penalty, on standardised features.
C = 0.1


def names():
    source = (ROOT / "src/chrome/features.rs").read_text(encoding="utf8")
    return re.findall(r'"([a-z0-9-]+)"', source.split("NAMES: &[&str] = &[")[1].split("];")[0])


def site(row):
    host = urlparse(row.get("url") or "").netloc.split(":")[0] or row.get("publisher") or ""
    parts = host.lower().removeprefix("www.").split(".")
    return parts[-2] if len(parts) > 1 else host


def variants(rows, seed=1):
    """The pages, and for each article once its clean and its sparse variant."""
    rng, seen = random.Random(seed), set()
    for row in rows:
        lines, labels = row["text"].split("\n"), row["labels"]
        yield row["style"], site(row), lines, labels
        if row["id"] in seen:
            continue
        seen.add(row["id"])
        kept = [x for x, label in zip(lines, labels) if label == "k"]
        chrome = [x for x, label in zip(lines, labels) if label == "d"]
        if not kept:
            continue
        yield "clean", site(row), kept, "k" * len(kept)
        some = rng.sample(chrome, min(len(chrome), rng.choice((1, 2, 3, 4, 6, 8, 10))))
        above = rng.randint(0, len(some))
        yield "sparse", site(row), some[:above] + kept + some[above:], "d" * above + "k" * len(kept) + "d" * (len(some) - above)


def features(pages, width):
    """Runs the example and yields, for each page, its blocks' lines and features."""
    text = "".join(json.dumps({"text": "\n".join(lines)}) + "\n" for _, _, lines, _ in pages)
    program = ROOT / "target/release/examples/features"
    data = subprocess.run([program], input=text.encode(), stdout=subprocess.PIPE, check=True).stdout
    at = 0
    for _ in pages:
        (n,) = struct.unpack_from("<I", data, at)
        rows = np.frombuffer(data, dtype="<f4", count=n * (width + 1), offset=at + 4).reshape(n, width + 1)
        at += 4 + n * (width + 1) * 4
        yield rows[:, 0].view("<u4") - 1, rows[:, 1:]
    assert at == len(data)


def table(pages, width):
    rng = np.random.RandomState(3)
    xs, ys, ws, sites = [], [], [], []
    for (style, where, lines, labels), (numbers, x) in zip(pages, features(pages, width)):
        y = np.array(["dko".index(labels[i]) for i in numbers])
        words = np.array([len(re.findall(r"\w+", lines[i])) for i in numbers], float)
        article = max(20.0, words[y == 1].sum())
        weight = (np.minimum(1.0, (words + 2) / article) * 30 + 0.1) * STYLE_WEIGHT.get(style, 1.0)
        tiny = (y == 0) & (words <= TINY) & (style in ("wet", "soup"))
        keep = (y < 2) & (~tiny | (rng.rand(len(y)) < TINY_KEPT))
        xs.append(x[keep])
        ys.append(y[keep])
        ws.append((weight * np.where(tiny, 1 / TINY_KEPT, 1.0))[keep])
        sites += [where] * int(keep.sum())
    weights = np.concatenate(ws)
    # Half by tokens, half each line alike.
    return np.concatenate(xs).astype(float), np.concatenate(ys), weights / weights.mean() + 1, np.array(sites)


def fit(x, y, w):
    mean, spread = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=C, max_iter=300).fit((x - mean) / spread, y, sample_weight=w)
    weights = model.coef_[0] / spread
    return weights, model.intercept_[0] - (mean * weights).sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled")
    parser.add_argument("--folds", type=int, default=0)
    a = parser.parse_args()
    with (gzip.open if a.labelled.endswith(".gz") else open)(a.labelled, "rt", encoding="utf8") as f:
        rows = [row for row in map(json.loads, f) if row.get("labels") and not row.get("suspect")]
    feature_names = names()
    x, y, w, sites = table(list(variants(rows)), len(feature_names))
    print(f"{len(rows)} pages, {len(y)} lines, {len(set(sites))} sites", file=sys.stderr)
    if a.folds:
        every = sorted(set(sites))
        random.Random(0).shuffle(every)
        for k in range(a.folds):
            out = np.isin(sites, every[k :: a.folds])
            weights, bias = fit(x[~out], y[~out], w[~out])
            right = ((x[out] @ weights + bias) > 0) == (y[out] == 1)
            print(f"fold {k}: {100 * np.average(right, weights=w[out]):.2f} % of weighted lines", file=sys.stderr)
        return
    weights, bias = fit(x, y, w)
    with open(ROOT / "data/model/linear.toml", "w", encoding="utf8") as f:
        f.write(f"# Written by data/model/fit.py from {len(rows)} labelled pages of {len(set(sites))} sites.\n")
        f.write(f"bias = {bias:.6f}\n\n[weights]\n")
        f.writelines(f"{name} = {weight:.6f}\n" for name, weight in zip(feature_names, weights))


if __name__ == "__main__":
    main()
