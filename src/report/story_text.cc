#include "report/story_text.h"

#include <fmt/format.h>

#include <set>

#include "report/source_text.h"

namespace straylane {
namespace {

constexpr std::size_t kStatementWidth = 100;
constexpr std::size_t kSentencesMax = 12;

// Where a thread stands, for a sentence: "behind a call in swapped_cuda_module (kernelapi.py:430)".
std::string place_text(const Site& site) {
  const std::string& kind = site.kind;
  const char* where = kind == "entry"                     ? "at the start of"
                      : kind == "enter"                   ? "in front of a call in"
                      : kind == "call"                    ? "behind a call in"
                      : kind == "loop" || kind == "while" ? "at the next turn of a loop in"
                      : kind == "resume"                  ? "behind a yield in"
                                                          : "in";
  return fmt::format("{} {} ({}:{})", where, site.function, short_file(site.file), site.line);
}

std::string end_text(const ThreadOutcome& thread) {
  if (!thread.exception) return "ends";
  return fmt::format("fails in {} with {}", thread.exception->function, thread.exception->type);
}

}  // namespace

std::string story_text(const Observation& trace) {
  std::string text;
  std::size_t sentences = 0;
  std::set<ThreadId> begun;
  for (const Step& step : trace.trace) {
    if (step.thread.is_main() || step.kind == Step::Kind::kGoOn || step.kind == Step::Kind::kBlocked) continue;
    const auto& threads = trace.launches.at(static_cast<std::size_t>(step.thread.launch)).threads;
    const ThreadOutcome& thread = threads.at(static_cast<std::size_t>(step.thread.index));
    const bool preempted = step.kind == Step::Kind::kPreempted;
    // Threads that run from their start to their end, as if alone, say nothing.
    if (!preempted && !thread.exception && begun.count(step.thread) == 0) continue;
    if (++sentences > kSentencesMax) return text + "  And so on: see below.\n";
    const char* verb = begun.insert(step.thread).second ? "runs" : "goes on";
    if (preempted) {
      const Site& site = trace.sites[step.site];
      text += fmt::format("  {}. {} {} and is preempted {}:\n        {}\n", sentences, to_string(step.thread), verb,
                          place_text(site), cut(site.statement, kStatementWidth));
    } else {
      text += fmt::format("  {}. {} {} and {}.\n", sentences, to_string(step.thread), verb, end_text(thread));
    }
  }
  if (text.empty()) return "  It fails under the default schedule: the threads run one after another.\n";
  return text;
}

}  // namespace straylane
