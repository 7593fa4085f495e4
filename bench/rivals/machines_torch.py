"""Gradient steps of a neural Turing machine (Graves, Wayne and Danihelka 2014) in PyTorch, all heads in one tensor, batches in
one product: the machine of Engram's `ntm`, by Adam with clipped gradients."""

from rival import numpy_blas, race, read, serve  # first: it prepares the environment

import numpy as np
import torch
from torch.nn import functional

rows, width, units, bits, steps, batches = (race[k] for k in ("rows", "width", "units", "bits", "steps", "batches"))
HEADS, SHIFTS, TINY, LEAST, CONSTANT = 2, 3, 1e-6, 1e-12, 1e-6
widths = [HEADS * width, HEADS, HEADS, HEADS * SHIFTS, HEADS, width, width]


def forward(p, inputs):
    batch = inputs.shape[1]
    hidden = torch.tanh(p["controller.hidden"]).expand(batch, units)
    cell = p["controller.cell"].expand(batch, units)
    memory = torch.full((batch, rows, width), CONSTANT)
    found = torch.tanh(p["start.reads"]).expand(batch, width)
    weights = torch.softmax(p["start.weights"].view(1, HEADS, rows), -1).expand(batch, HEADS, rows)
    outputs = []
    for x in inputs:
        total = torch.addmm(p["controller.gates.bias"], torch.cat([x, found, hidden], 1), p["controller.gates.weights"])
        i, f, o = torch.sigmoid(total[:, : 3 * units]).split(units, 1)
        cell = f * cell + i * torch.tanh(total[:, 3 * units :])
        hidden = o * torch.tanh(cell)
        steering = torch.addmm(p["heads.bias"], hidden, p["heads.weights"])
        key, strength, gate, shift, sharpness, erase, added = steering.split(widths, 1)
        key = torch.tanh(key.reshape(batch, HEADS, width))
        strength = functional.softplus(strength).unsqueeze(-1)
        dots = key @ memory.transpose(1, 2)
        lengths = torch.rsqrt(memory.square().sum(-1) + TINY).unsqueeze(1)
        sharp = strength * torch.rsqrt(key.square().sum(-1, keepdim=True) + TINY)
        content = torch.softmax(dots * lengths * sharp, -1)
        mixed = weights + torch.sigmoid(gate).unsqueeze(-1) * (content - weights)
        s = torch.softmax(shift.reshape(batch, HEADS, SHIFTS), -1)
        moved = sum(torch.roll(mixed, k - 1, -1) * s[:, :, k : k + 1] for k in range(SHIFTS))
        gamma = 1 + functional.softplus(sharpness).unsqueeze(-1)
        weights = torch.softmax(gamma * torch.log(moved + LEAST), -1)
        read, write = weights[:, :1], weights[:, 1:]
        found = (read @ memory).squeeze(1)
        column = write.transpose(1, 2)
        memory = memory * (1 - column * torch.sigmoid(erase).unsqueeze(1)) + column * torch.tanh(added).unsqueeze(1)
        outputs.append(torch.addmm(p["output.bias"], torch.cat([hidden, found], 1), p["output.weights"]))
    return torch.stack(outputs)


def training(name):
    batch, updates = race["works"][name]["batch"], race["works"][name]["updates"]
    inputs = torch.from_numpy(read(f"{name} inputs.bin", np.float32).reshape(batches, steps, batch, bits + 2))
    targets = torch.from_numpy(read(f"{name} targets.bin", np.float32).reshape(batches, steps, batch, bits))
    flat = torch.from_numpy(read("parameters.bin", np.float32))
    p, at = {}, 0
    for described in race["parameters"]:
        size = int(np.prod(described["shape"]))
        p[described["name"]] = flat[at : at + size].reshape(described["shape"]).clone().requires_grad_()
        at += size
    optimiser = torch.optim.Adam(p.values(), lr=race["rate"], betas=(0.9, race["beta2"]))
    asked = race["length"]
    state = {"step": 0}

    def step():
        k = state["step"] % batches
        state["step"] += 1
        answers = forward(p, inputs[k])[-asked:]
        loss = functional.binary_cross_entropy_with_logits(answers, targets[k][-asked:])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(p.values(), race["clip"])
        optimiser.step()

    def run():
        for _ in range(updates):
            step()
        return torch.cat([p[described["name"]].detach().flatten() for described in race["parameters"]])

    step()
    return run


# PyTorch's own builds have MKL inside; a distribution's builds use its BLAS, as NumPy does.
blas = "MKL" if torch.backends.mkl.is_available() else numpy_blas
works = {name: (lambda name=name: training(name)) for name in race["works"]}
serve(works, lambda result: result.numpy(), "PyTorch", torch.__version__, blas)
