"""Gradient penalties of three critics: values, and gradients in the critics' weights (through double backward).

Keys: CRITIC.real, .fake, .condition, .mix, .noise (inputs), CRITIC.weights.NAME, CRITIC.PENALTY (the value) and
CRITIC.PENALTY.NAME (the gradient in that weight). All in float64, so that a wrong formula can't hide in rounding.
"""

import torch
from torch import nn

from fixture_io import save

torch.manual_seed(2)
torch.set_default_dtype(torch.float64)


def slope(critic, samples):
    samples = samples.detach().requires_grad_()
    logits = critic(samples)
    gradient, = torch.autograd.grad(logits, samples, torch.ones_like(logits), create_graph=True)
    return gradient.flatten(1)


def to_one(critic, samples):
    return (slope(critic, samples).norm(2, dim=1) - 1).square().mean()


def to_zero(critic, samples):
    return slope(critic, samples).square().sum(1).mean() / 2


def penalties(critic, real, fake, mix, noise):
    return {
        "gradient_penalty": to_one(critic, mix * real + (1 - mix) * fake),
        "dragan_penalty": to_one(critic, real + mix * 0.5 * real.std(unbiased=False) * noise),
        "r1_penalty": to_zero(critic, real),
        "r2_penalty": to_zero(critic, fake),
    }


mlp = nn.Sequential(nn.Linear(2, 6), nn.Tanh(), nn.Linear(6, 6), nn.LeakyReLU(0.2), nn.Linear(6, 1))
conv = nn.Sequential(
    nn.Conv2d(2, 4, 4, stride=2, padding=1), nn.LeakyReLU(0.2),
    nn.Conv2d(4, 4, 3, padding=1), nn.Softplus(),
    nn.Conv2d(4, 1, 3, padding=1),
)
conditional = nn.Sequential(nn.Linear(2 + 3, 6), nn.Tanh(), nn.Linear(6, 1))
condition = torch.eye(3)[torch.tensor([0, 2, 1, 1])]

CRITICS = {
    # name: (the weights' module, the critic, shape of the samples)
    "mlp": (mlp, mlp, (5, 2)),
    "conv": (conv, conv, (3, 2, 6, 8)),  # a map of patches, (3, 1, 3, 4)
    "conditional": (conditional, lambda x: conditional(torch.cat([x, condition], dim=1)), (4, 2)),
}

out = {"conditional.condition": condition}
for name, (module, critic, shape) in CRITICS.items():
    real, fake = torch.randn(shape), 0.5 * torch.randn(shape) + 1
    mix, noise = torch.rand(shape[0], *[1] * (len(shape) - 1)), torch.rand(shape)
    out.update({f"{name}.real": real, f"{name}.fake": fake, f"{name}.mix": mix, f"{name}.noise": noise})
    weights = dict(module.named_parameters())
    out.update({f"{name}.weights.{key}": weight for key, weight in weights.items()})
    for penalty, value in penalties(critic, real, fake, mix, noise).items():
        out[f"{name}.{penalty}"] = value
        # The last bias shifts the logits and no slope: it has no gradient.
        gradients = torch.autograd.grad(value, list(weights.values()), allow_unused=True)
        for (key, weight), gradient in zip(weights.items(), gradients):
            out[f"{name}.{penalty}.{key}"] = torch.zeros_like(weight) if gradient is None else gradient

save("penalties.safetensors", out)
