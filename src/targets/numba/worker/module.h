#pragma once

#include "targets/numba/worker/py.h"

namespace straylane {

// What module.cc makes available to Python, each in a file of its own.

// The functions that instrumented code calls (see instrument.py for each), which importer.py puts into builtins, and
// the functions of the stand-in for threading. The table ends with a null name.
extern PyMethodDef kHooks[];

// Creates the loop type and remembers what Python callables look like. Returns false with a Python exception.
bool set_up_hooks();

// Says hello on the socket, then runs cases on the simulator until the other side closes. The hello has an error if the
// simulator or the program cannot be imported. Throws std::runtime_error if a request cannot be read or the driver
// fails.
void serve_cases(int socket, const char* program, const char* granularity);

}  // namespace straylane
