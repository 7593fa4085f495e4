"""One epoch of PCD-1 for a binary RBM, by scikit-learn, PyTorch and NumPy, in float32 with the same start and the same
batches in the same order. The result is W (hidden x visible), then the visible and the hidden biases."""

from rival import race, read, serve  # first: it sets the number of threads

import numpy as np

visible, hidden, batch, rate = race["visible"], race["hidden"], race["batch"], np.float32(race["rate"])
count = race["count"]
packed = read("data.bin", np.uint8).reshape(count, race["stride"] * 4)
data = np.ascontiguousarray(np.unpackbits(packed, axis=1, bitorder="little")[:, :visible].astype(np.float32))
start = read("start.bin", np.float32).reshape(visible, hidden)

try:
    from sklearn.neural_network import BernoulliRBM
    from sklearn import __version__ as sklearn_version
except ImportError:
    sklearn_version = None
try:
    import torch

    torch_version = torch.__version__
except ImportError:
    torch_version = None


def with_scikit_learn():
    machine = BernoulliRBM(n_components=hidden, learning_rate=float(rate), batch_size=batch, n_iter=1, random_state=0)
    machine.fit(data)
    return machine.components_, machine.intercept_visible_, machine.intercept_hidden_


def with_numpy():
    random = np.random.default_rng(0)
    W = start.copy()
    b = np.zeros(visible, np.float32)
    c = np.zeros(hidden, np.float32)
    h = np.zeros((batch, hidden), np.float32)
    step = rate / np.float32(batch)

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    for at in range(0, count, batch):
        v0 = data[at : at + batch]
        p0 = sigmoid(v0 @ W + c)
        v = (random.random((batch, visible), np.float32) < sigmoid(h @ W.T + b)).astype(np.float32)
        p = sigmoid(v @ W + c)
        h = (random.random((batch, hidden), np.float32) < p).astype(np.float32)
        W += step * (v0.T @ p0 - v.T @ p)
        b += step * (v0.sum(0) - v.sum(0))
        c += step * (p0.sum(0) - p.sum(0))
    return W.T, b, c


def with_torch(threads):
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    X = torch.from_numpy(data)
    W = torch.from_numpy(start.copy())
    b = torch.zeros(visible)
    c = torch.zeros(hidden)
    h = torch.zeros(batch, hidden)
    step = float(rate) / batch
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


works = {"numpy": with_numpy}
if sklearn_version:
    works["scikit-learn"] = with_scikit_learn
if torch_version:
    for threads in range(1, race["threads"] + 1):
        works[f"torch-{threads}"] = lambda threads=threads: with_torch(threads)

serve(
    works,
    lambda arrays: np.concatenate([np.asarray(a, np.float32).ravel() for a in arrays]),
    {"sklearn": sklearn_version, "torch": torch_version, "works": list(works)},
)
