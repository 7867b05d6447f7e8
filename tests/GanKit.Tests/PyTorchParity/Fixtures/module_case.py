"""Records what a PyTorch module does, for ModuleParity.cs to compare with."""

import numpy
import torch

from reference_networks import fill, pattern
from truth import measure


def probe(output):
    """The gradient of the loss with respect to the output; ModuleParity.cs computes the same."""
    return torch.cos(torch.arange(output.numel(), dtype=torch.float64)).reshape(output.shape).to(output.dtype)


def record(name, module, shape, call=None):
    """Runs a module in training mode, forward and backward, then in evaluation mode, as truth.measure does.

    Its weights and its input, of the given shape, are reference_networks.py's patterns, and not written. A module that takes
    more than an input, or returns more than an output, is given with the function that calls it. Returns {"NAME/keys" (a line
    of ASCII for each tensor of the state), "NAME/shape" (of the input), "NAME/output", "NAME/input_grad", "NAME/eval_output", "NAME/grad/KEY",
    "NAME/after/KEY" (buffers that the run changed), "NAME/error"}.
    """
    call = call or module
    state = sorted(module.state_dict().items())
    keys = "\n".join(f"{key} {tuple(value.shape)}".replace(",)", ")") for key, value in state)

    def compute(dtype):
        before = {key: value.detach().clone() for key, value in fill(module.to(dtype)).state_dict().items()}
        module.zero_grad()
        input = pattern("input", shape).to(dtype).requires_grad_()
        module.train()
        output = call(input)
        output.backward(probe(output))
        tensors = {"output": output, "input_grad": input.grad}
        tensors |= {f"grad/{key}": value.grad.clone() for key, value in module.named_parameters()}
        after = {key: value.clone() for key, value in module.named_buffers()}
        tensors |= {f"after/{key}": value for key, value in after.items() if not torch.equal(value, before[key])}
        with torch.no_grad():
            module.eval()
            return tensors | {"eval_output": call(input)}

    described = {"keys": numpy.frombuffer(keys.encode("ascii"), dtype=numpy.uint8), "shape": torch.tensor(shape)}
    return {f"{name}/{key}": value for key, value in described.items()} | measure(name, compute)
