#include "search/portfolio.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <limits>
#include <numeric>

#include "domain/enum_names.h"
#include "generate/case_generator.h"

namespace straylane {
namespace {

constexpr double kMeanWeight = 0.05;
constexpr double kYieldsUnknown = 800;  // expected before the first run
constexpr double kBucketReward = 4;
constexpr double kPairReward = 0.25;
constexpr std::size_t kGivenMax = 1'024;  // a target that cannot run reports nothing about its cases

constexpr const char* kChoices[] = {"portfolio", "sticky", "pct", "list", "pos", "surw", "reads-from"};
constexpr auto kNames = std::span(kChoices).subspan<1>();
enum : std::size_t { kStickyTurn, kPctTurn, kListTurn, kPosTurn, kSurwTurn, kReadsFromTurn };

std::uint64_t key_of(const AccessPair& pair) {
  const std::uint64_t sites = std::uint64_t{pair.earlier} << 32 | pair.later;
  return RandomSource(sites).next() + static_cast<std::uint64_t>(pair.maker) * 3 +
         static_cast<std::uint64_t>(pair.kind);
}

}  // namespace

Portfolio::Portfolio(Options options, const Schema& schema)
    : options_(std::move(options)),
      schema_(schema),
      random_(options_.seed ^ 0x706f7274666f6cULL),
      yields_since_(kNames.size(), 0),
      bandit_(kNames.size()) {
  for (const char* name : kNames) figures_.push_back({.name = name});
}

std::vector<std::string> Portfolio::strategies() { return {std::begin(kChoices), std::end(kChoices)}; }

std::string Portfolio::strategy_names() { return one_of(kChoices); }

Expected<void> Portfolio::check(const Options& options) {
  if (std::ranges::find(kChoices, options.strategy) != std::end(kChoices)) return {};
  return make_error(ErrorCode::kUsage,
                    fmt::format("--strategy is \"{}\", must be {}", options.strategy, strategy_names()));
}

std::size_t Portfolio::size_class(const std::vector<Settings>& calls) const {
  std::uint64_t sum = 0;
  for (const Settings& settings : calls) {
    for (std::size_t i = 0; i < schema_.size(); ++i) {
      // The parameters of a build say little about the amount of work.
      if (schema_[i].role != Role::kBuild) sum += static_cast<std::uint64_t>(schema_.ordinal(i, settings[i]));
    }
  }
  return static_cast<std::size_t>(std::bit_width(sum));
}

// The mean of the nearest size class that has one; the smaller of two that are equally near.
double Portfolio::yields_expected(const std::vector<Settings>& calls) const {
  const std::size_t size = size_class(calls);
  for (std::size_t distance = 0; distance < yields_.size(); ++distance) {
    if (distance <= size && yields_[size - distance] > 0) return yields_[size - distance];
    if (size + distance < yields_.size() && yields_[size + distance] > 0) return yields_[size + distance];
  }
  return kYieldsUnknown;
}

void Portfolio::learn_yields(const std::vector<Settings>& calls, std::uint64_t yields) {
  double& mean = yields_[size_class(calls)];
  const auto seen = static_cast<double>(yields);
  mean = mean > 0 ? mean + kMeanWeight * (seen - mean) : seen;
}

std::size_t Portfolio::next_strategy() {
  if (options_.strategy != "portfolio") {
    return static_cast<std::size_t>(std::ranges::find(kNames, options_.strategy) - kNames.begin());
  }
  const std::uint64_t turn = index_ % 8;
  if (index_ < kFixedTurns) return turn < 5 ? kStickyTurn : turn < 7 ? kPctTurn : kListTurn;
  return bandit_.next(random_);
}

// Precondition: `c` has its calls and the schedule that was drawn with them.
Schedule Portfolio::schedule_for(std::size_t strategy, const Case& c) {
  switch (strategy) {
    case kPctTurn: {
      constexpr double kStepsMax = std::numeric_limits<std::uint32_t>::max() - 1;
      const double steps = std::min(yields_expected(c.calls), kStepsMax);
      return DrawnForm{.strategy = DrawnStrategy::kPct,
                       .depth = options_.pct_depth.value_or(3 + static_cast<std::uint32_t>(index_ / 8 % 3)),
                       .steps_expected = static_cast<std::uint32_t>(steps) + 1};
    }
    case kListTurn:
      return std::holds_alternative<SearchForm>(c.schedule) ? c.schedule : SearchForm{};
    case kPosTurn:
      return DrawnForm{DrawnStrategy::kPos};
    case kSurwTurn:
      return DrawnForm{.strategy = DrawnStrategy::kSurw, .interesting = interesting_.next(c.calls, random_)};
    case kReadsFromTurn:
      return DrawnForm{.strategy = DrawnStrategy::kReadsFrom, .constraints = reads_from_.next(random_)};
    default:
      return DrawnForm{DrawnStrategy::kSticky};
  }
}

Case Portfolio::next() {
  Case c = draw_case(schema_, options_.seed, index_);
  c.program = options_.program;
  c.granularity = options_.granularity;
  if (!options_.calls.empty()) c.calls = options_.calls;
  Given given{next_strategy(), c.calls, {}};
  c.schedule = schedule_for(given.strategy, c);
  if (auto* drawn = std::get_if<DrawnForm>(&c.schedule)) {
    drawn->seed = RandomSource(options_.seed * 0x9e3779b97f4a7c15ULL + index_).next();
    given.constraints = drawn->constraints;
  }
  if (given_.size() == kGivenMax) given_.pop_front();
  given_.push_back(std::move(given));
  ++index_;
  return c;
}

void Portfolio::observed(const RunResult& result) {
  if (given_.empty()) return;
  const Given given = std::move(given_.front());
  given_.pop_front();
  const Observation& o = result.observation;
  learn_yields(given.calls, o.yields);

  StrategyFigures& figures = figures_[given.strategy];
  double reward = 0;
  if (classes_.size() < kClassesMax && classes_.insert(o.reads_from_digest).second) {
    ++figures.new_classes;
    reward += 1;
  }
  for (const AccessPair& pair : o.access_pairs) {
    if (pairs_.size() == kClassesMax || !pairs_.insert(key_of(pair)).second) continue;
    ++figures.new_pairs;
    reward += kPairReward;
  }
  if (result.verdict.failure) {
    ++figures.failures;
    if (buckets_.insert(bucket_of(*result.verdict.failure)).second) reward += kBucketReward;
  }
  ++figures.runs;
  figures.yields += o.yields;
  yields_since_[given.strategy] += o.yields + 1;
  bandit_.observed(given.strategy, reward, static_cast<double>(o.yields + 1));
  reads_from_.observed(given.constraints, o);
  interesting_.observed(given.calls, o.event_counts);
}

void Portfolio::took(double seconds) {
  const auto total = static_cast<double>(std::accumulate(yields_since_.begin(), yields_since_.end(), std::uint64_t{0}));
  for (std::size_t i = 0; i < figures_.size(); ++i) {
    if (total > 0) figures_[i].seconds += seconds * static_cast<double>(yields_since_[i]) / total;
    yields_since_[i] = 0;
  }
}

std::vector<StrategyFigures> Portfolio::figures() const {
  std::vector<StrategyFigures> used = figures_;
  std::erase_if(used, [](const StrategyFigures& f) { return f.runs == 0; });
  return used;
}

Expected<std::vector<RunResult>> SearchLoop::next_batch() {
  std::vector<Case> cases;
  for (std::size_t i = 0; i < batch_; ++i) cases.push_back(portfolio_.next());
  batch_ = std::min(2 * batch_, kBatchMax);
  const auto start = std::chrono::steady_clock::now();
  auto results = run_cases(target_, cases, {});
  if (!results) return results;
  for (const RunResult& result : *results) portfolio_.observed(result);
  portfolio_.took(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return results;
}

std::uint64_t launches_of(const RunResult& result) {
  const Observation& o = result.observation;
  if (o.not_launched.empty()) return std::max<std::uint64_t>(o.launches.size(), 1);
  return static_cast<std::uint64_t>(
      std::ranges::count_if(o.launches, [](const LaunchObservation& l) { return !l.raised; }));
}

}  // namespace straylane
