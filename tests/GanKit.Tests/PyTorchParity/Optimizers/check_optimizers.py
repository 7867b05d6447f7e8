"""Goes on in real PyTorch with the training that GanKit began and saved in gankit.pth, and compares the weights.

    python3 check_optimizers.py

under PyTorch 1.13 or 2.6. OptimizerParityTests.cs sees to it that GanKit still writes what is in that file.
"""

import pathlib

import torch

import training


def main():
    path = pathlib.Path(__file__).resolve().parent / "gankit.pth"
    weights_only = {"weights_only": True} if int(torch.__version__.split(".")[0]) >= 2 else {}
    saved = torch.load(str(path), **weights_only)
    assert list(saved) == list(training.CASES), list(saved)
    for name, create in training.CASES.items():
        network = training.Network()
        optimizer = create(list(network.parameters()))
        settings = [{key: value for key, value in group.items() if key != "params"} for group in optimizer.param_groups]
        for group in optimizer.param_groups:
            group["lr"] = 123.0  # Has to come from the file.
        network.load_state_dict(saved[name]["net"])
        optimizer.load_state_dict(saved[name]["opt"])
        for loaded, known in zip(optimizer.param_groups, settings, strict=True):
            for key, value in known.items():
                assert (loaded[key] or False) == (value or False), f"{name}: '{key}' is {loaded[key]} instead of {value}"
        training.train(network, optimizer)
        worst = max(
            ((weight - saved[name]["after"][key]).abs() / saved[name]["after"][key].abs()).max().item()
            for key, weight in network.state_dict().items())
        assert worst < 1e-10, f"{name}: {worst}"
        print(f"PyTorch {torch.__version__} goes on with {name}: relative difference {worst:.1e}")


if __name__ == "__main__":
    main()
