// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Transforms/Checkpoint.h"
#include "wg/Ops/Contraction.h"
#include "wg/Ops/Shape.h"

#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace wg;

bool SavePolicy::addTerm(StringRef term) {
  for (auto [word, set] : {std::pair("op ", &ops), {"name ", &names}, {"not ", &excluded}})
    if (term.consume_front(word)) {
      set->insert(term);
      return true;
    }
  if (term == "dots") {
    ops.insert("dot_general");
    ops.insert("conv_general_dilated");
    return true;
  }
  bool *flag = llvm::StringSwitch<bool *>(term)
                   .Case("everything", &everything)
                   .Case("plain dots", &plainDots)
                   .Case("names", &allNames)
                   .Case("share", &share)
                   .Default(nullptr);
  if (flag)
    *flag = true;
  return flag || term == "nothing";
}

FailureOr<SavePolicy> SavePolicy::of(func::FuncOp f) {
  auto text = f->getAttrOfType<StringAttr>(kCheckpointAttr);
  if (!text)
    return f.emitError() << "@" << f.getName() << ": expected a string as " << kCheckpointAttr << " but got "
                         << f->getAttr(kCheckpointAttr);
  SavePolicy policy;
  SmallVector<StringRef> terms;
  text.getValue().split(terms, ';');
  for (StringRef term : terms)
    if (!policy.addTerm(term.trim()))
      return f.emitError()
             << "@" << f.getName() << ": expected terms of a policy as " << kCheckpointAttr
             << " (nothing, everything, dots, plain dots, names, op NAME, name NAME, not NAME, share) but "
             << "got '" << term.trim() << "'";
  return policy;
}

bool SavePolicy::saves(Operation *op) const {
  if (auto named = dyn_cast<CheckpointNameOp>(op)) {
    if (excluded.contains(named.getName()))
      return false;
    if (allNames || names.contains(named.getName()))
      return true;
  }
  // What a name stands for is the value before it as well.
  for (Operation *user : op->getUsers())
    if (auto named = dyn_cast<CheckpointNameOp>(user))
      if (excluded.contains(named.getName()))
        return false;
  if (everything || ops.contains(op->getName().stripDialect()))
    return true;
  auto dot = dyn_cast<DotGeneralOp>(op);
  return plainDots && dot && dot.getLhsBatch().empty();
}
