# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy`: functions of SciPy by their names."""
