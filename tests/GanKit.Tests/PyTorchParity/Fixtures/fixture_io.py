"""Writes fixture files in the safetensors format, with nothing but the standard library and numpy.

Layout: an unsigned 64-bit little-endian header length, a JSON header
{name: {"dtype", "shape", "data_offsets"}}, then the tensors' data, row-major and little-endian.
"""

import json
import pathlib
import struct

import numpy

HERE = pathlib.Path(__file__).resolve().parent

_DTYPES = {
    "float32": "F32",
    "float64": "F64",
    "int64": "I64",
    "uint8": "U8",
}


def save(path, tensors):
    """Writes {name: tensor} to a file.

    path: a file name such as "losses.safetensors"; a relative one lies beside this script.
    tensors: torch tensors, numpy arrays or Python numbers (float64, int64), of any dtype in _DTYPES.
    """
    header, chunks, offset = {}, [], 0
    for name, tensor in tensors.items():
        if hasattr(tensor, "detach"):
            tensor = tensor.detach().cpu().contiguous().numpy()
        array = numpy.asarray(tensor)
        if array.dtype.name not in _DTYPES:
            raise ValueError(f"{name}: dtype {array.dtype} is not one of {', '.join(_DTYPES)}")
        data = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes(order="C")
        header[name] = {
            "dtype": _DTYPES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [offset, offset + len(data)],
        }
        chunks.append(data)
        offset += len(data)

    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)  # Data starts at a multiple of 8, as the format's own writer does.
    path = HERE / path
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))
    print(f"{path.name}: {len(header)} tensors, {path.stat().st_size:,} bytes")
