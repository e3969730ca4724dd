#include "campaign/corpus_folder.h"

#include <fmt/format.h>

#include "codec/bytes_codec.h"
#include "codec/sha1.h"
#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kTimeShare = 50;

}  // namespace

Expected<std::set<std::string>> inputs_in(const fs::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    std::error_code gone;
    std::string name = it->path().filename().string();
    if (!name.starts_with(".") && it->is_regular_file(gone)) names.insert(std::move(name));
  }
  if (error) return make_error(ErrorCode::kStorage, fmt::format("{}: {}", folder.string(), error.message()));
  return names;
}

std::uint64_t CorpusFolder::count() {
  const auto start = Clock::now();
  std::error_code error;
  const auto changed_at = fs::last_write_time(path_, error);
  if (start < next_count_ || error || changed_at == counted_at_) return count_;
  counted_at_ = changed_at;
  std::uint64_t files = 0;
  for (auto it = fs::directory_iterator(path_, error); !error && it != fs::end(it); it.increment(error)) {
    if (!it->path().filename().native().starts_with(".")) ++files;
  }
  count_ = files;
  next_count_ = Clock::now() + kTimeShare * (Clock::now() - start);
  return count_;
}

Expected<bool> CorpusFolder::add(const std::string& bytes) {
  const std::span<const std::uint8_t> content(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  const fs::path path = path_ / sha1_hex(content);
  std::error_code error;
  if (fs::exists(path, error)) return false;
  const auto written = write_new_file(path, bytes);
  if (written) return true;
  if (fs::exists(path, error)) return false;  // another process came first
  return tl::unexpected(written.error());
}

bool CorpusFolder::remove(const std::string& name) {
  const fs::path path = path_ / name;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return false;
  const auto bytes = read_file(path, byte_bounds::kInputFileMax);
  if (!bytes || sha1_hex({reinterpret_cast<const std::uint8_t*>(bytes->data()), bytes->size()}) != name) return false;
  return fs::remove(path, error);
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

}  // namespace straylane
