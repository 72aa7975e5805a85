// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One handler for the whole life of the context keeps what MLIR emits; whoever sees a call fail raises it.

#include "Native.h"

#include "mlir-c/Diagnostics.h"
#include "wg/CAPI/Build.h"

namespace wengert {

namespace {
struct Kept {
  const char *severity;
  std::string message, file;
  int64_t line = 0, column = 0;
  std::vector<Kept> notes;
};
std::vector<Kept> kept;
PyObject *nativeError;
constexpr size_t kMost = 64; // a broken program can have an error at every op
} // namespace

static void append(MlirStringRef text, void *to) { static_cast<std::string *>(to)->append(text.data, text.length); }

static const char *severityOf(MlirDiagnostic diagnostic) {
  switch (mlirDiagnosticGetSeverity(diagnostic)) {
  case MlirDiagnosticError:
    return "error";
  case MlirDiagnosticWarning:
    return "warning";
  case MlirDiagnosticNote:
    return "note";
  default:
    return "remark";
  }
}

static Kept keep(MlirDiagnostic diagnostic) {
  Kept k;
  k.severity = severityOf(diagnostic);
  mlirDiagnosticPrint(diagnostic, append, &k.message);
  FilePosition position;
  if (findFilePosition(mlirDiagnosticGetLocation(diagnostic), position)) {
    k.file = position.file;
    k.line = position.line;
    k.column = position.column;
  }
  for (intptr_t i = 0, n = mlirDiagnosticGetNumNotes(diagnostic); i < n; ++i)
    k.notes.push_back(keep(mlirDiagnosticGetNote(diagnostic, i)));
  return k;
}

MlirContext context() {
  static MlirContext theContext = [] {
    MlirContext made = wgContextCreate();
    mlirContextAttachDiagnosticHandler(
        made,
        [](MlirDiagnostic diagnostic, void *) {
          if (kept.size() < kMost)
            kept.push_back(keep(diagnostic));
          return mlirLogicalResultSuccess();
        },
        nullptr, nullptr);
    return made;
  }();
  return theContext;
}

void clearDiagnostics() { kept.clear(); }

/// Text of MLIR can hold bytes of a program that are no UTF-8.
static nb::object text(const std::string &s) {
  PyObject *decoded = PyUnicode_DecodeUTF8(s.data(), s.size(), "replace");
  if (!decoded)
    throw nb::python_error();
  return nb::steal(decoded);
}

static nb::list toPython(const std::vector<Kept> &diagnostics) {
  nb::list list;
  for (const Kept &k : diagnostics)
    list.append(nb::make_tuple(k.severity, text(k.message), text(k.file), k.line, k.column, toPython(k.notes)));
  return list;
}

void raiseNative(const std::string &otherwise) {
  std::vector<Kept> taken = std::move(kept);
  kept.clear();
  std::string message;
  for (const Kept &k : taken)
    if (k.severity == std::string_view("error"))
      message += (message.empty() ? "" : "\n") + k.message;
  if (message.empty()) {
    message = otherwise;
    taken.push_back({"error", otherwise, "", 0, 0, {}});
  }
  nb::object error = nb::borrow(nativeError)(text(message));
  error.attr("diagnostics") = toPython(taken);
  PyErr_SetObject(nativeError, error.ptr());
  throw nb::python_error();
}

void raise(PyObject *type, const std::string &message) {
  PyErr_SetObject(type, text(message).ptr());
  throw nb::python_error();
}

void bindDiagnostics(nb::module_ &m) {
  nativeError = PyErr_NewExceptionWithDoc(
      "wengert._native.NativeError",
      "An error of the compiler. `diagnostics` lists (severity, message, file, line, column, notes), notes alike.",
      nullptr, nullptr);
  if (!nativeError)
    throw nb::python_error();
  m.attr("NativeError") = nb::borrow(nativeError);
}

} // namespace wengert
