"""An epoch of PCD-1, and annealed importance sampling, in NumPy."""

from rival import race, read, serve  # first: it prepares the environment
from rbm_data import batch, count, data, encode, hidden, rate, start, visible

import numpy as np


def epoch():
    digits = data()
    weights = start()

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    def run():
        random = np.random.default_rng(0)
        W = weights.copy()
        b = np.zeros(visible, np.float32)
        c = np.zeros(hidden, np.float32)
        h = np.zeros((batch, hidden), np.float32)
        step = rate / np.float32(batch)
        for at in range(0, count, batch):
            v0 = digits[at : at + batch]
            p0 = sigmoid(v0 @ W + c)
            v = (random.random((batch, visible), np.float32) < sigmoid(h @ W.T + b)).astype(np.float32)
            p = sigmoid(v @ W + c)
            h = (random.random((batch, hidden), np.float32) < p).astype(np.float32)
            W += step * (v0.T @ p0 - v.T @ p)
            b += step * (v0.sum(0) - v.sum(0))
            c += step * (p0.sum(0) - p.sum(0))
        return W.T, b, c

    return run


def annealing():
    """log Z and its standard error. Chains rise from the base rates a of the data to the machine: at lambda the visible units
    have the biases b + (1 - lambda) a and the weights lambda W, and the hidden units the inputs lambda (W^T v + c). With e =
    exp(lambda x) a unit is on with the probability e / (1 + e), and 1 + e is its factor of the weight; inputs x of this machine
    are far below 88, where e would overflow."""
    setting = race["annealing"]
    W = read("annealing.bin", np.float32).reshape(visible, hidden)
    WT = np.ascontiguousarray(W.T)
    b = c = np.float32(setting["bias"])
    means = data()[: setting["rows"]].mean(0, dtype=np.float64) * 0.99 + 0.005
    a = (np.log(means / (1 - means)) - b).astype(np.float32)
    chains = setting["chains"]
    schedule = np.linspace(0, 1, setting["temperatures"])

    def run():
        random = np.random.Generator(np.random.SFC64(0))
        noise = np.empty((chains, visible), np.float32), np.empty((chains, hidden), np.float32)
        log_weights = np.zeros(chains)

        def draw(e, noise):
            """States of 0 and 1, on with the probability e / (1 + e), in the array of the noise."""
            random.random(out=noise, dtype=np.float32)
            noise *= 1 + e
            return np.less(noise, e, out=noise, casting="unsafe")

        def factors(lamda):
            return np.exp(np.float32(lamda) * x)

        v = draw(np.exp(np.broadcast_to(b + a, noise[0].shape)), noise[0])
        x = v @ W
        x += c
        before = factors(0)
        for k, (low, high) in enumerate(zip(schedule, schedule[1:])):
            after = factors(high)
            log_weights += np.log((1 + after) / (1 + before)).sum(1, dtype=np.float64) + (low - high) * (v @ a)
            if k + 2 == len(schedule):
                break
            h = draw(after, noise[1])
            y = h @ WT
            y *= np.float32(high)
            y += b + np.float32(1 - high) * a
            v = draw(np.exp(y, out=y), noise[0])
            x = v @ W
            x += c
            before = factors(high)
        top = log_weights.max()
        weights = np.exp(log_weights - top)
        base = np.logaddexp(0, b + a.astype(np.float64)).sum() + hidden * np.log(2)
        log_z = base + top + np.log(weights.mean())
        return np.array([log_z, weights.std(ddof=1) / weights.mean() / np.sqrt(chains)])

    return run


serve(
    {"epoch": epoch, "annealing": annealing},
    lambda result: result if isinstance(result, np.ndarray) else encode(result),
)
