#include "report/text_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "explain/columns.h"

namespace straylane {
namespace {

constexpr std::size_t kColumnWidth = 52;

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

std::string what_failed(const Failure& f) {
  return f.exception_type.empty() ? fmt::format("{}: {}", f.oracle, f.message)
                                  : fmt::format("{}: {}", f.exception_type, f.message);
}

// The belief that a failing thread is one that should have returned, checked and answered.
std::string stray_lane_text(const Finding& finding) {
  const Failure& f = finding.failure;
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

std::string short_file(const std::string& file) { return file.substr(file.find_last_of('/') + 1); }

std::string cut(std::string text, std::size_t width) {
  if (text.size() > width) text = text.substr(0, width - 3) + "...";
  return text;
}

std::string row_text(const ColumnRow& row) {
  if (row.site.kind == "end") return row.note;
  return fmt::format("{}:{} {}", short_file(row.site.file), row.site.line, row.site.statement);
}

std::string columns_text(const Observation& trace) {
  const Columns columns = columns_of(trace);
  std::string text;
  const auto line = [&](std::size_t column, const std::string& content) {
    std::string row = "  ";
    for (std::size_t i = 0; i < columns.threads.size(); ++i) {
      const std::string cell = i == column ? cut(content, kColumnWidth) : "";
      row += fmt::format("{:<{}}{}", cell, kColumnWidth, i + 1 < columns.threads.size() ? " | " : "");
    }
    row.erase(row.find_last_not_of(" |") + 1);
    text += row + "\n";
  };
  std::string head = "  ";
  std::string rule = "  ";
  for (std::size_t i = 0; i < columns.threads.size(); ++i) {
    const ThreadId thread = columns.threads[i];
    const std::string name =
        thread.is_main() ? "m, the launching thread"
                         : fmt::format("{}, thread {} of launch {}", to_string(thread), thread.index, thread.launch);
    head += fmt::format("{:<{}}{}", name, kColumnWidth, i + 1 < columns.threads.size() ? " | " : "");
    rule += std::string(kColumnWidth, '-') + (i + 1 < columns.threads.size() ? "-+-" : "");
  }
  text += head + "\n" + rule + "\n";
  for (const ColumnRow& row : columns.rows) {
    line(row.column, row_text(row));
    if (!row.note.empty() && row.site.kind != "end") line(row.column, "  ^ " + row.note);
  }
  if (!columns.left_out.empty()) {
    text += fmt::format("  Not shown: {} other threads, which took no part in any choice.\n", columns.left_out.size());
  }
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

}  // namespace

std::string render_report(const Finding& finding) {
  const System& system = finding.minimal.system;
  std::string text = fmt::format("{}\nbucket {}\n\n", what_failed(finding.failure), finding.bucket);
  text += impossible_text(finding);
  text += fmt::format("Target {}: {}, Python {} at {}\n", finding.target, system.numba, system.python, system.path);
  text += fmt::format("Found after {} launches, {:.3f} s, under controlled schedules.\n", finding.launches_to_failure,
                      finding.seconds_to_failure);
  text += confirmed_text(finding);
  text += "\nSettings\n" + settings_of("found", finding.found) + settings_of("minimal", finding.minimal) +
          settings_of("any block_size", finding.minimal_any_block);
  text += fmt::format("\nSchedule of the minimal case: {} preemption{}\n", finding.preemptions,
                      finding.preemptions == 1 ? "" : "s");
  text += choices_text(finding.minimal);
  if (finding.proven) {
    text += fmt::format("  Fewest possible: every schedule with fewer preemptions was run at {}, and none fails.\n",
                        finding.proven_at);
  } else if (!finding.stopped_early.empty()) {
    text += "  Not shown to be the fewest: " + finding.stopped_early + ".\n";
  }
  text += "\nIs it a stray lane, a thread that ran on where it should have returned?\n" + stray_lane_text(finding);
  text += "\nWhat happened, at the smallest block_size (time runs downwards, one thread at a time)\n\n" +
          columns_text(finding.trace_any_block);
  text += fmt::format("\nReplays of the minimal case: {} of {} failed in this bucket, {} distinct trace{}\n",
                      finding.replays.reproduced, finding.replays.times, finding.replays.traces_distinct,
                      finding.replays.traces_distinct == 1 ? "" : "s");
  text += fmt::format("\nAgain, with Straylane:     ./straylane replay findings/{}/min.json --times 1000\n",
                      finding.bucket);
  if (!finding.token.empty()) text += fmt::format("                           ./straylane replay {}\n", finding.token);
  if (finding.confirmed != Confirmed::kNotTried) {
    text += fmt::format("Again, without Straylane:  sh findings/{}/repro.sh\n", finding.bucket);
  }
  return text;
}

std::string render_summary(const Finding& finding) {
  std::string text = fmt::format("FINDING {}\n  {}\n", finding.bucket, what_failed(finding.failure));
  text += settings_of("found", finding.found) + settings_of("minimal", finding.minimal);
  text +=
      fmt::format("  {} preemption{}{}\n", finding.preemptions, finding.preemptions == 1 ? "" : "s",
                  finding.proven ? fmt::format(", and none fewer fails (all were run at {})", finding.proven_at) : "");
  text += stray_lane_text(finding);
  text += fmt::format("  stock system: {}{}\n", to_string(finding.confirmed),
                      finding.confirmed == Confirmed::kStock ? "" : ", " + finding.confirmation);
  text += fmt::format("  folder: {}{}\n", finding.folder,
                      finding.folder_was_there ? " (was there from an earlier run: left as it is)" : "");
  if (!finding.token.empty()) text += fmt::format("  replay: ./straylane replay {}\n", finding.token);
  return text;
}

}  // namespace straylane
