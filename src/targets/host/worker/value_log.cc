#include "targets/host/worker/value_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace straylane {
namespace {

constexpr std::int64_t kSmall = 1 << 20;  // smaller values are integers; as floats they would be denormal

template <class T>
T load(const char* address) {
  T value;
  std::memcpy(&value, address, sizeof value);
  return value;
}

template <class Int, class Float>
std::string number_text(const char* address) {
  const auto whole = static_cast<std::int64_t>(load<Int>(address));
  if (whole > -kSmall && whole < kSmall) return fmt::format("{}", whole);
  const auto real = load<Float>(address);
  return std::isnan(real) ? "nan" : fmt::format("{:.6g}", real);
}

// Shows `bytes` bytes of device memory, whose type is not known: as a small integer if they are one, otherwise as a
// floating point number, or as "(never written)" if they are poison. Sizes other than 1, 2, 4 and 8 are shown as hex
// digits.
std::string value_text(const char* address, std::size_t bytes) {
  const auto is_poison = [address](std::size_t offset) { return load<std::uint32_t>(address + offset) == kPoison; };
  if (bytes == 1) return fmt::format("{}", load<std::int8_t>(address));
  if (bytes == 2) return fmt::format("{}", load<std::int16_t>(address));
  if (bytes == 4) return is_poison(0) ? "(never written)" : number_text<std::int32_t, float>(address);
  if (bytes == 8) {
    return is_poison(0) && is_poison(4) ? "(never written)" : number_text<std::int64_t, double>(address);
  }
  const auto* shown = reinterpret_cast<const unsigned char*>(address);
  return fmt::format("0x{:02x}", fmt::join(shown, shown + std::min(bytes, EventLog::kTextMax / 2), ""));
}

}  // namespace

void ValueLog::begin(bool wanted) {
  log_.begin(wanted);
  written_ = nullptr;
}

void ValueLog::access(const Site& site, const Buffer& buffer, std::size_t offset, std::size_t bytes, Access access) {
  const char* address = buffer.begin + offset;
  const std::string value = value_text(address, bytes);
  const bool whole = offset == 0 && bytes == buffer.bytes;
  const std::string name = whole ? buffer.name : fmt::format("{}[{}]", buffer.name, offset / bytes);
  if (!writes(access)) {
    log_.add(Event::Kind::kRead, site, name, "", value);
    return;
  }
  const auto kind = access == Access::kAtomic ? Event::Kind::kAtomic : Event::Kind::kWrite;
  written_event_ = log_.add(kind, site, name, value, value);
  written_ = address;
  written_bytes_ = bytes;
}

void ValueLog::settle_written() {
  log_.set_after(written_event_, value_text(written_, written_bytes_));
  written_ = nullptr;
}

void ValueLog::barrier(const Site& site, std::int64_t block, std::uint64_t round) {
  settle();
  log_.add(Event::Kind::kBarrier, site, fmt::format("block {}", block), "", fmt::format("round {}", round));
}

}  // namespace straylane
