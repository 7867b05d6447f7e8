"""Real PyTorch reads the files beside this script, which GanKit wrote, and finds in them what it should.

    python3 check_written.py

under PyTorch 1.13 or 2.6 (or any between and after). WrittenContents.cs says in C# what is said here in Python, and
WrittenFileTests sees to it that GanKit still writes these bytes. The script reads with weights_only=True as well where
there is such a thing, maps the files into memory where that can be done, and checks the zip archives' checksums.
"""

import collections
import json
import math
import pathlib
import sys
import zipfile

import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Files"))
from canonical import render  # noqa: E402

VERSION = tuple(int(part) for part in torch.__version__.split(".")[:2])


def values():
    shared = [1, "two"]
    return {
        "null": None,
        "booleans": [True, False],
        "integers": (0, 255, 256, 65535, 65536, -1, -(2**31), 2**31 - 1, 2**31, -(2**63), 2**64 - 1),
        "big": [2**64, -(3**200), 2 ** (255 * 8 - 1) - 1],
        "floats": [0.1, -0.0, 1e300, math.inf, -math.nan, float(torch.finfo(torch.float32).max), 2.0**-24],
        "single": 0.5,
        "complex": complex(1.5, -2),
        "text": "GAN: größer 日本 𝔊\n\0",
        "empty text": "",
        "bytes": bytes([0, 127, 128, 255]),
        "no bytes": b"",
        "tuple": (1, None, (2.5,)),
        "betas": (0.5, 0.999),
        "no tuple": (),
        "list": [[], 3],
        "names": ["a", "b"],
        "lazy": list(range(300)),
        "size": torch.Size([64, 3, 32, 32]),
        "no size": torch.Size([]),
        "set": {1, "b", None},
        "texts": {"x"},
        "dtype": torch.bfloat16,
        "device": torch.device("cuda:1"),
        "cpu": torch.device("cpu"),
        "once": shared,
        "twice": shared,
        "keys": {"text": 1, -7: 2, None: 3, True: 4, 0.5: 5, ("a", 1): 6},
        "no entries": {},
    }


def dtypes():
    numbers = torch.tensor([[0, 1], [3, 100]])
    return {
        "float32": numbers.float(), "float64": numbers.double(), "float16": numbers.half(), "bfloat16": numbers.bfloat16(),
        "byte": numbers.byte(), "int8": numbers.char(), "int16": numbers.short(), "int32": numbers.int(), "int64": numbers,
        "bool": numbers.bool(), "complexfloat32": numbers.to(torch.complex64), "complexfloat64": numbers.to(torch.complex128),
    }


def layouts():
    matrix = torch.arange(24.0).view(4, 6)
    return {
        "scalar": torch.tensor(7),
        "empty": torch.zeros(0),
        "empty of three sizes": torch.zeros(2, 0, 3),
        "one": torch.ones(1, 1, 1),
        "matrix": matrix,
        "transposed": matrix.t(),
        "row of it": matrix[2],
        "channels last": torch.arange(48.0).view(2, 2, 3, 4).to(memory_format=torch.channels_last),
        "column": torch.tensor([1.0, 4.0, 7.0, 10.0], dtype=torch.float64),
        "half of a storage": torch.arange(50, 60, dtype=torch.int32),
        "expanded": torch.tensor([[1.0], [2.0]], dtype=torch.float64).expand(2, 3),
        "conjugated": torch.tensor([1 - 2j, 3 + 4j], dtype=torch.complex128),
        "learns": torch.ones(2),
        "parameter": torch.zeros(2),
    }


def checkpoint():
    shapes = {"conv.weight": (2, 1, 3, 3), "conv.bias": (2,), "norm.weight": (2,), "norm.bias": (2,), "norm.running_mean": (2,), "norm.running_var": (2,)}
    state = collections.OrderedDict()
    for i, (name, shape) in enumerate(shapes.items()):
        state[name] = torch.arange(float(math.prod(shape))).view(shape) / 8 + i
    state["norm.num_batches_tracked"] = torch.tensor(0)
    return {"epoch": 3, "netG": state, "loss": 0.25}


def check_layouts(loaded):
    memory = {name: tensor.untyped_storage() if VERSION >= (2, 0) else tensor.storage() for name, tensor in loaded.items()}
    for name in ("transposed", "row of it"):
        assert memory[name].data_ptr() == memory["matrix"].data_ptr(), f"{name} has memory of its own"
    sizes = {name: memory[name].nbytes() for name in ("matrix", "column", "half of a storage", "expanded")}
    assert sizes == {"matrix": 96, "column": 32, "half of a storage": 40, "expanded": 16}, sizes


def check_checkpoint(loaded):
    assert isinstance(loaded["netG"], collections.OrderedDict)
    network = torch.nn.Sequential(collections.OrderedDict(conv=torch.nn.Conv2d(1, 2, 3), norm=torch.nn.BatchNorm2d(2)))
    network.load_state_dict(loaded["netG"])


def check_values(loaded):
    assert loaded["once"] is loaded["twice"]


def ways():
    yield {}
    if VERSION >= (1, 13):
        yield {"weights_only": True}
    if VERSION >= (2, 1):
        yield {"weights_only": True, "mmap": True}


def main():
    # 1.13's weights_only knew neither numbers with a fraction, nor devices, sets and bytes.
    too_much_for_113 = {"values", "checkpoint"}
    for content in (values, dtypes, layouts, checkpoint):
        name = content.__name__
        path = HERE / f"{name}.pth"
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None, f"{name}: a checksum is wrong"
            assert all(entry.compress_type == zipfile.ZIP_STORED for entry in archive.infolist())
        for way in ways():
            if VERSION < (2, 0) and way and name in too_much_for_113:
                continue
            loaded = torch.load(str(path), **({"weights_only": False} | way if VERSION >= (1, 13) else {}))
            expected, actual = json.dumps(render(content())), json.dumps(render(loaded))
            assert expected == actual, f"{name} {way}:\n{expected}\n{actual}"
            globals().get(f"check_{name}", lambda _: None)(loaded)
            print(f"PyTorch {torch.__version__} reads {name}.pth {way or ''}")


if __name__ == "__main__":
    main()
