// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Signature.h"

#include <structmember.h>

#include <algorithm>

namespace nb = nanobind;
using namespace wengert;

//===----------------------------------------------------------------------===//
// wengert.array and wengert.config, as far as they are read here
//===----------------------------------------------------------------------===//

PyObject *ArrayLayout::wrap(PyObject *data, bool isWeak) const {
  PyObject *array = type->tp_alloc(type, 0);
  if (!array) {
    Py_DECREF(data);
    return nullptr;
  }
  dataOf(array) = data;
  weakOf(array) = Py_NewRef(isWeak ? Py_True : Py_False);
  return array;
}

/// The offset of a field that a class declares in __slots__; -1 if it does not.
static Py_ssize_t slotOffset(PyObject *type, const char *name) {
  Ref member = Ref::steal(PyObject_GetAttrString(type, name));
  if (!member || !Py_IS_TYPE(member.get(), &PyMemberDescr_Type)) {
    if (member)
      PyErr_Format(PyExc_TypeError, "Array.%s is expected to be a slot", name);
    return -1;
  }
  return reinterpret_cast<PyMemberDescrObject *>(member.get())->d_member->offset;
}

bool Environment::load() {
  Ref array = Ref::steal(PyImport_ImportModule("wengert.array"));
  Ref config = Ref::steal(PyImport_ImportModule("wengert.config"));
  if (!array || !config)
    return false;
  // `wengert.config` is also the name of the settings in the package.
  PyObject *modules = PyImport_GetModuleDict();
  PyObject *configModule = PyDict_GetItemString(modules, "wengert.config");
  Ref type = Ref::steal(PyObject_GetAttrString(array.get(), "Array"));
  Ref settings = Ref::steal(PyObject_GetAttrString(configModule, "config"));
  if (!type || !settings)
    return false;
  layout.data = slotOffset(type.get(), "_data");
  layout.weak = slotOffset(type.get(), "weak_type");
  if (layout.data < 0 || layout.weak < 0)
    return false;
  layout.type = reinterpret_cast<PyTypeObject *>(type.release());
  arrayGlobals = Py_NewRef(PyModule_GetDict(array.get()));
  configGlobals = Py_NewRef(PyModule_GetDict(configModule));
  staging = PyUnicode_InternFromString("_staging");
  updates = PyUnicode_InternFromString("_updates");
  overrides = PyUnicode_InternFromString("_overrides");
  traceKey = PyObject_GetAttrString(settings.get(), "trace_key");
  return traceKey != nullptr;
}

const Environment *Environment::get() {
  static Environment instance;
  if (!instance.traceKey && !instance.load())
    return nullptr;
  return &instance;
}

long Environment::read(PyObject *globals, PyObject *name) {
  PyObject *value = PyDict_GetItemWithError(globals, name);
  return value && PyLong_Check(value) ? PyLong_AsLong(value) : 0;
}

const ArrayLayout *wengert::arrayLayout() {
  const Environment *env = Environment::get();
  return env ? &env->layout : nullptr;
}

//===----------------------------------------------------------------------===//
// Signatures
//===----------------------------------------------------------------------===//

static void mix(std::uint64_t &hash, std::uint64_t word) {
  hash = (hash ^ word) * 0xFF51AFD7ED558CCDu;
  hash ^= hash >> 32;
}

bool Signature::finish() {
  hash = 0x9E3779B97F4A7C15u;
  for (std::uint64_t word : words)
    mix(hash, word);
  for (PyObject *value : values) {
    Py_hash_t of = PyObject_Hash(value);
    if (of == -1)
      return false;
    mix(hash, static_cast<std::uint64_t>(of));
  }
  return true;
}

static std::vector<Signature *> &idleSignatures() {
  static auto *list = new std::vector<Signature *>;
  return *list;
}

SignatureLease::SignatureLease() {
  if (idleSignatures().empty())
    idleSignatures().push_back(new Signature);
  signature = idleSignatures().back();
  idleSignatures().pop_back();
}

SignatureLease::~SignatureLease() {
  signature->clear();
  idleSignatures().push_back(signature);
}

namespace {

enum Tag : std::uint64_t {
  TagArray,
  TagNumpy,
  TagScalar,
  TagFloat,
  TagInt,
  TagBool,
  TagNone,
  TagTuple,
  TagList,
  TagDict,
  TagStatic,
  TagTree,
  TagKeywords,
  TagSettings,
};

class SignatureWriter {
public:
  SignatureWriter(Signature &out, const ArrayLayout &layout) : out(out), layout(layout) {}

  /// Writes a leaf; false if `object` is not one that is known here.
  bool leaf(PyObject *object) {
    if (Py_IS_TYPE(object, layout.type)) {
      PyObject *data = layout.dataOf(object);
      if (!data || !PyArray_CheckExact(data))
        return false;
      array(TagArray, data, layout.weakOf(object) == Py_True);
      out.leaves.push_back({data, object});
      return true;
    }
    if (PyFloat_CheckExact(object))
      word(TagFloat);
    else if (PyLong_CheckExact(object))
      word(TagInt);
    else if (PyBool_Check(object))
      word(TagBool);
    else if (PyArray_CheckExact(object)) {
      if (!PyArray_ISNOTSWAPPED(reinterpret_cast<PyArrayObject *>(object)))
        return false;
      array(TagNumpy, object, false);
    } else if (PyArray_IsScalar(object, Generic)) {
      Ref descr = Ref::steal(reinterpret_cast<PyObject *>(PyArray_DescrFromScalar(object)));
      if (!descr)
        return PyErr_Clear(), false;
      word(TagScalar | typeWord(reinterpret_cast<PyArray_Descr *>(descr.get())->type_num));
    } else {
      return false;
    }
    out.leaves.push_back({object});
    return true;
  }

  /// Writes a pytree of tuples, lists, dicts with string keys, None and leaves,
  /// in the order in which optree flattens it; false if anything else occurs.
  bool tree(PyObject *object, int depth = 0) {
    if (leaf(object))
      return true;
    if (depth > 32)
      return false;
    if (object == Py_None)
      return word(TagNone), true;
    bool isTuple = PyTuple_CheckExact(object);
    if (isTuple || PyList_CheckExact(object)) {
      Py_ssize_t size = Py_SIZE(object);
      word((isTuple ? TagTuple : TagList) | size << 8);
      for (Py_ssize_t i = 0; i < size; ++i)
        if (!tree(PySequence_Fast_GET_ITEM(object, i), depth + 1))
          return false;
      return true;
    }
    return PyDict_CheckExact(object) && dict(object, depth);
  }

  void word(std::uint64_t value) { out.words.push_back(value); }

private:
  Signature &out;
  const ArrayLayout &layout;

  static std::uint64_t typeWord(int typeNum) { return static_cast<std::uint64_t>(typeNum) << 8; }

  void array(Tag tag, PyObject *object, bool weak) {
    auto *data = reinterpret_cast<PyArrayObject *>(object);
    int rank = PyArray_NDIM(data);
    word(tag | typeWord(PyArray_DESCR(data)->type_num) | static_cast<std::uint64_t>(rank) << 40 |
         static_cast<std::uint64_t>(weak) << 48);
    for (int i = 0; i < rank; ++i)
      word(static_cast<std::uint64_t>(PyArray_DIM(data, i)));
  }

  bool dict(PyObject *object, int depth) {
    word(TagDict | PyDict_GET_SIZE(object) << 8);
    std::size_t first = items.size();
    PyObject *key, *value;
    for (Py_ssize_t at = 0; PyDict_Next(object, &at, &key, &value);) {
      if (!PyUnicode_CheckExact(key))
        return false;
      items.push_back({key, value});
    }
    sortByName(first);
    std::size_t end = items.size();
    for (std::size_t i = first; i < end; ++i) {
      auto [name, item] = items[i]; // `items` may grow below
      out.names.push_back(name);
      if (!tree(item, depth + 1))
        return false;
    }
    items.resize(first);
    return true;
  }

public:
  std::vector<std::pair<PyObject *, PyObject *>> items;

  void sortByName(std::size_t first) {
    auto before = [](const auto &a, const auto &b) { return PyUnicode_Compare(a.first, b.first) < 0; };
    if (!std::is_sorted(items.begin() + first, items.end(), before))
      std::sort(items.begin() + first, items.end(), before);
  }
};

} // namespace

static bool isStatic(const CallRules &rules, Py_ssize_t position, Py_ssize_t n) {
  for (Py_ssize_t p : rules.staticPositions)
    if (position == (p < 0 ? p + n : p))
      return true;
  return false;
}

static bool isStatic(const CallRules &rules, PyObject *name) {
  for (const Ref &known : rules.staticNames)
    if (known.get() == name || !PyUnicode_Compare(known.get(), name))
      return true;
  return false;
}

/// Writes arguments that are no plain containers of leaves with `flatten`.
static bool writeFlattened(const CallRules &rules, SignatureWriter &writer, Signature &out, PyObject *const *args,
                           Py_ssize_t n, PyObject *names) {
  Ref positional = Ref::steal(PyTuple_New(n));
  Ref keywords = Ref::steal(PyDict_New());
  if (!positional || !keywords)
    return false;
  for (Py_ssize_t i = 0; i < n; ++i) {
    bool fixed = isStatic(rules, i, n);
    if (fixed)
      out.values.push_back(args[i]);
    PyTuple_SET_ITEM(positional.get(), i, Py_NewRef(fixed ? Py_None : args[i]));
  }
  writer.word(TagTree | n << 8);
  for (Py_ssize_t i = 0, size = names ? PyTuple_GET_SIZE(names) : 0; i < size; ++i) {
    PyObject *name = PyTuple_GET_ITEM(names, i);
    if (isStatic(rules, name)) {
      out.names.push_back(name);
      out.values.push_back(args[n + i]);
    } else if (PyDict_SetItem(keywords.get(), name, args[n + i])) {
      return false;
    }
  }
  Ref whole = Ref::steal(PyTuple_Pack(2, positional.get(), keywords.get()));
  Ref flat = Ref::steal(whole ? PyObject_CallOneArg(rules.flatten.get(), whole.get()) : nullptr);
  if (!flat || !PyTuple_Check(flat.get()) || PyTuple_GET_SIZE(flat.get()) != 2 ||
      !PyList_Check(PyTuple_GET_ITEM(flat.get(), 0)))
    return false;
  PyObject *leaves = PyTuple_GET_ITEM(flat.get(), 0);
  out.values.push_back(PyTuple_GET_ITEM(flat.get(), 1));
  out.owned.push_back(flat);
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(leaves); ++i)
    if (!writer.leaf(PyList_GET_ITEM(leaves, i)))
      return false;
  return true;
}

static bool writePlain(const CallRules &rules, SignatureWriter &writer, Signature &out, PyObject *const *args,
                       Py_ssize_t n, PyObject *names) {
  writer.word(TagTuple | n << 8);
  for (Py_ssize_t i = 0; i < n; ++i) {
    if (!rules.staticPositions.empty() && isStatic(rules, i, n)) {
      writer.word(TagStatic);
      out.values.push_back(args[i]);
    } else if (!writer.tree(args[i])) {
      return false;
    }
  }
  Py_ssize_t size = names ? PyTuple_GET_SIZE(names) : 0;
  if (!size)
    return true;
  writer.word(TagKeywords | size << 8);
  for (Py_ssize_t i = 0; i < size; ++i)
    writer.items.push_back({PyTuple_GET_ITEM(names, i), args[n + i]});
  writer.sortByName(0);
  for (Py_ssize_t i = 0; i < size; ++i) {
    auto [name, value] = writer.items[i];
    out.names.push_back(name);
    if (isStatic(rules, name)) {
      writer.word(TagStatic);
      out.values.push_back(value);
    } else if (!writer.tree(value)) {
      return false;
    }
  }
  return true;
}

bool wengert::writeSignature(const CallRules &rules, const Environment &env, Signature &out, PyObject *const *args,
                             Py_ssize_t n, PyObject *names) {
  // Settings first: the cheap count where no thread overrides any.
  long updates = env.numUpdates();
  if (env.numOverrides()) {
    out.owned.push_back(Ref::steal(PyObject_CallNoArgs(env.traceKey)));
    if (!out.owned.back())
      return PyErr_Clear(), false;
    out.values.push_back(out.owned.back().get());
    updates = -1;
  }
  std::size_t numValues = out.values.size();
  SignatureWriter writer(out, env.layout);
  writer.word(TagSettings | static_cast<std::uint64_t>(updates) << 8);
  if (!writePlain(rules, writer, out, args, n, names)) {
    out.words.resize(1);
    out.names.clear();
    out.leaves.clear();
    out.values.resize(numValues);
    writer.items.clear();
    if (!writeFlattened(rules, writer, out, args, n, names))
      return PyErr_Clear(), false;
  }
  if (!out.finish())
    return PyErr_Clear(), false;
  return true;
}
