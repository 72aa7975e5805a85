# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ccache and lld, where they are there and nobody chose otherwise. Both are optional.

if(NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(WENGERT_CCACHE ccache)
  if(WENGERT_CCACHE)
    set(CMAKE_C_COMPILER_LAUNCHER ${WENGERT_CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${WENGERT_CCACHE})
  endif()
endif()
if(NOT DEFINED LLVM_USE_LINKER AND NOT APPLE)
  find_program(WENGERT_LLD ld.lld)
  if(WENGERT_LLD)
    set(LLVM_USE_LINKER lld)
  endif()
endif()
