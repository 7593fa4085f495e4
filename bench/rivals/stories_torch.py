"""Gradient steps of an end-to-end memory network (Sukhbaatar et al. 2015) in PyTorch: words by embedding, weighted by their
places in the sentence, adjacent tables, plain gradient descent with clipped gradients."""

from rival import numpy_blas, race, read, serve  # first: it prepares the environment

import numpy as np
import torch
from torch.nn.functional import cross_entropy, embedding

batch, dimension, hops, count, longest = (race[k] for k in ("stories", "dimension", "hops", "facts", "longest"))


def encoding(words):
    """The weights of each word for each entry of the vector of its sentence: 0 where there is no word."""
    length = (words >= 0).sum(-1)[..., None, None].clamp(min=1)
    j = torch.arange(1, longest + 1)[:, None]
    k = torch.arange(1, dimension + 1)[None, :]
    weights = (1 - j / length) - (k / dimension) * (1 - 2 * j / length)
    return weights * (words >= 0)[..., None]


def updates():
    facts = torch.from_numpy(read("facts.bin", np.int32).reshape(batch, count, longest).astype(np.int64))
    questions = torch.from_numpy(read("questions.bin", np.int32).reshape(batch, longest).astype(np.int64))
    answers = torch.from_numpy(read("answers.bin", np.int32).astype(np.int64))
    flat = torch.from_numpy(read("parameters.bin", np.float32))
    of_facts, of_questions = encoding(facts), encoding(questions)
    told = (facts >= 0).any(-1)
    # 0 is the newest fact.
    ages = (told.sum(1, keepdim=True) - 1 - torch.arange(count)).clamp(min=0)
    mask = torch.zeros(batch, count).masked_fill(~told, float("-inf"))
    facts, questions = facts.clamp(min=0), questions.clamp(min=0)

    def run():
        p, at = {}, 0
        for described in race["parameters"]:
            size = int(np.prod(described["shape"]))
            p[described["name"]] = flat[at : at + size].reshape(described["shape"]).clone().requires_grad_()
            at += size
        optimiser = torch.optim.SGD(p.values(), lr=race["rate"])
        for _ in range(race["updates"]):
            vectors = [
                (embedding(facts, p[f"tables.{k}.words"]) * of_facts).sum(2) + embedding(ages, p[f"tables.{k}.places"])
                for k in range(hops + 1)
            ]
            u = (embedding(questions, p["tables.0.words"]) * of_questions).sum(1)
            for k in range(hops):
                weights = torch.softmax(torch.bmm(vectors[k], u[:, :, None])[:, :, 0] + mask, 1)
                u = u + torch.bmm(weights[:, None, :], vectors[k + 1])[:, 0]
            loss = cross_entropy(u @ p[f"tables.{hops}.words"].t(), answers, reduction="sum")
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(p.values(), race["clip"])
            optimiser.step()
        return torch.cat([p[described["name"]].detach().flatten() for described in race["parameters"]])

    return run


# PyTorch's own builds have MKL inside; a distribution's builds use its BLAS, as NumPy does.
blas = "MKL" if torch.backends.mkl.is_available() else numpy_blas
serve({"updates": updates}, lambda result: result.numpy(), "PyTorch", torch.__version__, blas)
