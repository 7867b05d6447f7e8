"""The layers of GanKit.Layers, written again with plain torch.nn, on small random inputs."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from fixture_io import save
from module_case import record


class PixelNorm(nn.Module):
    def forward(self, x):
        return x / torch.sqrt(torch.mean(x**2, dim=1, keepdim=True) + 1e-8)


class MinibatchStdDev(nn.Module):
    def __init__(self, group, features):
        super().__init__()
        self.group, self.features = group, features

    def forward(self, x):
        n, c, h, w = x.shape
        y = x.view(self.group, n // self.group, self.features, c // self.features, h, w)
        y = torch.sqrt(y.var(dim=0, unbiased=False) + 1e-8).mean(dim=(2, 3, 4))  # (n / group, features)
        extra = y[torch.arange(n) % (n // self.group)]
        return torch.cat([x, extra[:, :, None, None].expand(-1, -1, h, w)], dim=1)


class EqualizedConv2d(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, padding=None, bias=True, gain=math.sqrt(2), multiplier=1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel) / multiplier)
        self.bias = nn.Parameter(torch.randn(outputs)) if bias else None
        self.stride, self.padding = stride, (kernel - 1) // 2 if padding is None else padding
        self.scale, self.multiplier = gain / math.sqrt(inputs * kernel**2), multiplier

    def forward(self, x):
        bias = None if self.bias is None else self.bias * self.multiplier
        return F.conv2d(x, self.weight * (self.scale * self.multiplier), bias, self.stride, self.padding)


class EqualizedLinear(nn.Module):
    def __init__(self, inputs, outputs, gain=math.sqrt(2), multiplier=1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / multiplier)
        self.bias = nn.Parameter(torch.randn(outputs))
        self.scale, self.multiplier = gain / math.sqrt(inputs), multiplier

    def forward(self, x):
        return F.linear(x, self.weight * (self.scale * self.multiplier), self.bias * self.multiplier)


tensors = {}
for name, module, shape in [
    ("pixel_norm", PixelNorm(), (2, 5, 3, 4)),
    ("stddev_8", MinibatchStdDev(4, 1), (8, 4, 3, 2)),
    ("stddev_6", MinibatchStdDev(3, 1), (6, 4, 3, 2)),
    ("stddev_7", MinibatchStdDev(7, 1), (7, 4, 3, 2)),
    ("stddev_features", MinibatchStdDev(2, 2), (4, 4, 3, 2)),
    ("equalized_conv", EqualizedConv2d(3, 4, 3), (2, 3, 5, 4)),
    ("equalized_conv_all", EqualizedConv2d(3, 4, 4, stride=2, padding=2, bias=False, gain=1.0, multiplier=0.1), (2, 3, 6, 4)),
    ("equalized_linear", EqualizedLinear(5, 4), (3, 5)),
    ("equalized_linear_mapping", EqualizedLinear(5, 4, gain=1.0, multiplier=0.01), (3, 5)),
]:
    tensors |= record(name, module, shape)

save("layers.safetensors", tensors)
