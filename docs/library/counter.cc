#include "counter.h"

#include "targets/worker/run_on_interleaver.h"

using namespace straylane;

namespace {

constexpr std::size_t kThreads = 0;  // places in the schema
constexpr std::size_t kRounds = 1;
enum CounterSite : std::uint32_t { kRead, kWrite };

// Where the yield points are: file, function, statement, occurrence, line.
const std::vector<Site> kSites = {{"counter.cc", "add", "seen = value", 0, 1},
                                  {"counter.cc", "add", "value = seen + 1", 0, 2}};

std::optional<Failure> lost_update(const Case& c, const Observation& observation) {
  for (const Output& output : observation.outputs) {
    const Settings& settings = c.calls[output.call];
    if (output.at<std::int64_t>(0) == settings[kThreads] * settings[kRounds]) continue;
    return Failure{.message = "an update was lost", .function = "add"};
  }
  return std::nullopt;
}

// Runs the calls of one case on the interleaver.
class CounterRun {
 public:
  explicit CounterRun(Interleaver& interleaver) : interleaver_(interleaver) {}

  void run(const std::vector<Settings>& calls) {
    for (std::uint32_t call = 0; call < calls.size(); ++call) {
      value_ = 0;
      threads_.clear();
      rounds_ = calls[call][kRounds];
      launches_.push_back({.call = call, .kernel = "add"});
      for (std::int32_t i = 0; i < calls[call][kThreads]; ++i) {
        const ThreadId id{static_cast<std::int32_t>(call), i};
        launches_.back().threads.push_back({.id = id, .thread_index = i});
        threads_.push_back(interleaver_.spawn(id, [](void* self) { static_cast<CounterRun*>(self)->add(); }, this));
      }
      for (const ThreadIndex thread : threads_) {
        while (!interleaver_.ended(thread)) {
          if (!interleaver_.block(Interleaver::end_of(thread))) return;  // the run was given up
        }
      }
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(&value_);
      outputs_.push_back({.call = call,
                          .name = "value",
                          .type = ElementType::kInt64,
                          .shape = {1},
                          .bytes = {bytes, bytes + sizeof value_}});
    }
  }

  void report(Observation& observation) {
    observation.launches = std::move(launches_);
    observation.outputs = std::move(outputs_);
  }

 private:
  // What each thread does. The bug: another thread may run between the read and the write.
  void add() {
    for (std::int64_t round = 0; round < rounds_; ++round) {
      if (!interleaver_.yield_point(kRead)) return;
      const std::int64_t seen = value_;
#ifndef COUNTER_FIXED
      if (!interleaver_.yield_point(kWrite)) return;
#endif
      value_ = seen + 1;
    }
  }

  Interleaver& interleaver_;
  std::int64_t value_ = 0;
  std::int64_t rounds_ = 0;
  std::vector<ThreadIndex> threads_;
  std::vector<LaunchObservation> launches_;
  std::vector<Output> outputs_;
};

Program make_program() {
  auto schema = Schema::make(
      {{.name = "threads", .min = 1, .max = 8, .usual = 4, .edges = {{.number = 1}, {.number = 2}}, .byte_max = 8},
       {.name = "rounds", .min = 0, .max = 4, .usual = 1, .edges = {{.number = 0}}, .byte_max = 4}});
  return {.name = "counter",
          .schema = schema.value(),
          .oracles = {{"no-lost-update", "The counter is the number of updates.", lost_update}}};
}

}  // namespace

const Program& counter_program() {
  static const Program program = make_program();
  return program;
}

CounterTarget::CounterTarget() {
  info_.name = "counter";
  info_.program = counter_program();
  info_.cannot_confirm = "the counter is not a system of its own";
}

Expected<std::vector<Observation>> CounterTarget::run(std::span<const Case> cases, const RunOptions& options) {
  std::vector<Observation> observations;
  for (const Case& c : cases) {
    CounterRun program(interleaver_);
    observations.push_back(run_on_interleaver(interleaver_, kSites, c, options, program));
  }
  return observations;
}
