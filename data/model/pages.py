"""Labelled pages and the variants of them that a model is trained on.

A page is a dict: id, style, lang, site, title, lines, labels (k = article, d = chrome, o = optional; one a line).
Variants make the model meet what dumps hold and labelled pages do not:

clean       the article alone, so that a clean article is known as one
sparse      the article and a few lines of chrome around and inside it, as an extractor leaves them
transplant  another site's article inside this page's chrome: what chrome is must not depend on the article,
            and short articles among much chrome are rare in labelled pages

Every page's variants are drawn with a seed made of its id: the same page has the same variants in any collection.
"""
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from urllib.parse import urlparse

# Second-level names under which sites register, and hosts whose users are sites of their own.
SECOND_LEVEL = set("ac co com edu go gob gov in ne net nom or org web".split())
SHARED_HOSTS = set("blog blogger blogspot github jimdo medium over-blog twoday typepad ucoz wordpress".split())
# Articles that are put into each page's chrome, one after the other.
TRANSPLANTS = 3
ARCHIVE = re.compile(r"https?://web\.archive\.org/web/\d+[a-z_]*/(?:https?:/*)?([^/]+)")


def site(row):
    """The registered name of the page's host, so that a site's editions are never on both sides of a split."""
    url = row.get("url") or ""
    archived = ARCHIVE.match(url)
    host = archived.group(1) if archived else urlparse(url).netloc or row.get("publisher") or ""
    parts = re.sub(r"^www\d?\.", "", host.lower().split(":")[0]).split(".")
    if len(parts) >= 3 and parts[-2] in SECOND_LEVEL and len(parts[-1]) == 2:
        parts = parts[:-2] + ["x"]
    if len(parts) < 2:
        return parts[0]
    return ".".join(parts) if parts[-2] in SHARED_HOSTS else parts[-2]


def read(paths):
    """The labelled pages of JSONL files, plain or gzipped, that can be trained on."""
    for path in paths:
        with (gzip.open if str(path).endswith(".gz") else open)(path, "rt", encoding="utf8") as file:
            for row in map(json.loads, file):
                if row.get("labels") and row.get("gold") and not row.get("suspect"):
                    yield {
                        "id": row["id"],
                        "style": row["style"],
                        "lang": row.get("lang") or "",
                        "site": site(row),
                        "title": row.get("title") or "",
                        "gold": row["gold"],
                        "lines": row["text"].replace("\r", " ").split("\n"),
                        "labels": row["labels"],
                    }


def folds(pages, k):
    """The fold of each site: sites are dealt to the fold with the fewest pages, the largest first."""
    counts = Counter(page["site"] for page in pages)
    fold, sizes = {}, [0] * k
    for name in sorted(counts, key=lambda name: (-counts[name], name)):
        fold[name] = sizes.index(min(sizes))
        sizes[fold[name]] += counts[name]
    return fold


def variants(pages, fold):
    """The pages themselves, then their variants. Transplants stay within a fold."""
    yield from pages
    firsts = {}
    for page in pages:
        # The whole page is the best one to take chrome from.
        if page["id"] not in firsts or page["style"] == "wet":
            firsts[page["id"]] = page
    for page in firsts.values():
        rng = random.Random("variants of " + page["id"])
        article = [line for line in page["gold"].replace("\r", " ").split("\n") if line.strip()]
        yield made(page, "clean", [(line, "k") for line in article])
        for style, amounts in (("sparse", (0, 1, 1, 2, 3, 4, 6, 8, 10)), ("sparse2", (1, 2, 3, 4, 5))):
            yield made(page, style, sparse(page, article, rng.choice(amounts), rng))
    donors = defaultdict(list)
    for page in pages:
        if page["style"] in ("wet", "soup"):
            donors[page["style"], page["lang"], fold[page["site"]]].append(page)
    for page in pages:
        others = [d for d in donors.get((page["style"], page["lang"], fold[page["site"]]), ()) if d["site"] != page["site"]]
        rng = random.Random("transplants " + page["style"] + page["id"])
        for donor in rng.sample(others, min(len(others), TRANSPLANTS)):
            lines = transplant(page, donor, rng)
            if lines:
                yield made(page, "t" + page["style"], lines)


def made(page, style, lines):
    texts, labels = [line for line, _ in lines], "".join(label for _, label in lines)
    return {**page, "style": style, "lines": texts, "labels": labels}


def sparse(page, article, amount, rng):
    lines, labels = page["lines"], page["labels"]
    kept = [i for i, label in enumerate(labels) if label == "k"] or [0]
    chrome = [i for i, label in enumerate(labels) if label == "d"]
    above = [i for i in chrome if i < kept[0]]
    inner = [i for i in chrome if kept[0] < i < kept[-1]]
    below = [i for i in chrome if i > kept[-1]]

    def some(pool, n, nearest_last):
        if not pool or n <= 0:
            return []
        if rng.random() < 0.6:
            return pool[-n:] if nearest_last else pool[:n]
        return sorted(rng.sample(pool, min(n, len(pool))))

    up = rng.randint(0, amount)
    head, tail = some(above, up, True), some(below, amount - up, False)
    out = [(lines[i], "d") for i in head]
    if page["title"] and rng.random() < 0.5:
        out.append((page["title"], "o"))
    body = [(line, "k") for line in article]
    if inner and amount:
        for i in rng.sample(inner, min(len(inner), rng.choice((0, 0, 1, 2)))):
            body.insert(rng.randint(1, max(1, len(body) - 1)), (lines[i], "d"))
    return out + body + [(lines[i], "d") for i in tail]


def transplant(page, donor, rng):
    """The donor's article, often only its beginning, in place of the page's; inner chrome at its relative place."""
    article = [line for line, label in zip(donor["lines"], donor["labels"]) if label == "k"]
    if rng.random() < 0.4 and len(article) > 2:
        least, most = (1, 5) if page["style"] == "wet" else (2, 12)
        article = article[: rng.randint(least, min(most, len(article)))]
    rows = list(zip(page["lines"], page["labels"]))
    kept = [i for i, (_, label) in enumerate(rows) if label == "k"]
    if not kept or not article:
        return None
    inner, seen = [], 0
    for line, label in rows[kept[0] : kept[-1] + 1]:
        seen += label == "k"
        if label == "d":
            inner.append((seen / len(kept), line))
    body, at = [], 0
    for j, line in enumerate(article):
        while at < len(inner) and inner[at][0] <= j / len(article):
            body.append((inner[at][1], "d"))
            at += 1
        body.append((line, "k"))
    if rng.random() < 0.5:
        body += [(line, "d") for _, line in inner[at:]]

    def retitled(rows):
        for line, label in rows:
            own = label == "o" and page["title"] and folded(line) == folded(page["title"])
            yield (donor["title"] or line if own else line), label

    return [*retitled(rows[: kept[0]]), *body, *retitled(rows[kept[-1] + 1 :])]


def folded(text):
    return " ".join(re.findall(r"\w+", text.lower()))
