"""The image-to-image and super-resolution networks whose checkpoints people have, in plain torch.nn.

Layers, state-dict keys and arithmetic are those of the original implementations: pix2pix and CycleGAN, a widely used
PyTorch SRGAN, ESRGAN with its own and with BasicSR's names. CASES holds narrow ones: name -> (factory, input shape).
Needs torch alone, 1.13 or later.
"""

import torch
import torch.nn.functional as F
from torch import nn


def norm_layer(kind, channels):
    """Batch norm with parameters, or instance norm without parameters and running statistics."""
    return {"batch": nn.BatchNorm2d, "instance": nn.InstanceNorm2d}[kind](channels)


class ResnetBlock(nn.Module):
    def __init__(self, channels, norm, dropout, padding):
        super().__init__()

        def half():
            pads = {"reflect": [nn.ReflectionPad2d(1)], "replicate": [nn.ReplicationPad2d(1)], "zero": []}[padding]
            conv = nn.Conv2d(channels, channels, 3, padding=0 if pads else 1, bias=norm == "instance")
            return pads + [conv, norm_layer(norm, channels)]

        middle = [nn.ReLU(True)] + ([nn.Dropout(0.5)] if dropout else [])
        self.conv_block = nn.Sequential(*half(), *middle, *half())

    def forward(self, x):
        return x + self.conv_block(x)


class ResnetGenerator(nn.Module):
    """CycleGAN's generator."""

    def __init__(self, inputs=3, outputs=3, width=64, blocks=9, norm="instance", dropout=False, padding="reflect"):
        super().__init__()
        bias = norm == "instance"

        def tail(channels):
            return [norm_layer(norm, channels), nn.ReLU(True)]

        layers = [nn.ReflectionPad2d(3), nn.Conv2d(inputs, width, 7, bias=bias), *tail(width)]
        for maps in (2 * width, 4 * width):
            layers += [nn.Conv2d(maps // 2, maps, 3, stride=2, padding=1, bias=bias), *tail(maps)]
        layers += [ResnetBlock(4 * width, norm, dropout, padding) for _ in range(blocks)]
        for maps in (2 * width, width):
            up = nn.ConvTranspose2d(2 * maps, maps, 3, stride=2, padding=1, output_padding=1, bias=bias)
            layers += [up, *tail(maps)]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, outputs, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class UnetBlock(nn.Module):
    """One level of the U-Net with all the levels below it; inner is None at the bottom."""

    def __init__(self, outer, maps, inner, norm, inputs=None, dropout=False):
        super().__init__()
        self.top = inputs is not None
        bias = norm == "instance"
        down = nn.Conv2d(inputs or outer, maps, 4, 2, 1, bias=bias)
        up = nn.ConvTranspose2d(maps if inner is None else 2 * maps, outer, 4, 2, 1, bias=self.top or bias)
        if self.top:
            layers = [down, inner, nn.ReLU(True), up, nn.Tanh()]
        else:
            below = [] if inner is None else [norm_layer(norm, maps), inner]
            layers = [nn.LeakyReLU(0.2, True), down, *below, nn.ReLU(True), up, norm_layer(norm, outer)]
            layers += [nn.Dropout(0.5)] if dropout else []
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        # Below the top the first layer works in place, so that what is skipped is already activated.
        return self.model(x) if self.top else torch.cat([x, self.model(x)], 1)


class UnetGenerator(nn.Module):
    """pix2pix's generator."""

    def __init__(self, inputs=3, outputs=3, downs=8, width=64, norm="batch", dropout=False):
        super().__init__()
        block = UnetBlock(8 * width, 8 * width, None, norm)
        for _ in range(downs - 5):
            block = UnetBlock(8 * width, 8 * width, block, norm, dropout=dropout)
        for maps in (4 * width, 2 * width, width):
            block = UnetBlock(maps, 2 * maps, block, norm)
        self.model = UnetBlock(outputs, width, block, norm, inputs=inputs)

    def forward(self, x):
        return self.model(x)


class PatchDiscriminator(nn.Module):
    """The PatchGAN of both."""

    def __init__(self, inputs=3, width=64, layers=3, norm="batch"):
        super().__init__()
        stages = [nn.Conv2d(inputs, width, 4, 2, 1), nn.LeakyReLU(0.2, True)]
        maps = width
        for n in range(1, layers + 1):
            before, maps = maps, width * min(2**n, 8)
            conv = nn.Conv2d(before, maps, 4, 1 if n == layers else 2, 1, bias=norm == "instance")
            stages += [conv, norm_layer(norm, maps), nn.LeakyReLU(0.2, True)]
        self.model = nn.Sequential(*stages, nn.Conv2d(maps, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class PixelDiscriminator(nn.Module):
    """The 1 x 1 PatchGAN of both."""

    def __init__(self, inputs=3, width=64, norm="batch"):
        super().__init__()
        bias = norm == "instance"
        self.net = nn.Sequential(
            nn.Conv2d(inputs, width, 1), nn.LeakyReLU(0.2, True),
            nn.Conv2d(width, 2 * width, 1, bias=bias), norm_layer(norm, 2 * width), nn.LeakyReLU(0.2, True),
            nn.Conv2d(2 * width, 1, 1, bias=bias))

    def forward(self, x):
        return self.net(x)


class SrganBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)
        self.prelu = nn.PReLU()
        self.conv2, self.bn2 = nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels)

    def forward(self, x):
        return x + self.bn2(self.conv2(self.prelu(self.bn1(self.conv1(x)))))


class SrganUpsampling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, 4 * channels, 3, padding=1)
        self.prelu = nn.PReLU()

    def forward(self, x):
        return self.prelu(F.pixel_shuffle(self.conv(x), 2))


class SrganGenerator(nn.Module):
    """trunk_norm=False is what the weights published in 2018 were made with."""

    def __init__(self, scale=4, channels=3, width=64, blocks=5, trunk_norm=True):
        super().__init__()
        self.blocks = blocks
        self.block1 = nn.Sequential(nn.Conv2d(channels, width, 9, padding=4), nn.PReLU())
        for i in range(blocks):
            self.add_module(f"block{i + 2}", SrganBlock(width))
        after = nn.BatchNorm2d(width) if trunk_norm else nn.PReLU()
        self.add_module(f"block{blocks + 2}", nn.Sequential(nn.Conv2d(width, width, 3, padding=1), after))
        doublings = [SrganUpsampling(width) for _ in range(scale.bit_length() - 1)]
        self.add_module(
            f"block{blocks + 3}", nn.Sequential(*doublings, nn.Conv2d(width, channels, 9, padding=4)))

    def forward(self, x):
        first = x = self.block1(x)
        for i in range(2, self.blocks + 3):
            x = getattr(self, f"block{i}")(x)
        return (torch.tanh(getattr(self, f"block{self.blocks + 3}")(first + x)) + 1) / 2


class SrganDiscriminator(nn.Module):
    """With logits (B, 1), where the original returns their sigmoid (B)."""

    def __init__(self, channels=3, width=64):
        super().__init__()
        layers = [nn.Conv2d(channels, width, 3, padding=1), nn.LeakyReLU(0.2)]
        before = width
        for maps in (width, 2 * width, 4 * width, 8 * width):
            for stride in (1, 2) if maps > width else (2,):
                layers += [nn.Conv2d(before, maps, 3, stride, 1), nn.BatchNorm2d(maps), nn.LeakyReLU(0.2)]
                before = maps
        layers += [nn.AdaptiveAvgPool2d(1), nn.Conv2d(before, 2 * before, 1), nn.LeakyReLU(0.2)]
        self.net = nn.Sequential(*layers, nn.Conv2d(2 * before, 1, 1))

    def forward(self, x):
        return self.net(x).view(len(x), 1)


class DenseBlock(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        for i in range(4):
            self.add_module(f"conv{i + 1}", nn.Conv2d(width + i * growth, growth, 3, padding=1))
        self.conv5 = nn.Conv2d(width + 4 * growth, width, 3, padding=1)
        for conv in self.children():
            nn.init.kaiming_normal_(conv.weight)
            nn.init.zeros_(conv.bias)
            conv.weight.data *= 0.1

    def forward(self, x):
        maps = [x]
        for conv in (self.conv1, self.conv2, self.conv3, self.conv4):
            maps.append(F.leaky_relu(conv(torch.cat(maps, 1)), 0.2))
        return x + 0.2 * self.conv5(torch.cat(maps, 1))


class Rrdb(nn.Module):
    def __init__(self, width, growth, prefix):
        super().__init__()
        for i in range(3):
            self.add_module(f"{prefix}{i + 1}", DenseBlock(width, growth))

    def forward(self, x):
        y = x
        for block in self.children():
            y = block(y)
        return x + 0.2 * y


class RrdbGenerator(nn.Module):
    """ESRGAN's generator; NAMES: trunk, dense blocks, then the convolutions from the trunk's end to the last but one."""

    NAMES = {
        "basicsr": ("body", "rdb", ("conv_body", "conv_up1", "conv_up2", "conv_hr")),
        "original": ("RRDB_trunk", "RDB", ("trunk_conv", "upconv1", "upconv2", "HRconv")),
    }

    def __init__(self, inputs=3, outputs=3, width=64, blocks=23, growth=32, scale=4, names="basicsr"):
        super().__init__()
        self.shrink = {4: 1, 2: 2, 1: 4}[scale]
        trunk, prefix, self.names = self.NAMES[names]
        self.conv_first = nn.Conv2d(inputs * self.shrink**2, width, 3, padding=1)
        self.add_module(trunk, nn.Sequential(*[Rrdb(width, growth, prefix) for _ in range(blocks)]))
        self.trunk = (getattr(self, trunk),)
        for name in self.names:
            self.add_module(name, nn.Conv2d(width, width, 3, padding=1))
        self.conv_last = nn.Conv2d(width, outputs, 3, padding=1)

    def forward(self, x):
        after_trunk, up1, up2, high = (getattr(self, name) for name in self.names)
        x = self.conv_first(F.pixel_unshuffle(x, self.shrink))
        x = x + after_trunk(self.trunk[0](x))
        for up in (up1, up2):
            x = F.leaky_relu(up(F.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return self.conv_last(F.leaky_relu(high(x), 0.2))


# name: (network, shape of its input)
CASES = {
    "resnet_6_instance": (lambda: ResnetGenerator(width=3, blocks=6), (2, 3, 16, 12)),
    "resnet_9_instance": (lambda: ResnetGenerator(width=2, blocks=9), (1, 3, 12, 16)),
    "resnet_6_batch": (lambda: ResnetGenerator(1, 2, width=2, blocks=6, norm="batch"), (2, 1, 8, 12)),
    "resnet_9_batch": (lambda: ResnetGenerator(width=2, blocks=9, norm="batch"), (2, 3, 8, 12)),
    "resnet_6_instance_dropout": (lambda: ResnetGenerator(width=2, blocks=6, dropout=True), (1, 3, 8, 12)),
    "resnet_9_batch_dropout": (
        lambda: ResnetGenerator(width=2, blocks=9, norm="batch", dropout=True), (2, 3, 12, 8)),
    "resnet_2_replicate": (lambda: ResnetGenerator(3, 1, width=2, blocks=2, padding="replicate"), (1, 3, 8, 12)),
    "resnet_2_zero": (lambda: ResnetGenerator(width=2, blocks=2, padding="zero", dropout=True), (1, 3, 12, 8)),
    "unet_5_instance": (lambda: UnetGenerator(1, 3, downs=5, width=2, norm="instance"), (1, 1, 32, 64)),
    "unet_7_batch": (lambda: UnetGenerator(downs=7, width=2), (1, 3, 128, 256)),
    "unet_7_instance_dropout": (
        lambda: UnetGenerator(downs=7, width=1, norm="instance", dropout=True), (2, 3, 128, 128)),
    "unet_8_batch": (lambda: UnetGenerator(2, 1, downs=8, width=1), (2, 2, 256, 256)),
    "unet_8_batch_dropout": (lambda: UnetGenerator(downs=8, width=2, dropout=True), (1, 3, 256, 256)),
    "patch_1_batch": (lambda: PatchDiscriminator(3, width=3, layers=1), (2, 3, 16, 12)),
    "patch_1_instance": (lambda: PatchDiscriminator(3, width=3, layers=1, norm="instance"), (2, 3, 12, 16)),
    "patch_2_batch": (lambda: PatchDiscriminator(6, width=3, layers=2), (2, 6, 22, 32)),
    "patch_2_instance": (lambda: PatchDiscriminator(3, width=3, layers=2, norm="instance"), (1, 3, 32, 25)),
    "patch_3_batch": (lambda: PatchDiscriminator(6, width=2), (2, 6, 32, 48)),
    "patch_3_instance": (lambda: PatchDiscriminator(3, width=2, norm="instance"), (1, 3, 48, 35)),
    "patch_5_batch": (lambda: PatchDiscriminator(1, width=1, layers=5), (1, 1, 128, 128)),
    "pixel_batch": (lambda: PixelDiscriminator(3, width=4), (2, 3, 7, 5)),
    "pixel_instance": (lambda: PixelDiscriminator(6, width=4, norm="instance"), (2, 6, 5, 7)),
    "srgan_generator_2": (lambda: SrganGenerator(2, width=3), (2, 3, 6, 5)),
    "srgan_generator_4": (lambda: SrganGenerator(4, width=4), (2, 3, 5, 6)),
    "srgan_generator_8": (lambda: SrganGenerator(8, channels=1, width=2, blocks=3), (1, 1, 4, 3)),
    "srgan_generator_2018": (lambda: SrganGenerator(2, width=2, blocks=1, trunk_norm=False), (1, 3, 5, 4)),
    "srgan_discriminator": (lambda: SrganDiscriminator(width=2), (3, 3, 17, 24)),
    "rrdb_4": (lambda: RrdbGenerator(width=4, blocks=2, growth=2), (2, 3, 5, 4)),
    "rrdb_2": (lambda: RrdbGenerator(width=3, blocks=2, growth=2, scale=2), (1, 3, 8, 6)),
    "rrdb_1": (lambda: RrdbGenerator(1, 2, width=4, blocks=1, growth=3, scale=1), (1, 1, 12, 8)),
    "rrdb_4_original": (lambda: RrdbGenerator(width=4, blocks=2, growth=2, names="original"), (1, 3, 4, 5)),
}


def pattern(name, shape):
    """Numbers in [-1, 1] that look random, equal to the bit in every language: see ReferenceNetworks.cs."""
    seed = sum((i + 1) * ord(letter) for i, letter in enumerate(name))
    i = torch.arange(torch.Size(shape).numel(), dtype=torch.int64)
    return ((i * i * 31 + i * (2 * seed + 1) + seed * 101) % 8191).double().div(4095).sub(1).reshape(shape)


@torch.no_grad()
def fill(network):
    """Gives every weight and buffer the pattern of its own name, at a scale that keeps signals alive."""
    for name, value in network.state_dict().items():
        numbers = pattern(name, value.shape)
        if value.dim() > 1:
            value.copy_(numbers * (6 * len(value) / value.numel()) ** 0.5)
        elif value.dim() == 0:
            value.fill_(3)  # num_batches_tracked
        elif name.endswith("running_var"):
            value.copy_(1 + 0.5 * numbers)
        elif name.endswith("weight"):  # of batch norm and PReLU
            value.copy_(0.5 + 0.2 * numbers)
        else:
            value.copy_(0.2 * numbers)
    return network
