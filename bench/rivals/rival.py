"""Common parts of the NumPy rivals. Import it before NumPy, which reads its number of threads when it is imported.

A rival is started with a folder and a number of threads. The folder holds its data, and takes its results. It reads one
work's name a line from standard input and answers each with one JSON line.
"""

import json
import os
import sys
import time

directory = sys.argv[1]
os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[2]

import numpy as np  # noqa: E402

with open(os.path.join(directory, "race.json")) as file:
    race = json.load(file)


def read(name, dtype):
    return np.fromfile(os.path.join(directory, name), dtype=dtype)


def spins(name):
    """Rows of packed bits, least significant first, as float32 spins."""
    words = read(name, np.uint8).reshape(-1, race["stride"] * 4)
    return np.unpackbits(words, axis=1, bitorder="little")[:, : race["units"]].astype(np.float32) * 2 - 1


def answer(value):
    print(json.dumps(value), flush=True)


def blas():
    try:
        config = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{config['name']} {config['version']}"
    except (TypeError, KeyError):
        return "unknown BLAS"


def serve(works, encode=lambda result: result, about={}):
    """Does the works asked for; writes the result of each by `encode`, outside the measured time."""
    answer({"python": sys.version.split()[0], "numpy": np.__version__, "blas": blas(), **about})
    for line in sys.stdin:
        name = line.strip()
        start = time.perf_counter()
        result = works[name]()
        seconds = time.perf_counter() - start
        encode(result).tofile(os.path.join(directory, f"{name}.bin"))
        answer({"seconds": seconds})
