#!/usr/bin/env python3
"""Refine images in PyTorch, with a refiner that simreal exported.

    simreal export --format safetensors --training training --out refiner.safetensors
    python refine_pytorch.py refiner.safetensors OUT_DIR IMAGE...

Needs torch and numpy, and pillow to read image files. The network is built from what the file says about
itself (its metadata, as JSON under "architecture"), so this file may be copied and changed freely.
"""

import json
import struct
import sys
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F


def read_safetensors(path):
    """The tensors and the metadata of a file; `safetensors.safe_open` gives the same."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    body, tensors = data[8 + length :], {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, not F32")
        start, end = entry["data_offsets"]
        values = torch.frombuffer(bytearray(body[start:end]), dtype=torch.float32)
        tensors[name] = values.reshape(entry["shape"])
    return tensors, metadata


class Block(nn.Module):
    """Two convolutions around which the input is led past."""

    def __init__(self, conv1, conv2):
        super().__init__()
        self.conv1, self.conv2 = conv1, conv2

    def forward(self, x):
        return F.relu(x + self.conv2(F.relu(self.conv1(x))))


class Refiner(nn.Module):
    """[batch, channels, height, width] in [-1, 1] to the same."""

    def __init__(self, architecture):
        super().__init__()
        if architecture["network"] != "simgan-refiner":
            raise ValueError(f"this is no refiner but a {architecture['network']}")
        convs = {
            layer["name"]: nn.Conv2d(
                layer["in_channels"],
                layer["out_channels"],
                layer["kernel"],
                layer["stride"],
                layer["padding"],
                padding_mode=architecture["padding_mode"],
            )
            for layer in architecture["layers"]
        }
        self.stem, self.head = convs["stem"], convs["head"]
        self.blocks = nn.ModuleList(
            Block(convs[f"blocks.{i}.conv1"], convs[f"blocks.{i}.conv2"])
            for i in range(architecture["blocks"])
        )
        self.margin = architecture["margin"]
        self.residual = architecture["residual"]
        self.output = architecture["output"]
        self.headroom = architecture["headroom"]
        self.keep_background = architecture["keep_background"]
        self.residual_limit = architecture["residual_limit"]

    def forward(self, x):
        y = self.drawn(x)
        return torch.where(x >= 1, x, y) if self.keep_background else y

    def drawn(self, x):
        m = self.margin
        y = F.pad(x, (m, m, m, m), mode="replicate") if m else x
        y = F.relu(self.stem(y))
        for block in self.blocks:
            y = block(y)
        y = self.head(y)
        y = y[:, :, m : y.shape[2] - m, m : y.shape[3] - m]
        if self.residual_limit > 0:
            return x + self.residual_limit * torch.tanh(y)
        if self.output == "linear":
            return x + y if self.residual else y
        if self.residual:
            return self.headroom * torch.tanh(y + torch.atanh(x / self.headroom))
        return torch.tanh(y)


def load(path):
    """The refiner in a file, ready to use."""
    tensors, metadata = read_safetensors(path)
    refiner = Refiner(json.loads(metadata["architecture"]))
    refiner.load_state_dict(tensors)
    return refiner.eval()


@torch.no_grad()
def refine(refiner, levels):
    """Refines 8-bit images, [batch, channels, height, width]."""
    y = refiner(levels.float() / 127.5 - 1)
    return ((y + 1) * 127.5).round().clamp(0, 255).to(torch.uint8)


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    import numpy
    from PIL import Image

    refiner, out = load(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    mode = "L" if refiner.stem.in_channels == 1 else "RGB"
    for path in map(Path, sys.argv[3:]):
        image = torch.from_numpy(numpy.array(Image.open(path).convert(mode)))
        image = image[None, None] if mode == "L" else image.permute(2, 0, 1)[None]
        refined = refine(refiner, image)[0]
        refined = refined[0] if mode == "L" else refined.permute(1, 2, 0)
        Image.fromarray(refined.numpy()).save(out / (path.stem + ".png"))


if __name__ == "__main__":
    main()
