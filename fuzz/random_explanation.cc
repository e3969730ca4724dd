#include "fuzz/random_explanation.h"

#include <algorithm>
#include <string>
#include <utility>

#include "explain/no_return.h"

namespace straylane {
namespace {

// Reads values from bytes. Gives zeros once they are used up.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : left_(bytes) {}

  std::uint32_t below(std::uint32_t bound) { return next() % std::max(bound, 1U); }
  std::string text() {
    const std::size_t wanted = next();
    const std::size_t size = std::min(wanted, left_.size());
    std::string text(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(size));
    left_ = left_.subspan(size);
    return text;
  }

  Site site() { return {text(), text(), text(), below(3), 97U * next(), below(2) == 0 ? "call" : "end", 0, 0}; }
  ThreadId thread() {
    return below(6) == 0 ? ThreadId::main() : ThreadId{static_cast<int>(below(3)), static_cast<int>(below(7))};
  }
  Act act() { return {{thread(), site(), below(4)}, site(), text()}; }
  Chance chance() {
    const std::uint32_t runs = next();
    return chance_of(std::size_t{next()} * next(), runs, below(runs + 1));
  }

 private:
  std::uint8_t next() {
    if (left_.empty()) return 0;
    const std::uint8_t byte = left_[0];
    left_ = left_.subspan(1);
    return byte;
  }

  std::span<const std::uint8_t> left_;
};

Observation trace_from(Bytes& bytes) {
  Observation o;
  for (std::uint32_t i = 0, count = 1 + bytes.below(5); i < count; ++i) o.sites.push_back(bytes.site());
  for (std::uint32_t i = 0, count = bytes.below(40); i < count; ++i) {
    o.trace.push_back({bytes.thread(), bytes.below(static_cast<std::uint32_t>(o.sites.size())), i,
                       static_cast<Step::Kind>(bytes.below(4)), bytes.thread()});
  }
  for (std::uint32_t i = 0, count = bytes.below(20); i < count; ++i) {
    o.events.push_back({static_cast<Event::Kind>(bytes.below(4)), bytes.thread(), bytes.below(50), bytes.site(),
                        bytes.text(), bytes.text(), bytes.text()});
  }
  for (std::uint32_t i = 0, count = bytes.below(4); i < count; ++i) {
    LaunchObservation launch{.call = bytes.below(3), .kernel = bytes.text()};
    launch.block.x = static_cast<std::int32_t>(bytes.below(40));
    for (std::uint32_t k = 0, threads = bytes.below(6); k < threads; ++k) {
      ThreadOutcome thread{.id = {static_cast<int>(i), static_cast<int>(k)}};
      if (bytes.below(3) == 0) thread.exception = ThrownException{bytes.text(), bytes.text(), bytes.text()};
      launch.threads.push_back(std::move(thread));
    }
    o.launches.push_back(std::move(launch));
  }
  return o;
}

}  // namespace

RandomExplanation explanation_from(std::span<const std::uint8_t> input) {
  Bytes bytes(input);
  RandomExplanation r{trace_from(bytes), {}};
  for (std::uint32_t i = 0, count = bytes.below(4); i < count; ++i) {
    r.why.order.orderings.push_back(
        {bytes.act(), bytes.act(), bytes.below(70), bytes.below(2), bytes.below(70), bytes.below(9)});
  }
  r.why.order.stopped_early = bytes.text();
  for (std::uint32_t i = 0, count = bytes.below(30); i < count; ++i) r.why.no_return.curve.push_back(bytes.chance());
  const auto place = [&]() -> std::optional<std::size_t> {
    const auto size = static_cast<std::uint32_t>(r.why.no_return.curve.size());
    if (size == 0 || bytes.below(3) == 0) return std::nullopt;
    return bytes.below(size);
  };
  r.why.no_return.jump = place();
  r.why.no_return.certain = place();
  if (bytes.below(2) == 0) r.why.no_return.certain_act = bytes.act();
  r.why.no_return.stopped_early = bytes.text();
  return r;
}

}  // namespace straylane
