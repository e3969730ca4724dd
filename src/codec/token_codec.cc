#include "codec/token_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <set>
#include <utility>
#include <vector>

#include "codec/base64url.h"
#include "codec/crc32.h"
#include "codec/varint.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The first byte: bits 0-1 target, 2-3 granularity, 4 program, 5 form; bits 6-7 are zero.
constexpr std::array<std::string_view, 3> kTargets = {"numba", "host", "cuda"};
constexpr std::uint64_t kOtherTarget = kTargets.size();
constexpr std::string_view kProgram = "factory";
constexpr int kGranularityShift = 2;
constexpr std::uint64_t kOtherProgramBit = 0x10;
constexpr std::uint64_t kRecordedBit = 0x20;
constexpr std::uint64_t kHeadMax = 0x3f;

// Codes of threads; 2 + index * launches + launch is a thread of one of the case's launches.
constexpr std::uint64_t kMainCode = 0;
constexpr std::uint64_t kOtherLaunchCode = 1;
constexpr std::uint64_t kFirstThreadCode = 2;

constexpr std::uint64_t kUint32Max = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t kIndexMax = ThreadId::kMain - 1;
constexpr std::size_t kWordBytes = 4;

// FNV-1a, 64 bits folded to 32, over texts with their length and over numbers.
class Digest {
 public:
  void add(std::string_view text) {
    add(text.size());
    for (const char c : text) add_byte(static_cast<std::uint8_t>(c));
  }
  void add(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 8) add_byte(static_cast<std::uint8_t>(number >> shift));
  }
  void add(const Site& site) {
    add(site.file);
    add(site.function);
    add(site.statement);
    add(std::uint64_t{site.occurrence});
  }
  std::uint32_t folded() const { return static_cast<std::uint32_t>(state_ ^ state_ >> 32); }

 private:
  void add_byte(std::uint8_t byte) { state_ = (state_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

void put_word(std::uint32_t word, Bytes& out) {
  for (std::size_t i = 0; i < kWordBytes; ++i) out.push_back(static_cast<std::uint8_t>(word >> (8 * i)));
}

std::uint32_t word_at(std::span<const std::uint8_t> bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < kWordBytes; ++i) word |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
  return word;
}

// ---- writing

void put_thread(ThreadId thread, std::size_t launches, Bytes& out) {
  if (thread.is_main()) {
    put_varint(kMainCode, out);
  } else if (static_cast<std::size_t>(thread.launch) >= launches) {
    put_varint(kOtherLaunchCode, out);
    put_varint(static_cast<std::uint64_t>(thread.launch), out);
    put_varint(static_cast<std::uint64_t>(thread.index), out);
  } else {
    put_varint(kFirstThreadCode + static_cast<std::uint64_t>(thread.index) * launches +
                   static_cast<std::uint64_t>(thread.launch),
               out);
  }
}

void put_schedule(const Schedule& schedule, std::size_t launches, Bytes& out) {
  if (const auto* search = std::get_if<SearchForm>(&schedule)) {
    put_varint(search->size(), out);
    for (const Preemption& preemption : *search) {
      put_varint(preemption.gap, out);
      put_varint(preemption.pick, out);
    }
  } else if (const auto* recorded = std::get_if<RecordedForm>(&schedule)) {
    put_varint(recorded->size(), out);
    for (const Choice& choice : *recorded) {
      put_thread(choice.thread, launches, out);
      put_varint(choice.yield, out);
      put_thread(choice.to, launches, out);
    }
  }
}

Bytes payload_of(const TokenCase& token) {
  const Case& value = token.value;
  const auto target =
      static_cast<std::uint64_t>(std::find(kTargets.begin(), kTargets.end(), value.target) - kTargets.begin());
  const bool recorded = std::holds_alternative<RecordedForm>(value.schedule);
  Bytes out;
  out.push_back(static_cast<std::uint8_t>(target | static_cast<std::uint64_t>(value.granularity) << kGranularityShift |
                                          (value.program != kProgram ? kOtherProgramBit : 0) |
                                          (recorded ? kRecordedBit : 0)));
  if (target == kOtherTarget) put_text(value.target, out);
  if (value.program != kProgram) put_text(value.program, out);
  put_varint(value.launches.size(), out);
  for (const Settings& settings : value.launches) {
    for (const auto field : {settings.array_size, settings.buffer_size, settings.n_threads, settings.block_size}) {
      put_varint(static_cast<std::uint64_t>(field), out);
    }
  }
  put_schedule(value.schedule, value.launches.size(), out);
  put_word(token.digest, out);
  return out;
}

tl::unexpected<Error> outside(const std::string& what) { return make_error(ErrorCode::kOutOfRange, "token: " + what); }

Expected<void> check_choices(const RecordedForm& recorded) {
  const auto exists = [](ThreadId thread) {
    return thread == ThreadId::main() ||
           (thread.launch >= 0 && thread.index >= 0 && !thread.is_main() && thread.index != ThreadId::kMain);
  };
  std::set<std::pair<ThreadId, std::uint32_t>> seen;
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const Choice& choice = recorded[i];
    if (!exists(choice.thread) || !exists(choice.to)) return outside(fmt::format("schedule[{}]: no such thread", i));
    if (choice.yield == 0) return outside(fmt::format("schedule[{}].yield: is 0, must be 1 or more", i));
    if (!seen.emplace(choice.thread, choice.yield).second) {
      return outside(fmt::format("schedule[{}]: second choice for yield point {} of thread {}", i, choice.yield,
                                 to_string(choice.thread)));
    }
  }
  return {};
}

Expected<void> check(const Case& value) {
  if (!is_name(value.target)) return outside("target: is not a name");
  if (!is_name(value.program)) return outside("program: is not a name");
  if (value.granularity > Granularity::kOpcode) return outside("granularity: there is no such one");
  if (const auto ok = validate(value.launches); !ok) return outside(ok.error().message);
  if (std::holds_alternative<DrawnForm>(value.schedule)) {
    return outside("drawn: a token holds the search form or the recorded form; run the case to record it");
  }
  const auto* recorded = std::get_if<RecordedForm>(&value.schedule);
  return recorded != nullptr ? check_choices(*recorded) : Expected<void>{};
}

// ---- reading

ThreadId take_thread(VarintReader& in, std::size_t launches) {
  const std::uint64_t code = in.number(kFirstThreadCode + (kIndexMax + 1) * launches - 1);
  if (code == kMainCode) return ThreadId::main();
  ThreadId thread;
  if (code == kOtherLaunchCode) {
    thread.launch = static_cast<std::int32_t>(in.number(kIndexMax));
    thread.index = static_cast<std::int32_t>(in.number(kIndexMax));
  } else {
    thread.launch = static_cast<std::int32_t>((code - kFirstThreadCode) % launches);
    thread.index = static_cast<std::int32_t>((code - kFirstThreadCode) / launches);
  }
  return thread;
}

Schedule take_schedule(VarintReader& in, bool is_recorded, std::size_t launches) {
  const std::uint64_t count = in.number(kTokenLengthMax);
  SearchForm search;
  RecordedForm recorded;
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    if (is_recorded) {
      Choice& choice = recorded.emplace_back();
      choice.thread = take_thread(in, launches);
      choice.yield = static_cast<std::uint32_t>(in.number(kUint32Max));
      choice.to = take_thread(in, launches);
    } else {
      Preemption& preemption = search.emplace_back();
      preemption.gap = static_cast<std::uint32_t>(in.number(kUint32Max));
      preemption.pick = static_cast<std::uint32_t>(in.number(kUint32Max));
    }
  }
  if (is_recorded) return recorded;
  return search;
}

Case take_case(VarintReader& in) {
  Case value;
  const std::uint64_t head = in.number(kHeadMax);
  const std::uint64_t target = head & 0x3;
  value.target = target == kOtherTarget ? in.text(kNameLengthMax) : std::string(kTargets[target]);
  value.granularity = static_cast<Granularity>(head >> kGranularityShift & 0x3);
  if ((head & kOtherProgramBit) != 0) value.program = in.text(kNameLengthMax);
  value.launches.assign(in.number(bounds::kLaunchesMax), Settings{});
  for (Settings& settings : value.launches) {
    for (auto* field : {&settings.array_size, &settings.buffer_size, &settings.n_threads, &settings.block_size}) {
      *field = static_cast<std::int64_t>(in.number(kUint32Max));
    }
  }
  value.schedule = take_schedule(in, (head & kRecordedBit) != 0, std::max<std::size_t>(value.launches.size(), 1));
  return value;
}

tl::unexpected<Error> malformed(const std::string& what) { return make_error(ErrorCode::kMalformed, "token: " + what); }

}  // namespace

std::uint32_t sites_digest(const Case& value) {
  Digest digest;
  digest.add(std::string_view(value.target));
  digest.add(std::string_view(value.program));
  digest.add(std::string_view(to_string(value.granularity)));
  std::uint64_t count = 0;
  const auto add_site = [&](const Site& site) {
    digest.add(site);
    ++count;
  };
  if (const auto* recorded = std::get_if<RecordedForm>(&value.schedule)) {
    for (std::size_t i = 0; i < recorded->size(); ++i) {
      if (!(*recorded)[i].site) continue;
      digest.add(std::uint64_t{i});
      add_site(*(*recorded)[i].site);
    }
  }
  digest.add(count);
  for (const Site& site : value.sites) add_site(site);
  if (count == 0) return 0;
  return std::max(digest.folded(), 1U);
}

Expected<std::string> case_to_token(const Case& value) { return case_to_token(TokenCase{value, sites_digest(value)}); }

Expected<std::string> case_to_token(const TokenCase& value) {
  if (const auto ok = check(value.value); !ok) return tl::unexpected(ok.error());
  Bytes payload = payload_of(value);
  put_word(crc32(payload), payload);
  std::string token = std::string(kTokenPrefix) + to_base64url(payload);
  if (token.size() > kTokenLengthMax) {
    return outside(
        fmt::format("would have {} characters, must have at most {}; use JSON", token.size(), kTokenLengthMax));
  }
  return token;
}

Expected<TokenCase> case_from_token(std::string_view token) {
  if (!token.starts_with(kTokenPrefix)) return malformed(fmt::format("must start with \"{}\"", kTokenPrefix));
  if (token.size() > kTokenLengthMax) {
    return malformed(fmt::format("has {} characters, must have at most {}", token.size(), kTokenLengthMax));
  }
  const auto bytes = from_base64url(token.substr(kTokenPrefix.size()));
  if (!bytes) return malformed("has a character that does not belong there, or one too many or too few");
  if (bytes->size() < 2 * kWordBytes) return malformed("is too short");
  const std::span<const std::uint8_t> all(*bytes);
  const auto payload = all.first(all.size() - kWordBytes);
  if (crc32(payload) != word_at(all.last(kWordBytes))) return malformed("is mistyped or cut short: wrong checksum");

  VarintReader in(payload.first(payload.size() - kWordBytes));
  TokenCase out{take_case(in), word_at(payload.last(kWordBytes))};
  if (in.failed() || !in.at_end()) return malformed("is not laid out as this version writes it");
  if (const auto ok = check(out.value); !ok) return make_error(ErrorCode::kMalformed, ok.error().message);
  // Numbers with needless bytes, a known name spelled out and the like: there is one token for each case.
  if (case_to_token(out) != std::string(token)) return malformed("is not laid out as this version writes it");
  return out;
}

}  // namespace straylane
