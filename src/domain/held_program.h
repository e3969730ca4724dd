#pragma once

#include <map>
#include <set>
#include <string>

#include "domain/schema.h"

namespace straylane {

// What a file that shows a failure without Straylane (report/repro.h) must know of the program that it calls.
struct HeldProgram {
  Schema schema;
  std::string package;  // of Python, with the program's modules: "numba_mwe"; lies beside repro.py
  std::string module;   // that must be imported before threads are traced: "numba_mwe.kernel_factory"
  // Python that stands in the file. It defines
  //
  //   WARM_UP                       settings of a call of one thread
  //   call(settings)                one call; raises what it raises, and AssertionError where its output is wrong
  //   index_of(thread, settings)    number of a simulated thread in its launch
  //
  // and, where `parts` has "guard", should_have_returned(settings, index).
  std::string call;
  std::set<std::string> parts;  // of the templates and of `call` that this failure needs, beside the general ones
  std::map<std::string, std::string> sources;  // of `package`: path from beside repro.py -> text
  std::string cannot_export;                   // why no test can be exported; empty where one can
};

}  // namespace straylane
