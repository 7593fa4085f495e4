"""An epoch of a dense classifier (Krotov and Hopfield 2016) in PyTorch, in place: one product of pixels and memories for all
classes, and class after class, so that what belongs to one stays in the caches. Powers by torch.pow, or by squaring."""

from rival import numpy_blas, race, read, serve  # first: it prepares the environment

import numpy as np
import torch

pixels, classes, memories, batch, count = (race[k] for k in ("pixels", "classes", "memories", "batch", "count"))


def by_pow(x, exponent, out, _):
    torch.pow(x, exponent, out=out)


def by_squares(x, exponent, out, square):
    square.copy_(x)
    first = True
    while True:
        if exponent & 1:
            out.copy_(square) if first else out.mul_(square)
            first = False
        exponent >>= 1
        if exponent == 0:
            return
        square.mul_(square)


def dots(a, b):
    """The products of the rows of two matrices."""
    return torch.bmm(a.unsqueeze(1), b.unsqueeze(2)).view(-1)


def epoch(setting, power_of):
    n, T, m = setting["power"], setting["temperature"], setting["errorPower"]
    rate, momentum = setting["rate"], setting["momentum"]
    order = read("order.bin", np.uint32)
    images = read("images.bin", np.uint8).reshape(count, pixels)[order]
    X = torch.from_numpy(images.astype(np.float32) * np.float32(2 / 255) - 1)
    labels = torch.from_numpy(read("labels.bin", np.uint8)[order].astype(np.int64))
    targets = -torch.ones(count, classes)
    targets[torch.arange(count), labels] = 1
    start = torch.from_numpy(read(f"start-{n}.bin", np.float64).reshape(memories, -1).astype(np.float32))
    P, r, off, square, D = (torch.empty(batch, memories) for _ in range(5))
    slopes = torch.empty(classes, batch, memories)
    gap = torch.empty(batch, classes)
    dW, dR = torch.empty(memories, pixels), torch.empty(classes, memories)

    def run():
        W, R = start[:, :pixels].clone(), start[:, pixels:].t().clone()
        VW, VR = torch.zeros(memories, pixels), torch.zeros(classes, memories)
        with torch.no_grad():
            for at in range(0, count, batch):
                v, t = X[at : at + batch], targets[at : at + batch]
                torch.mm(v, W.t(), out=P)
                P.sub_(R.sum(0)).mul_(1 / T)
                torch.clamp_min(P, 0, out=r)
                power_of(r, n - 1, off, square)
                energy = dots(off, r)
                for c in range(classes):
                    torch.add(P, R[c], alpha=2 / T, out=r)
                    r.clamp_min_(0)
                    power_of(r, n - 1, slopes[c], square)
                    gap[:, c] = dots(slopes[c], r) - energy
                y = torch.tanh(gap)
                g = (t - y) ** (2 * m - 1) * (1 - y * y)
                torch.mul(off, -g.sum(1, keepdim=True), out=D)
                for c in range(classes):
                    D.addcmul_(slopes[c], g[:, c : c + 1])
                    torch.mv(slopes[c].t(), g[:, c], out=dR[c])
                dR.mul_(2).sub_(D.sum(0))
                torch.mm(D.t(), v, out=dW)
                VW.mul_(momentum).add_(dW)
                VR.mul_(momentum).add_(dR)
                largest = torch.maximum(VW.abs().amax(1), VR.abs().amax(0)).clamp_min_(1e-30)
                W.addcdiv_(VW, largest[:, None], value=rate).clamp_(-1, 1)
                R.addcdiv_(VR, largest, value=rate).clamp_(-1, 1)
        return torch.cat((W, R.t()), 1)

    return run


works = {}
for setting in race["settings"]:
    works[f"powers-{setting['power']}"] = lambda s=setting: epoch(s, by_pow)
    works[f"squares-{setting['power']}"] = lambda s=setting: epoch(s, by_squares)

# PyTorch's own builds have MKL inside; a distribution's builds use its BLAS, as NumPy does.
blas = "MKL" if torch.backends.mkl.is_available() else numpy_blas
serve(works, lambda result: result.numpy(), "PyTorch", torch.__version__, blas)
