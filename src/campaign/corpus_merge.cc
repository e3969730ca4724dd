#include "campaign/corpus_merge.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "campaign/corpus_folder.h"
#include "campaign/engine_command.h"
#include "campaign/fuzz_job.h"
#include "campaign/left_over_cleaner.h"
#include "os/exit_code.h"
#include "os/folder_marker.h"
#include "os/temporary_folder.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds kPause{20};

Expected<void> run_merge(const MergeOptions& options, const std::string& kind, const fs::path& into,
                         const std::vector<fs::path>& from) {
  FuzzOptions fuzz;
  fuzz.target = options.target;
  fuzz.python = options.python;
  fuzz.kernel = options.kernel;
  fuzz.folder = into.string();
  const auto binary = fuzz_binary(options.target);
  if (!binary) return tl::unexpected(binary.error());
  const TemporaryFolder temporary;  // of libFuzzer's control file
  const auto cleaner = LeftOverCleaner::start({{temporary.path()}, {}});
  if (!cleaner) return tl::unexpected(cleaner.error());
  std::vector<std::string> command = {*binary, kind, "-handle_xfsz=0",
                                      fmt::format("-artifact_prefix={}/", temporary.path().string()), into.string()};
  for (const fs::path& folder : from) command.push_back(folder.string());
  auto environment = engine_environment(fuzz);
  environment.emplace_back("TMPDIR", temporary.path().string());
  auto job = FuzzJob::start(command, environment);
  if (!job) return tl::unexpected(job.error());
  while (!job->ended()) {
    job->advance();
    if (options.interrupted && options.interrupted()) return make_error(ErrorCode::kInterrupted, "interrupted");
    std::this_thread::sleep_for(kPause);
  }
  const int status = job->end().shell_status();
  if (status == 0) return {};
  return make_error(error_code_of(status), job->log().reason());
}

}  // namespace

Expected<std::uint64_t> merge_corpus(const MergeOptions& options, const fs::path& into,
                                     const std::vector<fs::path>& from) {
  if (auto ok = check_marked(into, FolderKind::kCorpus); !ok) return tl::unexpected(ok.error());
  const auto before = inputs_in(into);
  if (!before) return tl::unexpected(before.error());
  if (auto ok = run_merge(options, "-merge=1", into, from); !ok) return tl::unexpected(ok.error());
  return inputs_in(into).map([&](const auto& after) { return std::uint64_t{after.size() - before->size()}; });
}

Expected<std::uint64_t> minimize_corpus(const MergeOptions& options, const fs::path& corpus) {
  if (auto ok = check_marked(corpus, FolderKind::kCorpus); !ok) return tl::unexpected(ok.error());
  const auto before = inputs_in(corpus);
  if (!before) return tl::unexpected(before.error());
  const TemporaryFolder part;
  const auto cleaner = LeftOverCleaner::start({{part.path()}, {}});
  if (!cleaner) return tl::unexpected(cleaner.error());
  if (auto ok = run_merge(options, "-set_cover_merge=1", part.path(), {corpus}); !ok) return tl::unexpected(ok.error());
  const auto kept = inputs_in(part.path());
  if (!kept) return tl::unexpected(kept.error());
  if (kept->empty() && !before->empty()) {
    return make_error(ErrorCode::kInternal, fmt::format("{}: the engine kept none of {} inputs", corpus.string(),
                                                        before->size()));
  }
  std::uint64_t removed = 0;
  for (const std::string& name : *before) {
    if (!kept->contains(name) && CorpusFolder(corpus).remove(name)) ++removed;
  }
  return removed;
}

}  // namespace straylane
