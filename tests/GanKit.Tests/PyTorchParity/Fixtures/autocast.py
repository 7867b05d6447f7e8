"""PyTorch's mixed precision on the CPU in bfloat16: a small network, ten training steps of three recipes, a loss scaler.

Start and data of the recipes are those of trajectories.py, and are not written twice.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations

import trajectories
from fixture_io import save

STEPS, EVERY = 10, 48
DTYPES = [torch.float32, torch.bfloat16, torch.float16]


def lower(enabled=True):
    return torch.autocast("cpu", torch.bfloat16, enabled=enabled)


def flat(tensors):
    return torch.cat([tensor.detach().float().flatten() for tensor in tensors])


def network():
    """What each layer gives, in which type, and the gradients that come back: each sort of numbers in one tensor."""
    torch.manual_seed(5)
    layers = nn.Sequential(
        nn.Conv2d(1, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(4, 2, 4, 2, 1), nn.Tanh(), nn.Flatten(), nn.Linear(32, 5), nn.LayerNorm(5))
    x, target = torch.randn(3, 1, 4, 4).requires_grad_(), torch.rand(3, 5)
    weights, outputs = flat(layers.parameters()), [x]
    with lower():
        for layer in layers:
            outputs.append(layer(outputs[-1]))
        loss = F.binary_cross_entropy_with_logits(outputs[-1], target)
        product = x @ x.transpose(2, 3)
        with lower(enabled=False):
            full = x @ x.transpose(2, 3)
    loss.backward()
    dtypes = [DTYPES.index(tensor.dtype) for tensor in (*outputs[1:], loss, product, full)]
    return {
        "x": x, "target": target, "weights": weights, "dtypes": torch.tensor(dtypes), "outputs": flat([*outputs[1:], loss, product, full]),
        "gradients": flat([x.grad, *(parameter.grad for parameter in layers.parameters())]),
    }


def in_float32(module):
    """Norms need their bits: the spectral norm of torch.nn.utils.parametrizations, out of autocast's reach."""
    module = parametrizations.spectral_norm(module)
    norm = module.parametrizations.weight[0]
    forward = norm.forward

    def full(weight):
        with lower(enabled=False):
            return forward(weight)

    norm.forward = full
    return module


def run(recipe, G, D, data, latents, mixes):
    """trajectories.run as one writes it for torch.autocast: networks inside; losses, penalties and updates outside."""
    lr, betas, every = recipe.get("lr", 2e-4), recipe.get("betas", (0.5, 0.999)), recipe.get("critic_steps", 1)
    optim_g = torch.optim.Adam(G.parameters(), lr, betas)
    optim_d = torch.optim.Adam(D.parameters(), lr, betas)
    drawn, losses = iter(latents), []

    def make():
        with lower():
            return G(next(drawn)).float()

    for step in range(STEPS):
        real, last = data[step % len(data)], step % every == every - 1
        fake = make()
        optim_d.zero_grad()
        with lower():
            on_real, on_fake = D(real), D(fake.detach())
        d_loss = recipe["d_loss"](on_real.float(), on_fake.float())
        if "penalty" in recipe:
            d_loss = d_loss + recipe["penalty"] * trajectories.gradient_penalty(D, real, fake.detach(), mixes[step])
        d_loss.backward()
        optim_d.step()
        g_loss = torch.full((), float("nan"))
        if last:
            if "penalty" in recipe:
                fake = make()
            optim_g.zero_grad()
            with lower():
                on_fake = D(fake)
            g_loss = recipe["g_loss"](on_fake.float())
            g_loss.backward()
            optim_g.step()
        losses.append([d_loss.item(), g_loss.item()])
    return torch.tensor(losses, dtype=torch.float64)


def some_weights(module):
    """One in so many weights: the fixtures are to stay small."""
    return flat(module.parameters())[::EVERY].clone()


def training():
    # The same start as trajectories.py: its random numbers come in the same order, and so must its spectral norm's.
    trajectories.RECIPES["hinge_sn"]["critic"] = lambda: trajectories.critic(in_float32)
    out = {}
    for name in ("bce", "hinge_sn", "wgan_gp"):
        data, latents, mixes, G, critics = trajectories.start()
        D = critics[name]
        out[f"{name}.losses"] = run(trajectories.RECIPES[name], G, D, data, latents, mixes)
        out |= {f"{name}.generator": some_weights(G), f"{name}.discriminator": some_weights(D)}
        print(name, out[f"{name}.losses"][-1].tolist())
    return out


def scaler():
    """The scale after each change, over updates of which some are broken."""
    weight = nn.Parameter(torch.zeros(2))
    optimizer = torch.optim.SGD([weight], 1.0)
    scaler = torch.amp.GradScaler("cpu")
    broken, scales = {0, 1, 2500, 4501, 6502}, []
    for update in range(9000):
        scaler.scale(weight.sum()).backward()
        if update in broken:
            weight.grad[0] = float("inf" if update % 2 else "nan")
        scaler.step(optimizer)
        scaler.update()
        optimizer.zero_grad()
        if not scales or scales[-1][1] != scaler.get_scale():
            scales.append([update, scaler.get_scale()])
    return {
        "scaler.broken": torch.tensor(sorted(broken)),
        "scaler.scales": torch.tensor(scales, dtype=torch.float64),
        "scaler.weight": weight,
    }


if __name__ == "__main__":
    save("autocast.safetensors", network() | training() | scaler())
