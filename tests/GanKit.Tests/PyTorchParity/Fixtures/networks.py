"""What the networks of reference_networks.py compute: outputs, gradients, batch statistics, fresh weights.

State and input are patterns that C# makes again (reference_networks.fill), so none of them is stored. Keys:
CASE.MODE.output, CASE.MODE.grad.input and CASE.MODE.grad.parameters for MODE train and eval (eval follows train, so it
uses the batch statistics that train left; dropout is off in both, since its random numbers differ between versions),
CASE.after, the buffers after training, and CASE.fresh, the parameters that seed 7 draws. All are digests, see digest();
those of parameters and buffers have a row for each, in the order of their sorted names. CASE.error is the distance of the
outputs in float32, see truth.py.
"""

import torch
from torch import nn

import reference_networks
from fixture_io import save
from truth import by_all_kernels, distance


def digest(tensor, samples=4):
    """Some values from the first to the last, then the mean, the mean of magnitudes and the mean times a wave."""
    flat = tensor.detach().double().flatten()
    at = torch.arange(samples) * (len(flat) - 1) // (samples - 1)
    wave = torch.arange(len(flat), dtype=torch.float64).cos()
    return torch.cat([flat[at], torch.stack([flat.mean(), flat.abs().mean(), (flat * wave).mean()])])


def digests(named):
    return torch.stack([digest(tensor) for _, tensor in sorted(named)])


def without_dropout(network):
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.eval()
    return network


def outputs(network, x):
    """Digests of both modes' outputs."""
    with torch.no_grad():
        return {mode: digest(without_dropout(network.train(mode == "train"))(x.clone()), 32) for mode in ("train", "eval")}


def initialize(network):
    """As the reference does for image-to-image networks; the others keep what their constructors drew."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            nn.init.normal_(module.weight, 0, 0.02)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1, 0.02)


def record(name, build, shape):
    tensors = {}
    torch.manual_seed(7)
    network = build()
    if name.startswith(("resnet", "unet", "patch", "pixel")):
        initialize(network)
    tensors[f"{name}.fresh"] = digests(network.named_parameters())

    # Computed in float64, so that what is compared is the arithmetic's meaning and not its rounding.
    reference_networks.fill(network.double())
    x = reference_networks.pattern("input", shape).requires_grad_()
    for mode in ("train", "eval"):
        without_dropout(network.train(mode == "train")).zero_grad()
        x.grad = None
        y = network(x)
        y.backward(reference_networks.pattern("probe", y.shape))
        tensors[f"{name}.{mode}.output"] = digest(y, 32)
        tensors[f"{name}.{mode}.grad.input"] = digest(x.grad, 32)
        tensors[f"{name}.{mode}.grad.parameters"] = digests((key, p.grad) for key, p in network.named_parameters())
    buffers = list(network.named_buffers())
    if buffers:
        tensors[f"{name}.after"] = digests(buffers)
    tensors = {key: value.float() for key, value in tensors.items()}

    truth = outputs(reference_networks.fill(network), x.detach())
    network.float()
    tensors[f"{name}.error"] = max(
        distance(truth, rounded)
        for rounded in by_all_kernels(lambda: outputs(reference_networks.fill(network), x.detach().float())))
    return tensors


if __name__ == "__main__":
    result = {}
    for name, (build, shape) in reference_networks.CASES.items():
        result |= record(name, build, shape)
    save("networks.safetensors", result)
