#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/case.h"
#include "domain/error.h"

namespace straylane {

// Cases as bytes, for fuzzing engines: every string of bytes is a case. docs/formats.md specifies the layout.
//
// Bytes carry what varies while fuzzing: settings, data and schedule. The schema says how settings are laid out; the
// bytes do not name it (the marker of a corpus folder does). Target, program and granularity belong to whoever runs
// them and decode to their defaults; sites and system are not carried either.
namespace byte_bounds {
inline constexpr std::size_t kCallsMax = 4;
inline constexpr std::size_t kDataBytesMax = 65'535;
inline constexpr std::size_t kEntriesMax = 1'024;  // preemptions or choices; what comes after them is not read
inline constexpr std::uint32_t kGapMax = 65'535;   // a gap that adds up to more decodes to this
inline constexpr std::uint32_t kPickMax = 254;
inline constexpr std::uint32_t kYieldMax = 65'535;
inline constexpr std::int32_t kThreadLaunchMax = 3;      // of a thread that a choice names
inline constexpr std::int32_t kThreadIndexMax = 16'383;  // 3:16383 alone has no code, its place is taken by m

// Of inputs as files and in engines.
inline constexpr std::size_t kEngineInputMax = 4'096;  // bytes; the longest that an engine is let make
inline constexpr std::size_t kInputFileMax = 1 << 20;  // bytes; more is no input
}  // namespace byte_bounds

// Total: never fails, and the settings it gives are valid for the schema. No bytes give one call with the usual settings
// (or the nearest that bytes have) and no preemption.
Case case_from_bytes(std::span<const std::uint8_t> bytes, const Schema& schema);

// The canonical bytes of a case: case_from_bytes gives back its calls, its data and its schedule (without sites).
// kOutOfRange, naming the field, its value and its bound, for what bytes cannot say: a setting above its byte_max, more
// than byte_bounds has room for, two choices for one yield point, the drawn form.
Expected<std::vector<std::uint8_t>> case_to_bytes(const Case& value, const Schema& schema);

}  // namespace straylane
