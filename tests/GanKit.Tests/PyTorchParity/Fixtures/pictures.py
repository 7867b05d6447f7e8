"""What Pillow takes for a whole picture, how it turns pictures, and how it resizes them. Needs Pillow with JPEG, WebP and zlib.

cut.CASE.file         a file
cut.CASE.whole        the lengths at which Pillow begins or ends to read the file cut there; it does not read the empty one
cut.CASE.ended        the same with JPEG's end marker (FF D9) appended to what is left
cut.CASE.at, .taken   a length, and the pixels (H, W, 3) that Pillow makes of it with LOAD_TRUNCATED_IMAGES
turn.CASE.file        a file of 3 x 2 pixels that have the values 0, 50, 100, 150, 200, 250
turn.CASE.upright     what ImageOps.exif_transpose makes of it, (H, W)
resize.image          pixels (H, W, 3)
resize.FILTER         the same resized, in bytes, as Pillow does it
"""

import io
import struct
import zlib

import numpy
from PIL import Image, ImageFile, ImageOps

from fixture_io import save

tensors = {}


def put(key, data):
    tensors[key] = numpy.frombuffer(data, numpy.uint8) if isinstance(data, bytes) else numpy.asarray(data)


def encoded(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def reads(file):
    try:
        with Image.open(io.BytesIO(file)) as image:
            image.load()
        return 1
    except (OSError, SyntaxError):
        return 0


def changes(verdicts):
    return numpy.flatnonzero(numpy.diff([0] + verdicts)).astype(numpy.int64)


# Cut anywhere.

y, x = numpy.mgrid[0:17, 0:24]
noise = numpy.random.default_rng(1).integers(-20, 20, (17, 24, 3))
pixels = numpy.clip(numpy.stack([x * 9, y * 13, (x + y) * 6], -1) + noise, 0, 255).astype(numpy.uint8)
photo = Image.fromarray(pixels)
grey16 = Image.fromarray(pixels[:, :, 0].astype(numpy.uint16) * 257)
thumbnail = encoded(photo.resize((8, 8)), "JPEG")
exif = b"Exif\0\0II*\0\x08\0\0\0" + struct.pack(
    "<HHHIIIHHHIIHHIII", 1, 0x0112, 3, 1, 1, 26, 2, 0x0201, 4, 1, 56, 0x0202, 4, 1, len(thumbnail), 0) + thumbnail
turned = photo.rotate(180)
files = {
    "baseline": encoded(photo, "JPEG", quality=80),
    "progressive": encoded(photo, "JPEG", quality=80, progressive=True),
    "progressive444": encoded(photo, "JPEG", quality=80, progressive=True, subsampling=0),
    "progressive_grey": encoded(photo.convert("L"), "JPEG", quality=80, progressive=True),
    "progressive_cmyk": encoded(photo.convert("CMYK"), "JPEG", quality=80, progressive=True),
    "progressive_restarts": encoded(photo, "JPEG", quality=80, progressive=True, restart_marker_blocks=2),
    "progressive_thumbnail": encoded(photo, "JPEG", quality=80, progressive=True, exif=exif),
    "png": encoded(photo, "PNG"),
    "png16": encoded(grey16, "PNG"),
    "webp": encoded(photo, "WEBP", quality=80),
    "webp_animated": encoded(photo, "WEBP", quality=50, save_all=True, append_images=[turned]),
    "gif": encoded(photo.quantize(16), "GIF"),
    "bmp": encoded(photo, "BMP"),
}
for case, file in files.items():
    put(f"cut.{case}.file", file)
    put(f"cut.{case}.whole", changes([reads(file[:n]) for n in range(len(file) + 1)]))
    if file.startswith(b"\xff\xd8"):
        put(f"cut.{case}.ended", changes([reads(file[:n] + b"\xff\xd9") for n in range(len(file) + 1)]))

# Lengths within a scan: where Pillow's own end marker falls into a header, it gives up what it has.
for case in ["baseline", "progressive", "progressive444", "progressive_restarts", "png", "png16", "bmp"]:
    file = files[case]
    end = b"\xff\xd9" if file.startswith(b"\xff\xd8") else b""
    ImageFile.LOAD_TRUNCATED_IMAGES = not end
    at = next(n for n in range(len(file) * 4 // 5, len(file)) if reads(file[:n] + end))
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    with Image.open(io.BytesIO(file[:at])) as image:
        image.load()
    if image.mode == "I;16":
        image = Image.fromarray((numpy.asarray(image) >> 8).astype(numpy.uint8))
    put(f"cut.{case}.at", at)
    put(f"cut.{case}.taken", numpy.asarray(image.convert("RGB")))
ImageFile.LOAD_TRUNCATED_IMAGES = False

# Turned.

small = Image.fromarray(numpy.array([[0, 50, 100], [150, 200, 250]], numpy.uint8))


def directory(orientation, order=">", kind=3, before=()):
    value = {3: "HH", 4: "I"}[kind]
    body = struct.pack(order + "H", len(before) + 1)
    for tag in before:
        body += struct.pack(order + "HHIHH", tag, 3, 1, 7, 0)
    body += struct.pack(order + "HHI" + value, 0x0112, kind, 1, orientation, *([0] if kind == 3 else []))
    return (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8) + body + b"\0\0\0\0"


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(before=b"", after=b"", image=small):
    file = encoded(image, "PNG")
    return file[:33] + before + file[33:-12] + after + file[-12:]


def turn(case, file):
    with Image.open(io.BytesIO(file)) as image:
        upright = numpy.asarray(ImageOps.exif_transpose(image))
    put(f"turn.{case}.file", file)
    put(f"turn.{case}.upright", (upright // 257 if upright.dtype == numpy.uint16 else numpy.asarray(
        ImageOps.exif_transpose(Image.open(io.BytesIO(file))).convert("L"))).astype(numpy.uint8))


for orientation in range(10):
    turn(f"exif{orientation}", png(chunk(b"eXIf", directory(orientation))))
six = directory(6)
digits = (b"Exif\0\0" + six).hex().encode()
profile = b"\nexif\n%8d\n" % (len(digits) // 2) + b"\n".join(digits[i:i + 72] for i in range(0, len(digits), 72)) + b"\n"
xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><d xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></x:xmpmeta>'
turn("little_endian", png(chunk(b"eXIf", directory(6, "<"))))
turn("long", png(chunk(b"eXIf", directory(6, kind=4))))
turn("among_others", png(chunk(b"eXIf", directory(6, before=[0x0100, 0x010F]))))
turn("prefixed", png(chunk(b"eXIf", b"Exif\0\0" + six)))
turn("after_pixels", png(after=chunk(b"eXIf", six)))
turn("text", png(chunk(b"tEXt", b"Raw profile type exif\0" + profile)))
turn("packed_text", png(chunk(b"zTXt", b"Raw profile type exif\0\0" + zlib.compress(profile))))
turn("xmp", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)))
turn("packed_xmp", png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(xmp))))
turn("exif_before_xmp", png(chunk(b"eXIf", directory(3)) + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)))
turn("empty", png(chunk(b"eXIf", b"")))
turn("sixteen_bits", png(chunk(b"eXIf", six), image=Image.fromarray(numpy.asarray(small).astype(numpy.uint16) * 257)))
turn("palette", png(chunk(b"eXIf", six), image=small.quantize(8)))
for orientation in (1, 6, 8):
    turn(f"webp{orientation}", encoded(small.convert("RGB"), "WEBP", lossless=True, exif=directory(orientation)))
turn("webp_prefixed", encoded(small.convert("RGB"), "WEBP", lossless=True, exif=b"Exif\0\0" + six))

# Resized.

y, x = numpy.mgrid[0:41, 0:53]
noise = numpy.random.default_rng(2).integers(-40, 40, (41, 53, 3))
image = numpy.clip(numpy.stack([x * 4, y * 6, 255 - x * 3 - y], -1) + noise, 0, 255).astype(numpy.uint8)
put("resize.image", image)
for name, kind in [("bilinear", Image.Resampling.BILINEAR), ("bicubic", Image.Resampling.BICUBIC)]:
    put(f"resize.{name}", numpy.asarray(Image.fromarray(image).resize((23, 19), kind)))

save("pictures.safetensors", tensors)
