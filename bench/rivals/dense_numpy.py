"""The NumPy side of dense products in float32."""

from rival import race, read, serve  # first: it prepares the environment

import numpy as np

size = race["size"]
A = read("a.bin", np.float32).reshape(size, size)
B = read("b.bin", np.float32).reshape(size, size)


def product():
    out = np.empty((size, size), np.float32)
    return lambda: np.matmul(A, B, out=out)


def fresh():
    return lambda: A @ B


serve({"product": product, "fresh": fresh})
