# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The ops of the wg dialect, one class an op (`AddOp`) and one function that builds it (`add`)."""

from ._wg_ops_gen import *  # noqa: F403
