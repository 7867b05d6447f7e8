"""Renders any Python value as JSON that says exactly what it is, so that another program can compare without Python.

None, True and False are themselves; everything else is an object of one member that names its kind:
{"int": "5"}, {"float": the 16 hex digits of its double}, {"str": ...}, {"bytes": hex}, {"complex": [real, imaginary]},
{"list": [...]}, {"tuple": [...]}, {"set": [...]} in the order of their JSON, {"dict": [[key, value], ...]},
{"size": [...]}, {"dtype": "float32"}, {"device": "cuda:0"}, {"class": "module.Name"},
{"tensor": {dtype, shape, strides, device, parameter, requires_grad, data: hex, row-major and little-endian}},
{"record": {class, arguments, state, items, entries}} for an object of any other class, as pickle takes it apart.
"""

import collections
import copyreg
import ctypes
import itertools
import json
import pickle
import struct
import types

import numpy
import torch

_DICTS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
_FUNCTIONS = (type, types.FunctionType, types.BuiltinFunctionType)


def render(value, protocol=2):
    """The canonical form of a value; of unknown objects as pickle's given protocol takes them apart."""

    def each(values):
        return [render(v, protocol) for v in values]

    if value is None or isinstance(value, bool):
        return value
    if hasattr(type(value), "canonical"):  # An object of these scripts that is pickled as something else.
        return value.canonical()
    if isinstance(value, numpy.generic):
        return render(complex(value) if isinstance(value, numpy.complexfloating) else value.item(), protocol)
    if type(value) is int:
        return {"int": str(value)}
    if type(value) is float:
        return {"float": _double(value)}
    if type(value) is complex:
        return {"complex": [_double(value.real), _double(value.imag)]}
    if type(value) is str:
        return {"str": value}
    if type(value) in (bytes, bytearray):
        return {"bytes": bytes(value).hex()}
    if type(value) is torch.Size:
        return {"size": list(value)}
    if type(value) in (list, tuple):
        return {type(value).__name__: each(value)}
    if type(value) in (set, frozenset):
        return {"set": sorted(each(value), key=json.dumps)}
    if type(value) in _DICTS:
        return {"dict": [each(pair) for pair in value.items()]}
    if type(value) is torch.dtype:
        return {"dtype": _bare(value)}
    if type(value) is torch.device:
        return {"device": str(value)}
    if isinstance(value, torch.Tensor):
        return {"tensor": _tensor(value)}
    if torch.is_storage(value) or isinstance(value, _typed_storages()):
        return {"tensor": _storage(value)}
    if type(value) is numpy.ndarray:
        return {"tensor": _array(value)}
    if isinstance(value, _FUNCTIONS) and not _is_method(value):
        return {"class": _name(value)}
    return {"record": _record(value, protocol)}


def dumps(rendered):
    """JSON in ASCII, without spaces, one member of the outermost object a line."""
    if not isinstance(rendered, dict):
        return json.dumps(rendered, separators=(",", ":")) + "\n"
    lines = [f"{json.dumps(k)}:{json.dumps(v, separators=(',', ':'))}" for k, v in rendered.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def without(rendered, *members):
    """The same JSON without some members of its tensors, say the device after loading on another one."""
    if isinstance(rendered, list):
        return [without(r, *members) for r in rendered]
    if isinstance(rendered, dict):
        return {k: without(v, *members) for k, v in rendered.items() if k not in members}
    return rendered


def on_device(rendered, device):
    """The same JSON with tensors that were saved on another device."""
    if isinstance(rendered, list):
        return [on_device(r, device) for r in rendered]
    if isinstance(rendered, dict):
        return {k: device if k == "device" and isinstance(v, str) else on_device(v, device) for k, v in rendered.items()}
    return rendered


def _record(value, protocol):
    # __reduce_ex__ is pickle's own contract: call, arguments, then optionally state, list items and dict entries.
    reduced = value.__reduce_ex__(protocol)
    if isinstance(reduced, str):
        return {"class": reduced}
    call, arguments, state, items, entries = (tuple(reduced) + (None,) * 3)[:5]
    if call is copyreg.__newobj__:
        call, arguments = arguments[0], arguments[1:]
    return {
        "class": _name(call),
        "arguments": [render(a, protocol) for a in arguments],
        "state": render(state, protocol),
        "items": [render(i, protocol) for i in items or ()],
        "entries": [[render(k, protocol), render(v, protocol)] for k, v in entries or ()],
    }


def _tensor(value):
    storage = value.storage() if not hasattr(value, "untyped_storage") else value.untyped_storage()
    plain = value.detach().resolve_conj().resolve_neg()
    size, step = plain.element_size(), plain.stride()
    start = plain.data_ptr()
    indices = itertools.product(*(range(n) for n in plain.shape))
    data = b"".join(
        ctypes.string_at(start + size * sum(i * s for i, s in zip(index, step)), size) for index in indices)
    return {
        "dtype": _bare(value.dtype),
        "shape": list(value.shape),
        "strides": list(value.stride()),
        # Through the module, so that a script that patches what is saved patches what is expected.
        "device": torch.serialization.location_tag(storage),
        "parameter": isinstance(value, torch.nn.Parameter),
        "requires_grad": value.requires_grad,
        "data": data.hex(),
    }


def _storage(value):
    dtype = getattr(value, "dtype", torch.uint8)
    nbytes = value.nbytes() if callable(value.nbytes) else value.nbytes
    count = nbytes // torch.empty(0, dtype=dtype).element_size()
    return {
        "dtype": _bare(dtype),
        "shape": [count],
        "strides": [1],
        "device": torch.serialization.location_tag(value),
        "parameter": False,
        "requires_grad": False,
        "data": ctypes.string_at(value.data_ptr(), nbytes).hex() if nbytes else "",
    }


def _array(value):
    value = pickle.loads(pickle.dumps(value))  # Pickle keeps C and Fortran order only; other strides become C's.
    return {
        "dtype": value.dtype.name,
        "shape": list(value.shape),
        "strides": [stride // value.itemsize for stride in value.strides],
        "device": "cpu",
        "parameter": False,
        "requires_grad": False,
        "data": value.astype(value.dtype.newbyteorder("<")).tobytes(order="C").hex(),
    }


def _typed_storages():
    return tuple(getattr(torch.storage, name) for name in ("TypedStorage", "_TypedStorage")
                 if hasattr(torch.storage, name))


def _is_method(value):
    """Whether it is a native method, such as torch.tanh, which pickle reaches by getattr."""
    return isinstance(value, types.BuiltinFunctionType) and not isinstance(value.__reduce_ex__(2), str)


def _name(value):
    return f"{pickle.whichmodule(value, value.__qualname__)}.{value.__qualname__}"


def _bare(dtype):
    return str(dtype).removeprefix("torch.")


def _double(value):
    return struct.pack(">d", value).hex()
