"""What the files hold: CONTENTS by name; REFUSED, values that no reader should hand out, with the word to say;
and KEPT, which only look like those.

Every value is made of fixed numbers, so that a second run writes the same.
"""

import argparse
import builtins
import collections
import datetime
import functools
import importlib
import os
import subprocess
import types
import warnings

import numpy
import torch
from torch import nn

import canonical
import models
import persistence
from models import AttributeDict, Block, Empty, History, Mode, Point, Tagged

warnings.filterwarnings("ignore")


def ramp(*shape, dtype=torch.float32):
    """0, 1, 2, ... in the given shape."""
    count = 1
    for n in shape:
        count *= n
    return torch.arange(count).reshape(shape).to(dtype)


def small_network():
    torch.manual_seed(0)
    network = nn.Sequential(collections.OrderedDict(conv=nn.Conv2d(2, 3, 3), norm=nn.BatchNorm2d(3), last=nn.Linear(3, 1)))
    network.norm(torch.randn(4, 3, 2, 2))  # So that the batch statistics are not the first ones.
    return network


def small_linear():
    torch.manual_seed(5)
    return nn.Linear(2, 1)


def state_dict():
    return small_network().state_dict()


def ordered_dict():
    return collections.OrderedDict([("b", 1), ("a", 2), (3, "three"), ((1, "x"), None), (None, 0.5), (True, [])])


def checkpoint():
    torch.manual_seed(1)
    generator, critic = nn.Linear(2, 2), nn.Linear(2, 1)
    adam = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    rms = torch.optim.RMSprop(critic.parameters(), lr=5e-5)
    schedule = torch.optim.lr_scheduler.MultiStepLR(adam, [30, 80])
    for _ in range(3):
        adam.zero_grad()
        rms.zero_grad()
        critic(generator(torch.ones(1, 2))).sum().backward()
        adam.step()
        rms.step()
    return {
        "epoch": 12,
        "global_step": 2**40,
        "netG": generator.state_dict(),
        "netD": critic.state_dict(),
        "optG": adam.state_dict(),
        "optD": rms.state_dict(),
        "schedule": schedule.state_dict(),
        "best_fid": numpy.float64(12.5),
        "losses": [0.5, 0.25, float("inf")],
        "args": argparse.Namespace(lr=2e-4, ngf=2, dataroot="données", gpu_ids=[0], resume=None, seed=2**70),
        "rng_state": ramp(8, dtype=torch.uint8),
        "date": datetime.datetime(2019, 5, 17, 12, 30),
    }


def params_ema():
    return {
        "params": collections.OrderedDict(conv_first=ramp(2, 1), conv_last=ramp(1, 2)),
        "params_ema": collections.OrderedDict(conv_first=ramp(2, 1) / 2, conv_last=ramp(1, 2) / 2),
    }


def data_parallel():
    return {"state_dict": nn.DataParallel(small_network()).state_dict(), "arch": "resnet"}


def numbers():
    return [
        None, True, False,
        0, 1, -1, 255, 256, 65535, 65536, -128, -129, 2**31 - 1, 2**31, -(2**31), 2**63 - 1, -(2**63), 2**63, -(2**63) - 1,
        2**64, 10**30, -(10**30), 2**2047,
        0.0, -0.0, 1.5, 1e-310, 1e308, float("inf"), float("-inf"), float("nan"),
        1 + 2j, complex(float("inf"), -0.0),
    ]


def text():
    return [
        "", "a", "line\nbreak\0zero", "données", "日本語", "🙂", "x" * 255, "x" * 256,
        b"", b"\x00\xff\x80", b"y" * 256, bytearray(b""), bytearray(b"\x01\x80"),
    ]


def containers():
    shared = [1]
    return {
        "list": [1, [2, [3]], []],
        "tuple": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
        "set": {1, "a", (2, 3)},
        "frozenset": frozenset([1, 2]),
        "empty": [set(), frozenset(), {}, collections.OrderedDict()],
        "dict": {1: "int", "1": "str", 1.5: None, (1,): {}, b"k": 0, -1: [], 2**70: "big"},
        "defaultdict": collections.defaultdict(list, a=[1]),
        "counter": collections.Counter("aab"),
        "twice": [shared, shared],
        "thousand": list(range(1001)),
        "many": {f"key{i}": i for i in range(300)},
    }


def torch_values():
    return {
        "size": torch.Size([1, 2, 3]),
        "no_size": torch.Size([]),
        "dtypes": [torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.bool, torch.complex64, torch.qint8],
        "devices": [torch.device("cpu"), torch.device("cuda:0"), torch.device("cuda"), torch.device("meta")],
        "function": nn.functional.relu,
        "class": nn.Conv2d,
    }


def storages():
    typed, other = ramp(3, dtype=torch.int16).storage(), ramp(2).storage()
    return {"typed": typed, "untyped": (other.untyped if hasattr(other, "untyped") else other._untyped)()}


def numpy_values():
    names = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool", "complex64", "complex128"]
    grid = numpy.arange(6.0).reshape(2, 3)
    return {
        "scalars": [numpy.dtype(n).type(1) for n in names] + [
            numpy.float64("nan"), numpy.int64(-5), numpy.uint16(2**16 - 1), numpy.uint32(2**32 - 1), numpy.uint64(2**64 - 1)],
        "arrays": {n: numpy.arange(4).astype(n).reshape(2, 2) for n in names},
        "fortran": numpy.asfortranarray(grid),
        "transposed": grid.T,
        "sliced": grid[:, ::2],
        "big_endian": [grid.astype(">f4"), numpy.arange(3).astype(">i8"), numpy.arange(3).astype(">c8")],
        "zero_dim": numpy.array(2.5),
        "empty": numpy.zeros((0, 3), numpy.float32),
        "state_dict": collections.OrderedDict(weight=numpy.ones((1, 2), numpy.float32)),
    }


def rare_numpy():
    return {n: numpy.arange(4).astype(n).reshape(2, 2) for n in ("uint16", "uint32", "uint64")}


def numpy_others():
    """Arrays that are no tensors. No reader of weights has to make something of them, but they must not stop it."""
    return {
        "net": {"weight": ramp(2)},
        "strings": numpy.array(["a", "bcd"]),
        "bytes": numpy.array([b"a", b"bcd"]),
        "objects": numpy.array([None, "x", 1], dtype=object),
        "dates": numpy.array(["2019-05-17"], dtype="datetime64[D]"),
        "structured": numpy.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f4")]),
        "dtypes": [numpy.dtype("float32"), numpy.dtype(">i2"), numpy.dtype("U3")],
    }


def dtypes():
    names = ["float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "bool",
             "complex64", "complex128"]
    values = torch.tensor([[0, 1, -2], [3, 100, 7]])
    result = {n: values.to(getattr(torch, n)) for n in names}
    for name in ("float16", "bfloat16", "float32", "float64"):
        result[name + "_special"] = torch.tensor(
            [float("inf"), float("-inf"), float("nan"), -0.0, 1e-7, 0.1], dtype=getattr(torch, name))
    result["extremes"] = torch.tensor([-(2**63), 2**63 - 1])
    result["complex64_values"] = torch.tensor([1 + 2j, -0.5j])
    return result


def rare_dtypes():
    names = ["uint16", "uint32", "uint64", "float8_e4m3fn", "float8_e5m2", "float8_e4m3fnuz", "float8_e5m2fnuz"]
    result = {"complex32": torch.view_as_complex(ramp(3, 2, dtype=torch.float16))}
    for name in names:
        if hasattr(torch, name):
            result[name] = ramp(2, 2).to(getattr(torch, name))
    return result


def views():
    base = ramp(2, 3, 4)
    result = {
        "transposed": base.permute(2, 0, 1),
        "sliced": base[1, 1:, ::2],
        "column": base[:, :, 3],
        "expanded": ramp(3).reshape(3, 1).expand(3, 4),
        "scalar_expanded": torch.tensor(2.0).expand(2, 2),
        "overlapping": ramp(6).as_strided((4, 3), (1, 1)),
        "channels_last": ramp(2, 3, 2, 2).contiguous(memory_format=torch.channels_last),
        "zero_dim": torch.tensor(4.0),
        "zero_dim_view": ramp(5)[3],
        "empty": torch.empty(0),
        "empty_shaped": torch.empty(2, 0, 3),
        "empty_view": ramp(4)[4:],
        "one_strange_stride": ramp(6).as_strided((1, 3), (77, 2)),
        "seven_dims": ramp(1, 2, 1, 2, 1, 1, 2),
        "double_view": ramp(6, dtype=torch.float64)[2:4],
    }
    if hasattr(torch._utils, "get_tensor_metadata"):  # Before that PyTorch loses the bits that say so.
        z = torch.tensor([1 + 2j, 3 - 4j])
        result["conjugate"] = z.conj()
        result["imaginary_of_conjugate"] = z.clone().conj().imag
        result["negative"] = torch._neg_view(ramp(3))
        result["negative_parameter"] = nn.Parameter(torch._neg_view(ramp(3)))
    return result


def shared():
    base = ramp(12)
    linear = nn.Linear(2, 2)
    nn.init.ones_(linear.weight)
    nn.init.zeros_(linear.bias)
    return {
        "first": base[:4],
        "second": base[4:8].reshape(2, 2),
        "all": base,
        "again": base,
        "tied": nn.ModuleDict({"encoder": linear, "decoder": linear}).state_dict(),
    }


def gradients():
    frozen = nn.Parameter(ramp(2), requires_grad=False)
    annotated = nn.Parameter(ramp(3))
    annotated.note = "rate"
    noted = ramp(2)
    noted.note = {"key": 1}
    tagged = ramp(3).as_subclass(Tagged)
    tagged.name_of_it = "tag"
    result = {
        "leaf": ramp(2).requires_grad_(),
        "parameter": nn.Parameter(ramp(2)),
        "frozen": frozen,
        "view_of_parameter": nn.Parameter(ramp(2, 2).t()),
        "attribute_of_parameter": annotated,
        "attribute": noted,
        "subclass_with_attribute": tagged,
    }
    if torch.__version__ >= "2":  # PyTorch 1.13 under Python 3.11 writes this one and cannot read it.
        result["subclass"] = ramp(2).as_subclass(Tagged)
    return result


class OnTpu:
    """Pickled as PyTorch pickles a tensor on a TPU, which is a call; no TPU is needed to write it."""

    def __init__(self, function, values):
        self.function, self.values = function, values

    def __reduce__(self):
        data = self.values.numpy() if self.function.__name__.endswith("numpy") else self.values
        return self.function, (data, self.values.dtype, "xla:0", True)

    def canonical(self):
        result = canonical.render(self.values)
        result["tensor"].update(device="xla:0", requires_grad=True)
        return result


def tpu():
    names = ("_rebuild_device_tensor_from_numpy", "_rebuild_device_tensor_from_cpu_tensor")
    return {name: OnTpu(getattr(torch._utils, name), ramp(2)) for name in names if hasattr(torch._utils, name)}


def cuda():
    """make_files.py saves it while torch.serialization.location_tag answers as LOCATIONS says."""
    result = collections.OrderedDict(first=ramp(3), second=ramp(2, 2), apple=ramp(2), cpu=ramp(1))
    LOCATIONS.clear()
    LOCATIONS.update({
        result[name].data_ptr(): location
        for name, location in {"first": "cuda:0", "second": "cuda:1", "apple": "mps"}.items()
    })
    return result


LOCATIONS = {}  # By address, so it has to be empty again when those tensors are gone.


def model():
    torch.manual_seed(2)
    return models.Generator().eval()


def sequential():
    torch.manual_seed(3)
    return {"epoch": 3, "model": nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2), nn.Tanh())}


def stylegan():
    return {
        "G": persistence.Synthesis(),
        "D": persistence.FullyConnected(2, 1),
        "G_ema": persistence.Synthesis(),
        "training_set_kwargs": AttributeDict(class_name="training.dataset.ImageFolderDataset", resolution=64, xflip=True),
        "augment_pipe": None,
    }


def hooked():
    """Modules with hooks, which are objects too, and tensors that are neither parameters nor buffers."""
    torch.manual_seed(4)
    return {
        "spectral": nn.utils.spectral_norm(nn.Linear(2, 2)),
        "weight": nn.utils.weight_norm(nn.Conv2d(1, 2, 1)),
        "parallel": nn.DataParallel(nn.Sequential(nn.Linear(1, 2), nn.PReLU())),
        "parameters": nn.ParameterDict({"a": nn.Parameter(torch.ones(1)), "b": nn.Parameter(torch.zeros(2))}),
        "recurrent": nn.GRU(1, 2),
    }


def others():
    """Nothing that a reader of weights has to make something of; but it must not stop it."""
    return {
        "net": {"weight": ramp(2)},
        "path": "not utf-8: \udcff",
        "numpy": [numpy.str_("text"), numpy.bytes_(b"text"), numpy.datetime64("2019-05-17")],
        "generators": [numpy.random.RandomState(0).get_state()[0], torch.Generator().initial_seed()],
        "exception": ValueError("nothing"),
        "nested": [Block.Kind, Block.Kind()],
        "recursive": _recursive(),
    }


def _recursive():
    result = {"list": []}
    result["list"].append(result)
    return result


def records():
    history = History([1, 2])
    history.best = 0.5
    nested = AttributeDict(model=AttributeDict(width=64), tags=["a"])
    return {
        "namespace": argparse.Namespace(lr=0.1, nested=argparse.Namespace(a=1)),
        "attribute_dict": nested,
        "history": history,
        "deque": collections.deque([1, 2], maxlen=5),
        "enum": Mode.TEST,
        "named_tuple": Point(1, y=[2]),
        "returned": torch.max(ramp(2, 3), 0),
        "empty": Empty(),
        "date": datetime.date(2017, 1, 31),
        "range": range(1, 9, 2),
        "simple": types.SimpleNamespace(a=1),
        "partial": functools.partial(nn.BatchNorm2d, affine=False),
        "methods": [torch.tanh, nn.functional.leaky_relu, torch.sigmoid],
        "slice": slice(None, 3),
        "function": models.activation,
        "classes": [Empty, models.Generator, argparse.Namespace, int, list, collections.OrderedDict],
    }


def methods():
    """Bound methods in a network, in schedules and in partial functions, beside plain state dicts."""
    torch.manual_seed(0)
    net, other = nn.Linear(1, 2), nn.Linear(2, 1)
    net.alias, net.rate = net.forward, models.Schedule(None).rate
    optimizer = torch.optim.SGD(other.parameters(), 0.5)
    schedule = models.Schedule(other)
    return {
        "weights": {"weight": ramp(2)},
        "net": net,
        "schedule": torch.optim.lr_scheduler.LambdaLR(optimizer, schedule.rate),
        "partial": functools.partial(schedule.rate, 3),
        "others": [schedule.constant, {0: 1}.get, dict.get, ramp(1).relu, Block.forward, os.path.join],
    }


def packages():
    """Whole networks of packages that are called as modules of Python's."""
    torch.manual_seed(0)
    return {name: models.packaged(name) for name in ("code.networks", "signal.models", "http.nets", "profile")}


CONTENTS = {
    f.__name__: f for f in (
        state_dict, ordered_dict, checkpoint, params_ema, data_parallel, numbers, text, containers, torch_values,
        storages, numpy_values, rare_numpy, numpy_others, dtypes, rare_dtypes, views, shared, gradients, cuda, tpu, model, sequential,
        stylegan, hooked, others, records, methods,
        packages)
}
CONTENTS["tensor"] = lambda: ramp(2, 3)
CONTENTS["parameter"] = lambda: nn.Parameter(ramp(2, 3) / 4)
CONTENTS["list_of_tensors"] = lambda: [ramp(1), (ramp(2), ramp(3, dtype=torch.int64))]
CONTENTS["string"] = lambda: "only text"
CONTENTS["none"] = lambda: None


class Call:
    """Pickled as a call; it must not be made."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments


def _quantized():
    return {"weight": torch.quantize_per_tensor(torch.ones(2, 2), 0.5, 0, torch.qint8)}


# name: (what makes the value, a word that the refusal has to say)
REFUSED = {
    "quantized": (_quantized, "quant"),
    "quantized_channels": (lambda: torch.quantize_per_channel(
        torch.ones(2, 2), torch.ones(2), torch.zeros(2), 0, torch.quint8), "quant"),
    "sparse": (lambda: {"weight": torch.eye(3).to_sparse()}, "sparse"),
    "sparse_csr": (lambda: {"weight": torch.eye(3).to_sparse_csr()}, "sparse"),
    "meta": (lambda: {"weight": torch.empty(2, device="meta")}, "meta"),
    "call_system": (lambda: {"weight": ramp(1), "x": Call(os.system, "exit 1")}, "system"),
    "call_eval": (lambda: {"weight": ramp(1), "x": Call(builtins.eval, "1")}, "eval"),
    "call_exec": (lambda: Call(builtins.exec, "pass"), "exec"),
    "call_import": (lambda: Call(builtins.__import__, "os"), "__import__"),
    "call_import_module": (lambda: Call(importlib.import_module, "os"), "import_module"),
    "call_open": (lambda: (Call(builtins.open, "x"),), "open"),
    "call_compile": (lambda: (Call(builtins.compile, "1", "x", "eval"),), "compile"),
    "call_popen": (lambda: {"a": Call(subprocess.Popen, ["true"])}, "Popen"),
    "call_check_output": (lambda: {"a": Call(subprocess.check_output, ["true"])}, "check_output"),
}

# What refusing by name alone would refuse: a member of an object, and a function that is only kept.
KEPT = {
    "call_getattr": lambda: [Call(builtins.getattr, 1, "real")],
    "value_eval": lambda: {"hook": builtins.eval},
}
