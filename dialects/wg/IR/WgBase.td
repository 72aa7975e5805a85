// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The kinds of ops. A record is: kind, mnemonic, arguments, rules as expression strings, scalar lowering, NumPy reference.
// Rule strings are in the intersection of C++ and Python expressions; Expr.h is their language. In a rule every operand and
// attribute stands under its own name, the result is `out`, an operand's tangent `dx` is the name with a d before it,
// the cotangent is `ct`, the batch size is `size`.

#ifndef WG_IR_WGBASE_TD
#define WG_IR_WGBASE_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "wg/IR/WgDialect.td"
include "wg/IR/WgTypes.td"
include "wg/Interfaces/ComputationInterface.td"
include "wg/Interfaces/RuleInterfaces.td"

//===----------------------------------------------------------------------===//
// Splicing of expression strings into C++
//===----------------------------------------------------------------------===//

// lhs_batch -> getLhsBatch, as mlir-tblgen names the accessor.
class Getter<string n> {
  string s = !foldl("get", !range(!size(n)), acc, i, acc #
    !if(!eq(!substr(n, i, 1), "_"), "",
        !if(!eq(!substr("_" # n, i, 1), "_"), !toupper(!substr(n, i, 1)), !substr(n, i, 1))));
}

// How an argument is read: an attribute that may be absent as a null type.
class Read<dag args, int i> {
  string s = Getter<!getdagname(args, i)>.s # "()" # !if(!isa<OptionalAttr>(!getdagarg<Constraint>(args, i)), ".value_or(::mlir::Type())", "");
}

// Local variables for operands and attributes: RuleBuilder::bind inside a rule, TypeRules::bind inside a type rule.
class Bind<dag args> {
  string s = !interleave(!foreach(i, !range(!size(args)),
    "  [[maybe_unused]] auto " # !getdagname(args, i) # " = b.bind(" # Read<args, i>.s # ");\n"), "");
}
class BindTangents<dag args> {
  string s = !interleave(!foreach(i, !range(!size(args)),
    !if(!isa<Attr>(!getdagarg<Constraint>(args, i)), "",
        "  [[maybe_unused]] auto d" # !getdagname(args, i) # " = tangents.size() > " # i # " ? tangents[" # i # "] : Expr();\n")), "");
}
// Operands with the batch dimension in front, whether they were batched or not.
class BindBatched<dag args> {
  string s = !interleave(!foreach(i, !range(!size(args)),
    "  [[maybe_unused]] auto " # !getdagname(args, i) # !if(!isa<Attr>(!getdagarg<Constraint>(args, i)), " = b.bind(",
        " = b.bindBatched(" # i # ", ") # Read<args, i>.s # ");\n"), "");
}
// Operands of half types in f32: a definition is rounded once, at its end.
class BindWide<dag args> {
  string s = !interleave(!foreach(i, !range(!size(args)),
    "  [[maybe_unused]] auto " # !getdagname(args, i) # !if(!isa<Attr>(!getdagarg<Constraint>(args, i)), " = b.bind(",
        " = b.bindWide(") # Read<args, i>.s # ");\n"), "");
}
class BindTypes<dag args> {
  defvar variadic = !foldl(0, !range(!size(args)), acc, i, !or(acc, !isa<Variadic>(!getdagarg<Constraint>(args, i))));
  defvar operands = !foldl(0, !range(!size(args)), acc, i, !add(acc, !if(!isa<Attr>(!getdagarg<Constraint>(args, i)), 0, 1)));
  string s = "  if (!t.counted(adaptor.getOperands().size(), " # !if(variadic, !sub(operands, 1), operands) # ", " # variadic # "))\n    return ::mlir::failure();\n" # !interleave(!foreach(i, !range(!size(args)),
    !if(!and(!isa<Attr>(!getdagarg<Constraint>(args, i)), !not(!isa<OptionalAttr>(!getdagarg<Constraint>(args, i)))),
        "  if (!adaptor." # Getter<!getdagname(args, i)>.s # "Attr())\n    return t.missing(\"" # !getdagname(args, i) # "\");\n", "")
    # !if(!or(!isa<Attr>(!getdagarg<Constraint>(args, i)), !isa<OptionalAttr>(!getdagarg<Constraint>(args, i)), !isa<Wg_Moves>(!getdagarg<Constraint>(args, i))), "",
        "  if (!t.computes(adaptor." # Getter<!getdagname(args, i)>.s # "()))\n    return ::mlir::failure();\n")
    # "  [[maybe_unused]] auto " # !getdagname(args, i) # " = t.bind(adaptor." # Read<args, i>.s # ");\n"), "");
}
class BindResults<dag results> {
  string s = !interleave(!foreach(i, !range(!size(results)),
    "  [[maybe_unused]] auto " # !getdagname(results, i) # " = b.bind(" # Getter<!getdagname(results, i)>.s # "());\n"), "");
}

class TypeRule<dag args, list<string> types> {
  string s = "\n::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *, "
    # "std::optional<::mlir::Location> location, Adaptor adaptor, ::llvm::SmallVectorImpl<::mlir::Type> &results) {\n"
    # "  TypeRules t(getOperationName(), location);\n" # BindTypes<args>.s
    # "  if (t.failed())\n    return ::mlir::failure();\n"
    # "  return t.infer({" # !interleave(types, ", ") # "}, results);\n}\n";
}
// A method that returns expressions, with everything bound.
class Rule<string method, string params, dag args, dag results, string before, string body> {
  string s = "\n::wg::Exprs $cppClass::" # method # "(::wg::RuleBuilder &b" # params # ") {\n" # Bind<args>.s
    # BindResults<results>.s # before # "  return " # body # ";\n}\n";
}
// {b.wants(0) ? Expr(d0) : Expr(), ...}; an empty string is never wanted.
class Wanted<list<string> exprs> {
  string s = "{" # !interleave(!foreach(i, !range(!size(exprs)),
    !if(!empty(exprs[i]), "Expr()", "b.wants(" # i # ") ? Expr(" # exprs[i] # ") : Expr()")), ", ") # "}";
}
class LinearIn<list<string> exprs> {
  string s = "\nbool $cppClass::isLinearIn(unsigned i) { return " # !if(!empty(exprs), "false",
    !interleave(!foreach(i, !range(!size(exprs)), !if(!empty(exprs[i]), "", "i == " # i # " || ")), "") # "false") # "; }\n";
}
class JvpRule<string body, dag args, dag results> {
  string s = Rule<"jvpRule", ", const ::wg::Exprs &tangents", args, results, BindTangents<args>.s, body>.s;
}
class TransposeRule<list<string> exprs, dag args, dag results> {
  string s = Rule<"transposeRule", ", const ::wg::Exprs &cts", args, results,
    "  [[maybe_unused]] auto ct = cts.front();\n", Wanted<exprs>.s>.s # LinearIn<exprs>.s;
}
class BatchRule<list<string> exprs, dag args> {
  string s = "\n::wg::Exprs $cppClass::batchRule(::wg::RuleBuilder &b) {\n" # BindBatched<args>.s
    # "  [[maybe_unused]] auto size = b.batchSize();\n  return {" # !interleave(exprs, ", ") # "};\n}\n";
}
class DecomposeRule<string body, dag args, bit wide = 1> {
  string s = "\n::wg::Exprs $cppClass::decomposeRule(::wg::RuleBuilder &b) {\n" # !if(wide, BindWide<args>.s, Bind<args>.s)
    # "  return {b.narrow(" # body # ", getOut().getType())};\n}\n";
}

//===----------------------------------------------------------------------===//
// The base of all ops
//===----------------------------------------------------------------------===//

// `types`: one TypeRules expression per result. `reference`: the NumPy kernel, a Python expression over operands and
// attributes, `np` and the helpers of wengert.kernels as `k`.
class Wg_Op<string mnemonic, dag args, list<string> types, string reference, list<Trait> traits = [], dag outs = (outs Wg_AnyTensor:$out)>
    : Op<Wg_Dialect, mnemonic, !listconcat([Pure, InferTypeOpAdaptor], traits)> {
  let arguments = args;
  let results = outs;
  string kind = "custom";
  string numpy = reference;
  // Where the law tests take the operands from, one Python interval per operand, e.g. "(0.1, 10)"; default "(-3, 3)".
  list<string> domain = [];
  // What the law tests call: Python dicts with the shapes of the operands and the attributes, e.g.
  // "{'shapes': [(2, 3)], 'axes': (0,)}"; default: shapes () and (2, 3) for every operand.
  list<string> samples = [];
  // For each operand the function of tests/python/op_cases.py that makes it, in place of values from an interval, e.g.
  // "dominant" for matrices that are far from singular; "" for values from the interval.
  list<string> generators = [];
  defvar typeRule = TypeRule<args, types>.s;
  string rules = "";
  let extraClassDefinition = typeRule # rules;
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

// Names of scalar ops by class of element type; a word after the name is a predicate. Empty: the lowering's own code.
class Scalar<string float, string complex = "", string sint = "", string uint = sint> {
  string f = float; string c = complex; string i = sint; string u = uint;
}
def OwnScalar : Scalar<"">;

class ScalarRule<Scalar sc> {
  string s = "\n::llvm::StringRef $cppClass::scalarOp(::mlir::Type element) {\n  return ::wg::pickScalar(element, \"" # sc.f
    # "\", \"" # sc.c # "\", \"" # sc.i # "\", \"" # sc.u # "\");\n}\n";
}

// One partial per operand is the whole derivative: jvp = sum d_i * dx_i (its real part where a complex operand has a real
// result), transpose = ct * d_i. An empty list: no derivative.
// `body`: its definition by other ops, for wg-decompose; needed where no scalar op is good enough.
class Wg_Elementwise<string m, dag args, list<string> d, Scalar sc, string reference, string body = "", string type = "", list<Trait> traits = []>
    : Wg_Op<m, args, [!if(!empty(type), "t.same({" # !interleave(!foreach(i, !range(!size(args)),
                !if(!isa<Attr>(!getdagarg<Constraint>(args, i)), "", !if(!eq(i, 0), "", ", ") # !getdagname(args, i))), "") # "})", type)],
            reference,
            !listconcat([DeclareOpInterfaceMethods<Wg_ElementwiseOpInterface>, DeclareOpInterfaceMethods<Wg_JvpOpInterface>,
                         DeclareOpInterfaceMethods<Wg_TransposeOpInterface>, DeclareOpInterfaceMethods<Wg_BatchOpInterface>],
                        !if(!empty(body), [], [DeclareOpInterfaceMethods<Wg_DecomposeOpInterface>]), traits)> {
  let kind = "elementwise";
  list<string> partials = d;
  Scalar scalar = sc;
  string definition = body;
  let rules = Rule<"partialsRule", "", args, (outs Wg_Tensor:$out), "", Wanted<d>.s>.s # ScalarRule<sc>.s
    # "\n::wg::Exprs $cppClass::jvpRule(::wg::RuleBuilder &b, const ::wg::Exprs &tangents) {\n  return b.sumOfPartials(*this, partialsRule(b), tangents);\n}\n"
    # "\n::wg::Exprs $cppClass::transposeRule(::wg::RuleBuilder &b, const ::wg::Exprs &cts) {\n  return b.scalePartials(partialsRule(b), cts.front());\n}\n"
    # "\n::wg::Exprs $cppClass::batchRule(::wg::RuleBuilder &b) { return b.batchElementwise(*this); }\n"
    # LinearIn<d>.s
    # !if(!empty(body), "", DecomposeRule<body, args>.s);
}

class Wg_Unary<string m, string d, Scalar sc, string reference, string body = "", Wg_TensorOf operand = Wg_FloatTensor>
    : Wg_Elementwise<m, (ins operand:$x), [d], sc, reference, body> {
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
// No derivative, result type by `type`.
class Wg_Test<string m, string type, Scalar sc, string reference, Wg_TensorOf operand>
    : Wg_Elementwise<m, (ins operand:$x), [], sc, reference, "", type> {
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
class Wg_Binary<string m, string dx, string dy, Scalar sc, string reference, string body = "", Wg_TensorOf operand = Wg_NumericTensor, list<Trait> traits = []>
    : Wg_Elementwise<m, (ins operand:$x, operand:$y), [dx, dy], sc, reference, body, "", traits> {
  let assemblyFormat = "$x `,` $y attr-dict `:` custom<SameTypes>(type($x), type($y))";
}
// x <op> y as bools; no derivative.
class Wg_Compare<string m, Scalar sc, string reference, Wg_TensorOf operand = Wg_Tensor>
    : Wg_Elementwise<m, (ins operand:$x, operand:$y), [], sc, reference, "", "t.compare({x, y})"> {
  let hasFolder = 1;
  let assemblyFormat = "$x `,` $y attr-dict `:` custom<SameTypes>(type($x), type($y))";
}

//===----------------------------------------------------------------------===//
// Linear, bilinear, rules by string, no derivative
//===----------------------------------------------------------------------===//

defvar Wg_DiffInterfaces = [DeclareOpInterfaceMethods<Wg_JvpOpInterface>, DeclareOpInterfaceMethods<Wg_TransposeOpInterface>];

// `transposed`: for each operand the cotangent, or "" where the op is not linear in it. The jvp is the op on the tangents.
// `batched`: the result over a leading batch dimension; every operand has it (unbatched ones are broadcast first). Empty: a
// batchRule in Ops/<Family>.cpp.
class Wg_Linear<string m, dag args, list<string> types, list<string> transposed, list<string> batched, string reference, list<Trait> traits = []>
    : Wg_Op<m, args, types, reference, !listconcat(Wg_DiffInterfaces, [DeclareOpInterfaceMethods<Wg_BatchOpInterface>], traits)> {
  let kind = "linear";
  list<string> transposes = transposed;
  list<string> batches = batched;
  let rules = TransposeRule<transposed, args, (outs Wg_Tensor:$out)>.s
    # !if(!empty(batched), "", BatchRule<batched, args>.s)
    # "\n::wg::Exprs $cppClass::jvpRule(::wg::RuleBuilder &b, const ::wg::Exprs &tangents) {\n  return b.applyLinear(*this, tangents, isLinearIn);\n}\n";
}

// Linear in each operand alone: the jvp is the product rule.
class Wg_Bilinear<string m, dag args, list<string> types, string ctLhs, string ctRhs, string reference, list<Trait> traits = []>
    : Wg_Op<m, args, types, reference, !listconcat(Wg_DiffInterfaces, [DeclareOpInterfaceMethods<Wg_BatchOpInterface>], traits)> {
  let kind = "bilinear";
  list<string> transposes = [ctLhs, ctRhs];
  let rules = TransposeRule<[ctLhs, ctRhs], args, (outs Wg_Tensor:$out)>.s
    # "\n::wg::Exprs $cppClass::jvpRule(::wg::RuleBuilder &b, const ::wg::Exprs &tangents) {\n  return b.applyBilinear(*this, tangents);\n}\n";
}

// Not linear, with a derivative as an expression over x, dx, out. An empty `batched`: a batchRule in Ops/<Family>.cpp.
class Wg_Nonlinear<string m, dag args, list<string> types, string jvp, list<string> batched, string reference, list<Trait> traits = []>
    : Wg_Op<m, args, types, reference, !listconcat([DeclareOpInterfaceMethods<Wg_JvpOpInterface>, DeclareOpInterfaceMethods<Wg_BatchOpInterface>], traits)> {
  let kind = "nonlinear";
  string derivative = jvp;
  list<string> batches = batched;
  let rules = JvpRule<"{" # jvp # "}", args, (outs Wg_Tensor:$out)>.s # !if(!empty(batched), "", BatchRule<batched, args>.s);
}

class ZeroJvp {
  string s = "\n::wg::Exprs $cppClass::jvpRule(::wg::RuleBuilder &, const ::wg::Exprs &) {\n  return ::wg::Exprs(getOperation()->getNumResults());\n}\n";
}
// Zero tangent: iota, argmax, random bits. An empty `batched`: the op treats every element alike (or has no operands).
class Wg_NonDifferentiable<string m, dag args, list<string> types, list<string> batched, string reference, list<Trait> traits = [], dag outs = (outs Wg_AnyTensor:$out)>
    : Wg_Op<m, args, types, reference, !listconcat([DeclareOpInterfaceMethods<Wg_JvpOpInterface>, DeclareOpInterfaceMethods<Wg_BatchOpInterface>], traits), outs> {
  let kind = "nondifferentiable";
  list<string> batches = batched;
  let rules = ZeroJvp<>.s # !if(!empty(batched),
      "\n::wg::Exprs $cppClass::batchRule(::wg::RuleBuilder &b) { return b.batchElementwise(*this); }\n",
      BatchRule<batched, args>.s);
}

// Linear in some operands, with rules that no string can hold (a list of operands): in Ops/<Family>.cpp beside the record.
class Wg_LinearCustom<string m, dag args, list<string> types, string reference, list<Trait> traits = [], dag outs = (outs Wg_AnyTensor:$out)>
    : Wg_Op<m, args, types, reference, !listconcat(Wg_DiffInterfaces, [DeclareOpInterfaceMethods<Wg_BatchOpInterface>], traits), outs> {
  let kind = "linear";
}

// All rules in Ops/<Family>.cpp beside the record.
class Wg_Custom<string m, dag args, list<string> types, string reference, list<Trait> traits = [], dag outs = (outs Wg_AnyTensor:$out)>
    : Wg_Op<m, args, types, reference, traits, outs>;

// Applies functions of the module, which FlatSymbolRefAttr attributes name: verifySymbolUses, unrollRule and other rules in C++.
class Wg_Structured<string m, dag args, list<string> types, string reference, list<Trait> traits = [], dag outs = (outs Variadic<Wg_Tensor>:$outs)>
    : Wg_Op<m, args, types, reference, !listconcat([DeclareOpInterfaceMethods<SymbolUserOpInterface>, DeclareOpInterfaceMethods<Wg_ComputationOpInterface>],
                                                   traits), outs> {
  let kind = "structured";
}

// Defined by an expression over other ops; everything follows by wg-decompose. `wide`: half types compute in f32 (not needed where
// nothing is rounded).
class Wg_Composite<string m, dag args, list<string> types, string body, string reference, list<Trait> traits = [], bit wide = 1>
    : Wg_Op<m, args, types, reference, !listconcat([DeclareOpInterfaceMethods<Wg_DecomposeOpInterface>], traits)> {
  let kind = "composite";
  string definition = body;
  let rules = DecomposeRule<body, args, wide>.s;
}

#endif
