#pragma once

#include <map>
#include <string>

#include "domain/case.h"
#include "domain/verdict.h"

namespace straylane {

// A CMake project with one test, by relative path: CMakeLists.txt and test_<bucket>.cc. It links the libraries of the
// Straylane checkout that -DSTRAYLANE_SOURCE names, replays `recorded` there strictly, and fails as `failure` does. A
// source with other sites is searched under drawn schedules with the same settings.
std::map<std::string, std::string> render_gtest(const Case& recorded, const Schema& schema, const Failure& failure,
                                                const std::string& bucket);

}  // namespace straylane
