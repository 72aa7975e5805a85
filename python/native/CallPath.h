// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WENGERT_NATIVE_CALLPATH_H
#define WENGERT_NATIVE_CALLPATH_H

#include <nanobind/nanobind.h>

namespace wengert {

/// Defines CallPath, Launcher and memory_pool in the extension module.
void bindCallPath(nanobind::module_ &m);

} // namespace wengert

#endif
