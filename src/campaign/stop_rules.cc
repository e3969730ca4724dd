#include "campaign/stop_rules.h"

#include <algorithm>

#include "domain/enum_names.h"
#include "search/discovery_counter.h"

namespace straylane {
namespace {

bool is_plateau(const DiscoveryEstimate& job, double session_s, double time_s) {
  if (session_s <= 0) return false;
  const double rate = static_cast<double>(job.runs) / session_s;
  const double left_s = time_s > 0 ? std::max(0.0, time_s - session_s) : session_s;
  return plateau(job, static_cast<std::uint64_t>(rate * left_s));
}

}  // namespace

const char* to_string(FuzzEnd end) { return enum_name({"time", "runs", "finding", "plateau", "interrupted"}, end); }

std::optional<FuzzEnd> session_end(const FuzzOptions& options, const SessionProgress& progress) {
  if (progress.interrupted) return FuzzEnd::kInterrupted;
  if (options.stop_after > 0 && progress.new_buckets >= options.stop_after) return FuzzEnd::kFinding;
  if (options.time_s > 0 && progress.session_s >= options.time_s) return FuzzEnd::kTime;
  const auto has_plateau = [&](const DiscoveryEstimate& job) {
    return is_plateau(job, progress.session_s, options.time_s);
  };
  const bool all_have = !progress.jobs.empty() && std::ranges::all_of(progress.jobs, has_plateau);
  return options.stop_at_plateau && all_have ? std::optional(FuzzEnd::kPlateau) : std::nullopt;
}

}  // namespace straylane
