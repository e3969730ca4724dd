#include "campaign/tick_line.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace straylane {

std::string to_json_line(const CampaignTick& tick) {
  auto workers = nlohmann::ordered_json::array();
  for (const WorkerTick& worker : tick.workers) {
    workers.push_back({{"job", worker.job},
                       {"pid", worker.pid},
                       {"executions", worker.executions},
                       {"executions_per_s", worker.executions_per_s},
                       {"state", worker.state}});
  }
  const nlohmann::ordered_json line = {{"time_s", std::round(tick.time_s * 1e3) / 1e3},
                                       {"executions", tick.executions},
                                       {"executions_per_s", tick.executions_per_s},
                                       {"corpus", tick.corpus},
                                       {"features", tick.features},
                                       {"edges", tick.edges},
                                       {"schedules", tick.schedules},
                                       {"findings", tick.findings},
                                       {"buckets", tick.buckets},
                                       {"new_behaviour", tick.new_behaviour},
                                       {"restarts", tick.restarts},
                                       {"workers", workers}};
  return line.dump() + "\n";
}

}  // namespace straylane
