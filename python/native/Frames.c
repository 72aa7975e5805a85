/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* C, because CPython's internal headers are no C++. Other Pythons than those known here get frame objects. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#if !defined(PYPY_VERSION) && PY_VERSION_HEX >= 0x030B0000 && PY_VERSION_HEX < 0x030E0000
#define WENGERT_KNOWS_FRAMES 1
#define Py_BUILD_CORE 1
#include "internal/pycore_frame.h"
#undef Py_BUILD_CORE
#endif

#include "Frames.h"

#ifdef WENGERT_KNOWS_FRAMES

static _PyInterpreterFrame *currentFrame(void) {
#if PY_VERSION_HEX < 0x030D0000
  return PyThreadState_Get()->cframe->current_frame;
#else
  return PyThreadState_Get()->current_frame;
#endif
}

static PyCodeObject *codeOf(_PyInterpreterFrame *frame) {
#if PY_VERSION_HEX < 0x030D0000
  return frame->f_code;
#else
  return _PyFrame_GetCode(frame);
#endif
}

PyCodeObject *wengertFindFrame(int (*accept)(PyCodeObject *code), int *lasti) {
  for (_PyInterpreterFrame *frame = currentFrame(); frame; frame = frame->previous) {
    if (_PyFrame_IsIncomplete(frame))
      continue;
    PyCodeObject *code = codeOf(frame);
    if (!accept(code))
      continue;
    *lasti = _PyInterpreterFrame_LASTI(frame) * (int)sizeof(_Py_CODEUNIT);
    return code;
  }
  return NULL;
}

#else

PyCodeObject *wengertFindFrame(int (*accept)(PyCodeObject *code), int *lasti) {
  PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
  while (frame) {
    PyCodeObject *code = PyFrame_GetCode(frame);
    Py_DECREF(code); /* the running frame keeps it alive */
    if (accept(code)) {
      *lasti = PyFrame_GetLasti(frame);
      Py_DECREF(frame);
      return code;
    }
    PyFrameObject *back = PyFrame_GetBack(frame);
    Py_DECREF(frame);
    frame = back;
  }
  return NULL;
}

#endif
