# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""jit and its stages: trace -> lower -> compile.

A call looks up the executable by signature: the structure of the arguments, the type of each leaf, the static
arguments, and the settings that tracing depends on. `jit` always compiles, so results do not depend on timing.
Inside another trace a call is traced into the same module and recorded as a `func.call`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wengert import axes, dtypes, errors, misses, trace
from wengert._native import CallPath
from wengert.arguments import hashable, named
from wengert.array import Array
from wengert.calls import CallOp, call, derived
from wengert.config import CHECKING, _disable_jit, _log_compiles, config
from wengert.failures import leaked
from wengert.frames import api_boundary
from wengert.functions import is_float0, memo, name_of, without_float0
from wengert.trace import Function, ShapedArray, Tracer, operand, trace_function
from wengert.trees import tree_flatten, tree_map, tree_unflatten

_wrap = Array._wrap
PHASES = ("traced", "expanded", "simplified", "core", "linalg")


def lower_symbol(module: Any, name: str) -> Any:
    """One function of a module after the pipeline, a compiler.LoweredModule."""
    return _lower(name, *extracted(module, name))


def _lower(name: str, module: Any, entry: str) -> Any:
    from wengert import compiler

    try:
        return compiler.lower_module(module, entry)
    except Exception as error:
        raise trace.native_failure(error, name, errors.CompilationError) from None


def compile_symbol(module: Any, name: str) -> Callable[[list[np.ndarray]], Sequence[np.ndarray]]:
    """The executable of one function of a module, from the memory cache or the disk cache if it is there."""
    return derived(module, name, "executable", lambda: lower_symbol(module, name).load())


def extracted(module: Any, name: str) -> tuple[Any, str]:
    """A new module with the function as public `main` and what it calls."""
    from wengert import _native

    fresh = _native.Module()
    return fresh, fresh.publish(fresh.merge(module, name), "main")


class Signature:
    """The arguments of one call: leaves, structure, static part, and the key under which the executable is kept.

    Attributes:
      given: how many leaves the caller gave; more than `leaves` if some have no data (float0).
    """

    __slots__ = ("leaves", "tree", "static", "key", "given")

    def __init__(self, leaves: list[Any], tree: Any, static: tuple[Any, ...], given: int | None = None):
        self.given = len(leaves) if given is None else given
        self.leaves = leaves
        self.tree = tree
        self.static = static
        self.key = (
            tree,
            static,
            config.trace_key(),
            axes.key(),
            tuple([(x.shape, x.dtype, x.weak_type) for x in leaves]),
        )

    @property
    def avals(self) -> list[ShapedArray]:
        return [ShapedArray(x.shape, x.dtype, x.weak_type) for x in self.leaves]


class Plan:
    """A traced function of a jit with the structure of its results."""

    __slots__ = ("function", "out_tree", "weak", "lowered", "executable", "captured", "in_tree", "_callee")

    def __init__(self, function: Function, in_tree: Any, out_tree: Any):
        self.function = function
        self.in_tree = in_tree
        self.out_tree = out_tree
        self.weak = [a.weak_type for a in function.out_avals]
        self.captured = [x._data for x in function.captures if type(x) is Array]
        self.lowered: Any = None
        self.executable: Any = None
        self._callee: CallOp | None = None

    @property
    def closed(self) -> bool:
        """Whether nothing of an outer trace was captured, so that the plan outlives it."""
        return len(self.captured) == len(self.function.captures)

    def marked(self, inline: bool) -> tuple[Any, str]:
        """The function, marked as compiled apart from its callers if it is not part of them."""
        module, name = self.function.module, self.function.name
        if not inline:
            module.set_attr(name, "wg.jit")
        return module, name

    def separate(self) -> None:
        """Move the function from the module of the trace around it to its own, which outlives that trace."""
        self.function = self.function.moved()

    def callee(self, inline: bool) -> CallOp:
        """The call of the function from other traces: of a copy, so that the mark is no part of its own program."""
        if self._callee is None:
            function = self.function.moved()
            if not inline:
                function.module.set_attr(function.name, "wg.jit")
            self._callee = CallOp("func.call", function.module, function.name)
        return self._callee

    def lower(self) -> None:
        if self.lowered is None:
            self.lowered = lower_symbol(self.function.module, self.function.name)

    def compile(self) -> None:
        if self.executable is None:
            self.lower()
            if _log_compiles.get():
                import logging

                types = ", ".join(map(str, self.function.in_avals))
                logging.getLogger("wengert").warning("Compiling %s for (%s)", self.function.name, types)
            self.executable = self.lowered.load()
            self.lowered = None  # not needed any more

    def run(self, leaves: Sequence[Any]) -> Any:
        return self.wrapped(self.call([x._data for x in leaves] + self.captured))

    def call(self, data: list[np.ndarray]) -> Sequence[np.ndarray]:
        """The results as NumPy arrays; `data` holds the leaves and what was captured."""
        self.compile()
        return self.executable(data)

    def wrapped(self, results: Sequence[np.ndarray]) -> Any:
        """Results of `call` as arrays, in their structure."""
        return tree_unflatten(self.out_tree, [_wrap(r, w) for r, w in zip(results, self.weak, strict=True)])


class JitFunction(CallPath):
    """A compiled function; see `jit`.

    A call with a known signature runs in C++ without any Python (`_native.CallPath`), others come to `_miss`.
    """

    def __init__(
        self,
        fun: Callable[..., Any],
        static_argnums: Any = None,
        static_argnames: Any = None,
        donate_argnums: Any = None,
        donate_argnames: Any = None,
        inline: bool = False,
    ):
        if not callable(fun) or isinstance(fun, staticmethod) or inspect.isgeneratorfunction(fun):
            kind = "a generator function" if callable(fun) and inspect.isfunction(fun) else type(fun).__name__
            raise TypeError(f"jit: expected a function but got {kind}")
        exact = static_argnums is not None and static_argnames is not None  # what is given both ways may differ
        self.static_positions, self.static_names = named(fun, static_argnums, static_argnames, exact=exact)
        super().__init__(self._miss, tree_flatten, tree_unflatten, self.static_positions, self.static_names)
        functools.update_wrapper(self, fun)
        self.__wrapped__ = fun
        self.label = f"jit({name_of(fun)})"
        self.inline = inline
        self.donated = named(fun, donate_argnums, donate_argnames, "donate")
        if both := {*self.static_names} & {*self.donated[1]}:
            raise ValueError(f"jit: expected arguments that are static or donated but got {sorted(both)} as both")
        # By signature. A function that is jitted again in the same way shares them, as long as it lives.
        kept: tuple[dict[Any, Plan], list[misses.Miss]] = memo(
            fun, ("jit", self.static_positions, self.static_names, inline), lambda: ({}, [])
        )
        self._plans, self._misses = kept

    def __repr__(self) -> str:
        return f"<wengert.{self.label}>"

    @api_boundary
    def _miss(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if _disable_jit.get():
            return self.__wrapped__(*args, **kwargs)
        signature = self._signature(args, kwargs)
        if trace.is_tracing():
            return self._call_traced(signature)
        if (old := next((x for x in signature.leaves if type(x) is Tracer), None)) is not None:
            leaked(old)
        plan = self._plans.get(signature.key)
        if plan is None:
            plan = self._plans[signature.key] = self._missed(signature)
        return self._run(plan, signature)

    def _missed(self, signature: Signature) -> Plan:
        misses.note(self.label, self.__wrapped__, self._misses, signature.key)
        plan = self._plan(signature)
        if misses.wanted():
            module, _ = extracted(plan.function.module, plan.function.name)
            misses.note_program(self.label, self.__wrapped__, str(module))
        return plan

    def _run(self, plan: Plan, signature: Signature) -> Any:
        if CHECKING[0]:  # results are looked at, so calls must not bypass Python
            return self._checked(plan, signature.leaves)
        plan.compile()
        # What was traced around an axis may depend on its size.
        if len(signature.leaves) == signature.given and not axes.key():
            self.install(getattr(plan.executable, "launcher", None), plan.captured, plan.weak, plan.out_tree)
        return plan.run(signature.leaves)

    def _checked(self, plan: Plan, leaves: Sequence[Any]) -> Any:
        from wengert.nans import check_program

        data = [x._data for x in leaves] + plan.captured
        results = plan.call(data)
        check_program(self.label, plan.function.module, plan.function.name, data, results)
        return plan.wrapped(results)

    def _call_traced(self, signature: Signature) -> Any:
        """A call inside a trace: recorded there, or run at once if neither it nor the function depends on one."""
        dependent = trace.trace_of(signature.leaves) is not None
        tell = dependent and CHECKING[0]  # locations must say what this call is inside of: traced for it alone
        plan = None if tell else self._plans.get(signature.key)
        if plan is None:
            plan = self._missed(signature)
            if tell or not plan.closed:  # of use in this trace only
                return self._record(plan, CallOp("func.call", *plan.marked(self.inline)), signature)
            plan.separate()
            self._plans[signature.key] = plan
        op = plan.callee(self.inline)
        if not dependent and axes.trace_of(signature.leaves, [(op.module, op.callee)]) is None:
            return self._run(plan, signature)
        return self._record(plan, op, signature)

    def _record(self, plan: Plan, op: CallOp, signature: Signature) -> Any:
        operands = [*signature.leaves, *plan.function.captures]
        return tree_unflatten(plan.out_tree, call(op, operands, plan.weak))

    def _signature(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Signature:
        static: tuple[Any, ...] = ()
        if self.static_positions or self.static_names:
            args, kwargs, static = self._split(args, kwargs)
        leaves, tree = tree_flatten((args, kwargs))
        given = len(leaves)
        leaves, tree = without_float0(leaves, tree)
        return Signature([x if type(x) is Array else operand(x) for x in leaves], tree, static, given)

    def _split(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any, tuple[Any, ...]]:
        """The traced positional and keyword arguments (None in the place of static ones), and the static ones."""
        n = len(args)
        positions = sorted({i % n if -n <= i < 0 else i for i in self.static_positions} & set(range(n)))
        names = [k for k in self.static_names if k in kwargs]
        static: tuple[Any, ...] = tuple((i, hashable(self.label, i, args[i])) for i in positions)
        static += tuple((k, hashable(self.label, k, kwargs[k])) for k in names)
        args = tuple(None if i in positions else x for i, x in enumerate(args))
        return args, {k: x for k, x in kwargs.items() if k not in names}, static

    def _plan(self, signature: Signature, kind: str = "jit") -> Plan:
        out_tree = None

        def flat(*tracers: Tracer) -> list[Any]:
            nonlocal out_tree
            args, kwargs = tree_unflatten(signature.tree, tracers)
            args = list(args)
            for where, value in signature.static:
                if isinstance(where, int):
                    args[where] = value.value
                else:
                    kwargs[where] = value.value
            results, out_tree = without_float0(*tree_flatten(self.__wrapped__(*args, **kwargs)))
            return results

        name = name_of(self.__wrapped__)
        function = trace_function(flat, signature.avals, kind, self.label, name)
        return Plan(function, signature.tree, out_tree)

    # The stages.

    @api_boundary
    def trace(self, *args: Any, **kwargs: Any) -> Traced:
        """Trace for arguments of these types; arrays may be given as ShapeDtypeStruct."""
        return Traced(self, self.plan_for(args, kwargs))

    def plan_for(self, args: tuple[Any, ...], kwargs: dict[str, Any], kind: str = "jit") -> Plan:
        """The function traced for arguments of these types; `kind` as in trace.Trace."""
        static: tuple[Any, ...] = ()
        if self.static_positions or self.static_names:
            args, kwargs, static = self._split(args, kwargs)
        leaves, tree = without_float0(*tree_flatten((args, kwargs)))
        return self._plan(Signature([type_like(x) for x in leaves], tree, static), kind)

    def lower(self, *args: Any, **kwargs: Any) -> Lowered:
        """Trace and run the pipeline's passes."""
        return self.trace(*args, **kwargs).lower()

    def eval_shape(self, *args: Any, **kwargs: Any) -> Any:
        """Shapes and types of the results."""
        return self.trace(*args, **kwargs).out_info

    @property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self.__wrapped__)

    def clear_cache(self) -> None:
        """Forget all signatures."""
        self._plans.clear()
        self._misses.clear()
        self.clear_entries()

    @property
    def cache_misses(self) -> list[misses.Miss]:
        """The signatures that were traced, in order; see `wengert.explain_cache_misses`."""
        return list(self._misses)

    def _cache_size(self) -> int:
        return len(self._plans)


class ShapeDtypeStruct:
    """Shape and type of an array without its elements.

    >>> ShapeDtypeStruct((2, 3), "float32")
    ShapeDtypeStruct(shape=(2, 3), dtype=float32)
    """

    __slots__ = ("shape", "dtype", "weak_type")

    def __init__(self, shape: Sequence[int], dtype: Any, *, weak_type: bool = False, **_: Any):
        if dtype is None:
            raise ValueError("ShapeDtypeStruct: expected a dtype but got None")
        self.shape = tuple(shape)
        self.dtype = np.dtype(dtype)
        self.weak_type = weak_type

    @classmethod
    def like(cls, x: Any) -> ShapeDtypeStruct:
        """The shape and type of an array or a number."""
        aval = trace.aval_of(x)
        return cls(aval.shape, aval.dtype, weak_type=aval.weak_type)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape, dtype=int))

    @property
    def sharding(self) -> None:
        """None: over one device there is nothing to choose."""
        return None

    def update(self, **changes: Any) -> ShapeDtypeStruct:
        """This type with some of `shape`, `dtype`, `weak_type` changed."""
        return ShapeDtypeStruct(
            **{"shape": self.shape, "dtype": self.dtype, "weak_type": self.weak_type, **changes}  # type: ignore[arg-type]
        )

    def __len__(self) -> int:
        if not self.shape:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __repr__(self) -> str:
        weak = ", weak_type=True" if self.weak_type else ""
        dtype = "float0" if self.dtype == dtypes.float0 else self.dtype.name
        return f"ShapeDtypeStruct(shape={self.shape}, dtype={dtype}{weak})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ShapeDtypeStruct):
            return False
        return (self.shape, self.dtype, self.weak_type) == (other.shape, other.dtype, other.weak_type)

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype, self.weak_type))


def type_like(x: Any) -> Any:
    """Something with shape, dtype and weak_type for an array, a number or a ShapeDtypeStruct."""
    if isinstance(x, (ShapeDtypeStruct, ShapedArray)):
        return x
    if hasattr(x, "shape") and hasattr(x, "dtype") and not hasattr(x, "__array__"):
        return ShapeDtypeStruct(x.shape, x.dtype)
    return operand(x)


def jit(
    fun: Callable[..., Any] | None = None,
    /,
    *,
    static_argnums: Any = None,
    static_argnames: Any = None,
    donate_argnums: Any = None,
    donate_argnames: Any = None,
    keep_unused: bool = False,
    inline: bool = False,
    device: Any = None,
    backend: Any = None,
) -> Any:
    """Compile a function for each signature that it is called with.

    What was compiled is kept as long as `fun`; `clear_cache()` forgets it. Another `jit` of the same function object in
    the same way shares it, and so do transforms of that object: `jit(grad(fun))` finds what it has compiled before.

    Args:
      static_argnums, static_argnames: arguments that are Python values at trace time: hashable, compared by value.
      donate_argnums, donate_argnames: accepted; arrays are never invalidated.
      inline: inside another trace, become part of it instead of a function of its own.
      keep_unused, device, backend: accepted for programs that pass them.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> @wg.jit
    ... def f(x):
    ...     return wnp.sin(x) ** 2 + wnp.cos(x) ** 2
    >>> float(f(0.5))
    1.0
    """
    options = {
        "static_argnums": static_argnums,
        "static_argnames": static_argnames,
        "donate_argnums": donate_argnums,
        "donate_argnames": donate_argnames,
        "inline": inline,
    }
    if fun is None:
        return lambda f: JitFunction(f, **options)
    return JitFunction(fun, **options)


# ---------------------------------------------------------------------------------------------------------------------
# Stages


@dataclass(frozen=True)
class ArgInfo:
    """What is known of an argument: its type, and whether it was given as donated."""

    aval: ShapedArray
    donated: bool

    @property
    def shape(self) -> tuple[int, ...]:
        return self.aval.shape

    @property
    def dtype(self) -> np.dtype:
        return self.aval.dtype


class Stage:
    """A jitted function traced for one signature, on its way through the stages.

    Attributes:
      plan: the traced function with the structures of its arguments and results.
    """

    def __init__(self, jitted: JitFunction, plan: Plan):
        self._jitted = jitted
        self.plan = plan
        self.fun_name = name_of(jitted.__wrapped__)

    @property
    def in_avals(self) -> list[ShapedArray]:
        """The types of the leaves of the arguments."""
        return list(self.plan.function.in_avals)

    @property
    def in_tree(self) -> Any:
        """The structure of `(args, kwargs)`."""
        return self.plan.in_tree

    @property
    def args_info(self) -> Any:
        """`(args, kwargs)` with an ArgInfo for each leaf.

        >>> import wengert as wg
        >>> wg.jit(lambda x, y: x + y, donate_argnums=1).lower(1.0, 2.0).args_info[0][1].donated
        True
        """
        positions, names = self._jitted.donated
        args, kwargs = tree_unflatten(self.plan.in_tree, self.plan.function.in_avals)
        chosen = {i % len(args) for i in positions if -len(args) <= i < len(args)}
        info = lambda tree, donated: tree_map(lambda aval: ArgInfo(aval, donated), tree)
        return tuple(info(x, i in chosen) for i, x in enumerate(args)), {
            k: info(x, k in names) for k, x in kwargs.items()
        }

    @property
    def donate_argnums(self) -> tuple[int, ...]:
        """The places of the donated leaves among all leaves of the arguments."""
        return tuple(i for i, info in enumerate(tree_flatten(self.args_info)[0]) if info.donated)

    def cost_analysis(self) -> None:
        """None: the compiler does not estimate costs. `as_text` shows what runs."""
        return None

    @property
    def out_tree(self) -> Any:
        """The structure of the result."""
        return self.plan.out_tree

    @property
    def out_info(self) -> Any:
        """Shapes and types of the results."""
        leaves = [ShapeDtypeStruct(a.shape, a.dtype, weak_type=a.weak_type) for a in self.plan.function.out_avals]
        leaves, tree = tree_flatten(tree_unflatten(self.plan.out_tree, leaves))
        return tree_unflatten(tree, [ShapeDtypeStruct(x.shape, x.dtype) if is_float0(x) else x for x in leaves])

    def _text(self, phase: str, debug_info: bool = False) -> str:
        if phase not in PHASES:
            raise ValueError(f"as_text: expected a phase of {', '.join(PHASES)} but got {phase!r}")
        from wengert.compiler import pipeline_options

        module, _ = extracted(self.plan.function.module, self.plan.function.name)
        try:
            module.pipeline(phase, pipeline_options())
        except Exception as error:
            raise trace.native_failure(error, f"as_text({phase!r})", errors.CompilationError) from None
        return module.to_text(debug_info=debug_info)


class Traced(Stage):
    """A function traced for one signature."""

    @functools.cached_property
    def jaxpr(self) -> Any:
        """The traced program; see `wengert.make_jaxpr`."""
        from wengert.jaxpr import ClosedJaxpr

        module, name = extracted(self.plan.function.module, self.plan.function.name)
        return ClosedJaxpr.of(module, name, self.plan.function, self.plan.in_tree, self.plan.out_tree)

    def as_text(self, phase: str = "traced") -> str:
        """The IR after a phase of the pipeline: traced, expanded, simplified, core or linalg."""
        return self._text(phase)

    def lower(self, **_: Any) -> Lowered:
        """Run the pipeline's passes."""
        self.plan.lower()
        return Lowered(self._jitted, self.plan)


class Lowered(Stage):
    """A function that has gone through the pipeline."""

    def as_text(self, phase: str = "linalg", *, dialect: Any = None, debug_info: bool = False) -> str:
        """The IR after a phase of the pipeline: traced, expanded, simplified, core or linalg."""
        return self._text(phase, debug_info)

    @api_boundary
    def compile(self, **_: Any) -> Compiled:
        """Compile it, or take it from a cache."""
        self.plan.compile()
        return Compiled(self._jitted, self.plan)


class Compiled(Stage):
    """An executable for one signature; call it with arguments of these types."""

    def memory_analysis(self) -> None:
        """None: memory is allocated when the program runs."""
        return None

    @api_boundary
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        signature = self._jitted._signature(args, kwargs)
        if any(type(x) is Tracer for x in signature.leaves):
            problem = "expected arrays, for whose types it was compiled, but got traced values"
            remedy = "transform or call the function itself, or its jit"
            raise errors.make(errors.UnsupportedTypeError, self._jitted.label, problem, remedy=remedy)
        if signature.tree != self.plan.in_tree:
            problem = f"expected arguments of the structure {self.plan.in_tree} but got {signature.tree}"
            raise errors.make(errors.TreeError, self._jitted.label, problem)
        for e, g in zip(self.plan.function.in_avals, signature.avals, strict=True):
            if e.shape != g.shape or e.dtype != g.dtype:
                cls = errors.ShapeError if e.shape != g.shape else errors.DtypeError
                problem = f"expected an argument of type {e}, for which it was compiled, but got {g}"
                raise errors.make(cls, self._jitted.label, problem)
        return self.plan.run(signature.leaves)

    def as_text(self, phase: str = "linalg") -> str:
        """The IR after a phase of the pipeline."""
        return self._text(phase)
