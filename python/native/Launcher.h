// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A Launcher runs one loaded function on NumPy arrays: it copies small arrays
// through memory that IREE knows already, and lends it the memory of large
// ones. See wengert/runtime.py, which makes launchers.

#ifndef WENGERT_NATIVE_LAUNCHER_H
#define WENGERT_NATIVE_LAUNCHER_H

#include <nanobind/nanobind.h>

#define NPY_NO_DEPRECATED_API NPY_1_7_API_VERSION
#define PY_ARRAY_UNIQUE_SYMBOL wengert_array_api
#ifndef WENGERT_IMPORTS_NUMPY
#define NO_IMPORT_ARRAY
#endif
#include <numpy/arrayobject.h>

#include <cstddef>
#include <utility>
#include <vector>

namespace wengert {

/// An owned reference.
class Ref {
public:
  Ref() = default;
  static Ref steal(PyObject *object) { return Ref(object); }
  static Ref share(PyObject *object) {
    Py_XINCREF(object);
    return Ref(object);
  }
  Ref(Ref &&other) noexcept : object(std::exchange(other.object, nullptr)) {}
  Ref(const Ref &other) : object(other.object) { Py_XINCREF(object); }
  Ref &operator=(Ref other) noexcept {
    std::swap(object, other.object);
    return *this;
  }
  ~Ref() { Py_XDECREF(object); }

  PyObject *get() const { return object; }
  PyObject *release() { return std::exchange(object, nullptr); }
  explicit operator bool() const { return object != nullptr; }

private:
  explicit Ref(PyObject *object) : object(object) {}
  PyObject *object = nullptr;
};

/// The class wengert.array.Array, and where its instances keep their fields.
struct ArrayLayout {
  PyTypeObject *type = nullptr;
  Py_ssize_t data = 0, weak = 0;

  PyObject *&dataOf(PyObject *array) const {
    return *reinterpret_cast<PyObject **>(reinterpret_cast<char *>(array) + data);
  }
  PyObject *&weakOf(PyObject *array) const {
    return *reinterpret_cast<PyObject **>(reinterpret_cast<char *>(array) + weak);
  }
  /// A new Array around `data`, whose reference it takes.
  PyObject *wrap(PyObject *data, bool weak) const;
};

/// Loads wengert.array on first use; null with a Python error if it fails.
const ArrayLayout *arrayLayout();

/// One argument of a call.
struct Operand {
  PyObject *object;          // an ndarray, a NumPy scalar or a Python scalar
  PyObject *owner = nullptr; // the Array that holds the ndarray, if one does
};

enum class Outcome {
  Done,
  Unsuitable, // an operand cannot be given to the function; no error is set
  Failed,     // a Python error is set
};

class Launcher {
public:
  struct Spec {
    Ref descr;
    int typeNum;
    std::vector<npy_intp> dims;
    std::size_t bytes;
    bool staged;
  };
  /// What one call uses at a time: a VM context, and memory for small arrays.
  struct Frame {
    Ref invoke, function, arguments, returned, keep;
    std::vector<char *> inputs, outputs;    // staging memory
    std::vector<Ref> inputRefs, outputRefs; // its views and buffers
  };

  Launcher(nanobind::sequence inputs, nanobind::sequence outputs, nanobind::object makeFrame,
           nanobind::object importInput, nanobind::object importOutput, nanobind::object newList);
  ~Launcher();

  std::size_t numInputs() const { return inputs.size(); }
  std::size_t numOutputs() const { return outputs.size(); }

  /// Call the function; `results` receives an owned ndarray for each result.
  Outcome run(const Operand *operands, PyObject **results);

  /// An array that will be given to an argument of every call: `array`, or a copy at an address that IREE can read.
  Ref prepare(std::size_t index, PyObject *array) const;

  /// Runs on a Python sequence of arrays: the list of results, or None.
  nanobind::object call(nanobind::sequence arrays);

  /// For the garbage collector: a launcher is in a cycle with its executable.
  int traverse(visitproc visit, void *arg) const;
  void clear();
  /// Drops what is kept for later calls; they make it anew.
  void dropFrames();

private:
  std::vector<Spec> inputs, outputs;
  Ref makeFrame, importInput, importOutput, newList;
  std::vector<Frame *> frames;
  bool allStaged = true;

  Frame *takeFrame();
  Outcome stage(const Spec &spec, const Operand &operand, char *memory);
  Outcome runStaged(Frame &frame, const Operand *operands, PyObject **results);
  Outcome runMixed(Frame &frame, const Operand *operands, PyObject **results);
  Outcome lend(std::size_t index, const Operand &operand, PyObject *list, std::vector<Ref> &keep);
};

/// Loads NumPy's C interface; called once, by the module's initialisation.
bool importNumpy();

void bindLauncher(nanobind::module_ &m);
void bindKernels(nanobind::module_ &m);

} // namespace wengert

#endif
