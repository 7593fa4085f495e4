"""The NumPy side of sampling a Hopfield net: block Gibbs sampling through its RBM, and Glauber dynamics unit by unit, both in
float32, one chain or many at once. Works are named setting-dynamics-chains, and setting-dynamics-energies."""

from rival import race, read, serve, spins  # first: it prepares the environment

import numpy as np

random = np.random.default_rng(race["seed"])


class Net:
    """J = U U^T without its diagonal, at inverse temperature beta."""

    def __init__(self, setting):
        self.name, self.beta = setting["name"], np.float32(setting["beta"])
        self.U = read(f"{self.name}.weights.bin", np.float32).reshape(setting["units"], setting["patterns"])
        self.diagonal = (self.U**2).sum(1)
        self.starts = spins(f"{self.name}.starts.bin", setting["units"], setting["stride"])

    def start(self, chains):
        return self.starts[np.arange(chains) % len(self.starts)].copy()

    def energies(self, S):
        return -((S @ self.U) ** 2).sum(1) / 2 + self.diagonal.sum() / 2


class Gibbs:
    """All hidden units given the spins, then all spins given the hidden units."""

    def __init__(self, net, chains):
        self.net, self.S = net, net.start(chains)

    def states(self):
        return self.S

    def sweep(self):
        U, beta = self.net.U, self.net.beta
        H = self.S @ U
        H += random.standard_normal(H.shape, np.float32) / np.sqrt(beta)
        Y = H @ U.T
        Y *= -2 * beta
        P = 1 / (1 + np.exp(Y))
        self.S = np.where(random.random(P.shape, np.float32) < P, np.float32(1), np.float32(-1))


class Glauber:
    """One unit of every chain at a time, in an order that all chains share, with A = S U kept up to date."""

    def __init__(self, net, chains):
        self.net = net
        S = net.start(chains)
        self.A = S @ net.U
        self.S = np.ascontiguousarray(S.T)

    def states(self):
        return self.S.T

    def sweep(self):
        U, diagonal, S, A = self.net.U, self.net.diagonal, self.S, self.A
        noise = random.logistic(size=S.shape).astype(np.float32) / (2 * self.net.beta)
        for i in random.permutation(len(S)).tolist():
            u, s = U[i], S[i]
            new = np.where(A @ u - diagonal[i] * s > noise[i], np.float32(1), np.float32(-1))
            A += np.outer(new - s, u)
            S[i] = new


class GlauberAlone:
    """The same for one chain, which changes A only where a unit flips."""

    def __init__(self, net, _):
        self.net = net
        self.s = net.start(1)[0]
        self.a = self.s @ net.U

    def sweep(self):
        U, diagonal, s, a = self.net.U, self.net.diagonal.tolist(), self.s.tolist(), self.a
        noise = (random.logistic(size=len(s)) / (2 * self.net.beta)).tolist()
        for i in random.permutation(len(s)).tolist():
            u, old = U[i], s[i]
            new = 1.0 if u @ a - diagonal[i] * old > noise[i] else -1.0
            if new != old:
                a += (new - old) * u
                s[i] = new
        self.s = np.array(s, np.float32)


def sweeps(net, make, count):
    """One sweep of `count` chains."""

    def work():
        chains = make(net, count)
        return chains.sweep

    return work


def energies(net, make):
    """The energies of chains after each sweep, from the start at every run."""

    def run():
        chains = make(net, race["watched"])
        for _ in range(race["burnIn"]):
            chains.sweep()
        found = []
        for _ in range(race["rivalSteps"]):
            chains.sweep()
            found.append(net.energies(chains.states()))
        return np.array(found, np.float64).T

    return lambda: run


works = {}
for setting in race["settings"]:
    net = Net(setting)
    for dynamics, alone, many in [("gibbs", Gibbs, Gibbs), ("glauber", GlauberAlone, Glauber)]:
        for chains, make in [(1, alone), (race["chains"], many)]:
            works[f"{net.name}-{dynamics}-{chains}"] = sweeps(net, make, chains)
        works[f"{net.name}-{dynamics}-energies"] = energies(net, many)

serve(works)
