#!/usr/bin/env python3
"""Times a training step in PyTorch eager, and prints the same line of JSON as GanKit's harness.

    python3 benchmarks/pytorch/step.py --workload dcgan64 [--mode reference|tuned]

reference: float32, as the reference script of each workload does it.
tuned:     bfloat16 by autocast (float32 for the mlp, which gains nothing), channels last, fused Adam, D frozen while G learns.
"""
import argparse
import json
import resource
import statistics
import time
from dataclasses import dataclass

import torch

from steps import WORKLOADS


@dataclass
class Settings:
    tuned: bool
    bfloat16: bool
    channels_last: bool


def at_least(least):
    def parse(text):
        value = int(text)
        if value < least:
            raise argparse.ArgumentTypeError(f"{value} is too small: it must be at least {least}")
        return value
    return parse


def resident_mb():
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return None


def main():
    parser = argparse.ArgumentParser(description="Times a training step in PyTorch eager.")
    parser.add_argument("--workload", choices=WORKLOADS, required=True)
    parser.add_argument("--batch", type=at_least(1), help="samples a step; by default the workload's own number")
    parser.add_argument("--steps", type=at_least(1), default=20, help="steps that are timed")
    parser.add_argument("--warmup", type=at_least(0), default=5, help="steps before them")
    parser.add_argument("--threads", type=at_least(1), default=2)
    parser.add_argument("--mode", choices=("reference", "tuned"), default="reference")
    parser.add_argument("--precision", choices=("f32", "bf16"), help="instead of the mode's own")
    parser.add_argument("--layout", choices=("nchw", "nhwc"), help="instead of the mode's own")
    arguments = parser.parse_args()

    tuned = arguments.mode == "tuned"
    precision = arguments.precision or ("bf16" if tuned and arguments.workload != "mlp" else "f32")
    layout = arguments.layout or ("nhwc" if tuned and arguments.workload != "mlp" else "nchw")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    batch, create = WORKLOADS[arguments.workload]
    batch = arguments.batch or batch
    step = create(batch, Settings(tuned, precision == "bf16", layout == "nhwc"))
    for _ in range(arguments.warmup):
        step()

    resident = resident_mb()
    times = []
    for _ in range(arguments.steps):
        started = time.perf_counter()
        step()
        times.append((time.perf_counter() - started) * 1000)

    median = statistics.median(times)
    print(json.dumps({
        "workload": arguments.workload,
        "impl": "pytorch" if not tuned else "pytorch tuned",
        "batch": batch,
        "precision": precision,
        "layout": layout,
        "threads": torch.get_num_threads(),
        "steps": arguments.steps,
        "median_ms": round(median, 3),
        "min_ms": round(min(times), 3),
        "max_ms": round(max(times), 3),
        "images_per_s": round(batch / median * 1000, 3),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, 3),
        "rss_growth_percent": round((resident_mb() / resident - 1) * 100, 3) if resident else 0.0,
        "parameters": sum(p.numel() for network in (step.g, step.d) for p in network.parameters()),
    }))


if __name__ == "__main__":
    main()
