// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tensor types and NumPy dtypes.

#include "Native.h"

#include "wg/CAPI/Build.h"

#include <nanobind/stl/string.h>

namespace wengert {

namespace {
struct Element {
  MlirType type;
  PyObject *dtype;
};
struct Tables {
  PyObject *elements; // a dict from dtype to the position in `list`
  std::vector<Element> list;
};
PyObject *avalType;
std::unordered_map<const void *, PyObject *> avals;
} // namespace

std::string_view utf8(PyObject *text) {
  Py_ssize_t size;
  if (!PyUnicode_Check(text))
    raise(PyExc_TypeError, std::string("expected a str but got ") + Py_TYPE(text)->tp_name);
  const char *data = PyUnicode_AsUTF8AndSize(text, &size);
  if (!data)
    throw nb::python_error();
  return {data, static_cast<size_t>(size)};
}

const NumPy &numpy() {
  static NumPy table = [] {
    nb::module_ np = nb::module_::import_("numpy");
    auto get = [&](const char *name) { return nb::object(np.attr(name)).release().ptr(); };
    NumPy t{np.ptr(), get("dtype"), get("ndarray"), get("generic")};
    np.release();
    return t;
  }();
  return table;
}

static Tables makeTables() {
  MlirContext c = context();
  nb::object dtype = nb::borrow(numpy().dtype);
  nb::object mlDtypes = nb::module_::import_("ml_dtypes");
  Tables t{PyDict_New(), {}};
  auto add = [&](nb::object name, MlirType type) {
    nb::object key = dtype(name);
    nb::object position = nb::int_(t.list.size());
    PyDict_SetItem(t.elements, key.ptr(), position.ptr());
    t.list.push_back({type, key.release().ptr()});
  };
  add(nb::str("bool"), mlirIntegerTypeGet(c, 1));
  for (unsigned bits : {8, 16, 32, 64}) {
    add(nb::str(("int" + std::to_string(bits)).c_str()), mlirIntegerTypeGet(c, bits));
    add(nb::str(("uint" + std::to_string(bits)).c_str()), mlirIntegerTypeUnsignedGet(c, bits));
  }
  add(nb::str("float16"), mlirF16TypeGet(c));
  add(nb::str("float32"), mlirF32TypeGet(c));
  add(nb::str("float64"), mlirF64TypeGet(c));
  add(mlDtypes.attr("bfloat16"), mlirBF16TypeGet(c));
  const std::pair<const char *, MlirType> storage[] = {
      {"float8_e3m4", mlirFloat8E3M4TypeGet(c)},
      {"float8_e4m3", mlirFloat8E4M3TypeGet(c)},
      {"float8_e4m3b11fnuz", mlirFloat8E4M3B11FNUZTypeGet(c)},
      {"float8_e4m3fn", mlirFloat8E4M3FNTypeGet(c)},
      {"float8_e4m3fnuz", mlirFloat8E4M3FNUZTypeGet(c)},
      {"float8_e5m2", mlirFloat8E5M2TypeGet(c)},
      {"float8_e5m2fnuz", mlirFloat8E5M2FNUZTypeGet(c)},
      {"float8_e8m0fnu", mlirFloat8E8M0FNUTypeGet(c)},
      {"int2", mlirIntegerTypeGet(c, 2)},
      {"int4", mlirIntegerTypeGet(c, 4)},
      {"uint2", mlirIntegerTypeUnsignedGet(c, 2)},
      {"uint4", mlirIntegerTypeUnsignedGet(c, 4)},
  };
  for (auto [name, type] : storage)
    add(mlDtypes.attr(name), type);
  add(nb::str("complex64"), mlirComplexTypeGet(mlirF32TypeGet(c)));
  add(nb::str("complex128"), mlirComplexTypeGet(mlirF64TypeGet(c)));
  return t;
}

static Tables &tables() {
  static Tables t = makeTables();
  return t;
}

MlirType elementTypeOf(PyObject *given) {
  Tables &t = tables();
  for (const Element &e : t.list) // NumPy has one object for each of its types; hashing one costs more
    if (e.dtype == given)
      return e.type;
  nb::object dtype = nb::borrow(given);
  if (!PyObject_TypeCheck(given, reinterpret_cast<PyTypeObject *>(numpy().dtype)))
    dtype = nb::borrow(numpy().dtype)(dtype);
  PyObject *position = PyDict_GetItemWithError(t.elements, dtype.ptr());
  if (!position) {
    if (PyErr_Occurred())
      throw nb::python_error();
    raise(PyExc_TypeError, "there are no arrays of dtype " + std::string(nb::str(dtype).c_str()));
  }
  return t.list[PyLong_AsSize_t(position)].type;
}

PyObject *dtypeOf(MlirType element) {
  for (const Element &e : tables().list)
    if (mlirTypeEqual(e.type, element))
      return e.dtype;
  return nullptr;
}

static std::string typeText(MlirType type) {
  std::string s;
  mlirTypePrint(
      type, [](MlirStringRef text, void *to) { static_cast<std::string *>(to)->append(text.data, text.length); }, &s);
  return s;
}

PyObject *avalOf(MlirType type) {
  auto known = avals.find(type.ptr);
  if (known != avals.end())
    return known->second;
  PyObject *dtype = nullptr;
  if (mlirTypeIsARankedTensor(type) && mlirShapedTypeHasStaticShape(type) &&
      mlirAttributeIsNull(mlirRankedTensorTypeGetEncoding(type)))
    dtype = dtypeOf(mlirShapedTypeGetElementType(type));
  if (!dtype)
    raiseNative("expected a tensor with a static shape of numbers or bools but got " + typeText(type));
  int64_t rank = mlirShapedTypeGetRank(type);
  nb::object shape = nb::steal(PyTuple_New(rank));
  for (int64_t i = 0; i < rank; ++i)
    PyTuple_SET_ITEM(shape.ptr(), i, PyLong_FromLongLong(mlirShapedTypeGetDimSize(type, i)));
  nb::object aval = nb::inst_alloc(nb::handle(avalType));
  new (nb::inst_ptr<Aval>(aval)) Aval{type, shape.release().ptr(), dtype};
  nb::inst_mark_ready(aval);
  return avals[type.ptr] = aval.release().ptr();
}

const Aval &avalFrom(PyObject *aval) {
  if (Py_TYPE(aval) != reinterpret_cast<PyTypeObject *>(avalType))
    raise(PyExc_TypeError, std::string("expected an Aval but got ") + Py_TYPE(aval)->tp_name);
  return *nb::inst_ptr<Aval>(aval);
}

static nb::object makeAval(nb::handle shape, nb::handle dtype) {
  MlirType element = elementTypeOf(dtype.ptr());
  nb::object sequence = nb::steal(PySequence_Fast(shape.ptr(), "expected a shape as a sequence of ints"));
  if (!sequence.is_valid())
    throw nb::python_error();
  std::vector<int64_t> sizes;
  for (Py_ssize_t i = 0; i < PySequence_Fast_GET_SIZE(sequence.ptr()); ++i) {
    nb::object entry = nb::borrow(PySequence_Fast_GET_ITEM(sequence.ptr(), i));
    nb::object index = nb::steal(PyNumber_Index(entry.ptr()));
    if (!index.is_valid())
      throw nb::python_error();
    int64_t size = PyLong_AsLongLong(index.ptr());
    if (size == -1 && PyErr_Occurred())
      throw nb::python_error();
    sizes.push_back(size);
  }
  clearDiagnostics();
  MlirType type =
      wgTensorTypeGet(mlirLocationUnknownGet(context()), element, static_cast<intptr_t>(sizes.size()), sizes.data());
  if (mlirTypeIsNull(type))
    raiseNative("invalid shape");
  return nb::borrow(avalOf(type));
}

static std::string avalText(const Aval &aval) {
  std::string s = nb::str(nb::handle(aval.dtype)).c_str();
  s += "[";
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(aval.shape); ++i)
    s += (i ? "," : "") + std::string(nb::str(nb::handle(PyTuple_GET_ITEM(aval.shape, i))).c_str());
  return s + "]";
}

void bindTypes(nb::module_ &m) {
  nb::class_<Aval> aval(m, "Aval", "The type of an array: one object for each shape and dtype, compared by identity.");
  aval.def_prop_ro(
          "shape", [](const Aval &a) { return nb::borrow(a.shape); }, nb::sig("def shape(self) -> tuple[int, ...]"))
      .def_prop_ro("dtype", [](const Aval &a) { return nb::borrow(a.dtype); })
      .def_prop_ro("ndim", [](const Aval &a) { return PyTuple_GET_SIZE(a.shape); })
      .def("__repr__", &avalText);
  avalType = nb::object(aval).release().ptr();
  m.def("aval", &makeAval, nb::arg("shape"), nb::arg("dtype"), "The type of arrays of this shape and dtype.");
}

} // namespace wengert
