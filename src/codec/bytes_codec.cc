#include "codec/bytes_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;
using YieldPoint = std::pair<ThreadId, std::uint32_t>;

constexpr std::uint8_t kLaunchesMask = 0x03;
constexpr std::uint8_t kRecordedBit = 0x80;
constexpr std::uint8_t kNoPick = 0xff;  // no preemption: the gap adds to the next one
constexpr std::uint32_t kSkipMax = 0xff;
constexpr std::uint16_t kMainCode = 0xffff;
constexpr int kIndexBits = 14;
constexpr std::size_t kPreemptionBytes = 2;
constexpr std::size_t kChoiceBytes = 6;

// array_size - 1, n_threads, buffer_size - 1, block_size - 1; two-byte fields have the low byte first. Bytes that are
// missing at the end of the input read as these: 10, 7, 5, 32.
constexpr std::array<std::uint8_t, 6> kDefaultLaunch = {9, 7, 0, 4, 0, 31};

std::uint16_t word(std::uint8_t low, std::uint8_t high) { return static_cast<std::uint16_t>(low | high << 8); }

void put_word(std::uint32_t value, Bytes& out) {
  out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}

ThreadId thread_of(std::uint16_t code) {
  if (code == kMainCode) return ThreadId::main();
  return {code >> kIndexBits, code & byte_bounds::kThreadIndexMax};
}

// Takes up to one launch from the front of `bytes`.
Settings take_launch(std::span<const std::uint8_t>& bytes) {
  auto field = kDefaultLaunch;
  const std::size_t count = std::min(bytes.size(), field.size());
  std::copy_n(bytes.begin(), count, field.begin());
  bytes = bytes.subspan(count);
  Settings settings;
  settings.array_size = field[0] + 1;
  settings.n_threads = word(field[1], field[2]) % (settings.array_size + 1);
  settings.buffer_size = word(field[3], field[4]) % byte_bounds::kBufferSizeMax + 1;
  settings.block_size = field[5] % byte_bounds::kBlockSizeMax + 1;
  return settings;
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
  std::set<YieldPoint> seen;
  for (; bytes.size() >= kChoiceBytes && recorded.size() < byte_bounds::kEntriesMax;
       bytes = bytes.subspan(kChoiceBytes)) {
    const ThreadId thread = thread_of(word(bytes[0], bytes[1]));
    const std::uint32_t yield = word(bytes[2], bytes[3]);
    if (yield == 0 || !seen.emplace(thread, yield).second) continue;
    recorded.push_back({thread, yield, thread_of(word(bytes[4], bytes[5])), std::nullopt});
  }
  return recorded;
}

// ---- writing

tl::unexpected<Error> outside(const std::string& field, const std::string& what) {
  return make_error(ErrorCode::kOutOfRange, fmt::format("bytes: {}: {}", field, what));
}

Expected<void> check(const std::string& field, std::int64_t value, std::int64_t min, std::int64_t max) {
  if (value >= min && value <= max) return {};
  return outside(field, fmt::format("is {}, must be {}..{}", value, min, max));
}

// `number` of the launch. A fuzzer writes bytes at every input: names of fields are put together for errors only.
Expected<void> put_launch(std::size_t number, const Settings& settings, Bytes& out) {
  struct Field {
    const char* name;
    std::int64_t value, min, max;
  };
  for (const Field& field : {Field{"array_size", settings.array_size, 1, byte_bounds::kArraySizeMax},
                             Field{"buffer_size", settings.buffer_size, 1, byte_bounds::kBufferSizeMax},
                             Field{"n_threads", settings.n_threads, 0, settings.array_size},
                             Field{"block_size", settings.block_size, 1, byte_bounds::kBlockSizeMax}}) {
    if (field.value >= field.min && field.value <= field.max) continue;
    return check(fmt::format("launches[{}].{}", number, field.name), field.value, field.min, field.max);
  }
  out.push_back(static_cast<std::uint8_t>(settings.array_size - 1));
  put_word(static_cast<std::uint32_t>(settings.n_threads), out);
  put_word(static_cast<std::uint32_t>(settings.buffer_size - 1), out);
  out.push_back(static_cast<std::uint8_t>(settings.block_size - 1));
  return {};
}

Expected<void> put_search(const SearchForm& search, Bytes& out) {
  if (search.size() > byte_bounds::kEntriesMax) {
    return outside("search", fmt::format("has {} entries, must have 0..{}", search.size(), byte_bounds::kEntriesMax));
  }
  for (std::size_t i = 0; i < search.size(); ++i) {
    auto [gap, pick] = search[i];
    if (gap > byte_bounds::kGapMax) return check(fmt::format("search[{}].gap", i), gap, 0, byte_bounds::kGapMax);
    if (pick > byte_bounds::kPickMax) return check(fmt::format("search[{}].pick", i), pick, 0, byte_bounds::kPickMax);
    for (; gap > kSkipMax; gap -= kSkipMax) {
      out.push_back(kSkipMax);
      out.push_back(kNoPick);
    }
    out.push_back(static_cast<std::uint8_t>(gap));
    out.push_back(static_cast<std::uint8_t>(pick));
  }
  return {};
}

Expected<void> put_thread(const std::string& field, ThreadId thread, Bytes& out) {
  if (thread.is_main()) {
    put_word(kMainCode, out);
    return {};
  }
  const bool fits = thread.launch >= 0 && thread.launch <= byte_bounds::kThreadLaunchMax && thread.index >= 0 &&
                    thread.index <= byte_bounds::kThreadIndexMax;
  const std::int32_t code = fits ? thread.launch << kIndexBits | thread.index : kMainCode;
  if (code == kMainCode) {
    return outside(field, fmt::format("is {}, must be m or 0:0..{}:{}", to_string(thread),
                                      byte_bounds::kThreadLaunchMax, byte_bounds::kThreadIndexMax - 1));
  }
  put_word(static_cast<std::uint32_t>(code), out);
  return {};
}

Expected<void> put_choice(const std::string& path, const Choice& choice, Bytes& out) {
  return put_thread(path + ".thread", choice.thread, out)
      .and_then([&] { return check(path + ".yield", choice.yield, 1, byte_bounds::kYieldMax); })
      .and_then([&] {
        put_word(choice.yield, out);
        return put_thread(path + ".to", choice.to, out);
      });
}

Expected<void> put_recorded(const RecordedForm& recorded, Bytes& out) {
  if (recorded.size() > byte_bounds::kEntriesMax) {
    return outside("schedule",
                   fmt::format("has {} entries, must have 0..{}", recorded.size(), byte_bounds::kEntriesMax));
  }
  std::set<YieldPoint> seen;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const std::string path = fmt::format("schedule[{}]", i);
    if (auto ok = put_choice(path, recorded[i], out); !ok) return ok;
    if (!seen.emplace(recorded[i].thread, recorded[i].yield).second) {
      return outside(path, fmt::format("second choice for yield point {} of thread {}", recorded[i].yield,
                                       to_string(recorded[i].thread)));
    }
  }
  return {};
}

}  // namespace

Case case_from_bytes(std::span<const std::uint8_t> bytes) {
  const std::uint8_t head = bytes.empty() ? 0 : bytes[0];
  bytes = bytes.subspan(std::min<std::size_t>(bytes.size(), 1));
  Case value;
  value.launches.clear();
  for (int left = (head & kLaunchesMask) + 1; left > 0; --left) value.launches.push_back(take_launch(bytes));
  if ((head & kRecordedBit) != 0) {
    value.schedule = recorded_of(bytes);
  } else {
    value.schedule = search_of(bytes);
  }
  return value;
}

Expected<std::vector<std::uint8_t>> case_to_bytes(const Case& value) {
  const std::size_t launches = value.launches.size();
  if (launches == 0 || launches > byte_bounds::kLaunchesMax) {
    return outside("launches", fmt::format("has {} entries, must have 1..{}", launches, byte_bounds::kLaunchesMax));
  }
  const auto* search = std::get_if<SearchForm>(&value.schedule);
  const auto* recorded = std::get_if<RecordedForm>(&value.schedule);
  if (search == nullptr && recorded == nullptr) {
    return outside("drawn", "bytes hold the search form or the recorded form; run the case to record it");
  }
  Bytes out = {static_cast<std::uint8_t>((launches - 1) | (recorded != nullptr ? kRecordedBit : 0))};
  for (std::size_t i = 0; i < launches; ++i) {
    if (const auto ok = put_launch(i, value.launches[i], out); !ok) {
      return tl::unexpected(ok.error());
    }
  }
  if (const auto ok = search != nullptr ? put_search(*search, out) : put_recorded(*recorded, out); !ok) {
    return tl::unexpected(ok.error());
  }
  return out;
}

}  // namespace straylane
