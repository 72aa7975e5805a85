# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sphinx's configuration; `make docs` runs it."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "python"))

from wengert.version import __version__  # noqa: E402

project = "wengert"
author = "the wengert contributors"
copyright = "the wengert contributors, Apache-2.0 WITH LLVM-exception"
version = release = __version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
default_role = "code"
source_suffix = {".md": "markdown"}
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["build"]
html_theme = "furo"
html_title = f"wengert {version}"
autodoc_member_order = "bysource"
autodoc_typehints = "description"
add_module_names = False
napoleon_use_ivar = True  # the fields of named tuples are documented once
# MLIR is no language that Pygments knows, and links into the source tree leave the manual.
suppress_warnings = ["misc.highlighting_failure", "myst.xref_missing"]


def escape_bars(app, what, name, obj, options, lines):
    """|x| is an absolute value in our docstrings, not a substitution."""
    lines[:] = [line if line.lstrip().startswith((">>>", "...")) else line.replace("|", r"\|") for line in lines]


def setup(app):
    app.connect("autodoc-process-docstring", escape_bars)
