// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Interfaces/RuleInterfaces.h"
#include "wg/IR/Expr.h"

#include "wg/Interfaces/RuleInterfaces.cpp.inc"
