"""What torch.nn.utils.parametrizations.spectral_norm does to convolutions, linear layers and embeddings."""

import copy

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from fixture_io import save
from truth import measure

CASES = {
    "conv": (lambda: nn.Conv2d(3, 4, 3, stride=1, padding=1), (2, 3, 5, 5)),
    "conv_grouped": (lambda: nn.Conv2d(4, 6, 4, stride=2, padding=1, dilation=1, groups=2, bias=False), (2, 4, 6, 6)),
    "transposed": (lambda: nn.ConvTranspose2d(3, 5, 4, stride=2, padding=1), (2, 3, 4, 4)),
    "linear": (lambda: nn.Linear(7, 4), (3, 7)),
    "embedding": (lambda: nn.Embedding(6, 4), None),
}


def run(layer, x):
    tensors, parametrization = {}, layer.parametrizations.weight[0]

    def record(when, y):
        tensors[f"{when}/output"] = y.detach().clone()
        tensors[f"{when}/u"] = parametrization._u.clone()
        tensors[f"{when}/v"] = parametrization._v.clone()

    layer.eval()
    record("eval_before", layer(x))

    layer.train()
    first = layer(x)
    record("train1", first)
    second = layer(x)
    third = layer(x)
    record("train3", third)
    # One backward pass through three forwards, as a discriminator's step does it.
    (first.sin().sum() + second.cos().sum() + third.pow(2).sum()).backward()
    if x.grad is not None:
        tensors["grad/input"] = x.grad
    tensors |= {f"grad/{key}": parameter.grad for key, parameter in layer.named_parameters()}

    layer.eval()
    record("eval_after", layer(x))
    return tensors


def main():
    tensors = {}
    for seed, (name, (build, shape)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        layer = spectral_norm(build())
        for key, value in layer.state_dict().items():
            tensors[f"{name}.fresh.{key}"] = value.clone()

        # Start away from convergence, so that every iteration shows.
        parametrization = layer.parametrizations.weight[0]
        for vector in (parametrization._u, parametrization._v):
            vector.copy_(nn.functional.normalize(torch.randn_like(vector), dim=0))
        for key, value in layer.state_dict().items():
            tensors[f"{name}.state.{key}"] = value.clone()

        x = torch.randn(shape) if shape else torch.tensor([[0, 5], [2, 2], [1, 0]])
        tensors[f"{name}.input"] = x
        tensors |= measure(name, lambda dtype: run(copy.deepcopy(layer).to(dtype), x.to(dtype, copy=True).requires_grad_() if shape else x))
    save("spectral_norm.safetensors", tensors)


if __name__ == "__main__":
    main()
