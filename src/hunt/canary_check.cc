#include "hunt/canary_check.h"

#include <fmt/format.h>

#include "program/canary/canaries.h"
#include "run/run_case.h"

namespace straylane {
namespace {

constexpr std::uint64_t kSteps = 10'000;  // far more than any canary makes

// Gives the cases with one choice at that yield point. For yield 0, gives the one without a choice.
std::vector<Case> cases_of(const Canary& canary, const TargetInfo& target, Granularity granularity,
                           std::uint32_t yield) {
  constexpr ThreadId kMain = ThreadId::main();
  constexpr ThreadId kFirst{0, 0};
  constexpr ThreadId kSecond{0, 1};
  constexpr ThreadId kThird{0, 2};
  Case c;
  c.target = target.name;
  c.program = canary.program;
  c.granularity = granularity;
  c.calls = {canary_settings()};
  c.schedule = RecordedForm{};
  if (yield == 0) return {c};
  std::vector<Case> cases;
  for (const auto& [thread, to] :
       {std::pair{kFirst, kSecond}, std::pair{kFirst, kThird}, std::pair{kSecond, kThird}, std::pair{kThird, kSecond},
        std::pair{kFirst, kMain}, std::pair{kMain, kFirst}, std::pair{kMain, kSecond}}) {
    c.schedule = RecordedForm{{.thread = thread, .yield = yield, .to = to}};
    cases.push_back(c);
  }
  return cases;
}

bool finds(const Canary& canary, const RunResult& result) {
  if (result.verdict.kind != VerdictKind::kFail) return false;
  const RecordedForm& choices = result.observation.choices;
  const std::string statement = canary.statement;
  return statement.empty() ||
         (choices.size() == 1 && choices[0].site && choices[0].site->statement.find(statement) != std::string::npos);
}

}  // namespace

Expected<std::vector<CanaryResult>> check_canaries(Target& target, Granularity granularity) {
  const TargetInfo& info = target.info();
  std::vector<CanaryResult> results;
  if (!info.controlled || !info.cannot_launch.empty()) return results;
  for (const Canary& canary : canaries_of(info.canaries, granularity)) {
    CanaryResult result{.primitive = canary.primitive};
    for (std::uint32_t yield = 0; yield <= kCanaryYields && !result.found; ++yield) {
      auto runs = run_cases(target, cases_of(canary, info, granularity, yield), {.steps_max = kSteps});
      if (!runs) return tl::unexpected(runs.error());
      for (auto run = runs->begin(); run != runs->end() && !result.found; ++run) {
        ++result.schedules;
        result.found = finds(canary, *run);
      }
    }
    results.push_back(std::move(result));
  }
  return results;
}

Expected<void> all_found(const std::vector<CanaryResult>& results, const std::string& target) {
  std::vector<std::string> missing;
  std::uint32_t schedules = 0;
  for (const CanaryResult& result : results) {
    if (result.found) continue;
    missing.push_back(result.primitive);
    schedules = result.schedules;
  }
  if (missing.empty()) return {};
  return make_error(
      ErrorCode::kInternal,
      fmt::format("target {}: the schedule is not controlled at: {} (canary: a planted race was not found "
                  "in {} schedules); a clean result would show nothing",
                  target, fmt::join(missing, ", "), schedules));
}

}  // namespace straylane
