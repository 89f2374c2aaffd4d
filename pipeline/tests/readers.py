"""Opens a data set with every reader of Parquet that this Python has.

Usage: readers.py FOLDER ROWS WIDTH HEIGHT MODALITY (eye or hand)

Checks in each reader that `image` decodes to images of that size, that the label's columns are there,
and that the first row has id 0 and a known label. Prints one line for each reader: "ok NAME" or
"skipped NAME: why". Anything wrong ends it with a traceback.
"""

import importlib.util
import io
import os
import sys
import tempfile

folder, rows, width, height = sys.argv[1], *map(int, sys.argv[2:5])
hands = sys.argv[5] == "hand"
files = os.path.join(folder, "data", "*.parquet")
scratch = tempfile.TemporaryDirectory()
os.environ |= {
    "HF_HUB_OFFLINE": "1",
    "HF_HOME": scratch.name,
    "HF_DATASETS_CACHE": os.path.join(scratch.name, "datasets"),
    "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
}


def check(count, image_files, row):
    """`image_files` are the bytes of all images, `row` is the first row by column name."""
    assert count == rows, f"{count} rows instead of {rows}"
    assert row["id"] == 0 and row["domain"] == "synthetic" and row["seed"] == 2**64 - 6
    check_hand(row) if hands else check_eye(row)
    try:
        from PIL import Image
    except ImportError:
        return
    for k, data in enumerate(image_files):
        image = Image.open(io.BytesIO(data))
        check_image(image, k)


def check_hand(row):
    assert len(row["joints_xyz_mm"]) == 108 and row["joints_xyz_mm"][107] == 635
    assert len(row["joints_uvd"]) == 108 and row["joints_uvd"][107] == 635
    assert list(row["joints_visibility"][:4]) == [0, 1, 2, 3] and len(row["angles_rad"]) == 22
    assert row["side"] == "left" and row["sensor"] == "clean" and row["gesture"] == "sign 0"


def check_eye(row):
    assert abs(row["gaze_pitch_rad"] - 0.37) < 1e-6 and abs(row["gaze_yaw_rad"] - 0.74) < 1e-6
    assert len(row["eye_center_mm"]) == 3 and len(row["upper_lid_px"]) == 18
    assert len(row["pupil_rim_px"]) == 64 and list(row["pupil_rim_visibility"][:4]) == [0, 1, 2, 0]
    assert row["side"] == "left" and not row["mirrored"] and row["spectrum"] == "grey"
    assert row["jpeg_quality"] == 90 and len(row["light_kind"]) == 0


def check_image(image, k):
    modes = ("I;16", "I", "I;16B") if hands else ("L",)
    assert image.size == (width, height) and image.mode in modes, f"image {k}: {image}"
    # What the test wrote.
    for x, y in [(0, 0), (7, 3), (width - 1, height - 1)]:
        written = (311 * x + 57 * y + 4099 * k) % 65536 if hands else (3 * x + 5 * y + 7 * k) % 256
        assert image.getpixel((x, y)) == written, f"image {k} at {x}, {y}"


def pyarrow():
    import pyarrow.parquet

    table = pyarrow.parquet.read_table(os.path.join(folder, "data"))
    images = [image["bytes"] for image in table["image"].to_pylist()]
    check(table.num_rows, images, table.slice(0, 1).to_pylist()[0])


def pandas():
    import pandas

    frame = pandas.read_parquet(os.path.join(folder, "data"))
    check(len(frame), [image["bytes"] for image in frame["image"]], frame.iloc[0])


def polars():
    import polars

    frame = polars.read_parquet(files)
    images = frame["image"].struct.field("bytes").to_list()
    check(len(frame), images, frame.row(0, named=True))
    near = polars.col("cube_side_mm") < 4.0 if hands else polars.col("gaze_pitch_rad") < 1.0
    assert len(polars.scan_parquet(files).filter(near).collect()) == 1, "a filter on a label"


def duckdb():
    import duckdb

    query = duckdb.sql(f"SELECT * FROM '{files}' ORDER BY id")
    row = dict(zip(query.columns, query.limit(1).fetchall()[0]))
    images = duckdb.sql(f"SELECT image.bytes FROM '{files}' ORDER BY id").fetchall()
    check(len(images), [image for (image,) in images], row)


def datasets():
    import datasets

    whole = datasets.load_dataset(folder, split="train")
    by_file = datasets.load_dataset("parquet", data_files=files, split="train")
    stream = datasets.load_dataset(folder, split="train", streaming=True)
    assert len(whole) == len(by_file) == rows
    for source in (whole, by_file, stream):
        for k, row in enumerate(source):
            check_image(row["image"], k)
            known = k < rows - 1  # of the last row nothing is known
            mask = row["parts" if hands else "mask"]
            assert (mask is not None) == known
            if known and hands:
                assert (mask.size, mask.getpixel((8, 6))) == ((width, height), (2 + k) % 8)
                assert row["clean_mm"].getpixel((3, 7)) == (311 * 7 + 57 * 3 + 4099 * k) % 65536
            elif known:
                assert len(row["light_vector"]) == 3 * (k % 4) and len(row["glint_px"]) == 2 * (k % 4)
                assert (mask.size, mask.getpixel((8, 6))) == ((width, height), (2 + k) % 9)
        assert k == rows - 1
    labels = {name: whole[0][name] for name in whole.column_names if name != "image"}
    check(rows, [], labels)


for reader, needed in {
    pyarrow: ["pyarrow"],
    pandas: ["pandas", "pyarrow"],
    polars: ["polars"],
    duckdb: ["duckdb"],
    datasets: ["datasets", "PIL"],
}.items():
    missing = [name for name in needed if importlib.util.find_spec(name) is None]
    if missing:
        print(f"skipped {reader.__name__}: this Python has no {' and no '.join(missing)}")
    else:
        reader()
        print(f"ok {reader.__name__}")
