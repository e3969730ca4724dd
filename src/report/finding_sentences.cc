#include "report/finding_sentences.h"

#include <fmt/format.h>

#include "domain/counted_noun.h"
#include "report/report_text.h"

namespace straylane {

std::string what_failed(const Failure& failure) {
  return fmt::format("{}: {}", failure.exception_type.empty() ? failure.oracle : failure.exception_type,
                     failure.message);
}

bool hypothesis_holds(const Finding& finding) {
  return finding.hypothesis && finding.failure.fact(finding.hypothesis->hypothesis.fact).value_or(0) != 0;
}

std::vector<std::string> hypothesis_sentences(const Finding& finding) {
  if (!finding.hypothesis) return {};
  const auto& [hypothesis, count] = *finding.hypothesis;
  std::vector<std::string> sentences;
  if (const Failure& f = finding.failure; f.fact(hypothesis.fact)) {
    std::string facts;
    for (const Fact& fact : f.facts) {
      if (fact.name == hypothesis.fact) continue;
      facts += fmt::format("{}{} {}", facts.empty() ? "; " : ", ", fact.name, fact.value);
    }
    sentences.push_back(fmt::format("As found: {} failed{}. It is {}.",
                                    f.thread ? "thread " + to_string(*f.thread) : "a thread", facts,
                                    hypothesis_holds(finding) ? hypothesis.holds : hypothesis.fails));
  }
  sentences.push_back(fmt::format("Over all failures at these settings: {} of {} failing runs {}.", count.holding,
                                  count.failing, hypothesis.counted));
  return sentences;
}

std::string confirmed_sentence(const Finding& finding) {
  if (finding.confirmed == Confirmed::kStock) return "Confirmed on the stock system.";
  const bool no = finding.confirmed == Confirmed::kNo;
  return (no ? "NOT confirmed on the stock system" : "Not tried on a stock system") +
         (finding.confirmation.empty() ? "." : ": " + finding.confirmation + ".");
}

std::string fewest_shown_at(const Finding& finding) {
  if (!finding.shrunk || finding.shrunk->minimal.preemptions == 0) return {};
  const Minimum& minimal = finding.shrunk->minimal;
  const Minimum& any_shape = finding.shrunk->minimal_any_shape;
  if (minimal.proven) return "the minimal settings";
  const bool same = any_shape.proven && any_shape.preemptions == minimal.preemptions;
  return same ? "the smallest settings of any shape" : "";
}

std::string replays_sentence(const Finding& finding) {
  const Replays& r = finding.replays;
  return fmt::format("{} of {} failed in this bucket{}", r.reproduced, r.times,
                     finding.controlled ? ", " + counted_noun(r.traces_distinct, "distinct trace") : "");
}

std::string token_command(const Finding& finding) {
  std::string command = fmt::format("./straylane replay {}", finding.token);
  if (!finding.kernel) return command;
  const bool in_folder = !finding.folder.empty() && !finding.folder_was_there;
  return command + " --kernel " +
         shell_word(in_folder ? finding.folder + "/" + finding.kernel->program : finding.kernel->path);
}

std::vector<ReplayCommand> replay_commands(const Finding& finding) {
  const std::string folder = finding.folder.empty() ? "findings/" + finding.bucket : finding.folder;
  const auto in_folder = [&](const char* name) { return shell_word(folder + "/" + name); };
  std::vector<ReplayCommand> commands;
  if (!finding.unfinished.empty()) {
    commands.push_back({"Go on where it was interrupted", "./straylane minimize " + in_folder("case.json")});
  }
  commands.push_back(
      {fmt::format("Replay the {} case, strictly, 1000 times", finding.shrunk ? "smallest" : "found"),
       fmt::format("./straylane replay {} --times 1000", in_folder(finding.shrunk ? "min.json" : "case.json"))});
  if (!finding.token.empty()) {
    commands.push_back({"The same on any machine, without the folder", token_command(finding)});
  }
  if (finding.confirmed != Confirmed::kNotTried) {
    commands.push_back({"Without Straylane: stock interpreter, stock simulator", "sh " + in_folder("repro.sh")});
  }
  if (finding.shrunk && !finding.exports.empty()) {
    commands.push_back({"As a test (" + finding.exports + ")",
                        fmt::format("./straylane export {} {} exported-test", finding.exports, shell_word(folder))});
  }
  return commands;
}

}  // namespace straylane
