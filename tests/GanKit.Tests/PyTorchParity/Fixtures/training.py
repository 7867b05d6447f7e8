"""What surrounds a training step in real PyTorch: Adam, gradient clipping, the averaged model, the schedule."""

import copy

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from fixture_io import save
from truth import measure

BETAS = {"dcgan": (0.5, 0.999), "wgan_gp": (0.0, 0.9)}


def adam(weights, gradients, betas):
    parameter = nn.Parameter(weights.clone())
    optimizer = torch.optim.Adam([parameter], lr=0.01, betas=betas)
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
    return {"weights": parameter.detach()}


def clip(gradients):
    parameters = [nn.Parameter(torch.zeros_like(gradient)) for gradient in gradients]
    for parameter, gradient in zip(parameters, gradients):
        parameter.grad = gradient.clone()
    nn.utils.clip_grad_norm_(parameters, max_norm=1.5)
    return {f"gradient/{i}": parameter.grad for i, parameter in enumerate(parameters)}


def average(network, inputs, steps):
    averaged = AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True)
    for update in range(4):
        with torch.no_grad():
            for parameter, change in zip(network.parameters(), steps):
                parameter.add_(change[update])
        network(inputs[update].to(network[0].weight.dtype))
        averaged.update_parameters(network)
    return {key: value for key, value in averaged.module.state_dict().items() if not key.endswith("num_batches_tracked")}


def main():
    torch.manual_seed(7)
    out = {}

    weights, gradients = torch.randn(3, 4), torch.randn(6, 3, 4)
    out |= {"adam.weights": weights, "adam.gradients": gradients}
    for name, betas in BETAS.items():
        out |= measure(f"adam.{name}", lambda dtype: adam(weights.to(dtype), gradients.to(dtype), betas))

    torch.randn(11)  # so that what follows is drawn as ever
    before = [torch.randn(2, 3) * 3, torch.randn(5) * 3]
    out |= {f"clip.{i}.before": gradient for i, gradient in enumerate(before)}
    out |= measure("clip", lambda dtype: clip([gradient.to(dtype) for gradient in before]))

    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))
    out |= {f"average.start.{key}": value.clone() for key, value in network.state_dict().items()}
    inputs, steps = torch.randn(4, 8, 3), [torch.randn(4, *p.shape) * 0.1 for p in network.parameters()]
    out["average.inputs"] = inputs
    out |= {f"average.changes.{i}": change for i, change in enumerate(steps)}
    out |= measure("average", lambda dtype: average(copy.deepcopy(network).to(dtype), inputs, steps))

    # pix2pix and CycleGAN as published: LambdaLR with epoch_count 1, and step() at an epoch's end.
    optimizer = torch.optim.Adam([nn.Parameter(torch.zeros(1))], lr=2e-4)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1 - max(0, epoch + 1 - 100) / float(100 + 1))
    rates = []
    for _ in range(200):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    out["schedule.rates"] = torch.tensor(rates, dtype=torch.float64)
    save("training.safetensors", out)


if __name__ == "__main__":
    main()
