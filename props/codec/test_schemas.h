#pragma once

#include <vector>

#include "program/factory/factory_program.h"
#include "props/random_schema.h"

namespace straylane::props {

// The factory program's schema, then random ones. Tests that draw many cases use them in turn.
inline const std::vector<Schema>& test_schemas() {
  static const std::vector<Schema> schemas = [] {
    std::vector<Schema> out = {factory_program().schema};
    for (std::uint64_t seed = 0; seed < 60; ++seed) out.push_back(schema_of_seed(seed));
    return out;
  }();
  return schemas;
}
inline const Schema& test_schema(std::uint64_t seed) { return test_schemas()[seed % test_schemas().size()]; }

}  // namespace straylane::props
