#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "order/access.h"
#include "targets/host/worker/buffer.h"
#include "targets/worker/event_log.h"

namespace straylane {

// Logs the values that accesses to shared and global memory read and write, if a run asks for events. It is told of an
// access before the access is made. It reads the result of a write when the same thread next calls the runtime, which
// is before any other thread can run.
class ValueLog {
 public:
  explicit ValueLog(const Interleaver& interleaver) : log_(interleaver) {}

  void begin(bool wanted);
  bool wanted() const { return log_.wanted(); }
  void access(const Site& site, const Buffer& buffer, std::size_t offset, std::size_t bytes, Access access);
  // Completes the last access. Must be called whenever the running thread calls the runtime.
  void settle() {
    if (written_ != nullptr) settle_written();
  }
  void barrier(const Site& site, std::int64_t block, std::uint64_t round);
  std::vector<Event> take() { return log_.take(); }

 private:
  void settle_written();

  EventLog log_;
  const char* written_ = nullptr;  // the memory whose new value is not known yet
  std::size_t written_bytes_ = 0;
  std::size_t written_event_ = 0;
};

}  // namespace straylane
