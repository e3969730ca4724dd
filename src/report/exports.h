#pragma once

#include <map>
#include <string>

#include "domain/case.h"
#include "domain/held_program.h"
#include "domain/observation.h"
#include "domain/verdict.h"

namespace straylane {

inline constexpr std::size_t kHeldTurnsMax = 20'000;

// The text of repro.py for a traced run of `c`. It uses a stock interpreter, a stock simulator and real threads, which
// wait at the turns of the run and nowhere else. kUnsupported if
//   - a turn ends where a stock interpreter cannot be held, because the real system does not hand over there
//   - there are more than kHeldTurnsMax turns
Expected<std::string> render_repro(const HeldProgram& program, const Case& c, const Observation& traced,
                                   const Failure& failure);

// What an exported test needs to know besides the traced run.
struct PytestParts {
  std::string bucket;                        // names the test and its file
  std::map<std::string, std::string> fixed;  // digest of a function -> the versions in which it is fixed like this
};

// The same as a Python file with one test. The test fails as `failure` does, passes if the output is right, and refuses
// a source of which it cannot say anything. kUnsupported as above, and for a program that cannot be exported
// (HeldProgram).
Expected<std::string> render_pytest(const HeldProgram& program, const Case& c, const Observation& traced,
                                    const Failure& failure, const PytestParts& parts);

// "test_" and the bucket as a Python name.
std::string pytest_name(const std::string& bucket);

// A CMake project with one test, by relative path: CMakeLists.txt and test_<bucket>.cc. It links the
// installed Straylane, or the checkout that -DSTRAYLANE_SOURCE names. The test replays `recorded` strictly and fails as
// `failure` does. If the source has other sites than the recorded ones, the test searches drawn schedules with the same
// settings instead.
std::map<std::string, std::string> render_gtest(const Case& recorded, const Schema& schema, const Failure& failure,
                                                const std::string& bucket);

}  // namespace straylane
