#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "order/access.h"
#include "targets/host/worker/buffer.h"
#include "targets/worker/event_log.h"

namespace straylane {

// What accesses to shared and global memory read and write, where a run is asked for events. It is told of an access
// before it is made; what a write came to is read at the next call of the runtime by the same thread, before any other
// thread can run.
class ValueLog {
 public:
  explicit ValueLog(const Interleaver& interleaver) : log_(interleaver) {}

  void begin(bool wanted);
  bool wanted() const { return log_.wanted(); }
  void access(const Site& site, const Buffer& buffer, std::size_t offset, std::size_t bytes, Access access);
  // The running thread has come to the runtime again: its last access is over.
  void settle() {
    if (written_ != nullptr) settle_written();
  }
  void barrier(const Site& site, std::int64_t block, std::uint64_t round);
  std::vector<Event> take() { return log_.take(); }

 private:
  void settle_written();

  EventLog log_;
  const char* written_ = nullptr;  // whose new value is not known yet
  std::size_t written_bytes_ = 0;
  std::size_t written_event_ = 0;
};

// The value of `bytes` bytes of device memory, whose type is not known: an integer where it is a small one, else the
// floating point number, "(never written)" of poison. Other sizes than 1, 2, 4 and 8 are shown as hex digits.
std::string value_text(const char* address, std::size_t bytes);

}  // namespace straylane
