#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "domain/case.h"
#include "domain/error.h"

namespace straylane {

// Cases as bytes, for fuzzing engines. Every string of bytes is a case. docs/formats.md specifies the layout.
//
// Bytes carry what varies while fuzzing: settings, data and schedule. The schema decides how settings are laid out. The
// bytes do not name the schema; the marker of a corpus folder does. Bytes carry no target, program, granularity, sites
// or system. The caller chooses the first three; they decode to their defaults.
namespace byte_bounds {
inline constexpr std::size_t kCallsMax = 4;
inline constexpr std::size_t kDataBytesMax = 65'535;
inline constexpr std::size_t kEntriesMax = 1'024;  // preemptions or choices; the rest is not read
inline constexpr std::uint32_t kGapMax = 65'535;   // a longer gap decodes to this
inline constexpr std::uint32_t kPickMax = 254;
inline constexpr std::uint32_t kYieldMax = 65'535;
inline constexpr std::int32_t kThreadLaunchMax = 3;      // launch of a thread in a choice
inline constexpr std::int32_t kThreadIndexMax = 16'383;  // 3:16383 has no code, because m takes its place

// Limits of inputs in engines and as files.
inline constexpr std::size_t kEngineInputMax = 4'096;  // bytes; the longest input that an engine may make
inline constexpr std::size_t kInputFileMax = 1 << 20;  // bytes; a longer file is not an input
}  // namespace byte_bounds

// Decodes any bytes to a case whose settings are valid for the schema; never fails. The empty string gives one call
// with the usual settings, or the nearest that bytes can hold, and no preemption.
Case case_from_bytes(std::span<const std::uint8_t> bytes, const Schema& schema);

// Encodes a case as its canonical bytes. case_from_bytes gives back its calls, data and schedule, without sites.
// Errors: kOutOfRange, with the field, its value and its bound, for what bytes cannot hold: a setting above its
// byte_max, more than byte_bounds allows, two choices for one yield point, the drawn form.
Expected<std::vector<std::uint8_t>> case_to_bytes(const Case& value, const Schema& schema);

}  // namespace straylane
