"""Losses of paired translation with feature matching, at one scale and at several, written as pix2pixHD's authors weigh them.

Weights and images are reference_networks.py's patterns. For each case: discriminator (the loss that D minimises, before its
weight), adversarial, feature_matching (before its weight of 10), and gradient, of adversarial + 10 feature_matching at G's output.
"""

import torch
import torch.nn.functional as F
from torch import nn

from fixture_io import save
from reference_networks import PatchDiscriminator, PixelDiscriminator, fill, pattern


class MultiScale(nn.Module):
    def __init__(self, count, *args, **kwargs):
        super().__init__()
        self.scales = nn.ModuleList([PatchDiscriminator(*args, **kwargs) for _ in range(count)])

    def views(self, x):
        """Each scale's layers, with the picture that they see."""
        for scale in self.scales:
            yield scale.model, x
            x = F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)


def views(network, x):
    if isinstance(network, MultiScale):
        yield from network.views(x)
    else:
        yield next(network.children()), x


def judge(network, x):
    """For each scale: the activation after each group of layers, the logits last."""
    judgements = []
    for layers, current in views(network, x):
        outputs = []
        for layer in layers:
            current = layer(current)
            if isinstance(layer, nn.LeakyReLU):
                outputs.append(current)
        judgements.append(outputs + [current])
    return judgements


def bce(logits, is_real):
    return F.binary_cross_entropy_with_logits(logits, torch.full_like(logits, float(is_real)))


def lsgan(logits, is_real):
    return F.mse_loss(logits, torch.full_like(logits, float(is_real)))


def total(loss, judgements, is_real):
    return sum(loss(outputs[-1], is_real) for outputs in judgements)


def match(fake, real):
    """With the factors of the authors' code: 4 / (n_layers + 1) and 1 / num_D."""
    result = 0
    for k in range(len(fake)):
        layers = len(fake[k]) - 1
        for i in range(layers):
            result += (4.0 / layers) * (1.0 / len(fake)) * F.l1_loss(fake[k][i], real[k][i].detach())
    return result


CASES = {
    "patch": (lambda: PatchDiscriminator(2, width=2, layers=3), bce, (1, 1, 25, 30)),
    "patch_1": (lambda: PatchDiscriminator(2, width=2, layers=1, norm="instance"), lsgan, (2, 1, 10, 8)),
    "pixel": (lambda: PixelDiscriminator(2, width=3), bce, (2, 1, 5, 6)),
    "multi_scale": (lambda: MultiScale(3, 2, width=2, layers=1, norm="instance"), lsgan, (1, 1, 25, 30)),
}

tensors = {}
for name, (build, loss, shape) in CASES.items():
    network = fill(build().double())
    a, b, fake = pattern("a", shape), pattern("b", shape), pattern("fake", shape).requires_grad_()
    d_fake = judge(network, torch.cat([a, fake.detach()], 1))
    d_real = judge(network, torch.cat([a, b], 1))
    d_loss = total(loss, d_fake, False) + total(loss, d_real, True)
    judged = judge(network, torch.cat([a, fake], 1))
    adversarial, matching = total(loss, judged, True), match(judged, judge(network, torch.cat([a, b], 1)))
    (adversarial + 10 * matching).backward()
    tensors |= {
        f"{name}.discriminator": d_loss.detach(), f"{name}.adversarial": adversarial.detach(),
        f"{name}.feature_matching": matching.detach(), f"{name}.gradient": fake.grad,
    }

save("feature_matching.safetensors", tensors)
