// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops of eager ops that NumPy has only as several passes over memory, or with
// a branch for each element. They are compiled to vectors (CMakeLists.txt).
// What does not fit them is for NumPy: they return None.

#include "Launcher.h"

#include <cstdint>
#include <limits>

namespace nb = nanobind;
using namespace wengert;

namespace {

bool isPlain(PyObject *object) {
  return PyArray_CheckExact(object) && PyArray_ISCARRAY_RO(reinterpret_cast<PyArrayObject *>(object));
}

PyArrayObject *asArray(const nb::object &object) { return reinterpret_cast<PyArrayObject *>(object.ptr()); }

/// A new array of the shape of `like` and a type, whose reference is taken.
nb::object newLike(PyArrayObject *like, PyArray_Descr *descr) {
  PyObject *made =
      PyArray_NewFromDescr(&PyArray_Type, descr, PyArray_NDIM(like), PyArray_DIMS(like), nullptr, nullptr, 0, nullptr);
  if (!made)
    throw nb::python_error();
  return nb::steal(made);
}

template <typename Word, bool manyX, bool manyY>
void selectWords(npy_intp size, const npy_bool *pred, const Word *x, const Word *y, Word *__restrict__ out) {
  for (npy_intp i = 0; i < size; ++i) {
    Word a = x[manyX ? i : 0], b = y[manyY ? i : 0];
    out[i] = pred[i] ? a : b;
  }
}

template <typename Word>
void selectInto(PyArrayObject *pred, PyArrayObject *x, PyArrayObject *y, PyArrayObject *out) {
  npy_intp size = PyArray_SIZE(pred);
  auto *p = static_cast<const npy_bool *>(PyArray_DATA(pred));
  auto *a = static_cast<const Word *>(PyArray_DATA(x)), *b = static_cast<const Word *>(PyArray_DATA(y));
  auto *to = static_cast<Word *>(PyArray_DATA(out));
  if (PyArray_NDIM(x))
    (PyArray_NDIM(y) ? selectWords<Word, true, true> : selectWords<Word, true, false>)(size, p, a, b, to);
  else
    (PyArray_NDIM(y) ? selectWords<Word, false, true> : selectWords<Word, false, false>)(size, p, a, b, to);
}

bool isWhole(PyArrayObject *array, PyArrayObject *shaped) {
  return !PyArray_NDIM(array) || PyArray_SAMESHAPE(array, shaped);
}

/// pred ? x : y; x and y have one type, and the shape of `pred` or rank 0.
nb::object selectElements(nb::object predicate, nb::object x, nb::object y) {
  PyArrayObject *pred = asArray(predicate), *a = asArray(x), *b = asArray(y);
  if (!isPlain(predicate.ptr()) || !isPlain(x.ptr()) || !isPlain(y.ptr()) || PyArray_TYPE(pred) != NPY_BOOL ||
      PyArray_TYPE(a) != PyArray_TYPE(b) || !isWhole(a, pred) || !isWhole(b, pred))
    return nb::none();
  void (*loop)(PyArrayObject *, PyArrayObject *, PyArrayObject *, PyArrayObject *) = nullptr;
  switch (PyArray_ITEMSIZE(a)) {
  case 1:
    loop = selectInto<std::uint8_t>;
    break;
  case 2:
    loop = selectInto<std::uint16_t>;
    break;
  case 4:
    loop = selectInto<std::uint32_t>;
    break;
  case 8:
    loop = selectInto<std::uint64_t>;
    break;
  default:
    return nb::none();
  }
  PyArray_Descr *descr = PyArray_DESCR(a);
  Py_INCREF(descr);
  nb::object out = newLike(pred, descr);
  nb::gil_scoped_release released;
  loop(pred, a, b, asArray(out));
  return out;
}

// Twice as fast with the vectors that most processors have today.
#if defined(__x86_64__) && defined(__GLIBC__)
#define WENGERT_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define WENGERT_CLONES
#endif

/// float32 to int32 towards zero: what is beyond becomes the nearest, nan 0.
WENGERT_CLONES void convertWords(npy_intp size, const float *x, std::int32_t *__restrict__ out) {
  constexpr std::int32_t most = std::numeric_limits<std::int32_t>::max();
  constexpr float beyond = 2147483648.0f, below = 2147483520.0f; // 2^31 and the float before it
  for (npy_intp i = 0; i < size; ++i) {
    float v = x[i];
    float inside = v < below ? v : below;
    inside = inside > -beyond ? inside : -beyond;
    std::int32_t n = static_cast<std::int32_t>(inside); // defined: `inside` is a number between them, nan is `below`
    n = v >= beyond ? most : n;
    out[i] = v == v ? n : 0;
  }
}

nb::object toInt32(nb::object x) {
  PyArrayObject *from = asArray(x);
  if (!isPlain(x.ptr()) || PyArray_TYPE(from) != NPY_FLOAT)
    return nb::none();
  nb::object out = newLike(from, PyArray_DescrFromType(NPY_INT32));
  nb::gil_scoped_release released;
  convertWords(PyArray_SIZE(from), static_cast<const float *>(PyArray_DATA(from)),
               static_cast<std::int32_t *>(PyArray_DATA(asArray(out))));
  return out;
}

} // namespace

void wengert::bindKernels(nb::module_ &m) {
  m.def("select", selectElements, nb::arg("pred"), nb::arg("x"), nb::arg("y"),
        "pred ? x : y of contiguous arrays; None for what only NumPy can do.");
  m.def("to_int32", toInt32, nb::arg("x"),
        "A contiguous float32 array as int32, saturating, nan as 0; None for what only NumPy can do.");
}
