#include "report/text_report.h"

#include <fmt/format.h>

#include "domain/case.h"
#include "domain/counted_noun.h"
#include "report/explanation_text.h"
#include "report/finding_sentences.h"
#include "report/report_text.h"

namespace straylane {
namespace {

// One line for each call: "  minimal         width 2     height 1".
std::string settings_of(const char* label, const Case& c, const Schema& schema) {
  std::string text;
  for (const Settings& settings : c.calls) {
    text += fmt::format("  {:<16}", &settings == c.calls.data() ? label : "");
    for (std::size_t i = 0; i < schema.size(); ++i) {
      text += fmt::format("{} {:<5} ", schema[i].name, settings[i]);
    }
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

std::string indented(const std::vector<std::string>& sentences) {
  std::string text;
  for (const std::string& sentence : sentences) text += "  " + sentence + "\n";
  return text;
}

std::string story_text(const Story& story) {
  std::string text;
  for (std::size_t i = 0; i < story.sentences.size(); ++i) {
    text += fmt::format("  {}. {}\n", i + 1, story.sentences[i].text);
    if (!story.sentences[i].statement.empty()) text += "        " + story.sentences[i].statement + "\n";
  }
  return text + (story.rest.empty() ? "" : "  " + story.rest + "\n");
}

std::string choices_text(const Case& c) {
  const auto* choices = std::get_if<RecordedForm>(&c.schedule);
  if (choices == nullptr) return {};
  if (choices->empty()) return "  none: it fails under the default schedule\n";
  std::string text;
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
  if (finding.confirmed != Confirmed::kStock) return confirmed_sentence(finding) + "\n";
  return "Confirmed on the stock system (repro.py: stock interpreter, stock simulator, real threads, waits at the\n"
         "turns of the schedule and nothing else):\n  " +
         finding.confirmation + "\n";
}

std::string impossible_text(const Finding& finding) {
  if (finding.minimal().granularity == Granularity::kSwitch) return {};
  return fmt::format(
      "MAY BE IMPOSSIBLE: found at granularity {}, which has yield points where CPython does\n"
      "not hand over its lock.\n\n",
      to_string(finding.minimal().granularity));
}

std::string unfinished_text(const Finding& finding) {
  if (finding.unfinished.empty()) return {};
  return fmt::format(
      "UNFINISHED: interrupted while {}. This is what was known by then. To continue:\n"
      "  ./straylane minimize {}/case.json\n\n",
      finding.unfinished, finding.folder);
}

// The bound that ended the shrinking; empty if none did.
std::string stopped_early(const Finding& finding) {
  if (!finding.shrunk) return {};
  const std::string& bound = finding.shrunk->minimal.stopped_early;
  return bound.empty() ? finding.shrunk->minimal_any_shape.stopped_early : bound;
}

std::string schedule_text(const Finding& finding) {
  if (!finding.controlled) {
    return "\nSchedule: not under control and not known. Only settings were made smaller, and what is called minimal\n"
           "failed each time it was run.\n";
  }
  const Minimum& minimal = finding.shrunk->minimal;
  std::string text =
      fmt::format("\nSchedule of the minimal case: {}\n", counted_noun(minimal.preemptions, "preemption")) +
      choices_text(minimal.failing);
  if (const std::string at = fewest_shown_at(finding); !at.empty()) {
    text += fmt::format(
        "  Fewest possible: every schedule with fewer preemptions was run at {}, and none fails.\n"
        "  (Where a thread waits or ends, they follow the default rule.)\n",
        at);
  } else if (!minimal.not_proven.empty()) {
    text += "  Not shown to be the fewest: " + minimal.not_proven + ".\n";
  }
  if (const std::string bound = stopped_early(finding); !bound.empty()) {
    text += fmt::format("  Shrinking stopped early ({}): a smaller case may be left.\n", bound);
  }
  return text;
}

std::string smaller_settings_text(const Finding& finding) {
  if (!finding.shrunk || !finding.shrunk->smaller_settings) return {};
  const SmallerSettings& smaller = *finding.shrunk->smaller_settings;
  const std::string at = finding.schema.describe(finding.minimal_any_shape().calls.front());
  if (!smaller.proven)
    return fmt::format("  not proven that no settings smaller than {} fail: {}\n", at, smaller.reason);
  return fmt::format(
      "  proven: no settings smaller than {} fail:\n    every schedule with at most {} was run at each of {} settings "
      "({}), and none fails\n",
      at, counted_noun(finding.shrunk->minimal_any_shape.preemptions, "preemption"), smaller.settings,
      counted_noun(smaller.cases, "case"));
}

std::string found_text(const Finding& finding) {
  if (finding.launches_to_failure == 0) {
    return fmt::format("Found by building, after {:.3f} s; nothing was launched.\n", finding.seconds_to_failure);
  }
  return fmt::format("Found after {}, {:.3f} s, under {}.\n", counted_noun(finding.launches_to_failure, "launch"),
                     finding.seconds_to_failure,
                     finding.controlled ? "controlled schedules" : "schedules that were not controlled");
}

std::string chance(double p) { return p == 0 ? "0" : p < 0.01 ? fmt::format("{:.1g}", p) : fmt::format("{:.2f}", p); }

}  // namespace

std::string render_report(const FindingRecord& record) {
  const Finding& finding = record.finding;
  std::string text = fmt::format("{}\nbucket {}\n\n", what_failed(finding.failure), finding.bucket);
  text += unfinished_text(finding) + impossible_text(finding);
  text += fmt::format("Target {}: {}\n", finding.target, describe(finding.found.system));
  if (finding.kernel) text += fmt::format("Kernel {}, here as {}\n", finding.kernel->path, finding.kernel->program);
  text += found_text(finding) + confirmed_text(finding);
  if (!record.story.empty()) text += "\nIn short, at the smallest settings\n" + story_text(record.story);
  text += "\nSettings\n" + settings_of("found", finding.found, finding.schema);
  if (finding.shrunk) {
    text += settings_of("minimal", finding.minimal(), finding.schema);
    if (finding.schema.has_shape()) text += settings_of("any shape", finding.minimal_any_shape(), finding.schema);
    text += schedule_text(finding) + smaller_settings_text(finding);
  }
  if (finding.hypothesis) {
    text += "\n" + finding.hypothesis->hypothesis.question + "\n" + indented(hypothesis_sentences(finding));
  }
  if (finding.why) text += "\nWhy it fails, at the smallest settings\n\n" + why_text(*finding.why, record.matters);
  if (!record.columns.rows.empty()) {
    text +=
        "\nWhat happened, at the smallest settings (time runs downwards, one thread at a time; the number is the\n"
        "line in the file named above it)\n\n" +
        columns_text(record.columns);
  }
  text += fmt::format("\nReplays of the {} case\n  {}\n\n", finding.shrunk ? "minimal" : "found",
                      finding.replays.times == 0 ? "not replayed" : replays_sentence(finding));
  for (const ReplayCommand& again : replay_commands(finding)) text += again.what + ":\n  " + again.command + "\n";
  return text;
}

std::string render_summary(const Finding& finding) {
  std::string text = fmt::format("FINDING {}\n  {}\n", finding.bucket, what_failed(finding.failure));
  if (!finding.unfinished.empty()) text += fmt::format("  UNFINISHED: interrupted while {}\n", finding.unfinished);
  text += settings_of("found", finding.found, finding.schema);
  if (finding.shrunk) {
    text += settings_of("minimal", finding.minimal(), finding.schema);
    const std::string at = fewest_shown_at(finding);
    text += !finding.controlled
                ? "  its schedule is not under control and not known\n"
                : fmt::format("  {}{}\n", counted_noun(finding.shrunk->minimal.preemptions, "preemption"),
                              at.empty() ? "" : fmt::format(", and none fewer fails (all were run at {})", at));
  }
  text += smaller_settings_text(finding);
  if (const std::string bound = stopped_early(finding); !bound.empty()) {
    text += fmt::format("  shrinking stopped early ({}): a smaller case may be left\n", bound);
  }
  if (finding.replays.times > 0) text += "  replays: " + replays_sentence(finding) + "\n";
  text += indented(hypothesis_sentences(finding));
  if (finding.why) text += why_summary(*finding.why);
  text += finding.confirmed == Confirmed::kStock
              ? "  confirmed on the stock system: repro.py fails there, without Straylane\n"
              : "  " + confirmed_sentence(finding) + "\n";
  text +=
      fmt::format("  folder: {}{}\n", finding.folder.empty() ? "none, because it could not be written" : finding.folder,
                  finding.folder_was_there ? " (left as it is, from an earlier run)" : "");
  if (!finding.unfinished.empty() && !finding.folder.empty()) {
    text += fmt::format("  to continue: ./straylane minimize {}/case.json\n", finding.folder);
  }
  if (!finding.token.empty()) text += "  replay: " + token_command(finding) + "\n";
  return text;
}

std::string discovery_text(const DiscoveryEstimate& e) {
  return fmt::format(
      "no failure in {} schedule{}; chance that the next one shows new behaviour about {} (95 % interval {} to {}; "
      "behaviour: {})",
      grouped(e.runs, ","), e.runs == 1 ? "" : "s", chance(e.chance), chance(e.chance_low), chance(e.chance_high),
      e.behaviour);
}

double per_thousand(std::uint64_t classes, std::uint64_t schedules) {
  return schedules == 0 ? 0 : 1000.0 * static_cast<double>(classes) / static_cast<double>(schedules);
}

std::string strategies_text(const std::vector<StrategyFigures>& strategies, std::uint64_t classes,
                            std::uint64_t schedules) {
  std::string text = fmt::format("  {}, {:.0f} per 1,000 schedules; by strategy:\n",
                                 counted_noun(classes, "distinct reads-from class"), per_thousand(classes, schedules));
  for (const StrategyFigures& s : strategies) {
    text += fmt::format("    {:<11}{:>6} {:<5} {:>7.2f} s {:>6} new {:<8} {:>5} failing\n", s.name, s.runs,
                        s.runs == 1 ? "run," : "runs,", s.seconds, s.new_classes,
                        s.new_classes == 1 ? "class," : "classes,", s.failures);
  }
  return text;
}

}  // namespace straylane
