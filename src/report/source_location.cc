#include "report/source_location.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include "explain/necessary_order.h"
#include "report/finding_sentences.h"

namespace straylane {
namespace {

bool is_path_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
}

// "FILE.cu:15: read of ..." or "read at FILE.cu:8 and ...": the first file and line that a message names.
std::optional<Site> named_in(const std::string& message) {
  for (std::size_t colon = message.find(':'); colon != std::string::npos; colon = message.find(':', colon + 1)) {
    std::size_t begin = colon;
    while (begin > 0 && is_path_character(message[begin - 1])) --begin;
    Site site{.file = message.substr(begin, colon - begin)};
    const bool source = site.file.ends_with(".cu") || site.file.ends_with(".cuh") || site.file.ends_with(".py");
    const char* end = message.data() + message.size();
    const auto read = std::from_chars(message.data() + colon + 1, end, site.line);
    if (source && read.ec == std::errc() && site.line > 0) return site;
  }
  return std::nullopt;
}

bool is_in(const Site& site, const std::string& function) {
  return site.function == function || site.function.ends_with("." + function);
}

// Where a thread raised its exception: in the innermost function, after the last yield point that it stood at there and
// before the next one. A yield point stands after its call, so that the next one is in the statement that was being
// evaluated.
const Site* raised_at(const Observation& trace, const ThreadOutcome& thread) {
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

// The first yield point after the guard. A thread that should not have passed it has a higher index than those that
// should, so the last one is asked.
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

// With the statement of a line that is known by file and number alone.
Site with_statement(Site named, const Observation& trace) {
  const auto site = std::find_if(trace.sites.begin(), trace.sites.end(),
                                 [&](const Site& s) { return s.file == named.file && s.line == named.line; });
  return site == trace.sites.end() ? named : *site;
}

std::optional<Site> site_of(const Finding& finding) {
  const Observation& trace = finding.trace;
  // The message is that of the run that was found; the minimal run's own may name another line of the same failure.
  if (const auto named = named_in(finding.failure.message)) return with_statement(*named, trace);
  if (const auto thread = first_to_fail(trace)) {
    const auto& threads = trace.launches[static_cast<std::size_t>(thread->launch)].threads;
    if (const Site* site = raised_at(trace, threads[static_cast<std::size_t>(thread->index)])) return *site;
  }
  if (hypothesis_holds(finding)) {
    if (const Site* site = after_guard(trace)) return *site;
  }
  if (trace.end != RunEnd::kCompleted) {
    if (const Site* site = last_site(trace)) return *site;
  }
  if (finding.sources.entry.empty()) return std::nullopt;
  return Site{.file = finding.sources.entry};
}

}  // namespace

std::optional<SourceLocation> location_of(const Finding& finding) {
  const auto site = site_of(finding);
  if (!site) return std::nullopt;
  return location_of(*site, finding.sources);
}

SourceLocation location_of(const Site& site, const SourceMap& sources) {
  SourceLocation location{.file = site.file, .line = site.line, .function = site.function, .statement = site.statement};
  location.uri = site.file;
  for (const SourceRoot& root : sources.roots) {
    if (!site.file.starts_with(root.prefix)) continue;
    location.uri = (root.folder.starts_with("/") ? "file://" : "") + root.folder + site.file;
    location.base = root.base;
    break;
  }
  return location;
}

}  // namespace straylane
