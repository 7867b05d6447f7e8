"""The layers of GanKit.Layers, written again with plain torch.nn, on small random inputs."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from fixture_io import save
from module_case import record


class Block(nn.Module):
    """Convolution, normalisation, activation."""

    def __init__(self, conv, norm, activation):
        super().__init__()
        self.conv, self.norm, self.activation = conv, norm, activation

    def forward(self, x):
        return self.activation(self.norm(self.conv(x)))


class Residual(nn.Module):
    def __init__(self, channels, norm, bias, padding_mode="zeros"):
        super().__init__()
        self.body = nn.Sequential()
        self.body.add_module("conv1", nn.Conv2d(channels, channels, 3, padding=1, bias=bias, padding_mode=padding_mode))
        self.body.add_module("norm1", norm(channels))
        self.body.add_module("activation", nn.ReLU())
        self.body.add_module("conv2", nn.Conv2d(channels, channels, 3, padding=1, bias=bias, padding_mode=padding_mode))
        self.body.add_module("norm2", norm(channels))

    def forward(self, x):
        return x + self.body(x)


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


class Up(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1, self.conv2 = EqualizedConv2d(inputs, outputs, 3), EqualizedConv2d(outputs, outputs, 3)
        self.norm = PixelNorm()

    def forward(self, x):
        x = x.repeat_interleave(2, dim=2).repeat_interleave(2, dim=3)
        x = self.norm(F.leaky_relu(self.conv1(x), 0.2))
        return self.norm(F.leaky_relu(self.conv2(x), 0.2))


class Down(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv1, self.conv2 = EqualizedConv2d(inputs, inputs, 3), EqualizedConv2d(inputs, outputs, 3)

    def forward(self, x):
        return F.avg_pool2d(F.leaky_relu(self.conv2(F.leaky_relu(self.conv1(x), 0.2)), 0.2), 2)


class SelfAttention(nn.Module):
    """Zhang et al. 2019 with BigGAN's names; spelled with einsum, to be independent of the C# code."""

    def __init__(self, channels):
        super().__init__()
        self.theta = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.phi = nn.Conv2d(channels, channels // 8, 1, bias=False)
        self.g = nn.Conv2d(channels, channels // 2, 1, bias=False)
        self.o = nn.Conv2d(channels // 2, channels, 1, bias=False)
        self.gamma = nn.Parameter(torch.tensor(0.7))

    def forward(self, x):
        query = self.theta(x)
        key, value = F.max_pool2d(self.phi(x), 2), F.max_pool2d(self.g(x), 2)
        scores = torch.einsum("bchw,bcij->bhwij", query, key)
        weights = scores.flatten(3).softmax(dim=3).view_as(scores)
        return x + self.gamma * self.o(torch.einsum("bhwij,bcij->bchw", weights, value))


tensors = {}
for name, module, shape in [
    ("conv_batch", Block(nn.Conv2d(3, 5, 4, 2, 1, bias=False), nn.BatchNorm2d(5), nn.LeakyReLU(0.2)), (3, 3, 8, 6)),
    ("conv_instance_reflect", Block(nn.Conv2d(3, 4, 7, padding=3, padding_mode="reflect", bias=False), nn.InstanceNorm2d(4), nn.ReLU()), (2, 3, 8, 8)),
    ("conv_plain", Block(nn.Conv2d(2, 3, 3, padding=1), nn.Identity(), nn.Identity()), (2, 2, 5, 4)),
    ("conv_group", Block(nn.Conv2d(2, 4, 1), nn.GroupNorm(2, 4), nn.Tanh()), (2, 2, 5, 4)),
    ("transpose_batch", Block(nn.ConvTranspose2d(4, 3, 4, 2, 1, bias=False), nn.BatchNorm2d(3), nn.ReLU()), (2, 4, 3, 5)),
    ("transpose_odd", Block(nn.ConvTranspose2d(4, 3, 3, 2, 1, output_padding=1), nn.Identity(), nn.Identity()), (2, 4, 3, 5)),
    ("residual_batch", Residual(4, lambda c: nn.BatchNorm2d(c), bias=False), (3, 4, 5, 5)),
    ("residual_reflect", Residual(4, lambda c: nn.Identity(), bias=True, padding_mode="reflect"), (2, 4, 5, 5)),
    ("pixel_norm", PixelNorm(), (2, 5, 3, 4)),
    ("stddev_8", MinibatchStdDev(4, 1), (8, 4, 3, 2)),
    ("stddev_6", MinibatchStdDev(3, 1), (6, 4, 3, 2)),
    ("stddev_7", MinibatchStdDev(7, 1), (7, 4, 3, 2)),
    ("stddev_features", MinibatchStdDev(2, 2), (4, 4, 3, 2)),
    ("equalized_conv", EqualizedConv2d(3, 4, 3), (2, 3, 5, 4)),
    ("equalized_conv_all", EqualizedConv2d(3, 4, 4, stride=2, padding=2, bias=False, gain=1.0, multiplier=0.1), (2, 3, 6, 4)),
    ("equalized_linear", EqualizedLinear(5, 4), (3, 5)),
    ("equalized_linear_mapping", EqualizedLinear(5, 4, gain=1.0, multiplier=0.01), (3, 5)),
    ("up", Up(4, 3), (2, 4, 3, 4)),
    ("down", Down(3, 4), (2, 3, 6, 4)),
    ("attention", SelfAttention(16), (2, 16, 4, 6)),
]:
    tensors |= record(name, module, shape)

save("layers.safetensors", tensors)
