#include "oracle/no_exception.h"

namespace straylane {

std::optional<Failure> NoException::judge(const Case& c, const Observation& observation) const {
  const ThreadOutcome* first = nullptr;
  std::size_t first_launch = 0;
  for (std::size_t i = 0; i < observation.launches.size(); ++i) {
    for (const ThreadOutcome& thread : observation.launches[i].threads) {
      if (!thread.exception) continue;
      if (first != nullptr && first->exception_order <= thread.exception_order) continue;
      first = &thread;
      first_launch = i;
    }
  }
  if (first != nullptr) {
    const std::int64_t n_threads = c.launches.at(first_launch).n_threads;
    return Failure{.oracle = name(),
                   .exception_type = first->exception->type,
                   .message = first->exception->message,
                   .function = first->exception->function,
                   .thread = first->id,
                   .thread_index = first->thread_index,
                   .n_threads = n_threads,
                   .stray = first->thread_index >= n_threads};
  }
  for (std::size_t i = 0; i < observation.launches.size(); ++i) {
    const std::optional<ThrownException>& raised = observation.launches[i].raised;
    if (!raised) continue;
    return Failure{.oracle = name(),
                   .exception_type = raised->type,
                   .message = raised->message,
                   .function = raised->function,
                   .thread = ThreadId::main(),
                   .n_threads = c.launches.at(i).n_threads};
  }
  return std::nullopt;
}

}  // namespace straylane
