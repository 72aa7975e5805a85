// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What happens between `f(x)` and the compiled program of a jitted f: the
// signature of the arguments is written down as a row of words, looked up, and
// the program is started. Whatever this file does not know goes to the Python
// callable `miss`, which traces and compiles, and installs what it made.
//
// CallPath is a plain CPython type, not a nanobind class, for vectorcall.

#include "CallPath.h"
#include "Signature.h"

#include <structmember.h>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <unordered_map>

namespace nb = nanobind;
using namespace wengert;

namespace {

//===----------------------------------------------------------------------===//
// Results
//===----------------------------------------------------------------------===//

/// How the results are put together, learnt from what `unflatten` makes of the
/// numbers 0, 1, 2 ...: nested tuples, lists and dicts are built here.
struct Recipe {
  enum Kind { Leaf, None, Tuple, List, Dict, Other } kind = Other;
  std::size_t leaf = 0;
  std::vector<Recipe> children;
  std::vector<Ref> keys;

  static Recipe learn(PyObject *sample) {
    Recipe recipe;
    if (PyLong_CheckExact(sample)) {
      recipe.kind = Leaf;
      recipe.leaf = PyLong_AsSize_t(sample);
    } else if (sample == Py_None) {
      recipe.kind = None;
    } else if (PyTuple_CheckExact(sample) || PyList_CheckExact(sample)) {
      recipe.kind = PyTuple_CheckExact(sample) ? Tuple : List;
      for (Py_ssize_t i = 0; i < Py_SIZE(sample); ++i)
        recipe.add(PySequence_Fast_GET_ITEM(sample, i));
    } else if (PyDict_CheckExact(sample)) {
      recipe.kind = Dict;
      PyObject *key, *value;
      for (Py_ssize_t at = 0; PyDict_Next(sample, &at, &key, &value);) {
        recipe.keys.push_back(Ref::share(key));
        recipe.add(value);
      }
    }
    return recipe;
  }

  /// Takes the references in `leaves`.
  PyObject *build(PyObject **leaves) const {
    switch (kind) {
    case Leaf:
      return std::exchange(leaves[leaf], nullptr);
    case None:
      return Py_NewRef(Py_None);
    case Tuple:
    case List: {
      Py_ssize_t size = static_cast<Py_ssize_t>(children.size());
      Ref made = Ref::steal(kind == Tuple ? PyTuple_New(size) : PyList_New(size));
      for (Py_ssize_t i = 0; made && i < size; ++i) {
        PyObject *child = children[i].build(leaves);
        if (!child)
          return nullptr;
        if (kind == Tuple)
          PyTuple_SET_ITEM(made.get(), i, child);
        else
          PyList_SET_ITEM(made.get(), i, child);
      }
      return made.release();
    }
    case Dict: {
      Ref made = Ref::steal(PyDict_New());
      for (std::size_t i = 0; made && i < children.size(); ++i) {
        Ref child = Ref::steal(children[i].build(leaves));
        if (!child || PyDict_SetItem(made.get(), keys[i].get(), child.get()))
          return nullptr;
      }
      return made.release();
    }
    case Other:
      break;
    }
    return nullptr;
  }

private:
  void add(PyObject *child) {
    children.push_back(learn(child));
    if (children.back().kind == Other)
      kind = Other;
  }
};

//===----------------------------------------------------------------------===//
// CallPath
//===----------------------------------------------------------------------===//

/// An installed program with the signature that it is for.
struct Entry {
  std::vector<std::uint64_t> words;
  std::vector<Ref> names, values;
  std::uint64_t hash;
  Ref launcherObject;
  Launcher *launcher;
  std::vector<Ref> captured;
  std::vector<bool> weak;
  Recipe recipe;
  Ref outTree;

  bool matches(const Signature &s) const {
    if (hash != s.hash || words != s.words || names.size() != s.names.size() || values.size() != s.values.size())
      return false;
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i].get() != s.names[i] && PyUnicode_Compare(names[i].get(), s.names[i]))
        return false;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i].get() == s.values[i])
        continue;
      if (Py_TYPE(values[i].get()) != Py_TYPE(s.values[i]))
        return false;
      int equal = PyObject_RichCompareBool(values[i].get(), s.values[i], Py_EQ);
      if (equal < 0)
        PyErr_Clear(); // the miss meets the error again, with a better message
      if (equal != 1)
        return false;
    }
    return true;
  }
};

struct CallPathState {
  CallRules rules;
  Ref miss, unflatten;
  std::unordered_multimap<std::uint64_t, std::shared_ptr<Entry>> entries;
  std::shared_ptr<Entry> last;
  std::size_t hits = 0, misses = 0;
};

struct CallPathObject {
  PyObject_HEAD vectorcallfunc vectorcall;
  CallPathState *state;
};

/// The calls that are inside their `miss` in this thread, innermost last.
thread_local std::vector<std::pair<CallPathObject *, Signature *>> pending;

std::shared_ptr<Entry> find(CallPathState &state, const Signature &signature) {
  // Copies: comparing static arguments may run Python, and that may change the
  // table.
  if (std::shared_ptr<Entry> last = state.last; last && last->matches(signature))
    return last;
  std::vector<std::shared_ptr<Entry>> candidates;
  auto [at, end] = state.entries.equal_range(signature.hash);
  for (; at != end; ++at)
    candidates.push_back(at->second);
  for (const std::shared_ptr<Entry> &candidate : candidates)
    if (candidate->matches(signature))
      return state.last = candidate;
  return nullptr;
}

PyObject *buildResult(const CallPathState &state, const Entry &entry, const ArrayLayout &layout, PyObject **results) {
  std::size_t size = entry.launcher->numOutputs();
  bool failed = false;
  for (std::size_t i = 0; i < size; ++i) {
    PyArray_CLEARFLAGS(reinterpret_cast<PyArrayObject *>(results[i]), NPY_ARRAY_WRITEABLE);
    results[i] = layout.wrap(results[i], entry.weak[i]);
    failed |= !results[i];
  }
  PyObject *built = nullptr;
  if (!failed && entry.recipe.kind != Recipe::Other) {
    built = entry.recipe.build(results);
  } else if (!failed) {
    Ref list = Ref::steal(PyList_New(static_cast<Py_ssize_t>(size)));
    if (list) {
      for (std::size_t i = 0; i < size; ++i)
        PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), std::exchange(results[i], nullptr));
      PyObject *arguments[] = {entry.outTree.get(), list.get()};
      built = PyObject_Vectorcall(state.unflatten.get(), arguments, 2, nullptr);
    }
  }
  for (std::size_t i = 0; i < size; ++i)
    Py_CLEAR(results[i]);
  return built;
}

/// Runs an entry. Outcome::Unsuitable if a leaf's value does not fit.
Outcome runEntry(const CallPathState &state, const Entry &entry, const ArrayLayout &layout, Signature &signature,
                 PyObject **out) {
  for (const Ref &array : entry.captured)
    signature.leaves.push_back({array.get()});
  constexpr std::size_t kInline = 16;
  PyObject *few[kInline];
  std::vector<PyObject *> many;
  PyObject **results = few;
  if (entry.launcher->numOutputs() > kInline) {
    many.resize(entry.launcher->numOutputs());
    results = many.data();
  }
  Outcome outcome = entry.launcher->run(signature.leaves.data(), results);
  signature.leaves.resize(signature.leaves.size() - entry.captured.size());
  if (outcome != Outcome::Done)
    return outcome;
  *out = buildResult(state, entry, layout, results);
  return *out ? Outcome::Done : Outcome::Failed;
}

PyObject *callMiss(CallPathObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names, Signature *signature) {
  Ref positional = Ref::steal(PyTuple_New(n));
  Ref keywords = Ref::steal(PyDict_New());
  if (!positional || !keywords)
    return nullptr;
  for (Py_ssize_t i = 0; i < n; ++i)
    PyTuple_SET_ITEM(positional.get(), i, Py_NewRef(args[i]));
  for (Py_ssize_t i = 0, size = names ? PyTuple_GET_SIZE(names) : 0; i < size; ++i)
    if (PyDict_SetItem(keywords.get(), PyTuple_GET_ITEM(names, i), args[n + i]))
      return nullptr;
  ++self->state->misses;
  Ref miss = self->state->miss;
  PyObject *arguments[] = {positional.get(), keywords.get()};
  pending.push_back({self, signature});
  PyObject *result = PyObject_Vectorcall(miss.get(), arguments, 2, nullptr);
  pending.pop_back();
  return result;
}

PyObject *callPathCall(PyObject *object, PyObject *const *args, size_t nargsf, PyObject *names) {
  auto *self = reinterpret_cast<CallPathObject *>(object);
  if (!self->state || !self->state->miss) {
    PyErr_SetString(PyExc_TypeError, "CallPath: __init__ has not been called");
    return nullptr;
  }
  Py_ssize_t n = PyVectorcall_NARGS(nargsf);
  const Environment *env = Environment::get();
  if (!env)
    return nullptr;
  if (env->isStaging())
    return callMiss(self, args, n, names, nullptr);
  SignatureLease signature;
  if (!writeSignature(self->state->rules, *env, *signature, args, n, names))
    return callMiss(self, args, n, names, nullptr);
  if (std::shared_ptr<Entry> entry = find(*self->state, *signature)) {
    PyObject *result = nullptr;
    Outcome outcome = runEntry(*self->state, *entry, env->layout, *signature, &result);
    if (outcome != Outcome::Unsuitable) {
      ++self->state->hits;
      return result;
    }
  }
  return callMiss(self, args, n, names, &*signature);
}

//===----------------------------------------------------------------------===//
// The Python type
//===----------------------------------------------------------------------===//

int initCallPath(PyObject *object, PyObject *args, PyObject *kwargs) {
  static const char *keywords[] = {"miss", "flatten", "unflatten", "static_argnums", "static_argnames", nullptr};
  PyObject *miss, *flatten, *unflatten, *positions = nullptr, *names = nullptr;
  if (reinterpret_cast<CallPathObject *>(object)->state) {
    PyErr_SetString(PyExc_TypeError, "CallPath: __init__ was called twice");
    return -1;
  }
  if (!PyArg_ParseTupleAndKeywords(args, kwargs, "OOO|OO:CallPath", const_cast<char **>(keywords), &miss, &flatten,
                                   &unflatten, &positions, &names))
    return -1;
  auto state = std::make_unique<CallPathState>();
  state->miss = Ref::share(miss);
  state->rules.flatten = Ref::share(flatten);
  state->unflatten = Ref::share(unflatten);
  try {
    if (positions)
      for (nb::handle position : nb::handle(positions))
        state->rules.staticPositions.push_back(nb::cast<Py_ssize_t>(position));
    if (names)
      for (nb::handle name : nb::handle(names)) {
        if (!PyUnicode_Check(name.ptr()))
          throw nb::type_error("CallPath: expected static names of type str");
        state->rules.staticNames.push_back(Ref::share(name.ptr()));
      }
  } catch (nb::python_error &error) {
    error.restore();
    return -1;
  } catch (std::exception &error) {
    PyErr_SetString(PyExc_TypeError, error.what());
    return -1;
  }
  auto *self = reinterpret_cast<CallPathObject *>(object);
  self->state = state.release();
  return 0;
}

PyObject *newCallPath(PyTypeObject *type, PyObject *, PyObject *) {
  PyObject *object = type->tp_alloc(type, 0);
  if (object)
    reinterpret_cast<CallPathObject *>(object)->vectorcall = callPathCall;
  return object;
}

int traverseCallPath(PyObject *object, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(object));
  if (auto *state = reinterpret_cast<CallPathObject *>(object)->state) {
    Py_VISIT(state->miss.get());
    Py_VISIT(state->rules.flatten.get());
    Py_VISIT(state->unflatten.get());
    for (const auto &[hash, entry] : state->entries) {
      // A call that is running shares its entry; then nothing here is garbage.
      Py_VISIT(entry->launcherObject.get());
      Py_VISIT(entry->outTree.get());
      for (const Ref &value : entry->values)
        Py_VISIT(value.get());
    }
  }
  return 0;
}

int clearCallPath(PyObject *object) {
  delete std::exchange(reinterpret_cast<CallPathObject *>(object)->state, nullptr);
  return 0;
}

void deallocCallPath(PyObject *object) {
  PyTypeObject *type = Py_TYPE(object);
  PyObject_GC_UnTrack(object);
  clearCallPath(object);
  type->tp_free(object);
  Py_DECREF(type);
}

PyObject *getCallPath(PyObject *self, PyObject *instance, PyObject *) {
  if (!instance || instance == Py_None)
    return Py_NewRef(self);
  return PyMethod_New(self, instance);
}

std::shared_ptr<Entry> makeEntry(const CallPathState &state, const Signature &signature, nb::args args) {
  auto entry = std::make_shared<Entry>();
  entry->words = signature.words;
  entry->hash = signature.hash;
  for (PyObject *name : signature.names)
    entry->names.push_back(Ref::share(name));
  for (PyObject *value : signature.values)
    entry->values.push_back(Ref::share(value));
  entry->launcherObject = Ref::share(nb::object(args[0]).ptr());
  entry->launcher = nb::cast<Launcher *>(args[0]);
  for (nb::handle weak : args[2])
    entry->weak.push_back(nb::cast<bool>(weak));
  entry->outTree = Ref::share(nb::object(args[3]).ptr());
  std::size_t numInputs = signature.leaves.size() + nb::len(nb::object(args[1]));
  if (numInputs != entry->launcher->numInputs() || entry->weak.size() != entry->launcher->numOutputs())
    throw nb::value_error("install: expected as many leaves and results as the "
                          "launcher takes and gives");
  for (nb::handle array : args[1]) {
    std::size_t index = signature.leaves.size() + entry->captured.size();
    entry->captured.push_back(entry->launcher->prepare(index, array.ptr()));
    if (!entry->captured.back())
      throw nb::python_error();
  }
  nb::list numbers;
  for (std::size_t i = 0; i < entry->weak.size(); ++i)
    numbers.append(i);
  PyObject *arguments[] = {entry->outTree.get(), numbers.ptr()};
  Ref sample = Ref::steal(PyObject_Vectorcall(state.unflatten.get(), arguments, 2, nullptr));
  if (sample)
    entry->recipe = Recipe::learn(sample.get());
  else
    PyErr_Clear(); // a class of the user's that refuses numbers: always call
  return entry;
}

PyObject *install(PyObject *object, PyObject *args) {
  auto *self = reinterpret_cast<CallPathObject *>(object);
  if (PyTuple_GET_SIZE(args) != 4) {
    PyErr_SetString(PyExc_TypeError, "install: expected 4 arguments");
    return nullptr;
  }
  if (pending.empty() || pending.back().first != self || !pending.back().second || PyTuple_GET_ITEM(args, 0) == Py_None)
    Py_RETURN_FALSE;
  const Signature &signature = *pending.back().second;
  try {
    std::shared_ptr<Entry> entry = makeEntry(*self->state, signature, nb::borrow<nb::args>(args));
    if (std::shared_ptr<Entry> old = find(*self->state, signature)) {
      auto &entries = self->state->entries;
      auto [at, end] = entries.equal_range(signature.hash);
      at = std::find_if(at, end, [&](auto &e) { return e.second == old; });
      if (at != end)
        entries.erase(at);
    }
    self->state->last = entry;
    self->state->entries.emplace(signature.hash, std::move(entry));
  } catch (nb::python_error &error) {
    error.restore();
    return nullptr;
  } catch (std::exception &error) {
    PyErr_SetString(PyExc_ValueError, error.what());
    return nullptr;
  }
  Py_RETURN_TRUE;
}

PyObject *clearEntries(PyObject *object, PyObject *) {
  auto *state = reinterpret_cast<CallPathObject *>(object)->state;
  if (state) {
    state->last.reset();
    state->entries.clear();
  }
  Py_RETURN_NONE;
}

PyObject *statistics(PyObject *object, PyObject *) {
  auto *state = reinterpret_cast<CallPathObject *>(object)->state;
  if (!state)
    return Py_BuildValue("{}");
  return Py_BuildValue("{s:n,s:n,s:n}", "entries", state->entries.size(), "hits", state->hits, "misses", state->misses);
}

PyMethodDef methods[] = {
    {"install", install, METH_VARARGS,
     "install(launcher, captured, weak, out_tree) -> bool\n\n"
     "Inside `miss`: calls with this signature run `launcher` (a Launcher) on "
     "the leaves of the arguments followed by the ndarrays `captured`; its "
     "results become Arrays with these weak types in `out_tree`. False if the "
     "call has no signature (a tracer among its arguments, say) or the "
     "launcher is None."},
    {"clear_entries", clearEntries, METH_NOARGS, "Forget all signatures."},
    {"statistics", statistics, METH_NOARGS, "Numbers of entries, of calls that hit and of calls that missed."},
    {nullptr, nullptr, 0, nullptr}};

PyMemberDef members[] = {{"__vectorcalloffset__", T_PYSSIZET, offsetof(CallPathObject, vectorcall), READONLY, nullptr},
                         {nullptr, 0, 0, 0, nullptr}};

const char *documentation = "CallPath(miss, flatten, unflatten, static_argnums=(), "
                            "static_argnames=())\n--\n\n"
                            "The fast way into a jitted function; may be subclassed.\n\n"
                            "A call writes down its signature: the structure of the arguments (tuples, "
                            "lists, dicts with string keys, None; other pytrees by `flatten`, which "
                            "gives (leaves, treespec)), shape, dtype and weak type of each leaf, the "
                            "static arguments, and the settings that tracing depends on. If `install` "
                            "has been called for it, the program runs without any Python. Otherwise, "
                            "and always while a staging trace is active or a tracer is among the "
                            "arguments, `miss(args, kwargs)` is called and gives the result. "
                            "`unflatten(out_tree, leaves)` builds results that are not nested tuples, "
                            "lists and dicts.";

PyType_Slot slots[] = {{Py_tp_doc, const_cast<char *>(documentation)},
                       {Py_tp_new, reinterpret_cast<void *>(newCallPath)},
                       {Py_tp_init, reinterpret_cast<void *>(initCallPath)},
                       {Py_tp_dealloc, reinterpret_cast<void *>(deallocCallPath)},
                       {Py_tp_traverse, reinterpret_cast<void *>(traverseCallPath)},
                       {Py_tp_clear, reinterpret_cast<void *>(clearCallPath)},
                       {Py_tp_call, reinterpret_cast<void *>(PyVectorcall_Call)},
                       {Py_tp_descr_get, reinterpret_cast<void *>(getCallPath)},
                       {Py_tp_methods, methods},
                       {Py_tp_members, members},
                       {0, nullptr}};

PyType_Spec spec = {"wengert._native.CallPath", sizeof(CallPathObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL, slots};

} // namespace

void wengert::bindCallPath(nb::module_ &m) {
  if (!importNumpy())
    throw nb::python_error();
  bindLauncher(m);
  bindKernels(m);
  nb::object type = nb::steal(PyType_FromSpec(&spec));
  if (!type.is_valid())
    throw nb::python_error();
  m.attr("CallPath") = type;
}
