#include "report/source_location.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

#include "report/source_text.h"

namespace straylane {
namespace {

bool is_path_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.' || c == '/';
}

// "FILE.cu:15: read of ..." or "read at FILE.cu:8 and ...": the first file and line that a message names.
std::optional<SourceLocation> named_in(const std::string& message) {
  for (std::size_t colon = message.find(':'); colon != std::string::npos; colon = message.find(':', colon + 1)) {
    std::size_t begin = colon;
    while (begin > 0 && is_path_character(message[begin - 1])) --begin;
    const std::string file = message.substr(begin, colon - begin);
    const bool source = file.ends_with(".cu") || file.ends_with(".cuh") || file.ends_with(".py");
    std::uint32_t line = 0;
    const char* end = message.data() + message.size();
    const auto read = std::from_chars(message.data() + colon + 1, end, line);
    if (source && read.ec == std::errc() && line > 0) return SourceLocation{file, line, "", ""};
  }
  return std::nullopt;
}

SourceLocation of_site(const Site& site) { return {site.file, site.line, site.function, site.statement}; }

// The thread whose exception was thrown first.
const ThreadOutcome* first_to_fail(const Observation& trace) {
  const ThreadOutcome* first = nullptr;
  for (const LaunchObservation& launch : trace.launches) {
    for (const ThreadOutcome& thread : launch.threads) {
      if (thread.exception && (first == nullptr || thread.exception_order < first->exception_order)) first = &thread;
    }
  }
  return first;
}

bool is_in(const Site& site, const std::string& function) {
  return site.function == function || site.function.ends_with("." + function);
}

// Where a thread raised its exception: in the innermost function, behind the last yield point that it stood at there,
// and in front of the next one. A yield point stands behind its call, so that the next one is in the statement that was
// being evaluated.
const Site* raised_at(const Observation& trace, const ThreadOutcome& thread) {
  const Site* last = nullptr;
  for (const Step& step : trace.trace) {
    const Site& site = trace.sites.at(step.site);
    if (step.thread == thread.id && site.line > 0 && is_in(site, thread.exception->function)) last = &site;
  }
  if (last == nullptr) return nullptr;
  const Site* next = nullptr;
  for (const Site& site : trace.sites) {
    const bool behind = site.file == last->file && site.function == last->function && site.line > last->line;
    if (behind && (next == nullptr || site.line < next->line)) next = &site;
  }
  return next != nullptr && last->kind == "entry" ? next : last;
}

// The guard is passed by a thread that should not: by the one with the lowest index.
const Site* behind_guard(const Observation& trace, const Case& c) {
  for (std::size_t i = 0; i < trace.launches.size() && i < c.launches.size(); ++i) {
    for (const ThreadOutcome& thread : trace.launches[i].threads) {
      if (thread.passed_guard && thread.thread_index >= c.launches[i].n_threads && thread.first_after_guard) {
        return &*thread.first_after_guard;
      }
    }
  }
  return nullptr;
}

const Site* last_site(const Observation& trace) {
  for (auto step = trace.trace.rbegin(); step != trace.trace.rend(); ++step) {
    const Site& site = trace.sites.at(step->site);
    if (site.line > 0 && !step->thread.is_main()) return &site;
  }
  return nullptr;
}

// The statement of a line that is known by file and number alone.
SourceLocation with_statement(SourceLocation location, const Observation& trace) {
  for (const Site& site : trace.sites) {
    if (site.file != location.file || site.line != location.line) continue;
    location.statement = site.statement;
    if (location.function.empty()) location.function = site.function;
    break;
  }
  return location;
}

std::optional<SourceLocation> kernel_file(const Finding& finding) {
  const std::string& program = finding.found.program;
  if (finding.target == "numba") {
    const std::string file = program == "factory" ? "numba_mwe/kernel_factory.py" : "planted/" + program + ".py";
    return SourceLocation{file, 0, "", ""};
  }
  if (finding.kernel) return SourceLocation{short_file(finding.kernel->path), 0, "", ""};
  if (finding.target != "host" && finding.target != "cuda") return std::nullopt;
  return SourceLocation{program == "factory" ? "kernel.cu" : program + ".cu", 0, "", ""};
}

}  // namespace

std::optional<SourceLocation> location_of(const Finding& finding) {
  const Observation& trace = finding.trace;
  const std::string& oracle = finding.failure.oracle;
  if (const auto named = named_in(finding.failure.message)) {
    // The message is that of the run that was found; the minimal run's own may name another line of the same failure.
    return with_statement(*named, trace);
  }
  if (const ThreadOutcome* thread = first_to_fail(trace)) {
    if (const Site* site = raised_at(trace, *thread)) return of_site(*site);
  }
  if (finding.failure.stray) {
    if (const Site* site = behind_guard(trace, finding.minimal)) return of_site(*site);
  }
  if (oracle == "deadlock" || oracle == "step-limit" || oracle == "timeout" || oracle == "crash") {
    if (const Site* site = last_site(trace)) return of_site(*site);
  }
  return kernel_file(finding);
}

SourceUri uri_of(const SourceLocation& location, const Finding& finding) {
  const std::string& file = location.file;
  if (finding.target == "numba") {
    if (file.starts_with("numba_mwe/")) return {"src/program/factory/" + file, "STRAYLANE"};
    if (file.starts_with("planted/")) return {"corpus/" + file, "STRAYLANE"};
    return {file, "PYTHON_PACKAGES"};
  }
  if (file == "cuda_prelude.cuh") return {"src/targets/host/prelude/" + file, "STRAYLANE"};
  if (finding.kernel) {
    const std::string& path = finding.kernel->path;
    const std::string folder = path.substr(0, path.find_last_of('/') + 1);
    // What a kernel includes from its own folder stands with it; the factory's allocator and kernel do not.
    const bool own = file == short_file(path) || finding.kernel->files.count(file) > 0;
    if (own) return {(path.starts_with("/") ? "file://" : "") + folder + file, ""};
  }
  const bool factory = file == "kernel.cu" || file == "allocator.cu" || file == "kernel_abi.cuh";
  return {(factory ? "src/program/factory/device/" : "corpus/planted/host/") + file, "STRAYLANE"};
}

}  // namespace straylane
