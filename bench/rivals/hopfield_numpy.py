"""The NumPy side of the census and the basins of attraction. All sums are whole numbers, exact in float32."""

from rival import race, read, serve, spins  # first: it prepares the environment

import numpy as np

BLOCK = 2**16


def census():
    """The states, as words in ascending order, in which no unit has a field against it."""
    weights = read("weights.bin", np.float64)
    units = round(len(weights) ** 0.5)
    dense = weights.reshape(units, units).astype(np.float32)
    shifts = np.arange(units, dtype=np.uint32)

    def run():
        found = []
        for first in range(0, 2**units, BLOCK):
            words = np.arange(first, first + BLOCK, dtype=np.uint32)
            S = ((words[:, None] >> shifts) & 1).astype(np.float32) * 2 - 1
            found.append(words[(S * (S @ dense) >= 0).all(axis=1)])
        return np.concatenate(found)

    return run


def basins():
    """For each pattern and distance, the fraction of random states that settle on the pattern, all units at once."""
    X = spins("basins.bin")
    n = X.shape[1]
    W = X.T @ X
    W[np.diag_indices(n)] = 0
    random = np.random.default_rng(race["seed"])

    def step(S):
        return np.where(S @ W >= 0, np.float32(1), np.float32(-1))

    def reach(x, distance):
        samples = race["samples"]
        if not np.array_equal(step(x[None, :])[0], x):
            return 0.0
        flipped = np.argpartition(random.random((samples, n), dtype=np.float32), distance, axis=1)[:, :distance]
        S = np.tile(x, (samples, 1))
        np.put_along_axis(S, flipped, -x[flipped], axis=1)
        before = None
        count = 0
        for _ in range(1000):
            following = step(S)
            reached = (following == x).all(axis=1)
            count += np.count_nonzero(reached)
            moving = ~reached & (following != S).any(axis=1)
            if before is not None:
                moving &= (following != before).any(axis=1)
            before, S = S[moving], following[moving]
            if len(S) == 0:
                break
        return count / samples

    return lambda: np.array([[reach(x, h) for h in race["distances"]] for x in X[: race["rivalPatterns"]]])


serve({"census": census, "basins": basins})
