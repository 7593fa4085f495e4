"""An epoch of a classifier of bags with pooling by association (Ramsauer et al. 2020) in PyTorch: features of all instances of
a padded batch in one product, layer normalisation, attention by heads, Adam with clipped gradients."""

from rival import numpy_blas, race, read, serve  # first: it prepares the environment

import numpy as np
import torch
from torch.nn import functional

count, batch, heads, units, instance = (race[k] for k in ("bags", "batch", "heads", "units", "instance"))


def epoch():
    values = torch.from_numpy(read("values.bin", np.float32).reshape(-1, instance))
    rows = torch.from_numpy(read("rows.bin", np.uint32).astype(np.int64))
    starts = read("starts.bin", np.uint32).astype(np.int64)
    labels = torch.from_numpy(read("labels.bin", np.uint8).astype(np.float32))
    order = read("order.bin", np.uint32).astype(np.int64)
    flat = torch.from_numpy(read("parameters.bin", np.float32))
    places = int(np.max(np.diff(starts)))

    def run():
        p, at = {}, 0
        for described in race["parameters"]:
            size = int(np.prod(described["shape"]))
            p[described["name"]] = flat[at : at + size].reshape(described["shape"]).clone().requires_grad_()
            at += size
        optimiser = torch.optim.Adam(p.values(), lr=race["rate"])
        association = "pooling.association."

        def normal(x, name):
            gain, shift = p[f"{association}normalise.{name}.gain"], p[f"{association}normalise.{name}.shift"]
            return functional.layer_norm(x, x.shape[-1:], gain, shift)

        def mapped(x, name):
            return torch.addmm(p[f"{name}.bias"], x.reshape(-1, x.shape[-1]), p[f"{name}.weights"])

        for first in range(0, count, batch):
            bags = order[first : first + batch]
            x = torch.zeros(batch, places, instance)
            mask = torch.full((batch, 1, 1, places), float("-inf"))
            for k, bag in enumerate(bags):
                own = rows[starts[bag] : starts[bag + 1]]
                x[k, : len(own)] = values[own]
                mask[k, 0, 0, : len(own)] = 0
            h = torch.relu(mapped(x, "features")).view(batch, places, -1)
            q = mapped(normal(p["pooling.states"], "states"), f"{association}project.states")
            k = mapped(normal(h, "patterns"), f"{association}project.patterns").view(batch, places, heads, units)
            v = mapped(normal(h, "values"), f"{association}project.values").view(batch, places, heads, units)
            q = q.view(1, heads, 1, units).expand(batch, heads, 1, units)
            scores = q @ k.permute(0, 2, 3, 1) * units**-0.5 + mask
            z = (torch.softmax(scores, -1) @ v.permute(0, 2, 1, 3)).reshape(batch, heads * units)
            s = mapped(mapped(z, f"{association}project.output"), "output")[:, 0]
            loss = functional.binary_cross_entropy_with_logits(s, labels[bags])
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(p.values(), race["clip"])
            optimiser.step()
        return torch.cat([p[described["name"]].detach().flatten() for described in race["parameters"]])

    return run


# PyTorch's own builds have MKL inside; a distribution's builds use its BLAS, as NumPy does.
blas = "MKL" if torch.backends.mkl.is_available() else numpy_blas
serve({"epoch": epoch}, lambda result: result.numpy(), "PyTorch", torch.__version__, blas)
