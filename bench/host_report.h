#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "bench/host_row.h"

namespace straylane {

struct HostReport {
  std::string machine;   // processor, cores, system
  std::string compiler;  // in the worker
  std::vector<HostSection> sections;
};

// The machine that this runs on: "PROCESSOR, N cores, SYSTEM, load L".
std::string name_of_machine();

std::string render_table(const HostReport& report);
nlohmann::ordered_json report_to_json(const HostReport& report);

}  // namespace straylane
