"""The truth of a computation, its result in float64, and how far from it PyTorch's own float32 comes; Truth.cs compares with both."""

import torch


def thin(tensor):
    """Of a large tensor some hundred values from all over it: enough to tell, small to keep."""
    return tensor.detach().clone() if tensor.numel() < 200 else tensor.detach().flatten()[::tensor.numel() // 100 | 1].clone()


def thin_all(tensors):
    return {key: thin(tensor) for key, tensor in tensors.items()}


def scales(truth):
    """The size of each tensor: its largest value, or where that is below a hundredth of its kind's (KIND/KEY), its kind's.

    A sum that cancels, as the gradient of a bias before a normalisation, keeps the rounding errors of its large terms.
    """
    own = {key: value.abs().max().item() for key, value in truth.items() if value.is_floating_point()}
    kinds = {}
    for key, size in own.items():
        kind = key.split("/")[0]
        kinds[kind] = max(size, kinds.get(kind, 0))
    return {key: kinds[key.split("/")[0]] if size < 0.01 * kinds[key.split("/")[0]] else size for key, size in own.items()}


def distance(truth, rounded):
    """The largest error of any element, as a share of its tensor's size; integers have none."""
    worst = 0.0
    for key, scale in scales(truth).items():
        apart = (rounded[key].double() - truth[key]).abs().max().item()
        assert apart == apart and (scale > 0 or apart == 0), key
        worst = max(worst, apart / scale if scale else 0)
    return worst


def by_all_kernels(run):
    """What run() gives with each family of kernels that PyTorch has on the CPU, oneDNN's and its own."""
    for onednn in (True, False):
        with torch.backends.mkldnn.flags(enabled=onednn):
            yield run()


def measure(name, compute):
    """Of compute(dtype) -> {KEY: tensor}, in float64: {"NAME/KEY"}, thinned, and "NAME/error", float32's distance from it."""
    truth = thin_all(compute(torch.float64))
    error = max(distance(truth, thin_all(rounded)) for rounded in by_all_kernels(lambda: compute(torch.float32)))
    print(f"{name}: float32 is off by {error:.1e}")
    return {f"{name}/{key}": value for key, value in truth.items()} | {f"{name}/error": error}
