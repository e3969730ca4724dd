#pragma once

#include <string>

#include "domain/case.h"

namespace straylane {

// "numba 0.56.4, Python 3.11.2 at /usr/bin/python3"; without the interpreter where there is none.
std::string describe(const System& system);

}  // namespace straylane
