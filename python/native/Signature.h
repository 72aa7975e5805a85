// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The signature of a call of a jitted function: the row of words under which its program is kept.

#ifndef WENGERT_NATIVE_SIGNATURE_H
#define WENGERT_NATIVE_SIGNATURE_H

#include "Launcher.h"

#include <cstdint>
#include <vector>

namespace wengert {

/// The Python state that a signature depends on, read without calling Python.
struct Environment {
  ArrayLayout layout;
  PyObject *arrayGlobals = nullptr, *configGlobals = nullptr;
  PyObject *traceKey = nullptr; // config.trace_key
  PyObject *staging = nullptr, *updates = nullptr, *overrides = nullptr;

  /// Null with a Python error if wengert.array or wengert.config cannot be loaded.
  static const Environment *get();

  /// Whether a trace that records operations on concrete arrays is active in any thread.
  bool isStaging() const { return read(arrayGlobals, staging) != 0; }
  long numUpdates() const { return read(configGlobals, updates); }
  long numOverrides() const { return read(configGlobals, overrides); }

private:
  bool load();
  static long read(PyObject *globals, PyObject *name);
};

/// One call's arguments, taken apart. Reused from call to call, so that the usual call allocates nothing here.
struct Signature {
  std::vector<std::uint64_t> words; // structure, types, shapes
  std::vector<PyObject *> names;    // dict keys and keywords: str
  std::vector<PyObject *> values;   // static arguments, settings, a treespec
  std::vector<Operand> leaves;
  std::vector<Ref> owned;
  std::uint64_t hash = 0;

  void clear() { words.clear(), names.clear(), values.clear(), leaves.clear(), owned.clear(); }
  /// Computes the hash; false with a Python error if a value has none.
  bool finish();
};

/// A signature that nobody else uses. A call that runs inside another's miss, or in another thread, leases a second
/// one.
class SignatureLease {
public:
  SignatureLease();
  ~SignatureLease();
  SignatureLease(const SignatureLease &) = delete;
  SignatureLease &operator=(const SignatureLease &) = delete;
  Signature *operator->() const { return signature; }
  Signature &operator*() const { return *signature; }

private:
  Signature *signature;
};

/// What a jitted function says about its arguments.
struct CallRules {
  Ref flatten; // pytree -> (leaves, treespec)
  std::vector<Py_ssize_t> staticPositions;
  std::vector<Ref> staticNames;
};

/// Writes the signature of a vectorcall with `n` positional arguments; false, without an error, if it has none.
bool writeSignature(const CallRules &rules, const Environment &env, Signature &out, PyObject *const *args, Py_ssize_t n,
                    PyObject *names);

} // namespace wengert

#endif
