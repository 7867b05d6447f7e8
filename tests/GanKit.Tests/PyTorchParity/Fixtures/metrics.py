"""Numbers of the known tools' own metric code (metric_tools.py) on generated features, which MetricFeatures.cs makes again.

Keys: frechet/CASE/TOOL; kernel/CASE/TOOL (value, deviation) and, computed from float64 features, kernel64/CASE/TOOL;
score/CASE/TOOL (value, deviation); manifolds/CASE/TOOL; numpy/... what NumPy's RandomState draws.
"""

import numpy as np

import metric_tools
from fixture_io import save

GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def uniform(seed, count):
    """SplitMix64 of seed * 2^32 + i, as numbers in [0, 1)."""
    with np.errstate(over="ignore"):
        z = (np.uint64(seed << 32) + np.arange(count, dtype=np.uint64) + np.uint64(1)) * GOLDEN
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53


def features(seed, rows, columns, shift=0.0, scale=1.0):
    """Neighbouring columns are correlated, and their scales differ."""
    parts = uniform(seed, 4 * rows * columns).reshape(4, rows, columns)
    noise = (parts[0] + parts[1]) + (parts[2] + parts[3]) - 2.0
    mixed = noise + 0.5 * np.roll(noise, 1, axis=1)
    sizes = scale * (1.0 + np.arange(columns) % 7)
    return (mixed * sizes + shift).astype(np.float32)


def without(values, *columns):
    values = values.copy()
    values[:, list(columns)] = 0
    return values


def nearly_equal(values):
    values = values.copy()
    values[:, 1] = values[:, 0]
    values[:, 2] = values[:, 0] + values[:, 2] * np.float32(2.0**-20)
    return values


FRECHET = {
    "full": (features(1, 300, 24), features(2, 260, 24, 0.2, 1.1)),
    "far_mean": (features(1, 300, 24, 1000), features(2, 260, 24, 1001)),
    "same": (features(1, 300, 24),) * 2,
    "near": (features(1, 300, 24), features(1, 300, 24, 0.001)),
    "few": (features(3, 40, 64), features(4, 60, 64, 0.1)),
    "few_same": (features(3, 40, 64),) * 2,
    "few_generated": (features(5, 200, 64), features(4, 60, 64, 0.1)),
    "dead": (without(features(1, 300, 24), 3, 4), without(features(2, 260, 24, 0.2), 3, 4)),
    "dead_apart": (without(features(1, 300, 24), 0, 1, 2, 3), without(features(2, 260, 24, 0.2), 3, 4, 9)),
    "dead_in_one": (without(features(1, 300, 24), 0, 1, 2), features(2, 260, 24, 0.2)),
    "nearly_equal": (nearly_equal(features(1, 300, 24)), nearly_equal(features(2, 260, 24, 0.2))),
    "one_feature": (features(6, 50, 1), features(7, 40, 1, 0.3)),
}

KERNEL = {
    "far": (features(1, 300, 24), features(2, 260, 24, 1, 1.2), 10, 100, 5),
    "near": (features(1, 300, 24), features(2, 260, 24), 10, 100, 5),
    "usual": (features(8, 1100, 8), features(9, 1200, 8, 0.5, 1.1), 3, 1000, 0),
}

MANIFOLDS = {
    "apart": (features(1, 200, 6), features(2, 150, 6, 1.5), 3),
    "five": (features(1, 200, 6), features(2, 150, 6, 0.5, 0.9), 5),
    "copies": (features(1, 200, 6), np.concatenate([features(1, 200, 6)[:60], features(2, 90, 6)]), 3),
    "twice": (features(1, 100, 6), np.concatenate([features(2, 40, 6)] * 2), 3),
}

tensors = {}
for case, (real, generated) in FRECHET.items():
    if real.shape[1] == 1:  # np.cov gives a number, of which torch-fidelity and torchmetrics make nothing
        a, b = (values.astype(np.float64) for values in (real, generated))
        tensors[f"frechet/{case}/pytorch-fid"] = (a.mean() - b.mean()) ** 2 + (a.std(ddof=1) - b.std(ddof=1)) ** 2
        continue
    for tool, value in metric_tools.frechet(real, generated).items():
        tensors[f"frechet/{case}/{tool}"] = np.float64(value)
        print(f"frechet {case:14} {tool:15} {value:.9g}")

for case, (real, generated, subsets, size, seed) in KERNEL.items():
    for prefix, kind in (("kernel", np.float32), ("kernel64", np.float64)):
        for tool, value in metric_tools.kernel(real.astype(kind), generated.astype(kind), subsets, size, seed).items():
            tensors[f"{prefix}/{case}/{tool}"] = np.array(value, dtype=np.float64)
            print(f"{prefix} {case:14} {tool:15} {value[0]:.9g} {value[1]:.9g}")

for case, (rows, splits) in {"ten": (500, 10), "uneven": (205, 4)}.items():
    for tool, value in metric_tools.scores(features(11, rows, 10), splits, 7).items():
        tensors[f"score/{case}/{tool}"] = np.array(value, dtype=np.float64)
        print(f"score {case:14} {tool:15} {value[0]:.9g} {value[1]:.9g}")

for case, (real, generated, k) in MANIFOLDS.items():
    for tool, value in metric_tools.manifolds(real, generated, k).items():
        tensors[f"manifolds/{case}/{tool}"] = np.array(value, dtype=np.float64)
        print(f"manifolds {case:14} {tool:15}", *value)

tensors["numpy/permutation"] = np.random.RandomState(2020).permutation(20)
draws = np.random.RandomState(4294967295)
tensors["numpy/choices"] = np.concatenate([draws.choice(size, 5, replace=False) for size in (7, 1000, 70000, 5)])
tensors["float32_mean"] = features(1, 300, 24, 1000).mean(axis=0)
save("metrics.safetensors", tensors)
