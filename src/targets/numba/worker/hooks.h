#pragma once

#include "targets/numba/worker/py.h"

namespace straylane {

// The functions that instrument.py calls (see there for each) and those of the stand-in for threading. The table ends
// with a null name. `hooks_dict` gives those that belong into builtins, by name: a new reference, or null.
extern PyMethodDef kThreadingFunctions[];
PyObject* hooks_dict();

// Creates the iterator and loop types and remembers what Python callables look like. False with a Python exception.
bool set_up_hooks();

}  // namespace straylane
