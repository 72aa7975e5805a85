// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attributes from Python values, by their type, and back.

#include "Native.h"

#include "wg/CAPI/Build.h"

#include <algorithm>
#include <cstring>

// The table of NumPy's functions is Launcher.cpp's.
#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL wengert_array_api
#define NO_IMPORT_ARRAY
#include <numpy/arrayobject.h>

namespace wengert {

//===----------------------------------------------------------------------===//
// From Python
//===----------------------------------------------------------------------===//

static int64_t toInt(PyObject *value) {
  if (PyLong_CheckExact(value)) {
    int64_t v = PyLong_AsLongLong(value);
    if (v == -1 && PyErr_Occurred())
      throw nb::python_error();
    return v;
  }
  nb::object index = nb::steal(PyNumber_Index(value));
  if (!index.is_valid())
    throw nb::python_error();
  int64_t v = PyLong_AsLongLong(index.ptr());
  if (v == -1 && PyErr_Occurred())
    throw nb::python_error();
  return v;
}

static MlirAttribute fromInts(PyObject *sequence) {
  // The copy keeps the entries alive while __index__ of one of them runs.
  nb::object tuple = nb::steal(PySequence_Tuple(sequence));
  if (!tuple.is_valid())
    throw nb::python_error();
  int64_t local[8];
  size_t size = PyTuple_GET_SIZE(tuple.ptr());
  std::vector<int64_t> large(size > 8 ? size : 0);
  int64_t *ints = size > 8 ? large.data() : local;
  for (size_t i = 0; i < size; ++i)
    ints[i] = toInt(PyTuple_GET_ITEM(tuple.ptr(), i));
  return mlirDenseI64ArrayGet(context(), static_cast<intptr_t>(size), ints);
}

/// A sequence of Avals as an array of types.
static MlirAttribute fromAvals(PyObject *sequence) {
  nb::object tuple = nb::steal(PySequence_Tuple(sequence));
  if (!tuple.is_valid())
    throw nb::python_error();
  std::vector<MlirAttribute> types;
  for (nb::handle entry : tuple)
    types.push_back(mlirTypeAttrGet(avalFrom(entry.ptr()).type));
  return mlirArrayAttrGet(context(), static_cast<intptr_t>(types.size()), types.data());
}

static MlirAttribute fromBools(MlirType type, const char *data, size_t count) {
  std::vector<int> bools(count);
  bool same = true;
  for (size_t i = 0; i < count; ++i) {
    bools[i] = data[i] != 0;
    same = same && bools[i] == bools[0];
  }
  if (same)
    return mlirDenseElementsAttrBoolSplatGet(type, bools[0]);
  return mlirDenseElementsAttrBoolGet(type, static_cast<intptr_t>(count), bools.data());
}

/// The type of a NumPy array's elements and shape.
static MlirType typeOf(PyArrayObject *array) {
  int64_t shape[NPY_MAXDIMS];
  std::copy(PyArray_DIMS(array), PyArray_DIMS(array) + PyArray_NDIM(array), shape);
  MlirType element = elementTypeOf(reinterpret_cast<PyObject *>(PyArray_DESCR(array)));
  MlirType type = wgTensorTypeGet(mlirLocationUnknownGet(context()), element, PyArray_NDIM(array), shape);
  if (mlirTypeIsNull(type))
    raiseNative("invalid shape");
  return type;
}

static MlirAttribute fromArray(PyObject *given) {
  PyArray_Descr *native = PyArray_DESCR(reinterpret_cast<PyArrayObject *>(given));
  Py_INCREF(native);
  nb::object held = nb::steal(PyArray_FromArray(reinterpret_cast<PyArrayObject *>(given), native, NPY_ARRAY_CARRAY_RO));
  if (!held.is_valid())
    throw nb::python_error();
  auto *array = reinterpret_cast<PyArrayObject *>(held.ptr());
  MlirType type = typeOf(array);
  const char *data = PyArray_BYTES(array);
  size_t width = PyArray_ITEMSIZE(array), count = PyArray_SIZE(array);
  if (count == 0)
    return mlirDenseElementsAttrGet(type, 0, nullptr);
  if (PyArray_TYPE(array) == NPY_BOOL)
    return fromBools(type, data, count);
  std::string low; // MLIR compares the bits above an integer of 2 or 4 bits too
  if (mlirTypeIsAInteger(mlirShapedTypeGetElementType(type)))
    if (unsigned bits = mlirIntegerTypeGetWidth(mlirShapedTypeGetElementType(type)); bits < 8) {
      low.assign(data, count);
      for (char &c : low)
        c = static_cast<char>(c & ((1 << bits) - 1));
      data = low.data();
    }
  bool same = true;
  for (size_t i = 1; same && i < count; ++i)
    same = std::memcmp(data, data + i * width, width) == 0;
  return mlirDenseElementsAttrRawBufferGet(type, same ? width : width * count, data); // one element stands for all
}

/// A tuple of names of functions.
static MlirAttribute fromSymbols(PyObject *tuple) {
  std::vector<MlirAttribute> symbols;
  for (nb::handle entry : nb::borrow<nb::tuple>(tuple))
    symbols.push_back(mlirFlatSymbolRefAttrGet(context(), toRef(utf8(entry.ptr()))));
  return mlirArrayAttrGet(context(), static_cast<intptr_t>(symbols.size()), symbols.data());
}

/// A dict of attributes by name, or a tuple of these.
static MlirAttribute fromDict(PyObject *value) {
  MlirContext c = context();
  if (PyTuple_Check(value)) {
    std::vector<MlirAttribute> entries;
    for (nb::handle entry : nb::borrow<nb::tuple>(value))
      entries.push_back(attributeFrom(entry.ptr(), false, "entry"));
    return mlirArrayAttrGet(c, static_cast<intptr_t>(entries.size()), entries.data());
  }
  std::vector<MlirNamedAttribute> attributes;
  for (auto [key, entry] : nb::borrow<nb::dict>(value)) {
    std::string_view name = utf8(key.ptr());
    attributes.push_back({mlirIdentifierGet(c, toRef(name)), attributeFrom(entry.ptr(), false, name)});
  }
  return mlirDictionaryAttrGet(c, static_cast<intptr_t>(attributes.size()), attributes.data());
}

MlirAttribute attributeFrom(PyObject *value, bool isSymbol, std::string_view name) {
  MlirContext c = context();
  if (PyDict_Check(value) ||
      (PyTuple_Check(value) && PyTuple_GET_SIZE(value) && PyDict_Check(PyTuple_GET_ITEM(value, 0))))
    return fromDict(value);
  if (PyLong_CheckExact(value))
    return mlirIntegerAttrGet(mlirIntegerTypeGet(c, 64), toInt(value));
  if (PyTuple_Check(value) && PyTuple_GET_SIZE(value) && PyUnicode_Check(PyTuple_GET_ITEM(value, 0)))
    return fromSymbols(value);
  if (PyTuple_Check(value) || PyList_Check(value))
    return name == "types" ? fromAvals(value) : fromInts(value);
  if (PyBool_Check(value))
    return mlirBoolAttrGet(c, value == Py_True);
  if (PyUnicode_Check(value)) {
    MlirStringRef text = toRef(utf8(value));
    isSymbol = isSymbol || !PyUnicode_CheckExact(value); // a wengert.computation.Symbol
    return isSymbol ? mlirFlatSymbolRefAttrGet(c, text) : mlirStringAttrGet(c, text);
  }
  if (PyFloat_CheckExact(value))
    return mlirFloatAttrDoubleGet(c, mlirF64TypeGet(c), PyFloat_AS_DOUBLE(value));
  const NumPy &np = numpy();
  auto isA = [&](PyObject *type) { return PyObject_TypeCheck(value, reinterpret_cast<PyTypeObject *>(type)); };
  if (isA(np.dtype) || (PyType_Check(value) && PyType_IsSubtype(reinterpret_cast<PyTypeObject *>(value),
                                                                reinterpret_cast<PyTypeObject *>(np.generic))))
    return mlirTypeAttrGet(elementTypeOf(value));
  if (isA(np.ndarray))
    return fromArray(value);
  if (isA(np.generic) && name == "value")
    return fromArray(
        nb::borrow(np.module).attr("asarray")(nb::handle(value)).ptr()); // NumPy makes scalars of 0-d arrays
  if (isA(np.generic)) {
    nb::object item = nb::borrow(value).attr("item")();
    if (PyBool_Check(item.ptr()) || PyLong_CheckExact(item.ptr()) || PyFloat_CheckExact(item.ptr()))
      return attributeFrom(item.ptr(), false, name);
  }
  if (PyIndex_Check(value))
    return mlirIntegerAttrGet(mlirIntegerTypeGet(c, 64), toInt(value));
  raise(PyExc_TypeError,
        "attribute '" + std::string(name) +
            "': expected an int, a tuple of ints, bool, str, float, numpy.dtype or numpy.ndarray but got " +
            Py_TYPE(value)->tp_name);
}

//===----------------------------------------------------------------------===//
// To Python
//===----------------------------------------------------------------------===//

static nb::object toArray(MlirAttribute attribute) {
  MlirType type = mlirAttributeGetType(attribute);
  const Aval &aval = avalFrom(avalOf(type));
  MlirType element = mlirShapedTypeGetElementType(type);
  nb::object np = nb::borrow(numpy().module), dtype = nb::borrow(aval.dtype), shape = nb::borrow(aval.shape);
  int64_t count = mlirElementsAttrGetNumElements(attribute);
  bool isSplat = count > 0 && mlirDenseElementsAttrIsSplat(attribute);
  int64_t stored = isSplat ? 1 : count;
  nb::object bytes;
  if (mlirTypeIsAInteger(element) && mlirIntegerTypeGetWidth(element) == 1) {
    std::string bools(stored, '\0');
    for (int64_t i = 0; i < stored; ++i)
      bools[i] =
          isSplat ? mlirDenseElementsAttrGetBoolSplatValue(attribute) : mlirDenseElementsAttrGetBoolValue(attribute, i);
    bytes = nb::bytes(bools.data(), bools.size());
  } else {
    size_t width = nb::cast<size_t>(dtype.attr("itemsize"));
    bytes =
        nb::bytes(static_cast<const char *>(stored ? mlirDenseElementsAttrGetRawData(attribute) : ""), stored * width);
  }
  nb::object flat = count ? np.attr("frombuffer")(bytes, dtype) : np.attr("empty")(0, dtype);
  if (!isSplat)
    return flat.attr("reshape")(shape);
  if (count > (int64_t(1) << 27)) // text can name arrays that no memory holds
    return np.attr("broadcast_to")(flat.attr("reshape")(nb::make_tuple()), shape);
  nb::object array = np.attr("full")(shape, flat.attr("__getitem__")(0), dtype);
  array.attr("setflags")(nb::arg("write") = false);
  return array;
}

static nb::object toText(MlirAttribute attribute) {
  std::string s;
  mlirAttributePrint(
      attribute, [](MlirStringRef text, void *to) { static_cast<std::string *>(to)->append(text.data, text.length); },
      &s);
  return nb::str(s.data(), s.size());
}

nb::object attributeToPython(MlirAttribute a) {
  if (mlirAttributeIsABool(a))
    return nb::bool_(mlirBoolAttrGetValue(a));
  if (mlirAttributeIsAInteger(a)) {
    MlirType type = mlirAttributeGetType(a);
    if (mlirTypeIsAInteger(type) && mlirIntegerTypeGetWidth(type) > 64)
      return toText(a);
    if (mlirTypeIsAInteger(type) && mlirIntegerTypeIsSigned(type))
      return nb::int_(mlirIntegerAttrGetValueSInt(a));
    if (mlirTypeIsAInteger(type) && mlirIntegerTypeIsUnsigned(type))
      return nb::int_(mlirIntegerAttrGetValueUInt(a));
    return nb::int_(mlirIntegerAttrGetValueInt(a));
  }
  if (mlirAttributeIsADenseI64Array(a)) {
    intptr_t size = mlirDenseArrayGetNumElements(a);
    nb::object tuple = nb::steal(PyTuple_New(size));
    for (intptr_t i = 0; i < size; ++i)
      PyTuple_SET_ITEM(tuple.ptr(), i, PyLong_FromLongLong(mlirDenseI64ArrayGetElement(a, i)));
    return tuple;
  }
  if (mlirAttributeIsAFlatSymbolRef(a)) {
    MlirStringRef s = mlirFlatSymbolRefAttrGetValue(a);
    return nb::str(s.data, s.length);
  }
  if (mlirAttributeIsAString(a)) {
    MlirStringRef s = mlirStringAttrGetValue(a);
    PyObject *decoded = PyUnicode_DecodeUTF8(s.data, s.length, "replace");
    return nb::steal(decoded);
  }
  if (mlirAttributeIsAFloat(a))
    return nb::float_(mlirFloatAttrGetValueDouble(a));
  if (mlirAttributeIsAUnit(a))
    return nb::bool_(true);
  if (mlirAttributeIsAType(a)) {
    MlirType type = mlirTypeAttrGetValue(a);
    if (mlirTypeIsARankedTensor(type) && mlirShapedTypeHasStaticShape(type) &&
        dtypeOf(mlirShapedTypeGetElementType(type)))
      return nb::borrow(avalOf(type));
    if (PyObject *dtype = dtypeOf(type))
      return nb::borrow(dtype);
  }
  if (mlirAttributeIsADenseElements(a))
    return toArray(a);
  if (mlirAttributeIsAArray(a)) {
    nb::list list;
    for (intptr_t i = 0, n = mlirArrayAttrGetNumElements(a); i < n; ++i)
      list.append(attributeToPython(mlirArrayAttrGetElement(a, i)));
    return nb::tuple(list);
  }
  return toText(a);
}

} // namespace wengert
