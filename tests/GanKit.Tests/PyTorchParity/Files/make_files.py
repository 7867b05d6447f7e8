"""Saves real files with the PyTorch that runs this, and beside them what is in them.

    python3 make_files.py

writes into the folder torch-MAJOR.MINOR beside this script: CONTENT.FORMAT.pth (or .pkl), and CONTENT.json, the one
expectation (see canonical.py) for all formats of a content. Every file is read back with PyTorch's own reader and
compared before it counts. Runs under PyTorch 1.13 and 2.6; README.md says what the formats are.
"""

import io
import json
import pathlib
import pickle
import shutil
import struct
import zipfile

import torch

import canonical
import contents
import python2

HERE = pathlib.Path(__file__).resolve().parent
VERSION = ".".join(torch.__version__.split(".")[:2])
OUT = HERE / f"torch-{VERSION}"

# Protocols of plain pickle.dump; torch.save writes 2 unless it is told. Which PyTorch it is matters little to them.
PLAIN = [2, 5]
# Also with 3 and 4; and torch.save with protocols 3 to 5.
MORE_PLAIN = [] if VERSION == "1.13" else ["checkpoint", "text", "containers", "numbers", "state_dict", "stylegan", "tensor"]
MORE_SAVED = [] if VERSION == "1.13" else ["checkpoint", "text", "containers", "numbers"]
# PyTorch writes storages without a type into legacy files and plain pickles, and then cannot read them.
ONLY_ZIP = ["storages"] if VERSION == "1.13" else ["storages", "rare_dtypes"]


def zipped(value, protocol=2):
    stream = io.BytesIO()
    torch.save(value, stream, pickle_protocol=protocol)
    return stream.getvalue()


def legacy(value, protocol=2):
    stream = io.BytesIO()
    torch.save(value, stream, pickle_protocol=protocol, _use_new_zipfile_serialization=False)
    return stream.getvalue()


def torch_load(data, **options):
    if VERSION != "1.13":
        options.setdefault("weights_only", False)
    return torch.load(io.BytesIO(data), map_location="cpu", **options)


class _OnCpu(pickle.Unpickler):
    """A plain pickle holds storages as small legacy files, which this loads as torch_load does."""

    def find_class(self, module, name):
        return torch_load if name == "_load_from_bytes" else super().find_class(module, name)


def pickle_load(data):
    return _OnCpu(io.BytesIO(data)).load()


def formats(name):
    """{suffix: (how to write, how to read)} for a content."""
    result = {"zip.pth": (zipped, torch_load)}
    if name in ONLY_ZIP:
        return result
    result["legacy.pth"] = (legacy, torch_load)
    for p in [2, 3, 4, 5] if name in MORE_PLAIN else PLAIN:
        result[f"pickle{p}.pkl"] = (lambda value, p=p: pickle.dumps(value, protocol=p), pickle_load)
    for p in [3, 4, 5] if name in MORE_SAVED else []:
        result[f"zip{p}.pth"] = (lambda value, p=p: zipped(value, p), torch_load)
        result[f"legacy{p}.pth"] = (lambda value, p=p: legacy(value, p), torch_load)
    return result


def expectation(value):
    """What a file of that value holds, and which state dicts a reader should find in it under which keys."""
    result = {"value": canonical.render(value)}
    state_dicts = {key: dict(found) for key, found in state_dicts_of(value)}
    if state_dicts:
        result["state_dicts"] = {
            key: {name: canonical.render(tensor)["tensor"] for name, tensor in found.items()}
            for key, found in state_dicts.items()
        }
    return result


def state_dicts_of(value, key=""):
    if isinstance(value, torch.nn.Module):
        yield key, value.state_dict(keep_vars=True)
    elif isinstance(value, dict) and value:
        if all(type(k) is str and isinstance(v, torch.Tensor) for k, v in value.items()):
            yield key, value
        for k, child in value.items():
            if not (isinstance(child, dict) and "param_groups" in child):
                yield from state_dicts_of(child, f"{key}.{k}" if key else str(k))


def check(name, data, read, expected):
    """Real PyTorch has to read it back to the same, but for the device that map_location moved it to."""
    drop = ("device",)
    actual = canonical.render(read(data))
    if canonical.without(actual, *drop) != canonical.without(expected, *drop):
        raise SystemExit(f"{name}: PyTorch itself reads something else:\n{actual}\n{expected}")


def write(name, data):
    (OUT / name).write_bytes(data)


def contents_in_every_format():
    for name, make in contents.CONTENTS.items():
        if name == "rare_dtypes" and VERSION == "1.13":
            continue  # It has only complex32 of them, and cannot save it.
        if name in ("methods", "packages") and VERSION == "1.13":
            continue  # These came later, and say nothing of PyTorch's version.
        value = make()
        if name == "others":
            result = expectation({"net": value["net"]})
        elif name == "methods":
            result = expectation({"weights": value["weights"], "net": value["net"].state_dict(keep_vars=True)})
        else:
            result = expectation(value)
        if name in ("numpy_others", "others", "methods", "packages"):
            write_every_format(name, value, None)
            result["value"] = "anything"
            write(f"{name}.json", canonical.dumps(result).encode())
            continue
        for protocol in (3, 4, 5):
            if canonical.render(value, protocol) != result["value"]:
                raise SystemExit(f"{name}: what is expected depends on the protocol")
        write(f"{name}.json", canonical.dumps(result).encode())
        # PyTorch reads tensors of a TPU only where there is one.
        write_every_format(name, value, None if name == "tpu" else result["value"])
        contents.LOCATIONS.clear()


def write_every_format(name, value, expected):
    for suffix, (save, load) in formats(name).items():
        data = save(value)
        if expected is not None:
            check(f"{name}.{suffix}", data, load, expected)
        write(f"{name}.{suffix}", data)


def refusals():
    cases = {name: (make, {"refused": word}) for name, (make, word) in contents.REFUSED.items()}
    cases |= {name: (make, {"value": canonical.render(make())}) for name, make in contents.KEPT.items()}
    for name, (make, expected) in cases.items():
        (OUT / f"{name}.json").write_text(canonical.dumps(expected))
        value = make()
        for suffix, save in {"zip.pth": zipped, "legacy.pth": legacy, "pickle4.pkl": lambda v: pickle.dumps(v, 4)}.items():
            if suffix.startswith("pickle") and name in ("quantized_channels", "sparse_csr"):
                continue
            write(f"{name}.{suffix}", save(value))


def rewritten(data, folder=None, leave_out=(), change=None, compression=zipfile.ZIP_STORED):
    """The same zip file with other names, fewer entries or other bytes, as other tools leave it."""
    source, stream = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as target:
        for entry in source.infolist():
            top, _, rest = entry.filename.partition("/")
            if rest in leave_out:
                continue
            content = source.read(entry)
            if change:
                content = change(rest, content)
            info = zipfile.ZipInfo(f"{folder or top}/{rest}", (1980, 1, 1, 0, 0, 0))
            info.compress_type = compression
            target.writestr(info, content)
    return stream.getvalue()


def torchscript():
    """A program of torch.jit.save, which lies in a zip file too; without the notes on where its source was."""
    stream = io.BytesIO()
    torch.jit.save(torch.jit.trace(contents.small_linear(), torch.ones(1, 2)), stream)
    names = zipfile.ZipFile(stream).namelist()
    notes = [name.partition("/")[2] for name in names if name.endswith(".debug_pkl")]
    write("torchscript.zip.pth", rewritten(stream.getvalue(), leave_out=notes))
    write("torchscript.json", canonical.dumps({"refused": "TorchScript"}).encode())


def zip_variants():
    """One content in zip files that differ in what surrounds the pickle."""
    value = contents.state_dict()
    expected = expectation(value)
    data = zipped(value)
    variants = {
        "other_folder": rewritten(data, "latest_net_G"),
        "no_version": rewritten(data, leave_out=("version",)),
        "no_extras": rewritten(data, leave_out=("byteorder", ".data/serialization_id")),
        "compressed": rewritten(data, compression=zipfile.ZIP_DEFLATED),
    }
    if VERSION != "1.13":
        def swap(name, content):
            if name == "byteorder":
                return b"big"
            if name.startswith("data/"):
                size = 8 if name == COUNTER else 4
                return b"".join(content[i:i + size][::-1] for i in range(0, len(content), size))
            return content

        keys = list(value)
        COUNTER = f"data/{keys.index('norm.num_batches_tracked')}"
        variants["big_endian"] = rewritten(data, change=swap)
    for name, data in variants.items():
        (OUT / f"zip_{name}.json").write_text(canonical.dumps(expected))
        if name != "no_version":  # PyTorch itself insists on that entry, which says nothing.
            check(name, data, torch_load, expected["value"])
        write(f"zip_{name}.zip.pth", data)


def python2_files():
    """Files as Python 2 wrote them; the same with every PyTorch, so they have a folder of their own."""
    for name, (data, value, location) in python2.files().items():
        options = {"encoding": "latin1"} if name.endswith("latin1") else {}
        expected = expectation(value)
        if isinstance(value, torch.nn.Module):
            del expected["value"]  # Today's modules have other attributes.
            check(name, data, lambda d: torch_load(d).state_dict(), canonical.render(value.state_dict()))
        else:
            check(name, data, lambda d: torch_load(d, **options), expected["value"])
        folder = HERE / "python2"
        (folder / f"{name}.legacy.pth").write_bytes(data)
        (folder / f"{name}.json").write_text(canonical.dumps(canonical.on_device(expected, location)))


def without_foreign_source(get_source):
    """The legacy format saves each module's source code. Of PyTorch's own classes a line is enough to keep here, and
    of this folder's classes the file's name without the way to it."""
    def short(cls):
        lines, number, path = get_source(cls)
        name = pathlib.PurePath(path).name
        if cls.__module__.startswith("torch."):
            lines = [f"class {cls.__name__}(Module):  # PyTorch's own source stood here.\n"]
        return lines, number, name
    return short


def main():
    serialization = torch.serialization
    serialization.get_source_lines_and_file = without_foreign_source(serialization.get_source_lines_and_file)
    # No GPU is needed to write what a GPU's tensors look like: the location is a string that this function answers.
    location_tag = serialization.location_tag
    serialization.location_tag = lambda s: contents.LOCATIONS.get(s.data_ptr()) or location_tag(s)

    for folder in (OUT, HERE / "python2"):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    contents_in_every_format()
    refusals()
    zip_variants()
    torchscript()
    python2_files()
    for folder in (OUT, HERE / "python2"):
        files = list(folder.iterdir())
        print(f"{folder.name}: {len(files)} files, {sum(f.stat().st_size for f in files):,} bytes")


if __name__ == "__main__":
    main()
