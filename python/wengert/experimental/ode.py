# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`odeint` where `jax.experimental` has it; its home is `wengert.ode`."""

from wengert.ode import odeint

__all__ = ["odeint"]
