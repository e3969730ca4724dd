#include "props/codec/sampler.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace straylane::props {

std::vector<std::uint8_t> Sampler::bytes(std::size_t length_max) {
  std::vector<std::uint8_t> out(below(length_max + 1));
  for (auto& byte : out) byte = static_cast<std::uint8_t>(one_in(4) ? (one_in(2) ? 0 : 0xff) : next());
  return out;
}

std::string Sampler::text() {
  static const std::array<std::string, 12> kPieces = {"a",    "self.fn(*args)", "\"", "\\", "\n", "\t",
                                                      "\x01", "\x7f",           "é",  "€",  "😀", " "};
  std::string out;
  for (auto left = below(6); left > 0; --left) out += kPieces[below(kPieces.size())];
  return out;
}

Site Sampler::site() {
  return {text(), text(), text(), static_cast<std::uint32_t>(below(3)), static_cast<std::uint32_t>(below(1000))};
}

ThreadId Sampler::thread() {
  if (one_in(6)) return ThreadId::main();
  const auto launch = static_cast<std::int32_t>(one_in(3) ? below(4) : 0);
  return {launch, static_cast<std::int32_t>(between(0, one_in(2) ? 63 : 16382))};
}

DrawnForm Sampler::drawn() {
  DrawnForm out{kDrawnStrategies[below(std::size(kDrawnStrategies))], next(),
                static_cast<std::uint32_t>(between(1, 1000)), static_cast<std::uint32_t>(between(1, UINT32_MAX))};
  if (one_in(2)) out.interesting.subject = next();
  if (one_in(2)) out.interesting.by_thread.resize(below(4), static_cast<std::uint32_t>(next()));
  if (one_in(2)) out.constraints.resize(below(4));
  for (auto& c : out.constraints) {
    c = {static_cast<std::uint32_t>(next()), static_cast<std::uint32_t>(next()), static_cast<Maker>(below(3)),
         one_in(2)};
  }
  return out;
}

SearchForm Sampler::search(std::uint32_t gap_max, std::uint32_t pick_max) {
  SearchForm out(below(12));
  for (auto& p : out) {
    p.gap = static_cast<std::uint32_t>(between(0, one_in(3) ? gap_max : (one_in(2) ? 256 : 30)));
    p.pick = static_cast<std::uint32_t>(between(0, pick_max));
  }
  return out;
}

RecordedForm Sampler::recorded(std::uint32_t yield_max, bool with_sites) {
  RecordedForm out;
  std::set<std::pair<ThreadId, std::uint32_t>> seen;
  for (auto left = below(12); left > 0; --left) {
    Choice choice{thread(), static_cast<std::uint32_t>(between(1, yield_max)), thread(), std::nullopt};
    if (with_sites && !one_in(4)) choice.site = site();
    if (seen.emplace(choice.thread, choice.yield).second) out.push_back(choice);
  }
  return out;
}

Settings Sampler::settings(const Schema& schema, bool for_bytes) {
  Settings out;
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const std::int64_t most = for_bytes ? schema.byte_ordinal_max(i, out) : schema.ordinal_max(i, out);
    out.push_back(schema.value_at(i, between(0, one_in(2) ? most : std::min<std::int64_t>(most, 40))));
  }
  return out;
}

Case Sampler::byte_domain_case(const Schema& schema) {
  Case out;
  out.calls.resize(1 + below(byte_bounds::kCallsMax));
  for (auto& call : out.calls) call = settings(schema, true);
  if (schema.takes_data() && one_in(2)) out.data = bytes(one_in(20) ? 1'000 : 20);
  if (one_in(2)) {
    out.schedule = search(one_in(50) ? byte_bounds::kGapMax : 600, byte_bounds::kPickMax);
  } else {
    out.schedule = recorded(byte_bounds::kYieldMax, false);
  }
  return out;
}

Case Sampler::any_case(const Schema& schema) {
  Case out;
  const std::array<std::string, 6> targets = {"", "numba", "host", "cuda", "stub", "a.B-c_9"};
  out.target = targets[below(targets.size())];
  if (one_in(3)) out.program = "lost_update";
  out.granularity = static_cast<Granularity>(below(3));
  out.calls.resize(1 + below(one_in(4) ? Schema::kCallsMax : 2));
  for (auto& call : out.calls) call = settings(schema, false);
  if (schema.takes_data() && one_in(2)) out.data = bytes(one_in(20) ? 1'000 : 20);
  switch (below(3)) {
    case 0:
      out.schedule = search(UINT32_MAX, UINT32_MAX);
      break;
    case 1:
      out.schedule = recorded(UINT32_MAX, true);
      break;
    default:
      out.schedule = drawn();
  }
  if (one_in(2)) out.system = {"3.11.2", text(), text()};
  if (one_in(2)) out.sites.resize(below(4));
  for (auto& s : out.sites) s = site();
  return out;
}

}  // namespace straylane::props
