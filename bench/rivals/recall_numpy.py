"""The NumPy side of recall from a Hebbian memory, and of storing by the projection rule.

In recall every number is a whole number below 2^24, so that float32 sums are exact and the results of both sides can be
compared bit for bit. W is not divided by n: the signs of its fields are the same.
"""

from rival import race, read, serve, spins  # first: it prepares the environment

from functools import cache
from itertools import cycle

import numpy as np

n = race["units"]
X = spins("patterns.bin")
p = X.shape[0]
cues = spins("cues.bin")


@cache
def couplings():
    W = X.T @ X
    W[np.diag_indices(n)] = 0
    return W


def orders():
    """Of every cue, or one for all of them."""
    return read("orders.bin", np.uint32).reshape(-1, race["sweeps"], n)


def single():
    W = couplings()
    cue = np.ascontiguousarray(cues[0])
    return lambda: pack((W @ cue >= 0)[None, :])


def batch():
    S = np.ascontiguousarray(cues.T)
    return lambda: pack(((X.T @ (X @ S) - p * S) >= 0).T)


def recall():
    """One unit at a time in random order, with the overlaps kept up to date, until a sweep changes nothing."""
    columns = np.ascontiguousarray(X.T)
    given = orders()

    def run():
        out = []
        for state, sweeps in zip(cues[: race["rivalCues"]].copy(), cycle(given)):
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
        return pack(np.array(out))

    return run


def plain():
    """The same with the field of a unit from its row of W."""
    W = couplings()
    given = orders()

    def run():
        out = []
        for state, sweeps in zip(cues[: race["rivalCues"]].copy(), cycle(given)):
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
        return pack(np.array(out))

    return run


def projection():
    """Y = (X X^T)^-1 X, so that W = X^T Y, and the self-couplings W_ii, both in double precision."""

    def run():
        gram = (X @ X.T).astype(np.float64)  # exact
        patterns = X.astype(np.float64)
        Y = np.linalg.solve(gram, patterns)
        return Y, np.einsum("ki,ki->i", patterns, Y)

    return run


def pack(states):
    return np.packbits(states, axis=1, bitorder="little")


def encode(result):
    """States as they are; of a memory the fields of the cues, without self-couplings."""
    if not isinstance(result, tuple):
        return result
    Y, diagonal = result
    S = cues.astype(np.float64)
    return (S @ X.T.astype(np.float64)) @ Y - diagonal * S


serve({"single": single, "batch": batch, "recall": recall, "plain": plain, "projection": projection}, encode)
