/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* The frames of the running Python code, without making frame objects of them: that would cost more than the op being
 * traced. */

#ifndef WENGERT_NATIVE_FRAMES_H
#define WENGERT_NATIVE_FRAMES_H

#include <Python.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The code of the innermost frame that `accept` takes, borrowed, and in `*lasti` the byte offset of its current
   instruction. Null if there is none. */
PyCodeObject *wengertFindFrame(int (*accept)(PyCodeObject *code), int *lasti);

#ifdef __cplusplus
}
#endif

#endif
