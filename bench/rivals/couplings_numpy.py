"""Synchronous recall with couplings given as a matrix."""

from rival import race, read, serve  # first: it prepares the environment
from couplings import recall

import numpy as np

n = race["units"]


def dense():
    return recall(read("weights.bin", np.float32).reshape(n, n))


serve({"dense": dense})
