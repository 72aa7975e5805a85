# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every public function, eager, against its reference: values, shapes, types by JAX's promotion."""

from __future__ import annotations

import pytest

from surface.all_cases import TABLE
from surface.checks import MORE, check_eager, for_all


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("more", MORE)
@pytest.mark.parametrize("name", TABLE)
def test_equals_its_reference(name: str, more: int) -> None:
    for_all(TABLE[name], 3 * more, check_eager)
