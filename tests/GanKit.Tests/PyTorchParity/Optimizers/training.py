"""The training that OptimizerCases.cs does in C#: the same network, numbers and optimisers."""

import torch
from torch import nn, optim

GROUPS = "adamw_groups"

CASES = {
    "adam": lambda parameters: optim.Adam(parameters, lr=0.02, betas=(0.5, 0.99)),
    "adam_amsgrad": lambda parameters: optim.Adam(parameters, lr=0.02, amsgrad=True, weight_decay=0.1, eps=1e-6),
    "adam_maximize": lambda parameters: optim.Adam(parameters, lr=0.01, maximize=True),
    "adamw": lambda parameters: optim.AdamW(parameters, lr=0.02, betas=(0.8, 0.95)),
    "adamw_amsgrad": lambda parameters: optim.AdamW(parameters, lr=0.02, amsgrad=True, weight_decay=0.2),
    GROUPS: lambda parameters: optim.AdamW([{"params": parameters[:2], "weight_decay": 0.5}, {"params": parameters[2:], "lr": 0.05}], lr=0.02),
    "sgd": lambda parameters: optim.SGD(parameters, lr=0.1),
    "sgd_momentum": lambda parameters: optim.SGD(parameters, lr=0.1, momentum=0.9, weight_decay=0.01),
    "sgd_nesterov": lambda parameters: optim.SGD(parameters, lr=0.1, momentum=0.8, nesterov=True),
    "sgd_dampening": lambda parameters: optim.SGD(parameters, lr=0.1, momentum=0.9, dampening=0.4, maximize=True, weight_decay=0.1),
    "rmsprop": lambda parameters: optim.RMSprop(parameters, lr=0.01, alpha=0.9),
    "rmsprop_centered": lambda parameters: optim.RMSprop(parameters, lr=0.01, momentum=0.7, centered=True, weight_decay=0.1),
}


class Network(nn.Module):
    """One of its layers is never used: its parameters get no gradient, and optimisers keep nothing for them."""

    def __init__(self):
        super().__init__()
        self.first, self.unused, self.last = nn.Linear(3, 4), nn.Linear(2, 2), nn.Linear(4, 2)
        self.double()
        with torch.no_grad():
            for i, parameter in enumerate(self.parameters()):
                parameter.copy_(0.5 * torch.sin(torch.arange(parameter.numel(), dtype=torch.float64) + i).view(parameter.shape))

    def forward(self, x):
        return self.last(torch.tanh(self.first(x)))


def train(network, optimizer, steps=3):
    x = torch.sin(torch.arange(15, dtype=torch.float64)).view(5, 3)
    y = torch.cos(torch.arange(10, dtype=torch.float64)).view(5, 2)
    for _ in range(steps):
        optimizer.zero_grad()
        (network(x) - y).square().mean().backward()
        optimizer.step()


def weights(network):
    return {name: weight.clone() for name, weight in network.state_dict().items()}
