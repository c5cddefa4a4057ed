#!/usr/bin/env python3
"""Compare the time to split a bundle with pycti's, in one run.

Both sides split the same bundle of 10,000 objects, from its text to the texts
of its parts. They take turns, so a busy machine slows them equally. The figure
is the median of the ratios; the goal is 20.

Usage: pip install pycti==7.261026.0; python3 benches/stix_beside_pycti.py
"""

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from pycti.utils.opencti_stix2_splitter import OpenCTIStix2Splitter

ROUNDS = 5
BENCH = ["cargo", "bench", "--quiet", "--features", "stix", "--bench", "stix", "--"]


def bench(*arguments):
    root = Path(__file__).parent.parent
    return subprocess.run([*BENCH, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


def pycti(text):
    start = time.perf_counter()
    OpenCTIStix2Splitter().split_bundle_with_expectations(text)
    return time.perf_counter() - start


def main():
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "bundle.json"))
        bench("--write", file)
        text = Path(file).read_text()
        ratios = []
        for _ in range(ROUNDS):
            theirs, ours = pycti(text), float(bench(file))
            ratios.append(theirs / ours)
            print(f"pycti {theirs * 1e3:.0f} ms, this crate {ours * 1e3:.1f} ms: {theirs / ours:.1f} times")
        print(f"median: {statistics.median(ratios):.1f} times as fast (goal: 20)")


if __name__ == "__main__":
    main()
