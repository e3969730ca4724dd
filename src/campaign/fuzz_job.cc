#include "campaign/fuzz_job.h"

#include <cstddef>
#include <string_view>

namespace straylane {
namespace {

constexpr std::size_t kReadBytesMax = 16 << 20;  // at once, of an engine that writes faster than we read

}  // namespace

Expected<FuzzJob> FuzzJob::start(const std::vector<std::string>& command, const Environment& environment) {
  auto child = Child::exec({.arguments = command, .environment = environment}, {});
  if (!child) return tl::unexpected(child.error());
  FuzzJob job;
  job.child_ = std::move(*child);
  return job;
}

void FuzzJob::advance() {
  // The order matters: what it wrote before it ended is in the pipe by the time its end is seen.
  child_.ended();
  child_.read_available(kReadBytesMax, [this](std::string_view text) { log_.add(text); });
}

}  // namespace straylane
