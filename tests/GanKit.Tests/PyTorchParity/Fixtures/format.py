"""One tensor of each kind a fixture file can hold, to test the C# reader."""

import torch

from fixture_io import save

save("format.safetensors", {
    # Transposed, so that the writer has to make it contiguous.
    "matrix": torch.tensor([[1.5, 4.0], [-2.0, 5.0], [3.25, 1e-20]]).t(),
    "integers": torch.tensor([-(2**63), 0, 2**40]),
    "flags": torch.tensor([0, 127, 255], dtype=torch.uint8),
    "scalar": 0.1,
    "empty": torch.zeros(0, 4),
})
