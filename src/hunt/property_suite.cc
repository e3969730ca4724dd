#include "hunt/property_suite.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "generate/case_generator.h"
#include "os/interrupt.h"

namespace straylane {
namespace {

// What the properties share while one of them runs.
struct Context {
  Target& target;
  PropertyResult& result;
  std::optional<Error> broken;  // the target or the disk failed: no property is to blame
};

class Silent final : public rc::detail::TestListener {
  void onTestCaseFinished(const rc::detail::CaseDescription&) override {}
  void onShrinkTried(const rc::detail::CaseDescription&, bool) override {}
  void onTestFinished(const rc::detail::TestMetadata&, const rc::detail::TestResult&) override {}
};

// RapidCheck says on stderr how it is configured when it first looks: not a line of ours.
void keep_rapidcheck_quiet() {
  std::cerr.setstate(std::ios::failbit);
  rc::detail::configuration();
  std::cerr.clear();
}

void fail(Context& context, const std::string& why) {
  if (context.result.detail.empty()) context.result.detail = why;
  RC_FAIL(why);
}

void stop(Context& context, const Error& error) {
  context.broken = error;
  RC_FAIL(error.message);
}

// The next case, from the strata in turn, counted.
Case drawn(Context& context) {
  if (interrupt_signal != 0) stop(context, {ErrorCode::kInterrupted, "interrupted"});
  const Case c = *case_generator(stratum_of(context.result.cases));
  ++context.result.cases;
  context.result.classes.add(c.launches.front());
  return c;
}

RunResult run(Context& context, const Case& c, const RunOptions& options = {}) {
  auto result = run_case(context.target, c, options);
  if (!result) stop(context, result.error());
  return std::move(*result);
}

void meets_every_oracle(Context& context) {
  RunResult result = run(context, drawn(context));
  if (result.verdict.kind == VerdictKind::kUnsupported) context.result.unsupported = result.verdict.reason;
  if (!result.verdict.failure) return;
  const Failure& f = *result.verdict.failure;
  const std::string what =
      fmt::format("{}: {}{}{}", f.oracle, f.exception_type, f.exception_type.empty() ? "" : ": ", f.message);
  context.result.failing = std::move(result);
  fail(context, what);
}

void same_case_same_trace(Context& context) {
  const Case c = drawn(context);
  const Observation once = run(context, c).observation;
  const Observation again = run(context, c).observation;
  if (once != again) fail(context, fmt::format("trace {:016x}, then {:016x}", once.trace_digest, again.trace_digest));
}

void recorded_form_replays(Context& context) {
  const RunResult once = run(context, drawn(context));
  const RunResult again = run(context, once.recorded, {.strict = true});
  if (again.observation.end == RunEnd::kRefused) fail(context, again.observation.end_detail);
  if (once.observation.trace_digest != again.observation.trace_digest) {
    fail(context,
         fmt::format("trace {:016x}, replayed {:016x}", once.observation.trace_digest, again.observation.trace_digest));
  }
}

// Launches of one case share no state: each gives what it gives alone. Under the default schedule, which raises
// nothing.
void rebuilt_factories_share_nothing(Context& context) {
  Case both = drawn(context);
  both.schedule = SearchForm{};
  both.launches = {both.launches.front(), *settings_generator()};
  const RunResult together = run(context, both);
  for (std::size_t i = 0; i < both.launches.size(); ++i) {
    Case alone = both;
    alone.launches = {both.launches[i]};
    const RunResult one = run(context, alone);
    const bool made = i < together.observation.launches.size();
    if (!made || together.observation.launches[i].output != one.observation.launches[0].output) {
      fail(context, fmt::format("launch {} of two gives another output than alone", i));
    }
  }
}

void invalid_settings_build_nothing(Context& context) {
  struct Wrong {
    std::int64_t Settings::*field;
    const char* name;
    std::int64_t max;
    std::int64_t min;
  };
  const Settings valid = drawn(context).launches.front();
  static const std::vector<Wrong> kFields = {{&Settings::array_size, "array_size", bounds::kArraySizeMax, 1},
                                             {&Settings::buffer_size, "buffer_size", bounds::kBufferSizeMax, 1},
                                             {&Settings::n_threads, "n_threads", -1, 0},
                                             {&Settings::block_size, "block_size", bounds::kBlockSizeMax, 1}};
  const Wrong& wrong = *rc::gen::elementOf(kFields);
  const std::int64_t max = wrong.max < 0 ? valid.array_size : wrong.max;
  const std::int64_t value =
      *rc::gen::element<std::int64_t>(wrong.min - 1, max + 1, -1, std::int64_t{1} << 31, INT64_MIN);
  Case c;
  c.launches = {valid};
  c.launches[0].*wrong.field = value;
  const auto result = run_case(context.target, c, {});
  if (result || result.error().code != ErrorCode::kOutOfRange ||
      result.error().message.find(fmt::format("{} is {}", wrong.name, value)) == std::string::npos) {
    fail(context, fmt::format("{} = {}: {}", wrong.name, value, result ? "was run" : result.error().message));
  }
}

struct Property {
  const char* name;
  void (*check)(Context&);
  bool draws_edges;    // the classes of settings must be covered
  bool is_of_traces;   // says something only where the schedule is under control
  bool is_of_outputs;  // says something only where cases are launched
};

constexpr Property kProperties[] = {
    {"invalid-settings-build-nothing", invalid_settings_build_nothing, false, false, false},
    {"same-case-same-trace", same_case_same_trace, true, true, true},
    {"recorded-form-replays", recorded_form_replays, true, true, true},
    {"rebuilt-factories-share-nothing", rebuilt_factories_share_nothing, false, false, true},
    {"launch-meets-every-oracle", meets_every_oracle, true, false, false},
};

Expected<PropertyResult> check(Target& target, const Property& property, const PropertyOptions& options) {
  PropertyResult result;
  result.name = property.name;
  Context context{target, result, std::nullopt};
  rc::detail::TestParams params;
  params.seed = options.seed;
  params.maxSuccess = static_cast<int>(options.max_success);
  params.disableShrinking = true;
  rc::detail::TestMetadata metadata;
  metadata.id = property.name;
  Silent silent;
  const auto start = std::chrono::steady_clock::now();
  const rc::detail::TestResult outcome =
      rc::detail::checkTestable([&] { property.check(context); }, metadata, params, silent);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (context.broken) return tl::unexpected(*context.broken);
  result.passed = outcome.template is<rc::detail::SuccessResult>();
  if (result.passed && property.draws_edges) {
    if (const auto floor = result.classes.below_floor(result.cases)) {
      result.passed = false;
      result.detail = "not covered: " + *floor;
    }
  }
  if (!result.passed) result.unsupported.clear();
  if (!result.unsupported.empty()) {
    result.passed = false;
    result.detail = "not launched: " + result.unsupported;
  }
  if (!result.passed && result.detail.empty()) result.detail = "gave up";
  return result;
}

}  // namespace

std::vector<std::string> property_names() {
  std::vector<std::string> names;
  for (const Property& property : kProperties) names.emplace_back(property.name);
  return names;
}

Expected<void> run_properties(Target& target, const PropertyOptions& options,
                              const std::function<void(const std::string& name)>& started,
                              std::vector<PropertyResult>& results) {
  keep_rapidcheck_quiet();
  for (const Property& property : kProperties) {
    if (std::string(property.name).find(options.filter) == std::string::npos) continue;
    if (property.is_of_traces && !target.info().controlled) continue;
    if (property.is_of_outputs && !target.info().cannot_launch.empty()) continue;
    started(property.name);
    auto result = check(target, property, options);
    if (!result) return tl::unexpected(result.error());
    results.push_back(std::move(*result));
  }
  if (results.empty()) {
    return make_error(ErrorCode::kUsage, fmt::format("--filter \"{}\" leaves no property; there are {}", options.filter,
                                                     fmt::join(property_names(), ", ")));
  }
  return {};
}

}  // namespace straylane
