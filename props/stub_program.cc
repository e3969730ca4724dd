#include "props/stub_program.h"

#include <fmt/format.h>

#include <deque>
#include <stdexcept>
#include <utility>

#include "targets/worker/run_on_interleaver.h"

namespace straylane {
namespace {

constexpr std::size_t kRows = 0;  // places in the schema
constexpr std::size_t kLaneWidth = 1;
constexpr std::size_t kDepth = 2;
constexpr std::int64_t kRowsMax = 64;

enum ShelfSite : std::uint32_t { kStart, kRead, kTake, kPut };

const std::vector<Site>& shelf_sites() {
  static const std::vector<Site> sites = {{"shelf.cc", "fill", "start(row);", 0, 4, "call"},
                                          {"shelf.cc", "put", "int place = next;", 0, 10, "call"},
                                          {"shelf.cc", "put", "next = place + 1;", 0, 11, "call"},
                                          {"shelf.cc", "put", "shelf[place] = number;", 0, 12, "call"}};
  return sites;
}

std::optional<Failure> empty_place(const Case&, const Observation& observation) {
  for (const Output& output : observation.outputs) {
    for (std::size_t place = 0; place < output.count(); ++place) {
      if (output.at<std::int32_t>(place) != 0) continue;
      return Failure{.message = fmt::format("shelf[{}] is empty", place), .function = "put"};
    }
  }
  return std::nullopt;
}

// The calls of one case. Every function with a yield point returns false if the run has been given up.
class ShelfRun {
 public:
  ShelfRun(Interleaver& interleaver, bool events) : interleaver_(interleaver), events_(events) {}

  void run(const std::vector<Settings>& calls) {
    for (std::uint32_t call = 0; call < calls.size(); ++call) {
      const bool alive = fill(call, calls[call]);
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(shelf_.data());
      outputs_.push_back({.call = call,
                          .name = "shelf",
                          .type = ElementType::kInt32,
                          .shape = {std::ssize(shelf_)},
                          .bytes = {bytes, bytes + shelf_.size() * sizeof(std::int32_t)}});
      if (!alive) return;
    }
  }

  void report(Observation& observation) {
    observation.launches = std::move(launches_);
    observation.outputs = std::move(outputs_);
    observation.events = std::move(seen_);
  }

 private:
  struct Row {
    ShelfRun* run;
    std::int32_t number;  // 1 and up
    ThreadIndex thread = 0;
  };

  bool fill(std::uint32_t call, const Settings& settings) {
    const std::int64_t rows = settings[kRows];
    const auto width = static_cast<std::int32_t>(settings[kLaneWidth]);
    racy_ = settings[kDepth] >= 3 && width == 64;
    next_ = 0;
    shelf_.assign(static_cast<std::size_t>(rows), 0);
    LaunchObservation launch{.call = call,
                             .kernel = "fill",
                             .grid = {static_cast<std::int32_t>((rows + width - 1) / width)},
                             .block = {width}};
    for (std::int32_t row = 0; row < rows; ++row) {
      launch.threads.push_back({.id = {static_cast<std::int32_t>(call), row}, .thread_index = row});
    }
    launches_.push_back(std::move(launch));
    const std::size_t first = rows_.size();
    for (const ThreadOutcome& thread : launches_.back().threads) {
      rows_.push_back({this, static_cast<std::int32_t>(thread.thread_index) + 1});
      rows_.back().thread = interleaver_.spawn(thread.id, &ShelfRun::entry, &rows_.back());
      if (!interleaver_.yield_point(kStart)) return false;
    }
    for (std::size_t i = first; i < rows_.size(); ++i) {
      while (!interleaver_.ended(rows_[i].thread)) {
        if (!interleaver_.block(Interleaver::end_of(rows_[i].thread))) return false;
      }
    }
    return true;
  }

  static void entry(void* argument) {
    const Row& row = *static_cast<Row*>(argument);
    row.run->put(row.number);
  }

  void put(std::int32_t number) {
    if (!interleaver_.yield_point(kRead)) return;
    const std::size_t place = next_;
    see(Event::Kind::kRead, kRead, "", std::to_string(place));
    if (racy_ && !interleaver_.yield_point(kTake)) return;
    see(Event::Kind::kWrite, kTake, std::to_string(next_), std::to_string(place + 1));
    next_ = place + 1;
    if (!interleaver_.yield_point(kPut)) return;
    shelf_.at(place) = number;
  }

  void see(Event::Kind kind, ShelfSite site, std::string before, std::string after) {
    if (!events_ || !interleaver_.active()) return;
    seen_.push_back({kind, interleaver_.current_id(), static_cast<std::uint32_t>(interleaver_.trace().size()),
                     shelf_sites()[site], "next", std::move(before), std::move(after)});
  }

  Interleaver& interleaver_;
  bool events_;
  bool racy_ = false;
  std::size_t next_ = 0;
  std::vector<std::int32_t> shelf_;
  std::deque<Row> rows_;  // of all calls; addresses are what the fibers hold
  std::vector<LaunchObservation> launches_;
  std::vector<Output> outputs_;
  std::vector<Event> seen_;
};

Program make_program() {
  auto schema = Schema::make({{.name = "rows",
                               .min = 1,
                               .max = kRowsMax,
                               .usual = 8,
                               .edges = {{.number = 1}, {.number = 32}, {.number = kRowsMax}},
                               .byte_max = kRowsMax},
                              {.name = "lane_width", .values = {32, 64, 128}, .usual = 32, .role = Role::kShape},
                              {.name = "depth",
                               .min = 0,
                               .max = kRowsMax,
                               .max_is = kRows,
                               .usual = 2,
                               .edges = {{.number = 0}, {.parameter = kRows}},
                               .role = Role::kBuild,
                               .byte_max = kRowsMax}});
  if (!schema) throw std::logic_error(schema.error().message);
  return {.name = "shelf",
          .schema = std::move(*schema),
          .oracles = {{"shelf-full", "No place of the shelf is empty.", empty_place}}};
}

}  // namespace

const Program& shelf_program() {
  static const Program program = make_program();
  return program;
}

ShelfTarget::ShelfTarget() {
  info_.name = "shelf";
  info_.program = shelf_program();
  info_.cannot_confirm = "a shelf has no stock system";
  info_.sources = {.entry = "shelf.cc", .roots = {{"", "shelf/", "STRAYLANE"}}};
  info_.notes = {"a C++ program on the interleaver, for tests"};
}

Expected<std::vector<Observation>> ShelfTarget::run(std::span<const Case> cases, const RunOptions& options) {
  std::vector<Observation> observations;
  observations.reserve(cases.size());
  for (const Case& c : cases) {
    if (!c.program.empty() && c.program != info_.program.name) {
      return make_error(ErrorCode::kUnsupported, fmt::format("the shelf has no program \"{}\"", c.program));
    }
    ShelfRun run(interleaver_, options.events);
    observations.push_back(run_on_interleaver(interleaver_, shelf_sites(), c, options, run));
  }
  return observations;
}

}  // namespace straylane
