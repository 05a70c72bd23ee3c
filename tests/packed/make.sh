#!/bin/sh
# Makes the files beside this script with the tools that people have: gzip, xz, bzip2, lz4 and zstd. Each holds the two
# records of records.jsonl, as two members, streams or frames; `tests/faults/packed.rs` reads them.
set -eu
cd "$(dirname "$0")"
one=$(mktemp) two=$(mktemp)
trap 'rm -f "$one" "$two"' EXIT
printf '%s\n' '{"id":1,"text":"Home > World > Europe\n\nThe council met on Monday and approved the new bridge over the river."}' > "$one"
printf '%s\n' '{"id":2,"text":"The ferry to the island will sail twice a day from the first of May, said the harbour."}' > "$two"
cat "$one" "$two" > records.jsonl
{ gzip -9nc "$one"; gzip -1nc "$two"; } > records.jsonl.gz
{ xz -9e --check=sha256 -c "$one"; xz -0 --check=crc32 -c "$two"; } > records.jsonl.xz
{ bzip2 -9c "$one"; bzip2 -1c "$two"; } > records.jsonl.bz2
{ lz4 -q -9 -BD -BX -c "$one"; lz4 -q -1 -BI --no-frame-crc -c "$two"; } > records.jsonl.lz4
# From a pipe nobody knows the size, so that the window is as large as it was asked for: 256 MiB.
{ zstd -q --long=28 -c < "$one"; zstd -q --no-check -c "$two"; } > records.jsonl.zst
