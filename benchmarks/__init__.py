# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measurements beside JAX, PyTorch and NumPy, all in one process: `python -m benchmarks [GROUP...]`."""
