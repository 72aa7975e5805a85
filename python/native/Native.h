// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the parts of wengert._native share. Everything runs under the GIL, in one context that lives as long as the
// process.

#ifndef WENGERT_NATIVE_NATIVE_H
#define WENGERT_NATIVE_NATIVE_H

#include <nanobind/nanobind.h>

#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include "mlir-c/IR.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace wengert {
namespace nb = nanobind;

inline MlirStringRef toRef(std::string_view s) { return {s.data(), s.size()}; }
inline std::string_view view(MlirStringRef s) { return {s.data, s.length}; }
/// The UTF-8 text of a Python string; throws if it has none (lone surrogates).
std::string_view utf8(PyObject *text);

//===----------------------------------------------------------------------===//
// Diagnostics.cpp
//===----------------------------------------------------------------------===//

/// The context, with a handler that keeps what is emitted.
MlirContext context();
/// Forgets diagnostics of calls that succeeded; what is raised next holds only newer ones.
void clearDiagnostics();
/// Throws NativeError with the kept diagnostics, or with this message if none is an error.
[[noreturn]] void raiseNative(const std::string &otherwise);
/// Throws a Python exception of another type.
[[noreturn]] void raise(PyObject *type, const std::string &message);

//===----------------------------------------------------------------------===//
// Types.cpp
//===----------------------------------------------------------------------===//

/// A tensor type as Python sees it. There is one object for each type, and it is never freed.
struct Aval {
  MlirType type;
  PyObject *shape; // a tuple of ints
  PyObject *dtype; // a numpy.dtype
};
/// Borrowed; throws NativeError if the type is no tensor of a known element type with a static shape.
PyObject *avalOf(MlirType type);
const Aval &avalFrom(PyObject *aval);
/// The element type of a numpy.dtype, or of what numpy.dtype() takes; throws TypeError if there is none.
MlirType elementTypeOf(PyObject *dtype);
/// The numpy.dtype of an element type, borrowed; null if there is none.
PyObject *dtypeOf(MlirType element);
/// "numpy" and what is often needed of it.
struct NumPy {
  PyObject *module, *dtype, *ndarray, *generic;
};
const NumPy &numpy();

//===----------------------------------------------------------------------===//
// Attributes.cpp
//===----------------------------------------------------------------------===//

/// The attribute for a Python value; `isSymbol` says what a string means. Throws TypeError (with the name) for other
/// values.
MlirAttribute attributeFrom(PyObject *value, bool isSymbol, std::string_view name);
/// The Python value of an attribute; its text if Python has nothing like it.
nb::object attributeToPython(MlirAttribute attribute);

//===----------------------------------------------------------------------===//
// Location.cpp
//===----------------------------------------------------------------------===//

/// Where the innermost Python frame outside the package is; unknown if there is none.
MlirLocation userLocation();
/// None means the user's location; else (file, line, ...).
MlirLocation locationFrom(PyObject *location);
/// The first file position inside a location.
struct FilePosition {
  std::string_view file;
  int64_t line = 0, column = 0;
};
bool findFilePosition(MlirLocation location, FilePosition &position);
/// The names around the first file position, outermost first: scopes, and the function it is in.
nb::tuple locationNames(MlirLocation location);
/// (file, line), or None if there is no file.
nb::object locationToPython(MlirLocation location);

//===----------------------------------------------------------------------===//
// Module.cpp, Build.cpp, Value.cpp
//===----------------------------------------------------------------------===//

template <typename T>
class Ref {
public:
  Ref() = default;
  explicit Ref(T *p) : p(p) { retain(); }
  Ref(const Ref &other) : p(other.p) { retain(); }
  Ref(Ref &&other) noexcept : p(std::exchange(other.p, nullptr)) {}
  Ref &operator=(Ref other) noexcept {
    std::swap(p, other.p);
    return *this;
  }
  ~Ref() {
    if (p && --p->references == 0)
      delete p;
  }
  T *get() const { return p; }
  T *operator->() const { return p; }

private:
  void retain() {
    if (p)
      ++p->references;
  }
  T *p = nullptr;
};

struct FunctionState;

/// A module, what is known about its symbols, and the functions that Python has made in it.
struct ModuleState {
  explicit ModuleState(MlirModule module) : module(module) {}
  ModuleState(const ModuleState &) = delete;
  ~ModuleState() { mlirModuleDestroy(module); }

  /// The op with this symbol name; null if there is none.
  MlirOperation lookup(std::string_view name);
  /// `name`, or with a number behind it if it is taken; it stays reserved.
  std::string reserve(std::string_view name);
  bool isTaken(std::string_view name) { return reserved.count(std::string(name)) || lookup(name).ptr; }
  /// After a pass has run: symbols are looked up anew, and values of finished functions are no longer valid.
  void invalidate();
  void addSymbol(const std::string &name, MlirOperation op) { symbols[name] = op; }
  /// The next look-up reads the symbols anew.
  void forgetSymbols() { symbolsKnown = false; }

  int64_t references = 0;
  MlirModule module;
  std::unordered_set<FunctionState *> functions;
  std::unordered_set<std::string> reserved; // names of unfinished functions
  std::vector<std::pair<uint64_t, MlirOperation>> finished;
  uint64_t nextNumber = 0;
  bool isBroken = false; // a pass has failed on it and left it invalid

private:
  void findSymbols();
  bool symbolsKnown = false;
  std::unordered_map<std::string, MlirOperation> symbols;
  std::unordered_map<std::string, unsigned> suffixes;
};

/// A function made by a Builder. It joins its module when it is finished, so passes never meet half a function.
struct FunctionState {
  enum Phase { Open, Finished, Gone };
  FunctionState(Ref<ModuleState> module, std::string name, bool isPrivate);
  FunctionState(const FunctionState &) = delete;
  ~FunctionState();
  /// Puts the function into its module, in the order in which functions were begun.
  void join();

  int64_t references = 0;
  Ref<ModuleState> module;
  std::string name;
  MlirOperation op;
  MlirBlock block;
  Phase phase = Open;
  uint64_t number;
};

struct Builder {
  Ref<FunctionState> function;
};

/// The Python objects of values are a plain C type: making one is part of the cost of every traced op.
PyObject *makeValue(FunctionState *function, MlirValue value);
struct GivenValue {
  FunctionState *function;
  MlirValue value;
};
/// Throws TypeError if the object is no Value.
GivenValue valueFrom(PyObject *object);

//===----------------------------------------------------------------------===//
// Program.cpp
//===----------------------------------------------------------------------===//

/// (instructions, argument ids, result ids) of a function with one block.
nb::tuple programOf(MlirOperation function);
/// The types of all values, by their ids in `programOf`.
nb::list typesOf(MlirOperation function);
/// For each instruction of `programOf` the names around its position.
nb::list scopesOf(MlirOperation function);
/// The same for what one value needs.
nb::tuple programOfValue(MlirBlock block, MlirValue value);

void bindDiagnostics(nb::module_ &m);
void bindTypes(nb::module_ &m);
void bindLocation(nb::module_ &m);
void bindValue(nb::module_ &m);
void bindBuild(nb::module_ &m);
void bindModule(nb::module_ &m);

} // namespace wengert

#endif // WENGERT_NATIVE_NATIVE_H
