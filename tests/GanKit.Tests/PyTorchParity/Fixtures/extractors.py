"""The networks that metrics look through, by the code of the tools that define them, and the resizing of each tool.

Needs the packages torch-fidelity 0.4.0, pytorch-fid 0.3.0, clean-fid 0.1.35 and lpips 0.1.4 (or their sources on PYTHONPATH), torchvision
and Pillow beside torch. Weights are patterns that C# makes again, so none of them is stored, and no published weights are needed.

Keys: inception/NAME, vgg/NAME, alexnet/NAME: features of two pictures in float64, and NETWORK/error, float32's distance from it.
lpips.NET/NAME: distances, each layer's share, and the gradient of the first picture. resize.DIALECT.HxW: SHA-256 of the float32 bytes of
(3, 299, 299) in the network's range, one row for each result that the kernels of this processor give (ATEN_CPU_CAPABILITY).
resize.truncated: what torchmetrics makes of floats.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile

import numpy
import torch
import torch.nn.functional as F
import torchvision

from fixture_io import save
from reference_networks import pattern
from truth import measure, thin

SIZES = [(32, 32), (1, 1), (40, 57), (299, 299), (299, 64), (431, 350)]


@torch.no_grad()
def fill(network):
    """As reference_networks.fill, but matrices of more than four million numbers are products of a column and a row."""
    for name, value in network.state_dict().items():
        if value.dim() > 1 and value.numel() > 4_000_000:
            column, row = pattern(name + ".column", (len(value), 1)), pattern(name + ".row", (1, value.numel() // len(value)))
            value.copy_((column * row).reshape(value.shape) * (18 * len(value) / value.numel()) ** 0.5)
        elif value.dim() > 1:
            value.copy_(pattern(name, value.shape) * (6 * len(value) / value.numel()) ** 0.5)
        elif name.endswith("num_batches_tracked"):
            value.fill_(3)
        elif name.endswith("running_var"):
            value.copy_(1 + 0.5 * pattern(name, value.shape))
        elif name.endswith("weight"):
            value.copy_(0.5 + 0.2 * pattern(name, value.shape))
        else:
            value.copy_(0.2 * pattern(name, value.shape))
    return network


def picture(height, width, count=1):
    """Bytes (count, 3, height, width)."""
    return ((pattern("picture", (count, 3, height, width)) + 1) * 127.5).round().to(torch.uint8)


def to_file(network):
    path = tempfile.mktemp(suffix=".pth")
    torch.save(network.state_dict(), path)
    return path


def inception():
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3
    import pytorch_fid.inception as theirs

    names = ["64", "192", "768", "2048", "logits_unbiased"]
    empty = torch.load
    torch.load = lambda *args, **kwargs: {}
    loading = torch.nn.Module.load_state_dict
    torch.nn.Module.load_state_dict = lambda *args, **kwargs: None
    path = to_file(fill(FeatureExtractorInceptionV3("it", names, feature_extractor_weights_path="none")))
    torch.load, torch.nn.Module.load_state_dict = empty, loading

    pictures = picture(299, 299, 2)

    def compute(dtype):
        network = FeatureExtractorInceptionV3("it", names, path, "float64" if dtype == torch.float64 else "float32")
        return dict(zip(names, network(pictures)))

    def truth(dtype):
        return {name: value.to(dtype) for name, value in compute(dtype).items()}

    result = measure("inception", truth)

    # pytorch-fid's own definition, from its own file's names, gives the same.
    theirs.load_state_dict_from_url = lambda *args, **kwargs: {
        key: value for key, value in torch.load(path).items() if not key.endswith("num_batches_tracked")}
    network = theirs.InceptionV3([0, 1, 2, 3], resize_input=False, normalize_input=False).eval().double()
    ours = compute(torch.float64)
    with torch.no_grad():
        blocks = network((pictures.double() - 128) / 128)
    for name, block in zip(names, blocks):
        pooled = F.adaptive_avg_pool2d(block, (1, 1)).flatten(1)
        apart = ((pooled - ours[name].double()).abs().max() / pooled.abs().max()).item()
        print("pytorch-fid", name, apart)
        assert apart < 1e-6
    os.remove(path)
    return result


def classifiers():
    from torch_fidelity.feature_extractor_vgg16 import FeatureExtractorVGG16

    path = to_file(fill(torchvision.models.vgg16(init_weights=False)))
    pictures = picture(224, 224, 2)

    def vgg(dtype):
        network = FeatureExtractorVGG16("it", ["fc2", "fc2_relu"], path, "float64" if dtype == torch.float64 else "float32")
        return {name: value.to(dtype) for name, value in zip(["fc2", "fc2_relu"], network(pictures))}

    result = measure("vgg", vgg)
    os.remove(path)
    alexnet = fill(torchvision.models.alexnet()).eval()
    mean, scale = (torch.tensor(v).view(1, 3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))

    @torch.no_grad()
    def compute(dtype):
        normalized = (pictures.to(dtype) - 255 * mean.to(dtype)) / (255 * scale.to(dtype))
        network = alexnet.to(dtype)
        network.classifier = network.classifier[:6]
        return {"fc2_relu": network(normalized)}

    return result | measure("alexnet", compute)


def lpips(net, count):
    import lpips as theirs

    model = {"alex": torchvision.models.alexnet, "vgg": torchvision.models.vgg16}[net]
    trunk = fill(model()).features
    setattr(theirs.pretrained_networks.tv, model.__name__, lambda pretrained: torch.nn.ModuleDict({"features": trunk}))
    distance = theirs.LPIPS(pretrained=False, net=net, verbose=False)
    with torch.no_grad():
        for name, value in distance.state_dict().items():
            if name.startswith("lin") and not name.startswith("lins."):  # the same weights once more
                value.copy_(pattern(name[:4], value.shape).abs())

    pair = pattern("pair", (2, count, 3, 70, 83))

    def compute(dtype):
        distance.to(dtype)
        x = pair[0].to(dtype).requires_grad_()
        value, layers = distance(x, pair[1].to(dtype), retPerLayer=True)
        value.sum().backward()
        return {"value": value.detach().flatten(), "layers": torch.stack([layer.detach().flatten() for layer in layers]),
                "gradient": x.grad}

    return measure(f"lpips.{net}", compute)


def resized(dialect, images):
    """What goes into the Inception network, (B, 3, 299, 299), of bytes."""
    if dialect == "torch-fidelity":
        from torch_fidelity.interpolate_compat_tensorflow import interpolate_bilinear_2d_like_tensorflow1x as interpolate
        return (interpolate(images.float(), size=(299, 299), align_corners=False) - 128) / 128
    if dialect == "pytorch-fid":
        x = torch.stack([torchvision.transforms.functional.to_tensor(image.permute(1, 2, 0).numpy()) for image in images])
        return 2 * F.interpolate(x, size=(299, 299), mode="bilinear", align_corners=False) - 1
    if dialect == "clean-fid":
        from cleanfid.resize import build_resizer
        resize = build_resizer("clean")
        x = torch.stack([torchvision.transforms.ToTensor()(resize(image.permute(1, 2, 0).numpy())) for image in images])
        return (x - 128) / 128
    assert dialect == "torchmetrics"  # image/fid.py, NoTrainInceptionV3
    return (F.interpolate(images.float(), size=(299, 299), mode="bilinear", align_corners=False, antialias=True) - 128) / 128


def hashes():
    for dialect in ("torch-fidelity", "pytorch-fid", "clean-fid", "torchmetrics"):
        for height, width in SIZES:
            x = resized(dialect, picture(height, width))[0].contiguous()
            assert x.dtype == torch.float32 and x.shape == (3, 299, 299)
            yield f"resize.{dialect}.{height}x{width}", hashlib.sha256(x.numpy().tobytes()).hexdigest()


def all_hashes():
    found = {}
    for capability in ("default", "avx2", "avx512"):
        run = subprocess.run(
            [sys.executable, __file__, "hashes"], env=os.environ | {"ATEN_CPU_CAPABILITY": capability}, capture_output=True, text=True)
        if run.returncode == -signal.SIGILL:
            continue  # this processor has no such instructions
        run.check_returncode()
        lines = run.stdout.split("\n")
        for key, value in (line.split() for line in lines if line):
            found.setdefault(key, {})[value] = capability
    for key, values in found.items():
        print(key, len(values), "results")
    return {key: numpy.stack([numpy.frombuffer(bytes.fromhex(value), numpy.uint8) for value in values])
            for key, values in found.items()}


def truncated():
    floats = torch.linspace(-1, 1, 97)  # a generator's; what users give to torchmetrics is in [0, 1]
    unit = (floats + 1) / 2
    between = (unit * 255 % 1 - 0.5).abs() < 0.49
    floats, unit = floats[between], unit[between]
    return {"resize.floats": floats, "resize.truncated": (unit * 255).byte()}


if __name__ == "__main__":
    if sys.argv[1:] == ["hashes"]:
        for key, value in hashes():
            print(key, value)
        sys.exit()
    save("extractors.safetensors", all_hashes() | truncated() | inception() | classifiers() | lpips("alex", 2) | lpips("vgg", 1))
