// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where in the user's program an op comes from: the innermost Python frame outside the package. What is known about a
// code object (whether it is the package's, the locations of its instructions) is kept with it and goes with it.

#include "Native.h"

#include "Frames.h"

namespace wengert {

namespace {
struct CodeInfo {
  bool isInternal;
  int lastInstruction = -1; // a loop traces the same instruction again and again
  MlirLocation lastLocation{nullptr};
  std::unordered_map<int, MlirLocation> locations;
};
Py_ssize_t extraIndex = -1;
thread_local std::vector<std::string> scopes; // each entry is the whole path, e.g. "encoder/layer1"
std::vector<std::string> internalPrefixes;
} // namespace

static bool isInternalFile(std::string_view file) {
  for (const std::string &prefix : internalPrefixes)
    if (file.substr(0, prefix.size()) == prefix)
      return true;
  return false;
}

static CodeInfo *infoOf(PyCodeObject *code) {
  void *extra = nullptr;
  if (_PyCode_GetExtra(reinterpret_cast<PyObject *>(code), extraIndex, &extra) == 0 && extra)
    return static_cast<CodeInfo *>(extra);
  PyErr_Clear();
  Py_ssize_t size = 0;
  const char *file = PyUnicode_AsUTF8AndSize(code->co_filename, &size);
  if (!file)
    PyErr_Clear();
  auto *info = new CodeInfo{file && isInternalFile({file, static_cast<size_t>(size)}), -1, {nullptr}, {}};
  if (_PyCode_SetExtra(reinterpret_cast<PyObject *>(code), extraIndex, info) != 0) {
    PyErr_Clear();
    delete info;
    return nullptr;
  }
  return info;
}

static int isUserCode(PyCodeObject *code) {
  CodeInfo *info = infoOf(code);
  return info && !info->isInternal;
}

static std::string_view nameOr(PyObject *text, std::string_view otherwise) {
  Py_ssize_t size = 0;
  const char *data = text && PyUnicode_Check(text) ? PyUnicode_AsUTF8AndSize(text, &size) : nullptr;
  if (data)
    return {data, static_cast<size_t>(size)};
  PyErr_Clear();
  return otherwise;
}

static MlirLocation makeLocation(std::string_view file, int64_t line, int64_t column, std::string_view function) {
  std::string terminated(file.substr(0, file.find('\0')));
  auto clamp = [](int64_t v) { return static_cast<unsigned>(v < 0 ? 0 : v > INT32_MAX ? INT32_MAX : v); };
  MlirLocation position = mlirLocationFileLineColGet(context(), toRef(terminated), clamp(line), clamp(column));
  return function.empty() ? position : mlirLocationNameGet(context(), toRef(function), position);
}

static MlirLocation locate(PyCodeObject *code, int lasti) {
  int line = 0, column = 0, endLine = 0, endColumn = 0;
  if (!PyCode_Addr2Location(code, lasti, &line, &column, &endLine, &endColumn))
    line = PyCode_Addr2Line(code, lasti);
  return makeLocation(nameOr(code->co_filename, "<unknown>"), line, column + 1, nameOr(code->co_name, "<unknown>"));
}

static MlirLocation frameLocation() {
  int lasti = 0;
  PyCodeObject *code = wengertFindFrame(isUserCode, &lasti);
  if (!code)
    return mlirLocationUnknownGet(context());
  CodeInfo *info = infoOf(code);
  if (info->lastInstruction == lasti)
    return info->lastLocation;
  auto [entry, isNew] = info->locations.try_emplace(lasti);
  if (isNew)
    entry->second = locate(code, lasti);
  info->lastInstruction = lasti;
  info->lastLocation = entry->second;
  return entry->second;
}

MlirLocation userLocation() {
  MlirLocation location = frameLocation();
  return scopes.empty() ? location : mlirLocationNameGet(context(), toRef(scopes.back()), location);
}

static void pushScope(nb::handle name) {
  std::string text(utf8(name.ptr()));
  scopes.push_back(scopes.empty() ? text : scopes.back() + "/" + text);
}

static void popScope() {
  if (!scopes.empty())
    scopes.pop_back();
}

static nb::object currentScope() {
  return scopes.empty() ? nb::none() : nb::object(nb::str(scopes.back().data(), scopes.back().size()));
}

MlirLocation locationFrom(PyObject *given) {
  if (!given || given == Py_None)
    return userLocation();
  nb::object tuple = nb::steal(PySequence_Tuple(given));
  if (!tuple.is_valid() || PyTuple_GET_SIZE(tuple.ptr()) < 2 || PyUnicode_Check(given)) {
    PyErr_Clear();
    raise(PyExc_TypeError, "expected a location as (file, line) or (file, line, function)");
  }
  PyObject *function = PyTuple_GET_SIZE(tuple.ptr()) > 2 ? PyTuple_GET_ITEM(tuple.ptr(), 2) : nullptr;
  int64_t line = PyLong_AsLongLong(PyTuple_GET_ITEM(tuple.ptr(), 1));
  if (line == -1 && PyErr_Occurred())
    throw nb::python_error();
  return makeLocation(utf8(PyTuple_GET_ITEM(tuple.ptr(), 0)), line, 1, function ? utf8(function) : std::string_view());
}

bool findFilePosition(MlirLocation location, FilePosition &position) {
  for (int depth = 0; depth < 64 && !mlirLocationIsNull(location); ++depth) {
    if (mlirLocationIsAFileLineColRange(location)) {
      position.file = view(mlirIdentifierStr(mlirLocationFileLineColRangeGetFilename(location)));
      position.line = mlirLocationFileLineColRangeGetStartLine(location);
      position.column = mlirLocationFileLineColRangeGetStartColumn(location);
      return true;
    }
    if (mlirLocationIsAName(location)) {
      location = mlirLocationNameGetChildLoc(location);
    } else if (mlirLocationIsACallSite(location)) {
      location = mlirLocationCallSiteGetCallee(location);
    } else if (mlirLocationIsAFused(location)) {
      std::vector<MlirLocation> parts(mlirLocationFusedGetNumLocations(location));
      mlirLocationFusedGetLocations(location, parts.data());
      for (MlirLocation part : parts)
        if (!mlirLocationIsAFused(part) && findFilePosition(part, position))
          return true;
      return false;
    } else {
      return false;
    }
  }
  return false;
}

nb::tuple locationNames(MlirLocation location) {
  nb::list names;
  for (int depth = 0; depth < 64; ++depth) {
    if (mlirLocationIsAName(location)) {
      MlirStringRef name = mlirIdentifierStr(mlirLocationNameGetName(location));
      names.append(nb::steal(PyUnicode_DecodeUTF8(name.data, static_cast<Py_ssize_t>(name.length), "replace")));
      location = mlirLocationNameGetChildLoc(location);
    } else if (mlirLocationIsACallSite(location)) {
      location = mlirLocationCallSiteGetCallee(location);
    } else if (mlirLocationIsAFused(location) && mlirLocationFusedGetNumLocations(location) > 0) {
      std::vector<MlirLocation> parts(mlirLocationFusedGetNumLocations(location));
      mlirLocationFusedGetLocations(location, parts.data());
      location = parts.front();
    } else {
      break;
    }
  }
  return nb::tuple(names);
}

nb::object locationToPython(MlirLocation location) {
  FilePosition p;
  if (!findFilePosition(location, p))
    return nb::none();
  nb::object file = nb::steal(PyUnicode_DecodeUTF8(p.file.data(), p.file.size(), "replace"));
  return nb::make_tuple(file, p.line);
}

static nb::object pythonUserLocation() {
  int lasti = 0;
  PyCodeObject *code = wengertFindFrame(isUserCode, &lasti);
  if (!code)
    return nb::none();
  return nb::make_tuple(nb::borrow(code->co_filename), PyCode_Addr2Line(code, lasti), nb::borrow(code->co_name));
}

void bindLocation(nb::module_ &m) {
  extraIndex = _PyEval_RequestCodeExtraIndex([](void *info) { delete static_cast<CodeInfo *>(info); });
  // The package's own files, and the wrappers of the standard library through which it calls the user's functions.
  nb::object path = nb::module_::import_("os.path");
  std::string own = nb::str(path.attr("dirname")(nb::module_::import_("wengert").attr("__file__"))).c_str();
  internalPrefixes = {own + "/"};
  for (const char *module : {"functools", "contextlib"})
    internalPrefixes.push_back(nb::str(nb::module_::import_(module).attr("__file__")).c_str());
  m.def("push_scope", &pushScope, nb::arg("name"), "Put what this thread records from now on into a named scope.",
        nb::sig("def push_scope(name: str) -> None"));
  m.def("pop_scope", &popScope, "Leave the innermost scope of this thread.");
  m.def("current_scope", &currentScope, "The path of the scopes of this thread, None outside of all.",
        nb::sig("def current_scope() -> str | None"));
  m.def("user_location", &pythonUserLocation,
        "(file, line, function) of the innermost Python frame outside the package, or None.",
        nb::sig("def user_location() -> tuple[str, int, str] | None"));
}

} // namespace wengert
