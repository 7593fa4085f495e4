"""An epoch of PCD-1 as a loop in PyTorch."""

from rival import numpy_blas, serve  # first: it prepares the environment
from rbm_data import batch, count, data, encode, hidden, rate, start, visible

import torch


def epoch():
    X = torch.from_numpy(data())
    weights = start()
    step = float(rate) / batch

    def run():
        torch.manual_seed(0)
        W = torch.from_numpy(weights.copy())
        b = torch.zeros(visible)
        c = torch.zeros(hidden)
        h = torch.zeros(batch, hidden)
        with torch.no_grad():
            for at in range(0, count, batch):
                v0 = X[at : at + batch]
                p0 = torch.sigmoid(torch.addmm(c, v0, W))
                v = torch.bernoulli(torch.sigmoid(torch.addmm(b, h, W.t())))
                p = torch.sigmoid(torch.addmm(c, v, W))
                h = torch.bernoulli(p)
                W += step * (v0.t() @ p0 - v.t() @ p)
                b += step * (v0.sum(0) - v.sum(0))
                c += step * (p0.sum(0) - p.sum(0))
        return W.t().contiguous().numpy(), b.numpy(), c.numpy()

    return run


# PyTorch's own builds have MKL inside; a distribution's builds use its BLAS, as NumPy does.
blas = "MKL" if torch.backends.mkl.is_available() else numpy_blas
serve({"epoch": epoch}, encode, "PyTorch", torch.__version__, blas)
