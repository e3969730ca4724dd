#include "campaign/corpus_folder.h"

#include <fmt/format.h>

#include <thread>

#include "campaign/campaign_folders.h"
#include "campaign/engine_process.h"
#include "codec/bytes_codec.h"
#include "codec/sha1.h"
#include "os/exit_code.h"
#include "os/files.h"
#include "os/folder_marker.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kMergePause{20};
constexpr int kTimeShare = 50;  // counting may take one part in 50 of the time

// Runs libFuzzer's merge `kind` of the folders `from` into the folder `into`.
Expected<void> run_merge(const FuzzOptions& options, const std::string& kind, const fs::path& into,
                         const std::vector<fs::path>& from) {
  const auto engine = find_engine(options.target, Engine::kLibfuzzer);
  if (!engine) return tl::unexpected(engine.error());
  const TemporaryFolder temporary;  // for libFuzzer's control file
  const auto cleaner = start_left_over_cleaner({{temporary.path()}, {}});
  if (!cleaner) return tl::unexpected(cleaner.error());
  std::vector<std::string> command = {engine->binary, kind, "-handle_xfsz=0",
                                      fmt::format("-artifact_prefix={}/", temporary.path().string()), into.string()};
  for (const fs::path& folder : from) command.push_back(folder.string());
  FuzzOptions engine_options = options;
  engine_options.folder = into.string();
  auto environment = engine_environment(engine_options);
  environment.emplace_back("TMPDIR", temporary.path().string());
  auto process = EngineProcess::start(command, environment);
  if (!process) return tl::unexpected(process.error());
  while (!process->ended()) {
    process->advance();
    if (options.interrupted()) return make_error(ErrorCode::kInterrupted, "interrupted");
    std::this_thread::sleep_for(kMergePause);
  }
  const int status = process->child.end().shell_status();
  if (status == 0) return {};
  return make_error(error_code_of(status), process->log.reason());
}

}  // namespace

Expected<std::set<std::string>> inputs_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    std::error_code gone;
    std::string name = it->path().filename().string();
    if (!name.starts_with(".") && it->is_regular_file(gone)) names.insert(std::move(name));
  }
  if (error) return storage_error(folder, error.value());
  return names;
}

std::uint64_t CorpusFolder::count() {
  const auto start = Clock::now();
  std::error_code error;
  const auto changed_at = fs::last_write_time(path_, error);
  if (start < next_count_ || error || changed_at == counted_at_) return count_;
  counted_at_ = changed_at;
  count_ = 0;
  for (auto it = fs::directory_iterator(path_, error); !error && it != fs::end(it); it.increment(error)) {
    if (!it->path().filename().native().starts_with(".")) ++count_;
  }
  next_count_ = Clock::now() + kTimeShare * (Clock::now() - start);
  return count_;
}

Expected<bool> CorpusFolder::add(const std::string& bytes) {
  const fs::path path = path_ / sha1_hex(bytes_of(bytes));
  if (is_there(path)) return false;
  const auto written = write_new_file(path, bytes);
  if (written) return true;
  if (is_there(path)) return false;  // another process was faster
  return tl::unexpected(written.error());
}

bool CorpusFolder::remove(const std::string& name) {
  const fs::path path = path_ / name;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return false;
  const auto bytes = read_file(path, byte_bounds::kInputFileMax);
  return bytes && sha1_hex(bytes_of(*bytes)) == name && fs::remove(path, error);
}

Expected<CorpusImport> CorpusFolder::import_from(const fs::path& from) {
  const auto names = inputs_in(from);
  if (!names) return tl::unexpected(names.error());
  CorpusImport import;
  for (const std::string& name : *names) {
    const auto bytes = read_file(from / name, byte_bounds::kInputFileMax);
    if (!bytes && bytes.error().code == ErrorCode::kStorage) return tl::unexpected(bytes.error());
    if (!bytes || bytes->empty()) {
      ++import.no_case;
      continue;
    }
    const auto added = add(*bytes);
    if (!added) return tl::unexpected(added.error());
    ++(*added ? import.added : import.there);
  }
  return import;
}

Expected<CorpusSync::Exchange> CorpusSync::exchange() {
  const auto own = inputs_in(own_.path());
  if (!own) return tl::unexpected(own.error());
  Exchange done;
  const auto shared = inputs_in(shared_.path());
  if (!shared) {
    done.failed = shared.error().message;
    return done;
  }
  const auto given = copy(own_, *own, shared_, *shared, done.given);
  if (!given) done.failed = given.error().message;
  const auto taken = copy(shared_, *shared, own_, *own, done.taken);
  if (!taken) return tl::unexpected(taken.error());
  done.more = (given && !*given) || !*taken;
  return done;
}

Expected<bool> CorpusSync::copy(const CorpusFolder& from, const std::set<std::string>& names, CorpusFolder& to,
                                const std::set<std::string>& there, std::uint64_t& copied) {
  for (const std::string& name : names) {
    if (known_.contains(name)) continue;
    if (!there.contains(name)) {
      if (copied == kFilesMax) return false;
      const auto bytes = read_file(from.path() / name, byte_bounds::kInputFileMax);
      // A file that cannot be read was removed in the meantime, or is not an input.
      const auto added = bytes && !bytes->empty() ? to.add(*bytes) : Expected<bool>(false);
      if (!added) return tl::unexpected(added.error());
      if (*added) ++copied;
    }
    known_.insert(name);
  }
  return true;
}

Expected<std::uint64_t> merge_corpus(const FuzzOptions& options, const fs::path& into,
                                     const std::vector<fs::path>& from) {
  const auto before = check_marked(into, FolderKind::kCorpus).and_then([&] { return inputs_in(into); });
  if (!before) return tl::unexpected(before.error());
  return run_merge(options, "-merge=1", into, from)
      .and_then([&] { return inputs_in(into); })
      .map([&](const auto& after) { return std::uint64_t{after.size() - before->size()}; });
}

Expected<std::uint64_t> minimize_corpus(const FuzzOptions& options, const fs::path& corpus) {
  const auto before = check_marked(corpus, FolderKind::kCorpus).and_then([&] { return inputs_in(corpus); });
  if (!before) return tl::unexpected(before.error());
  const TemporaryFolder part;
  const auto cleaner = start_left_over_cleaner({{part.path()}, {}});
  if (!cleaner) return tl::unexpected(cleaner.error());
  const auto kept =
      run_merge(options, "-set_cover_merge=1", part.path(), {corpus}).and_then([&] { return inputs_in(part.path()); });
  if (!kept) return tl::unexpected(kept.error());
  if (kept->empty() && !before->empty()) {
    return make_error(ErrorCode::kInternal,
                      fmt::format("{}: the engine kept none of {} inputs", corpus.string(), before->size()));
  }
  std::uint64_t removed = 0;
  for (const std::string& name : *before) {
    if (!kept->contains(name) && CorpusFolder(corpus).remove(name)) ++removed;
  }
  return removed;
}

}  // namespace straylane
