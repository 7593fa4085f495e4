"""An epoch of PCD-1 by scikit-learn's BernoulliRBM. It draws its own start."""

from rival import serve  # first: it prepares the environment
from rbm_data import batch, data, encode, hidden, rate

import sklearn
from sklearn.neural_network import BernoulliRBM


def epoch():
    digits = data()

    def run():
        rbm = BernoulliRBM(n_components=hidden, learning_rate=float(rate), batch_size=batch, n_iter=1, random_state=0)
        rbm.fit(digits)
        return rbm.components_, rbm.intercept_visible_, rbm.intercept_hidden_

    return run


serve({"epoch": epoch}, encode, "scikit-learn", sklearn.__version__)
