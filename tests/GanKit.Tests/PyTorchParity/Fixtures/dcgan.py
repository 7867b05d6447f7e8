"""DCGAN and SN-DCGAN networks: outputs, gradients of every weight, batch statistics, fresh weights.

Keys: CASE.MODE.output, CASE.MODE.grad.KEY, CASE.MODE.grad.input for MODE train and eval (eval follows train, so it uses the
batch statistics that train left), and CASE.after.KEY, the buffers after training. Weights and inputs are
reference_networks.py's patterns, and not written. fresh.NETWORK.KEY are the weights that seed 7 draws. Large tensors are
thinned, see thin().
"""

import math

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from fixture_io import save
from reference_networks import fill, pattern


def named(name, *layers):
    """A network of one Sequential under a name, as the reference's classes have."""
    network = nn.Module()
    network.add_module(name, nn.Sequential(*layers))
    network.forward = lambda x: getattr(network, name)(x)
    return network


def generator(size, channels, nz, width):
    stages = int(math.log2(size)) - 2
    widths = [width * 2**i for i in reversed(range(stages))]
    layers = [nn.ConvTranspose2d(nz, widths[0], 4, 1, 0, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU(True)]
    for i, o in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(True)]
    return named("main", *layers, nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh())


def discriminator(size, channels, width):
    stages = int(math.log2(size)) - 2
    widths = [width * 2**i for i in range(stages)]
    layers = [nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True)]
    for i, o in zip(widths, widths[1:]):
        layers += [nn.Conv2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.2, True)]
    return named("main", *layers, nn.Conv2d(widths[-1], 1, 4, 1, 0, bias=False), nn.Flatten())


class SnDiscriminator(nn.Module):
    def __init__(self, size, channels, width):
        super().__init__()
        layers, inputs, maps = [], channels, width
        for _ in range(int(math.log2(size)) - 2):
            layers += [spectral_norm(nn.Conv2d(inputs, maps, 3, 1, 1)), nn.LeakyReLU(0.1)]
            layers += [spectral_norm(nn.Conv2d(maps, maps, 4, 2, 1)), nn.LeakyReLU(0.1)]
            inputs, maps = maps, min(2 * maps, 8 * width)
        self.main = nn.Sequential(*layers, spectral_norm(nn.Conv2d(inputs, maps, 3, 1, 1)), nn.LeakyReLU(0.1))
        self.linear = spectral_norm(nn.Linear(maps * 16, 1))

    def forward(self, x):
        return self.linear(self.main(x).flatten(1))


def weights_init(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)
        nn.init.zeros_(module.bias)


# name: (network, shape of its input)
CASES = {
    "generator16": (lambda: generator(16, 1, 5, 4), (3, 5, 1, 1)),
    "generator32": (lambda: generator(32, 3, 5, 2), (2, 5, 1, 1)),
    "generator64": (lambda: generator(64, 3, 4, 1), (2, 4, 1, 1)),
    "discriminator16": (lambda: discriminator(16, 1, 4), (3, 1, 16, 16)),
    "discriminator32": (lambda: discriminator(32, 3, 2), (2, 3, 32, 32)),
    "discriminator64": (lambda: discriminator(64, 1, 1), (2, 1, 64, 64)),
    "sn16": (lambda: SnDiscriminator(16, 1, 3), (3, 1, 16, 16)),
    "sn32": (lambda: SnDiscriminator(32, 3, 1), (2, 3, 32, 32)),
}


def thin(tensor):
    """In float32; of a large tensor every 23rd value: enough to tell, small to keep."""
    tensor = tensor.detach().float()
    return tensor.clone() if tensor.numel() < 200 else tensor.flatten()[::23].clone()


def parity(tensors):
    for name, (build, shape) in CASES.items():
        # Computed in float64, so that what is compared is the arithmetic's meaning and not its rounding.
        network = fill(build().double())
        x = pattern("input", shape).requires_grad_()
        for mode in ("train", "eval"):
            network.train(mode == "train")
            network.zero_grad()
            x.grad = None
            y = network(x)
            (y * torch.linspace(-1, 1, y.numel(), dtype=y.dtype).reshape(y.shape)).sum().backward()
            tensors[f"{name}.{mode}.output"] = thin(y)
            tensors[f"{name}.{mode}.grad.input"] = thin(x.grad)
            for key, parameter in network.named_parameters():
                tensors[f"{name}.{mode}.grad.{key}"] = thin(parameter.grad)
        for key, buffer in network.named_buffers():
            tensors[f"{name}.after.{key}"] = thin(buffer)


def fresh(tensors):
    networks = {
        "generator": lambda: generator(32, 3, 20, 8),
        "discriminator": lambda: discriminator(32, 3, 8),
    }
    for name, build in networks.items():
        torch.manual_seed(7)
        network = build()
        network.apply(weights_init)
        for key, parameter in network.named_parameters():
            tensors[f"fresh.{name}.{key}"] = thin(parameter)


if __name__ == "__main__":
    result = {}
    parity(result)
    fresh(result)
    save("dcgan.safetensors", result)
