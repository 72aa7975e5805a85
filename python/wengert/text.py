# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From text of `wg` IR to a Python function, to which every transform applies."""

from __future__ import annotations

from typing import Any

from wengert import errors
from wengert.array import Array
from wengert.calls import CallOp, call
from wengert.frames import api_boundary
from wengert.trace import ShapedArray, from_native, operand


class TextFunction:
    """A function of a parsed module: takes arrays by position, returns an array, or a tuple for several results."""

    def __init__(self, module: Any, name: str):
        self.module = module
        self.__name__ = self.__qualname__ = name
        ins, outs = module.signature(name)
        self.in_avals = [from_native(a) for a in ins]
        self.out_avals = [from_native(a) for a in outs]
        self._op = CallOp("func.call", module, name)

    @api_boundary
    def __call__(self, *args: Any) -> Any:
        if len(args) != len(self.in_avals):
            raise TypeError(f"{self.__name__}: expected {len(self.in_avals)} arguments but got {len(args)}")
        operands = [self._argument(i, x, a) for i, (x, a) in enumerate(zip(args, self.in_avals, strict=True))]
        results = call(self._op, operands, [False] * len(self.out_avals))
        return results[0] if len(results) == 1 else tuple(results)

    def _argument(self, i: int, x: Any, aval: ShapedArray) -> Any:
        weak_scalar = type(x) in (int, float, bool) or (type(x) is complex and aval.dtype.kind == "c")
        x = operand(x)
        if weak_scalar and aval.shape == ():
            x = Array._wrap(x._data.astype(aval.dtype), False)
        if x.shape != aval.shape or x.dtype != aval.dtype:
            cls = errors.ShapeError if x.shape != aval.shape else errors.DtypeError
            got = f"{x.dtype.name}[{','.join(map(str, x.shape))}]"
            raise errors.make(cls, self.__name__, f"expected argument {i} of type {aval} but got {got}")
        return x

    def as_text(self) -> str:
        """The module's IR."""
        return str(self.module)

    def __repr__(self) -> str:
        ins = ", ".join(a.str_short() for a in self.in_avals)
        outs = ", ".join(a.str_short() for a in self.out_avals)
        return f"<wengert function {self.__name__}({ins}) -> ({outs})>"


def from_text(module_text: str, name: str | None = None) -> TextFunction:
    """The function `name` of a module in `wg` IR; the first one if no name is given.

    Raises:
      VerificationError: the text is no valid module, or has no such function.

    >>> import wengert as wg
    >>> f = wg.from_text('''
    ... func.func @f(%x: tensor<f32>) -> tensor<f32> {
    ...   %0 = wg.mul %x, %x : tensor<f32>
    ...   return %0 : tensor<f32>
    ... }''', "f")
    >>> wg.grad(f)(3.0)
    Array(6., dtype=float32, weak_type=True)
    """
    from wengert import _native

    try:
        module = _native.parse(module_text)
    except _native.NativeError as error:
        problems = [f"{d[1]} (line {d[3]})" for d in error.diagnostics if d[0] == "error"] or [str(error)]
        raise errors.make(
            errors.VerificationError, "from_text", f"expected a valid module but got: {'; '.join(problems)}"
        ) from None
    names = module.functions()
    if not names or (name is not None and not module.has(name)):
        raise errors.make(
            errors.VerificationError, "from_text", f"expected a function {name or ''} but the module has {names}"
        )
    return TextFunction(module, names[0] if name is None else name)
