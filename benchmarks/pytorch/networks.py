"""The networks of the workloads, layer for layer those of the C# harness."""
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm


def mlp_generator():
    layers = [nn.Linear(100, 128), nn.LeakyReLU(0.2, inplace=True)]
    for inputs, outputs in ((128, 256), (256, 512), (512, 1024)):
        layers += [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Linear(1024, 28 * 28), nn.Tanh(), nn.Unflatten(1, (1, 28, 28)))


def mlp_discriminator():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(28 * 28, 512), nn.LeakyReLU(0.2, inplace=True),
        nn.Linear(512, 256), nn.LeakyReLU(0.2, inplace=True), nn.Linear(256, 1))


def dcgan_generator(width=64):
    layers = [nn.ConvTranspose2d(100, 8 * width, 4, bias=False), nn.BatchNorm2d(8 * width), nn.ReLU(inplace=True)]
    for maps in (8 * width, 4 * width, 2 * width):
        layers += [
            nn.ConvTranspose2d(maps, maps // 2, 4, 2, 1, bias=False), nn.BatchNorm2d(maps // 2), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.ConvTranspose2d(width, 3, 4, 2, 1, bias=False), nn.Tanh()).apply(_dcgan_weights)


def dcgan_discriminator(width=64):
    layers = [nn.Conv2d(3, width, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True)]
    for maps in (width, 2 * width, 4 * width):
        layers += [
            nn.Conv2d(maps, 2 * maps, 4, 2, 1, bias=False), nn.BatchNorm2d(2 * maps), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, bias=False), nn.Flatten()).apply(_dcgan_weights)


def critic(width=64):
    layers = []
    for inputs, outputs in ((3, width), (width, 2 * width), (2 * width, 4 * width), (4 * width, 8 * width)):
        layers += [nn.Conv2d(inputs, outputs, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4), nn.Flatten())


def _dcgan_weights(module):
    if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(module.weight, 0, 0.02)
    elif isinstance(module, nn.BatchNorm2d):
        nn.init.normal_(module.weight, 1, 0.02)


class SnganGenerator(nn.Module):
    def __init__(self, width=256):
        super().__init__()
        self.width = width
        self.dense = nn.Linear(128, width * 4 * 4)
        self.blocks = nn.Sequential(*(SnganGeneratorBlock(width) for _ in range(3)))
        self.image = nn.Sequential(
            nn.BatchNorm2d(width), nn.ReLU(inplace=True), nn.Conv2d(width, 3, 3, padding=1), nn.Tanh())

    def forward(self, latents):
        return self.image(self.blocks(self.dense(latents).view(-1, self.width, 4, 4)))


class SnganGeneratorBlock(nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(maps, maps, 3, padding=1), nn.Conv2d(maps, maps, 3, padding=1)
        self.b1, self.b2 = nn.BatchNorm2d(maps), nn.BatchNorm2d(maps)
        self.shortcut = nn.Conv2d(maps, maps, 1)

    def forward(self, x):
        residual = self.c1(_double(F.relu(self.b1(x))))
        residual = self.c2(F.relu(self.b2(residual)))
        return residual + self.shortcut(_double(x))


def _double(maps):
    return F.interpolate(maps, scale_factor=2, mode="bilinear", align_corners=False)


class SnganDiscriminator(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        self.blocks = nn.Sequential(
            SnganDiscriminatorBlock(3, width, first=True, halve=True), SnganDiscriminatorBlock(width, width, halve=True),
            SnganDiscriminatorBlock(width, width), SnganDiscriminatorBlock(width, width))
        self.logit = spectral_norm(nn.Linear(width, 1))

    def forward(self, images):
        return self.logit(F.relu(self.blocks(images)).sum((2, 3)))


class SnganDiscriminatorBlock(nn.Module):
    def __init__(self, inputs, outputs, first=False, halve=False):
        super().__init__()
        self.first, self.halve = first, halve
        self.c1 = spectral_norm(nn.Conv2d(inputs, outputs, 3, padding=1))
        self.c2 = spectral_norm(nn.Conv2d(outputs, outputs, 3, padding=1))
        self.shortcut = spectral_norm(nn.Conv2d(inputs, outputs, 1)) if halve else nn.Identity()

    def forward(self, x):
        residual = self.c2(F.relu(self.c1(x if self.first else F.relu(x))))
        if not self.halve:
            return residual + x
        shortcut = self.shortcut(F.avg_pool2d(x, 2)) if self.first else F.avg_pool2d(self.shortcut(x), 2)
        return F.avg_pool2d(residual, 2) + shortcut


class UnetLevel(nn.Module):
    def __init__(self, outer, maps, inner=None, dropout=False):
        super().__init__()
        layers = [nn.LeakyReLU(0.2, inplace=True), nn.Conv2d(outer, maps, 4, 2, 1, bias=False)]
        if inner is not None:
            layers += [nn.BatchNorm2d(maps), inner]
        layers += [
            nn.ReLU(inplace=True),
            nn.ConvTranspose2d(maps if inner is None else 2 * maps, outer, 4, 2, 1, bias=False), nn.BatchNorm2d(outer)]
        self.layers = nn.Sequential(*layers, *([nn.Dropout(0.5)] if dropout else []))

    def forward(self, x):
        return torch.cat([x, self.layers(x)], 1)


def unet(downs, width):
    level = UnetLevel(8 * width, 8 * width)
    for _ in range(downs - 5):
        level = UnetLevel(8 * width, 8 * width, level, dropout=True)
    for maps in (4 * width, 2 * width, width):
        level = UnetLevel(maps, 2 * maps, level)
    return nn.Sequential(
        nn.Conv2d(3, width, 4, 2, 1, bias=False), level,
        nn.ReLU(inplace=True), nn.ConvTranspose2d(2 * width, 3, 4, 2, 1), nn.Tanh())


class ResnetBlock(nn.Module):
    def __init__(self, maps):
        super().__init__()
        self.layers = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(maps, maps, 3), nn.InstanceNorm2d(maps), nn.ReLU(inplace=True),
            nn.ReflectionPad2d(1), nn.Conv2d(maps, maps, 3), nn.InstanceNorm2d(maps))

    def forward(self, x):
        return x + self.layers(x)


def resnet(blocks, width):
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7), nn.InstanceNorm2d(width), nn.ReLU(inplace=True)]
    for maps in (width, 2 * width):
        layers += [nn.Conv2d(maps, 2 * maps, 3, 2, 1), nn.InstanceNorm2d(2 * maps), nn.ReLU(inplace=True)]
    layers += [ResnetBlock(4 * width) for _ in range(blocks)]
    for maps in (2 * width, width):
        layers += [
            nn.ConvTranspose2d(2 * maps, maps, 3, 2, 1, output_padding=1), nn.InstanceNorm2d(maps), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh())


def patch(inputs, width, instance_norm):
    norm = nn.InstanceNorm2d if instance_norm else nn.BatchNorm2d
    layers = [nn.Conv2d(inputs, width, 4, 2, 1), nn.LeakyReLU(0.2, inplace=True)]
    for maps, stride in ((width, 2), (2 * width, 2), (4 * width, 1)):
        layers += [
            nn.Conv2d(maps, 2 * maps, 4, stride, 1, bias=instance_norm), norm(2 * maps), nn.LeakyReLU(0.2, inplace=True)]
    return nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, 1, 1))
