#include "targets/host/worker/value_log.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

namespace straylane {
namespace {

constexpr std::int64_t kSmall = 1 << 20;  // integers up to here; as floats they would be denormal numbers

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
  return std::isfinite(real) ? fmt::format("{:.6g}", real) : std::isnan(real) ? "nan" : real > 0 ? "inf" : "-inf";
}

}  // namespace

std::string value_text(const char* address, std::size_t bytes) {
  switch (bytes) {
    case 1:
      return fmt::format("{}", load<std::int8_t>(address));
    case 2:
      return fmt::format("{}", load<std::int16_t>(address));
    case 4:
      if (load<std::uint32_t>(address) == kPoison) return "(never written)";
      return number_text<std::int32_t, float>(address);
    case 8:
      if (load<std::uint32_t>(address) == kPoison && load<std::uint32_t>(address + 4) == kPoison) return "(never written)";
      return number_text<std::int64_t, double>(address);
    default:
      break;
  }
  std::string text = "0x";
  for (std::size_t i = 0; i < bytes && i < EventLog::kTextMax / 2; ++i) {
    text += fmt::format("{:02x}", static_cast<unsigned char>(address[i]));
  }
  return text;
}

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
