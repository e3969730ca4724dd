#pragma once

#include <map>
#include <set>
#include <string>

#include "domain/schema.h"

namespace straylane {

// What a file that shows a failure without Straylane (report/exports.h) must know about the program that it calls.
struct HeldProgram {
  Schema schema;
  std::string package;  // Python package with the program's modules, "numba_mwe"; lies beside repro.py
  std::string module;   // must be imported before threads are traced: "numba_mwe.kernel_factory"
  // Python text for the file. It defines
  //
  //   WARM_UP                       settings of a call of one thread
  //   call(settings)                one call; raises what it raises, and AssertionError if its output is wrong
  //   index_of(thread, settings)    number of a simulated thread in its launch
  //
  // and, if `parts` has "guard", should_have_returned(settings, index).
  std::string call;
  std::set<std::string> parts;  // parts of the templates and of `call` that this failure needs besides the general ones
  std::map<std::string, std::string> sources;  // text of the package's files, by path relative to repro.py
  std::string cannot_export;                   // why no test can be exported; empty if one can
};

}  // namespace straylane
