#!/usr/bin/env python3
"""Trains data/model/forest.bin: a LightGBM forest over the features that the program computes.

usage: train.py LABELLED.jsonl[.gz] ... [--also MORE.jsonl.gz ...] [--folds 5 --out DIR] [--leave-out LANG,LANG …]

LABELLED: one page a line: "id", "text", "gold" (its article), "labels" (one of k = article, d = chrome, o = optional for
each line of the text), "style", "lang", "title", "url" or "publisher". Pages given with --also count half: whole sites,
of which many pages are alike. Needs numpy, lightgbm and xxhash (requirements.txt), and a release build of textsieve.

With --folds, a model for each part of the sites is written to DIR, trained on the others, and nothing else; with
--leave-out, one that saw no page in these languages and no page of their sites. `textsieve eval` measures what they do.
Everything is seeded and one thread trains, so the same input gives the same bytes.
"""
import argparse
import hashlib
import json
import re
import subprocess
import sys
import threading
from pathlib import Path

import lightgbm
import numpy as np

import make_test_vectors
import pack
import pages

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "target/release/textsieve"
# How much a line of a page of each style counts.
STYLES = {"sparse": 1.2, "sparse2": 0.8, "clean": 1.5, "twet": 0.35, "tsoup": 0.35}
USUAL, ALSO = 1.2, 0.5
# Of the chrome lines of at most TINY words on whole pages so many are kept, and count the more.
TINY, TINY_KEPT = 4, 0.3
TREES = 250
PARAMETERS = {
    "objective": "binary",
    "extra_trees": True,
    "num_leaves": 31,
    "learning_rate": 0.1,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "min_data_in_leaf": 60,
    "lambda_l2": 5.0,
    "max_bin": 63,
    "seed": 7,
    "deterministic": True,
    "force_col_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
# Lines whose scores are stored for the test that the program scores as LightGBM does.
VECTORS = 400


def words(line):
    """Words as the scores count them, near enough for a weight: Han, kana and their like one by one."""
    runs = re.findall(r"\w+", line)
    wide = sum("\u0e00" <= c <= "\u0eff" or "\u1000" <= c <= "\u109f" or "\u1780" <= c <= "\u17ff" or "\u3040" <= c <= "\u9fff" for c in line)
    return len(runs) + wide


def features(collection):
    """(names, for each page its line numbers and rows), computed by the program."""
    process = subprocess.Popen([PROGRAM, "features", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def feed():
        for page in collection:
            process.stdin.write(json.dumps({"text": "\n".join(page["lines"])}).encode() + b"\n")
        process.stdin.close()

    threading.Thread(target=feed).start()
    names = json.loads(process.stdout.readline())["features"]
    found = []
    for line in process.stdout:
        page = json.loads(line)
        rows = np.array(page["rows"], np.uint8).reshape(len(page["lines"]), len(names))
        found.append((np.array(page["lines"], int) - 1, rows))
    if process.wait() or len(found) != len(collection):
        sys.exit("textsieve features failed")
    return names, found


def table(collection, also):
    """All lines that are trained on: names, rows, labels, weights, and the page of each."""
    names, found = features(collection)
    rng = np.random.RandomState(3)
    rows, labels, uniform, by_words, owners = [], [], [], [], []
    for number, (page, (lines, x)) in enumerate(zip(collection, found)):
        y = np.array(["dko".index(page["labels"][i]) for i in lines], int)
        n = np.array([words(page["lines"][i]) for i in lines], float)
        weight = STYLES.get(page["style"], USUAL) * (ALSO if number >= also else 1.0)
        tiny = (y == 0) & (n <= TINY) & (page["style"] in ("wet", "soup", "twet", "tsoup"))
        keep = (y < 2) & (~tiny | (rng.rand(len(y)) < TINY_KEPT))
        each = np.where(tiny, weight / TINY_KEPT, weight)
        article = max(20.0, n[y == 1].sum())
        rows.append(x[keep])
        labels.append(y[keep])
        uniform.append(each[keep])
        by_words.append((each * (np.minimum(1.0, (n + 2) / article) * 30 + 0.1))[keep])
        owners.append(np.full(int(keep.sum()), number))
    uniform, by_words = np.concatenate(uniform), np.concatenate(by_words)
    # Half each line alike, half by its share of the article.
    weights = (uniform / uniform.mean() + by_words / by_words.mean()) / 2
    return names, np.concatenate(rows), np.concatenate(labels), weights, np.concatenate(owners)


def train(data, chosen):
    booster = lightgbm.train(PARAMETERS, data.subset(np.flatnonzero(chosen)), TREES)
    pack.quantise(booster)
    return booster


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("labelled", nargs="+")
    parser.add_argument("--also", nargs="+", default=[])
    parser.add_argument("--folds", type=int, default=0)
    parser.add_argument("--leave-out", nargs="+", default=[])
    parser.add_argument("--out", type=Path)
    parser.add_argument("--threads", type=int, default=1, help="more than 1: faster, and not the same bytes every time")
    a = parser.parse_args()
    PARAMETERS["num_threads"] = a.threads
    first, second = list(pages.read(a.labelled)), list(pages.read(a.also))
    fold = pages.folds(first + second, a.folds or 5)
    collection = list(pages.variants(first, fold))
    also = len(collection)
    collection += pages.variants(second, fold)
    names, x, y, w, owner = table(collection, also)
    print(f"{len(collection)} pages and variants, {len(y)} lines, {len(fold)} sites", file=sys.stderr)
    data = lightgbm.Dataset(x, y, weight=w, params={"max_bin": 63, "verbose": -1, "feature_pre_filter": False}).construct()
    inputs = hashlib.sha256()
    for path in a.labelled + a.also:
        inputs.update(Path(path).read_bytes())
    parts = [(f"fold{k}", lambda page, k=k: fold[page["site"]] != k) for k in range(a.folds)]
    for group in a.leave_out:
        sites = {page["site"] for page in collection if page["lang"] in group.split(",")}
        parts.append((f"without-{group}", lambda page, sites=sites: page["site"] not in sites))
    for name, keeps in parts:
        booster = train(data, np.array([keeps(page) for page in collection])[owner])
        (a.out / f"{name}.bin").write_bytes(pack.pack(booster, names, inputs.hexdigest()))
    if parts:
        (a.out / "folds.json").write_text(json.dumps({page["id"]: fold[page["site"]] for page in first + second}))
        return
    booster = train(data, np.ones(len(y), bool))
    target = ROOT / "data/model/forest.bin"
    target.write_bytes(pack.pack(booster, names, inputs.hexdigest()))
    some = np.random.RandomState(5).choice(len(y), VECTORS, replace=False)
    make_test_vectors.vectors(ROOT / "tests/model/shipped.json", "data/model/forest.bin", booster, names, x[some])
    print(f"{target.stat().st_size} bytes", file=sys.stderr)


if __name__ == "__main__":
    main()
