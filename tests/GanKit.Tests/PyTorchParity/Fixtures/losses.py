"""Adversarial and reconstruction losses: values, and gradients in every input, as truth.measure has them.

Keys: LOSS.CASE/d, /d_real, /d_fake (the discriminator's loss, its gradients), LOSS.CASE/g, /g_real, /g_fake.
"""

import torch
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, mse_loss, relu

from fixture_io import save
from truth import measure

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


def record(name, losses, **inputs):
    """losses: {KEY: loss}, each of the inputs."""

    def compute(dtype):
        given, found = {key: tensor.detach().to(dtype).requires_grad_() for key, tensor in inputs.items()}, {}
        for key, loss in losses.items():
            value = found[key] = loss(*given.values())
            if value.requires_grad:
                gradients = torch.autograd.grad(value, list(given.values()), allow_unused=True)
                found |= {f"{key}_{of}": torch.zeros_like(given[of]) if gradient is None else gradient
                          for of, gradient in zip(given, gradients)}
        return found

    out.update(measure(name, compute))


for case, (real_shape, fake_shape) in CASES.items():
    real, fake = 3 * torch.randn(real_shape) + 1, 3 * torch.randn(fake_shape) - 1
    out[f"{case}.real"], out[f"{case}.fake"] = real, fake
    record(f"probability.{case}", {"probability": lambda real: real.sigmoid().mean().detach()}, real=real)
    for name, (discriminator_loss, generator_loss) in LOSSES.items():
        record(f"{name}.{case}", {"d": discriminator_loss, "g": generator_loss}, real=real, fake=fake)

output, target = torch.randn(2, 3, 4, 5), torch.randn(2, 3, 4, 5)
out["images.output"], out["images.target"] = output, target
record("l1", {"loss": l1_loss}, output=output, target=target)
record("l2", {"loss": mse_loss}, output=output, target=target)
record("tv", {"loss": lambda output: output.diff(dim=2).abs().mean() + output.diff(dim=3).abs().mean()}, output=output)

save("losses.safetensors", out)
