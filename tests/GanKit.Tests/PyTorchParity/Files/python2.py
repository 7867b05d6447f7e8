"""Files as Python 2.7 and PyTorch 0.2 to 0.4 wrote them in 2017 and 2018, byte for byte as their pickle did.

Those cannot be installed today, so a small writer says again what they said: protocol 2 with text as byte strings,
ordered dictionaries as lists of pairs, tensors without _v2, storages that are views of others.
"""

import collections
import struct
import sys
import types

import numpy
import torch
from torch import nn

import models

MAGIC, PROTOCOL = 0x1950A86A20F9469CFC6C, 1001


class Text(bytes):
    """Python 2's str; Python 3's str stands for its unicode."""


class Long(int):
    """Python 2's long, written with a length."""


class Global(collections.namedtuple("Global", "module name")):
    pass


class Reduce:
    """A call, and what the result is filled with."""

    def __init__(self, function, arguments, state=None, make=b"R"):
        self.function, self.arguments, self.state, self.make = function, arguments, state, make


class Persistent:
    """What torch.save replaces storages and modules' classes by."""

    def __init__(self, *parts):
        self.parts = parts


class Writer:
    """The opcodes that Python 2's pickle.py chose for protocol 2."""

    def __init__(self):
        self.out, self.memo, self.alive = [], {}, []

    def dump(self, value):
        self.out = [b"\x80\x02"]
        self.save(value)
        return b"".join(self.out) + b"."

    def put(self, key):
        index = len(self.memo)
        self.memo[key] = index
        self.out.append(b"q" + bytes([index]) if index < 256 else b"r" + struct.pack("<I", index))

    def save(self, value):
        key = value if isinstance(value, (Text, Global)) else id(value)
        if key in self.memo:
            index = self.memo[key]
            self.out.append(b"h" + bytes([index]) if index < 256 else b"j" + struct.pack("<I", index))
            return
        self.alive.append(value)  # So that no other object gets the same id.
        if value is None:
            self.out.append(b"N")
        elif value is True or value is False:
            self.out.append(b"\x88" if value else b"\x89")
        elif isinstance(value, Long):
            data = value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True) if value else b""
            self.out.append(b"\x8a" + bytes([len(data)]) + data)
        elif isinstance(value, int):
            self.out.append(b"K" + bytes([value]) if 0 <= value < 256 else b"M" + struct.pack("<H", value)
                            if 0 <= value < 65536 else b"J" + struct.pack("<i", value))
        elif isinstance(value, float):
            self.out.append(b"G" + struct.pack(">d", value))
        elif isinstance(value, Text):
            self.out.append((b"U" + bytes([len(value)]) if len(value) < 256 else b"T" + struct.pack("<I", len(value)))
                            + bytes(value))
            self.put(key)
        elif isinstance(value, str):
            data = value.encode("utf-8")
            self.out.append(b"X" + struct.pack("<I", len(data)) + data)
            self.put(key)
        elif isinstance(value, Global):
            self.out.append(f"c{value.module}\n{value.name}\n".encode())
            self.put(key)
        elif isinstance(value, tuple):
            self.save_tuple(value, key)
        elif isinstance(value, list):
            self.out.append(b"]")
            self.put(key)
            self.out.append(b"(")
            for item in value:
                self.save(item)
            self.out.append(b"e")
        elif isinstance(value, dict):
            self.out.append(b"}")
            self.put(key)
            self.out.append(b"(")
            for k, v in value.items():
                self.save(k)
                self.save(v)
            self.out.append(b"u")
        elif isinstance(value, Persistent):
            self.save(value.parts)
            self.out.append(b"Q")
        elif isinstance(value, Reduce):
            self.save_reduce(value, key)
        else:
            raise TypeError(value)

    def save_tuple(self, value, key):
        if not value:
            self.out.append(b")")
            return
        if len(value) > 3:
            self.out.append(b"(")
        for item in value:
            self.save(item)
        self.out.append({1: b"\x85", 2: b"\x86", 3: b"\x87"}.get(len(value), b"t"))
        self.put(key)

    def save_reduce(self, value, key):
        if value.make == b"o":  # An instance of an old-style class, which was never called.
            self.out.append(b"(")
            self.save(value.function)
            self.out.append(b"o")
        else:
            self.save(value.function)
            self.save(value.arguments)
            self.out.append(value.make)
        self.put(key)
        if value.state is not None:
            self.save(value.state)
            self.out.append(b"b")


class File:
    """A legacy file: magic number, protocol, system, the value, the storages' keys, the storages."""

    TYPES = {"f": ("FloatStorage", 4), "d": ("DoubleStorage", 8), "q": ("LongStorage", 8), "B": ("ByteStorage", 1),
             "e": ("HalfStorage", 2)}

    def __init__(self, location=b"cpu"):
        self.location, self.storages = Text(location), {}

    def storage(self, key, kind, values, view=None, location=None):
        """A reference to a storage; view is (its own key, first element, count) of a storage that is part of another."""
        name, size = self.TYPES[kind]
        key = Text(key)
        self.storages.setdefault(key, struct.pack("<q", len(values)) + struct.pack(f"<{len(values)}{kind}", *values))
        view = view and (Text(view[0]), Long(view[1]), Long(view[2]))
        return Persistent(Text(b"storage"), Global("torch", name), key, Text(location or self.location),
                          Long(len(values)), view)

    def bytes(self, value):
        system = {
            Text(b"type_sizes"): {Text(b"int"): 4, Text(b"long"): 4, Text(b"short"): 2},
            Text(b"protocol_version"): PROTOCOL,
            Text(b"little_endian"): True,
        }
        keys = sorted(self.storages)
        parts = [Long(MAGIC), PROTOCOL, system, value, keys]
        return b"".join(Writer().dump(p) for p in parts) + b"".join(self.storages[k] for k in keys)


def tensor(storage, shape, strides, offset=0):
    """As up to version 0.3."""
    return Reduce(Global("torch._utils", "_rebuild_tensor"), (storage, offset, shape, strides))


def tensor_v2(storage, shape, strides, requires_grad=False, offset=0):
    """As since version 0.4."""
    hooks = Reduce(Global("collections", "OrderedDict"), ([],))
    return Reduce(Global("torch._utils", "_rebuild_tensor_v2"), (storage, offset, shape, strides, requires_grad, hooks))


def ordered(pairs, state=None):
    return Reduce(Global("collections", "OrderedDict"), ([[Text(k), v] for k, v in pairs],), state)


def state_dict():
    file = File(b"cuda:0")
    value = ordered([
        (b"main.0.weight", tensor(file.storage(b"70311", "f", [1.0, 2, 3, 4, 5, 6]), (2, 3), (3, 1))),
        (b"main.1.running_mean", tensor(file.storage(b"70312", "f", [0.5, -0.5]), (2,), (1,))),
        (b"main.1.half", tensor(file.storage(b"70313", "e", [0.5, 2]), (Long(2),), (Long(1),))),
    ])
    return file, value, collections.OrderedDict([
        ("main.0.weight", torch.tensor([[1.0, 2, 3], [4, 5, 6]])),
        ("main.1.running_mean", torch.tensor([0.5, -0.5])),
        ("main.1.half", torch.tensor([0.5, 2]).half()),
    ])


def views():
    """In version 0.2 and 0.3 a storage could be a part of another one."""
    file = File()
    numbers = [float(i) for i in range(10)]
    whole = file.storage(b"501", "f", numbers)
    part = file.storage(b"501", "f", numbers, view=(b"502", 4, 3))
    other = file.storage(b"501", "f", numbers, view=(b"503", 7, 3))
    value = [tensor(whole, (2, 2), (1, 2), 1), tensor(part, (3,), (1,)), tensor(part, (2,), (1,), 1),
             tensor(other, (3,), (1,))]
    base = torch.arange(10.0)
    return file, value, [
        base.as_strided((2, 2), (1, 2), 1), base[4:7], base[5:7], base[7:10]]


def checkpoint():
    """The training checkpoint of pytorch/examples' time: DataParallel, optimiser keyed by id, names in byte strings."""
    file = File(b"cuda:0")
    weight = tensor_v2(file.storage(b"1", "f", [1.0, 2]), (1, 2), (2, 1), True)
    metadata = {Text(b"_metadata"): ordered([(b"", {Text(b"version"): 1})])}
    value = {
        Text(b"epoch"): 90,
        Text(b"arch"): Text(b"resnet18"),
        Text(b"name"): "données",
        Text(b"long"): Text(b"x" * 300),
        Text(b"utf8"): Text("données".encode("utf-8")),
        Text(b"best_prec1"): 69.75,
        Text(b"seed"): Long(2**70),
        Text(b"negative"): [-1, -70000, Long(-3), Long(0)],
        Text(b"state_dict"): ordered([(b"module.weight", weight)], metadata),
        Text(b"optimizer"): {
            Text(b"state"): {Long(140123456789): {Text(b"momentum_buffer"): tensor_v2(
                file.storage(b"2", "f", [0.25, 0.5]), (1, 2), (2, 1))}},
            Text(b"param_groups"): [{Text(b"lr"): 0.1, Text(b"nesterov"): False, Text(b"params"): [Long(140123456789)]}],
        },
        Text(b"args"): Reduce(Global("argparse", "Namespace"), (), {Text(b"lr"): 0.1, Text(b"gpu"): None}, b"\x81"),
        Text(b"old_style"): Reduce(Global("models", "Empty"), None, {Text(b"size"): 3}, b"o"),
        Text(b"labels"): Reduce(Global("__builtin__", "set"), ([1, 2],)),
        Text(b"steps"): tensor_v2(file.storage(b"3", "q", [5, -6]), (2,), (1,)),
    }
    args, old = __import__("argparse").Namespace(lr=0.1, gpu=None), models.Empty()
    old.size = 3
    return file, value, {
        "epoch": 90,
        "arch": "resnet18",
        "name": "données",
        "long": "x" * 300,
        "utf8": "données",
        "best_prec1": 69.75,
        "seed": 2**70,
        "negative": [-1, -70000, -3, 0],
        "state_dict": collections.OrderedDict([("module.weight", torch.tensor([[1.0, 2]], requires_grad=True))]),
        "optimizer": {
            "state": {140123456789: {"momentum_buffer": torch.tensor([[0.25, 0.5]])}},
            "param_groups": [{"lr": 0.1, "nesterov": False, "params": [140123456789]}],
        },
        "args": args,
        "old_style": old,
        "labels": {1, 2},
        "steps": torch.tensor([5, -6]),
    }


def variables():
    """Up to version 0.3 parameters and variables were wrapped tensors, filled with requires_grad, volatile and hooks."""
    file = File()

    def wrapped(module, name, key, values, requires_grad):
        data = tensor(file.storage(key, "d", values), (len(values),), (1,))
        hooks = Reduce(Global("collections", "OrderedDict"), ([],))
        return Reduce(Global(module, name), (data,), (requires_grad, False, hooks))

    value = {
        Text(b"parameter"): wrapped("torch.nn.parameter", "Parameter", b"8", [1.0, 2], True),
        Text(b"frozen"): wrapped("torch.nn.parameter", "Parameter", b"9", [3.0], False),
        Text(b"variable"): wrapped("torch.autograd.variable", "Variable", b"10", [4.0], False),
    }
    double = torch.float64
    return file, value, {
        "parameter": nn.Parameter(torch.tensor([1.0, 2], dtype=double)),
        "frozen": nn.Parameter(torch.tensor([3.0], dtype=double), requires_grad=False),
        "variable": torch.tensor([4.0], dtype=double),
    }


def model():
    """A whole network with the source code of its classes."""
    file = File(b"cuda:0")

    def empty():
        return Reduce(Global("collections", "OrderedDict"), ([],))

    def module(cls, source, parameters=(), buffers=(), children=()):
        backend = Reduce(Global("torch.nn.backends.thnn", "_get_thnn_function_backend"), ())
        state = {
            Text(b"_parameters"): ordered(parameters), Text(b"_buffers"): ordered(buffers),
            Text(b"_modules"): ordered(children), Text(b"_forward_hooks"): empty(), Text(b"_backward_hooks"): empty(),
            Text(b"_forward_pre_hooks"): empty(), Text(b"_backend"): backend, Text(b"training"): False,
        }
        kind = Persistent(Text(b"module"), cls, Text(b"net.py"), Text(source))
        return Reduce(kind, (), state, b"\x81")

    def parameter(key, values):
        data = tensor(file.storage(key, "f", values), (len(values),), (1,))
        return Reduce(Global("torch.nn.parameter", "Parameter"), (data,), (True, False, empty()))

    inner = module(
        Global("models", "Layer"), b"class Layer: pass\n", [(b"weight", parameter(b"21", [1.0, 2])), (b"bias", None)],
        [(b"running_mean", tensor(file.storage(b"22", "f", [0.5]), (1,), (1,)))])
    value = module(
        Global("models", "Net"), b"class Net: pass\n", [(b"scale", parameter(b"23", [3.0]))], (), [(b"main", inner)])
    return file, value, _Net()


class _Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor([3.0]))
        self.main = _Layer()


class _Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, 2]))
        self.bias = None
        self.register_buffer("running_mean", torch.tensor([0.5]))


def numpy_latin1():
    """NumPy's arrays kept their bytes in byte strings, which are no text."""
    reconstruct = Global("numpy.core.multiarray", "_reconstruct")

    def dtype(name, order=b"<"):
        return Reduce(Global("numpy", "dtype"), (Text(name), 0, 1), (3, Text(order), None, None, None, -1, -1, 0))

    def array(values, shape, name, fortran=False):
        start = Reduce(reconstruct, (Global("numpy", "ndarray"), (0,), Text(b"b")))
        start.state = (1, shape, dtype(name), fortran, Text(values.tobytes()))
        return start

    grid = numpy.array([[0.1, -0.2], [1e300, numpy.nan]])
    value = {
        Text(b"mean"): array(grid, (2, 2), b"f8"),
        Text(b"labels"): array(numpy.array([300, -1], "<i4"), (Long(2),), b"i4"),
        Text(b"std"): Reduce(Global("numpy.core.multiarray", "scalar"), (dtype(b"f8"), Text(struct.pack("<d", -0.3)))),
    }
    return File(), value, {
        "mean": grid, "labels": numpy.array([300, -1], "<i4"), "std": -0.3}


def files():
    """{name: (the file's bytes, what is in it, the location that its tensors tell)}"""
    _stand_in()
    result = {}
    for make in (state_dict, views, checkpoint, variables, model, numpy_latin1):
        file, value, expected = make()
        result[make.__name__] = file.bytes(value), expected, file.location.decode()
    return result


def _stand_in():
    """Makes the classes that the whole network names, so that today's PyTorch can read it to check."""
    models.Net, models.Layer = _Net, _Layer
    for cls, name in ((_Net, "Net"), (_Layer, "Layer")):
        cls.__module__, cls.__qualname__, cls.__name__ = "models", name, name
    backend = types.ModuleType("torch.nn.backends.thnn")
    backend._get_thnn_function_backend = lambda: None
    sys.modules["torch.nn.backends"], sys.modules["torch.nn.backends.thnn"] = types.ModuleType("torch.nn.backends"), backend
