"""PyTorch's mixed precision on the CPU in bfloat16: a small network, ten training steps of three recipes, a loss scaler.

The numbers are those of float64, the truth, with how far from it PyTorch comes in bfloat16, as truth.py measures it. Start, data and
losses of the recipes are those of trajectories.py, and are not written twice.
"""

import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations

import trajectories
from fixture_io import save
from truth import by_all_kernels, measure

STEPS, EVERY = 10, 48
DTYPES = [torch.float32, torch.bfloat16, torch.float16]


def lower(enabled=True):
    return torch.autocast("cpu", torch.bfloat16, enabled=enabled)


def flat(tensors):
    return torch.cat([tensor.detach().flatten() for tensor in tensors])


def network():
    """What each layer gives, in which type, and the gradients that come back."""
    torch.manual_seed(5)
    layers = nn.Sequential(
        nn.Conv2d(1, 4, 3, 2, 1), nn.BatchNorm2d(4), nn.LeakyReLU(0.2),
        nn.ConvTranspose2d(4, 2, 4, 2, 1), nn.Tanh(), nn.Flatten(), nn.Linear(32, 5), nn.LayerNorm(5))
    given, target = torch.randn(3, 1, 4, 4), torch.rand(3, 5)

    def compute(dtype):
        copied, x = copy.deepcopy(layers).to(dtype), given.to(dtype, copy=True).requires_grad_()
        outputs = [x]
        with lower(enabled=dtype is torch.float32):
            for layer in copied:
                outputs.append(layer(outputs[-1]))
            outputs += [F.binary_cross_entropy_with_logits(outputs[-1], target.to(dtype)), x @ x.transpose(2, 3)]
        outputs[-2].backward()
        gradients = [x.grad, *(parameter.grad for parameter in copied.parameters())]
        return {f"output/{i}": value.detach() for i, value in enumerate(outputs[1:])} | {
            f"gradient/{i}": value for i, value in enumerate(gradients)}

    dtypes = [DTYPES.index(value.dtype) for key, value in compute(torch.float32).items() if key.startswith("output")]
    return {"x": given, "target": target, "weights": flat(layers.parameters()), "dtypes": torch.tensor(dtypes)} | measure("network", compute)


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
    """RECIPE.losses.error as in trajectories.py; RECIPE.NETWORK, weights in the end, and .apart, how far from them those in
    bfloat16 end, least and most, as a share of the way that they went."""
    # The same start as trajectories.py: its random numbers come in the same order, and so must its spectral norm's.
    trajectories.RECIPES["hinge_sn"]["critic"] = lambda: trajectories.critic(in_float32)
    out = {}
    for name in ("bce", "hinge_sn", "wgan_gp"):
        recipe = trajectories.RECIPES[name]
        *_, G, critics = trajectories.start()
        before = [some_weights(network).double() for network in (G, critics[name])]

        def train(dtype):
            *numbers, G, critics = trajectories.start()
            numbers, networks = [tensor.to(dtype) for tensor in numbers], [G.to(dtype), critics[name].to(dtype)]
            if dtype is torch.float64:
                losses = trajectories.run(recipe, *networks, *numbers, steps=STEPS)
            else:
                losses = run(recipe, *networks, *numbers)
            return losses, [some_weights(network) for network in networks]

        losses, truth = train(torch.float64)
        rounded = list(by_all_kernels(lambda: train(torch.float32)))
        out[f"{name}.losses.error"] = trajectories.losses_apart(losses, [others for others, _ in rounded])
        for i, network in enumerate(("generator", "discriminator")):
            apart = [((weights[i] - truth[i]).norm() / (truth[i] - before[i]).norm()).item() for _, weights in rounded]
            out |= {f"{name}.{network}": truth[i], f"{name}.{network}.apart": torch.tensor([min(apart), max(apart)])}
            print(name, network, apart)
        print(name, out[f"{name}.losses.error"].tolist())
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
