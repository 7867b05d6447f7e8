"""Real PyTorch reads what GanKit made of the files here, and finds the same in it.

    GANKIT_COPIES=/some/folder eng/test.sh --filter-class "*WrittenFileTests"
    python3 check_copies.py /some/folder

reads every copy with torch.load, with weights_only=True where that PyTorch can, and compares with the original's JSON.
"""

import json
import pathlib
import pickle
import sys

import torch

import canonical

HERE = pathlib.Path(__file__).resolve().parent
VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])
# GanKit saves tensors on the CPU and without gradients, and packs those with gaps in their memory.
IGNORED = ("device", "parameter", "requires_grad", "strides")


def load(path):
    """With weights_only, as strictly as PyTorch can; 1.13 knew too few types for that, so there it may do without."""
    try:
        return torch.load(path, weights_only=True), True
    except pickle.UnpicklingError:
        if VERSION >= (2, 0):
            raise
        return torch.load(path), False


def difference(actual, expected, path="$"):
    """Where two JSON values begin to differ, or None."""
    if type(actual) is not type(expected) or not isinstance(actual, (dict, list)) or len(actual) != len(expected):
        return None if actual == expected else f"{path}: {actual}, not {expected}"
    keys = expected if isinstance(expected, dict) else range(len(expected))
    return next(filter(None, (difference(actual[k], expected[k], f"{path}.{k}") for k in keys)), None)


def main(folder):
    counts = {True: 0, False: 0}
    for path in sorted(folder.rglob("*.p*")):
        name = path.relative_to(folder)
        if not path.is_file() or (VERSION < (2, 3) and name.name.startswith("rare_")):
            continue  # Older versions have not those types.
        expected = json.loads((HERE / name.parent / f"{name.name.split('.')[0]}.json").read_text())["value"]
        value, strictly = load(path)
        actual = json.loads(json.dumps(canonical.render(value)))
        if where := difference(canonical.without(actual, *IGNORED), canonical.without(expected, *IGNORED)):
            raise SystemExit(f"{name}: PyTorch reads something else: {where}")
        counts[strictly] += 1
    print(f"PyTorch {torch.__version__} reads {counts[True]} copies with weights_only=True, {counts[False]} without")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
