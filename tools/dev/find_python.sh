#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Print the path of a Python 3.11-3.13 with venv and C headers (an extension module is built against it).
# $PYTHON, if set, is tried first. Shims of version managers exist without a Python behind them, hence the trial runs.
check='
import os, sys, sysconfig
ok = (3, 11) <= sys.version_info[:2] <= (3, 13) and sys.implementation.name == "cpython"
import ensurepip, venv
ok = ok and os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))
print(os.path.realpath(sys.executable)) if ok else sys.exit(1)
'
for candidate in ${PYTHON:-} python3 python3.12 python3.13 python3.11 python \
  "$HOME"/.pyenv/versions/3.1[123]*/bin/python /opt/python/cp31[123]-*/bin/python; do
  if found=$("$candidate" -c "$check" 2>/dev/null); then
    echo "$found"
    exit 0
  fi
done
echo "no CPython 3.11-3.13 with venv and C headers was found: install one (Debian: python3-dev python3-venv) or set PYTHON=..." >&2
exit 1
