#include "bench/launch_rates.h"

#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "hunt/finding_maker.h"
#include "os/child.h"
#include "run/run_case.h"
#include "search/portfolio.h"

namespace straylane {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kStockStartSeconds = 120;
constexpr const char* kStockScript = STRAYLANE_SOURCE_DIR "/bench/stock_launches.py";

Expected<double> stock_rate(const FactorySettings& s, const LaunchRateOptions& options, std::string& raised) {
  const auto child =
      run_child({options.python, "-B", kStockScript, std::to_string(s.array_size), std::to_string(s.buffer_size),
                 std::to_string(s.n_threads), std::to_string(s.block_size), std::to_string(options.seconds)},
                "", kStockStartSeconds + options.seconds);
  const auto document = nlohmann::json::parse(child.output, nullptr, false);
  if (child.status != 0 || !document.is_object()) {
    return make_error(ErrorCode::kInternal,
                      fmt::format("{} ended with {}: {}", kStockScript, child.status, child.output));
  }
  if (const std::string what = document.at("raised"); !what.empty()) raised = what;
  return document.at("launches").get<double>() / document.at("seconds").get<double>();
}

Expected<double> controlled_rate(Target& target, const FactorySettings& settings, const ControlledRate& way,
                                 std::uint64_t& seed, double seconds) {
  std::vector<Case> cases(way.batch);
  for (Case& c : cases) c.calls = {settings};
  std::uint64_t launches = 0;
  const auto start = Clock::now();
  while (seconds_since(start) < seconds) {
    if (way.schedule == "sticky") {
      for (Case& c : cases) c.schedule = DrawnForm{DrawnStrategy::kSticky, ++seed};
    }
    const auto results = run_cases(target, cases, {});
    if (!results) return tl::unexpected(results.error());
    for (const RunResult& result : *results) launches += launches_of(result);
  }
  return static_cast<double>(launches) / seconds_since(start);
}

}  // namespace

Expected<LaunchRates> measure_launch_rates(Target& target, const FactorySettings& settings,
                                           const LaunchRateOptions& options,
                                           const std::function<void(const std::string&)>& say) {
  LaunchRates measured{.settings = settings};
  for (const char* schedule : {"default", "sticky"}) {
    for (const std::size_t batch : {SearchLoop::kBatchMax, std::size_t{1}}) {
      measured.controlled.push_back({schedule, batch, {}, {}});
    }
  }
  std::uint64_t seed = 0;
  for (std::uint32_t round = 0; round < options.rounds; ++round) {
    const auto stock = stock_rate(settings, options, measured.stock_raised);
    if (!stock) return tl::unexpected(stock.error());
    measured.stock.push_back(*stock);
    std::string line = fmt::format("round {} of {}: stock {:.0f}/s", round + 1, options.rounds, *stock);
    for (ControlledRate& way : measured.controlled) {
      const auto rate = controlled_rate(target, settings, way, seed, options.seconds);
      if (!rate) return tl::unexpected(rate.error());
      way.rates.push_back(*rate);
      way.ratios.push_back(*rate / *stock);
      line += fmt::format(", {} x{} {:.0f}/s", way.schedule, way.batch, *rate);
    }
    say(line);
  }
  return measured;
}

}  // namespace straylane
