"""Conditional layers and networks of GanKit, written again with plain torch.nn, on small random inputs."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

import sngan
from fixture_io import save
from module_case import record


class ConditionalBatchNorm2d(nn.Module):
    """With mimicry's names; attributes go through a linear map that adds to a gain of 1."""

    def __init__(self, channels, size, classes):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels, affine=False)
        self.embed = nn.Embedding(size, 2 * channels) if classes else nn.Linear(size, 2 * channels, bias=False)
        self.classes = classes

    def forward(self, x, y):
        gain, bias = self.embed(y).chunk(2, dim=1)
        if not self.classes:
            gain = gain + 1
        return torch.einsum("bchw,bc->bchw", self.bn(x), gain) + bias[:, :, None, None]


def through(modules, x, y):
    for module in modules:
        x = module(x, y) if isinstance(module, ConditionalBatchNorm2d) else module(x)
    return x


class Generator(nn.Module):
    def __init__(self, size, classes, channels, latent, width, embedding, conditional, pixels=16):
        super().__init__()
        norm = (lambda c: ConditionalBatchNorm2d(c, size, classes)) if conditional else nn.BatchNorm2d
        joined = 0 if conditional else embedding if classes else size
        maps = width * pixels // 8
        layers = [nn.ConvTranspose2d(latent + joined, maps, 4, bias=False), norm(maps), nn.ReLU()]
        for maps in (2 * width, width) if pixels == 32 else (width,):
            layers += [nn.ConvTranspose2d(2 * maps, maps, 4, 2, 1, bias=False), norm(maps), nn.ReLU()]
        self.main = nn.ModuleList([*layers, nn.ConvTranspose2d(width, channels, 4, 2, 1, bias=False), nn.Tanh()])
        if classes and not conditional:
            self.embedding = nn.Embedding(size, embedding)
        self.classes, self.conditional = classes, conditional

    def forward(self, z, y):
        if not self.conditional:
            z = torch.cat([z, self.embedding(y) if self.classes else y], dim=1)
        return through(self.main, z[:, :, None, None], y)


class SnganBlock(sngan.GeneratorBlock):
    def __init__(self, inputs, outputs, size, classes):
        super().__init__(inputs, outputs)
        self.b1, self.b2 = (ConditionalBatchNorm2d(channels, size, classes) for channels in (inputs, outputs))

    def forward(self, x, y):
        h = self.c1(self.up(F.relu(self.b1(x, y))))
        return self.c2(F.relu(self.b2(h, y))) + self.c_sc(self.up(x))


class SnganGenerator(sngan.Generator):
    """With mimicry's names: the last normalisation is not told the condition."""

    def __init__(self, size, classes, channels, latents, widths):
        super().__init__(channels, latents, widths)
        self.blocks = [SnganBlock(*pair, size, classes) for pair in zip(widths, widths[1:])]
        for i, block in enumerate(self.blocks):
            setattr(self, f"block{i + 2}", block)

    def forward(self, z, y):
        h = self.l1(z)
        h = h.view(len(z), -1, 4, 4)
        for block in self.blocks:
            h = block(h, y)
        norm, image = self.last
        return torch.tanh(image(F.relu(norm(h))))


def vectors(y, size):
    return y if y.is_floating_point() else F.one_hot(y, size)


class Discriminator(nn.Module):
    def __init__(self, size, channels, width, late):
        super().__init__()
        self.main = nn.ModuleList([
            nn.Conv2d(channels + (0 if late else size), width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2),
            nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), nn.LeakyReLU(0.2),
            nn.Conv2d(2 * width + (size if late else 0), 1, 4, bias=False)])
        self.size, self.late = size, late

    def join(self, x, y):
        maps = vectors(y, self.size)[:, :, None, None].repeat(1, 1, x.shape[2], x.shape[3])
        return torch.cat([x, maps.to(x.dtype)], dim=1)

    def forward(self, x, y):
        x = x if self.late else self.join(x, y)
        x = through(self.main[:-1], x, y)
        x = self.join(x, y) if self.late else x
        return self.main[-1](x).flatten(1)


def sn_conv(i, o, k, s, p):
    return spectral_norm(nn.Conv2d(i, o, k, s, p))


class ImageBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.c1, self.c2 = sn_conv(inputs, outputs, 3, 1, 1), sn_conv(outputs, outputs, 3, 1, 1)
        self.c_sc = sn_conv(inputs, outputs, 1, 1, 0)

    def forward(self, x):
        return F.avg_pool2d(self.c2(F.relu(self.c1(x))), 2) + self.c_sc(F.avg_pool2d(x, 2))


class ResidualBlock(nn.Module):
    def __init__(self, channels, down):
        super().__init__()
        self.c1, self.c2 = sn_conv(channels, channels, 3, 1, 1), sn_conv(channels, channels, 3, 1, 1)
        if down:
            self.c_sc = sn_conv(channels, channels, 1, 1, 0)
        self.down = down

    def forward(self, x):
        y = self.c2(F.relu(self.c1(F.relu(x))))
        return F.avg_pool2d(y, 2) + F.avg_pool2d(self.c_sc(x), 2) if self.down else y + x


def sngan_body(channels, width):
    body = nn.Sequential()
    body.add_module("block1", ImageBlock(channels, width))
    for index, down in [(2, True), (3, False), (4, False)]:
        body.add_module(f"block{index}", ResidualBlock(width, down))
    body.add_module("relu", nn.ReLU())
    return body


def sn_dcgan_body(channels, width):
    convolutions = [(channels, width, 3, 1), (width, width, 4, 2), (width, 2 * width, 3, 1),
                    (2 * width, 2 * width, 4, 2), (2 * width, 4 * width, 3, 1)]
    layers = []
    for i, o, k, s in convolutions:
        layers += [sn_conv(i, o, k, s, 1), nn.LeakyReLU(0.1)]
    return nn.Sequential(*layers)


def dcgan_body(channels, width):
    return nn.Sequential(
        nn.Conv2d(channels, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2),
        nn.Conv2d(width, 2 * width, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * width), nn.LeakyReLU(0.2), nn.Flatten())


def features_of(body, x):
    found = body(x)
    return found.sum(dim=(2, 3)) if found.dim() == 4 else found


class Projection(nn.Module):
    def __init__(self, body, features, size, classes):
        super().__init__()
        self.body, self.linear = body, spectral_norm(nn.Linear(features, 1))
        self.embedding = spectral_norm(nn.Embedding(size, features) if classes else nn.Linear(size, features, bias=False))

    def forward(self, x, y):
        features = features_of(self.body, x)
        return self.linear(features) + torch.einsum("bf,bf->b", self.embedding(y), features)[:, None]


class AuxiliaryClassifier(nn.Module):
    def __init__(self, body, features, size):
        super().__init__()
        self.body, self.linear, self.classifier = body, nn.Linear(features, 1), nn.Linear(features, size)

    def forward(self, x):
        features = features_of(self.body, x)
        return torch.cat([self.linear(features), self.classifier(features)], dim=1)


def main():
    labels, attributes = torch.tensor([2, 0, 1]), torch.tensor([[1.0, 0], [0.5, 1], [0, 0.25]])
    tensors = {"labels": labels, "attributes": attributes}
    for name, module, shape, y in [
        ("norm_classes", ConditionalBatchNorm2d(4, 3, True), (3, 4, 5, 2), labels),
        ("norm_attributes", ConditionalBatchNorm2d(4, 2, False), (3, 4, 5, 2), attributes),
        ("generator_classes", Generator(3, True, 1, 4, 2, 3, False), (3, 4), labels),
        ("generator_attributes", Generator(2, False, 1, 3, 2, 0, False), (3, 3), attributes),
        ("generator_norm", Generator(3, True, 1, 4, 2, 0, True), (3, 4), labels),
        ("generator_sngan", SnganGenerator(3, True, 3, 4, [4] * 4), (3, 4), labels),
        ("generator_sngan_64", SnganGenerator(2, False, 1, 3, [16, 8, 4, 2, 1]), (3, 3), attributes),
        ("discriminator_classes", Discriminator(3, 1, 2, False), (3, 1, 16, 16), labels),
        ("discriminator_late", Discriminator(2, 1, 2, True), (3, 1, 16, 16), attributes),
        ("projection_dcgan", Projection(sn_dcgan_body(1, 2), 8, 3, True), (3, 1, 16, 16), labels),
        ("projection_resnet", Projection(sngan_body(1, 2), 2, 2, False), (3, 1, 32, 32), attributes),
    ]:
        tensors |= record(name, module, shape, lambda x: module(x, y.to(x.dtype) if y.is_floating_point() else y))
    tensors |= record(
        "auxiliary_dcgan", AuxiliaryClassifier(dcgan_body(1, 2), 4 * 16, 3), (3, 1, 16, 16))

    save("conditional.safetensors", tensors)

    for widths in [256] * 4, [1024, 512, 256, 128, 64], [1024, 1024, 512, 256, 128, 64]:  # what ConditionalSnganTests.cs pins
        network = SnganGenerator(10, True, 3, 128, widths)
        print(f"{2 ** (len(widths) + 1)} pixels: {sum(p.numel() for p in network.parameters()):,} parameters")


if __name__ == "__main__":
    main()
