#include "codec/token_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "codec/base64url.h"
#include "codec/byte_numbers.h"
#include "codec/repeated_choices.h"
#include "domain/hash.h"

namespace straylane {
namespace {

using Bytes = std::vector<std::uint8_t>;

// The first byte: bits 0-1 granularity, 2 form, 3 data; the other bits are zero.
constexpr std::uint64_t kGranularityMask = 0x03;
constexpr std::uint64_t kRecordedBit = 0x04;
constexpr std::uint64_t kDataBit = 0x08;
constexpr std::uint64_t kHeadMax = 0x0f;

// Codes of threads. A thread of one of the first `calls` launches has the code 2 + index * calls + launch.
constexpr std::uint64_t kMainCode = 0;
constexpr std::uint64_t kOtherLaunchCode = 1;
constexpr std::uint64_t kFirstThreadCode = 2;

constexpr std::uint64_t kIndexMax = ThreadId::kMain - 1;
constexpr std::size_t kWordBytes = 4;

void put_word(std::uint32_t word, Bytes& out) { put_number(word, kWordBytes, out); }

// ---- writing

void put_thread(ThreadId thread, std::size_t calls, Bytes& out) {
  const auto launch = static_cast<std::uint64_t>(thread.launch);
  const auto index = static_cast<std::uint64_t>(thread.index);
  if (thread.is_main()) {
    put_varint(kMainCode, out);
  } else if (launch >= calls) {
    for (const std::uint64_t number : {kOtherLaunchCode, launch, index}) put_varint(number, out);
  } else {
    put_varint(kFirstThreadCode + index * calls + launch, out);
  }
}

void put_schedule(const Schedule& schedule, std::size_t calls, Bytes& out) {
  if (const auto* search = std::get_if<SearchForm>(&schedule)) {
    put_varint(search->size(), out);
    for (const auto& [gap, pick] : *search) {
      put_varint(gap, out);
      put_varint(pick, out);
    }
  } else if (const auto* recorded = std::get_if<RecordedForm>(&schedule)) {
    put_varint(recorded->size(), out);
    for (const Choice& choice : *recorded) {
      put_thread(choice.thread, calls, out);
      put_varint(choice.yield, out);
      put_thread(choice.to, calls, out);
    }
  }
}

// Precondition: `check` finds nothing wrong.
Bytes payload_of(const TokenCase& token, const Schema& schema) {
  const Case& value = token.value;
  const bool recorded = std::holds_alternative<RecordedForm>(value.schedule);
  Bytes out;
  out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value.granularity) |
                                          (recorded ? kRecordedBit : 0) | (value.data.empty() ? 0 : kDataBit)));
  put_text(value.target, out);
  put_text(value.program, out);
  put_word(schema.digest(), out);
  put_varint(value.calls.size(), out);
  for (const Settings& settings : value.calls) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
      put_varint(static_cast<std::uint64_t>(schema.ordinal(i, settings[i])), out);
    }
  }
  if (!value.data.empty()) put_text({reinterpret_cast<const char*>(value.data.data()), value.data.size()}, out);
  put_schedule(value.schedule, value.calls.size(), out);
  put_word(token.digest, out);
  return out;
}

tl::unexpected<Error> outside(const std::string& what) { return make_error(ErrorCode::kOutOfRange, "token: " + what); }

Expected<void> check_choices(const RecordedForm& recorded) {
  const auto exists = [](ThreadId thread) {
    if (thread.is_main()) return thread == ThreadId::main();
    return thread.launch >= 0 && thread.index >= 0 && thread.index != ThreadId::kMain;
  };
  for (std::size_t i = 0; i < recorded.size(); ++i) {
    const Choice& choice = recorded[i];
    if (!exists(choice.thread) || !exists(choice.to)) return outside(fmt::format("schedule[{}]: no such thread", i));
    if (choice.yield == 0) return outside(fmt::format("schedule[{}].yield: is 0, must be 1 or more", i));
  }
  const auto repeated = repeated_choices(recorded);
  if (repeated.empty()) return {};
  return outside(fmt::format("schedule[{}]: {}", repeated[0], second_choice_text(recorded[repeated[0]])));
}

Expected<void> check(const Case& value, const Schema& schema) {
  if (!value.target.empty() && !is_name(value.target)) return outside("target: is not a name");
  if (!value.program.empty() && !is_name(value.program)) return outside("program: is not a name");
  if (value.granularity > Granularity::kOpcode) return outside("granularity: does not exist");
  if (const auto ok = schema.validate(value.calls); !ok) return outside(ok.error().message);
  if (!value.data.empty() && !schema.takes_data()) return outside("data: the program takes no data");
  if (value.data.size() > kTokenDataBytesMax) {
    return outside(
        fmt::format("data: has {} bytes, must have at most {}; use JSON", value.data.size(), kTokenDataBytesMax));
  }
  if (std::holds_alternative<DrawnForm>(value.schedule)) {
    return outside("drawn: a token holds the search form or the recorded form; run the case to record it");
  }
  const auto* recorded = std::get_if<RecordedForm>(&value.schedule);
  return recorded != nullptr ? check_choices(*recorded) : Expected<void>{};
}

// ---- reading

ThreadId take_thread(VarintReader& in, std::size_t calls) {
  const std::uint64_t code = in.number(kFirstThreadCode + (kIndexMax + 1) * calls - 1);
  if (code == kMainCode) return ThreadId::main();
  const bool other = code == kOtherLaunchCode;
  const std::uint64_t launch = other ? in.number(kIndexMax) : (code - kFirstThreadCode) % calls;
  const std::uint64_t index = other ? in.number(kIndexMax) : (code - kFirstThreadCode) / calls;
  return {static_cast<std::int32_t>(launch), static_cast<std::int32_t>(index)};
}

std::uint32_t take_uint32(VarintReader& in) {
  return static_cast<std::uint32_t>(in.number(std::numeric_limits<std::uint32_t>::max()));
}

Schedule take_schedule(VarintReader& in, bool is_recorded, std::size_t calls) {
  const std::uint64_t count = in.number(kTokenLengthMax);
  SearchForm search;
  RecordedForm recorded;
  for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
    if (is_recorded) {  // a list in braces is evaluated in its order
      recorded.push_back(Choice{take_thread(in, calls), take_uint32(in), take_thread(in, calls), std::nullopt});
    } else {
      search.push_back(Preemption{take_uint32(in), take_uint32(in)});
    }
  }
  if (is_recorded) return recorded;
  return search;
}

constexpr const char* kLayout = "is not laid out as this version writes it";

tl::unexpected<Error> malformed(const std::string& what) { return make_error(ErrorCode::kMalformed, "token: " + what); }

// Takes the part of the payload that needs the program's schema.
void take_values(VarintReader& in, std::uint64_t head, const Schema& schema, Case& value) {
  value.calls.resize(in.number(Schema::kCallsMax));
  for (Settings& settings : value.calls) {
    for (std::size_t i = 0; i < schema.size(); ++i) {
      const auto most = static_cast<std::uint64_t>(schema.ordinal_max(i, settings));
      settings.push_back(schema.value_at(i, static_cast<std::int64_t>(in.number(most))));
    }
  }
  if ((head & kDataBit) != 0) {
    const std::string data = in.text(kTokenDataBytesMax);
    value.data.assign(data.begin(), data.end());
  }
  value.schedule = take_schedule(in, (head & kRecordedBit) != 0, std::max<std::size_t>(value.calls.size(), 1));
}

struct Taken {
  Case value;
  const Schema* schema;
};

Expected<Taken> take_case(std::span<const std::uint8_t> payload, const SchemaOf& schema_of) {
  VarintReader in(payload);
  Case value;
  const std::uint64_t head = in.number(kHeadMax);
  value.granularity = static_cast<Granularity>(head & kGranularityMask);
  value.target = in.text(kNameLengthMax);
  value.program = in.text(kNameLengthMax);
  const std::uint32_t digest = in.word();
  if (in.failed()) return malformed(kLayout);
  if (!value.program.empty() && !is_name(value.program)) return malformed("program: is not a name");
  const Schema* schema = schema_of(value.program);
  if (schema == nullptr) return malformed(fmt::format("no program \"{}\" is known", value.program));
  if (digest != schema->digest()) {
    return malformed(fmt::format("is of another version of program \"{}\", which had other parameters", value.program));
  }
  take_values(in, head, *schema, value);
  if (in.failed() || !in.at_end()) return malformed(kLayout);
  return Taken{std::move(value), schema};
}

}  // namespace

std::uint32_t sites_digest(const Case& value) {
  Hash digest;
  for (const std::string_view name : {std::string_view(value.target), std::string_view(value.program),
                                      std::string_view(to_string(value.granularity))}) {
    digest.add(name);
  }
  std::uint64_t count = 0;
  if (const auto* recorded = std::get_if<RecordedForm>(&value.schedule)) {
    for (std::size_t i = 0; i < recorded->size(); ++i) {
      if (!(*recorded)[i].site) continue;
      digest.add(std::uint64_t{i});
      digest.add(*(*recorded)[i].site);
      ++count;
    }
  }
  digest.add(count);
  for (const Site& site : value.sites) digest.add(site);
  return count == 0 && value.sites.empty() ? 0 : std::max(digest.folded(), 1U);
}

Expected<std::string> case_to_token(const Case& value, const Schema& schema) {
  return case_to_token(TokenCase{value, sites_digest(value)}, schema);
}

Expected<std::string> case_to_token(const TokenCase& value, const Schema& schema) {
  if (const auto ok = check(value.value, schema); !ok) return tl::unexpected(ok.error());
  Bytes payload = payload_of(value, schema);
  put_word(crc32(payload), payload);
  std::string token = std::string(kTokenPrefix) + to_base64url(payload);
  if (token.size() > kTokenLengthMax) {
    return outside(
        fmt::format("would have {} characters, must have at most {}; use JSON", token.size(), kTokenLengthMax));
  }
  return token;
}

Expected<TokenCase> case_from_token(std::string_view token, const SchemaOf& schema_of) {
  if (!token.starts_with(kTokenPrefix)) return malformed(fmt::format("must start with \"{}\"", kTokenPrefix));
  if (token.size() > kTokenLengthMax) {
    return malformed(fmt::format("has {} characters, must have at most {}", token.size(), kTokenLengthMax));
  }
  const auto bytes = from_base64url(token.substr(kTokenPrefix.size()));
  if (!bytes) return malformed("has a wrong character, or one too many or too few");
  if (bytes->size() < 2 * kWordBytes) return malformed("is too short");
  const std::span<const std::uint8_t> all(*bytes);
  const auto payload = all.first(all.size() - kWordBytes);
  if (crc32(payload) != number_of(all.last(kWordBytes))) return malformed("is mistyped or cut short: wrong checksum");

  auto taken = take_case(payload.first(payload.size() - kWordBytes), schema_of);
  if (!taken) return tl::unexpected(taken.error());
  TokenCase out{std::move(taken->value), static_cast<std::uint32_t>(number_of(payload.last(kWordBytes)))};
  if (const auto ok = check(out.value, *taken->schema); !ok) {
    return make_error(ErrorCode::kMalformed, ok.error().message);
  }
  // Each case has exactly one token, so numbers with needless bytes and the like are refused.
  if (case_to_token(out, *taken->schema) != std::string(token)) return malformed(kLayout);
  return out;
}

std::uint32_t crc32(std::span<const std::uint8_t> bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const std::uint8_t byte : bytes) {
    crc ^= byte;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

}  // namespace straylane
