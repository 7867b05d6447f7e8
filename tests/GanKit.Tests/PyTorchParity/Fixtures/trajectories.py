"""Twenty training steps of four recipes in real PyTorch: initial weights, data, latents, and what came of them.

Each recipe runs in float64, which is the truth: RECIPE.losses (a row a step) and RECIPE.generator.KEY, RECIPE.discriminator.KEY,
the weights after the last step; and in float32, of which only the distance is written: RECIPE.losses.error, of any loss so far,
and RECIPE.error, of the weights, as truth.py measures it. The start: generator.KEY, RECIPE.start.KEY of the discriminator.
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.parametrizations import spectral_norm

from fixture_io import save
from truth import by_all_kernels, distance

STEPS, BATCH, LATENT, WIDTH = 20, 8, 8, 4


class Generator(nn.Module):
    """pytorch/examples' DCGAN generator, built for 16 x 16."""

    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.ConvTranspose2d(LATENT, WIDTH * 2, 4, 1, 0, bias=False), nn.BatchNorm2d(WIDTH * 2), nn.ReLU(True),
            nn.ConvTranspose2d(WIDTH * 2, WIDTH, 4, 2, 1, bias=False), nn.BatchNorm2d(WIDTH), nn.ReLU(True),
            nn.ConvTranspose2d(WIDTH, 1, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z):
        return self.main(z[:, :, None, None])


class Discriminator(nn.Module):
    """pytorch/examples' DCGAN discriminator on logits, built for 16 x 16."""

    def __init__(self):
        super().__init__()
        self.main = nn.Sequential(
            nn.Conv2d(1, WIDTH, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, True),
            nn.Conv2d(WIDTH, WIDTH * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(WIDTH * 2), nn.LeakyReLU(0.2, True),
            nn.Conv2d(WIDTH * 2, 1, 4, 1, 0, bias=False))

    def forward(self, x):
        return self.main(x).view(-1, 1)


def critic(wrap=lambda layer: layer):
    """A critic without batch norm; under spectral norm it is the hinge recipe's discriminator."""
    return nn.Sequential(
        wrap(nn.Conv2d(1, WIDTH, 4, 2, 1)), nn.LeakyReLU(0.2),
        wrap(nn.Conv2d(WIDTH, WIDTH * 2, 4, 2, 1)), nn.LeakyReLU(0.2),
        wrap(nn.Conv2d(WIDTH * 2, 1, 4, 1, 0)))


def bce(real, fake):
    return (F.binary_cross_entropy_with_logits(real, torch.ones_like(real))
            + F.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake)))


def least_squares(real, fake):
    return F.mse_loss(real, torch.ones_like(real)) + F.mse_loss(fake, torch.zeros_like(fake))


RECIPES = {
    "bce": dict(
        critic=Discriminator, d_loss=bce,
        g_loss=lambda fake: F.binary_cross_entropy_with_logits(fake, torch.ones_like(fake))),
    "lsgan": dict(
        critic=Discriminator, d_loss=least_squares, g_loss=lambda fake: F.mse_loss(fake, torch.ones_like(fake))),
    "hinge_sn": dict(
        critic=lambda: critic(spectral_norm),
        d_loss=lambda real, fake: F.relu(1 - real).mean() + F.relu(1 + fake).mean(), g_loss=lambda fake: -fake.mean()),
    "wgan_gp": dict(
        critic=critic, d_loss=lambda real, fake: fake.mean() - real.mean(), g_loss=lambda fake: -fake.mean(),
        penalty=10.0, lr=1e-4, betas=(0.0, 0.9), critic_steps=2),
}


def gradient_penalty(D, real, fake, mix):
    between = (mix * real + (1 - mix) * fake).requires_grad_(True)
    gradient, = torch.autograd.grad(D(between).sum(), between, create_graph=True)
    return ((gradient.flatten(1).norm(2, dim=1) - 1) ** 2).mean()


def run(recipe, G, D, data, latents, mixes, steps=STEPS):
    lr, betas, every = recipe.get("lr", 2e-4), recipe.get("betas", (0.5, 0.999)), recipe.get("critic_steps", 1)
    optim_g = torch.optim.Adam(G.parameters(), lr, betas)
    optim_d = torch.optim.Adam(D.parameters(), lr, betas)
    drawn, losses = iter(latents), []
    for step in range(steps):
        real, last = data[step % len(data)], step % every == every - 1
        fake = G(next(drawn))
        optim_d.zero_grad()
        d_loss = recipe["d_loss"](D(real), D(fake.detach()))
        if "penalty" in recipe:
            d_loss = d_loss + recipe["penalty"] * gradient_penalty(D, real, fake.detach(), mixes[step])
        d_loss.backward()
        optim_d.step()
        g_loss = torch.full((), float("nan"))
        if last:
            if "penalty" in recipe:
                fake = G(next(drawn))  # WGAN-GP draws anew for the generator's update
            optim_g.zero_grad()
            g_loss = recipe["g_loss"](D(fake))
            g_loss.backward()
            optim_g.step()
        losses.append([d_loss.item(), g_loss.item()])
    return torch.tensor(losses, dtype=torch.float64)


def losses_apart(truth, rounded):
    """For each step, the largest distance of any loss so far."""
    apart = torch.stack([(losses - truth).abs().nan_to_num(0).amax(1) for losses in rounded])
    return apart.amax(0).cummax(0).values


def start():
    """Where all runs begin: data, latents, mixing factors, the generator, and a discriminator for each recipe."""
    torch.manual_seed(20)
    data = torch.rand(5, BATCH, 1, 16, 16) * 2 - 1
    latents = torch.randn(STEPS + STEPS // 2, BATCH, LATENT)
    mixes = torch.rand(STEPS, BATCH, 1, 1, 1)
    return data, latents, mixes, Generator(), {name: recipe["critic"]() for name, recipe in RECIPES.items()}


def main():
    data, latents, mixes, G, critics = start()
    out = {"data": data, "latents": latents, "mixes": mixes}
    out |= {f"generator.{key}": value for key, value in G.state_dict().items()}
    for name, recipe in RECIPES.items():
        D = critics[name]
        out |= {f"{name}.start.{key}": value for key, value in D.state_dict().items()}

        def train(dtype):
            trained_g, trained_d = copy.deepcopy(G).to(dtype), copy.deepcopy(D).to(dtype)
            losses = run(recipe, trained_g, trained_d, data.to(dtype), latents.to(dtype), mixes.to(dtype))
            return losses, (
                {f"generator/{key}": value for key, value in trained_g.state_dict().items()}
                | {f"discriminator/{key}": value for key, value in trained_d.state_dict().items()})

        losses, weights = train(torch.float64)
        rounded = list(by_all_kernels(lambda: train(torch.float32)))
        out[f"{name}.losses"] = losses
        out[f"{name}.losses.error"] = losses_apart(losses, [others for others, _ in rounded])
        out |= {f"{name}.{key.replace('/', '.')}": value for key, value in weights.items()}
        out[f"{name}.error"] = max(distance(weights, others) for _, others in rounded)
        print(name, losses[-1].tolist(), out[f"{name}.losses.error"].tolist(), out[f"{name}.error"])
    save("trajectories.safetensors", out)


if __name__ == "__main__":
    main()
