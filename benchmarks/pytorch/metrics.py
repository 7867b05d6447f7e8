#!/usr/bin/env python3
"""Times the reference code of two measures from features to numbers, and prints the same lines of JSON as GanKit's harness.

    METRIC_TOOLS=FOLDER python3 benchmarks/pytorch/metrics.py [--samples N] [--features N] [--few N] [--runs N] [--only frechet|prdc]

FOLDER holds checkouts of mseitzer/pytorch-fid and clovaai/generative-evaluation-prdc; SciPy and scikit-learn are needed. Numbers are of
the same kind as those of `metrics`, not the same ones, so values differ; the work does not depend on them.
"""
import argparse
import contextlib
import io
import json
import os
import resource
import statistics
import sys
import time

import numpy as np

TOOLS = os.environ["METRIC_TOOLS"]
sys.path[:0] = [os.path.join(TOOLS, "pytorch-fid/src"), os.path.join(TOOLS, "generative-evaluation-prdc")]
from prdc.prdc import compute_prdc  # noqa: E402
from pytorch_fid.fid_score import calculate_frechet_distance  # noqa: E402


def features(seed, samples, size):
    random = np.random.default_rng(seed)
    mixing = np.random.default_rng(0).standard_normal((64, size))
    values = random.standard_normal((samples, 64)) @ mixing / 8 + random.standard_normal((samples, size))
    return np.maximum(values, 0).astype(np.float32)


def frechet(real, made):
    moments = []
    for values in (real, made):
        wide = values.astype(np.float64)
        moments += [np.mean(wide, axis=0), np.cov(wide, rowvar=False)]
    return calculate_frechet_distance(*moments)


def prdc(real, made):
    with contextlib.redirect_stdout(io.StringIO()):
        return compute_prdc(real, made, 5)["density"]


def measure(name, compute, samples, size, runs):
    real, made = features(1, samples, size), features(2, samples, size) * np.float32(1.1) + np.float32(0.05)
    times, value = [], None
    for _ in range(runs):
        start = time.perf_counter()
        value = compute(real, made)
        times.append((time.perf_counter() - start) * 1000)
    print(json.dumps({
        "impl": "reference", "measure": name, "samples": samples, "features": size, "value": float(value),
        "median_ms": statistics.median(times), "min_ms": min(times), "max_ms": max(times),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
    }), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Times the reference code of measures.")
    parser.add_argument("--samples", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--features", type=int, default=2048)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=("frechet", "prdc"))
    arguments = parser.parse_args()
    if arguments.only != "prdc":
        measure("frechet", frechet, arguments.few, arguments.features, arguments.runs)
        measure("frechet", frechet, arguments.samples, arguments.features, arguments.runs)
    if arguments.only != "frechet":
        measure("prdc", prdc, arguments.samples, arguments.features, arguments.runs)
        measure("prdc", prdc, arguments.samples, 64, arguments.runs)


if __name__ == "__main__":
    main()
