"""Meta-gradient steps of an energy memory (Bartunov et al. 2019) in PyTorch: writing and reading by gradients of the energy
with graphs of their own, one backward pass through both, Adam with clipped gradients."""

from rival import numpy_blas, race, read, serve  # first: it prepares the environment

import numpy as np
import torch

units, count, batch, steps = (race[k] for k in ("units", "patterns", "batch", "updates"))
GAIN = 1.6


def energy(p, written, x):
    features = 1
    for f in range(2):
        name = f"energy.fixed.factors.{f}"
        features = features * (GAIN * torch.tanh(x @ p[f"{name}.weights"] + p[f"{name}.bias"]))
    found = (features @ written) * race["features"] ** -0.5
    return 0.5 * ((x - found) ** 2).sum()


def updates():
    shape = (steps, batch, count, units)
    patterns = torch.from_numpy(read("patterns.bin", np.float32).reshape(shape))
    cues = torch.from_numpy(read("cues.bin", np.float32).reshape(shape))
    flat = torch.from_numpy(read("parameters.bin", np.float32))

    def run():
        p, at = {}, 0
        for described in race["parameters"]:
            size = int(np.prod(described["shape"]))
            p[described["name"]] = flat[at : at + size].reshape(described["shape"]).clone().requires_grad_()
            at += size
        optimiser = torch.optim.Adam(p.values(), lr=race["rate"])
        for u in range(steps):
            written = p["energy.written.weights"].expand(batch, -1, -1)
            for t in range(race["writeSteps"]):
                loss = energy(p, written, patterns[u]) / count
                (slope,) = torch.autograd.grad(loss, written, create_graph=True)
                written = written - torch.exp(p["write.logRates"][0, t]) * slope
            x = cues[u].clone().requires_grad_()
            errors = 0
            for k in range(race["readSteps"]):
                (slope,) = torch.autograd.grad(energy(p, written, x), x, create_graph=True)
                x = x - torch.exp(p["read.logRates"][0, k]) * slope
                errors = errors + ((x - patterns[u]) ** 2).mean()
            loss = errors / race["readSteps"]
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(p.values(), race["clip"])
            optimiser.step()
        return torch.cat([p[described["name"]].detach().flatten() for described in race["parameters"]])

    return run


# PyTorch's own builds have MKL inside; a distribution's builds use its BLAS, as NumPy does.
blas = "MKL" if torch.backends.mkl.is_available() else numpy_blas
serve({"updates": updates}, lambda result: result.numpy(), "PyTorch", torch.__version__, blas)
