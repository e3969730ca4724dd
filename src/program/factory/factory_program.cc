#include "program/factory/factory_program.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

constexpr std::size_t kArraySize = 0;  // its place in the schema
constexpr std::int64_t kWarp = 32;
// Bounds for bytes and generators. They keep launches small, and allow one build to be kept for every buffer_size.
constexpr std::int64_t kArraySizeByteMax = 256;
constexpr std::int64_t kBufferSizeByteMax = 1'024;
constexpr std::int64_t kBlockSizeByteMax = 64;

Schema make_schema() {
  const FactorySettings usual;
  auto schema = Schema::make({{.name = "array_size",
                               .min = 1,
                               .max = kArraySizeMax,
                               .usual = usual.array_size,
                               .edges = {{.number = 1}, {.number = kWarp}, {.number = 2 * kWarp}},
                               .byte_max = kArraySizeByteMax},
                              {.name = "buffer_size",
                               .min = 1,
                               .max = kBufferSizeMax,
                               .usual = usual.buffer_size,
                               .edges = {{.number = 1}, {.number = 256}, {.number = kBufferSizeByteMax}},
                               .role = Role::kBuild,
                               .byte_max = kBufferSizeByteMax},
                              {.name = "n_threads",
                               .min = 0,
                               .max = kArraySizeMax,
                               .max_is = kArraySize,
                               .usual = usual.n_threads,
                               .edges = {{.number = 0}, {.number = 1}, {.parameter = kArraySize}},
                               .byte_max = kArraySizeByteMax},
                              {.name = "block_size",
                               .min = 1,
                               .max = kBlockSizeMax,
                               .usual = usual.block_size,
                               .edges = {{.number = 1}, {.number = kWarp}, {.parameter = kArraySize}},
                               .role = Role::kShape,
                               .byte_max = kBlockSizeByteMax}});
  if (!schema) throw std::logic_error(schema.error().message);
  return *schema;
}

std::optional<Failure> stray_lane(const Case& c, const Observation& observation) {
  for (const LaunchObservation& launch : observation.launches) {
    const std::int64_t n_threads = FactorySettings::of(c.calls.at(launch.call)).n_threads;
    for (const ThreadOutcome& thread : launch.threads) {
      if (!thread.passed_guard || thread.thread_index < n_threads) continue;
      return Failure{.message = "a thread whose index is n_threads or more went on behind the guard",
                     .function = thread.first_after_guard ? thread.first_after_guard->function : "",
                     .thread = thread.id};
    }
  }
  return std::nullopt;
}

// Does not judge launches that raised: their output is undefined.
std::optional<Failure> wrong_prefix(const Case& c, const Observation& observation) {
  for (const Output& output : observation.outputs) {
    const auto settings = FactorySettings::of(c.calls.at(output.call));
    const bool raised = std::ranges::any_of(
        observation.launches, [&](const LaunchObservation& l) { return l.call == output.call && l.raised; });
    if (raised) continue;
    const auto size = static_cast<std::int64_t>(output.count());
    if (output.type != ElementType::kFloat32 || size != settings.array_size) {
      return Failure{.message = fmt::format("output has {} elements, must have {}", size, settings.array_size)};
    }
    for (std::int64_t k = 0; k < settings.array_size; ++k) {
      const auto value = output.at<float>(static_cast<std::size_t>(k));
      const float wanted = k < settings.n_threads ? 1.0F : 0.0F;
      if (value == wanted) continue;  // false for a NaN
      return Failure{
          .message = fmt::format("output[{}] is {}, must be {} (n_threads {})", k, value, wanted, settings.n_threads),
          .facts = {{"thread_index", k}, {"n_threads", settings.n_threads}},
          // A stock system may have another wrong value there. Only here is unwritten memory poisoned.
          .on_stock = fmt::format(", must be {}", wanted)};
    }
  }
  return std::nullopt;
}

// Says whether the failing thread should have returned: whether its index is n_threads or more.
void annotate(const Case& c, const Observation& observation, Failure& failure) {
  if (!failure.thread || failure.thread->is_main()) return;
  const auto launch = static_cast<std::size_t>(failure.thread->launch);
  if (launch >= observation.launches.size()) return;
  const std::int64_t n_threads = FactorySettings::of(c.calls.at(observation.launches[launch].call)).n_threads;
  const std::int64_t index = failure.thread->index;
  failure.facts = {{"thread_index", index}, {"n_threads", n_threads}, {"stray", index >= n_threads ? 1 : 0}};
}

}  // namespace

const Program& factory_program() {
  static const Program program{
      .name = "factory",
      .schema = make_schema(),
      .oracles = {{kStrayLane, "No thread with an index of n_threads or more goes on after the guard.", stray_lane},
                  {"prefix-invariant", "The first n_threads elements of the output are 1, the rest 0.", wrong_prefix}},
      .classes = {{"blocks>1", [](const Settings& s) { return FactorySettings::of(s).blocks() > 1; }}},
      .hypothesis = Hypothesis{.name = "stray lane",
                               .fact = "stray",
                               .question = "Is it a stray lane, a thread that ran on where it should have returned?",
                               .holds = "a stray lane: it should have returned",
                               .fails = "not a stray lane: it was meant to run",
                               .counted = "had a failing thread at or above n_threads"},
      .annotate = annotate};
  return program;
}

}  // namespace straylane
