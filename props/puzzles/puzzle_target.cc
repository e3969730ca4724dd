#include "props/puzzles/puzzle_target.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "interleave/strategy_factory.h"
#include "targets/worker/observe.h"

namespace straylane {
namespace {

constexpr std::uint32_t kSpawnSite = 1;  // below those of source lines
constexpr std::uint32_t kUnknownSite = UINT32_MAX;

const PuzzleKind* find_kind(std::string_view name) {
  const auto& kinds = puzzle_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(), [name](const PuzzleKind& k) { return k.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

class Launcher {
 public:
  Launcher(Interleaver& interleaver, Puzzle& puzzle) : interleaver_(interleaver), puzzle_(puzzle) {}

  void run(int count, bool spawned) {
    launch_.block.x = count;
    threads_.resize(static_cast<std::size_t>(count));
    launch_.threads.resize(threads_.size());
    for (int i = 0; i < count; ++i) {
      const auto place = static_cast<std::size_t>(i);
      const ThreadId id{0, i};
      launch_.threads[place].id = id;
      launch_.threads[place].thread_index = i;
      threads_[place] = {this, i, interleaver_.spawn(id, &Launcher::entry, &threads_[place])};
      if (spawned && !interleaver_.yield_point(kSpawnSite)) return;
    }
    for (const Thread& thread : threads_) {
      while (!interleaver_.ended(thread.started)) {
        if (!interleaver_.block(Interleaver::end_of(thread.started))) return;
      }
    }
  }
  // To be called after the drain.
  LaunchObservation take() { return std::move(launch_); }

 private:
  struct Thread {
    Launcher* launcher = nullptr;
    int index = 0;
    ThreadIndex started = 0;
  };

  static void entry(void* argument) {
    const auto& thread = *static_cast<Thread*>(argument);
    thread.launcher->run_thread(thread.index);
  }

  void run_thread(int index) {
    std::optional<std::string> failed;
    try {
      puzzle_.thread(index);
    } catch (const AssertionFailed& failure) {
      failed = failure.what;
    } catch (const Unwound&) {
    }
    if (!failed) return;
    ThreadOutcome& outcome = launch_.threads[static_cast<std::size_t>(index)];
    outcome.exception = ThrownException{"AssertionFailed", *failed, "thread"};
    outcome.exception_order = 1;
    launch_.raised = *outcome.exception;
    interleaver_.give_up(RunEnd::kCompleted, "");  // the rest of the run would show nothing more
  }

  Interleaver& interleaver_;
  Puzzle& puzzle_;
  std::vector<Thread> threads_;
  LaunchObservation launch_;
};

}  // namespace

PuzzleTarget::PuzzleTarget() {
  info_.name = "puzzle";
  info_.program.name = "puzzle";
  info_.notes = {"C++ programs on the interleaver, for measuring strategies"};
}

Observation PuzzleTarget::run_one(const PuzzleKind& kind, bool spawned, const Case& c, const RunOptions& options) {
  PuzzleSites& sites = sites_[kind.name];
  const SiteNumber site_number = [&sites](const Site& site) {
    const auto found = sites.find(site.occurrence);
    return found != sites.end() && found->second == site ? found->first : kUnknownSite;
  };
  const SiteOf site_of = [&sites](std::uint32_t number) {
    const auto found = sites.find(number);
    return found != sites.end() ? found->second : Site{.file = "puzzles", .statement = "start", .occurrence = number};
  };
  const auto strategy = make_strategy(c.schedule, options.strict, site_number, site_of);
  PuzzleRun run(interleaver_, sites);
  const std::unique_ptr<Puzzle> puzzle = kind.make(run);
  Launcher launcher(interleaver_, *puzzle);
  interleaver_.begin(*strategy, {.steps_max = options.steps_max, .trace = options.trace});
  launcher.run(kind.threads, spawned);
  interleaver_.drain();
  Observation observation = observe_run(interleaver_, *strategy, site_of);
  observation.launches.push_back(launcher.take());
  return observation;
}

Expected<std::vector<Observation>> PuzzleTarget::run(std::span<const Case> cases, const RunOptions& options) {
  std::vector<Observation> observations;
  observations.reserve(cases.size());
  for (const Case& c : cases) {
    const bool spawned = c.program.ends_with(kSpawned);
    const std::string name = c.program.substr(0, c.program.size() - (spawned ? std::string_view(kSpawned).size() : 0));
    const PuzzleKind* kind = find_kind(name);
    if (kind == nullptr) return make_error(ErrorCode::kUnsupported, fmt::format("there is no puzzle \"{}\"", name));
    observations.push_back(run_one(*kind, spawned, c, options));
  }
  return observations;
}

Case puzzle_case(const PuzzleKind& kind, bool spawned, Schedule schedule) {
  Case c;
  c.target = "puzzle";
  c.program = kind.name + (spawned ? kSpawned : "");
  c.calls = {Settings{}};
  c.schedule = std::move(schedule);
  return c;
}

}  // namespace straylane
