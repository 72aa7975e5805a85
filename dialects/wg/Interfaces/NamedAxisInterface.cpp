// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Interfaces/NamedAxisInterface.h"

#include "wg/Interfaces/NamedAxisInterface.cpp.inc"
