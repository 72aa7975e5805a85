// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The types that operands and attributes of wg ops may have. Element types: i1 is bool, iN is signed, uiN is unsigned.
// Floats of 8 bits and integers of 2 and 4 bits are for storage: they move and convert, and have no tangents.

#ifndef WG_IR_WGTYPES_TD
#define WG_IR_WGTYPES_TD

include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/CommonTypeConstraints.td"

// A statically shaped tensor; `dtypes` are the NumPy names of its element types, read by tools/dev/gen_from_ops.py.
class Wg_TensorOf<list<Type> elements, list<string> names, string words>
    : RankedTensorOf<elements, [HasStaticShapePred]> {
  let summary = words; // in messages, without the list of all element types
  list<string> dtypes = names;
}
// The same with rank 0: weak constants that a rule puts here become scalars.
class Wg_ScalarOf<Wg_TensorOf tensor, list<Type> elements, string words>
    : RankedTensorOf<elements, [HasStaticShapePred, CPred<"::llvm::cast<::mlir::ShapedType>($_self).getRank() == 0">]> {
  let summary = words;
  list<string> dtypes = tensor.dtypes;
}

// A constraint that includes the types for storage: what only moves elements.
class Wg_Moves;

defvar Wg_BoolTypes = [I1];
defvar Wg_IntTypes = [I8, I16, I32, I64, UI8, UI16, UI32, UI64];
defvar Wg_FloatTypes = [F16, BF16, F32, F64];
defvar Wg_IntNames = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"];
defvar Wg_FloatNames = ["float16", "bfloat16", "float32", "float64"];
defvar Wg_ComplexTypes = [Complex<F32>, Complex<F64>];
defvar Wg_ComplexNames = ["complex64", "complex128"];
defvar Wg_StorageTypes = [F8E3M4, F8E4M3, F8E4M3B11FNUZ, F8E4M3FN, F8E4M3FNUZ, F8E5M2, F8E5M2FNUZ, F8E8M0FNU,
                          I<2>, I<4>, UI<2>, UI<4>];
defvar Wg_StorageNames = ["float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2",
                          "float8_e5m2fnuz", "float8_e8m0fnu", "int2", "int4", "uint2", "uint4"];

def Wg_BoolTensor : Wg_TensorOf<Wg_BoolTypes, ["bool"], "tensor of bools (i1) with a static shape">;
def Wg_IntTensor : Wg_TensorOf<Wg_IntTypes, Wg_IntNames, "tensor of integers (i8 to i64, ui8 to ui64) with a static shape">;
def Wg_I32Tensor : Wg_TensorOf<[I32], ["int32"], "tensor of i32 with a static shape">;
def Wg_UInt32Tensor : Wg_TensorOf<[UI32], ["uint32"], "tensor of ui32 with a static shape">;
def Wg_BoolOrIntTensor : Wg_TensorOf<!listconcat(Wg_BoolTypes, Wg_IntTypes), !listconcat(["bool"], Wg_IntNames),
                                     "tensor of bools or integers (i1, i8 to i64, ui8 to ui64) with a static shape">;
def Wg_FloatTensor : Wg_TensorOf<Wg_FloatTypes, Wg_FloatNames, "tensor of floats (f16, bf16, f32, f64) with a static shape">;
def Wg_ComplexTensor : Wg_TensorOf<Wg_ComplexTypes, Wg_ComplexNames, "tensor of complex numbers (complex<f32>, complex<f64>) with a static shape">;
// What a complex number is made of.
def Wg_PartTensor : Wg_TensorOf<[F32, F64], ["float32", "float64"], "tensor of f32 or f64 with a static shape">;
def Wg_InexactTensor : Wg_TensorOf<!listconcat(Wg_FloatTypes, Wg_ComplexTypes), !listconcat(Wg_FloatNames, Wg_ComplexNames),
                                   "tensor of floats or complex numbers with a static shape">;
// What has an order and can be rounded: no complex numbers.
def Wg_RealTensor : Wg_TensorOf<!listconcat(Wg_IntTypes, Wg_FloatTypes), !listconcat(Wg_IntNames, Wg_FloatNames),
                                "tensor of integers or floats (take real, imag or abs of complex numbers) with a static shape">;
def Wg_RealOrBoolTensor : Wg_TensorOf<!listconcat(Wg_BoolTypes, Wg_IntTypes, Wg_FloatTypes),
                                      !listconcat(["bool"], Wg_IntNames, Wg_FloatNames),
                                      "tensor of bools, integers or floats (take real, imag or abs of complex numbers) with a static shape">;
def Wg_NumericTensor : Wg_TensorOf<!listconcat(Wg_IntTypes, Wg_FloatTypes, Wg_ComplexTypes),
                                   !listconcat(Wg_IntNames, Wg_FloatNames, Wg_ComplexNames),
                                   "tensor of integers, floats or complex numbers (not bools) with a static shape">;
defvar Wg_AllTypes = !listconcat(Wg_BoolTypes, Wg_IntTypes, Wg_FloatTypes, Wg_ComplexTypes);
def Wg_Tensor : Wg_TensorOf<Wg_AllTypes, !listconcat(["bool"], Wg_IntNames, Wg_FloatNames, Wg_ComplexNames),
                            "tensor of bools, integers, floats or complex numbers with a static shape">;
def Wg_Scalar : Wg_ScalarOf<Wg_Tensor, Wg_AllTypes, "tensor of rank 0 of bools, integers, floats or complex numbers">;
def Wg_I32Scalar : Wg_ScalarOf<Wg_I32Tensor, [I32], "tensor of rank 0 of i32">,
                   BuildableType<"::mlir::RankedTensorType::get({}, $_builder.getI32Type())">;

defvar Wg_AnyTypes = !listconcat(Wg_AllTypes, Wg_StorageTypes);
def Wg_AnyTensor : Wg_TensorOf<Wg_AnyTypes, !listconcat(Wg_Tensor.dtypes, Wg_StorageNames),
                               "tensor of bools, numbers or a type for storage with a static shape">, Wg_Moves;
def Wg_AnyTensors : Variadic<Wg_AnyTensor>, Wg_Moves;
def Wg_AnyScalar : Wg_ScalarOf<Wg_AnyTensor, Wg_AnyTypes, "tensor of rank 0 of bools, numbers or a type for storage">, Wg_Moves;

// Attributes: the kinds that Python gives (int, tuple of ints, bool, str, float, dtype, array, symbol).
def Wg_IntAttr : TypedSignlessIntegerAttrBase<I64, "int64_t", "integer">;
def Wg_IntsAttr : DenseArrayAttrBase<"DenseI64ArrayAttr", "int64_t", "integers">;
def Wg_DtypeAttr : TypeAttrBase<"::mlir::Type", "element type">;
// An attribute that may be absent is the last of an op: a null type in rules, None in Python.
def Wg_OptionalDtypeAttr : OptionalAttr<Wg_DtypeAttr>;

#endif
