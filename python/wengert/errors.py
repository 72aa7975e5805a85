# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The exceptions of wengert. The docstring of each class is its manual page: what it means, an example, the remedy.

Every message has one form, made by `describe`: the op with what was expected and what came, the user's line,
the chain of transforms around it, and the remedy.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from types import FrameType

_PACKAGE = os.path.dirname(os.path.abspath(__file__)) + os.sep

EXCLUDED: list[str] = []  # files of libraries that asked not to be taken for the user's program


def user_location() -> tuple[str, int, str] | None:
    """File, line and function of the innermost Python frame outside the wengert package, None if there is none."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not name.startswith((_PACKAGE, "<frozen importlib")) and name not in EXCLUDED:
            return name, frame.f_lineno, frame.f_code.co_name
        frame = frame.f_back
    return None


def describe(
    op: str,
    problem: str,
    *,
    location: tuple[str, int, str] | None = None,
    transforms: Sequence[str] | str = (),
    remedy: str = "",
) -> str:
    """The one form of a message.

    Args:
      op: the op or function that refuses.
      problem: what is wrong, best as "expected ... but got ...".
      location: file, line and function of the user's code.
      transforms: the transforms around it, outermost first, e.g. ["jit(f)", "grad(g)"].
      remedy: what to do about it.

    >>> print(describe("add", "expected equal shapes but got (2,) and (3,)",
    ...                location=("a.py", 7, "f"), transforms=["jit(f)", "grad(g)"], remedy="reshape one of them"))
    add: expected equal shapes but got (2,) and (3,)
      at: a.py:7 in f
      transforms: jit(f) > grad(g)
      remedy: reshape one of them
    """
    lines = [f"{op}: {problem}"]
    if location is not None:
        lines.append(f"  at: {location[0]}:{location[1]} in {location[2]}")
    if transforms:
        chain = transforms if isinstance(transforms, str) else " > ".join(transforms)
        lines.append(f"  transforms: {chain}")
    if remedy:
        lines.append(f"  remedy: {remedy}")
    return "\n".join(lines)


def _current_transforms() -> Sequence[str]:
    trace = sys.modules.get("wengert.trace")  # asked only if tracing was ever used: errors imports nothing of ours
    chain = getattr(trace, "transform_chain", None)
    return chain() if chain is not None else ()


def make(cls: type[WengertError], op: str, problem: str, *, remedy: str = "") -> WengertError:
    """An exception of `cls` whose message holds the user's line and the transforms that are active now."""
    return cls(describe(op, problem, location=user_location(), transforms=_current_transforms(), remedy=remedy))


class WengertError(Exception):
    """The base of every exception that wengert raises on purpose.

    >>> import wengert.errors
    >>> issubclass(wengert.errors.ShapeError, wengert.errors.WengertError)
    True
    """


class ShapeError(WengertError, TypeError, ValueError):
    """The shapes of operands do not fit together, or an axis or a new shape does not fit an operand.

    It is also a TypeError and a ValueError, so that code written for either keeps working.

    >>> import wengert, wengert.numpy as wnp
    >>> try:
    ...     wnp.ones((2, 3)) + wnp.ones((4,))
    ... except wengert.errors.ShapeError as e:
    ...     print(str(e).splitlines()[0])
    add: expected shapes that broadcast together but got (2, 3) and (4,)
    """


class DtypeError(WengertError, TypeError, ValueError):
    """An operand has a type that the operation does not accept.

    >>> import wengert, wengert.numpy as wnp
    >>> try:
    ...     wnp.bitwise_and(wnp.ones(2), 1)
    ... except wengert.errors.DtypeError as e:
    ...     print(str(e).splitlines()[0])
    bitwise_and: expected operands of integer or bool type but got float32
    """


class TypePromotionError(DtypeError):
    """Operands of two types, while `numpy_dtype_promotion` is strict.

    >>> import wengert as wg
    >>> try:
    ...     with wg.numpy_dtype_promotion("strict"):
    ...         wg.numpy.float32(1) + wg.numpy.int8(1)
    ... except wg.errors.TypePromotionError:
    ...     print("convert one of them")
    convert one of them
    """


class IndexingError(ShapeError, IndexError):
    """An index does not fit the array: more indices than dimensions, or a bool array of another shape.

    A single index outside is no error: it reads the nearest element, and an update there is dropped.

    >>> import wengert, wengert.numpy as wnp
    >>> try:
    ...     wnp.ones((2, 3))[0, 0, 0]
    ... except wengert.errors.IndexingError as e:
    ...     print(str(e).splitlines()[0])
    index: expected at most 2 indices for shape (2, 3) but got 3
    """


class AxisError(ShapeError, IndexError):
    """An array has no such axis. It is also an IndexError, as NumPy's.

    >>> import wengert, wengert.numpy as wnp
    >>> try:
    ...     wnp.sum(wnp.ones((2, 3)), axis=2)
    ... except wengert.errors.AxisError as e:
    ...     print(str(e).splitlines()[0])
    sum: expected an axis from -2 to 1 but got axis 2 (axis 2 is out of bounds for array of dimension 2)
    """


class ConcretizationError(WengertError, TypeError):
    """Python asked for the value of something that is only known when the compiled function runs.

    Under `jit` and `vmap` a traced array stands for every value it may take: it cannot decide an `if`, be a
    length or a shape, or become a Python number. Use `numpy.where` for a choice of values, mark the argument static
    (`jit(f, static_argnums=...)`), or compute the value from shapes, which are always known.

    >>> import wengert as wg
    >>> @wg.jit
    ... def f(x):
    ...     return x if x > 0 else -x
    >>> try:
    ...     f(1.0)
    ... except wg.errors.ConcretizationError:
    ...     print("use wengert.numpy.where")
    use wengert.numpy.where
    """


class TracerBoolConversionError(ConcretizationError):
    """A traced array without a value is the condition of a Python `if` or `while`, or goes through `and`, `or`, `not`.

    Choose values with `numpy.where`, or functions with `lax.cond`; loop with `lax.while_loop`.

    >>> import wengert as wg
    >>> try:
    ...     wg.jit(lambda x: 1 if x > 0 else 2)(1.0)
    ... except wg.errors.TracerBoolConversionError as e:
    ...     print(str(e).splitlines()[0])
    gt: expected a Python bool but got a traced value of type bool[], which has none under jit(lambda)
    """


class TracerIntegerConversionError(ConcretizationError):
    """A traced array without a value is where Python or NumPy needs an integer: an index of a list, a shape, `range`.

    Make the argument static, or turn the list into an array, which takes traced indices.

    >>> import wengert as wg
    >>> try:
    ...     wg.jit(lambda i: [1.0, 2.0][i])(1)
    ... except wg.errors.TracerIntegerConversionError as e:
    ...     print(str(e).splitlines()[0])
    argument: expected a Python index but got a traced value of type int32[], which has none under jit(lambda)
    """


class TracerArrayConversionError(ConcretizationError):
    """A function of NumPy got a traced array: it would need the values. Use the one of `wengert.numpy`.

    >>> import numpy as np
    >>> import wengert as wg
    >>> try:
    ...     wg.jit(lambda x: np.asarray(x))(1.0)
    ... except wg.errors.TracerArrayConversionError:
    ...     print("use wengert.numpy")
    use wengert.numpy
    """


class NonConcreteBooleanIndexError(ConcretizationError, IndexError):
    """A mask that is traced without a value is an index: the size of the result would depend on its elements.

    Use `numpy.where(mask, x, other)` with three arguments, or `numpy.nonzero(mask, size=n)` for a size that is known.

    >>> import wengert as wg
    >>> try:
    ...     wg.jit(lambda x: x[x > 0])(wg.numpy.ones(3))
    ... except wg.errors.NonConcreteBooleanIndexError:
    ...     print("use where")
    use where
    """


class LeakedTracerError(WengertError):
    """A traced value was used after the function that it belongs to had returned.

    A traced function must give its results by `return`: a tracer that is stored in a global, an attribute or a
    list outlives its trace and stands for nothing.

    >>> import wengert as wg
    >>> kept = []
    >>> @wg.jit
    ... def f(x):
    ...     kept.append(x)
    ...     return x
    >>> y = f(1.0)
    >>> try:
    ...     kept[0] + 1
    ... except wg.errors.LeakedTracerError:
    ...     print("return the value instead")
    return the value instead
    """


class NonScalarGradError(WengertError, TypeError):
    """`grad` was applied to a function whose result is not a scalar.

    A gradient belongs to one number. Sum the result, or use `jacrev`/`jacfwd` for all derivatives, or `vjp`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> try:
    ...     wg.grad(wnp.sin)(wnp.ones(3))
    ... except wg.errors.NonScalarGradError:
    ...     print("use jacrev, or sum the result")
    use jacrev, or sum the result
    """


class IntegerGradError(WengertError, TypeError):
    """`grad` was asked for the derivative with respect to, or of, an integer or bool.

    Pass a float (`2.0` for `2`), convert with `x.astype(float)`, or pass `allow_int=True`.

    >>> import wengert as wg
    >>> try:
    ...     wg.grad(lambda x: x * x)(3)
    ... except wg.errors.IntegerGradError:
    ...     print("pass 3.0")
    pass 3.0
    """


class NonFiniteError(WengertError, FloatingPointError):
    """With `debug_nans` or `debug_infs`: a result holds a nan or an infinity.

    The message names the op that made it of operands without one, and the line that it comes from, also in compiled
    code and in derivatives. A nan that no result depends on (in the branch that a `where` did not take) is no error
    there, but an eager op is checked as it runs.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> try:
    ...     with wg.debug_nans():
    ...         wnp.sqrt(wnp.array([1.0, -1.0]))
    ... except wg.errors.NonFiniteError as e:
    ...     print(str(e).splitlines()[0])
    sqrt: expected finite numbers but got nan in float32[2] at index (1,), from -1.0
    """


class InAxesError(WengertError, ValueError, TypeError):
    """The `in_axes` or `out_axes` of `vmap` do not fit the arguments, or the mapped sizes differ.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> try:
    ...     wg.vmap(wnp.add)(wnp.ones(2), wnp.ones(3))
    ... except wg.errors.InAxesError:
    ...     print("the mapped axes must have one size")
    the mapped axes must have one size
    """


class AxisNameError(WengertError, NameError):
    """A function of all examples of a batch, `psum` for one, names an axis that no `vmap` around it has.

    Give the axis that name with `vmap(..., axis_name=...)`. A function inside another one sees the names around both.

    >>> import wengert as wg
    >>> try:
    ...     wg.vmap(lambda x: wg.lax.psum(x, "j"), axis_name="i")(wg.numpy.ones(3))
    ... except wg.errors.AxisNameError as e:
    ...     print(str(e).splitlines()[0])
    psum: expected the name of an axis of a vmap around it ('i') but got 'j'
    """


class UnsupportedTypeError(WengertError, TypeError, ValueError):
    """A type that a target or a transform cannot handle, refused before any compiler is called.

    Convert with `astype`, choose another target, or set `config.update("enable_x64", True)` for 64-bit types.
    The message names the op, the type and the target.

    >>> import wengert, wengert.numpy as wnp
    >>> try:
    ...     wnp.array(["a"])
    ... except wengert.errors.UnsupportedTypeError as e:
    ...     print(str(e).splitlines()[0])
    array: expected numbers or bools but got dtype <U1
    """


class ImmutableArrayError(WengertError, TypeError):
    """A program writes to an array: arrays do not change, an updated one is made instead.

    >>> import wengert as wg
    >>> x = wg.numpy.zeros(2)
    >>> try:
    ...     x[0] = 1.0
    ... except wg.errors.ImmutableArrayError as e:
    ...     print(str(e).splitlines()[0])
    array: expected x = x.at[index].set(value) but got x[index] = value: arrays of wengert are immutable
    >>> x.at[0].set(1.0)
    Array([1., 0.], dtype=float32)
    """


class PicklingError(WengertError, TypeError):
    """An array is pickled, which is refused because loading a pickle runs code; `numpy.save` and `numpy.savez` do not.

    >>> import pickle, wengert as wg
    >>> try:
    ...     pickle.dumps(wg.numpy.zeros(2))
    ... except wg.errors.PicklingError as e:
    ...     print(str(e).splitlines()[0])
    pickle: expected data that may be pickled but got an array of type float32[2]
    """


class DeletedArrayError(WengertError, RuntimeError):
    """The data of an array is used after `x.delete()`.

    >>> import wengert as wg
    >>> x = wg.numpy.zeros(2)
    >>> x.delete()
    >>> try:
    ...     x + 1
    ... except wg.errors.DeletedArrayError as e:
    ...     print(str(e).splitlines()[0])
    array: expected an array with data but got one of type float32[2] that has been deleted
    """


class DeviceError(WengertError, ValueError):
    """An array is asked to be on a device that it cannot be on: arrays live in the memory of the CPU.

    >>> import wengert as wg
    >>> try:
    ...     wg.numpy.zeros(2, device="gpu")
    ... except wg.errors.DeviceError as e:
    ...     print(str(e).splitlines()[0])
    zeros: expected the device CpuDevice(id=0), which may be written 'cpu', but got 'gpu'
    """


class CheckError(WengertError, ValueError):
    """A check of the user's failed; `wengert.checkify.JaxRuntimeError` is another name of it.

    `wengert.checkify.checkify` makes a value of it, in compiled code too: a program that is compiled cannot raise, so a
    `check` in it that no checkify has taken is this error as well.

    >>> import wengert as wg
    >>> try:
    ...     wg.checkify.check(1 > 2, "{} is not greater than {}", 1, 2)
    ... except wg.errors.CheckError as e:
    ...     print(str(e).splitlines()[0])
    1 is not greater than 2 (`check` failed)
    """


class CompilationError(WengertError, RuntimeError):
    """The compiler behind wengert failed. Its own diagnostics and a reproducer are in the file that the message names.

    This is a bug in wengert, or a limit of the target, rather than in your program: try another target, or report
    the reproducer.

    >>> issubclass(CompilationError, RuntimeError)
    True
    """


class VerificationError(WengertError, ValueError):
    """A `wg` module is not valid IR. The message holds the verifier's words and the line they are about.

    >>> issubclass(VerificationError, ValueError)
    True
    """


class DerivativeError(VerificationError, TypeError):
    """A transform met an op, or a function with a rule of its own, that has no derivative of the kind it needs.

    `custom_vjp` has none in forward mode, a callback has none at all, `linear_transpose` takes linear functions only.
    Give a rule (`custom_jvp`, `custom_vjp`), or take the value out of what is differentiated with `lax.stop_gradient`.

    >>> import wengert as wg
    >>> f = wg.custom_gradient(lambda x: (x * x, lambda ct: ct * 2 * x))
    >>> try:
    ...     wg.jvp(f, (1.0,), (1.0,))
    ... except wg.errors.DerivativeError:
    ...     print("use vjp, grad or jacrev")
    use vjp, grad or jacrev
    """


class CacheError(WengertError, RuntimeError):
    """The compile cache on disk cannot be used (no permission, no space). A damaged entry is no error: it is rebuilt.

    Choose another folder with `config.update("cache_dir", ...)`, or switch the cache off.

    >>> issubclass(CacheError, RuntimeError)
    True
    """


class TreeError(WengertError, ValueError, TypeError):
    """Two pytrees that must have the same structure do not.

    >>> import wengert, wengert.tree as tree
    >>> try:
    ...     tree.map(lambda a, b: a + b, {"a": 1}, {"b": 1})
    ... except wengert.errors.TreeError:
    ...     print("give trees of one structure")
    give trees of one structure
    """


class KeyReuseError(WengertError, RuntimeError):
    """A key of `wengert.random` is used a second time, while `config.debug_key_reuse` is on.

    The second use gives the numbers of the first again. Split the key, and use each new one once; `random.clone` says
    that the same numbers are meant.

    >>> import wengert
    >>> from wengert import config, random
    >>> config.update("debug_key_reuse", True)
    >>> key = random.key(0)
    >>> x = random.normal(key)
    >>> try:
    ...     random.uniform(key)
    ... except wengert.errors.KeyReuseError:
    ...     print("split the key")
    split the key
    >>> config.update("debug_key_reuse", False)
    """


# Names that programs written for JAX catch.
ConcretizationTypeError = ConcretizationError
UnexpectedTracerError = LeakedTracerError
JAXIndexError = IndexingError
JAXTypeError = WengertError
JaxprTypeError = VerificationError
JaxRuntimeError = CompilationError
