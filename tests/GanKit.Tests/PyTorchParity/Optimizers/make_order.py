"""Saves order.pth: training in PyTorch of networks whose fields are declared in another order than in ParameterOrderTests.

    python3 make_order.py

Each case has the networks ("net", or "a" and "b"), the optimiser's state after three steps ("opt"), and the weights after
two more ("after"), all in float64. All parameters of a kind have the same shape, so that only their names tell them apart.
"""

import itertools
import pathlib

import torch
from torch import nn


class Net(nn.Module):
    """Declared last, norm, first; computed first, tanh, norm, last."""

    def __init__(self):
        super().__init__()
        self.last = nn.Linear(2, 2)
        self.norm = nn.BatchNorm1d(2)
        self.first = nn.Linear(2, 2)

    def forward(self, x):
        return self.last(self.norm(self.first(x).tanh()))


X = torch.tensor([[1.0, 2.0], [-1.0, 0.5], [0.25, -2.0]], dtype=torch.float64)


def network():
    return Net().double()


def train(networks, optimizer, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        sum((net(X) * torch.arange(1, 3)).pow(2).mean() for net in networks).backward()
        optimizer.step()


def state(net):
    return {name: tensor.clone() for name, tensor in net.state_dict().items()}


def copied(optimizer):
    saved = optimizer.state_dict()
    saved["state"] = {i: {k: v.clone() for k, v in kept.items()} for i, kept in saved["state"].items()}
    return saved


def case(names, make):
    networks = [network() for _ in names]
    optimizer = make(*networks)
    train(networks, optimizer, 3)
    result = {name: state(net) for name, net in zip(names, networks)} | {"opt": copied(optimizer)}
    train(networks, optimizer, 2)
    return result | {"after": {name: state(net) for name, net in zip(names, networks)}}


def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.05)


def by_kind(net):
    named = list(net.named_parameters())
    return torch.optim.SGD([
        {"params": [p for n, p in named if n.endswith("weight")], "momentum": 0.9},
        {"params": [p for n, p in named if n.endswith("bias")], "momentum": 0.5},
    ], lr=0.05)


def scrambled(net):
    """In an order of its own, which names in the state itself tell (PyTorch 2.6 and later)."""
    return torch.optim.RMSprop(sorted(net.named_parameters(), key=lambda entry: entry[0][::-1]), lr=0.01)


if __name__ == "__main__":
    torch.manual_seed(0)
    cases = {
        "adam": case(["net"], lambda net: adam(net.parameters())),
        "groups": case(["net"], by_kind),
        "two": case(["a", "b"], lambda a, b: adam(itertools.chain(a.parameters(), b.parameters()))),
        "names": case(["net"], scrambled),
    }
    for name, content in cases.items():
        torch.save(content, pathlib.Path(__file__).with_name(f"order_{name}.pth"))
