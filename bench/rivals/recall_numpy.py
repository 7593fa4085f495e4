"""The NumPy side of the recall race. Reads one JSON line a request from standard input, answers with one JSON line.

Every number is a whole number below 2^24, so that float32 sums are exact and the results of both sides can be compared
bit for bit. W is not divided by n: the signs of its fields are the same.
"""

import json
import os
import sys
import time

directory = sys.argv[1]
with open(os.path.join(directory, "race.json")) as file:
    race = json.load(file)
os.environ["OPENBLAS_NUM_THREADS"] = str(race["threads"])

import numpy as np  # noqa: E402  (the number of threads is read at import)

n = race["units"]


def spins(name):
    """Rows of packed bits, least significant first, as float32 spins."""
    words = np.fromfile(os.path.join(directory, name), dtype=np.uint8).reshape(-1, race["stride"] * 4)
    return np.unpackbits(words, axis=1, bitorder="little")[:, :n].astype(np.float32) * 2 - 1


X = spins("patterns.bin")
p = X.shape[0]
cues = spins("cues.bin")
W = X.T @ X
W[np.diag_indices(n)] = 0
cue = np.ascontiguousarray(cues[0])
S = np.ascontiguousarray(cues.T)
columns = np.ascontiguousarray(X.T)
orders = np.fromfile(os.path.join(directory, "orders.bin"), dtype=np.uint32).reshape(-1, race["sweeps"], n)


def single():
    return (W @ cue >= 0)[None, :]


def batch():
    return ((X.T @ (X @ S) - p * S) >= 0).T


def recall():
    """One unit at a time in random order, with the overlaps kept up to date, until a sweep changes nothing."""
    out = []
    for state, sweeps in zip(cues[: race["rivalCues"]].copy(), orders):
        m = X @ state
        for order in sweeps:
            flips = 0
            for i in order.tolist():
                x = columns[i]
                s = state[i]
                h = x @ m - p * s
                if (h > 0 and s < 0) or (h < 0 and s > 0):
                    state[i] = -s
                    m -= (2 * s) * x
                    flips += 1
            if flips == 0:
                break
        out.append(state > 0)
    return np.array(out)


works = {"single": single, "batch": batch, "recall": recall}


def answer(value):
    print(json.dumps(value), flush=True)


def blas():
    try:
        config = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"{config['name']} {config['version']}"
    except (TypeError, KeyError):
        return "unknown BLAS"


answer({"python": sys.version.split()[0], "numpy": np.__version__, "blas": blas()})
for line in sys.stdin:
    name = line.strip()
    start = time.perf_counter()
    result = works[name]()
    seconds = time.perf_counter() - start
    np.packbits(result, axis=1, bitorder="little").tofile(os.path.join(directory, f"{name}.bin"))
    answer({"seconds": seconds})
