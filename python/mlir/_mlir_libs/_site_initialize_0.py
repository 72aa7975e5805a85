# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run once by MLIR's bindings: every context that they make knows the wg dialect, and no context starts threads."""

from ._wengertRegistration import register_dialects

__all__ = ["disable_multithreading", "register_dialects"]

disable_multithreading = True
