"""State dicts of normalised weights as PyTorch and others have saved them, and what the networks compute in evaluation mode.

CASE.file.NAME is what the file of a case holds, in float32; CASE.y is what the network makes of NETWORK.x, computed in float64
from those float32 numbers. `small` is a network of few layers, two of them transposed, one of those with as many inputs as
outputs; `sn_dcgan` is the discriminator of that name.
"""

import torch
from torch import nn
from torch.nn.utils import parametrizations, spectral_norm, weight_norm

from fixture_io import save


def small():
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ConvTranspose2d(4, 4, 4, 2, 1), nn.ConvTranspose2d(4, 3, 3), nn.Flatten(), nn.Linear(108, 2))


def sn_dcgan(width=1):
    layers, before = [], 3
    for maps in (width, 2 * width):
        layers += [nn.Conv2d(before, maps, 3, 1, 1), nn.LeakyReLU(0.1), nn.Conv2d(maps, maps, 4, 2, 1), nn.LeakyReLU(0.1)]
        before = maps
    body = nn.Sequential(*layers, nn.Conv2d(before, 4 * width, 3, 1, 1), nn.LeakyReLU(0.1))
    net = nn.Module()
    net.main, net.linear = body, nn.Linear(16 * 4 * width, 1)
    net.forward = lambda x: net.linear(net.main(x).flatten(1))
    return net


def layers(net):
    return [(name, layer) for name, layer in net.named_modules() if getattr(layer, "weight", None) is not None]


def apply(net, norm):
    for _, layer in layers(net):
        norm(layer)
    return net


def matrix(layer, weight):
    return (weight.transpose(0, 1) if isinstance(layer, nn.ConvTranspose2d) else weight).flatten(1)


def trained(net, x):
    """A few steps of the power iteration, so that the vectors are neither random nor exact."""
    with torch.no_grad():
        for _ in range(3):
            net.train()(x)
    return net.eval()


def record(tensors, case, net, x, file=None):
    state = {name: value.float() for name, value in (file or net.state_dict()).items()}
    tensors[f"{case.split('.')[0]}.x"] = x
    for name, value in state.items():
        tensors[f"{case}.file.{name}"] = value.clone()
    with torch.no_grad():
        tensors[f"{case}.y"] = net(x)


def rounded(net):
    """The network with its numbers rounded to float32, as a file has them."""
    with torch.no_grad():
        for value in list(net.parameters()) + list(net.buffers()):
            value.copy_(value.float())
    return net


def old(tensors, case, build, x, names, step=False):
    """Spectral norms that PyTorch no longer has: the plain weight is divided, and the parts are saved under other names."""
    net, file = build().double(), {}
    for name, layer in layers(net):
        weight = layer.weight.data.float().double()
        w = matrix(layer, weight) if names == "torch04" else weight.flatten(1)
        u = nn.functional.normalize(torch.randn(w.shape[0], dtype=torch.float64), dim=0)
        for _ in range(3):
            v = nn.functional.normalize(w.t() @ u, dim=0)
            u = nn.functional.normalize(w @ v, dim=0)
        u, v = u.float().double(), v.float().double()
        if step:  # each forward pass steps first
            saved_u = u
            v = nn.functional.normalize(w.t() @ u, dim=0)
            u = nn.functional.normalize(w @ v, dim=0)
        divided = weight / (u @ w @ v)
        layer.weight.data = divided.float().double() if names == "torch04" else divided
        if names == "torch04":
            parts = {"weight_orig": weight, "weight_u": u, "weight": divided}
        elif names == "bar":
            parts = {"module.weight_bar": weight, "module.weight_u": u, "module.weight_v": v}
        elif names == "mimicry":
            parts = {"weight": weight, "sn_u": saved_u[None], "sn_sigma": torch.ones(1)}
        else:
            parts = {"weight": weight, "u0": saved_u[None], "sv0": torch.ones(1)}
        if layer.bias is not None:
            layer.bias.data = layer.bias.data.float().double()
            parts["module.bias" if names == "bar" else "bias"] = layer.bias.data
        file |= {f"{name}.{part}": value for part, value in parts.items()}
    record(tensors, case, net.eval(), x, file)


def main():
    torch.manual_seed(14)
    tensors = {}
    image, picture = torch.randn(1, 3, 16, 16, dtype=torch.float64), torch.randn(1, 3, 4, 4, dtype=torch.float64)
    image, picture = image.float().double(), picture.float().double()
    for kind, build, x in (("sn_dcgan", sn_dcgan, image), ("small", small, picture)):
        for name, norm in (("hook", spectral_norm), ("parametrized", parametrizations.spectral_norm)):
            net = rounded(trained(apply(build().double(), norm), x))
            record(tensors, f"{kind}.{name}", net, x)
        old(tensors, f"{kind}.torch04", build, x, "torch04")
    old(tensors, "sn_dcgan.bar", sn_dcgan, image, "bar")
    old(tensors, "sn_dcgan.mimicry", sn_dcgan, image, "mimicry", step=True)
    old(tensors, "sn_dcgan.biggan", sn_dcgan, image, "biggan", step=True)
    for name, norm in (("hook", weight_norm), ("parametrized", parametrizations.weight_norm)):
        for dim in (0, 1, None):
            net = apply(small().double(), lambda layer: norm(layer, dim=dim))
            with torch.no_grad():
                for parameter in net.parameters():
                    parameter.mul_(1.5)
            record(tensors, f"small.weight_norm_{name}_{dim}", rounded(net).eval(), x)
    save("normalized_weights.safetensors", tensors)


if __name__ == "__main__":
    main()
