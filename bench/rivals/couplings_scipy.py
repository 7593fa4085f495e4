"""Synchronous recall with couplings given as sparse rows."""

from rival import race, read, serve  # first: it prepares the environment
from couplings import recall

import numpy as np
import scipy
from scipy.sparse import csr_matrix

n = race["units"]


def sparse():
    starts, columns = (read(name, np.uint32).astype(np.int32) for name in ("starts.bin", "columns.bin"))
    return recall(csr_matrix((read("kept.bin", np.float32), columns, starts), shape=(n, n)))


serve({"sparse": sparse}, name="SciPy", version=scipy.__version__)
