"""Turn HDF5 or NumPy files of eye images into a folder that `simreal ingest` reads.

    python examples/unpack_gaze.py real_gaze.h5 photos
    python examples/unpack_gaze.py MPIIFaceGaze.npz photos --images image --gaze gaze
    simreal ingest photos --out real

It needs numpy and Pillow, and for HDF5 (.h5, .hdf5, MATLAB 7.3) h5py. What it finds:

- many arrays of one image each, as in gaze.h5 and real_gaze.h5 of the SimGAN tutorials (group "image");
  the group "look_vec" ([x, y, z], y up as UnityEyes has it), or a gaze.json of the same beside gaze.h5,
  becomes labels;
- one array of images [n, height, width] or [n, height, width, channels], and with --gaze one of gaze:
  [n, 2] pitch and yaw in radians, or [n, 3] from the eye to the target (x right, y down, z forward).

Floating-point images from 0 to 1 are multiplied by 255; others are refused. Nothing is scaled or turned.
"""

import argparse
import csv
import json
import math
import pathlib
import sys

import numpy as np
from PIL import Image


def arrays(path):
    """Name and array of everything in a file."""
    if path.suffix == ".npz":
        return dict(np.load(path))
    if path.suffix == ".npy":
        return {path.stem: np.load(path)}
    import h5py

    found = {}

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = np.asarray(item[()])

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found


def pixels(image, name):
    """An image as bytes."""
    image = np.squeeze(np.asarray(image))
    if image.dtype == np.uint8:
        return image
    if image.dtype.kind == "f" and image.min() >= 0 and image.max() <= 1:
        return np.round(image * 255).astype(np.uint8)
    sys.exit(f"{name}: {image.dtype} from {image.min()} to {image.max()}; give bytes, or 0 to 1")


def angles(gaze, y_up=False):
    """Pitch and yaw in radians, as simreal has them."""
    gaze = [float(value) for value in gaze]
    if len(gaze) == 2:
        return gaze
    x, y, z = gaze[:3]
    length = math.sqrt(x * x + y * y + z * z)
    y = -y if y_up else y
    return [math.asin(-y / length), math.atan2(-x, -z)]


def labels_beside(path):
    """The gaze.json beside gaze.h5, by image name."""
    beside = path.with_name("gaze.json")
    if not beside.is_file() or path.stem.startswith("real"):
        return {}
    return {name: angles(gaze, y_up=True) for name, gaze in json.loads(beside.read_text()).items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--images", help="name of the array of images")
    parser.add_argument("--gaze", help="name of the array of gaze")
    args = parser.parse_args()

    found = arrays(args.file)
    # A first length of 1 to 4 is one of channels, or of one image.
    stacks = {n: a for n, a in found.items() if a.ndim >= 3 and a.shape[0] > 4 and min(a.shape[1:3]) > 4}
    if args.images or len(stacks) == 1:
        name = args.images or next(iter(stacks))
        images = {f"{k:06}": image for k, image in enumerate(found[name])}
        gaze = found[args.gaze] if args.gaze else []
        labels = {f"{k:06}": angles(row) for k, row in enumerate(gaze)}
    elif args.gaze or len(stacks) > 1 and all(a.ndim == 4 for a in stacks.values()):
        sys.exit(f"say which by --images and --gaze; there are {', '.join(found)}")
    else:
        flat = {n: a for n, a in found.items() if a.dtype.kind in "uif" and np.squeeze(a).ndim in (2, 3)}
        images = {n.rsplit("/", 1)[-1]: a for n, a in flat.items()}
        looks = {n.rsplit("/", 1)[-1]: a for n, a in found.items() if "look_vec/" in n}
        labels = {name: angles(gaze, y_up=True) for name, gaze in looks.items()} or labels_beside(args.file)
    if not images:
        sys.exit(f"no images; there are {', '.join(f'{n} {a.shape}' for n, a in found.items())}")

    args.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, image in images.items():
        file = f"{pathlib.Path(name).stem}.png"
        Image.fromarray(pixels(image, name)).save(args.folder / file)
        if name in labels or pathlib.Path(name).stem in labels:
            rows.append([file, *labels.get(name, labels.get(pathlib.Path(name).stem))])
    if rows:
        with open(args.folder / "metadata.csv", "w", newline="") as table:
            writer = csv.writer(table)
            writer.writerow(["file_name", "pitch_rad", "yaw_rad"])
            writer.writerows(rows)
    print(f"{len(images)} images, {len(rows)} with gaze, in {args.folder}")


if __name__ == "__main__":
    main()
