"""Adversarial and reconstruction losses: values, and gradients in every input.

Keys: LOSS.CASE.d, .d_real, .d_fake (the discriminator's loss, its gradients), LOSS.CASE.g, .g_real, .g_fake.
"""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, mse_loss, relu

from fixture_io import save

torch.manual_seed(1)


def bce(logits, label):
    return binary_cross_entropy_with_logits(logits, torch.full_like(logits, label))


def bce_discriminator(smoothing):
    return lambda real, fake: bce(real, 1 - smoothing) + bce(fake, 0)


def relativistic(winner, loser):
    return bce(winner - loser.mean(), 1) + bce(loser - winner.mean(), 0)


# name: (discriminator's loss, generator's loss), of (real, fake)
LOSSES = {
    "non_saturating": (bce_discriminator(0), lambda real, fake: bce(fake, 1)),
    "non_saturating_smooth": (bce_discriminator(0.1), lambda real, fake: bce(fake, 1)),
    "minimax": (bce_discriminator(0), lambda real, fake: -bce(fake, 0)),
    "minimax_smooth": (bce_discriminator(0.25), lambda real, fake: -bce(fake, 0)),
    "least_squares": (
        lambda real, fake: mse_loss(real, torch.ones_like(real)) + mse_loss(fake, torch.zeros_like(fake)),
        lambda real, fake: mse_loss(fake, torch.ones_like(fake)),
    ),
    "wasserstein": (lambda real, fake: fake.mean() - real.mean(), lambda real, fake: -fake.mean()),
    "hinge": (
        lambda real, fake: relu(1 - real).mean() + relu(1 + fake).mean(),
        lambda real, fake: -fake.mean(),
    ),
    "relativistic_average": (relativistic, lambda real, fake: relativistic(fake, real)),
}

# name: shapes of the real and the fake logits
CASES = {
    "vector": ((7,), (7,)),
    "column": ((4, 1), (4, 1)),
    "patches": ((2, 1, 3, 4), (2, 1, 3, 4)),
    "uneven": ((5, 1), (3, 1)),
}

out = {}


def record(key, value, **inputs):
    gradients = torch.autograd.grad(value, list(inputs.values()), allow_unused=True)
    out[key] = value
    for (name, tensor), gradient in zip(inputs.items(), gradients):
        out[f"{key}_{name}"] = torch.zeros_like(tensor) if gradient is None else gradient


for case, (real_shape, fake_shape) in CASES.items():
    real = (3 * torch.randn(real_shape) + 1).requires_grad_()
    fake = (3 * torch.randn(fake_shape) - 1).requires_grad_()
    out[f"{case}.real"], out[f"{case}.fake"] = real, fake
    out[f"{case}.probability"] = real.sigmoid().mean()
    for name, (discriminator_loss, generator_loss) in LOSSES.items():
        record(f"{name}.{case}.d", discriminator_loss(real, fake), real=real, fake=fake)
        record(f"{name}.{case}.g", generator_loss(real, fake), real=real, fake=fake)

output = torch.randn(2, 3, 4, 5, requires_grad=True)
target = torch.randn(2, 3, 4, 5, requires_grad=True)
out["images.output"], out["images.target"] = output, target
record("l1", l1_loss(output, target), output=output, target=target)
record("l2", mse_loss(output, target), output=output, target=target)
record("tv", output.diff(dim=2).abs().mean() + output.diff(dim=3).abs().mean(), output=output)

save("losses.safetensors", out)
