# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every public function that has a static shape under vmap, by all of its operands or one: the loop."""

from __future__ import annotations

import pytest

from surface.all_cases import TABLE
from surface.checks import MORE, check_vmap, for_all
from surface.records import MAP


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("name", [n for n, r in TABLE.items() if MAP in r.ways])
def test_vmap_is_the_loop(name: str, more: int) -> None:
    for_all(TABLE[name], 1 * more, check_vmap)
