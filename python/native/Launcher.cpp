// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#define WENGERT_IMPORTS_NUMPY
#include "Launcher.h"

#include <nanobind/stl/optional.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <unordered_map>

namespace nb = nanobind;
using namespace wengert;

// IREE's own; it does not check, and a program reads with aligned vectors.
static constexpr std::size_t kAlignment = 64;

// Arrays up to this size are copied into memory that IREE has imported already:
// copying 16 KiB takes less time than importing.
static constexpr std::size_t kStagedBytes = 16 << 10;

bool wengert::importNumpy() { return _import_array() >= 0; }

//===----------------------------------------------------------------------===//
// Memory of large results
//===----------------------------------------------------------------------===//

namespace {

/// Blocks of large results come back here when their arrays die, because fresh
/// pages cost more than most programs: a 100 MB result takes 40 ms in new
/// memory and 11 ms in used memory. Guarded by the interpreter lock.
class MemoryPool {
public:
  void *take(std::size_t bytes) {
    bytes = rounded(bytes);
    auto found = blocks.find(bytes);
    if (found != blocks.end() && !found->second.empty()) {
      void *block = found->second.back();
      found->second.pop_back();
      held -= bytes;
      return block;
    }
    return std::aligned_alloc(kAlignment, bytes);
  }

  void give(void *block, std::size_t bytes) {
    bytes = rounded(bytes);
    if (bytes < kPooledBytes || held + bytes > limit)
      return std::free(block);
    blocks[bytes].push_back(block);
    held += bytes;
  }

  void setLimit(std::size_t bytes) {
    limit = bytes;
    if (held <= limit)
      return;
    for (auto &[size, list] : blocks)
      for (void *block : list)
        std::free(block);
    blocks.clear();
    held = 0;
  }

  std::size_t held = 0;
  std::size_t limit = std::size_t(256) << 20;

private:
  static constexpr std::size_t kPooledBytes = 64 << 10; // malloc keeps these
  std::unordered_map<std::size_t, std::vector<void *>> blocks;

  static std::size_t rounded(std::size_t bytes) {
    std::size_t unit = bytes < kPooledBytes ? kAlignment : 4096;
    return (bytes + unit - 1) / unit * unit;
  }
};

MemoryPool &pool() {
  static auto *instance = new MemoryPool; // arrays may outlive static objects
  return *instance;
}

struct Block {
  void *memory;
  std::size_t bytes;
};

void releaseBlock(PyObject *capsule) {
  auto *block = static_cast<Block *>(PyCapsule_GetPointer(capsule, nullptr));
  pool().give(block->memory, block->bytes);
  delete block;
}

/// A new array of a spec: large ones are aligned, in memory of the pool.
PyArrayObject *newArray(const Launcher::Spec &spec) {
  auto *descr = reinterpret_cast<PyArray_Descr *>(spec.descr.get());
  auto *dims = const_cast<npy_intp *>(spec.dims.data());
  int rank = static_cast<int>(spec.dims.size());
  Py_INCREF(descr);
  if (spec.staged)
    return reinterpret_cast<PyArrayObject *>(
        PyArray_NewFromDescr(&PyArray_Type, descr, rank, dims, nullptr, nullptr, 0, nullptr));
  void *memory = pool().take(spec.bytes);
  if (!memory) {
    Py_DECREF(descr);
    PyErr_NoMemory();
    return nullptr;
  }
  auto *block = new Block{memory, spec.bytes};
  PyObject *capsule = PyCapsule_New(block, nullptr, releaseBlock);
  PyObject *array = PyArray_NewFromDescr(&PyArray_Type, descr, rank, dims, nullptr, memory, NPY_ARRAY_CARRAY, nullptr);
  // Setting the base takes the capsule's reference, also when it fails.
  if (!array || PyArray_SetBaseObject(reinterpret_cast<PyArrayObject *>(array), capsule)) {
    if (!array)
      Py_XDECREF(capsule);
    Py_XDECREF(array);
    return nullptr;
  }
  return reinterpret_cast<PyArrayObject *>(array);
}

bool hasShape(const Launcher::Spec &spec, PyArrayObject *array) {
  return PyArray_NDIM(array) == static_cast<int>(spec.dims.size()) &&
         PyArray_CompareLists(PyArray_DIMS(array), const_cast<npy_intp *>(spec.dims.data()), PyArray_NDIM(array));
}

/// `object` as a C-contiguous array of the spec's type; null if it has another
/// shape or cannot be converted. No error is set.
Ref conform(const Launcher::Spec &spec, PyObject *object) {
  if (PyArray_CheckExact(object)) {
    auto *array = reinterpret_cast<PyArrayObject *>(object);
    if (!hasShape(spec, array))
      return {};
    if (PyArray_DESCR(array)->type_num == spec.typeNum && PyArray_ISCARRAY_RO(array))
      return Ref::share(object);
  }
  auto *descr = reinterpret_cast<PyArray_Descr *>(spec.descr.get());
  Py_INCREF(descr);
  Ref converted = Ref::steal(PyArray_FromAny(object, descr, 0, 0, NPY_ARRAY_CARRAY_RO | NPY_ARRAY_FORCECAST, nullptr));
  if (!converted) {
    PyErr_Clear();
    return {};
  }
  auto *array = reinterpret_cast<PyArrayObject *>(converted.get());
  return hasShape(spec, array) ? converted : Ref();
}

template <typename T>
void store(char *memory, T value) {
  std::memcpy(memory, &value, sizeof value);
}

/// Writes a Python float or int for the commonest types; false for the others.
bool storeScalar(const Launcher::Spec &spec, PyObject *object, char *memory) {
  if (!spec.dims.empty())
    return false;
  if (PyFloat_CheckExact(object)) {
    double value = PyFloat_AS_DOUBLE(object);
    if (spec.typeNum == NPY_FLOAT)
      return store(memory, static_cast<float>(value)), true;
    if (spec.typeNum == NPY_DOUBLE)
      return store(memory, value), true;
    return false;
  }
  if (PyLong_CheckExact(object) && spec.typeNum == NPY_INT) {
    int overflow = 0;
    long value = PyLong_AsLongAndOverflow(object, &overflow);
    if (overflow || value != static_cast<npy_int>(value))
      return false; // the conversion by NumPy fails too, and is not a hit
    return store(memory, static_cast<npy_int>(value)), true;
  }
  return false;
}

PyObject *interned(const char *text) { return PyUnicode_InternFromString(text); }

/// list.push_ref(object)
bool push(PyObject *list, PyObject *object) {
  static PyObject *name = interned("push_ref");
  PyObject *arguments[] = {list, object};
  return static_cast<bool>(Ref::steal(PyObject_VectorcallMethod(name, arguments, 2, nullptr)));
}

bool callInvoke(const Launcher::Frame &frame, PyObject *arguments, PyObject *returned) {
  PyObject *values[] = {frame.function.get(), arguments, returned};
  return static_cast<bool>(Ref::steal(PyObject_Vectorcall(frame.invoke.get(), values, 3, nullptr)));
}

std::vector<Launcher::Spec> readSpecs(nb::sequence described) {
  std::vector<Launcher::Spec> specs;
  for (nb::handle item : described) {
    nb::object dtype = item[0];
    auto *descr = reinterpret_cast<PyArray_Descr *>(dtype.ptr());
    if (!PyArray_DescrCheck(dtype.ptr()))
      throw nb::type_error("Launcher: expected (dtype, shape) pairs");
    std::size_t bytes = PyDataType_ELSIZE(descr);
    std::vector<npy_intp> dims;
    for (nb::handle dim : item[1]) {
      dims.push_back(nb::cast<npy_intp>(dim));
      bytes *= dims.back();
    }
    specs.push_back({Ref::share(dtype.ptr()), descr->type_num, std::move(dims), bytes, bytes <= kStagedBytes});
  }
  return specs;
}

} // namespace

//===----------------------------------------------------------------------===//
// Launcher
//===----------------------------------------------------------------------===//

Launcher::Launcher(nb::sequence inputs, nb::sequence outputs, nb::object makeFrame, nb::object importInput,
                   nb::object importOutput, nb::object newList)
    : inputs(readSpecs(inputs)), outputs(readSpecs(outputs)), makeFrame(Ref::share(makeFrame.ptr())),
      importInput(Ref::share(importInput.ptr())), importOutput(Ref::share(importOutput.ptr())),
      newList(Ref::share(newList.ptr())) {
  for (const auto &specs : {&this->inputs, &this->outputs})
    for (const Spec &spec : *specs)
      allStaged &= spec.staged;
}

Launcher::~Launcher() { clear(); }

int Launcher::traverse(visitproc visit, void *arg) const {
  for (const Ref *ref : {&makeFrame, &importInput, &importOutput, &newList})
    Py_VISIT(ref->get());
  for (const Frame *frame : frames)
    Py_VISIT(frame->keep.get());
  return 0;
}

void Launcher::clear() {
  for (Ref *ref : {&makeFrame, &importInput, &importOutput, &newList})
    *ref = Ref();
  dropFrames();
}

void Launcher::dropFrames() {
  for (Frame *frame : std::exchange(frames, {}))
    delete frame;
}

/// A frame that no other thread uses, made by Python if there is none:
/// (invoke, function, arguments or None, returned, input addresses, output
/// addresses, input references, output references, what to keep alive), with
/// address 0 for what is not staged.
Launcher::Frame *Launcher::takeFrame() {
  if (!frames.empty()) {
    Frame *frame = frames.back();
    frames.pop_back();
    return frame;
  }
  Ref staged = Ref::steal(PyList_New(0));
  for (const auto &specs : {&inputs, &outputs})
    for (const Spec &spec : *specs)
      if (!staged || PyList_Append(staged.get(), spec.staged ? Py_True : Py_False))
        return nullptr;
  Ref made = Ref::steal(PyObject_CallOneArg(makeFrame.get(), staged.get()));
  if (!made)
    return nullptr;
  auto *frame = new Frame;
  try {
    nb::handle parts = made.get();
    auto part = [&](int i) { return Ref::share(nb::object(parts[i]).ptr()); };
    frame->invoke = part(0);
    frame->function = part(1);
    frame->arguments = part(2);
    frame->returned = part(3);
    for (nb::handle address : parts[4])
      frame->inputs.push_back(reinterpret_cast<char *>(nb::cast<std::uintptr_t>(address)));
    for (nb::handle address : parts[5])
      frame->outputs.push_back(reinterpret_cast<char *>(nb::cast<std::uintptr_t>(address)));
    for (nb::handle ref : parts[6])
      frame->inputRefs.push_back(Ref::share(ref.ptr()));
    for (nb::handle ref : parts[7])
      frame->outputRefs.push_back(Ref::share(ref.ptr()));
    frame->keep = part(8);
  } catch (nb::python_error &error) {
    error.restore();
    delete frame;
    return nullptr;
  } catch (std::exception &error) {
    PyErr_SetString(PyExc_TypeError, error.what());
    delete frame;
    return nullptr;
  }
  return frame;
}

Outcome Launcher::run(const Operand *operands, PyObject **results) {
  Frame *frame = takeFrame();
  if (!frame)
    return Outcome::Failed;
  std::fill_n(results, outputs.size(), nullptr);
  Outcome outcome = allStaged ? runStaged(*frame, operands, results) : runMixed(*frame, operands, results);
  frames.push_back(frame);
  if (outcome != Outcome::Done)
    for (std::size_t i = 0; i < outputs.size(); ++i)
      Py_CLEAR(results[i]);
  return outcome;
}

Outcome Launcher::stage(const Spec &spec, const Operand &operand, char *memory) {
  if (PyArray_CheckExact(operand.object)) {
    auto *array = reinterpret_cast<PyArrayObject *>(operand.object);
    if (PyArray_DESCR(array)->type_num == spec.typeNum && PyArray_ISCARRAY_RO(array) && hasShape(spec, array)) {
      std::memcpy(memory, PyArray_DATA(array), spec.bytes);
      return Outcome::Done;
    }
  } else if (storeScalar(spec, operand.object, memory)) {
    return Outcome::Done;
  }
  Ref array = conform(spec, operand.object);
  if (!array)
    return Outcome::Unsuitable;
  std::memcpy(memory, PyArray_DATA(reinterpret_cast<PyArrayObject *>(array.get())), spec.bytes);
  return Outcome::Done;
}

Outcome Launcher::runStaged(Frame &frame, const Operand *operands, PyObject **results) {
  for (std::size_t i = 0; i < inputs.size(); ++i)
    if (Outcome staged = stage(inputs[i], operands[i], frame.inputs[i]); staged != Outcome::Done)
      return staged;
  if (!callInvoke(frame, frame.arguments.get(), frame.returned.get()))
    return Outcome::Failed;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    PyArrayObject *array = newArray(outputs[i]);
    if (!array)
      return Outcome::Failed;
    std::memcpy(PyArray_DATA(array), frame.outputs[i], outputs[i].bytes);
    results[i] = reinterpret_cast<PyObject *>(array);
  }
  return Outcome::Done;
}

Ref Launcher::prepare(std::size_t index, PyObject *array) const {
  const Spec &spec = inputs[index];
  Ref given = conform(spec, array);
  if (!given || spec.staged)
    return Ref::share(array);
  void *data = PyArray_DATA(reinterpret_cast<PyArrayObject *>(given.get()));
  if (reinterpret_cast<std::uintptr_t>(data) % kAlignment == 0)
    return given;
  PyArrayObject *copy = newArray(spec);
  if (!copy)
    return {};
  std::memcpy(PyArray_DATA(copy), data, spec.bytes);
  return Ref::steal(reinterpret_cast<PyObject *>(copy));
}

/// Pushes a view of a large operand's own memory. An operand at an address that
/// IREE cannot read is copied, and its Array keeps the copy: arrays do not
/// change, so no later call copies it again.
Outcome Launcher::lend(std::size_t index, const Operand &operand, PyObject *list, std::vector<Ref> &keep) {
  const Spec &spec = inputs[index];
  // An Array that is given twice may hold a copy since the first time, and what
  // it held may be gone.
  PyObject *object = operand.owner ? arrayLayout()->dataOf(operand.owner) : operand.object;
  Ref array = conform(spec, object);
  if (!array)
    return Outcome::Unsuitable;
  void *data = PyArray_DATA(reinterpret_cast<PyArrayObject *>(array.get()));
  if (reinterpret_cast<std::uintptr_t>(data) % kAlignment) {
    PyArrayObject *copy = newArray(spec);
    if (!copy)
      return Outcome::Failed;
    std::memcpy(PyArray_DATA(copy), data, spec.bytes);
    data = PyArray_DATA(copy);
    if (operand.owner && array.get() == object) {
      PyArray_CLEARFLAGS(copy, NPY_ARRAY_WRITEABLE);
      PyObject *&field = arrayLayout()->dataOf(operand.owner);
      Py_INCREF(copy);
      Py_XSETREF(field, reinterpret_cast<PyObject *>(copy));
    }
    array = Ref::steal(reinterpret_cast<PyObject *>(copy));
  }
  Ref memory = Ref::steal(PyMemoryView_FromMemory(static_cast<char *>(data), spec.bytes, PyBUF_WRITE));
  Ref position = Ref::steal(PyLong_FromSize_t(index));
  if (!memory || !position)
    return Outcome::Failed;
  PyObject *arguments[] = {memory.get(), position.get()};
  Ref view = Ref::steal(PyObject_Vectorcall(importInput.get(), arguments, 2, nullptr));
  if (!view || !push(list, view.get()))
    return Outcome::Failed;
  keep.push_back(std::move(view));
  keep.push_back(std::move(array));
  return Outcome::Done;
}

Outcome Launcher::runMixed(Frame &frame, const Operand *operands, PyObject **results) {
  std::vector<Ref> keep; // what IREE knows by address only
  Ref size = Ref::steal(PyLong_FromSize_t(inputs.size() + outputs.size()));
  Ref list = Ref::steal(PyObject_CallOneArg(newList.get(), size.get()));
  Ref returned = Ref::steal(PyObject_CallOneArg(newList.get(), size.get()));
  if (!list || !returned)
    return Outcome::Failed;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    Outcome outcome = Outcome::Done;
    if (!inputs[i].staged)
      outcome = lend(i, operands[i], list.get(), keep);
    else if ((outcome = stage(inputs[i], operands[i], frame.inputs[i])) == Outcome::Done &&
             !push(list.get(), frame.inputRefs[i].get()))
      outcome = Outcome::Failed;
    if (outcome != Outcome::Done)
      return outcome;
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    PyArrayObject *array = newArray(outputs[i]);
    if (!array)
      return Outcome::Failed;
    results[i] = reinterpret_cast<PyObject *>(array);
    if (outputs[i].staged) {
      if (!push(list.get(), frame.outputRefs[i].get()))
        return Outcome::Failed;
      continue;
    }
    Ref memory =
        Ref::steal(PyMemoryView_FromMemory(static_cast<char *>(PyArray_DATA(array)), outputs[i].bytes, PyBUF_WRITE));
    Ref buffer = Ref::steal(memory ? PyObject_CallOneArg(importOutput.get(), memory.get()) : nullptr);
    if (!buffer || !push(list.get(), buffer.get()))
      return Outcome::Failed;
    keep.push_back(std::move(buffer));
  }
  if (!callInvoke(frame, list.get(), returned.get()))
    return Outcome::Failed;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].staged)
      std::memcpy(PyArray_DATA(reinterpret_cast<PyArrayObject *>(results[i])), frame.outputs[i], outputs[i].bytes);
  return Outcome::Done;
}

nb::object Launcher::call(nb::sequence arrays) {
  std::vector<nb::object> owned;
  std::vector<Operand> operands;
  for (nb::handle array : arrays) {
    owned.push_back(nb::borrow(array));
    operands.push_back({array.ptr()});
    // Converting silently is for jit, which knows what it promised.
    if (operands.size() > inputs.size() || !PyArray_CheckExact(array.ptr()) ||
        PyArray_DESCR(reinterpret_cast<PyArrayObject *>(array.ptr()))->type_num != inputs[operands.size() - 1].typeNum)
      return nb::none();
  }
  if (operands.size() != inputs.size())
    return nb::none();
  std::vector<PyObject *> results(outputs.size());
  switch (run(operands.data(), results.data())) {
  case Outcome::Unsuitable:
    return nb::none();
  case Outcome::Failed:
    throw nb::python_error();
  case Outcome::Done:
    break;
  }
  nb::list list;
  for (PyObject *result : results)
    list.append(nb::steal(result));
  return list;
}

static int traverseLauncher(PyObject *self, visitproc visit, void *arg) {
  Py_VISIT(Py_TYPE(self));
  if (!nb::inst_ready(self))
    return 0;
  return nb::inst_ptr<Launcher>(self)->traverse(visit, arg);
}

static int clearLauncher(PyObject *self) {
  if (nb::inst_ready(self))
    nb::inst_ptr<Launcher>(self)->clear();
  return 0;
}

static PyType_Slot launcherSlots[] = {{Py_tp_traverse, reinterpret_cast<void *>(traverseLauncher)},
                                      {Py_tp_clear, reinterpret_cast<void *>(clearLauncher)},
                                      {0, nullptr}};

void wengert::bindLauncher(nb::module_ &m) {
  nb::class_<Launcher>(m, "Launcher", nb::type_slots(launcherSlots),
                       "Runs one loaded function on arrays; made by "
                       "wengert.runtime.Executable.")
      .def(nb::init<nb::sequence, nb::sequence, nb::object, nb::object, nb::object, nb::object>(), nb::arg("inputs"),
           nb::arg("outputs"), nb::arg("make_frame"), nb::arg("import_input"), nb::arg("import_output"),
           nb::arg("new_list"))
      .def("__call__", &Launcher::call, nb::arg("arrays"),
           "The list of results for exactly these types and shapes; None if "
           "the arrays are not of them.")
      .def("drop_frames", &Launcher::dropFrames, "Forget the contexts that are kept for later calls.");
  m.def(
      "memory_pool",
      [](std::optional<std::size_t> limit) {
        if (limit)
          pool().setLimit(*limit);
        return nb::make_tuple(pool().held, pool().limit);
      },
      nb::arg("limit") = nb::none(),
      "Bytes held for the memory of later large results, and the most that may "
      "be held; sets the latter if given.");
}
