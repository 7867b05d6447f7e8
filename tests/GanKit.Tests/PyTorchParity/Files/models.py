"""Small classes that the files hold objects of: a reader meets them as names that it does not know."""

import argparse
import collections
import enum
import sys
import types

import torch
from torch import nn


class Block(nn.Module):
    class Kind:
        """A class within a class, which protocols before 4 can name only by getattr."""

    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        self.register_parameter("scale", None)
        self.register_buffer("blur", torch.tensor([1.0, 2.0, 1.0]), persistent=False)
        self.register_buffer("absent", None)

    def forward(self, x):
        return x + self.norm(self.conv(x))


class Generator(nn.Module):
    """Every way a module holds its parts."""

    def __init__(self):
        super().__init__()
        self.options = argparse.Namespace(width=2, name="tiny")
        self.latent = nn.Parameter(torch.zeros(1, 2))
        self.frozen = nn.Parameter(torch.ones(2), requires_grad=False)
        self.register_buffer("mean_latent", torch.zeros(2))
        self.blocks = nn.Sequential(Block(2), nn.ReLU(inplace=True))
        self.heads = nn.ModuleDict({"rgb": nn.Conv2d(2, 3, 1), "alpha": nn.Linear(2, 1)})
        self.rates = nn.ParameterList([nn.Parameter(torch.tensor(0.5)), nn.Parameter(torch.tensor([0.25]))])
        self.empty = nn.Identity()
        self.tied = self.heads["alpha"]

    def forward(self, x):
        return self.heads["rgb"](self.blocks(x))


class AttributeDict(dict):
    """A dictionary whose entries are attributes too; many configurations are one."""

    def __getattr__(self, name):
        return self[name]

    def __setattr__(self, name, value):
        self[name] = value


class History(list):
    """A list with an attribute of its own."""


class Mode(enum.Enum):
    TRAIN = 1
    TEST = 2


Point = collections.namedtuple("Point", "x y")


class Empty:
    """An object of which nothing is to say."""


class Tagged(torch.Tensor):
    """A tensor of another class."""


def activation(x):
    return x


class Schedule:
    """Its methods are given to PyTorch's own schedules, and pickled as calls of getattr."""

    def __init__(self, owner):
        self.owner, self.log = owner, print

    def rate(self, epoch):
        return 1 / (1 + epoch)

    @classmethod
    def constant(cls, epoch):
        return 1


def packaged(module):
    """A network of a package that has the name of one of Python's modules."""
    for name in (module.partition(".")[0], module):
        sys.modules.setdefault(name, types.ModuleType(name))
    cls = type("Net", (nn.Linear,), {"__module__": module, "__qualname__": "Net"})
    sys.modules[module].Net = cls
    return cls(1, 1)
