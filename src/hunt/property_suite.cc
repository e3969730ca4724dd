#include "hunt/property_suite.h"

#include <fmt/format.h>
#include <rapidcheck.h>

#include <chrono>

#include "generate/case_generator.h"
#include "os/interrupt.h"

namespace straylane {
namespace {

// How the case that a property drew violates it; empty if it does not. An error is about the target or the disk, and
// not the fault of a property.
using Objection = Expected<std::string>;

// The target that a property is checked on, its result so far, and the source of its cases.
struct Context {
  Target& target;
  PropertyResult& result;
  const std::uint64_t seed;
  rc::Random random{seed};  // for everything that is drawn besides the cases

  const Schema& schema() const { return target.info().program.schema; }
  // Draws the next case, from the strata in turn, and counts it.
  Case next_case() {
    const Case c = draw_case(schema(), seed, result.cases);
    ++result.cases;
    result.classes.add(c.calls.front());
    return c;
  }
  template <class T>
  T draw(const rc::Gen<T>& generator) {
    return generator(random.split(), rc::kNominalSize).value();
  }
  Expected<RunResult> run(const Case& c, const RunOptions& options = {}) { return run_case(target, c, options); }
};

Objection meets_every_oracle(Context& context) {
  auto result = context.run(context.next_case());
  if (!result) return tl::unexpected(result.error());
  if (result->verdict.kind == VerdictKind::kUnsupported) context.result.unsupported = result->verdict.reason;
  if (!result->verdict.failure) return std::string();
  const Failure& f = *result->verdict.failure;
  std::string what = fmt::format("{}: {}", f.oracle, exception_text(f));
  context.result.failing = std::move(*result);
  return what;
}

Objection same_case_same_trace(Context& context) {
  const Case c = context.next_case();
  const auto once = context.run(c);
  const auto again = once.and_then([&](const RunResult&) { return context.run(c); });
  if (!again) return tl::unexpected(again.error());
  if (once->observation == again->observation) return std::string();
  return fmt::format("trace {:016x}, then {:016x}", once->observation.trace_digest, again->observation.trace_digest);
}

Objection recorded_form_replays(Context& context) {
  const auto once = context.run(context.next_case());
  const auto again = once.and_then([&](const RunResult& run) { return context.run(run.recorded, {.strict = true}); });
  if (!again) return tl::unexpected(again.error());
  if (again->observation.end == RunEnd::kRefused) return again->observation.end_detail;
  if (once->observation.trace_digest == again->observation.trace_digest) return std::string();
  return fmt::format("trace {:016x}, replayed {:016x}", once->observation.trace_digest,
                     again->observation.trace_digest);
}

// Gives the outputs of one call of a run, numbered as those of a first call.
std::vector<Output> outputs_of(const Observation& observation, std::uint32_t call) {
  std::vector<Output> outputs;
  for (const Output& output : observation.outputs) {
    if (output.call != call) continue;
    outputs.push_back(output);
    outputs.back().call = 0;
  }
  return outputs;
}

// Checks that the calls of a case share no state: each must give the same outputs as alone. Uses the default schedule,
// under which nothing fails.
Objection calls_share_nothing(Context& context) {
  Case both = context.next_case();
  both.schedule = SearchForm{};
  both.calls = {both.calls.front(), context.draw(settings_generator(context.schema()))};
  const auto together = context.run(both);
  if (!together) return tl::unexpected(together.error());
  for (std::uint32_t i = 0; i < both.calls.size(); ++i) {
    Case alone = both;
    alone.calls = {both.calls[i]};
    const auto one = context.run(alone);
    if (!one) return tl::unexpected(one.error());
    if (outputs_of(together->observation, i) == outputs_of(one->observation, 0)) continue;
    return fmt::format("call {} of two does not give the same output as alone", i);
  }
  return std::string();
}

// Gives values that the parameter does not allow if the earlier parameters are as in `valid`.
std::vector<std::int64_t> wrong_values(const Schema& schema, std::size_t i, const Settings& valid) {
  const Parameter& p = schema[i];
  std::vector<std::int64_t> values = {-1, 0, std::int64_t{1} << 31, INT64_MIN, INT64_MAX};
  if (p.values.empty()) {
    if (p.min > INT64_MIN) values.push_back(p.min - 1);
    const std::int64_t max = schema.value_at(i, schema.ordinal_max(i, valid));
    if (max < INT64_MAX) values.push_back(max + 1);
  }
  std::erase_if(values, [&](std::int64_t value) {
    Settings settings = valid;
    settings[i] = value;
    const auto invalid = schema.first_invalid(settings);
    return !invalid || invalid->field != p.name;
  });
  return values;
}

Objection invalid_settings_build_nothing(Context& context) {
  const Schema& schema = context.schema();
  Case c = context.next_case();
  c.calls.resize(1);
  if (schema.size() == 0) return std::string();
  const auto i = context.draw(rc::gen::inRange<std::size_t>(0, schema.size()));
  const auto values = wrong_values(schema, i, c.calls[0]);
  if (values.empty()) return std::string();  // the parameter takes every number
  const std::int64_t value = context.draw(rc::gen::elementOf(values));
  c.calls[0][i] = value;
  const auto result = context.run(c);
  const bool refused = !result && result.error().code == ErrorCode::kOutOfRange &&
                       result.error().message.find(fmt::format("{} is {}", schema[i].name, value)) != std::string::npos;
  if (refused) return std::string();
  return fmt::format("{} = {}: {}", schema[i].name, value, result ? "was run" : result.error().message);
}

struct Property {
  const char* name;
  Objection (*check)(Context&);
  bool draws_edges;    // the classes of settings must be covered
  bool is_of_traces;   // needs a schedule that is under control
  bool is_of_outputs;  // needs cases to be launched
};

constexpr Property kProperties[] = {
    {"invalid-settings-build-nothing", invalid_settings_build_nothing, false, false, false},
    {"same-case-same-trace", same_case_same_trace, true, true, true},
    {"recorded-form-replays", recorded_form_replays, true, true, true},
    {"calls-share-nothing", calls_share_nothing, false, false, true},
    {kOracleProperty, meets_every_oracle, true, false, false},
};

// Checks cases until one violates the property or there have been enough.
Expected<PropertyResult> check(Target& target, const Property& property, const PropertyOptions& options) {
  const Program& program = target.info().program;
  PropertyResult result{.name = property.name,
                        .classes = ClassCounts(setting_classes(program.schema, program.classes))};
  Context context{target, result, options.seed};
  const auto start = std::chrono::steady_clock::now();
  for (std::uint32_t i = 0; i < options.max_success && result.detail.empty(); ++i) {
    if (interrupt_signal != 0) return make_error(ErrorCode::kInterrupted, "interrupted");
    const auto checked = assign(result.detail, property.check(context));
    if (!checked) return tl::unexpected(checked.error());
  }
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (result.detail.empty() && property.draws_edges) {
    if (const auto floor = result.classes.below_floor(result.cases)) result.detail = "not covered: " + *floor;
  }
  if (!result.detail.empty()) result.unsupported.clear();
  if (!result.unsupported.empty()) result.detail = "not launched: " + result.unsupported;
  result.passed = result.detail.empty();
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
    return make_error(ErrorCode::kUsage, fmt::format("--filter \"{}\" matches no property; there are {}",
                                                     options.filter, fmt::join(property_names(), ", ")));
  }
  return {};
}

}  // namespace straylane
