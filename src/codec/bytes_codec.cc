#include "codec/bytes_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <tuple>

#include "codec/byte_numbers.h"
#include "codec/repeated_choices.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t kCallsMask = 0x03;
constexpr std::uint8_t kDataBit = 0x40;
constexpr std::uint8_t kRecordedBit = 0x80;
constexpr std::uint8_t kNoPick = 0xff;  // no preemption; the gap adds to the next one
constexpr std::uint32_t kSkipMax = 0xff;
constexpr std::uint16_t kMainCode = 0xffff;
constexpr int kIndexBits = 14;
constexpr std::size_t kWordBytes = 2;
constexpr std::size_t kPreemptionBytes = 2;
constexpr std::size_t kChoiceBytes = 6;

std::uint16_t word(std::uint8_t low, std::uint8_t high) { return static_cast<std::uint16_t>(low | high << 8); }

void put_word(std::uint32_t value, Bytes& out) { put_number(value, kWordBytes, out); }

ThreadId thread_of(std::uint16_t code) {
  if (code == kMainCode) return ThreadId::main();
  return {code >> kIndexBits, code & byte_bounds::kThreadIndexMax};
}

// Takes a number from the front of `bytes`. Bytes that are missing at the end read as zeros.
std::uint64_t take_number(std::span<const std::uint8_t>& bytes, std::size_t count) {
  const auto taken = bytes.first(std::min(count, bytes.size()));
  bytes = bytes.subspan(taken.size());
  return number_of(taken);
}

// Completes a call inside which the input ends: the missing bytes are those of the usual values.
Bytes completed(std::span<const std::uint8_t> bytes, const Schema& schema) {
  const Settings usual = schema.clamped(schema.usual(), true);
  Bytes call;
  for (const std::size_t i : schema.shrink_order()) {
    put_number(static_cast<std::uint64_t>(schema.ordinal(i, usual[i])), schema.byte_width(i), call);
  }
  std::ranges::copy(bytes, call.begin());
  return call;
}

// Reads all numbers first, because a value may be bounded by one that comes later in the bytes.
void take_call(std::span<const std::uint8_t>& bytes, const Schema& schema, Settings& settings) {
  std::array<std::uint64_t, Schema::kParametersMax> numbers;
  for (const std::size_t i : schema.shrink_order()) numbers[i] = take_number(bytes, schema.byte_width(i));
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const auto most = static_cast<std::uint64_t>(schema.byte_ordinal_max(i, settings));
    const std::uint64_t ordinal = numbers[i] <= most ? numbers[i] : numbers[i] % (most + 1);
    settings.push_back(schema.value_at(i, static_cast<std::int64_t>(ordinal)));
  }
}

Bytes take_data(std::span<const std::uint8_t>& bytes) {
  const std::uint64_t size = take_number(bytes, kWordBytes);
  const auto data = bytes.first(std::min<std::size_t>(size, bytes.size()));
  bytes = bytes.subspan(data.size());
  return {data.begin(), data.end()};
}

SearchForm search_of(std::span<const std::uint8_t> bytes) {
  SearchForm search;
  std::uint32_t gap = 0;
  for (; bytes.size() >= kPreemptionBytes && search.size() < byte_bounds::kEntriesMax;
       bytes = bytes.subspan(kPreemptionBytes)) {
    gap = std::min(gap + bytes[0], byte_bounds::kGapMax);
    if (bytes[1] == kNoPick) continue;
    search.push_back({gap, bytes[1]});
    gap = 0;
  }
  return search;
}

RecordedForm recorded_of(std::span<const std::uint8_t> bytes) {
  RecordedForm recorded;
  for (; bytes.size() >= kChoiceBytes && recorded.size() < byte_bounds::kEntriesMax;
       bytes = bytes.subspan(kChoiceBytes)) {
    const std::uint32_t yield = word(bytes[2], bytes[3]);
    if (yield == 0) continue;
    recorded.push_back({thread_of(word(bytes[0], bytes[1])), yield, thread_of(word(bytes[4], bytes[5])), std::nullopt});
  }
  erase_repeated_choices(recorded);
  return recorded;
}

// ---- writing

tl::unexpected<Error> outside(const std::string& field, const std::string& what) {
  return make_error(ErrorCode::kOutOfRange, fmt::format("bytes: {}: {}", field, what));
}

tl::unexpected<Error> outside_range(const std::string& field, std::int64_t value, std::int64_t min, std::int64_t max) {
  return outside(field, fmt::format("is {}, must be {}..{}", value, min, max));
}

Expected<void> check_size(const std::string& field, std::size_t size, std::size_t min, std::size_t max,
                          const char* of = "entries") {
  if (size >= min && size <= max) return {};
  return outside(field, fmt::format("has {} {}, must have {}..{}", size, of, min, max));
}

// The error for settings that bytes cannot hold. `clamped` are the nearest settings that they can.
tl::unexpected<Error> outside(std::size_t call, const Settings& settings, const Settings& clamped,
                              const Schema& schema) {
  const auto invalid = schema.first_invalid(settings);
  for (std::size_t i = 0; i < schema.size() && settings.size() == schema.size(); ++i) {
    if (settings[i] == clamped[i]) continue;
    const Parameter& p = schema[i];
    if (!p.values.empty()) break;  // `invalid` names this parameter
    return outside_range(fmt::format("calls[{}].{}", call, p.name), settings[i], p.min,
                         schema.value_at(i, schema.byte_ordinal_max(i, settings)));
  }
  return outside(fmt::format("calls[{}].{}", call, invalid->field),
                 fmt::format("is {}, must be {}", invalid->value, invalid->must_be));
}

// `number` is the place of the call. A fuzzer writes bytes for every input, so field names are made for errors only.
Expected<void> put_call(std::size_t number, const Settings& settings, const Schema& schema, Bytes& out) {
  const Settings clamped = settings.size() == schema.size() ? schema.clamped(settings, true) : Settings();
  if (settings.size() != schema.size() || !(clamped == settings)) return outside(number, settings, clamped, schema);
  for (const std::size_t i : schema.shrink_order()) {
    put_number(static_cast<std::uint64_t>(schema.ordinal(i, settings[i])), schema.byte_width(i), out);
  }
  return {};
}

Expected<void> put_data(const Bytes& data, const Schema& schema, Bytes& out) {
  if (data.empty()) return {};
  if (!schema.takes_data()) return outside("data", "the program takes no data");
  if (auto ok = check_size("data", data.size(), 0, byte_bounds::kDataBytesMax, "bytes"); !ok) return ok;
  out[0] |= kDataBit;
  put_word(static_cast<std::uint32_t>(data.size()), out);
  out.insert(out.end(), data.begin(), data.end());
  return {};
}

Expected<void> put_search(const SearchForm& search, Bytes& out) {
  if (auto ok = check_size("search", search.size(), 0, byte_bounds::kEntriesMax); !ok) return ok;
  for (std::size_t i = 0; i < search.size(); ++i) {
    auto [gap, pick] = search[i];
    for (const auto& [name, value, max] :
         {std::tuple("gap", gap, byte_bounds::kGapMax), std::tuple("pick", pick, byte_bounds::kPickMax)}) {
      if (value > max) return outside_range(fmt::format("search[{}].{}", i, name), value, 0, max);
    }
    for (; gap > kSkipMax; gap -= kSkipMax) {
      out.push_back(kSkipMax);
      out.push_back(kNoPick);
    }
    out.push_back(static_cast<std::uint8_t>(gap));
    out.push_back(static_cast<std::uint8_t>(pick));
  }
  return {};
}

Expected<void> put_thread(std::size_t i, const char* field, ThreadId thread, Bytes& out) {
  const bool fits = thread.launch >= 0 && thread.launch <= byte_bounds::kThreadLaunchMax && thread.index >= 0 &&
                    thread.index <= byte_bounds::kThreadIndexMax;
  const std::int32_t code = fits ? thread.launch << kIndexBits | thread.index : kMainCode;
  if (code == kMainCode && !thread.is_main()) {
    return outside(fmt::format("schedule[{}].{}", i, field),
                   fmt::format("is {}, must be m or 0:0..{}:{}", to_string(thread), byte_bounds::kThreadLaunchMax,
                               byte_bounds::kThreadIndexMax - 1));
  }
  put_word(static_cast<std::uint32_t>(code), out);
  return {};
}

Expected<void> put_choice(std::size_t i, const Choice& choice, Bytes& out) {
  if (auto ok = put_thread(i, "thread", choice.thread, out); !ok) return ok;
  if (choice.yield < 1 || choice.yield > byte_bounds::kYieldMax) {
    return outside_range(fmt::format("schedule[{}].yield", i), choice.yield, 1, byte_bounds::kYieldMax);
  }
  put_word(choice.yield, out);
  return put_thread(i, "to", choice.to, out);
}

Expected<void> put_recorded(const RecordedForm& recorded, Bytes& out) {
  if (auto ok = check_size("schedule", recorded.size(), 0, byte_bounds::kEntriesMax); !ok) return ok;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    if (auto ok = put_choice(i, recorded[i], out); !ok) return ok;
  }
  const auto repeated = repeated_choices(recorded);
  if (repeated.empty()) return {};
  return outside(fmt::format("schedule[{}]", repeated[0]), second_choice_text(recorded[repeated[0]]));
}

Expected<void> put_schedule(const Schedule& schedule, Bytes& out) {
  if (const auto* search = std::get_if<SearchForm>(&schedule)) return put_search(*search, out);
  if (const auto* recorded = std::get_if<RecordedForm>(&schedule)) {
    out[0] |= kRecordedBit;
    return put_recorded(*recorded, out);
  }
  return outside("drawn", "bytes hold the search form or the recorded form; run the case to record it");
}

}  // namespace

Case case_from_bytes(std::span<const std::uint8_t> bytes, const Schema& schema) {
  const auto head = static_cast<std::uint8_t>(take_number(bytes, 1));
  Case value;
  value.calls.resize((head & kCallsMask) + 1);
  const std::size_t call_size = schema.call_bytes();
  for (Settings& settings : value.calls) {
    if (bytes.size() >= call_size) {
      take_call(bytes, schema, settings);
    } else {
      const Bytes call = completed(bytes, schema);
      bytes = {};
      std::span<const std::uint8_t> all(call);
      take_call(all, schema, settings);
    }
  }
  if (schema.takes_data() && (head & kDataBit) != 0) value.data = take_data(bytes);
  value.schedule = (head & kRecordedBit) != 0 ? Schedule(recorded_of(bytes)) : search_of(bytes);
  return value;
}

Expected<std::vector<std::uint8_t>> case_to_bytes(const Case& value, const Schema& schema) {
  if (const auto ok = check_size("calls", value.calls.size(), 1, byte_bounds::kCallsMax); !ok) {
    return tl::unexpected(ok.error());
  }
  Bytes out = {static_cast<std::uint8_t>(value.calls.size() - 1)};
  for (std::size_t i = 0; i < value.calls.size(); ++i) {
    if (const auto ok = put_call(i, value.calls[i], schema, out); !ok) return tl::unexpected(ok.error());
  }
  const auto ok = put_data(value.data, schema, out).and_then([&] { return put_schedule(value.schedule, out); });
  if (!ok) return tl::unexpected(ok.error());
  return out;
}

}  // namespace straylane
