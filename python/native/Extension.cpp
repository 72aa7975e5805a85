// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wengert._native: tracing's and compiling's way to the dialect.

#include "CallPath.h"
#include "Native.h"

#include "wg/CAPI/Registration.h"

NB_MODULE(_native, m) {
  m.doc() = "Fast building of wg programs, type inference, passes and diagnostics";
  // Types and the context live until the process ends, on purpose.
  nanobind::set_leak_warnings(false);
  wgRegisterAllPasses();
  wengert::bindDiagnostics(m);
  wengert::bindTypes(m);
  wengert::bindLocation(m);
  wengert::bindValue(m);
  wengert::bindBuild(m);
  wengert::bindModule(m);
  wengert::bindCallPath(m);
}
