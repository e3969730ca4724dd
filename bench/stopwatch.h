#pragma once

#include <chrono>
#include <ctime>

namespace straylane {

// Measures wall time and this process's processor time since it was made. On a machine that does other work, only
// processor time can be compared.
class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  double processor_seconds() const { return processor_now() - processor_start_; }

 private:
  using Clock = std::chrono::steady_clock;
  static double processor_now() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
  }

  Clock::time_point start_ = Clock::now();
  double processor_start_ = processor_now();
};

}  // namespace straylane
