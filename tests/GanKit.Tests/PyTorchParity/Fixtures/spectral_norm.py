"""What torch.nn.utils.parametrizations.spectral_norm does to convolutions, linear layers and embeddings."""

import torch
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from fixture_io import save

CASES = {
    "conv": (lambda: nn.Conv2d(3, 4, 3, stride=1, padding=1), (2, 3, 5, 5)),
    "conv_grouped": (lambda: nn.Conv2d(4, 6, 4, stride=2, padding=1, dilation=1, groups=2, bias=False), (2, 4, 6, 6)),
    "transposed": (lambda: nn.ConvTranspose2d(3, 5, 4, stride=2, padding=1), (2, 3, 4, 4)),
    "linear": (lambda: nn.Linear(7, 4), (3, 7)),
    "embedding": (lambda: nn.Embedding(6, 4), None),
}


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

        x = torch.randn(shape, requires_grad=True) if shape else torch.tensor([[0, 5], [2, 2], [1, 0]])
        tensors[f"{name}.input"] = x.detach().clone()

        def record(when, y):
            tensors[f"{name}.{when}.output"] = y.detach().clone()
            tensors[f"{name}.{when}.u"] = parametrization._u.clone()
            tensors[f"{name}.{when}.v"] = parametrization._v.clone()

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
            tensors[f"{name}.grad.input"] = x.grad
        for key, parameter in layer.named_parameters():
            tensors[f"{name}.grad.{key}"] = parameter.grad

        layer.eval()
        record("eval_after", layer(x))
    save("spectral_norm.safetensors", tensors)


if __name__ == "__main__":
    main()
