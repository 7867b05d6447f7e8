"""The SNGAN pair, written again with plain torch.nn and PyTorch's own spectral norm; narrow, to stay small.

`main` also prints what SnganTests.cs pins at the default widths.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from fixture_io import save
from module_case import record


def conv(inputs, outputs, kernel, normalised):
    layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
    return spectral_norm(layer) if normalised else layer


def dense(inputs, outputs, normalised):
    layer = nn.Linear(inputs, outputs)
    return spectral_norm(layer) if normalised else layer


class GeneratorBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.c1 = conv(inputs, outputs, 3, False)
        self.c2 = conv(outputs, outputs, 3, False)
        self.b1, self.b2 = nn.BatchNorm2d(inputs), nn.BatchNorm2d(outputs)
        self.c_sc = conv(inputs, outputs, 1, False)
        self.up = nn.Upsample(scale_factor=2, mode="bilinear")

    def forward(self, x):
        h = self.c1(self.up(F.relu(self.b1(x))))
        return self.c2(F.relu(self.b2(h))) + self.c_sc(self.up(x))


class ImageBlock(nn.Module):
    def __init__(self, inputs, outputs, normalised):
        super().__init__()
        self.c1 = conv(inputs, outputs, 3, normalised)
        self.c2 = conv(outputs, outputs, 3, normalised)
        self.c_sc = conv(inputs, outputs, 1, normalised)

    def forward(self, x):
        return F.avg_pool2d(self.c2(F.relu(self.c1(x))), 2) + self.c_sc(F.avg_pool2d(x, 2))


class DiscriminatorBlock(nn.Module):
    def __init__(self, inputs, outputs, down, normalised):
        super().__init__()
        self.c1 = conv(inputs, inputs, 3, normalised)
        self.c2 = conv(inputs, outputs, 3, normalised)
        self.c_sc = conv(inputs, outputs, 1, normalised) if down or inputs != outputs else None
        self.pool = nn.AvgPool2d(2) if down else nn.Identity()

    def forward(self, x):
        h = self.pool(self.c2(F.relu(self.c1(F.relu(x)))))
        return h + (x if self.c_sc is None else self.pool(self.c_sc(x)))


class Generator(nn.Module):
    def __init__(self, channels, latents, widths):
        super().__init__()
        self.l1 = dense(latents, widths[0] * 16, False)
        self.blocks = []
        for i in range(1, len(widths)):
            self.blocks.append(GeneratorBlock(widths[i - 1], widths[i]))
            self.add_module(f"block{i + 1}", self.blocks[-1])
        self.last = nn.BatchNorm2d(widths[-1]), conv(widths[-1], channels, 3, False)
        for name, module in zip("bc", self.last):
            self.add_module(f"{name}{len(widths) + 1}", module)

    def forward(self, z):
        h = self.l1(z)
        h = h.view(len(z), -1, 4, 4)
        for block in self.blocks:
            h = block(h)
        norm, image = self.last
        return torch.tanh(image(F.relu(norm(h))))


class Discriminator(nn.Module):
    def __init__(self, channels, widths, downs, normalised=True):
        super().__init__()
        self.blocks = [ImageBlock(channels, widths[0], normalised)]
        self.blocks += [DiscriminatorBlock(*pair, normalised) for pair in zip(widths, widths[1:], downs)]
        for i, block in enumerate(self.blocks):
            self.add_module(f"block{i + 1}", block)
        self.head = (dense(widths[-1], 1, normalised),)
        self.add_module(f"l{len(widths) + 1}", self.head[0])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return self.head[0](F.relu(x).sum((2, 3)))


def main():
    tensors = {}
    for name, module, shape in [
        ("generator_32", Generator(3, 4, [4] * 4), (2, 4)),
        ("generator_64", Generator(1, 6, [16, 8, 4, 2, 1]), (1, 6)),
        ("discriminator_32", Discriminator(3, [4] * 4, [True, False, False]), (2, 3, 32, 32)),
        ("discriminator_32_plain", Discriminator(1, [4] * 4, [True, False, False], normalised=False), (1, 1, 32, 32)),
        ("discriminator_64", Discriminator(1, [1, 2, 4, 8, 16], [True] * 4), (1, 1, 64, 64)),
    ]:
        tensors |= record(name, module, shape)
    save("sngan.safetensors", tensors)

    for name, module in [
        ("generator 32", Generator(3, 128, [256] * 4)),
        ("generator 64", Generator(3, 128, [1024, 512, 256, 128, 64])),
        ("generator 128", Generator(3, 128, [1024, 1024, 512, 256, 128, 64])),
        ("discriminator 32", Discriminator(3, [128] * 4, [True, False, False])),
        ("discriminator 64", Discriminator(3, [64, 128, 256, 512, 1024], [True] * 4)),
        ("discriminator 128", Discriminator(3, [64, 128, 256, 512, 1024, 1024], [True] * 4 + [False])),
    ]:
        print(f"{name}: {sum(p.numel() for p in module.parameters()):,} parameters")


if __name__ == "__main__":
    main()
