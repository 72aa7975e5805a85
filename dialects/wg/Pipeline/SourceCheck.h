// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// MLIR's parser ends the process on a few texts. They are refused before it sees them.

#ifndef WG_PIPELINE_SOURCECHECK_H
#define WG_PIPELINE_SOURCECHECK_H

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace wg {

struct SourceProblem {
  size_t line, column; // from 1
  std::string message;
};

/// What in the text of a module would end the process or exhaust the stack: brackets or signs in long rows, op names
/// without an op ("func", "wg."), and array<index...>.
std::optional<SourceProblem> checkSource(llvm::StringRef text);

} // namespace wg

#endif // WG_PIPELINE_SOURCECHECK_H
