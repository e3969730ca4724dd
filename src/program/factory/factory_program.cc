#include "program/factory/factory_program.h"

#include <stdexcept>

#include "program/factory/factory_oracles.h"
#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

constexpr std::size_t kArraySize = 0;  // its place in the schema
constexpr std::int64_t kWarp = 32;
// Bounds of what bytes and generators give: a launch stays small, and a build for every buffer_size can be kept.
constexpr std::int64_t kArraySizeByteMax = 256;
constexpr std::int64_t kBufferSizeByteMax = 1'024;
constexpr std::int64_t kBlockSizeByteMax = 64;

Schema make_schema() {
  const FactorySettings usual;
  auto schema = Schema::make({{.name = "array_size",
                               .min = 1,
                               .max = bounds::kArraySizeMax,
                               .usual = usual.array_size,
                               .edges = {{.number = 1}, {.number = kWarp}, {.number = 2 * kWarp}},
                               .byte_max = kArraySizeByteMax},
                              {.name = "buffer_size",
                               .min = 1,
                               .max = bounds::kBufferSizeMax,
                               .usual = usual.buffer_size,
                               .edges = {{.number = 1}, {.number = 256}, {.number = kBufferSizeByteMax}},
                               .role = Role::kBuild,
                               .byte_max = kBufferSizeByteMax},
                              {.name = "n_threads",
                               .min = 0,
                               .max = bounds::kArraySizeMax,
                               .max_is = kArraySize,
                               .usual = usual.n_threads,
                               .edges = {{.number = 0}, {.number = 1}, {.parameter = kArraySize}},
                               .byte_max = kArraySizeByteMax},
                              {.name = "block_size",
                               .min = 1,
                               .max = bounds::kBlockSizeMax,
                               .usual = usual.block_size,
                               .edges = {{.number = 1}, {.number = kWarp}, {.parameter = kArraySize}},
                               .role = Role::kShape,
                               .byte_max = kBlockSizeByteMax}});
  if (!schema) throw std::logic_error(schema.error().message);
  return *schema;
}

// Whether the failing thread is one that should have returned: its index is n_threads or more.
void annotate(const Case& c, const Observation& observation, Failure& failure) {
  if (!failure.thread || failure.thread->is_main()) return;
  const auto launch = static_cast<std::size_t>(failure.thread->launch);
  if (launch >= observation.launches.size()) return;
  const LaunchObservation& observed = observation.launches[launch];
  const std::int64_t n_threads = FactorySettings::of(c.calls.at(observed.call)).n_threads;
  const std::int64_t index = failure.thread->index;
  failure.facts = {{"thread_index", index}, {"n_threads", n_threads}, {"stray", index >= n_threads ? 1 : 0}};
}

}  // namespace

const Program& factory_program() {
  static const Program program{
      .name = "factory",
      .schema = make_schema(),
      .oracles = factory_oracles(),
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
