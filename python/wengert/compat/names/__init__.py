# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What modules of jax have and wengert does not, where it can be said truly of one device of one process."""
