#include "report/finding_record.h"

#include <fmt/format.h>

#include <set>

#include "report/outside_text.h"

namespace straylane {
namespace {

constexpr std::size_t kStatementWidth = 100;
constexpr std::size_t kSentencesMax = 12;

// Where a thread stands, for a sentence: "after a call in swapped_cuda_module (kernelapi.py:430)".
std::string place_text(const Site& site) {
  const std::string& kind = site.kind;
  const char* where = kind == "entry"                     ? "at the start of"
                      : kind == "enter"                   ? "before a call in"
                      : kind == "call"                    ? "after a call in"
                      : kind == "loop" || kind == "while" ? "at the next turn of a loop in"
                      : kind == "resume"                  ? "after a yield in"
                                                          : "in";
  return fmt::format("{} {} ({}:{})", where, site.function, short_file(site.file), site.line);
}

std::string end_text(const ThreadOutcome& thread) {
  if (!thread.exception) return "ends";
  return fmt::format("fails in {} with {}", thread.exception->function, thread.exception->type);
}

}  // namespace

Story story_of(const Observation& trace) {
  Story story;
  std::set<ThreadId> begun;
  for (const Step& step : trace.trace) {
    if (step.thread.is_main() || step.kind == Step::Kind::kGoOn || step.kind == Step::Kind::kBlocked) continue;
    const auto& threads = trace.launches.at(static_cast<std::size_t>(step.thread.launch)).threads;
    const ThreadOutcome& thread = threads.at(static_cast<std::size_t>(step.thread.index));
    const bool preempted = step.kind == Step::Kind::kPreempted;
    // Threads that run from their start to their end, as if alone, say nothing.
    if (!preempted && !thread.exception && begun.count(step.thread) == 0) continue;
    if (story.sentences.size() == kSentencesMax) {
      story.rest = "And so on: see below.";
      return story;
    }
    const std::string who = to_string(step.thread) + (begun.insert(step.thread).second ? " runs" : " goes on");
    if (preempted) {
      const Site& site = trace.sites[step.site];
      story.sentences.push_back(
          {fmt::format("{} and is preempted {}:", who, place_text(site)), cut(site.statement, kStatementWidth)});
    } else {
      story.sentences.push_back({fmt::format("{} and {}.", who, end_text(thread)), ""});
    }
  }
  if (story.empty()) story.rest = "It fails under the default schedule: the threads run one after another.";
  return story;
}

FindingRecord record_of(const Finding& finding) {
  FindingRecord record{.finding = finding, .location = location_of(finding)};
  record.finding.trace = record.finding.trace_any_shape = Observation{};
  const Observation& trace = finding.trace_any_shape;
  if (!finding.shrunk || !finding.controlled || trace.trace.empty()) return record;
  record.story = story_of(trace);
  record.columns = columns_of(trace);
  if (auto& rows = record.columns.rows; rows.size() > kColumnRowsMax) {
    record.columns.rows_cut += rows.size() - kColumnRowsMax;
    rows.resize(kColumnRowsMax);
  }
  if (finding.why) record.matters = columns_that_matter(trace, finding.why->order.orderings);
  return record;
}

}  // namespace straylane
