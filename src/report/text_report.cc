#include "report/text_report.h"

#include <fmt/format.h>

#include "domain/describe_system.h"
#include "report/columns_text.h"
#include "report/failure_text.h"
#include "report/replay_commands.h"
#include "report/story_text.h"
#include "report/why_text.h"

namespace straylane {
namespace {

std::string settings_line(const Settings& s) {
  return fmt::format("array_size {:<5} buffer_size {:<5} n_threads {:<5} block_size {}", s.array_size, s.buffer_size,
                     s.n_threads, s.block_size);
}

std::string settings_of(const char* label, const Case& c) {
  std::string text;
  for (std::size_t i = 0; i < c.launches.size(); ++i) {
    text += fmt::format("  {:<16}{}\n", i == 0 ? label : "", settings_line(c.launches[i]));
  }
  return text;
}

// The belief that a failing thread is one that should have returned, checked and answered.
std::string stray_lane_text(const Finding& finding) {
  const Failure& f = finding.failure;
  if (!finding.controlled) return "  Not known: what single threads do is not observed on this target.\n";
  std::string text;
  if (f.thread && f.n_threads >= 0 && f.thread_index >= 0) {
    text += fmt::format("  As found: thread {} (global index {}) failed; n_threads is {}. It is {}.\n",
                        to_string(*f.thread), f.thread_index, f.n_threads,
                        f.stray ? "a stray lane: it should have returned" : "not a stray lane: it was meant to run");
  }
  text += fmt::format(
      "  Over all failures of this run: {} of {} failing launches had a failing thread at or above n_threads.\n",
      finding.stray_launches, finding.failing_launches);
  return text;
}

std::string choices_text(const Case& c) {
  std::string text;
  const auto* choices = std::get_if<RecordedForm>(&c.schedule);
  if (choices == nullptr) return text;
  if (choices->empty()) return "  none: it fails under the default schedule\n";
  for (const Choice& choice : *choices) {
    text += fmt::format("  at yield point {} of {}, {} goes on", choice.yield, to_string(choice.thread),
                        to_string(choice.to));
    if (choice.site) {
      text += fmt::format("\n      {}:{} in {}: {}", choice.site->file, choice.site->line, choice.site->function,
                          choice.site->statement);
    }
    text += "\n";
  }
  return text;
}

std::string confirmed_text(const Finding& finding) {
  switch (finding.confirmed) {
    case Confirmed::kStock:
      return "Confirmed on the stock system (repro.py: stock interpreter, stock simulator, real threads, waits at the\n"
             "turns of the schedule and nothing else):\n  " +
             finding.confirmation + "\n";
    case Confirmed::kNo:
      return "NOT confirmed on the stock system: " + finding.confirmation + "\n";
    case Confirmed::kNotTried:
      return "Not tried on the stock system: " + finding.confirmation + "\n";
  }
  return {};
}

std::string impossible_text(const Finding& finding) {
  if (finding.minimal.granularity == Granularity::kSwitch) return {};
  return fmt::format(
      "MAY BE IMPOSSIBLE: found at granularity {}, where yield points stand at places at which CPython does\n"
      "not hand over its lock.\n\n",
      to_string(finding.minimal.granularity));
}

std::string unfinished_text(const Finding& finding) {
  if (finding.unfinished.empty()) return {};
  return fmt::format(
      "UNFINISHED: interrupted while {}. What follows is what was known by then. To go on:\n"
      "  ./straylane minimize {}/case.json\n\n",
      finding.unfinished, finding.folder);
}

std::string schedule_text(const Finding& finding) {
  if (!finding.controlled) {
    return "\nSchedule: not under control and not known. Only settings were made smaller, and what is called minimal\n"
           "failed each time it was run.\n";
  }
  std::string text = fmt::format("\nSchedule of the minimal case: {} preemption{}\n", finding.preemptions,
                                 finding.preemptions == 1 ? "" : "s");
  text += choices_text(finding.minimal);
  if (finding.proven && finding.preemptions > 0) {
    text += fmt::format(
        "  Fewest possible: every schedule with fewer preemptions was run at {}, and none fails.\n"
        "  (By the default rule where a thread waits or ends.)\n",
        finding.proven_at);
  } else if (!finding.not_proven.empty()) {
    text += "  Not shown to be the fewest: " + finding.not_proven + ".\n";
  }
  if (!finding.stopped_early.empty()) {
    text += fmt::format("  Shrinking stopped early ({}): a smaller case may be left.\n", finding.stopped_early);
  }
  return text;
}

std::string smaller_settings_text(const Finding& finding) {
  const auto& smaller = finding.smaller_settings;
  if (!smaller.tried) return {};
  const Settings& s = finding.minimal_any_block.launches.front();
  const std::string at = fmt::format("array_size {}, buffer_size {}, n_threads {}, block_size {}", s.array_size,
                                     s.buffer_size, s.n_threads, s.block_size);
  if (!smaller.proven)
    return fmt::format("  not proven that no settings smaller than {} fail: {}\n", at, smaller.reason);
  return fmt::format(
      "  proven: no settings smaller than {} fail:\n    {} cases were run, every schedule with at most {} preemption{} "
      "at "
      "each of {} settings, and none fails\n",
      at, smaller.cases, finding.preemptions_any_block, finding.preemptions_any_block == 1 ? "" : "s",
      smaller.settings);
}

std::string replays_text(const Finding& finding) {
  if (finding.replays.times == 0) return "  not replayed\n";
  const std::string traces = finding.controlled ? fmt::format(", {} distinct trace{}", finding.replays.traces_distinct,
                                                              finding.replays.traces_distinct == 1 ? "" : "s")
                                                : "";
  return fmt::format("  {} of {} failed in this bucket{}\n", finding.replays.reproduced, finding.replays.times, traces);
}

std::string commands_text(const Finding& finding) {
  const std::string folder = finding.folder.empty() ? "findings/" + finding.bucket : finding.folder;
  std::string text = fmt::format("\nAgain, with Straylane:\n  ./straylane replay {}/{} --times 1000\n", folder,
                                 finding.shrunk ? "min.json" : "case.json");
  if (!finding.token.empty()) text += "  " + token_command(finding) + "\n";
  if (finding.confirmed != Confirmed::kNotTried) {
    text += fmt::format("Again, without Straylane:\n  sh {}/repro.sh\n", folder);
  }
  return text;
}

}  // namespace

std::string render_report(const Finding& finding) {
  std::string text = fmt::format("{}\nbucket {}\n\n", what_failed(finding.failure), finding.bucket);
  text += unfinished_text(finding) + impossible_text(finding);
  text += fmt::format("Target {}: {}\n", finding.target, describe(finding.found.system));
  if (finding.kernel) text += fmt::format("Kernel {}, here as {}\n", finding.kernel->path, finding.kernel->program);
  if (finding.launches_to_failure == 0) {
    text += fmt::format("Found by building, after {:.3f} s; nothing was launched.\n", finding.seconds_to_failure);
  } else {
    text += fmt::format("Found after {} launch{}, {:.3f} s, under {}.\n", finding.launches_to_failure,
                        finding.launches_to_failure == 1 ? "" : "es", finding.seconds_to_failure,
                        finding.controlled ? "controlled schedules" : "schedules that were not controlled");
  }
  text += confirmed_text(finding);
  // Not of a worker that died, nor of a target whose schedule is not ours.
  const bool traced = finding.shrunk && finding.controlled && !finding.trace_any_block.trace.empty();
  if (traced) text += "\nIn short, at the smallest settings\n" + story_text(finding.trace_any_block);
  text += "\nSettings\n" + settings_of("found", finding.found);
  if (finding.shrunk) {
    text += settings_of("minimal", finding.minimal) + settings_of("any block_size", finding.minimal_any_block);
    text += schedule_text(finding) + smaller_settings_text(finding);
  }
  text += "\nIs it a stray lane, a thread that ran on where it should have returned?\n" + stray_lane_text(finding);
  if (traced && finding.why) {
    text += "\nWhy it fails, at the smallest settings\n\n" +
            why_text(*finding.why, finding.trace_any_block, finding.minimal_any_block.launches);
  }
  if (traced) {
    text +=
        "\nWhat happened, at the smallest block_size (time runs downwards, one thread at a time; the number is the\n"
        "line in the file named above it)\n\n" +
        columns_text(finding.trace_any_block);
  }
  text += fmt::format("\nReplays of the {} case\n", finding.shrunk ? "minimal" : "found") + replays_text(finding);
  return text + commands_text(finding);
}

std::string render_summary(const Finding& finding) {
  std::string text = fmt::format("FINDING {}\n  {}\n", finding.bucket, what_failed(finding.failure));
  if (!finding.unfinished.empty()) text += fmt::format("  UNFINISHED: interrupted while {}\n", finding.unfinished);
  text += settings_of("found", finding.found);
  if (finding.shrunk) {
    text += settings_of("minimal", finding.minimal);
    if (!finding.controlled) text += "  its schedule is not under control and not known\n";
  }
  if (finding.shrunk && finding.controlled) {
    text += fmt::format(
        "  {} preemption{}{}\n", finding.preemptions, finding.preemptions == 1 ? "" : "s",
        finding.proven && finding.preemptions > 0
            ? fmt::format(", and none fewer fails (all were run at {})", finding.proven_at)
            : "");
  }
  text += smaller_settings_text(finding);
  if (!finding.stopped_early.empty()) {
    text += fmt::format("  shrinking stopped early ({}): a smaller case may be left\n", finding.stopped_early);
  }
  if (finding.replays.times > 0) text += "  replays:" + replays_text(finding).substr(1);
  text += stray_lane_text(finding);
  if (finding.why) text += why_summary(*finding.why);
  text += finding.confirmed == Confirmed::kStock
              ? "  confirmed on the stock system: repro.py fails there, without Straylane\n"
              : fmt::format("  NOT confirmed on the stock system ({}): {}\n", to_string(finding.confirmed),
                            finding.confirmation.empty() ? "not tried" : finding.confirmation);
  if (finding.folder.empty()) {
    text += "  folder: none, it could not be written\n";
  } else {
    text += fmt::format("  folder: {}{}\n", finding.folder,
                        finding.folder_was_there ? " (was there from an earlier run: left as it is)" : "");
  }
  if (!finding.unfinished.empty() && !finding.folder.empty()) {
    text += fmt::format("  to go on: ./straylane minimize {}/case.json\n", finding.folder);
  }
  if (!finding.token.empty()) text += "  replay: " + token_command(finding) + "\n";
  return text;
}

}  // namespace straylane
