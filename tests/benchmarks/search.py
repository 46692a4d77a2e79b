"""Search: sizes, time to make and how often the right product is found, on real catalogs. Run: python tests/benchmarks/search.py"""

from __future__ import annotations

import gzip
import random
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from highstreet.plan import search_query
from highstreet.plan.packing import numbers
from storefront.test_search import catalogue, files, made, misspelt, packed


def main() -> None:
    for count in (1000, 10_000):
        products = catalogue(count)
        started = time.process_time()
        told = files(made(products))
        spent = time.process_time() - started
        size = sorted(len(gzip.compress(packed(data), 6, mtime=0)) for name, data in told.items() if name.rpartition("/")[2][0].isdigit())
        print(f"{count:,} products: {len(told)} files in {spent:.2f} s CPU; files of words {size[len(size) // 2]:,} B gz in the middle, {size[-1]:,} the largest")
    products = catalogue(1000)
    index, known, rng = made(products), numbers(tuple(products)), random.Random(4)
    titles = Counter(product.title for product in products.values())
    found, asked = Counter[str](), Counter[str]()
    for handle, product in products.items():
        words = [word for word in product.title.split() if len(word) > 4 and word.isascii() and word.isalpha()]
        if titles[product.title] > 1 or len(words) < 2:
            continue
        one, other = rng.sample(words, 2)
        for kind, query in (("two words", f"{one} {other}"), ("misspelt", f"{misspelt(rng, one.lower())} {other}"), ("begun", f"{one} {other[:4]}")):
            asked[kind] += 1
            found[kind] += known[handle] in search_query.query(index, query).products[:6]
    print(", ".join(f"{kind}: {found[kind] / asked[kind]:.1%} of {asked[kind]}" for kind in asked))


if __name__ == "__main__":
    main()
