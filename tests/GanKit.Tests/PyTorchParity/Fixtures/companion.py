"""What Pillow reads of TIFF and of PNG with 16 bits. Needs Pillow with zlib and libtiff.

CASE.file      a file
CASE.pixels    what Pillow makes of it, upright: (H, W) or (H, W, C), uint8, or 16 bits as int64
cut.CASE       the lengths at which Pillow begins or ends to read the file cut there
"""

import io
import struct
import warnings

import numpy
from PIL import Image, ImageOps

from fixture_io import save

warnings.simplefilter("ignore")
tensors = {}


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def put(case, file, pixels=None):
    tensors[f"{case}.file"] = numpy.frombuffer(file, numpy.uint8)
    if pixels is None:
        pixels = numpy.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(file))))
    tensors[f"{case}.pixels"] = numpy.ascontiguousarray(pixels).astype(numpy.uint8 if pixels.dtype == numpy.uint8 else numpy.int64)


def reads(file):
    try:
        with Image.open(io.BytesIO(file)) as image:
            image.load()
        return 1
    except (OSError, SyntaxError):
        return 0


def tiff(pixels, order="<"):
    """Pillow writes no colour of 16 bits: nine tags and one strip."""
    height, width, samples = pixels.shape
    data = pixels.astype(order + "u2").tobytes()
    at = 8 + 2 + 9 * 12 + 4
    tags = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 3, at), (259, 3, 1, 1), (262, 3, 1, 2), (273, 4, 1, at + 6),
            (277, 3, 1, samples), (278, 4, 1, height), (279, 4, 1, len(data))]
    body = struct.pack(order + "H", len(tags))
    for tag, kind, count, value in tags:
        body += struct.pack(order + "HHI", tag, kind, count)
        body += struct.pack(order + "HH", value, 0) if kind == 3 and count == 1 else struct.pack(order + "I", value)
    start = b"II*\0" if order == "<" else b"MM\0*"
    return start + struct.pack(order + "I", 8) + body + struct.pack(order + "I", 0) + struct.pack(order + "HHH", 16, 16, 16) + data


y, x = numpy.mgrid[0:7, 0:9]
rgb = numpy.stack([x * 28, y * 36, (x + y) * 15], -1).astype(numpy.uint8)
photo = Image.fromarray(rgb)
deep = numpy.random.default_rng(1).integers(0, 65536, (7, 9, 3)).astype(numpy.uint16)
grey = Image.fromarray(deep[:, :, 0])

for compression in [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"]:
    put(f"rgb_{compression or 'raw'}", encoded(photo, "TIFF", compression=compression))
put("grey", encoded(photo.convert("L"), "TIFF"))
put("rgba", encoded(Image.fromarray(numpy.dstack([rgb, rgb[:, :, 0]])), "TIFF"))
put("grey16", encoded(grey, "TIFF"))
put("grey16_lzw", encoded(grey, "TIFF", compression="tiff_lzw"))
put("rgb16", tiff(deep), deep)
put("rgb16_big_endian", tiff(deep, ">"), deep)
put("png_grey16", encoded(grey, "PNG"))
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    put(f"turned{orientation}", encoded(photo, "TIFF", exif=exif))
for case in ["rgb_raw", "rgb_tiff_lzw", "rgb_tiff_adobe_deflate", "rgb_packbits", "grey16", "png_grey16"]:
    file = tensors[f"{case}.file"].tobytes()
    tensors[f"cut.{case}"] = numpy.flatnonzero(numpy.diff([0] + [reads(file[:n]) for n in range(len(file) + 1)])).astype(numpy.int64)

save("companion.safetensors", tensors)
