// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Factorisations and solves of matrices. The last two dimensions are the matrix, the others are batch dimensions.

#ifndef WG_OPS_LINALG_TD
#define WG_OPS_LINALG_TD

include "wg/IR/WgBase.td"

def Wg_MatrixTensor : Wg_TensorOf<!listconcat([F32, F64], Wg_ComplexTypes), !listconcat(["float32", "float64"], Wg_ComplexNames),
    "tensor of f32, f64, complex<f32> or complex<f64> (convert half types to f32 first) with a static shape">;

// On the host they are LAPACK's; in a module without one, the loops of Lowering/Linalg.cpp where there are such.
defvar Wg_MatrixInterfaces = [DeclareOpInterfaceMethods<Wg_JvpOpInterface>, DeclareOpInterfaceMethods<Wg_BatchOpInterface>, Wg_HostOpInterface];

// Every dimension before the last two of every operand is a batch dimension: one more in front is the same op.
class BatchLeading {
  string s = "\n::wg::Exprs $cppClass::batchRule(::wg::RuleBuilder &b) { return b.batchElementwise(*this); }\n";
}
// `jvpRule` is in Linalg.cpp. `types`: one TypeRules method for all results.
class Wg_Factorization<string m, dag args, string types, string reference, dag outs, list<Trait> traits = []>
    : Wg_Op<m, args, [types], reference, !listconcat(Wg_MatrixInterfaces, traits), outs> {
  let kind = "nonlinear";
  let rules = BatchLeading<>.s;
}
// No derivative, as in JAX: differentiating it is an error that says `remedy`.
class Wg_NoDerivative<string m, dag args, string types, string reference, string remedy, dag outs>
    : Wg_Op<m, args, [types], reference, Wg_MatrixInterfaces, outs> {
  let kind = "underivable";
  let rules = BatchLeading<>.s # "\n::wg::Exprs $cppClass::jvpRule(::wg::RuleBuilder &b, const ::wg::Exprs &) {\n"
    # "  b.fail(\"" # m # ": expected no derivative to be asked for but got a differentiated operand; " # remedy # "\");\n"
    # "  return ::wg::Exprs(getOperation()->getNumResults());\n}\n";
}

//===----------------------------------------------------------------------===//
// Triangles
//===----------------------------------------------------------------------===//

def Wg_CholeskyOp : Wg_Factorization<"cholesky", (ins Wg_MatrixTensor:$x), "squareMatrixType(t, x)", "k.cholesky(x)", (outs Wg_MatrixTensor:$out)> {
  let summary = "the lower triangle L with L L^H = x for a positive definite x, of which only the lower triangle is read";
  let description = [{
    The upper triangle of the result is 0. Where x is not positive definite the lower triangle is nan. The derivative is that of
    Giles, Collected matrix derivative results (2008): with X = L^-1 dx L^-H, dL = L (the lower triangle of X, its diagonal halved).
  }];
  let samples = ["{'shapes': [(3, 3)]}", "{'shapes': [(2, 4, 4)]}", "{'shapes': [(1, 1)]}", "{'shapes': [(0, 0)]}", "{'shapes': [(0, 2, 2)]}"];
  let generators = ["dominant"];
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_TriangularSolveOp : Wg_Op<"triangular_solve", (ins Wg_MatrixTensor:$a, Wg_MatrixTensor:$b, BoolAttr:$left_side, BoolAttr:$lower,
      BoolAttr:$transpose_a, BoolAttr:$conjugate_a, BoolAttr:$unit_diagonal), ["triangularSolveType(t, a, b, left_side)"],
    "k.triangular_solve(a, b, left_side, lower, transpose_a, conjugate_a, unit_diagonal)",
    !listconcat(Wg_MatrixInterfaces, [DeclareOpInterfaceMethods<Wg_TransposeOpInterface>]), (outs Wg_MatrixTensor:$out)> {
  let kind = "nonlinear";
  let summary = "the solution of op(a) x = b, or x op(a) = b without left_side, with one triangle of a";
  let description = [{
    op(a) is a, transposed and conjugated as the attributes say. The other triangle of a is not read, nor is its diagonal with
    unit_diagonal, which counts as ones. A zero on the diagonal gives inf or nan. Linear in b: the transpose is the solve with the
    transposed matrix; the derivative with respect to a is op(a)^-1 (-op(da) x).
  }];
  let samples = ["{'shapes': [(3, 3), (3, 2)], 'left_side': True, 'lower': True, 'transpose_a': False, 'conjugate_a': False, 'unit_diagonal': False}",
                 "{'shapes': [(3, 3), (3, 2)], 'left_side': True, 'lower': False, 'transpose_a': True, 'conjugate_a': True, 'unit_diagonal': False}",
                 "{'shapes': [(3, 3), (2, 3)], 'left_side': False, 'lower': True, 'transpose_a': True, 'conjugate_a': False, 'unit_diagonal': True}",
                 "{'shapes': [(2, 3, 3), (2, 4, 3)], 'left_side': False, 'lower': False, 'transpose_a': False, 'conjugate_a': True, 'unit_diagonal': False}",
                 "{'shapes': [(2, 2), (2, 0)], 'left_side': True, 'lower': True, 'transpose_a': False, 'conjugate_a': False, 'unit_diagonal': False}"];
  let generators = ["dominant", ""];
  let assemblyFormat = [{
    $a `,` $b `left_side` $left_side `lower` $lower `transpose_a` $transpose_a `conjugate_a` $conjugate_a `unit_diagonal` $unit_diagonal
    attr-dict `:` type($a) `,` type($b)
  }];
}

//===----------------------------------------------------------------------===//
// LU
//===----------------------------------------------------------------------===//

def Wg_LuOp : Wg_Factorization<"lu", (ins Wg_MatrixTensor:$x), "luTypes(t, x)", "k.lu(x)",
    (outs Wg_MatrixTensor:$lu, Wg_I32Tensor:$pivots, Wg_I32Tensor:$permutation)> {
  let summary = "the triangles of P x = L U with partial pivoting in one matrix, the row swaps, and P as a permutation";
  let description = [{
    L has ones on its diagonal, which are not stored. The derivative is that of de Hoog, Anderssen and Lukas (2011): with
    X = L^-1 P dx U^-1, dL = L (the strict lower triangle of X) and dU = (the upper triangle of X) U.
  }];
  let samples = ["{'shapes': [(3, 3)]}", "{'shapes': [(2, 4, 4)]}", "{'shapes': [(4, 2)]}", "{'shapes': [(2, 2, 4)]}", "{'shapes': [(1, 1)]}",
                 "{'shapes': [(0, 3)]}", "{'shapes': [(3, 0)]}"];
  let generators = ["shuffled"];
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_LuPivotsToPermutationOp : Wg_NonDifferentiable<"lu_pivots_to_permutation", (ins Wg_I32Tensor:$pivots, Wg_IntAttr:$permutation_size),
    ["permutationType(t, pivots, permutation_size)"], ["lu_pivots_to_permutation(pivots, permutation_size)"],
    "k.lu_pivots_to_permutation(pivots, permutation_size)", [Wg_HostOpInterface]> {
  let summary = "the permutation of rows that the row swaps of lu make together";
  let samples = ["{'shapes': [(3,)], 'permutation_size': 3}", "{'shapes': [(2, 3)], 'permutation_size': 5}", "{'shapes': [(0,)], 'permutation_size': 2}"];
  let generators = ["pivots"];
  let assemblyFormat = "$pivots `permutation_size` $permutation_size attr-dict `:` type($pivots)";
}
def Wg_SolveOp : Wg_Op<"solve", (ins Wg_MatrixTensor:$a, Wg_MatrixTensor:$b), ["solveType(t, a, b)"], "k.solve(a, b)",
    !listconcat(Wg_MatrixInterfaces, [DeclareOpInterfaceMethods<Wg_TransposeOpInterface>, DeclareOpInterfaceMethods<Wg_DecomposeOpInterface>]),
    (outs Wg_MatrixTensor:$out)> {
  let kind = "nonlinear";
  let summary = "the solution of a x = b for square matrices a, by lu and two triangular solves";
  let description = [{
    A singular matrix gives inf or nan. The derivative solves with the same factors: a^-1 (db - da x), which is cheaper than the one of lu.
  }];
  let samples = ["{'shapes': [(3, 3), (3, 2)]}", "{'shapes': [(2, 3, 3), (2, 3, 1)]}", "{'shapes': [(0, 0), (0, 2)]}"];
  let generators = ["shuffled", ""];
  let assemblyFormat = "$a `,` $b attr-dict `:` type($a) `,` type($b)";
}

//===----------------------------------------------------------------------===//
// QR
//===----------------------------------------------------------------------===//

def Wg_GeqrfOp : Wg_NoDerivative<"geqrf", (ins Wg_MatrixTensor:$x), "geqrfTypes(t, x)", "k.geqrf(x)", "use qr",
    (outs Wg_MatrixTensor:$out, Wg_MatrixTensor:$taus)> {
  let summary = "the QR decomposition as LAPACK stores it: R above, the Householder vectors below the diagonal, and their factors";
  let samples = ["{'shapes': [(3, 3)]}", "{'shapes': [(2, 4, 2)]}", "{'shapes': [(2, 4)]}", "{'shapes': [(0, 3)]}"];
  let generators = ["dominant"];
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_HouseholderProductOp : Wg_NoDerivative<"householder_product", (ins Wg_MatrixTensor:$a, Wg_MatrixTensor:$taus), "householderProductType(t, a, taus)",
    "k.householder_product(a, taus)", "use qr", (outs Wg_MatrixTensor:$out)> {
  let summary = "the first columns of the product of the reflectors I - tau v v^H whose vectors v are below the diagonal of a";
  let samples = ["{'shapes': [(3, 3), (3,)]}", "{'shapes': [(2, 4, 3), (2, 2)]}", "{'shapes': [(3, 2), (0,)]}"];
  let domain = ["(-1, 1)", "(0.1, 1)"];
  let assemblyFormat = "$a `,` $taus attr-dict `:` type($a) `,` type($taus)";
}
def Wg_QrOp : Wg_Factorization<"qr", (ins Wg_MatrixTensor:$x, BoolAttr:$full_matrices), "qrTypes(t, x, full_matrices)", "k.qr(x, full_matrices)",
    (outs Wg_MatrixTensor:$q, Wg_MatrixTensor:$r)> {
  let summary = "x = q r with unitary columns q and an upper triangle r, by Householder reflections; with full_matrices q is square";
  let description = [{
    The derivative of the square or tall case is that of Walter and Lehmann, Algorithmic differentiation of linear algebra functions
    (2010); a wide x = q [r1 r2] is the square case and r2 = q^H x2; the columns that full_matrices adds follow Householder's choice
    of them (arXiv:2409.13374).
  }];
  let samples = ["{'shapes': [(3, 3)], 'full_matrices': True}", "{'shapes': [(4, 2)], 'full_matrices': False}", "{'shapes': [(4, 2)], 'full_matrices': True}",
                 "{'shapes': [(2, 2, 4)], 'full_matrices': False}", "{'shapes': [(2, 3, 2)], 'full_matrices': True}", "{'shapes': [(0, 2)], 'full_matrices': True}",
                 "{'shapes': [(2, 0)], 'full_matrices': True}", "{'shapes': [(2, 0)], 'full_matrices': False}"];
  let generators = ["dominant"];
  let assemblyFormat = "$x `full_matrices` $full_matrices attr-dict `:` type($x)";
}

//===----------------------------------------------------------------------===//
// Bands
//===----------------------------------------------------------------------===//

def Wg_TridiagonalSolveOp : Wg_Op<"tridiagonal_solve", (ins Wg_MatrixTensor:$dl, Wg_MatrixTensor:$d, Wg_MatrixTensor:$du, Wg_MatrixTensor:$b),
    ["tridiagonalSolveType(t, dl, d, du, b)"], "k.tridiagonal_solve(dl, d, du, b)",
    !listconcat(Wg_MatrixInterfaces, [DeclareOpInterfaceMethods<Wg_TransposeOpInterface>]), (outs Wg_MatrixTensor:$out)> {
  let kind = "nonlinear";
  let summary = "the solution of a x = b for a tridiagonal a, given by its three diagonals";
  let description = [{
    Row i of a is dl[i], d[i], du[i] around the diagonal; dl[0] and du[n - 1] are not read. Linear in b; the derivative with respect to
    the diagonals is a^-1 (-da x). A singular matrix gives nan.
  }];
  let samples = ["{'shapes': [(4,), (4,), (4,), (4, 2)]}", "{'shapes': [(2, 3), (2, 3), (2, 3), (2, 3, 1)]}", "{'shapes': [(1,), (1,), (1,), (1, 2)]}"];
  let domain = ["(-1, 1)", "(3, 6)", "(-1, 1)", "(-3, 3)"];
  let assemblyFormat = "$dl `,` $d `,` $du `,` $b attr-dict `:` type($dl) `,` type($d) `,` type($du) `,` type($b)";
}

//===----------------------------------------------------------------------===//
// Eigenvalues and singular values
//===----------------------------------------------------------------------===//

def Wg_EighOp : Wg_Factorization<"eigh", (ins Wg_MatrixTensor:$x, BoolAttr:$lower), "eighTypes(t, x)", "k.eigh(x, lower)",
    (outs Wg_MatrixTensor:$v, Wg_PartTensor:$w)> {
  let summary = "the eigenvectors, as columns, and the ascending eigenvalues of Hermitian matrices, of which one triangle is read";
  let description = [{
    By perturbation theory (Giles 2008, 3.1): with X = v^H dx v, dw is its diagonal and dv = v (X / (w_j - w_i) off the diagonal).
    The derivative of the eigenvectors does not exist where eigenvalues are equal: it is inf or nan there, as in JAX. That of a complex
    eigenvector has no part along it, whatever LAPACK does with its phase.
  }];
  let samples = ["{'shapes': [(3, 3)], 'lower': True}", "{'shapes': [(2, 4, 4)], 'lower': False}", "{'shapes': [(1, 1)], 'lower': True}",
                 "{'shapes': [(0, 0)], 'lower': True}", "{'shapes': [(0, 2, 2)], 'lower': True}"];
  let generators = ["dominant"];
  let assemblyFormat = "$x `lower` $lower attr-dict `:` type($x)";
}
def Wg_EigOp : Wg_Factorization<"eig", (ins Wg_MatrixTensor:$x, BoolAttr:$compute_left_eigenvectors, BoolAttr:$compute_right_eigenvectors),
    "eigTypes(t, x, compute_left_eigenvectors, compute_right_eigenvectors)", "k.eig(x, compute_left_eigenvectors, compute_right_eigenvectors)",
    (outs Variadic<Wg_ComplexTensor>:$outs)> {
  let summary = "the complex eigenvalues w of any square matrices and, if asked for, the left and right eigenvectors as columns";
  let description = [{
    x r = w r and l^H x = w l^H, in no particular order. LAPACK gives each vector the norm 1 and makes its largest entry real, which the
    derivative keeps to: with m = r^-1 dx r, dw is its diagonal and dr = r (m / (w_j - w_i) off the diagonal) + r c for the c that keeps
    norm and phase. The derivative of the vectors does not exist where eigenvalues are equal: it is inf or nan there.
  }];
  let samples = ["{'shapes': [(3, 3)], 'compute_left_eigenvectors': False, 'compute_right_eigenvectors': True}",
                 "{'shapes': [(2, 4, 4)], 'compute_left_eigenvectors': True, 'compute_right_eigenvectors': True}",
                 "{'shapes': [(3, 3)], 'compute_left_eigenvectors': True, 'compute_right_eigenvectors': False}",
                 "{'shapes': [(2, 3, 3)], 'compute_left_eigenvectors': False, 'compute_right_eigenvectors': False}",
                 "{'shapes': [(0, 0)], 'compute_left_eigenvectors': False, 'compute_right_eigenvectors': True}",
                 "{'shapes': [(0, 2, 2)], 'compute_left_eigenvectors': True, 'compute_right_eigenvectors': True}"];
  let generators = ["dominant"];
  let assemblyFormat = [{
    $x `compute_left_eigenvectors` $compute_left_eigenvectors `compute_right_eigenvectors` $compute_right_eigenvectors attr-dict `:` type($x)
  }];
}
def Wg_SvdOp : Wg_Factorization<"svd", (ins Wg_MatrixTensor:$x, BoolAttr:$full_matrices, BoolAttr:$compute_uv),
    "svdTypes(t, x, full_matrices, compute_uv)", "k.svd(x, full_matrices, compute_uv)", (outs Variadic<Wg_MatrixTensor>:$outs)> {
  let summary = "the descending singular values s and, with compute_uv, the unitary u and v^H with x = u s v^H";
  let description = [{
    With full_matrices u and v are square, otherwise they have as many columns as there are singular values. The derivative
    (Giles 2008, 3.2) of u and v does not exist where singular values are equal or, for matrices that are not square, zero, nor for
    full_matrices of such matrices.
  }];
  let samples = ["{'shapes': [(3, 3)], 'full_matrices': True, 'compute_uv': True}", "{'shapes': [(2, 4, 2)], 'full_matrices': False, 'compute_uv': True}",
                 "{'shapes': [(2, 4)], 'full_matrices': False, 'compute_uv': True}", "{'shapes': [(2, 2, 3)], 'full_matrices': False, 'compute_uv': False}",
                 "{'shapes': [(0, 2)], 'full_matrices': False, 'compute_uv': True}", "{'shapes': [(0, 2, 2)], 'full_matrices': True, 'compute_uv': True}"];
  let generators = ["dominant"];
  let assemblyFormat = "$x `full_matrices` $full_matrices `compute_uv` $compute_uv attr-dict `:` type($x)";
}
def Wg_SchurOp : Wg_NoDerivative<"schur", (ins Wg_MatrixTensor:$x, BoolAttr:$compute_schur_vectors), "schurTypes(t, x, compute_schur_vectors)",
    "k.schur(x, compute_schur_vectors)", "use eigh for Hermitian matrices", (outs Variadic<Wg_MatrixTensor>:$outs)> {
  let summary = "the (quasi-)triangle t and, if asked for, the unitary z with x = z t z^H";
  let description = "A real matrix has 2 x 2 blocks on the diagonal of t for its pairs of complex eigenvalues.";
  let samples = ["{'shapes': [(3, 3)], 'compute_schur_vectors': True}", "{'shapes': [(2, 3, 3)], 'compute_schur_vectors': False}",
                 "{'shapes': [(0, 0)], 'compute_schur_vectors': True}"];
  let assemblyFormat = "$x `compute_schur_vectors` $compute_schur_vectors attr-dict `:` type($x)";
}
def Wg_HessenbergOp : Wg_NoDerivative<"hessenberg", (ins Wg_MatrixTensor:$x), "hessenbergTypes(t, x)", "k.hessenberg(x)", "use eigh for Hermitian matrices",
    (outs Wg_MatrixTensor:$out, Wg_MatrixTensor:$taus)> {
  let summary = "the Hessenberg form as LAPACK stores it: the form above, the Householder vectors below the first subdiagonal, their factors";
  let samples = ["{'shapes': [(4, 4)]}", "{'shapes': [(2, 3, 3)]}", "{'shapes': [(1, 1)]}"];
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_TridiagonalOp : Wg_NoDerivative<"tridiagonal", (ins Wg_MatrixTensor:$x, BoolAttr:$lower), "tridiagonalTypes(t, x)", "k.tridiagonal(x, lower)",
    "use eigh", (outs Wg_MatrixTensor:$out, Wg_PartTensor:$d, Wg_PartTensor:$e, Wg_MatrixTensor:$taus)> {
  let summary = "the tridiagonal form of Hermitian matrices as LAPACK stores it, its diagonals d and e, and the reflectors' factors";
  let samples = ["{'shapes': [(4, 4)], 'lower': True}", "{'shapes': [(2, 3, 3)], 'lower': False}", "{'shapes': [(1, 1)], 'lower': True}"];
  let assemblyFormat = "$x `lower` $lower attr-dict `:` type($x)";
}

//===----------------------------------------------------------------------===//
// Functions of matrices whose derivative is simpler than that of what computes them
//===----------------------------------------------------------------------===//

class Wg_MatrixFunction<string m, dag args, string types, string reference, dag outs>
    : Wg_Factorization<m, args, types, reference, outs, [DeclareOpInterfaceMethods<Wg_DecomposeOpInterface>]>;

def Wg_DetOp : Wg_MatrixFunction<"det", (ins Wg_MatrixTensor:$x), "perMatrixType(t, x)", "k.det(x)", (outs Wg_MatrixTensor:$out)> {
  let summary = "the determinant";
  let description = "The derivative is the sum of cofactors times dx, finite and right for a singular matrix of rank n - 1 too.";
  let samples = ["{'shapes': [(3, 3)]}", "{'shapes': [(2, 2, 2)]}", "{'shapes': [(1, 1)]}", "{'shapes': [(0, 0)]}"];
  let generators = ["shuffled"];
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_SlogdetOp : Wg_MatrixFunction<"slogdet", (ins Wg_MatrixTensor:$x), "slogdetTypes(t, x)", "k.slogdet(x)",
    (outs Wg_MatrixTensor:$sign, Wg_PartTensor:$logdet)> {
  let summary = "the sign of the determinant (0 for a singular matrix) and the logarithm of its absolute value (-inf)";
  let description = "The derivative of the logarithm is the trace of x^-1 dx.";
  let samples = ["{'shapes': [(3, 3)]}", "{'shapes': [(2, 2, 2)]}", "{'shapes': [(1, 1)]}", "{'shapes': [(0, 0)]}"];
  let generators = ["shuffled"];
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
def Wg_PinvOp : Wg_MatrixFunction<"pinv", (ins Wg_MatrixTensor:$x, F64Attr:$rtol), "pinvType(t, x)", "k.pinv(x, rtol)", (outs Wg_MatrixTensor:$out)> {
  let summary = "the pseudo-inverse: singular values up to rtol times the largest count as 0";
  let description = [{
    The derivative is that of Golub and Pereyra (1973) for matrices whose rank does not change:
    dp = -p dx p + p p^H dx^H (1 - x p) + (1 - p x) dx^H p^H p, which equal singular values do no harm.
  }];
  let samples = ["{'shapes': [(3, 3)], 'rtol': 1e-6}", "{'shapes': [(2, 4, 2)], 'rtol': 1e-6}", "{'shapes': [(2, 3)], 'rtol': 1e-6}", "{'shapes': [(0, 2)], 'rtol': 1e-6}"];
  let generators = ["dominant"];
  let assemblyFormat = "$x `rtol` $rtol attr-dict `:` type($x)";
}

#endif
