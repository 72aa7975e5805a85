# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`python -m wengert`: the same as the command `wengert`."""

import sys

from wengert.cli import main

sys.exit(main())
