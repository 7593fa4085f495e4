"""The NumPy side of recall from a Hebbian memory.

Every number is a whole number below 2^24, so that float32 sums are exact and the results of both sides can be compared
bit for bit. W is not divided by n: the signs of its fields are the same.
"""

from rival import race, read, serve, spins  # first: it sets the number of threads

from itertools import cycle

import numpy as np

n = race["units"]
X = spins("patterns.bin")
p = X.shape[0]
cues = spins("cues.bin")
cue = np.ascontiguousarray(cues[0])
S = np.ascontiguousarray(cues.T)
columns = np.ascontiguousarray(X.T)
orders = read("orders.bin", np.uint32).reshape(-1, race["sweeps"], n)  # of every cue, or one for all of them
if {"single", "plain"} & set(race["works"]):
    W = X.T @ X
    W[np.diag_indices(n)] = 0


def single():
    return (W @ cue >= 0)[None, :]


def batch():
    return ((X.T @ (X @ S) - p * S) >= 0).T


def recall():
    """One unit at a time in random order, with the overlaps kept up to date, until a sweep changes nothing."""
    out = []
    for state, sweeps in zip(cues[: race["rivalCues"]].copy(), cycle(orders)):
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


def plain():
    """The same with the field of a unit from its row of W."""
    out = []
    for state, sweeps in zip(cues[: race["rivalCues"]].copy(), cycle(orders)):
        for order in sweeps:
            flips = 0
            for i in order.tolist():
                h = W[i] @ state
                if (h > 0 and state[i] < 0) or (h < 0 and state[i] > 0):
                    state[i] = -state[i]
                    flips += 1
            if flips == 0:
                break
        out.append(state > 0)
    return np.array(out)


serve(
    {"single": single, "batch": batch, "recall": recall, "plain": plain},
    lambda result: np.packbits(result, axis=1, bitorder="little"),
)
