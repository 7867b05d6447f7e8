"""Records what a PyTorch module does, for ModuleParity.cs to compare with."""

import numpy
import torch

from reference_networks import fill, pattern


def probe(output):
    """The gradient of the loss with respect to the output; ModuleParity.cs computes the same."""
    return torch.cos(torch.arange(output.numel(), dtype=torch.float64)).reshape(output.shape).to(output.dtype)


def record(name, module, shape, call=None):
    """Runs a module in training mode, forward and backward, then in evaluation mode.

    Its weights and its input, of the given shape, are reference_networks.py's patterns, and not written. A module that takes
    more than an input, or returns more than an output, is given with the function that calls it. Returns {"NAME/keys" (a line
    of ASCII for each tensor of the state), "NAME/output", "NAME/input_grad", "NAME/eval_output", "NAME/grad/KEY",
    "NAME/after/KEY" (buffers that the run changed)}.
    """
    call = call or module
    before = {key: value.detach().clone() for key, value in fill(module).state_dict().items()}
    input = pattern("input", shape).float().requires_grad_()
    module.train()
    output = call(input)
    output.backward(probe(output))

    keys = "\n".join(f"{key} {tuple(value.shape)}".replace(",)", ")") for key, value in sorted(before.items()))
    tensors = {"keys": numpy.frombuffer(keys.encode("ascii"), dtype=numpy.uint8)}
    tensors |= {"output": output, "input_grad": input.grad}
    tensors |= {f"grad/{key}": value.grad for key, value in module.named_parameters()}
    tensors |= {f"after/{key}": value.clone() for key, value in module.named_buffers() if not torch.equal(value, before[key])}
    with torch.no_grad():
        module.eval()
        tensors["eval_output"] = call(input)
    return {f"{name}/{key}": value for key, value in tensors.items()}
