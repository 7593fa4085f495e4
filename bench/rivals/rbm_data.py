"""What the rivals of the RBM share: one epoch of PCD-1 for a binary RBM from the same start, on the same digits in the same
batches and order, in float32. The result is W (hidden x visible), then the visible and the hidden biases."""

from rival import race, read  # first: it prepares the environment

import numpy as np

visible, hidden, batch, rate = race["visible"], race["hidden"], race["batch"], np.float32(race["rate"])
count = race["count"]


def data():
    packed = read("data.bin", np.uint8).reshape(count, race["stride"] * 4)
    bits = np.unpackbits(packed, axis=1, bitorder="little")[:, :visible]
    return np.ascontiguousarray(bits.astype(np.float32))


def start():
    return read("start.bin", np.float32).reshape(visible, hidden)


def encode(arrays):
    return np.concatenate([np.asarray(a, np.float32).ravel() for a in arrays])
