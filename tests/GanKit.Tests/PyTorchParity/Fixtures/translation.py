"""What GanKit adds to the translation networks of reference_networks.py: spectral norm, other upsampling, several scales."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from fixture_io import save
from module_case import record


def plain(layer):
    return layer


def patch(channels, width, layers, norm=None, wrap=plain, bias=True):
    modules = [wrap(nn.Conv2d(channels, width, 4, 2, 1)), nn.LeakyReLU(0.2)]
    maps = width
    for layer in range(1, layers + 1):
        after = min(2 * maps, 8 * width)
        modules += [wrap(nn.Conv2d(maps, after, 4, 2 if layer < layers else 1, 1, bias=bias)),
                    norm(after) if norm else nn.Identity(), nn.LeakyReLU(0.2)]
        maps = after
    modules.append(wrap(nn.Conv2d(maps, 1, 4, 1, 1)))
    return modules


class Model(nn.Module):
    def __init__(self, modules):
        super().__init__()
        self.model = nn.Sequential(*modules)

    def forward(self, x):
        return self.model(x)


class Pixel(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.net = nn.Sequential(
            spectral_norm(nn.Conv2d(channels, width, 1)), nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(width, 2 * width, 1)), nn.Identity(), nn.LeakyReLU(0.2),
            spectral_norm(nn.Conv2d(2 * width, 1, 1)))

    def forward(self, x):
        return self.net(x)


class MultiScale(nn.Module):
    def __init__(self, build, count):
        super().__init__()
        self.scales = nn.ModuleList([Model(build()) for _ in range(count)])

    def forward(self, x):
        maps = []
        for scale in self.scales:
            maps.append(scale(x))
            x = F.avg_pool2d(x, 3, 2, 1, count_include_pad=False)
        return torch.cat([F.interpolate(m, maps[0].shape[2:]) for m in maps], dim=1)


class Block(nn.Module):
    def __init__(self, channels, norm, wrap, bias):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), wrap(nn.Conv2d(channels, channels, 3, bias=bias)), norm(channels), nn.ReLU(),
            nn.ReflectionPad2d(1), wrap(nn.Conv2d(channels, channels, 3, bias=bias)), norm(channels))

    def forward(self, x):
        return x + self.conv_block(x)


def resnet(width, norm, up, wrap=plain, bias=True):
    modules = [nn.ReflectionPad2d(3), wrap(nn.Conv2d(3, width, 7, bias=bias)), norm(width), nn.ReLU()]
    for maps in (2 * width, 4 * width):
        modules += [wrap(nn.Conv2d(maps // 2, maps, 3, 2, 1, bias=bias)), norm(maps), nn.ReLU()]
    modules.append(Block(4 * width, norm, wrap, bias))
    for maps in (2 * width, width):
        modules += [up(2 * maps, maps), norm(maps), nn.ReLU()]
    return Model(modules + [nn.ReflectionPad2d(3), wrap(nn.Conv2d(width, 3, 7)), nn.Tanh()])


def resize(inputs, outputs):
    return nn.Sequential(nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(inputs, outputs, 3))


def transposed(inputs, outputs):
    return spectral_norm(nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1))


tensors = {}
for name, module, shape in [
    ("patch_spectral", Model(patch(2, 2, 2, wrap=spectral_norm)), (2, 2, 16, 12)),
    ("patch_spectral_batch", Model(patch(1, 2, 1, nn.BatchNorm2d, spectral_norm, bias=False)), (2, 1, 12, 9)),
    ("pixel_spectral", Pixel(3, 4), (2, 3, 4, 5)),
    ("multi_scale", MultiScale(lambda: patch(1, 1, 1, nn.InstanceNorm2d), 3), (2, 1, 25, 26)),
    ("resnet_resize", resnet(1, nn.InstanceNorm2d, resize), (2, 3, 12, 8)),
    ("resnet_spectral", resnet(2, lambda c: nn.Identity(), transposed, spectral_norm), (1, 3, 8, 12)),
]:
    tensors |= record(name, module, shape)

save("translation.safetensors", tensors)
