// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builder: functions op by op. `build` is called for every traced op.

#include "Native.h"

#include "wg/CAPI/Build.h"
#include "wg/CAPI/Module.h"

#include <nanobind/stl/string.h>

namespace wengert {

//===----------------------------------------------------------------------===//
// Names that were looked up before, by the address of the interned string
//===----------------------------------------------------------------------===//

namespace {
/// Interned strings are few and compared by address; the tables keep them alive.
template <typename T>
class ByName {
public:
  T *find(PyObject *name) {
    auto entry = entries.find(name);
    return entry == entries.end() ? nullptr : &entry->second;
  }
  T *add(PyObject *name, T value) {
    Py_INCREF(name);
    return &entries.insert_or_assign(name, value).first->second;
  }

private:
  std::unordered_map<PyObject *, T> entries;
};
ByName<WgOpName> opNames;
ByName<MlirIdentifier> identifiers;
} // namespace

static nb::object intern(PyObject *name) {
  if (!PyUnicode_CheckExact(name))
    raise(PyExc_TypeError, std::string("expected a name as str but got ") + Py_TYPE(name)->tp_name);
  Py_INCREF(name);
  PyUnicode_InternInPlace(&name);
  return nb::steal(name);
}

static WgOpName opName(PyObject *given) {
  if (WgOpName *known = opNames.find(given))
    return *known;
  nb::object name = intern(given);
  if (WgOpName *known = opNames.find(name.ptr()))
    return *known;
  std::string full(utf8(name.ptr()));
  if (full.find('.') == std::string::npos)
    full = "wg." + full;
  WgOpName found = wgOpNameGet(context(), toRef(full));
  if (!found.ptr)
    raiseNative("expected the name of a wg op or func.call but got '" + full + "'");
  return *opNames.add(name.ptr(), found);
}

static MlirIdentifier identifier(PyObject *given) {
  if (MlirIdentifier *known = identifiers.find(given))
    return *known;
  nb::object name = intern(given);
  if (MlirIdentifier *known = identifiers.find(name.ptr()))
    return *known;
  std::string_view text = utf8(name.ptr());
  if (text.empty() || text.find('\0') != std::string_view::npos)
    raise(PyExc_TypeError, "expected the name of an attribute but got an empty or binary string");
  return *identifiers.add(name.ptr(), mlirIdentifierGet(context(), toRef(text)));
}

//===----------------------------------------------------------------------===//
// Building an op
//===----------------------------------------------------------------------===//

namespace {
/// A vector that is on the stack for the usual few entries.
template <typename T, size_t N>
struct Few {
  explicit Few(size_t size) : size(size) {
    if (size > N)
      large.resize(size);
  }
  T *data() { return size > N ? large.data() : local; }
  size_t size;
  T local[N];
  std::vector<T> large;
};
} // namespace

static void checkOpen(FunctionState *function) {
  if (function->phase != FunctionState::Open)
    raiseNative("@" + function->name + " is finished: nothing can be added to it");
}

static MlirValue operandOf(FunctionState *function, PyObject *object, const char *what) {
  GivenValue given = valueFrom(object);
  if (given.function != function)
    raiseNative(std::string(what) + ": expected a value of @" + function->name + " but got one of @" +
                given.function->name + "; pass it as an argument");
  return given.value;
}

static void convertAttributes(const WgOpName &op, PyObject *attrs, std::vector<MlirNamedAttribute> &to) {
  PyObject *key, *value;
  Py_ssize_t position = 0;
  while (PyDict_Next(attrs, &position, &key, &value)) {
    if (value == Py_None) // an optional attribute that is not given
      continue;
    nb::object heldKey = nb::borrow(key), heldValue = nb::borrow(value); // a conversion can change the dict
    MlirIdentifier name = identifier(key);
    bool isSymbol = op.isCall && view(mlirIdentifierStr(name)) == "callee";
    to.push_back({name, attributeFrom(value, isSymbol, view(mlirIdentifierStr(name)))});
  }
}

static MlirAttribute typeOfFunction(MlirStringRef name, void *module) {
  MlirOperation op = static_cast<ModuleState *>(module)->lookup(view(name));
  return op.ptr ? wgFunctionGetType(op) : MlirAttribute{nullptr};
}

static PyObject *resultsToPython(FunctionState *function, MlirOperation op) {
  intptr_t count = mlirOperationGetNumResults(op);
  if (count == 1)
    return makeValue(function, mlirOperationGetResult(op, 0));
  nb::object tuple = nb::steal(PyTuple_New(count));
  if (!tuple.is_valid())
    throw nb::python_error();
  for (intptr_t i = 0; i < count; ++i)
    PyTuple_SET_ITEM(tuple.ptr(), i, makeValue(function, mlirOperationGetResult(op, i)));
  return tuple.release().ptr();
}

static PyObject *buildOp(FunctionState *function, PyObject *name, PyObject *operands, PyObject *attrs, PyObject *loc) {
  clearDiagnostics();
  WgOpName op = opName(name);
  // First what may run Python code, then what relies on the state of the function.
  std::vector<MlirNamedAttribute> attributes;
  if (attrs && attrs != Py_None) {
    if (!PyDict_Check(attrs))
      raise(PyExc_TypeError, std::string("expected attributes as a dict but got ") + Py_TYPE(attrs)->tp_name);
    if (PyDict_GET_SIZE(attrs))
      convertAttributes(op, attrs, attributes);
  }
  MlirLocation location = locationFrom(loc);
  nb::object sequence = nb::steal(PySequence_Fast(operands, "expected operands as a sequence of Values"));
  if (!sequence.is_valid())
    throw nb::python_error();
  checkOpen(function);
  Few<MlirValue, 8> values(PySequence_Fast_GET_SIZE(sequence.ptr()));
  for (size_t i = 0; i < values.size; ++i)
    values.data()[i] = operandOf(function, PySequence_Fast_GET_ITEM(sequence.ptr(), i), "operand");
  MlirOperation made =
      wgBuild(op, location, static_cast<intptr_t>(values.size), values.data(), static_cast<intptr_t>(attributes.size()),
              attributes.data(), typeOfFunction, function->module.get(), function->block);
  if (mlirOperationIsNull(made))
    raiseNative("the op is invalid");
  return resultsToPython(function, made);
}

/// build(op_name, operands, attrs=None, loc=None), by the fast calling convention of C functions.
static PyObject *build(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *keywords) {
  static const char *const names[] = {"op_name", "operands", "attrs", "loc"};
  PyObject *given[4] = {};
  if (count > 4)
    return PyErr_Format(PyExc_TypeError, "build() takes at most 4 arguments (%zd given)", count);
  for (Py_ssize_t i = 0; i < count; ++i)
    given[i] = args[i];
  for (Py_ssize_t k = 0, n = keywords ? PyTuple_GET_SIZE(keywords) : 0; k < n; ++k) {
    int at = 0;
    while (at < 4 && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords, k), names[at]) != 0)
      ++at;
    if (at == 4 || given[at])
      return PyErr_Format(PyExc_TypeError, "build() got an unexpected or repeated argument %R",
                          PyTuple_GET_ITEM(keywords, k));
    given[at] = args[count + k];
  }
  if (!given[0] || !given[1])
    return PyErr_Format(PyExc_TypeError, "build() needs op_name and operands");
  try {
    Ref<FunctionState> function(nb::inst_ptr<Builder>(self)->function);
    return buildOp(function.get(), given[0], given[1], given[2], given[3]);
  } catch (nb::python_error &error) {
    error.restore();
  } catch (const std::bad_alloc &) {
    PyErr_NoMemory();
  } catch (const std::exception &error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return nullptr;
}

static PyMethodDef buildMethod = {
    "build", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(build)), METH_FASTCALL | METH_KEYWORDS,
    "build($self, op_name, operands, attrs=None, loc=None)\n--\n\n"
    "Append an op; its types are inferred. Returns its result, or a tuple if it has none or several."};

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static nb::object addArgument(Builder &builder, nb::handle aval) {
  FunctionState *function = builder.function.get();
  checkOpen(function);
  MlirValue value = wgFunctionAddArgument(function->op, avalFrom(aval.ptr()).type, userLocation());
  return nb::steal(makeValue(function, value));
}

static void finish(Builder &builder, nb::handle results) {
  FunctionState *function = builder.function.get();
  clearDiagnostics();
  nb::object sequence = nb::steal(PySequence_Fast(results.ptr(), "expected results as a sequence of Values"));
  if (!sequence.is_valid())
    throw nb::python_error();
  checkOpen(function);
  Few<MlirValue, 8> values(PySequence_Fast_GET_SIZE(sequence.ptr()));
  for (size_t i = 0; i < values.size; ++i)
    values.data()[i] = operandOf(function, PySequence_Fast_GET_ITEM(sequence.ptr(), i), "result");
  if (function->module->lookup(function->name).ptr)
    raiseNative("a pass has made another function @" + function->name + " before this one was finished");
  wgFunctionFinish(function->op, userLocation(), static_cast<intptr_t>(values.size), values.data());
  function->join();
}

static nb::tuple valueProgram(Builder &builder, nb::handle value) {
  FunctionState *function = builder.function.get();
  if (function->phase == FunctionState::Gone)
    raiseNative("@" + function->name + " is no longer what it was: a pass has run on its module");
  return programOfValue(function->block, operandOf(function, value.ptr(), "value"));
}

void bindBuild(nb::module_ &m) {
  nb::class_<Builder> builder(m, "Builder", "A function under construction; it joins its module when it is finished.");
  builder.def_prop_ro("name", [](const Builder &b) { return b.function->name; })
      .def_prop_ro("finished", [](const Builder &b) { return b.function->phase != FunctionState::Open; })
      .def("add_argument", &addArgument, nb::arg("aval"), "Append an argument.",
           nb::sig("def add_argument(self, aval: Aval) -> Value"))
      .def("finish", &finish, nb::arg("results"), "Return these values; nothing can be added after it.")
      .def("value_program", &valueProgram, nb::arg("value"),
           "What computes `value` from the arguments, in the format of Module.program.");
  PyObject *method = PyDescr_NewMethod(reinterpret_cast<PyTypeObject *>(builder.ptr()), &buildMethod);
  if (!method)
    throw nb::python_error();
  builder.attr("build") = nb::steal(method);
}

} // namespace wengert
