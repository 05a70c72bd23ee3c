#!/usr/bin/env python3
"""Checks that others read what textsieve writes, and that it reads what others write: pyarrow and DuckDB.

    cargo build --release
    python3 tests/peers/parquet.py [--textsieve PATH]

Makes a virtual environment under target/ on first use and installs both from PyPI. Files of every codec, with every
type of text and with columns of many other types, are made by both, cleaned, and read back by both. Their texts have to
be those that come out of the same rows as JSONL, every other value that which went in, and schema and metadata the same.
Then rows that were JSONL are written as a table, which both read.
Says what was found; ends with 1 if anything differs.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE.parent.parent / "target" / "peers-parquet"
PACKAGES = ["pyarrow==26.0.1", "duckdb==2.0.0", "pytz"]


def in_environment():
    """Runs this script again where the packages are."""
    python = ENVIRONMENT / "bin" / "python"
    if Path(sys.prefix) == ENVIRONMENT:
        return
    if not python.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    os.execv(python, [str(python), *sys.argv])


def rows(textsieve, folder, pages):
    command = [textsieve, "synth", folder / "corpus", "--pages", str(pages), "--languages", "en,de"]
    subprocess.run(command, check=True, capture_output=True)
    lines = (folder / "corpus/pages/part-00000.jsonl").read_text().splitlines()
    made = [json.loads(line) for line in lines]
    for i, row in enumerate(made):
        if i % 23 == 5:
            row["text"] = None
    return made


def table(made):
    """The rows with columns of many types beside the text."""
    import datetime
    import decimal

    import pyarrow as pa

    n = range(len(made))
    some = lambda every, value: [None if i % every == 0 else value(i) for i in n]
    moment = datetime.datetime(2026, 3, 1, 12, 30, 15, 123456)
    columns = {
        "id": pa.array([row["id"] for row in made]),
        "url": pa.array([row["url"] for row in made], pa.large_string()),
        "text": pa.array([row["text"] for row in made]),
        "u64": pa.array([2**64 - 1 - i for i in n], pa.uint64()),
        "i8": pa.array(some(4, lambda i: i % 100 - 50), pa.int8()),
        "f16": pa.array(some(5, lambda i: i / 4), pa.float16()),
        "f64": pa.array(some(3, lambda i: float("nan") if i % 7 == 1 else i / 3), pa.float64()),
        "flag": pa.array(some(6, lambda i: i % 2 == 0)),
        "raw": pa.array(some(4, lambda i: bytes([i % 256, 0, 255]))),
        "uuid": pa.array(some(9, lambda i: i.to_bytes(16, "big")), pa.binary(16)),
        "price": pa.array(some(3, lambda i: decimal.Decimal(i) / 100), pa.decimal128(20, 4)),
        "wide": pa.array(some(3, lambda i: decimal.Decimal(10**40 + i)), pa.decimal256(50, 0)),
        "day": pa.array(some(5, lambda i: moment.date()), pa.date32()),
        "clock": pa.array(some(5, lambda i: moment.time()), pa.time64("us")),
        "seen": pa.array(some(8, lambda i: moment + datetime.timedelta(seconds=i)), pa.timestamp("us", "Europe/Berlin")),
        "nanos": pa.array(some(8, lambda i: 1_700_000_000_000_000_001 + i), pa.timestamp("ns")),
        "word": pa.array(some(7, lambda i: f"word {i % 5}")).dictionary_encode(),
        "tags": pa.array(some(4, lambda i: [None if j % 2 else f"tag {j}" for j in range(i % 4)]), pa.list_(pa.string())),
        "deep": pa.array(some(3, lambda i: [{"a": [i, None], "b": None if i % 2 else {"c": f"{i}"}}] * (i % 3))),
        "map": pa.array(some(4, lambda i: [(f"k{j}", j) for j in range(i % 3)]), pa.map_(pa.string(), pa.int32())),
        "nothing": pa.nulls(len(made)),
    }
    return pa.table(columns).replace_schema_metadata({"origin": "a test", "utf8": "ü"})


def files(folder, made):
    """What is tried: name, and the path of the text."""
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq

    base = table(made)
    at = base.schema.get_field_index("text")
    with_text = lambda array: base.set_column(at, "text", array)
    text = base["text"]
    for codec in ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]:
        yield f"codec-{codec}", "text", lambda path, codec=codec: pq.write_table(base, path, compression=codec, row_group_size=70)
    for kind in [pa.large_string(), pa.string_view()]:
        yield f"text-{kind}", "text", lambda path, kind=kind: pq.write_table(with_text(text.cast(kind)), path, row_group_size=70)
    yield "text-dictionary", "text", lambda path: pq.write_table(with_text(text.dictionary_encode()), path, row_group_size=70)
    yield "text-plain", "text", lambda path: pq.write_table(base, path, use_dictionary=False, write_statistics=False)
    yield "pages-v2", "text", lambda path: pq.write_table(base, path, data_page_version="2.0", data_page_size=4096, write_page_index=True, write_page_checksum=True)
    yield "int96", "text", lambda path: pq.write_table(base, path, use_deprecated_int96_timestamps=True)
    delta = {"text": "DELTA_BYTE_ARRAY", "id": "DELTA_LENGTH_BYTE_ARRAY", "u64": "DELTA_BINARY_PACKED", "f64": "BYTE_STREAM_SPLIT"}
    yield "delta", "text", lambda path: pq.write_table(base, path, use_dictionary=False, column_encoding=delta)
    doc = pa.StructArray.from_arrays([text.combine_chunks(), base["i8"].combine_chunks()], ["text", "n"])
    nested = base.set_column(at, "doc", doc)
    yield "nested", "/doc/text", lambda path: pq.write_table(nested, path, row_group_size=70)
    # DuckDB is given all but the types that it does not know.
    known = base.drop_columns(["f16", "wide", "nothing"])
    duckdb.register("known", known)
    duckdb.sql("SET TimeZone='UTC'")
    for codec in ["snappy", "zstd", "lz4_raw"]:
        def write(path, codec=codec):
            duckdb.sql(f"COPY known TO '{path}' (FORMAT parquet, COMPRESSION {codec}, ROW_GROUP_SIZE 2048)")
        yield f"duckdb-{codec}", "text", write
    def write_v2(path):
        duckdb.sql(f"COPY known TO '{path}' (FORMAT parquet, PARQUET_VERSION v2)")
    yield "duckdb-v2", "text", write_v2


def clean(textsieve, path, out, field):
    command = [textsieve, "clean", path, "-o", out, "--no-fsync", "--text-field", field, "-q"]
    status = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    # Texts that are null are set aside.
    if status.returncode not in (0, 3):
        raise SystemExit(f"{path.name}: exit {status.returncode}: {status.stderr}")


def same(left, right):
    """Equal, where NaN is NaN."""
    return repr(left) == repr(right)


def listed(file):
    """Rows as Python has them; it knows no nanoseconds."""
    import pyarrow as pa

    rows = file.read()
    at = rows.schema.get_field_index("nanos")
    return rows.set_column(at, "nanos", rows["nanos"].cast(pa.int64())).to_pylist()


def check(name, field, path, out, expected):
    """What differs between a file and what became of it, read by both."""
    import duckdb
    import pyarrow.parquet as pq

    faults = []
    before, after = pq.ParquetFile(path), pq.ParquetFile(out)
    if before.schema_arrow != after.schema_arrow or not before.schema.equals(after.schema):
        faults.append("the schema differs")
    if before.schema_arrow.metadata != after.schema_arrow.metadata:
        faults.append("the metadata differs")
    codecs = lambda file: [file.metadata.row_group(0).column(i).compression for i in range(file.metadata.num_columns)]
    if codecs(before) != codecs(after):
        faults.append("the codecs differ")
    old = {row["id"]: row for row in listed(before)}
    new = listed(after)
    take = (lambda row: row["doc"].pop("text")) if "/" in field else (lambda row: row.pop("text"))
    texts = {row["id"]: take(row) for row in new}
    for row in old.values():
        take(row)
    if texts != expected:
        faults.append("pyarrow reads other texts")
    if not all(same(row, old[row["id"]]) for row in new):
        faults.append("pyarrow reads other values")
    # Both with their own reader, over all columns: a row is in the one exactly if it is in the other.
    others = f"SELECT * EXCLUDE ({'doc' if '/' in field else 'text'})"
    kept = f"{others} FROM '{path}' WHERE id IN (SELECT id FROM '{out}')"
    duckdb.sql("SET TimeZone='UTC'")
    old, new = (duckdb.sql(f"{query} ORDER BY id").fetchall() for query in (kept, f"{others} FROM '{out}'"))
    if not same(old, new):
        faults.append("DuckDB reads other values")
    column = "doc.text" if "/" in field else "text"
    if dict(duckdb.sql(f"SELECT id, {column} FROM '{out}'").fetchall()) != expected:
        faults.append("DuckDB reads other texts")
    return faults


def check_made(textsieve, folder, expected):
    """What both read in a table that was made of lines of JSON."""
    import duckdb
    import pyarrow.parquet as pq

    command = [textsieve, "clean", folder / "lines.jsonl", "-o", folder / "made", "--output-format", "parquet", "-q"]
    subprocess.run([*command, "--no-fsync"])
    path = folder / "made/lines.parquet"
    rows = pq.read_table(path)
    faults = []
    if rows.column_names != ["id", "url", "text", "rest"]:
        faults.append("the columns differ")
    if {row["id"]: row["text"] for row in rows.to_pylist()} != expected:
        faults.append("pyarrow reads other texts")
    if dict(duckdb.sql(f"SELECT id, text FROM '{path}'").fetchall()) != expected:
        faults.append("DuckDB reads other texts")
    made = {row["id"]: row for row in map(json.loads, (folder / "lines.jsonl").read_text().splitlines())}
    for row in rows.to_pylist():
        rest = json.loads(row["rest"]) if row["rest"] else {}
        before = {key: value for key, value in made[row["id"]].items() if key not in ("id", "url", "text")}
        if row["url"] != made[row["id"]].get("url") or rest != before:
            faults.append(f"{row['id']} has other fields")
            break
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--textsieve", type=Path, default=HERE.parent.parent / "target/release/textsieve")
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--only", default="", help="files whose name begins so")
    arguments = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        made = rows(arguments.textsieve, folder, arguments.pages)
        (folder / "lines.jsonl").write_text("".join(json.dumps(row) + "\n" for row in made))
        clean(arguments.textsieve, folder / "lines.jsonl", folder / "lines", "text")
        lines = (folder / "lines/lines.jsonl").read_text().splitlines()
        expected = {row["id"]: row["text"] for row in map(json.loads, lines)}
        print(f"{len(made)} rows, {len(expected)} stay, {sum(row['text'] is None for row in made)} without a text")
        for name, field, write in files(folder, made):
            if not name.startswith(arguments.only):
                continue
            path = folder / f"{name}.parquet"
            write(path)
            clean(arguments.textsieve, path, folder / name, field)
            faults = check(name, field, path, folder / name / path.name, expected)
            failed += bool(faults)
            sizes = f"{path.stat().st_size:>8} -> {(folder / name / path.name).stat().st_size:>8} bytes"
            print(f"{name:<20} {sizes}  {'; '.join(faults) or 'the same'}", flush=True)
        faults = check_made(arguments.textsieve, folder, expected)
        failed += bool(faults)
        print(f"{'made of lines':<20} {'; '.join(faults) or 'the same'}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    in_environment()
    main()
