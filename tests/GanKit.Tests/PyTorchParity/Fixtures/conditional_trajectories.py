"""Ten training steps of conditional GANs in real PyTorch, in float64, with the networks of conditional.py.

Weights, images and latents are reference_networks.py's patterns, so only what came out is written: RECIPE.losses (a row for
each step of the discriminator: D, G, where G is NaN in steps without the generator) and RECIPE.NETWORK.KEY, the weights after
the last step.
"""

import torch
import torch.nn.functional as F

from conditional import Discriminator, Generator, Projection, SnganGenerator, sn_dcgan_body, sngan_body
from fixture_io import save
from reference_networks import fill, pattern

STEPS, BATCH, CLASSES, LATENTS = 10, 4, 3, 4


def batches(size):
    """Images with labels, without end."""
    step = 0
    while True:
        yield pattern(f"x{step}", (BATCH, 1, size, size)), (torch.arange(BATCH) + step) % CLASSES
        step += 1


def latents():
    draw = 0
    while True:
        yield pattern(f"z{draw}", (BATCH, LATENTS))
        draw += 1


def projection(size, body, features):
    """As the authors train: two discriminator steps a generator step, which comes first and has latents of its own; hinge."""
    G = fill(Generator(CLASSES, True, 1, LATENTS, 2, 0, True, pixels=size).double())
    D = fill(Projection(body, features, CLASSES, True).double())
    optim_g, optim_d = (torch.optim.Adam(network.parameters(), 2e-4, (0.0, 0.9)) for network in (G, D))
    data, z, losses = batches(size), latents(), []
    for _ in range(STEPS):
        for i in range(2):
            x, y = next(data)
            g_loss = torch.tensor(torch.nan)
            if i == 0:
                optim_g.zero_grad()
                g_loss = -D(G(next(z), y), y).mean()
                g_loss.backward()
                optim_g.step()
            with torch.no_grad():
                fake = G(next(z), y)
            optim_d.zero_grad()
            d_real = F.relu(1 - D(x, y)).mean()
            d_loss = d_real + F.relu(1 + D(fake, y)).mean()
            d_loss.backward()
            optim_d.step()
            losses.append([d_loss.item(), g_loss.item()])
    return losses, {"generator": G, "discriminator": D}


def projection_gan():
    """The residual pair with one discriminator step, which comes first, two learning rates and latents for each loss."""
    G = fill(SnganGenerator(CLASSES, True, 1, LATENTS, [2] * 4).double())
    D = fill(Projection(sngan_body(1, 2), 2, CLASSES, True).double())
    optim_g = torch.optim.Adam(G.parameters(), 3e-3, (0.0, 0.9))
    optim_d = torch.optim.Adam(D.parameters(), 7e-4, (0.0, 0.9))
    data, z, losses = batches(32), latents(), []
    for _ in range(STEPS):
        x, y = next(data)
        with torch.no_grad():
            fake = G(next(z), y)
        optim_d.zero_grad()
        d_loss = F.relu(1 - D(x, y)).mean() + F.relu(1 + D(fake, y)).mean()
        d_loss.backward()
        optim_d.step()
        optim_g.zero_grad()
        g_loss = -D(G(next(z), y), y).mean()
        g_loss.backward()
        optim_g.step()
        losses.append([d_loss.item(), g_loss.item()])
    return losses, {"generator": G, "discriminator": D}


def concatenation():
    """As DCGAN: discriminator first, both losses on the same fakes; non-saturating."""
    G = fill(Generator(CLASSES, True, 1, LATENTS, 2, 3, False).double())
    D = fill(Discriminator(CLASSES, 1, 2, False).double())
    optim_g, optim_d = (torch.optim.Adam(network.parameters(), 2e-4, (0.5, 0.999)) for network in (G, D))
    data, z, losses = batches(16), latents(), []
    one, zero = torch.ones(BATCH, 1).double(), torch.zeros(BATCH, 1).double()
    for _ in range(STEPS):
        x, y = next(data)
        fake = G(next(z), y)
        optim_d.zero_grad()
        d_real = F.binary_cross_entropy_with_logits(D(x, y), one)
        d_loss = d_real + F.binary_cross_entropy_with_logits(D(fake.detach(), y), zero)
        d_loss.backward()
        optim_d.step()
        optim_g.zero_grad()
        g_loss = F.binary_cross_entropy_with_logits(D(fake, y), one)
        g_loss.backward()
        optim_g.step()
        losses.append([d_loss.item(), g_loss.item()])
    return losses, {"generator": G, "discriminator": D}


def main():
    out = {}
    for name, (losses, networks) in {
            "projection_dcgan": projection(16, sn_dcgan_body(1, 2), 8),
            "projection_resnet": projection(32, sngan_body(1, 2), 2),
            "projection_gan": projection_gan(),
            "concatenation": concatenation()}.items():
        print(name, *losses[0], *losses[-1])
        out[f"{name}.losses"] = torch.tensor(losses, dtype=torch.float64)
        for network, module in networks.items():
            out |= {f"{name}.{network}.{key}": value for key, value in module.state_dict().items()}
    save("conditional_trajectories.safetensors", out)


if __name__ == "__main__":
    main()
