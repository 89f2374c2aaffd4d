#!/usr/bin/env python3
"""Training speed on the CPU, this crate's beside PyTorch's, in one table.

    python3 trainer/benches/compare_pytorch.py [--threads 2] [--rounds 5] [--compile] [--adam]

Makes a virtual environment (--venv, in the temporary folder by default) and installs PyTorch from
PyPI into it the first time: a download of 3 GB. Then it builds the example `pace` and lets both
sides do the same work in turns, round by round: the networks of the paper at 55x35 px, channels
last, f32, the same number of threads. Images a second are medians over the rounds;
"times" is the median of the ratios within a round, which other work on the machine disturbs less.

"of GEMM peak" counts the multiplications that the layers are defined by, against the fastest
matrix product of side 2048 that was measured before. A convolution that gets by with
fewer multiplications (Winograd's) can exceed 100 %.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WORKS = [
    ("refiner-forward", 64),
    ("refiner-step", 32),
    ("refiner-step", 128),
    ("discriminator-step", 64),
]
PIXELS, PATCHES = 35 * 55, 9 * 14
# Multiplications per image of the definition. A training step has three passes (forward, input
# gradient, weight gradient); the first layer of a network that is trained has no input gradient.
STEM = PIXELS * 9 * 64
REFINER = STEM + PIXELS * (8 * 9 * 64 * 64 + 64)
CONV1 = 18 * 28 * 9 * 96
DISCRIMINATOR = CONV1 + PATCHES * (9 * 96 * 64 + 9 * 64 * 32 + 32 * 32 + 32 * 2)
TINY = PIXELS * (9 * 4 + 2 * 9 * 4 * 4 + 4)
MULTIPLICATIONS = {
    "refiner-forward": REFINER,
    "refiner-step": 3 * REFINER - STEM + 2 * DISCRIMINATOR,
    "discriminator-step": 2 * (3 * DISCRIMINATOR - CONV1) + TINY,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--compile", action="store_true", help="a column for torch.compile as well")
    parser.add_argument("--adam", action="store_true", help="Adam in place of the paper's SGD")
    parser.add_argument("--venv", type=Path, default=Path(tempfile.gettempdir()) / "pace-venv")
    parser.add_argument("--serve", nargs=2, metavar=("WORK", "BATCH"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve[0], int(options.serve[1]), options)
    else:
        compare(options)


def compare(options):
    python = options.venv / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", options.venv], check=True)
    if subprocess.run([python, "-c", "import torch"], capture_output=True).returncode != 0:
        subprocess.run([python, "-m", "pip", "install", "--quiet", "torch", "numpy"], check=True)
    build = ["cargo", "build", "--release", "--locked", "--workspace", "--example", "pace"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    pace = [str(target / "release" / "examples" / "pace")]
    torch = [str(python), __file__, "--threads", str(options.threads)]
    words = ["adam"] if options.adam else []
    flags = ["--adam"] if options.adam else []

    def sides(work, batch):
        given = [work, str(batch)]
        yield "simreal", pace + given + words
        yield "PyTorch", torch + flags + ["--serve", *given]
        if options.compile and work not in ("gemm", "fma"):
            yield "compiled", torch + flags + ["--compile", "--serve", *given]

    threads = str(options.threads)
    environment = os.environ | {"RAYON_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
    load = f"load average before: {os.getloadavg()[0]:.2f}"
    print(cpu(), f"{threads} threads", load, sep=", ", flush=True)
    names = [name for name, _ in sides(*WORKS[0])]
    peak = gemm_peak(pace, sides, environment)
    print(head(names), flush=True)
    for work, batch in WORKS:
        processes = {name: Process(command, environment) for name, command in sides(work, batch)}
        # Enough repetitions that a round takes about a second, after one to warm up.
        repetitions = {}
        for name, process in processes.items():
            process.ask(1)
            repetitions[name] = max(1, round(1 / process.ask(1)))
        seconds = {name: [] for name in processes}
        for _ in range(options.rounds):
            for name, process in processes.items():
                seconds[name].append(process.ask(repetitions[name]))
        memory = {name: process.close() for name, process in processes.items()}
        print(row(work, batch, seconds, memory, peak), flush=True)
    print(f"\nload average after: {os.getloadavg()[0]:.2f} (of it, {threads} are ours)")


def gemm_peak(pace, sides, environment):
    """GFLOP/s of the faster matrix product; prints both, and what the arithmetic units can do."""
    with Process(pace + ["fma", "0"], environment) as process:
        print(f"multiply-adds in registers: {max(process.ask(1) for _ in range(5)):.0f} GFLOP/s")
    processes = {name: Process(command, environment) for name, command in sides("gemm", 2048)}
    found = {name: [] for name in processes}
    for _ in range(6):
        for name, process in processes.items():
            found[name].append(process.ask(2))
    for name, process in processes.items():
        process.close()
        print(f"GEMM of side 2048, {name}: {max(found[name]):.0f} GFLOP/s")
    return max(max(values) for values in found.values())


def head(names):
    cells = ["work", "batch"]
    cells += [f"{name} img/s" for name in names] + [f"times {name}" for name in names[1:]]
    cells += [f"{name} of GEMM peak" for name in names] + [f"{name} MiB" for name in names]
    return "\n| " + " | ".join(cells) + " |\n|" + " --- |" * len(cells)


def row(work, batch, seconds, memory, peak):
    names = list(seconds)
    rate = {name: batch / statistics.median(seconds[name]) for name in names}
    cells = [work, str(batch)] + [f"{rate[name]:.1f}" for name in names]
    for name in names[1:]:
        ratios = [theirs / ours for ours, theirs in zip(seconds[names[0]], seconds[name])]
        cells.append(f"{statistics.median(ratios):.2f}")
    share = 2 * MULTIPLICATIONS[work] / (peak * 1e9)
    cells += [f"{100 * share * rate[name]:.0f} %" for name in names]
    cells += [f"{memory[name]:.0f}" for name in names]
    return "| " + " | ".join(cells) + " |"


class Process:
    """One side of the comparison, which works only when asked."""

    def __init__(self, command, environment):
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, text=True, env=environment
        )

    def ask(self, repetitions):
        self.process.stdin.write(f"{repetitions}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        last = float(self.process.stdout.readline())
        self.process.wait()
        return last

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def cpu():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return "unknown CPU"
    found = {}
    for line in lines:
        key, _, value = line.partition(":")
        found.setdefault(key.strip(), value.strip())
    flags = found.get("flags", "").split()
    widest = next((f for f in ("avx512f", "avx2") if f in flags), "no AVX2")
    return f"{found.get('model name')} (family {found.get('cpu family')}), {widest}"


def serve(work, batch, options):
    """The work of pace.rs in PyTorch, asked in the same way."""
    import resource

    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)

    class Block(nn.Module):
        def __init__(self, features):
            super().__init__()
            self.conv1 = nn.Conv2d(features, features, 3, padding=1)
            self.conv2 = nn.Conv2d(features, features, 3, padding=1)

        def forward(self, x):
            return F.relu(x + self.conv2(F.relu(self.conv1(x))))

    class Refiner(nn.Module):
        def __init__(self, features=64, blocks=4):
            super().__init__()
            self.stem = nn.Conv2d(1, features, 3, padding=1)
            self.blocks = nn.Sequential(*[Block(features) for _ in range(blocks)])
            self.head = nn.Conv2d(features, 1, 1)

        def forward(self, x):
            return torch.tanh(self.head(self.blocks(F.relu(self.stem(x)))))

    class Discriminator(nn.Sequential):
        def __init__(self):
            super().__init__(
                nn.Conv2d(1, 96, 3, stride=2, padding=1), nn.ReLU(),
                nn.Conv2d(96, 64, 3, stride=2, padding=1), nn.ReLU(),
                nn.MaxPool2d(3, stride=1, padding=1),
                nn.Conv2d(64, 32, 3, padding=1), nn.ReLU(),
                nn.Conv2d(32, 32, 1), nn.ReLU(),
                nn.Conv2d(32, 2, 1),
            )  # fmt: skip

    def optimizer(network):
        if options.adam:
            return torch.optim.Adam(network.parameters(), lr=1e-3, betas=(0.5, 0.999), eps=1e-8)
        return torch.optim.SGD(network.parameters(), lr=1e-3)

    def cross_entropy(logits, label):
        return -F.log_softmax(logits, 1)[:, label].mean()

    last = torch.channels_last
    tiny = {"features": 4, "blocks": 1} if work == "discriminator-step" else {}
    refiner = Refiner(**tiny).to(memory_format=last)
    discriminator = Discriminator().to(memory_format=last)
    images = (torch.rand(batch, 1, 35, 55) * 2 - 1).contiguous(memory_format=last)
    if options.compile:
        refiner, discriminator = torch.compile(refiner), torch.compile(discriminator)

    if work == "gemm":
        a, b = torch.rand(batch, batch) - 0.5, torch.rand(batch, batch) - 0.5

        def once():
            torch.mm(a, b)
    elif work == "refiner-forward":

        @torch.inference_mode()
        def once():
            refiner(images)
    elif work == "refiner-step":
        discriminator.requires_grad_(False)
        update = optimizer(refiner)

        def once():
            refined = refiner(images)
            loss = cross_entropy(discriminator(refined), 0) + (refined - images).abs().mean()
            update.zero_grad(set_to_none=True)
            (loss * PATCHES).backward()
            update.step()
    else:
        update = optimizer(discriminator)

        def once():
            with torch.no_grad():
                fresh = refiner(images).contiguous(memory_format=last)
            loss = cross_entropy(discriminator(fresh), 1) + cross_entropy(discriminator(images), 0)
            update.zero_grad(set_to_none=True)
            (loss / 2 * PATCHES).backward()
            update.step()

    for line in sys.stdin:
        repetitions = int(line)
        start = time.perf_counter()
        for _ in range(repetitions):
            once()
        seconds = (time.perf_counter() - start) / repetitions
        print(2 * batch**3 / seconds / 1e9 if work == "gemm" else seconds, flush=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


if __name__ == "__main__":
    main()
