"""Common parts of the rivals. Import it before NumPy, whose libraries read the environment when they are loaded.

A rival is started with the folder of its data, a folder for its results, and a number of threads. It reads one request a line
from standard input, { work, times, keep }, and answers each with one JSON line: wall and CPU seconds of so many runs. A work is a
function that prepares, outside the measured time, and returns the function that is timed.
"""

import json
import os
import sys
import time

from pools import blas_of, drop_slowing, libraries, name_of, refusal, set_threads

data_folder, result_folder, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
drop_slowing()
set_threads(threads)

import numpy as np  # noqa: E402

with open(os.path.join(data_folder, "race.json")) as file:
    race = json.load(file)


def read(name, dtype):
    return np.fromfile(os.path.join(data_folder, name), dtype=dtype)


def spins(name, units=None, stride=None):
    """Rows of packed bits, least significant first, as float32 spins."""
    words = read(name, np.uint8).reshape(-1, (stride or race["stride"]) * 4)
    bits = np.unpackbits(words, axis=1, bitorder="little")[:, : units or race["units"]]
    return bits.astype(np.float32) * 2 - 1


def answer(value):
    print(json.dumps(value), flush=True)


def find_blas():
    """The BLAS that NumPy's products run in: its libraries are all loaded after one."""
    a = np.ones((64, 64), np.float32)
    a @ a
    kind, path = blas_of(libraries())
    if kind == "reference":
        answer({"refused": refusal(path)})
        sys.exit()
    return "unknown BLAS" if kind is None else name_of(kind, path)


numpy_blas = find_blas()


def serve(works, encode=lambda result: result, name="NumPy", version=np.__version__, blas=numpy_blas):
    """Does the works asked for; writes results that are to be kept by `encode`, outside the measured time."""
    pools = set_threads(threads)
    wrong = {pool: count for pool, count in pools.items() if count != threads}
    if wrong:
        answer({"refused": f"it was to run on {threads} threads, but has {wrong}"})
        return
    about = {"name": name, "version": version, "blas": blas, "threads": threads, "pools": pools}
    answer({**about, "python": sys.version.split()[0], "numpy": np.__version__})
    prepared = {}
    for line in sys.stdin:
        request = json.loads(line)
        work = request["work"]
        if work not in prepared:
            prepared[work] = works[work]()
        run = prepared[work]
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(request["times"]):
            result = run()
        seconds = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
        if request.get("keep"):
            np.ascontiguousarray(encode(result)).tofile(os.path.join(result_folder, f"{work}.bin"))
        answer(seconds)
