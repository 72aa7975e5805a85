// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Values of functions under construction. A plain C type: a class of nanobind costs a hash table entry for every
// object.

#include "Native.h"

namespace wengert {

namespace {
struct ValueObject {
  PyObject_HEAD FunctionState *function;
  MlirValue value;
  PyObject *aval; // borrowed: types are never freed
};
PyTypeObject valueType = {PyVarObject_HEAD_INIT(nullptr, 0)};
} // namespace

static ValueObject *self(PyObject *object) { return reinterpret_cast<ValueObject *>(object); }

PyObject *makeValue(FunctionState *function, MlirValue value) {
  PyObject *aval = avalOf(mlirValueGetType(value));
  ValueObject *object = PyObject_New(ValueObject, &valueType);
  if (!object)
    throw nb::python_error();
  ++function->references;
  object->function = function;
  object->value = value;
  object->aval = aval;
  return reinterpret_cast<PyObject *>(object);
}

GivenValue valueFrom(PyObject *object) {
  if (Py_TYPE(object) != &valueType)
    raise(PyExc_TypeError, std::string("expected a Value but got ") + Py_TYPE(object)->tp_name);
  return {self(object)->function, self(object)->value};
}

static void dealloc(PyObject *object) {
  FunctionState *function = self(object)->function;
  PyObject_Free(object);
  if (--function->references == 0)
    delete function;
}

static PyObject *getAval(PyObject *object, void *) { return Py_NewRef(self(object)->aval); }
static PyObject *getShape(PyObject *object, void *) { return Py_NewRef(avalFrom(self(object)->aval).shape); }
static PyObject *getDtype(PyObject *object, void *) { return Py_NewRef(avalFrom(self(object)->aval).dtype); }

static PyObject *getLocation(PyObject *object, void *) {
  if (self(object)->function->phase == FunctionState::Gone)
    return Py_NewRef(Py_None);
  MlirValue value = self(object)->value;
  try {
    MlirLocation location = mlirValueIsAOpResult(value) ? mlirOperationGetLocation(mlirOpResultGetOwner(value))
                                                        : mlirOperationGetLocation(self(object)->function->op);
    return locationToPython(location).release().ptr();
  } catch (nb::python_error &error) {
    error.restore();
    return nullptr;
  }
}

static PyObject *repr(PyObject *object) {
  return PyUnicode_FromFormat("Value(%R of @%s)", self(object)->aval, self(object)->function->name.c_str());
}

static PyGetSetDef getters[] = {
    {"aval", getAval, nullptr, "its type", nullptr},
    {"shape", getShape, nullptr, "the sizes of its dimensions", nullptr},
    {"dtype", getDtype, nullptr, "the numpy.dtype of its elements", nullptr},
    {"location", getLocation, nullptr, "(file, line) of the op that made it, or None", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

void bindValue(nb::module_ &m) {
  valueType.tp_name = "wengert._native.Value";
  valueType.tp_doc = "A value of a function that a Builder builds; it keeps the function and its module alive.";
  valueType.tp_basicsize = sizeof(ValueObject);
  valueType.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION;
  valueType.tp_dealloc = dealloc;
  valueType.tp_repr = repr;
  valueType.tp_getset = getters;
  if (PyType_Ready(&valueType) < 0)
    throw nb::python_error();
  m.attr("Value") = nb::borrow(reinterpret_cast<PyObject *>(&valueType));
}

} // namespace wengert
