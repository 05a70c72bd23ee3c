"""One rival on one input, in a process of its own: `rivals.py NAME INPUT.jsonl FOLDER`.

Prints the number of pages or spans that the rival calls repeated. Each rival gets the fastest way through its own
interface that we know of. `bench.py` starts this and measures it.
"""

import gzip
import json
import os
import re
import sys
import types

NEAR = 0.8
SHINGLE = 5
PERMUTATIONS = 112
BANDS, ROWS = 14, 8
BATCH = 2000


def texts(path):
    with open(path, encoding="utf-8") as rows:
        for row in rows:
            yield json.loads(row)["text"]


def batches(path):
    batch = []
    for text in texts(path):
        batch.append(text)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def shingles(text, words=re.compile(r"\w+")):
    found = words.findall(text.lower())
    return list({" ".join(found[i : i + SHINGLE]) for i in range(max(1, len(found) - SHINGLE + 1))})


def gaoya_index():
    from gaoya.minhash import MinHashStringIndex

    return MinHashStringIndex(
        hash_size=32, jaccard_threshold=NEAR, num_bands=BANDS, band_size=ROWS, num_hashes=PERMUTATIONS,
        analyzer="word", lowercase=True, ngram_range=(SHINGLE, SHINGLE),
    )


def gaoya(path, _):
    """Signatures twice: there is no way to insert and to ask with one."""
    index, number, near = gaoya_index(), 0, 0
    for batch in batches(path):
        index.par_bulk_insert_docs(list(range(number, number + len(batch))), batch)
        for i, found in enumerate(index.par_bulk_query(batch)):
            near += any(other < number + i for other in found)
        number += len(batch)
    return near


def gaoya_insert(path, _):
    """Only signatures and buckets: less than the job."""
    index, number = gaoya_index(), 0
    for batch in batches(path):
        index.par_bulk_insert_docs(list(range(number, number + len(batch))), batch)
        number += len(batch)
    return number


def rensa(path, _):
    from rensa import RMinHash, RMinHashLSH

    index, number, near = RMinHashLSH(threshold=NEAR, num_perm=PERMUTATIONS, num_bands=BANDS), 0, 0
    for batch in batches(path):
        for signature in RMinHash.from_token_sets([shingles(text) for text in batch], PERMUTATIONS, 42):
            near += bool(index.query(signature))
            index.insert(number, signature)
            number += 1
    return near


def datasketch(path, _):
    from datasketch import MinHash, MinHashLSH

    index, number, near = MinHashLSH(num_perm=PERMUTATIONS, params=(BANDS, ROWS)), 0, 0
    for text in texts(path):
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([shingle.encode() for shingle in shingles(text)])
        near += bool(index.query(signature))
        index.insert(number, signature, check_duplication=False)
        number += 1
    return near


def dolma(_, folder):
    """The compiled deduper alone: the package around it wants much that has nothing to do with this."""
    import importlib.util

    place = importlib.util.find_spec("dolma").submodule_search_locations
    package = types.ModuleType("dolma")
    package.__path__ = list(place)
    sys.modules["dolma"] = package
    from dolma.dolma import deduper_entrypoint

    config = {
        "documents": [f"{folder}/documents/*.gz"],
        "work_dir": {"input": f"{folder}/in", "output": f"{folder}/out"},
        "dedupe": {
            "name": "repeats", "skip_empty": True, "min_length": 0, "min_words": 0, "num_partitions": 1,
            "partition_index": 0, "file_partition": False, "document_dir": "documents",
            "paragraphs": {
                "attribute_name": "repeats", "by_ngram": None, "paragraph_separator": "\n",
            },
        },
        "bloom_filter": {
            "file": f"{folder}/bloom.bin", "read_only": False, "size_in_bytes": 0,
            "estimated_doc_count": 20_000_000, "desired_false_positive_rate": 1e-6,
        },
        "processes": 1,
        "compression": {"input": None, "output": None},
        "dryrun": False,
        "is_s3_volume": False,
    }
    deduper_entrypoint(json.dumps(config))
    spans = 0
    for root, _, files in os.walk(f"{folder}/attributes"):
        for file in files:
            with gzip.open(os.path.join(root, file), "rt", encoding="utf-8") as rows:
                spans += sum(len(span) for row in rows for span in json.loads(row)["attributes"].values())
    return spans


RIVALS = {
    "gaoya": gaoya, "gaoya-insert": gaoya_insert, "rensa": rensa, "datasketch": datasketch, "dolma": dolma,
}

if __name__ == "__main__":
    print(RIVALS[sys.argv[1]](sys.argv[2], sys.argv[3]))
