"""The training steps of the workloads, as the reference scripts do them, or tuned."""
import contextlib
import random

import torch
from torch import nn
from torch.nn import functional as F

import networks


class Step:
    """Two networks with their optimisers. With `tuned`, Adam is fused, and D is frozen while G learns."""

    freezes = False  # whether the reference script itself freezes D in the generator's step

    def __init__(self, generator, discriminator, learning_rate, betas, settings):
        self.settings = settings
        layout = torch.channels_last if settings.channels_last else torch.contiguous_format
        self.g, self.d = generator.to(memory_format=layout), discriminator.to(memory_format=layout)
        fused = {"fused": True} if settings.tuned else {}
        self.g_adam = torch.optim.Adam(self.g.parameters(), learning_rate, betas, **fused)
        self.d_adam = torch.optim.Adam(self.d.parameters(), learning_rate, betas, **fused)

    def autocast(self):
        return torch.autocast("cpu", torch.bfloat16) if self.settings.bfloat16 else contextlib.nullcontext()

    @contextlib.contextmanager
    def frozen_discriminator(self):
        if not (self.freezes or self.settings.tuned):
            yield
            return
        self.d.requires_grad_(False)
        yield
        self.d.requires_grad_(True)


class CrossEntropyStep(Step):
    def __init__(self, generator, discriminator, latent_shape, real, settings):
        super().__init__(generator, discriminator, 2e-4, (0.5, 0.999), settings)
        self.real, self.latent_shape = real, latent_shape
        self.ones, self.zeros = torch.ones(len(real), 1), torch.zeros(len(real), 1)

    def __call__(self):
        self.d_adam.zero_grad()
        with self.autocast():
            real_loss = F.binary_cross_entropy_with_logits(self.d(self.real), self.ones)
        real_loss.backward()
        with self.autocast():
            fake = self.g(torch.randn(len(self.real), *self.latent_shape))
            fake_loss = F.binary_cross_entropy_with_logits(self.d(fake.detach()), self.zeros)
        fake_loss.backward()
        self.d_adam.step()

        self.g_adam.zero_grad()
        with self.frozen_discriminator():
            with self.autocast():
                loss = F.binary_cross_entropy_with_logits(self.d(fake), self.ones)
            loss.backward()
        self.g_adam.step()


class WganGpStep(Step):
    def __init__(self, generator, critic, latent_shape, real, settings):
        super().__init__(generator, critic, 1e-4, (0.0, 0.9), settings)
        self.real, self.latent_shape = real, latent_shape

    def latents(self):
        return torch.randn(len(self.real), *self.latent_shape)

    def __call__(self):
        self.d_adam.zero_grad()
        with self.autocast():
            with torch.no_grad():
                fake = self.g(self.latents())
            loss = self.d(fake).mean() - self.d(self.real).mean() + 10 * self.penalty(fake.float())
        loss.backward()
        self.d_adam.step()

        self.g_adam.zero_grad()
        with self.frozen_discriminator():
            with self.autocast():
                loss = -self.d(self.g(self.latents())).mean()
            loss.backward()
        self.g_adam.step()

    def penalty(self, fake):
        mix = torch.rand(len(fake), 1, 1, 1)
        between = (mix * self.real + (1 - mix) * fake).requires_grad_()
        logits = self.d(between)
        gradient, = torch.autograd.grad(logits, between, torch.ones_like(logits), create_graph=True)
        return (gradient.flatten(1).norm(2, dim=1) - 1).square().mean()


class HingeStep(Step):
    def __init__(self, generator, discriminator, real, settings):
        super().__init__(generator, discriminator, 2e-4, (0.0, 0.9), settings)
        self.real = real

    def __call__(self):
        self.d_adam.zero_grad()
        with self.autocast():
            with torch.no_grad():
                fake = self.g(torch.randn(len(self.real), 128))
            loss = F.relu(1 - self.d(self.real)).mean() + F.relu(1 + self.d(fake)).mean()
        loss.backward()
        self.d_adam.step()

        self.g_adam.zero_grad()
        with self.frozen_discriminator():
            with self.autocast():
                loss = -self.d(self.g(torch.randn(len(self.real), 128))).mean()
            loss.backward()
        self.g_adam.step()


class PairedStep(Step):
    freezes = True

    def __init__(self, generator, discriminator, source, truth, settings):
        super().__init__(generator, discriminator, 2e-4, (0.5, 0.999), settings)
        self.source, self.truth = source, truth

    def __call__(self):
        with self.autocast():
            output = self.g(self.source)
        self.d_adam.zero_grad()
        with self.autocast():
            loss = (self.cross_entropy(output.detach(), 0.0) + self.cross_entropy(self.truth, 1.0)) * 0.5
        loss.backward()
        self.d_adam.step()

        self.g_adam.zero_grad()
        with self.frozen_discriminator():
            with self.autocast():
                loss = self.cross_entropy(output, 1.0) + F.l1_loss(output, self.truth) * 100
            loss.backward()
        self.g_adam.step()

    def cross_entropy(self, images, target):
        logits = self.d(torch.cat([self.source, images], 1))
        return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


class CycleStep(Step):
    freezes = True

    def __init__(self, generators, discriminators, a, b, settings):
        super().__init__(nn.ModuleList(generators), nn.ModuleList(discriminators), 2e-4, (0.5, 0.999), settings)
        self.a, self.b = a, b
        self.pool_a, self.pool_b = Pool(50), Pool(50)

    def __call__(self):
        (a_to_b, b_to_a), (judge_of_b, judge_of_a), a, b = self.g, self.d, self.a, self.b
        self.g_adam.zero_grad()
        with self.frozen_discriminator():
            with self.autocast():
                fake_b = a_to_b(a)
                cycled_a = b_to_a(fake_b)
                fake_a = b_to_a(b)
                cycled_b = a_to_b(fake_a)
                loss = (
                    score(judge_of_b(fake_b), 1.0) + score(judge_of_a(fake_a), 1.0)
                    + 10 * (F.l1_loss(cycled_a, a) + F.l1_loss(cycled_b, b))
                    + 5 * (F.l1_loss(a_to_b(b), b) + F.l1_loss(b_to_a(a), a)))
            loss.backward()
        self.g_adam.step()

        self.d_adam.zero_grad()
        for judge, real, fake in ((judge_of_b, b, self.pool_b(fake_b.detach())), (judge_of_a, a, self.pool_a(fake_a.detach()))):
            with self.autocast():
                loss = (score(judge(real), 1.0) + score(judge(fake), 0.0)) * 0.5
            loss.backward()
        self.d_adam.step()


def score(logits, target):
    return F.mse_loss(logits, torch.full_like(logits, target))


class Pool:
    def __init__(self, size):
        self.size, self.images, self.random = size, [], random.Random(1)

    def __call__(self, images):
        return torch.cat([self.exchange(image) for image in images.split(1)])

    def exchange(self, image):
        if len(self.images) < self.size:
            self.images.append(image.clone())
            return image
        if self.random.random() <= 0.5:
            return image
        place = self.random.randrange(self.size)
        old, self.images[place] = self.images[place], image.clone()
        return old


def images(batch, channels, size, settings, seed=1):
    drawn = torch.rand(batch, channels, size, size, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    return drawn.contiguous(memory_format=torch.channels_last) if settings.channels_last else drawn


WORKLOADS = {
    "mlp": (64, lambda batch, s: CrossEntropyStep(
        networks.mlp_generator(), networks.mlp_discriminator(), (100,), images(batch, 1, 28, s), s)),
    "dcgan64": (64, lambda batch, s: CrossEntropyStep(
        networks.dcgan_generator(), networks.dcgan_discriminator(), (100, 1, 1), images(batch, 3, 64, s), s)),
    "wgangp64": (32, lambda batch, s: WganGpStep(
        networks.dcgan_generator(), networks.critic(), (100, 1, 1), images(batch, 3, 64, s), s)),
    "sngan32": (64, lambda batch, s: HingeStep(
        networks.SnganGenerator(), networks.SnganDiscriminator(), images(batch, 3, 32, s), s)),
    "pix2pix128": (1, lambda batch, s: PairedStep(
        networks.unet(7, 64), networks.patch(6, 64, instance_norm=False),
        images(batch, 3, 128, s, seed=2), images(batch, 3, 128, s), s)),
    "cyclegan64": (1, lambda batch, s: CycleStep(
        (networks.resnet(6, 32), networks.resnet(6, 32)),
        (networks.patch(3, 32, instance_norm=True), networks.patch(3, 32, instance_norm=True)),
        images(batch, 3, 64, s, seed=2), images(batch, 3, 64, s), s)),
}
