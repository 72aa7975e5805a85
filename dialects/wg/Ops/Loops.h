// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rules of loops with an unknown number of steps share.

#ifndef WG_OPS_LOOPS_H
#define WG_OPS_LOOPS_H

#include "wg/Ops/ControlFlow.h"

namespace wg {

/// One pass over the steps of a replay.
struct Pass {
  mlir::func::FuncOp fn;
  /// What it starts with.
  Values carry;
  bool reverse = false;

  unsigned numStreams() const { return mlir::func::FuncOp(fn).getNumResults() - carry.size(); }
  Types streamTypes() const {
    return Types(mlir::TypeRange(mlir::func::FuncOp(fn).getResultTypes()).drop_front(carry.size()));
  }
};

/// A wg.replay as values: see its description. The function of a pass takes the consts, its carry, the streams of all
/// passes before it, and returns its carry and its streams.
struct Replay {
  mlir::Location loc;
  /// The number of steps, a tensor<i32>.
  mlir::Value count;
  Values consts;
  llvm::SmallVector<Pass> passes;
  mlir::IntegerAttr maxSteps, checkpointEvery;

  /// The final carries of each pass.
  llvm::SmallVector<Values> create(mlir::OpBuilder &builder) const;
  /// The types of the streams of the first `count` passes.
  Types streamTypes(unsigned count) const;
};

/// Final carries of each pass and their tangents (null for zeros).
struct ReplayTangents {
  llvm::SmallVector<Values> outs, tangents;
};

/// The same steps with the tangents of consts and carries (null for zeros) as part of the consts and carries.
mlir::FailureOr<ReplayTangents> jvpOf(const Replay &replay, Derivations &derivations, mlir::OpBuilder &builder,
                                      llvm::ArrayRef<mlir::Value> consts, llvm::ArrayRef<Values> carries);
/// The tangents of the final carries by a replay that is linear in the tangents given: the passes once more, each
/// saving what its derivative needs, then a linear pass for each.
mlir::FailureOr<llvm::SmallVector<Values>> linearPartOf(const Replay &replay, Derivations &derivations,
                                                        mlir::OpBuilder &builder, llvm::ArrayRef<mlir::Value> consts,
                                                        llvm::ArrayRef<Values> carries);

/// Cotangents of the consts and of the initial carries; null for zeros and for what is not linear.
struct ReplayCotangents {
  Values consts;
  llvm::SmallVector<Values> carries;
};
/// From cotangents of the final carries (null for zeros). What is linear is null in `replay`.
mlir::FailureOr<ReplayCotangents> transposeOf(const Replay &replay, Derivations &derivations, mlir::OpBuilder &builder,
                                              llvm::ArrayRef<Values> cts);

/// The replay with a number of steps for each example, a tensor of i32 whose shape all carries have in front: an
/// example keeps its carries once its steps are done. A pass that counts comes first.
mlir::FailureOr<Replay> maskedBy(const Replay &replay, Derivations &derivations, mlir::OpBuilder &builder,
                                 mlir::Value counts);

/// Which inputs of the passes of a replay are active (have a tangent, are batched), and which streams.
struct Activity {
  Activity(llvm::ArrayRef<mlir::Value> consts, llvm::ArrayRef<Values> carries) {
    auto present = [](mlir::Value v) { return bool(v); };
    this->consts = llvm::map_to_vector(consts, present);
    for (const Values &carry : carries)
      this->carries.push_back(llvm::map_to_vector(carry, present));
  }
  Activity(const Mask &consts, llvm::ArrayRef<Mask> carries) : consts(consts), carries(carries) {}

  /// For the arguments of the function of one pass.
  Mask ofArguments(unsigned pass) const;
  /// The same by group: consts, carry, the streams of each pass before it.
  llvm::SmallVector<Mask> groups(unsigned pass) const;
  /// Takes note of the active results of a pass; whether another of its carries is active now.
  bool grow(unsigned pass, llvm::ArrayRef<bool> results);

  Mask consts;
  llvm::SmallVector<Mask> carries, streams;
};

/// The types, in groups, each group followed by the types of its active entries.
Types withTangents(mlir::TypeRange types, llvm::ArrayRef<Mask> groups);
/// Values so grouped: the values proper, then the tangents.
Values primalsFirst(mlir::ValueRange arguments, llvm::ArrayRef<Mask> groups);

/// condition ? x : y, the condition having the first dimensions of both.
mlir::Value selectExamples(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value condition, mlir::Value x,
                           mlir::Value y);
/// A batched function whose first results have the batch dimension wherever `wanted` says so.
mlir::FailureOr<mlir::func::FuncOp> spreading(Derivations &derivations, const BatchResult &result,
                                              llvm::ArrayRef<bool> wanted, int64_t size);

} // namespace wg

#endif // WG_OPS_LOOPS_H
