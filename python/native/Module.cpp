// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Module: text, passes, functions.

#include "Native.h"

#include "wg/CAPI/Module.h"
#include "wg/CAPI/Transforms.h"

#include "mlir-c/Bindings/Python/Interop.h"
#include "mlir-c/Pass.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <algorithm>

namespace wengert {

namespace {
struct Module {
  Ref<ModuleState> state;
};
} // namespace

static void appendText(MlirStringRef text, void *to) { static_cast<std::string *>(to)->append(text.data, text.length); }

/// Throws if a pass has left the module invalid: printing it or reading it could abort the process.
static MlirOperation operationOf(const Module &m) {
  if (m.state->isBroken)
    raiseNative("a pass has failed on this module and left it invalid: start again from a copy made before it");
  return mlirModuleGetOperation(m.state->module);
}

static MlirOperation functionOf(const Module &m, std::string_view name) {
  (void)operationOf(m);
  MlirOperation op = m.state->lookup(name);
  if (mlirOperationIsNull(op) || !wgFunctionGetType(op).ptr)
    raiseNative("expected a function of the module but got @" + std::string(name));
  return op;
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string printModule(const Module &m, bool debugInfo, bool generic) {
  MlirOpPrintingFlags flags = mlirOpPrintingFlagsCreate();
  mlirOpPrintingFlagsEnableDebugInfo(flags, debugInfo, false);
  mlirOpPrintingFlagsAssumeVerified(flags);
  if (generic)
    mlirOpPrintingFlagsPrintGenericOpForm(flags);
  std::string text;
  mlirOperationPrintWithFlags(operationOf(m), flags, appendText, &text);
  mlirOpPrintingFlagsDestroy(flags);
  return text;
}

/// The text of the module without the wrapper, as one writes it by hand.
static std::string compactText(const Module &m) {
  std::string text = printModule(m, false, false);
  constexpr std::string_view head = "module {\n", tail = "}";
  size_t start = text.compare(0, head.size(), head) == 0 ? 0 : text.find("\nmodule {\n");
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  if (start == std::string::npos || text.size() < head.size() || text.compare(text.size() - 1, 1, tail) != 0)
    return text;
  if (start)
    ++start;
  std::string compact = text.substr(0, start);
  for (size_t at = start + head.size(); at < text.size() - 1;) {
    size_t end = std::min(text.find('\n', at), text.size() - 1);
    std::string_view line = std::string_view(text).substr(at, end - at);
    if (line.substr(0, 2) == "  ")
      line.remove_prefix(2);
    compact.append(line).append("\n");
    at = end + 1;
  }
  return compact;
}

static Module parse(nb::handle text, nb::handle filename) {
  std::string source(utf8(text.ptr())), name(utf8(filename.ptr()));
  if (source.size() > (size_t(1) << 30))
    raiseNative("expected at most 1 GiB of text but got more");
  clearDiagnostics();
  MlirModule module = wgModuleParse(context(), toRef(source), toRef(name.substr(0, name.find('\0'))));
  if (mlirModuleIsNull(module))
    raiseNative("the text is no module");
  clearDiagnostics();
  return {Ref<ModuleState>(new ModuleState(module))};
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

static nb::list functionNames(const Module &m) {
  nb::list names;
  for (MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(m.state->module)); !mlirOperationIsNull(op);
       op = mlirOperationGetNextInBlock(op))
    if (wgFunctionGetType(op).ptr)
      names.append(attributeToPython(mlirOperationGetAttributeByName(op, toRef("sym_name"))));
  return names;
}

static nb::tuple signature(const Module &m, nb::handle name) {
  clearDiagnostics();
  MlirType type = mlirTypeAttrGetValue(wgFunctionGetType(functionOf(m, utf8(name.ptr()))));
  nb::list inputs, results;
  for (intptr_t i = 0, n = mlirFunctionTypeGetNumInputs(type); i < n; ++i)
    inputs.append(nb::borrow(avalOf(mlirFunctionTypeGetInput(type, i))));
  for (intptr_t i = 0, n = mlirFunctionTypeGetNumResults(type); i < n; ++i)
    results.append(nb::borrow(avalOf(mlirFunctionTypeGetResult(type, i))));
  return nb::make_tuple(inputs, results);
}

static Builder beginFunction(Module &m, nb::handle name, bool isPrivate) {
  std::string unique = m.state->reserve(utf8(name.ptr()));
  return {Ref<FunctionState>(new FunctionState(m.state, std::move(unique), isPrivate))};
}

/// What the program refers to by number (see wengert.callbacks) lives as long as the modules that hold it: `kept` is a
/// dict, in the instance's own __dict__ so that the garbage collector sees it.
static void shareKept(nb::handle to, nb::handle from) {
  nb::object kept = nb::getattr(from, "kept", nb::none());
  if (kept.is_none())
    return;
  if (!nb::hasattr(to, "kept"))
    to.attr("kept") = nb::dict();
  to.attr("kept").attr("update")(kept);
}

static nb::object merge(nb::handle_t<Module> self, nb::handle_t<Module> from, nb::handle name) {
  Module &m = *nb::inst_ptr<Module>(self);
  const Module &other = *nb::inst_ptr<Module>(from);
  clearDiagnostics();
  functionOf(other, utf8(name.ptr()));
  auto taken = [](MlirStringRef candidate, void *state) {
    return static_cast<ModuleState *>(state)->isTaken(view(candidate));
  };
  MlirAttribute renamed =
      wgModuleMerge(m.state->module, other.state->module, toRef(utf8(name.ptr())), taken, m.state.get());
  m.state->forgetSymbols();
  if (mlirAttributeIsNull(renamed))
    raiseNative("the function cannot be copied");
  shareKept(self, from);
  return attributeToPython(renamed);
}

/// Makes a function that nothing calls the entry of its module: public, and under this name if one is given; a function
/// that has the name already gets another one.
static nb::object publish(Module &m, nb::handle name, nb::handle newName) {
  MlirOperation op = functionOf(m, utf8(name.ptr()));
  mlirOperationRemoveAttributeByName(op, toRef("sym_visibility"));
  if (newName.is_none() || utf8(newName.ptr()) == utf8(name.ptr()))
    return nb::borrow(name);
  std::string_view wanted = utf8(newName.ptr());
  if (wanted.empty())
    raiseNative("expected a name but got an empty string");
  if (MlirOperation other = m.state->lookup(wanted); other.ptr) {
    std::string moved;
    for (int i = 0; moved.empty() || m.state->isTaken(moved); ++i)
      moved = std::string(wanted) + "_" + std::to_string(i);
    mlirSymbolTableReplaceAllSymbolUses(toRef(wanted), toRef(moved), operationOf(m));
    mlirOperationSetAttributeByName(other, toRef("sym_name"), mlirStringAttrGet(context(), toRef(moved)));
    m.state->forgetSymbols();
  } else if (m.state->isTaken(wanted)) {
    raiseNative("a function @" + std::string(wanted) + " is under construction");
  }
  mlirOperationSetAttributeByName(op, toRef("sym_name"), mlirStringAttrGet(context(), toRef(utf8(newName.ptr()))));
  m.state->forgetSymbols();
  return nb::borrow(newName);
}

/// Attributes of ours have a prefix, so nothing here can break what MLIR knows of a function.
static MlirStringRef functionAttribute(nb::handle name) {
  std::string_view text = utf8(name.ptr());
  if (text.substr(0, 3) != "wg." || text.size() == 3 || text.find('\0') != std::string_view::npos)
    raiseNative("expected an attribute of the form 'wg.name' but got '" + std::string(text) + "'");
  return toRef(text);
}

static void setAttribute(Module &m, nb::handle function, nb::handle name, nb::handle value) {
  MlirAttribute attribute = value.is_none() ? mlirUnitAttrGet(context()) : attributeFrom(value.ptr(), false, "value");
  MlirStringRef key = functionAttribute(name);
  mlirOperationSetAttributeByName(functionOf(m, utf8(function.ptr())), key, attribute);
}

static nb::object getAttribute(const Module &m, nb::handle function, nb::handle name) {
  MlirAttribute attribute =
      mlirOperationGetAttributeByName(functionOf(m, utf8(function.ptr())), functionAttribute(name));
  return mlirAttributeIsNull(attribute) ? nb::none() : attributeToPython(attribute);
}

//===----------------------------------------------------------------------===//
// Passes
//===----------------------------------------------------------------------===//

/// Pass managers are kept: the patterns of a canonicalizer are collected once.
static MlirPassManager passManager(const std::string &passes) {
  static std::unordered_map<std::string, MlirPassManager> managers;
  auto known = managers.find(passes);
  if (known != managers.end())
    return known->second;
  if (!wgTextIsSafe(context(), toRef(passes), toRef("passes")))
    raiseNative("the passes cannot be parsed");
  MlirPassManager manager = mlirPassManagerCreate(context());
  mlirPassManagerEnableVerifier(manager, false); // verified once, after the last pass
  std::string error;
  if (mlirLogicalResultIsFailure(mlirOpPassManagerAddPipeline(mlirPassManagerGetAsOpPassManager(manager), toRef(passes),
                                                              appendText, &error))) {
    mlirPassManagerDestroy(manager);
    while (!error.empty() && error.back() == '\n')
      error.pop_back();
    raiseNative("'" + passes + "': " + (error.empty() ? "not a list of passes" : error));
  }
  if (managers.size() > 256) {
    for (auto &[text, old] : managers)
      mlirPassManagerDestroy(old);
    managers.clear();
  }
  return managers[passes] = manager;
}

namespace {
/// While functions are under construction outside of the module, what they call has no use in it: public, it survives.
class KeepUnused {
public:
  explicit KeepUnused(ModuleState &state) : state(state) {
    if (state.reserved.empty())
      return;
    for (MlirOperation op = mlirBlockGetFirstOperation(mlirModuleGetBody(state.module)); !mlirOperationIsNull(op);
         op = mlirOperationGetNextInBlock(op)) {
      MlirAttribute visibility = mlirOperationGetAttributeByName(op, key);
      if (mlirAttributeIsNull(visibility) || !mlirAttributeIsAString(visibility) ||
          view(mlirStringAttrGetValue(visibility)) != "private")
        continue;
      names.emplace_back(view(mlirStringAttrGetValue(mlirOperationGetAttributeByName(op, toRef("sym_name")))));
      mlirOperationRemoveAttributeByName(op, key);
    }
  }
  ~KeepUnused() {
    for (const std::string &name : names)
      if (MlirOperation op = state.lookup(name); op.ptr)
        mlirOperationSetAttributeByName(op, key, mlirStringAttrGet(context(), toRef("private")));
  }

private:
  const MlirStringRef key = toRef("sym_visibility");
  ModuleState &state;
  std::vector<std::string> names;
};
} // namespace

/// Whether the module is still valid; if it is not, nothing but its end is left to it.
static bool checkModule(const Module &m) {
  m.state->invalidate();
  m.state->isBroken = !mlirOperationVerify(mlirModuleGetOperation(m.state->module));
  return !m.state->isBroken;
}

static void run(Module &m, nb::handle passes) {
  std::string text(utf8(passes.ptr()));
  clearDiagnostics();
  MlirPassManager manager = passManager(text);
  MlirOperation module = operationOf(m);
  KeepUnused keep(*m.state.get());
  // The last phases make ops of IREE's dialects.
  mlirContextSetAllowUnregisteredDialects(context(), true);
  bool succeeded = mlirLogicalResultIsSuccess(mlirPassManagerRunOnOp(manager, module));
  bool valid = checkModule(m);
  mlirContextSetAllowUnregisteredDialects(context(), false);
  if (!succeeded || !valid)
    raiseNative("'" + text + "' failed");
  clearDiagnostics();
}

static void pipeline(Module &m, const std::string &stopAfter, const std::string &options) {
  run(m, nb::str(("wg-pipeline{stop-after=" + stopAfter + (options.empty() ? "" : " ") + options + "}").c_str()));
}

static nb::tuple linearize(Module &m, nb::handle name, const std::vector<int64_t> &wrt) {
  clearDiagnostics();
  functionOf(m, utf8(name.ptr()));
  MlirStringRef function = toRef(utf8(name.ptr()));
  KeepUnused keep(*m.state.get());
  WgLinearization parts = wgLinearize(m.state->module, function, static_cast<intptr_t>(wrt.size()), wrt.data());
  m.state->invalidate();
  if (mlirAttributeIsNull(parts.fwd)) {
    (void)checkModule(m);
    raiseNative("the function cannot be linearized");
  }
  return nb::make_tuple(attributeToPython(parts.fwd), attributeToPython(parts.lin), attributeToPython(parts.pullback),
                        parts.numResiduals);
}

static nb::object fingerprint(const Module &m, nb::handle name) {
  (void)operationOf(m);
  std::string bytes;
  if (!wgModuleFingerprint(m.state->module, toRef(utf8(name.ptr())), appendText, &bytes))
    return nb::none();
  return nb::bytes(bytes.data(), bytes.size());
}

static void verify(const Module &m) {
  clearDiagnostics();
  if (!mlirOperationVerify(mlirModuleGetOperation(m.state->module)))
    raiseNative("the module is invalid");
}

static Module copyOf(MlirModule module) {
  MlirModule copy = mlirModuleFromOperation(mlirOperationClone(mlirModuleGetOperation(module)));
  return Module{Ref<ModuleState>(new ModuleState(copy))};
}

// wengert.mlir: a module crosses in a capsule, as a copy, since either side destroys what it holds.
static nb::object toCapsule(const Module &m) {
  return nb::steal(mlirPythonModuleToCapsule(mlirModuleFromOperation(mlirOperationClone(operationOf(m)))));
}
static Module fromCapsule(nb::handle capsule) {
  MlirModule module = mlirPythonCapsuleToModule(capsule.ptr());
  if (mlirModuleIsNull(module))
    throw nb::python_error();
  if (!mlirContextEqual(mlirModuleGetContext(module), context()))
    raise(PyExc_ValueError, "from_capsule: expected a module of wengert.mlir.context() but got one of another context");
  clearDiagnostics();
  if (!mlirOperationVerify(mlirModuleGetOperation(module)))
    raiseNative("the module is invalid");
  return copyOf(module);
}

void bindModule(nb::module_ &m) {
  nb::class_<Module>(m, "Module", nb::dynamic_attr(), "A program: functions that call each other.")
      .def("__init__",
           [](Module *self) {
             MlirModule empty = mlirModuleCreateEmpty(mlirLocationUnknownGet(context()));
             new (self) Module{Ref<ModuleState>(new ModuleState(empty))};
           })
      .def("clone", [](const Module &self) { return copyOf(mlirModuleFromOperation(operationOf(self))); })
      .def("to_capsule", &toCapsule, "A copy for wengert.mlir.")
      .def_static("from_capsule", &fromCapsule, nb::arg("capsule"), "A copy of a module of wengert.mlir.")
      .def("to_text", &printModule, nb::arg("debug_info") = false, nb::arg("generic") = false,
           "The finished functions as text that `parse` reads.")
      .def("__str__", &compactText)
      .def("verify", &verify, "Raise NativeError if the program is invalid.")
      .def("functions", &functionNames, nb::sig("def functions(self) -> list[str]"))
      .def(
          "has",
          [](const Module &self, nb::handle name) { return self.state->lookup(utf8(name.ptr())).ptr != nullptr; },
          nb::arg("name"), nb::sig("def has(self, name: str) -> bool"))
      .def("signature", &signature, nb::arg("name"), "The types of the arguments and of the results.",
           nb::sig("def signature(self, name: str) -> tuple[list[Aval], list[Aval]]"))
      .def("function", &beginFunction, nb::arg("name"), nb::arg("private") = true,
           "Begin a function; its name is made unique.",
           nb::sig("def function(self, name: str, private: bool = True) -> Builder"))
      .def("merge", &merge, nb::arg("other"), nb::arg("name"),
           "Copy a function of another module, and all it calls; returns its name here.",
           nb::sig("def merge(self, other: Module, name: str) -> str"))
      .def("publish", &publish, nb::arg("name"), nb::arg("new_name").none() = nb::none(),
           "Make a function that nothing calls public, under a new name if one is given; returns its name.",
           nb::sig("def publish(self, name: str, new_name: str | None = None) -> str"))
      .def("run", &run, nb::arg("passes"), "Run passes given as text, e.g. 'wg-expand-transforms,wg-simplify'.",
           nb::sig("def run(self, passes: str) -> None"))
      .def("pipeline", &pipeline, nb::arg("stop_after"), nb::arg("options") = "",
           "Run the pipeline up to and including a phase: traced, expanded, simplified, core, linalg.")
      .def("linearize", &linearize, nb::arg("name"), nb::arg("wrt"),
           "Add the forward function (results, residuals), the linear one and its transpose; returns their names and "
           "the number of residuals.",
           nb::sig("def linearize(self, name: str, wrt: Sequence[int]) -> tuple[str, str, str, int]"))
      .def(
          "program", [](const Module &self, nb::handle name) { return programOf(functionOf(self, utf8(name.ptr()))); },
          nb::arg("name"),
          "(instructions, argument ids, result ids); an instruction is (op, operand ids, result ids, attrs, (file, "
          "line)).")
      .def(
          "value_types",
          [](const Module &self, nb::handle name) { return typesOf(functionOf(self, utf8(name.ptr()))); },
          nb::arg("name"), "The Avals of all values of a function, by the ids of `program`.")
      .def(
          "scopes", [](const Module &self, nb::handle name) { return scopesOf(functionOf(self, utf8(name.ptr()))); },
          nb::arg("name"), "For each instruction of `program` the names around its position, outermost first.")
      .def("fingerprint", &fingerprint, nb::arg("name"),
           "Bytes that are equal in this process for functions that are equal with all they call; None if it has no "
           "such bytes.",
           nb::sig("def fingerprint(self, name: str) -> bytes | None"))
      .def("set_attr", &setAttribute, nb::arg("name"), nb::arg("attr"), nb::arg("value").none() = nb::none())
      .def("get_attr", &getAttribute, nb::arg("name"), nb::arg("attr"));
  m.def(
      "context_capsule", [] { return nb::steal(mlirPythonContextToCapsule(context())); },
      "The context, for wengert.mlir; it must not be destroyed.");
  m.def("parse", &parse, nb::arg("text"), nb::arg("filename") = "<text>", "The program that a text describes.",
        nb::sig("def parse(text: str, filename: str = '<text>') -> Module"));
}

} // namespace wengert
