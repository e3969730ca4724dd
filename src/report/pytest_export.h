#pragma once

#include <map>
#include <string>

#include "domain/case.h"
#include "domain/held_program.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

// What an exported test needs to know besides the traced run.
struct PytestParts {
  std::string bucket;                        // names the test and its file
  std::map<std::string, std::string> fixed;  // digest of a function -> versions in which the failure is fixed so
};

// "test_" and the bucket as a Python name.
std::string pytest_name(const std::string& bucket);

// A Python file with one test that carries out the schedule of a traced run of `c` on a stock simulator: it fails as
// `failure` does, passes where the output is right, and refuses a source that it cannot say anything of. kUnsupported
// for a program that cannot be exported (HeldProgram), and as fill_held_schedule() says.
Expected<std::string> render_pytest(const HeldProgram& program, const Case& c, const Observation& traced,
                                    const Failure& failure, const PytestParts& parts);

}  // namespace straylane
