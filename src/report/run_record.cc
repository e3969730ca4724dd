#include "report/run_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "explain/guided_session.h"
#include "report/finding_sentences.h"
#include "report/report_text.h"

namespace straylane {
namespace {

constexpr const char* kPathCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-./";

// The first file and line that a message names, as in "FILE.cu:15: read of ..." or "read at FILE.cu:8 and ...".
std::optional<Site> named_in(const std::string& message) {
  for (std::size_t colon = message.find(':'); colon != std::string::npos; colon = message.find(':', colon + 1)) {
    const std::string before = message.substr(0, colon);
    Site site{.file = before.substr(before.find_last_not_of(kPathCharacters) + 1)};
    const bool source = site.file.ends_with(".cu") || site.file.ends_with(".cuh") || site.file.ends_with(".py");
    const char* end = message.data() + message.size();
    const auto read = std::from_chars(message.data() + colon + 1, end, site.line);
    if (source && read.ec == std::errc() && site.line > 0) return site;
  }
  return std::nullopt;
}

// Where a thread raised its exception: in the innermost function, after the last yield point at which it stood there
// and before the next one. A yield point stands after its call, so the next one is in the statement that was being
// evaluated.
const Site* raised_at(const Observation& trace, const ThreadOutcome& thread) {
  const auto is_in = [](const Site& site, const std::string& function) {
    return site.function == function || site.function.ends_with("." + function);
  };
  const Site* last = nullptr;
  for (const Step& step : trace.trace) {
    const Site& site = trace.sites.at(step.site);
    if (step.thread == thread.id && site.line > 0 && is_in(site, thread.exception->function)) last = &site;
  }
  if (last == nullptr) return nullptr;
  const Site* next = nullptr;
  for (const Site& site : trace.sites) {
    const bool later = site.file == last->file && site.function == last->function && site.line > last->line;
    if (later && (next == nullptr || site.line < next->line)) next = &site;
  }
  return next != nullptr && last->kind == "entry" ? next : last;
}

// The first yield point after the guard. A thread that should not have passed the guard has a higher index than those
// that should, so this asks the last thread that passed it.
const Site* after_guard(const Observation& trace) {
  const Site* last = nullptr;
  for (const LaunchObservation& launch : trace.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (thread.passed_guard && thread.first_after_guard) last = &*thread.first_after_guard;
    }
  }
  return last;
}

const Site* last_site(const Observation& trace) {
  for (auto step = trace.trace.rbegin(); step != trace.trace.rend(); ++step) {
    const Site& site = trace.sites.at(step->site);
    if (site.line > 0 && !step->thread.is_main()) return &site;
  }
  return nullptr;
}

std::optional<Site> site_of(const Finding& finding) {
  const Observation& trace = finding.trace;
  // The message is that of the run that was found: that of the minimal run may name another line of the same failure.
  if (const auto named = named_in(finding.failure.message)) {
    const auto with_statement = std::find_if(trace.sites.begin(), trace.sites.end(), [&](const Site& site) {
      return site.file == named->file && site.line == named->line;
    });
    return with_statement == trace.sites.end() ? *named : *with_statement;
  }
  const Site* site = nullptr;
  if (const ThreadOutcome* thread = first_to_fail(trace)) site = raised_at(trace, *thread);
  if (site == nullptr && hypothesis_holds(finding)) site = after_guard(trace);
  if (site == nullptr && trace.end != RunEnd::kCompleted) site = last_site(trace);
  if (site != nullptr) return *site;
  if (finding.sources.entry.empty()) return std::nullopt;
  return Site{.file = finding.sources.entry};
}

constexpr std::size_t kStatementWidth = 100;
constexpr std::size_t kSentencesMax = 12;

// Where a thread stands, for a sentence: "after a call in swapped_cuda_module (kernelapi.py:430)".
std::string place_text(const Site& site) {
  const std::string& kind = site.kind;
  const char* where = kind == "entry"                     ? "at the start of"
                      : kind == "enter"                   ? "before a call in"
                      : kind == "call"                    ? "after a call in"
                      : kind == "loop" || kind == "while" ? "at the next iteration of a loop in"
                      : kind == "resume"                  ? "after a yield in"
                                                          : "in";
  return fmt::format("{} {} ({}:{})", where, site.function, short_file(site.file), site.line);
}

// Precondition: `trace` is a traced run.
Story story_of(const Observation& trace) {
  Story story;
  std::set<ThreadId> begun;
  for (const Step& step : trace.trace) {
    if (step.thread.is_main() || step.kind == Step::Kind::kGoOn || step.kind == Step::Kind::kBlocked) continue;
    const ThreadOutcome* outcome = outcome_of(trace, step.thread);
    const bool fails = outcome != nullptr && outcome->exception;
    const bool preempted = step.kind == Step::Kind::kPreempted;
    if (!preempted && !fails && begun.count(step.thread) == 0) continue;  // ran from start to end as if it were alone
    if (story.sentences.size() == kSentencesMax) {
      story.rest = "And so on: see below.";
      return story;
    }
    const std::string who = to_string(step.thread) + (begun.insert(step.thread).second ? " runs" : " goes on");
    if (preempted) {
      const Site& site = trace.sites[step.site];
      story.sentences.push_back(
          {fmt::format("{} and is preempted {}:", who, place_text(site)), cut(site.statement, kStatementWidth)});
    } else if (fails) {
      story.sentences.push_back(
          {fmt::format("{} and fails in {} with {}.", who, outcome->exception->function, outcome->exception->type),
           ""});
    } else {
      story.sentences.push_back({who + " and ends.", ""});
    }
  }
  if (story.empty()) story.rest = "It fails under the default schedule: the threads run one after another.";
  return story;
}

}  // namespace

std::optional<SourceLocation> location_of(const Finding& finding) {
  const auto site = site_of(finding);
  if (!site) return std::nullopt;
  return location_of(*site, finding.sources);
}

SourceLocation location_of(const Site& site, const SourceMap& sources) {
  SourceLocation location{site.file, site.line, site.function, site.statement, site.file, ""};
  const auto root = std::find_if(sources.roots.begin(), sources.roots.end(),
                                 [&](const SourceRoot& r) { return site.file.starts_with(r.prefix); });
  if (root == sources.roots.end()) return location;
  location.uri = (root->folder.starts_with("/") ? "file://" : "") + root->folder + site.file;
  location.base = root->base;
  return location;
}

FindingRecord record_of(const Finding& finding) {
  FindingRecord record{.finding = finding, .location = location_of(finding)};
  record.finding.trace = record.finding.trace_any_shape = Observation{};
  const Observation& trace = finding.trace_any_shape;
  if (!finding.shrunk || !finding.controlled || trace.trace.empty()) return record;
  record.story = story_of(trace);
  record.columns = columns_of(trace);
  cut_rows(record.columns, kColumnRowsMax);
  if (finding.why) record.matters = columns_that_matter(trace, finding.why->order.orderings);
  return record;
}

std::vector<BucketRecord> buckets_without_finding(const RunRecord& run) {
  std::set<std::string> known;
  for (const FindingRecord& record : run.findings) known.insert(record.finding.bucket);
  std::vector<BucketRecord> without;
  for (const CampaignSummary& campaign : run.campaigns) {
    for (const BucketRecord& bucket : campaign.buckets) {
      if (known.count(bucket.bucket) == 0) without.push_back(bucket);
    }
  }
  return without;
}

std::string why_not_run(const TargetSummary& target) {
  if (target.ran) return {};
  return (target.skipped ? "skipped: " : "unsupported: ") + target.reason;
}

}  // namespace straylane
