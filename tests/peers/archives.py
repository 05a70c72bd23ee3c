#!/usr/bin/env python3
"""Asks other readers whether the archives that textsieve writes are archives.

    cargo build --release
    python3 tests/peers/archives.py            # or: --textsieve target/debug/textsieve

Not part of `cargo test`: it installs warcio and FastWARC from PyPI into a virtual environment. warcio writes archives of
HTTP responses and texts, a gzip member a record, tarfile writes tar archives in each of its formats; textsieve cleans
them; then warcio (with digests), FastWARC and tarfile read what it wrote, also of lines of JSON. Fails if one of them
sees other records than it should.
"""

import argparse
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PACKAGES = ["warcio==1.8.1", "FastWARC==2.0.1"]

ARTICLE = (
    "The council met on Monday and approved the new bridge over the river after a debate of nearly five hours.\n\n"
    "Work begins in spring and will take two years, the mayor told reporters who had waited outside since noon.\n"
)
PAGE = "Home > World > Europe\n\nCouncil approves the bridge\n\n" + ARTICLE + "\nShare on Facebook\n"
HTML = (
    "<html><head><meta charset=utf-8><title>x</title></head><body><ul><li>Home<li>World</ul>"
    "<h1>Council approves the bridge</h1>"
    + "".join(f"<p>{line}</p>" for line in ARTICLE.split("\n") if line)
    + "<div>Share on Facebook</div></body></html>"
).encode()
PAGES = 30


def write_warc(path):
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with open(path, "wb") as out:
        writer = WARCWriter(out, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "test"}))
        for number in range(PAGES):
            url = f"http://site.example/{number}"
            # Each page says something of its own, so that none is a copy.
            own = f"<p>Number {number} of this is a sentence that says something else than the others do, {number}.</p>"
            body = HTML.replace(b"<div>", own.encode() + b"<div>")
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
            record = writer.create_warc_record(url, "response", io.BytesIO(body), http_headers=headers)
            request = StatusAndHeaders("GET / HTTP/1.1", [("Host", "site.example")], is_http_request=True)
            writer.write_record(writer.create_warc_record(url, "request", io.BytesIO(), http_headers=request))
            writer.write_record(record)
            headers = StatusAndHeaders("200 OK", [("Content-Type", "image/png")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(url + ".png", "response", io.BytesIO(b"\x89PNG\r\n" * 50), http_headers=headers)
            )
            text = PAGE.replace("river", f"river {number}, which is not the one of before {number},").encode()
            writer.write_record(
                writer.create_warc_record(
                    url + "/text", "conversion", io.BytesIO(text), warc_content_type="text/plain"
                )
            )


def check_text(kind, url, text):
    assert "approved the new bridge" in text, (kind, url, text)
    assert "Facebook" not in text, (kind, url, text)


def check_warc(path):
    from fastwarc.warc import ArchiveIterator as FastIterator
    from warcio.archiveiterator import ArchiveIterator

    kinds = {}
    with open(path, "rb") as stream:
        for record in ArchiveIterator(stream, check_digests="raise"):
            kinds[record.rec_type] = kinds.get(record.rec_type, 0) + 1
            content = record.content_stream().read()
            if record.rec_type == "conversion":
                check_text("warcio", record.rec_headers.get_header("WARC-Target-URI"), content.decode())
    expected = {"warcinfo": 1, "request": PAGES, "response": PAGES, "conversion": 2 * PAGES}
    assert kinds == expected, kinds
    fast, verified = {}, 0
    with open(path, "rb") as stream:
        for record in FastIterator(stream, parse_http=False, verify_digests=False):
            kind = record.headers["WARC-Type"]
            fast[kind] = fast.get(kind, 0) + 1
            verified += record.verify_block_digest() if "WARC-Block-Digest" in record.headers else 0
            content = record.reader.read()
            if kind == "conversion":
                check_text("FastWARC", record.headers.get("WARC-Target-URI"), content.decode())
    assert fast == expected, fast
    print(f"{path.name}: warcio and FastWARC read {sum(kinds.values())} records, {verified} digests hold")


def write_tar(path, form):
    mode = "w:gz" if path.suffix == ".tgz" else "w"
    with tarfile.open(path, mode, format=form) as out:
        folder = tarfile.TarInfo("site")
        folder.type = tarfile.DIRTYPE
        out.addfile(folder)
        for number in range(PAGES):
            name = f"site/{'long' * 60 if number % 3 == 0 and form != tarfile.USTAR_FORMAT else 'é'}/{number}.txt"
            text = PAGE.replace("river", f"river {number}, which is not the one of before {number},").encode()
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(text), 1.5 if form == tarfile.PAX_FORMAT else 1
            out.addfile(info, io.BytesIO(text))
            info = tarfile.TarInfo(f"site/{number}.png")
            info.size = 700
            out.addfile(info, io.BytesIO(b"\x89" * 700))


def check_tar(path):
    with tarfile.open(path) as archive:
        members = archive.getmembers()
        assert len(members) == 2 * PAGES + 1, len(members)
        for member in members:
            if member.name.endswith(".txt"):
                check_text("tarfile", member.name, archive.extractfile(member).read().decode())
            elif member.isfile():
                assert archive.extractfile(member).read() == b"\x89" * 700
    print(f"{path.name}: tarfile reads {len(members)} members")


def write_lines(path):
    with open(path, "w") as out:
        for number in range(PAGES):
            text = PAGE.replace("river", f"river {number}, which is not the one of before {number},")
            out.write(json.dumps({"id": number, "url": f"http://site.example/{number}", "text": text}) + "\n")


def check_made(textsieve, lines, out, off):
    from warcio.archiveiterator import ArchiveIterator

    for form, name in [("wet", "lines.warc.wet.gz"), ("tar", "lines.tar.gz")]:
        command = [textsieve, "clean", lines, "-o", out / form, "--output-format", form, "--compress", "gzip"]
        subprocess.run([*command, *off], check=True)
        made = out / form / name
        if form == "tar":
            with tarfile.open(made) as archive:
                members = archive.getmembers()
                assert [member.name for member in members] == [f"lines/{n + 1:06}.txt" for n in range(PAGES)]
                for member in members:
                    check_text("tarfile", member.name, archive.extractfile(member).read().decode())
            subprocess.run(["tar", "-tzf", made], check=True, stdout=subprocess.DEVNULL)
        else:
            with open(made, "rb") as stream:
                records = [(r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read()) for r in ArchiveIterator(stream)]
            assert [uri for uri, _ in records] == [f"http://site.example/{n}" for n in range(PAGES)]
            for uri, text in records:
                check_text("warcio", uri, text.decode())
    print(f"of lines of JSON: warcio and tarfile read {PAGES} pages each")


def inside(args):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        source, out = folder / "in", folder / "out"
        source.mkdir()
        write_warc(source / "a.warc.gz")
        forms = {"ustar": tarfile.USTAR_FORMAT, "gnu": tarfile.GNU_FORMAT, "pax": tarfile.PAX_FORMAT}
        for name, form in forms.items():
            write_tar(source / f"{name}.tar", form)
        write_tar(source / "packed.tgz", tarfile.PAX_FORMAT)
        # The archives hold the same pages, and templates need company.
        off = ["--no-exact", "--no-near", "--no-templates", "--no-fsync", "-q"]
        subprocess.run([args.textsieve, "clean", source, "-o", out, *off], check=True)
        check_warc(out / "a.warc.gz")
        for name in [*(f"{name}.tar" for name in forms), "packed.tgz"]:
            check_tar(out / name)
        write_lines(folder / "lines.jsonl")
        check_made(args.textsieve, folder / "lines.jsonl", folder / "made", off)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--textsieve", type=Path, default=ROOT / "target/release/textsieve")
    parser.add_argument("--venv", type=Path, default=HERE / ".venv")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.inside:
        return inside(args)
    python = args.venv / "bin" / "python"
    if not python.exists():
        venv.create(args.venv, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True)
    command = [python, __file__, "--inside", "--textsieve", args.textsieve.resolve()]
    sys.exit(subprocess.run(command).returncode)


if __name__ == "__main__":
    main()
