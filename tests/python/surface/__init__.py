# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The public functions of the array modules as one table of cases, and the tests that run over it."""
