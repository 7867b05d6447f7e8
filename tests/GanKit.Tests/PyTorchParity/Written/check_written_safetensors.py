"""Python's safetensors reads the file beside this script, which GanKit wrote, and would have written the same bytes.

    python3 check_written_safetensors.py

under PyTorch and the safetensors package, 0.4.5 or later. SafetensorsParityTests.cs says in C# what is said here in Python, and
sees to it that GanKit still writes these bytes.
"""

import pathlib

import torch
import safetensors
import safetensors.torch

PATH = pathlib.Path(__file__).resolve().parent / "tensors.safetensors"

DTYPES = [
    torch.float32, torch.float64, torch.float16, torch.bfloat16, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.bool,
]


def numbers(count, dtype):
    return torch.arange(count) % 3 == 0 if dtype == torch.bool else torch.arange(count).to(dtype)


def tensors():
    contents = {}
    for dtype in DTYPES:
        name = str(dtype).removeprefix("torch.")
        contents[f"{name}.matrix"] = numbers(12, dtype).reshape(3, 4)
        contents[f"{name}.transposed"] = numbers(12, dtype).reshape(3, 4).t()
        contents[f"{name}.number"] = numbers(8, dtype)[7]
        contents[f"{name}.empty"] = torch.zeros(2, 0, 3, dtype=dtype)
    for name in ["größer", "日本", "𝔊", "￭", 'quote " \\ / <&>\'', "control \0\b\t\n\v\f\r\x1b\x7f\u2028", ""]:
        contents[name] = torch.tensor([1.5, -2])
    return contents


def main():
    expected = tensors()
    with safetensors.safe_open(PATH, framework="pt") as file:
        assert file.metadata() == {"format": "pt"}, file.metadata()
        assert set(file.keys()) == set(expected), set(file.keys()) ^ set(expected)
        for name, tensor in expected.items():
            read = file.get_tensor(name)
            assert read.dtype == tensor.dtype and read.shape == tensor.shape and torch.equal(read, tensor), name
    contiguous = {name: tensor.contiguous() for name, tensor in expected.items()}
    assert safetensors.torch.save(contiguous, metadata={"format": "pt"}) == PATH.read_bytes(), "the bytes differ"
    print(f"safetensors {safetensors.__version__} reads {PATH.name} ({len(expected)} tensors), and writes the same bytes.")


main()
