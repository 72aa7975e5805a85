// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Threefry-2x32: one loop of i32 ops with two results.

#include "wg/Lowering/Lowering.h"

using namespace mlir;

namespace wg::lowering {

static Scalar rotate(const Scalar &x, int amount) { return shiftLeft(x, amount) | shiftRight(x, 32 - amount); }

// 20 rounds in five groups, a key injected after each (Salmon et al., SC 2011).
static Scalars threefry(ArrayRef<Scalar> v) {
  constexpr int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  Scalar keys[] = {v[0], v[1], v[0] ^ v[1] ^ v[0].likeInt(0x1BD11BDA)};
  Scalar x0 = v[2] + keys[0], x1 = v[3] + keys[1];
  for (int group = 0; group < 5; ++group) {
    for (int amount : rotations[group % 2]) {
      x0 = x0 + x1;
      x1 = rotate(x1, amount) ^ x0;
    }
    x0 = x0 + keys[(group + 1) % 3];
    x1 = x1 + keys[(group + 2) % 3] + x1.likeInt(group + 1);
  }
  return {x0, x1};
}

static FailureOr<Values> lowerThreefry(Lowerer &lower, Operation *op) {
  SmallVector<Input> inputs;
  for (Value v : op->getOperands())
    inputs.push_back(lower.read(v));
  auto type = cast<RankedTensorType>(signless(op->getResult(0).getType()));
  return lower.map_(inputs, {type, type}, threefry);
}

void addRandom(OpLowerings &table) { table["wg.threefry2x32"] = lowerThreefry; }

} // namespace wg::lowering
