# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`scipy.stats`: densities and distribution functions, element by element, and statistics of samples.

Each distribution is a module: `norm.logpdf(x, loc, scale)`. Operands are promoted to one floating type and broadcast;
results have that type and shape. As in SciPy, `loc` and `scale` shift and stretch, what lies outside of the support
has probability 0, and so have numbers between the integers. All functions are differentiable in all operands that are
no integers.

>>> import wengert as wg
>>> wg.grad(norm.logpdf)(2.0)
Array(-2., dtype=float32, weak_type=True)
"""

from wengert.scipy.stats import (
    bernoulli,
    beta,
    betabinom,
    binom,
    cauchy,
    chi2,
    dirichlet,
    expon,
    gamma,
    gennorm,
    geom,
    gumbel_l,
    gumbel_r,
    laplace,
    logistic,
    multinomial,
    multivariate_normal,
    nbinom,
    norm,
    pareto,
    poisson,
    t,
    truncnorm,
    uniform,
    vonmises,
    wrapcauchy,
)
from wengert.scipy.stats.kde import gaussian_kde
from wengert.scipy.stats.ranking import mode, rankdata, sem

__all__ = [
    "bernoulli", "beta", "betabinom", "binom", "cauchy", "chi2", "dirichlet", "expon", "gamma", "gaussian_kde",
    "gennorm", "geom", "gumbel_l", "gumbel_r", "laplace", "logistic", "mode", "multinomial",
    "multivariate_normal", "nbinom", "norm", "pareto", "poisson", "rankdata", "sem", "t", "truncnorm",
    "uniform", "vonmises", "wrapcauchy",
]  # fmt: skip
