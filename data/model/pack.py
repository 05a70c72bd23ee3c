"""Packs a LightGBM forest into the file that src/chrome/forest/ reads (its form: data/model/README.md).

    quantise(booster)                             # rounds its leaves, so that its predict is the packed model's
    packed = pack(booster, names, inputs_hash)    # names: one a column; inputs_hash: 32 bytes or 64 hex digits
    model = unpack(packed)                        # checks everything; {"names", "bias", "bits", "inputs", "trees"}
    p = predict(model, rows, names)               # as the program scores, for checking

Features are whole numbers from 0 to 255 and never missing. Needs numpy and xxhash. Must not know what features mean.
"""
import math
import struct

import numpy as np
import xxhash

MAGIC, VERSION = b"TSFOREST", 1
MAX_LEAVES = 32
# The left child takes the bytes above the threshold.
FLIPPED = 0x80
# Leaves, bias and sums are whole numbers of 2^-20 logits. A tree's leaves have 16 bits and are shifted up by the tree's
# own number of bits, so that the large leaves of the first trees do not cost the others their precision.
BITS = 20
LARGEST = 2**15 - 1
MOST_SHIFT = 16


def leaves_of(node):
    """The leaves of a dumped tree, from left to right."""
    if "leaf_value" in node:
        return [node]
    return leaves_of(node["left_child"]) + leaves_of(node["right_child"])


def dumped(booster):
    """The booster's trees, if it is of a kind that can be packed."""
    dump = booster.dump_model()
    if dump["objective"] != "binary sigmoid:1" or dump["num_tree_per_iteration"] != 1 or dump["average_output"]:
        raise ValueError(f"not a boosted forest for two classes: {dump['objective']}")
    return [tree["tree_structure"] for tree in dump["tree_info"]]


def middle(values):
    return (min(values) + max(values)) / 2


def bias_of(roots):
    """The middle of the first tree's leaves, in units. LightGBM adds the initial score to them, which would cost bits.

    Coarser than any shift, so that leaves stay whole whether it is taken before or after they are rounded.
    """
    return round(middle([leaf["leaf_value"] for leaf in leaves_of(roots[0])]) * 2 ** (BITS - MOST_SHIFT)) << MOST_SHIFT


def shift_of(units):
    """By how many bits the leaves of a tree must be shifted down to fit into 16."""
    largest = max(abs(u) for u in units)
    # Rounding may carry a leaf over the border: hence the half.
    shift = next((s for s in range(MOST_SHIFT + 1) if largest / 2**s + 0.5 <= LARGEST), None)
    if shift is None:
        raise ValueError(f"a leaf is too large: {largest / 2**BITS} logits")
    return shift


def quantise(booster):
    """Rounds every leaf, in the booster itself, to what the packed file holds; returns the largest rounding error.

    Units are powers of two, so nothing is rounded anywhere else: leaves, their sum and the text of a saved model are
    exact, and the packed model gives the booster's own probabilities.
    """
    roots = dumped(booster)
    bias = bias_of(roots)
    worst = 0.0
    for t, root in enumerate(roots):
        base = bias if t == 0 else 0
        leaves = leaves_of(root)
        step = 2 ** shift_of([leaf["leaf_value"] * 2**BITS - base for leaf in leaves])
        for leaf in leaves:
            value = (round((leaf["leaf_value"] * 2**BITS - base) / step) * step + base) / 2**BITS
            # A tree with a single leaf does not number it.
            booster.set_leaf_output(t, leaf.get("leaf_index", 0), value)
            worst = max(worst, abs(value - leaf["leaf_value"]))
    return worst


def units_of(value):
    units = float(value) * 2**BITS
    if not units.is_integer():
        raise ValueError("the leaves are not quantised: call quantise(booster) first")
    return int(units)


def lowered(leaves):
    """(shift, leaves shifted down by it), the smallest shift that loses nothing and fits."""
    shift = next((s for s in range(MOST_SHIFT + 1) if all(abs(u) <= LARGEST << s for u in leaves)), None)
    if shift is None or any(u % 2**shift for u in leaves):
        raise ValueError("the leaves are not quantised: call quantise(booster) first")
    return shift, [u >> shift for u in leaves]


def flat(root, numbers):
    """A tree as (nodes, leaves): nodes from the root, each before its children, as (feature, threshold, left, flipped).

    The child with fewer leaves stands left, for speed. A test that all bytes pass, or none, is left out.
    """
    if "leaf_value" in root:
        return [], [units_of(root["leaf_value"])]
    if root["decision_type"] != "<=" or root["missing_type"] == "Zero":
        raise ValueError(f"cannot be packed: {root['decision_type']}, missing {root['missing_type']}")
    threshold = math.floor(root["threshold"])
    low, high = (flat(root[child], numbers) for child in ("left_child", "right_child"))
    if threshold < 0 or threshold >= 255:
        return high if threshold < 0 else low
    flipped = len(high[1]) < len(low[1])
    left, right = (high, low) if flipped else (low, high)
    node = (numbers[root["split_feature"]], threshold, len(left[1]), flipped)
    return [node, *left[0], *right[0]], left[1] + right[1]


def used(root):
    if "leaf_value" in root:
        return set()
    return {root["split_feature"]} | used(root["left_child"]) | used(root["right_child"])


def pack(booster, names, inputs_hash):
    """The bytes of a booster that was quantised. `names` are those of its columns."""
    inputs = bytes.fromhex(inputs_hash) if isinstance(inputs_hash, str) else bytes(inputs_hash)
    if len(inputs) != 32:
        raise ValueError("the hash of the inputs has 32 bytes")
    if booster.num_feature() != len(names) or len(set(names)) != len(names):
        raise ValueError("one name for each column, each once")
    roots = dumped(booster)
    columns = sorted(set().union(*map(used, roots)))
    numbers = {column: i for i, column in enumerate(columns)}
    trees = [flat(root, numbers) for root in roots]
    bias = bias_of(roots)
    trees[0] = (trees[0][0], [leaf - bias for leaf in trees[0][1]])
    out = [MAGIC, struct.pack("<HBi", VERSION, BITS, bias), inputs, struct.pack("<H", len(columns))]
    for column in columns:
        name = names[column].encode()
        out += [struct.pack("<B", len(name)), name]
    out.append(struct.pack("<H", len(trees)))
    for nodes, leaves in trees:
        if len(leaves) > MAX_LEAVES:
            raise ValueError(f"a tree of {len(leaves)} leaves; {MAX_LEAVES} are the most")
        shift, leaves = lowered(leaves)
        out.append(struct.pack("<BB", len(leaves), shift))
        out += [struct.pack("<HBB", f, t, left | FLIPPED * flipped) for f, t, left, flipped in nodes]
        out.append(struct.pack(f"<{len(leaves)}h", *leaves))
    content = b"".join(out)
    return content + struct.pack("<Q", xxhash.xxh3_64_intdigest(content))


def unpack(packed):
    """What a packed model holds; raises ValueError or struct.error if it is damaged."""
    content, (checksum,) = packed[:-8], struct.unpack("<Q", packed[-8:])
    if content[:8] != MAGIC or xxhash.xxh3_64_intdigest(content) != checksum:
        raise ValueError("not a packed model, or damaged")
    at = 8

    def take(form):
        nonlocal at
        values = struct.unpack_from("<" + form, content, at)
        at += struct.calcsize("<" + form)
        return values

    version, bits, bias = take("HBi")
    if version != VERSION:
        raise ValueError(f"version {version}")
    (inputs,) = take("32s")
    names = [take(f"{take('B')[0]}s")[0].decode() for _ in range(take("H")[0])]
    trees = []
    for _ in range(take("H")[0]):
        leaves, shift = take("BB")
        nodes = [take("HBB") for _ in range(leaves - 1)]
        trees.append((nodes, [leaf << shift for leaf in take(f"{leaves}h")]))
    if at != len(content):
        raise ValueError("goes on after its end")
    return {"names": names, "bias": bias, "bits": bits, "inputs": inputs.hex(), "trees": trees}


def predict(model, rows, names):
    """The probability of each row; `names` are those of the columns. Follows each tree as it is written."""
    columns = [names.index(name) for name in model["names"]]
    sums = np.full(len(rows), model["bias"], np.int64)

    def descend(nodes, leaves, at, first, count, which):
        if count == 1:
            sums[which] += leaves[first]
            return
        feature, threshold, shape = nodes[at]
        left, flipped = shape & ~FLIPPED, bool(shape & FLIPPED)
        goes_left = (rows[which, columns[feature]] <= threshold) != flipped
        descend(nodes, leaves, at + 1, first, left, which[goes_left])
        descend(nodes, leaves, at + left, first + left, count - left, which[~goes_left])

    for nodes, leaves in model["trees"]:
        descend(nodes, leaves, 0, 0, len(leaves), np.arange(len(rows)))
    return 1 / (1 + np.exp(-sums / 2.0 ** model["bits"]))
