"""Twenty steps of PyTorch's optimisers on gradients that do not depend on the weights; some steps bring some parameters none."""

import torch
from torch import nn, optim

from fixture_io import save

SHAPES = {"matrix": (3, 4), "vector": (5,), "kernel": (2, 3, 2, 2), "sometimes": (4,), "never": (2,)}
STEPS = 20

CASES = {
    "adam": lambda p: optim.Adam(p, lr=0.02),
    "adam_betas": lambda p: optim.Adam(p, lr=0.02, betas=(0.0, 0.9), eps=1e-6),
    "adam_amsgrad": lambda p: optim.Adam(p, lr=0.02, weight_decay=0.1, amsgrad=True),
    "adam_maximize": lambda p: optim.Adam(p, lr=0.02, weight_decay=0.1, maximize=True),
    "adamw": lambda p: optim.AdamW(p, lr=0.02),
    "adamw_amsgrad": lambda p: optim.AdamW(p, lr=0.02, betas=(0.5, 0.99), weight_decay=0.2, amsgrad=True, maximize=True),
    "sgd": lambda p: optim.SGD(p, lr=0.05, weight_decay=0.1),
    "sgd_momentum": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, weight_decay=0.1),
    "sgd_nesterov": lambda p: optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    "sgd_maximize": lambda p: optim.SGD(p, lr=0.05, momentum=0.9, dampening=0.4, weight_decay=0.1, maximize=True),
    "rmsprop": lambda p: optim.RMSprop(p, lr=0.02),
    "rmsprop_maximize": lambda p: optim.RMSprop(p, lr=0.02, alpha=0.9, weight_decay=0.1, maximize=True),
    "rmsprop_momentum": lambda p: optim.RMSprop(p, lr=0.02, momentum=0.7),
    "rmsprop_centered": lambda p: optim.RMSprop(p, lr=0.02, momentum=0.7, weight_decay=0.1, centered=True, maximize=True),
}


def has_gradient(name, step):
    return name != "never" and not (name == "sometimes" and step % 3 == 0)


def main():
    torch.manual_seed(11)
    start = {name: torch.randn(shape, dtype=torch.float64) for name, shape in SHAPES.items()}
    gradients = {name: torch.randn((STEPS, *shape), dtype=torch.float64) for name, shape in SHAPES.items() if name != "never"}
    out = {f"start.{name}": value for name, value in start.items()} | {f"gradient.{name}": value for name, value in gradients.items()}
    for case, make in CASES.items():
        parameters = {name: nn.Parameter(value.clone()) for name, value in start.items()}
        optimizer = make(list(parameters.values()))
        for step in range(STEPS):
            for group in optimizer.param_groups:
                group["lr"] *= 0.8 if step in (7, 14) else 1
            for name, parameter in parameters.items():
                parameter.grad = gradients[name][step].clone() if has_gradient(name, step) else None
            optimizer.step()
        out |= {f"{case}.{name}": parameter.detach() for name, parameter in parameters.items()}
    save("optimizers.safetensors", out)


if __name__ == "__main__":
    main()
