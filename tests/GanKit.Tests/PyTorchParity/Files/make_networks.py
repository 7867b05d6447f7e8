"""Saves narrow networks of every family as real checkpoints, and what the networks compute with those weights.

    python3 make_networks.py

writes checkpoints/CASE.VERSION.FORMAT.pth for the PyTorch that runs this, and checkpoints/expected.safetensors, which
every version shares: a maker that finds it there checks that its own results agree with it to 1e-6. Delete it to make it anew.

Keys: CASE.MODE.output, .grad.input and .grad.parameters for MODE train and eval, and CASE.after, the
buffers after training; digests as in ../Fixtures/networks.py. In float64 from the saved float32 weights, so that what is
compared is the arithmetic's meaning and not its rounding; CASE.first is the output of eval before training, and
CASE.first.error how far from it this PyTorch comes in float32 (truth.py).
Dropout is off, since its random numbers differ between versions.
"""

import json
import pathlib
import struct
import sys

import numpy
import torch
from torch import nn

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "Fixtures"))

import dcgan
import fixture_io
import make_files
import reference_networks as nets
from networks import digest, digests, without_dropout
from truth import by_all_kernels, distance

VERSION = ".".join(torch.__version__.split(".")[:2])
OUT = HERE / "checkpoints"

ALL = ("2.6.zip", "2.6.legacy", "1.13.zip", "1.13.legacy")  # Variants of a network have one of them, to keep the folder small.
RESNET_6, RESNET_9 = dict(width=1, blocks=6), dict(width=1, blocks=9)

# name: (network, shape of its input, the files to make)
CASES = {
    "dcgan_generator": (lambda: dcgan.generator(16, 3, 5, 2), (3, 5, 1, 1), ALL),
    "dcgan_discriminator": (lambda: dcgan.discriminator(16, 3, 2), (3, 3, 16, 16), ALL),
    "resnet_6_instance": (lambda: nets.ResnetGenerator(**RESNET_6), (2, 3, 16, 12), ALL),
    "resnet_6_instance_dropout": (lambda: nets.ResnetGenerator(**RESNET_6, dropout=True), (1, 3, 12, 16), ALL[3:4]),
    "resnet_6_batch": (lambda: nets.ResnetGenerator(**RESNET_6, norm="batch"), (2, 3, 12, 8), ALL[2:3]),
    "resnet_6_batch_dropout": (
        lambda: nets.ResnetGenerator(**RESNET_6, norm="batch", dropout=True), (2, 3, 8, 12), ALL[1:2]),
    "resnet_9_instance": (lambda: nets.ResnetGenerator(**RESNET_9), (1, 3, 12, 16), ALL),
    "resnet_9_instance_dropout": (lambda: nets.ResnetGenerator(**RESNET_9, dropout=True), (1, 3, 8, 12), ALL[2:3]),
    "resnet_9_batch": (lambda: nets.ResnetGenerator(**RESNET_9, norm="batch"), (2, 3, 8, 12), ALL[3:4]),
    "resnet_9_batch_dropout": (
        lambda: nets.ResnetGenerator(**RESNET_9, norm="batch", dropout=True), (2, 3, 12, 8), ALL[0:1]),
    "unet_7_batch": (lambda: nets.UnetGenerator(downs=7, width=1), (2, 3, 128, 128), ALL),
    "unet_8_batch_dropout": (lambda: nets.UnetGenerator(downs=8, width=1, dropout=True), (2, 3, 256, 256), ALL),
    "patch_3_batch": (lambda: nets.PatchDiscriminator(6, width=1), (2, 6, 32, 48), ALL),
    "patch_3_instance": (lambda: nets.PatchDiscriminator(3, width=1, norm="instance"), (1, 3, 48, 35), ALL),
    "pixel_batch": (lambda: nets.PixelDiscriminator(3, width=2), (2, 3, 7, 5), ALL),
    "srgan_generator": (lambda: nets.SrganGenerator(4, width=1), (2, 3, 5, 6), ALL),
    "srgan_discriminator": (lambda: nets.SrganDiscriminator(width=1), (3, 3, 17, 24), ALL),
    "rrdb_original": (lambda: nets.RrdbGenerator(width=2, blocks=1, growth=2, names="original"), (1, 3, 4, 5), ALL),
    "rrdb_basicsr": (lambda: nets.RrdbGenerator(width=2, blocks=1, growth=2), (2, 3, 5, 4), ALL),
}


def results(name, network, shape):
    """What is expected, from the weights as they are saved."""
    x = nets.pattern(name, shape).float()
    with torch.no_grad():
        rounded = list(by_all_kernels(lambda: digest(network.eval()(x.clone()), 128)))
        truth = digest(network.double()(x.double()), 128)
        yield "first", truth
        yield "first.error", torch.tensor(max(distance({"": truth}, {"": single}) for single in rounded))
    x = x.double().requires_grad_()
    for mode in ("train", "eval"):
        without_dropout(network.train(mode == "train")).zero_grad()
        x.grad = None
        y = network(x)
        y.backward(nets.pattern("probe", y.shape))
        yield f"{mode}.output", digest(y, 32)
        yield f"{mode}.grad.input", digest(x.grad, 32)
        yield f"{mode}.grad.parameters", digests((key, p.grad) for key, p in network.named_parameters())
    if list(network.buffers()):
        yield "after", digests(network.named_buffers())


def save_checkpoints(name, network, files):
    """Read back and compared before the results are computed."""
    state = network.state_dict()
    for file in files:
        version, form = file.rsplit(".", 1)
        if version != VERSION:
            continue
        path = OUT / f"{name}.{file}.pth"
        torch.save(state, path, _use_new_zipfile_serialization=form == "zip")
        loaded = torch.load(path)
        if list(loaded) != list(state) or not all(torch.equal(loaded[key], state[key]) for key in state):
            raise SystemExit(f"{path.name}: PyTorch itself reads something else")


def save_as_in_2017(network):
    """Up to PyTorch 0.3 instance norms kept statistics that they never used; the first CycleGAN's files have them."""
    state = {}
    modules = dict(network.named_modules())
    for name, module in modules.items():
        own = {f"{name}.{key}": value for key, value in module.state_dict().items() if "." not in key}
        if isinstance(module, nn.InstanceNorm2d):
            channels = module.num_features
            own = {f"{name}.running_mean": torch.full([channels], 0.5), f"{name}.running_var": torch.full([channels], 2.0)}
        state.update(own)
    torch.save(state, OUT / "resnet_6_instance.2017.legacy.pth", _use_new_zipfile_serialization=False)


def save_whole(name, network):
    """The module itself, and inside a DataParallel in a training checkpoint."""
    torch.save(network, OUT / f"{name}.whole.{VERSION}.zip.pth")
    torch.serialization.get_source_lines_and_file = make_files.without_foreign_source(
        torch.serialization.get_source_lines_and_file)
    checkpoint = {"epoch": 7, "model": nn.DataParallel(network), "optimizer": torch.optim.SGD(network.parameters(), 0.1).state_dict()}
    torch.save(checkpoint, OUT / f"{name}.nested.{VERSION}.legacy.pth", _use_new_zipfile_serialization=False)


def agree(expected, actual):
    """Compares with what another version wrote."""
    if sorted(expected) != sorted(actual):
        raise SystemExit("the expected results are of other networks")
    for key, value in actual.items():
        if key.endswith(".error"):
            continue
        # Digests of parameters have a row each; what cancels exactly is rounding noise of the others' size.
        value, other = value.double(), torch.from_numpy(expected[key].copy()).double()
        error = (value - other).abs() / (value.abs().amax(dim=-1, keepdim=True) + 1e-9 * value.abs().max())
        if value.shape != other.shape or error.max() > 1e-6:
            raise SystemExit(f"{key}: differs from the other version by {error.max():.2g}")


def read(path):
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    for name, entry in json.loads(data[8:8 + length]).items():
        start, end = entry["data_offsets"]
        yield name, numpy.frombuffer(data[8 + length + start:8 + length + end], "<f4").reshape(entry["shape"])


def main():
    OUT.mkdir(exist_ok=True)
    actual = {}
    for name, (build, shape, files) in CASES.items():
        network = nets.fill(build())
        save_checkpoints(name, network, files)
        if name == "resnet_6_instance" and VERSION == "1.13":
            save_as_in_2017(network)
        if name == "pixel_batch":
            save_whole(name, network)
        actual.update({f"{name}.{key}": value.float() for key, value in results(name, network, shape)})
    path = OUT / "expected.safetensors"
    if path.exists():
        agree(dict(read(path)), actual)
        print("agrees with expected.safetensors")
    else:
        fixture_io.save(path, actual)
    print(f"{sum(f.stat().st_size for f in OUT.iterdir()):,} bytes")


if __name__ == "__main__":
    main()
