#!/usr/bin/env python3
"""Makes the forests and vectors of tests/model/ from seeded random bytes, and has `vectors` for the shipped model.

usage: make_test_vectors.py

Writes, byte for byte the same with the same LightGBM (4.7), on one thread:
  small.bin, small.json   40 trees of up to 31 leaves over 12 of 16 columns, deep and shallow, and vectors of every kind
  speed.bin, speed.json   200 trees of 31 leaves over 200 columns, as large as a model may be; benches/forest.rs uses it

A .json names its model by its path in the repository, so a model that lies elsewhere is checked in place:
  {"model": path, "names": [one a column], "rows": [hex digits, two a column], "probabilities": [LightGBM's]}
Needs lightgbm, numpy and xxhash.
"""
import json
from pathlib import Path

import lightgbm
import numpy as np
import pack

ROOT = Path(__file__).resolve().parents[2]
PARAMETERS = {
    "objective": "binary",
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "seed": 1,
    "max_bin": 255,
    "verbose": -1,
}


def vectors(path, model, booster, names, rows):
    """Writes `rows` and what LightGBM makes of them, once the packed model and LightGBM agree in Python.

    `path`: the .json to write; `model`: the packed model's path in the repository.
    """
    wanted = booster.predict(rows)
    found = pack.predict(pack.unpack((ROOT / model).read_bytes()), rows, list(names))
    assert np.abs(wanted - found).max() < 1e-9, np.abs(wanted - found).max()
    content = {
        "model": model,
        "names": list(names),
        "rows": [bytes(row.tolist()).hex() for row in rows],
        "probabilities": [round(float(p), 9) for p in wanted],
    }
    Path(path).write_text(json.dumps(content, indent=0) + "\n", encoding="utf8")


def forest(lines, width, trees, parameters, few, share):
    """A booster over random bytes, and its rows. Every third column has `few` values; `share` of the lines are yes."""
    rng = np.random.RandomState(5)
    rows = rng.randint(0, 256, (lines, width)).astype(np.uint8)
    rows[:, ::3] = rows[:, ::3] % few * (255 // (few - 1))
    logit = ((rows / 255.0 - 0.5) * rng.normal(size=width)).sum(1) + np.sin(rows[:, 1] / 20.0) * (rows[:, 2] > 90)
    noisy = logit + rng.normal(size=lines) * logit.std() / 3
    label = noisy > np.quantile(noisy, 1 - share)
    data = lightgbm.Dataset(rows.astype(float), label)
    booster = lightgbm.train(PARAMETERS | parameters, data, trees)
    exact = booster.predict(rows, raw_score=True)
    pack.quantise(booster)
    error = np.abs(booster.predict(rows, raw_score=True) - exact).max()
    assert error < 1e-3, error
    return booster, rows, error


def edges(rows):
    """All zeros, all ones, and the first rows again and again, as the lines of a menu are."""
    width = rows.shape[1]
    flat = [np.full((1, width), v, np.uint8) for v in (0, 1, 127, 128, 254, 255)]
    return np.concatenate([*flat, rows, rows[:3], rows[:3]])


def main():
    out = ROOT / "tests/model"
    out.mkdir(exist_ok=True)
    allowed = {"feature_fraction": 1.0, "min_data_in_leaf": 5, "learning_rate": 0.2, "num_leaves": 31}
    kinds = [
        ("small", 2000, 16, 40, allowed, 2, 0.2, 90),
        ("speed", 20000, 200, 200, {"num_leaves": 31, "learning_rate": 0.05, "feature_fraction": 0.5}, 4, 0.5, 20),
    ]
    for name, lines, width, trees, parameters, few, share, kept in kinds:
        if name == "small":
            # Every fourth column is asked for by no tree: the model has to be mapped by name.
            parameters = parameters | {"interaction_constraints": [[c for c in range(width) if c % 4 != 3]]}
        booster, rows, error = forest(lines, width, trees, parameters, few, share)
        names = [f"column-{i}" for i in range(width)]
        packed = pack.pack(booster, names, "00" * 32)
        (out / f"{name}.bin").write_bytes(packed)
        vectors(out / f"{name}.json", f"tests/model/{name}.bin", booster, names, edges(rows[:kept]))
        leaves = [len(tree[1]) for tree in pack.unpack(packed)["trees"]]
        print(f"{name}: {len(packed)} bytes, {min(leaves)} to {max(leaves)} leaves, error of a logit {error:.1e}")


if __name__ == "__main__":
    main()
