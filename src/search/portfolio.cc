#include "search/portfolio.h"

#include <fmt/format.h>

#include <algorithm>

#include "generate/case_generator.h"
#include "domain/random_source.h"

namespace straylane {
namespace {

constexpr double kMeanWeight = 0.05;

std::int64_t simulated_threads(const Case& c) {
  std::int64_t threads = 0;
  for (const Settings& s : c.launches) threads += s.simulated_threads();
  return threads;
}

}  // namespace

Expected<void> Portfolio::check(const Options& options) {
  const std::string& s = options.strategy;
  if (s == "portfolio" || s == "sticky" || s == "pct" || s == "list") return {};
  return make_error(ErrorCode::kUsage, fmt::format("--strategy is \"{}\", must be portfolio, sticky, pct or list", s));
}

DrawnForm Portfolio::pct(const Case& c) {
  DrawnForm form{DrawnStrategy::kPct, 0, options_.pct_depth.value_or(3 + static_cast<std::uint32_t>(index_ / 8 % 3))};
  form.steps_expected = static_cast<std::uint32_t>(static_cast<double>(simulated_threads(c)) * yields_per_thread_) + 1;
  return form;
}

Case Portfolio::next() {
  Case c = draw_case(options_.seed, index_);
  c.program = options_.program;
  c.granularity = options_.granularity;
  const std::uint64_t turn = index_ % 8;
  std::string strategy = options_.strategy;
  if (strategy == "portfolio") strategy = turn < 5 ? "sticky" : turn < 7 ? "pct" : "list";
  if (strategy == "sticky") c.schedule = DrawnForm{DrawnStrategy::kSticky};
  if (strategy == "pct") c.schedule = pct(c);
  if (strategy == "list" && !std::holds_alternative<SearchForm>(c.schedule)) c.schedule = SearchForm{};
  if (auto* drawn = std::get_if<DrawnForm>(&c.schedule)) {
    drawn->seed = RandomSource(options_.seed * 0x9e3779b97f4a7c15ULL + index_).next();
  }
  ++index_;
  return c;
}

void Portfolio::observed(const RunResult& result) {
  const auto threads = static_cast<double>(std::max<std::int64_t>(simulated_threads(result.recorded), 1));
  const double measured = static_cast<double>(result.observation.yields) / threads;
  yields_per_thread_ += kMeanWeight * (measured - yields_per_thread_);
}

}  // namespace straylane
