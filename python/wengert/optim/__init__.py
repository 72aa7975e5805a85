# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Optimizers as transformations of gradients, schedules and losses, with the names and the numbers of optax.

A transformation is a pair of functions: `init(params)` gives its state, `update(gradients, state, params)` what is to
be added to the parameters, and the next state. Transformations are put together by `chain`.

>>> import wengert as wg
>>> import wengert.numpy as wnp
>>> from wengert import optim
>>> loss = lambda x: wnp.sum((x - 3.0) ** 2)
>>> tx = optim.chain(optim.clip_by_global_norm(10.0), optim.adam(0.5))
>>> x = wnp.zeros(2)
>>> state = tx.init(x)
>>> @wg.jit
... def step(x, state):
...     updates, state = tx.update(wg.grad(loss)(x), state, x)
...     return optim.apply_updates(x, updates), state
>>> for _ in range(100):
...     x, state = step(x, state)
>>> x.round(1).tolist()
[3.0, 3.0]
"""

from wengert.optim import (
    base,
    factored,
    linesearch,
    losses,
    monitoring,
    optimizers,
    scaling,
    schedules,
    transforms,
    wrappers,
)
from wengert.optim.base import *  # noqa: F403
from wengert.optim.factored import *  # noqa: F403
from wengert.optim.linesearch import *  # noqa: F403
from wengert.optim.losses import *  # noqa: F403
from wengert.optim.monitoring import *  # noqa: F403
from wengert.optim.optimizers import *  # noqa: F403
from wengert.optim.scaling import *  # noqa: F403
from wengert.optim.schedules import *  # noqa: F403
from wengert.optim.transforms import *  # noqa: F403
from wengert.optim.wrappers import *  # noqa: F403

__all__ = [
    *base.__all__, *factored.__all__, *linesearch.__all__, *losses.__all__, *monitoring.__all__, *optimizers.__all__,
    *scaling.__all__, *schedules.__all__, *transforms.__all__, *wrappers.__all__, "losses", "schedules", "transforms",
]  # fmt: skip
