# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every public function with a slope: jvp against difference quotients in double precision, vjp against jvp."""

from __future__ import annotations

import pytest

from surface.all_cases import TABLE
from surface.checks import MORE, check_grad, for_all
from surface.records import GRAD


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("name", [n for n, r in TABLE.items() if GRAD in r.ways])
def test_slope(name: str, more: int) -> None:
    for_all(TABLE[name], 2 * more, check_grad)
