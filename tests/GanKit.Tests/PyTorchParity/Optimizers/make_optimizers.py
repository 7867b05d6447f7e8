"""Writes torch-VERSION.pth: training of three steps, saved as people save it, and the weights after three more.

    python3 make_optimizers.py

under PyTorch 1.13 and 2.6. OptimizerParityTests.cs goes on with the training in C#.
"""

import pathlib

import torch

import training

VERSION = ".".join(torch.__version__.split(".")[:2])


def main():
    result = {}
    for name, create in training.CASES.items():
        network = training.Network()
        optimizer = create(list(network.parameters()))
        fresh = {key: value for key, value in optimizer.state_dict().items()}
        training.train(network, optimizer)
        saved = {"epoch": 3, "net": training.weights(network), "opt": copied(optimizer.state_dict()), "fresh": fresh}
        training.train(network, optimizer)
        result[name] = saved | {"after": training.weights(network)}

    network = training.Network()
    optimizer = training.CASES["adam"](list(network.parameters()))
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    training.train(network, optimizer, steps=1)
    schedule.step()
    result["scheduled"] = {"opt": optimizer.state_dict()}
    torch.save(result, str(pathlib.Path(__file__).resolve().parent / f"torch-{VERSION}.pth"))


def copied(state):
    """The optimiser goes on with its own tensors; these stay."""
    if isinstance(state, torch.Tensor):
        return state.clone()
    if isinstance(state, dict):
        return {key: copied(value) for key, value in state.items()}
    return state


if __name__ == "__main__":
    main()
