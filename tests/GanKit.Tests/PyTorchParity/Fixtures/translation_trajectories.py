"""Ten training steps of pix2pix and CycleGAN in real PyTorch, in the order of the authors' programs, in float64.

Weights and images are reference_networks.py's patterns, so only what came out is written: RECIPE.losses (a row a step, the
columns named in the functions below) and RECIPE.NETWORK.KEY, the weights after the last step.
"""

import itertools

import torch
import torch.nn.functional as F

from fixture_io import save
from reference_networks import PatchDiscriminator, ResnetGenerator, UnetGenerator, fill, pattern

STEPS, LEARNING_RATE, BETAS = 10, 2e-4, (0.5, 0.999)

# What the pool of 2 does once it is full: whether the image changes places, and with which; for each discriminator.
SWAPS = {"B": [(True, 0), (False, 0), (True, 1), (True, 0), (False, 1), (True, 1), (True, 0), (False, 0)],
         "A": [(False, 1), (True, 1), (True, 0), (False, 0), (True, 0), (True, 1), (False, 1), (True, 0)]}


def images(domain, step, batch, size):
    return pattern(f"{domain}{step}", (batch, 3, size, size))


def adam(*networks):
    return torch.optim.Adam(itertools.chain(*(network.parameters() for network in networks)), LEARNING_RATE, BETAS)


def bce(logits, is_real):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(is_real)))


def lsgan(logits, is_real):
    return F.mse_loss(logits, torch.full_like(logits, float(is_real)))


def pix2pix():
    """Columns: D, G. Discriminator first, its loss halved; fakes before real ones."""
    G = fill(UnetGenerator(downs=5, width=1).double())
    D = fill(PatchDiscriminator(6, width=2, layers=1).double())
    optim_g, optim_d, losses = adam(G), adam(D), []
    for step in range(STEPS):
        a, b = images("a", step, 2, 32), images("b", step, 2, 32)
        fake = G(a)
        optim_d.zero_grad()
        d_fake = bce(D(torch.cat([a, fake.detach()], 1)), False)
        d_loss = 0.5 * (d_fake + bce(D(torch.cat([a, b], 1)), True))
        d_loss.backward()
        optim_d.step()
        optim_g.zero_grad()
        g_loss = bce(D(torch.cat([a, fake], 1)), True) + 100 * F.l1_loss(fake, b)
        g_loss.backward()
        optim_g.step()
        losses.append([d_loss.item(), g_loss.item()])
    return losses, {"generator": G, "discriminator": D}


class Pool:
    """Single images; its choices are given."""

    def __init__(self, size, swaps):
        self.size, self.swaps, self.images = size, iter(swaps), []

    def query(self, image):
        if self.size == 0:
            return image
        if len(self.images) < self.size:
            self.images.append(image)
            return image
        swap, place = next(self.swaps)
        if not swap:
            return image
        old, self.images[place] = self.images[place], image
        return old


def cyclegan(pool_size):
    """Columns: D (both), G. Generators first; one optimiser a side; G_A makes B and D_A judges it."""
    G_A, G_B = (fill(ResnetGenerator(width=2, blocks=1).double()) for _ in "AB")
    D_A, D_B = (fill(PatchDiscriminator(3, width=2, layers=1, norm="instance").double()) for _ in "AB")
    with torch.no_grad():  # the two of a pair must differ
        for network in (G_B, D_B):
            for value in network.parameters():
                value.mul_(0.9)
    optim_g, optim_d, losses = adam(G_A, G_B), adam(D_A, D_B), []
    pool_b, pool_a = Pool(pool_size, SWAPS["B"]), Pool(pool_size, SWAPS["A"])
    for step in range(STEPS):
        a, b = images("a", step, 1, 16), images("b", step, 1, 16)
        fake_b = G_A(a)
        cycled_a = G_B(fake_b)
        fake_a = G_B(b)
        cycled_b = G_A(fake_a)
        optim_g.zero_grad()
        for network in (D_A, D_B):
            network.requires_grad_(False)
        g_loss = (lsgan(D_A(fake_b), True) + lsgan(D_B(fake_a), True)
                  + 10 * F.l1_loss(cycled_a, a) + 10 * F.l1_loss(cycled_b, b)
                  + 5 * F.l1_loss(G_A(b), b) + 5 * F.l1_loss(G_B(a), a))
        g_loss.backward()
        optim_g.step()
        for network in (D_A, D_B):
            network.requires_grad_(True)
        optim_d.zero_grad()
        d_loss = 0
        for D, real, fake in ((D_A, b, pool_b.query(fake_b.detach())), (D_B, a, pool_a.query(fake_a.detach()))):
            loss = 0.5 * (lsgan(D(real), True) + lsgan(D(fake), False))
            loss.backward()
            d_loss += loss.item()
        optim_d.step()
        losses.append([d_loss, g_loss.item()])
    return losses, {"G_A": G_A, "G_B": G_B, "D_A": D_A, "D_B": D_B}


def main():
    out = {}
    for name, run in {
            "pix2pix": pix2pix, "cyclegan": lambda: cyclegan(0), "cyclegan_pool": lambda: cyclegan(2)}.items():
        losses, networks = run()
        print(name, losses[0], losses[-1])
        out[f"{name}.losses"] = torch.tensor(losses, dtype=torch.float64)
        for network, module in networks.items():
            out |= {f"{name}.{network}.{key}": value for key, value in module.state_dict().items()}
    save("translation_trajectories.safetensors", out)


if __name__ == "__main__":
    main()
