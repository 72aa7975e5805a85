// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Elementwise ops: real functions, comparison, logic, selection, conversion.

#ifndef WG_OPS_ELEMENTWISE_TD
#define WG_OPS_ELEMENTWISE_TD

include "wg/IR/WgBase.td"

def Wg_NegOp : Wg_Unary<"neg", "-1", Scalar<"arith.negf", "complex.neg">, "np.negative(x)", "", Wg_NumericTensor>;
def Wg_ExpOp : Wg_Unary<"exp", "out", Scalar<"math.exp", "complex.exp">, "np.exp(x)">;
def Wg_LogOp : Wg_Unary<"log", "1 / x", Scalar<"math.log", "complex.log">, "np.log(x)"> {
  let domain = ["(0.1, 10)"];
}
def Wg_SinOp : Wg_Unary<"sin", "cos(x)", Scalar<"math.sin", "complex.sin">, "np.sin(x)">;
def Wg_CosOp : Wg_Unary<"cos", "-sin(x)", Scalar<"math.cos", "complex.cos">, "np.cos(x)">;
def Wg_TanhOp : Wg_Unary<"tanh", "1 - out * out", Scalar<"math.tanh", "complex.tanh">, "np.tanh(x)">;

def Wg_AddOp : Wg_Binary<"add", "1", "1", Scalar<"arith.addf", "complex.add", "arith.addi">, "np.add(x, y)", "", Wg_NumericTensor, [Commutative]>;
def Wg_SubOp : Wg_Binary<"sub", "1", "-1", Scalar<"arith.subf", "complex.sub", "arith.subi">, "np.subtract(x, y)">;
def Wg_MulOp : Wg_Binary<"mul", "y", "x", Scalar<"arith.mulf", "complex.mul", "arith.muli">, "np.multiply(x, y)", "", Wg_NumericTensor, [Commutative]>;
def Wg_DivOp : Wg_Binary<"div", "1 / y", "-(out / y)", Scalar<"arith.divf", "complex.div", "arith.divsi", "arith.divui">, "k.div(x, y)">;

def Wg_EqOp : Wg_Compare<"eq", Scalar<"arith.cmpf oeq", "complex.eq", "arith.cmpi eq">, "np.equal(x, y)">;
def Wg_NeOp : Wg_Compare<"ne", Scalar<"arith.cmpf une", "complex.neq", "arith.cmpi ne">, "np.not_equal(x, y)">;
def Wg_LtOp : Wg_Compare<"lt", Scalar<"arith.cmpf olt", "", "arith.cmpi slt", "arith.cmpi ult">, "np.less(x, y)">;
def Wg_LeOp : Wg_Compare<"le", Scalar<"arith.cmpf ole", "", "arith.cmpi sle", "arith.cmpi ule">, "np.less_equal(x, y)">;
def Wg_GtOp : Wg_Compare<"gt", Scalar<"arith.cmpf ogt", "", "arith.cmpi sgt", "arith.cmpi ugt">, "np.greater(x, y)">;
def Wg_GeOp : Wg_Compare<"ge", Scalar<"arith.cmpf oge", "", "arith.cmpi sge", "arith.cmpi uge">, "np.greater_equal(x, y)">;

def Wg_SelectOp : Wg_Linear<"select", (ins Wg_BoolTensor:$pred, Wg_Tensor:$x, Wg_Tensor:$y), ["t.select(pred, x, y)"],
    ["", "select(pred, ct, like(ct, 0))", "select(pred, like(ct, 0), ct)"], ["select(pred, x, y)"], "np.where(pred, x, y)"> {
  let summary = "x where pred, y elsewhere";
  let assemblyFormat = "$pred `,` $x `,` $y attr-dict `:` type($pred) `,` custom<SameTypes>(type($x), type($y))";
}
def Wg_ConvertOp : Wg_Linear<"convert", (ins Wg_Tensor:$x, Wg_DtypeAttr:$dtype), ["t.convert(x, dtype)"],
    ["convert(ct, x.dtype())"], ["convert(x, dtype)"], "k.convert(x, dtype)"> {
  let summary = "x as another element type";
  let assemblyFormat = "$x `to` $dtype attr-dict `:` type($x)";
}
def Wg_ConstantOp : Wg_NonDifferentiable<"constant", (ins ElementsAttr:$value), ["value.getShapedType()"],
    [], "k.constant(value)", [ConstantLike]> {
  let summary = "an array of literals";
  let hasFolder = 1;
  let assemblyFormat = "attr-dict $value";
}

#endif
