#include "campaign/campaign_folders.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "os/files.h"
#include "os/folder_marker.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMinFree = 64 << 20;
constexpr std::uint64_t kMinFreePart = 16;  // of a small file system
constexpr std::array kFiles = {
    "lock", "stats.ndjson", "campaign.sqlite", "campaign.sqlite-wal", "campaign.sqlite-shm", "campaign.sqlite-journal"};
constexpr std::array kFolders = {"buckets", "crashes", "corpus"};

Expected<void> check_type(const fs::path& path, fs::file_type must) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(path, error).type();
  if (type == must || type == fs::file_type::not_found) return {};
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: is not a {}, which it must be in a campaign (see docs/campaigns.md)",
                                path.string(), must == fs::file_type::directory ? "folder" : "regular file"));
}

Expected<void> claim_findings(const std::string& folder) {
  const auto free = check_claim(folder, FolderKind::kFindings);
  if (free) return claim_folder(folder, FolderKind::kFindings).map([](const auto&) {});
  return free.error().code == ErrorCode::kUsage ? Expected<void>() : free;  // kUsage: it is a user's folder
}

// Gives the fields of a corpus's marker. Under another schema its inputs would be read as other cases.
std::map<std::string, std::string> corpus_fields(const FuzzOptions& options) {
  const Program& program = program_of(options);
  return {{"program", program.name}, {"schema", fmt::format("{:08x}", program.schema.digest())}};
}

// A corpus that was made by `corpus import` does not name its schema.
Expected<void> check_corpus(const std::string& folder, const FuzzOptions& options) {
  if (auto ok = check_claim(folder, FolderKind::kCorpus); !ok) return ok;
  const auto marker = read_marker(folder);
  if (!marker) return tl::unexpected(marker.error());
  if (!*marker) return {};
  const auto& fields = (*marker)->fields;
  const auto schema = fields.find("schema");
  if (schema == fields.end() || schema->second == corpus_fields(options).at("schema")) return {};
  return make_error(
      ErrorCode::kUsage,
      fmt::format("{}: its inputs are of program {}, whose parameters are not those of {} (see docs/campaigns.md)",
                  folder, fields.contains("program") ? fields.at("program") : "?", program_of(options).name));
}

bool leads_out(const fs::path& kept) { return kept.is_absolute() || *kept.begin() == ".."; }

fs::path real_path(const fs::path& path) {
  std::error_code error;
  const fs::path found = fs::weakly_canonical(fs::absolute(path, error), error);
  const fs::path normal = error ? fs::absolute(path, error).lexically_normal() : found;
  return normal.has_filename() ? normal : normal.parent_path();
}

// The engines are killed a moment after the supervisor has died and may still write, so this is done several times.
constexpr int kRounds = 6;
constexpr useconds_t kRoundUs = 50'000;
constexpr int kDepth = 1;

void remove_in(const fs::path& folder, int depth) {
  std::vector<fs::path> found;
  std::error_code error;
  for (auto it = fs::directory_iterator(folder, error); !error && it != fs::end(it); it.increment(error)) {
    std::error_code gone;
    if (is_left_over(it->path().filename().string())) {
      found.push_back(it->path());
    } else if (depth > 0 && it->symlink_status(gone).type() == fs::file_type::directory) {
      remove_in(it->path(), depth - 1);
    }
  }
  for (const fs::path& path : found) fs::remove_all(path, error);
}

// A symbolic link in a folder of ours may lead anywhere, so it does not count.
bool is_ours(const fs::path& folder) {
  std::error_code error;
  return is_marked(folder) || (!fs::is_symlink(folder, error) && is_marked(folder.parent_path()));
}

int clean_up_after_parent(const LeftOvers& left_overs) {
  pollfd closed{Child::kSocket, POLLIN, 0};  // readable once the parent has ended
  while (poll(&closed, 1, -1) < 0) {
  }
  for (int i = 0; i < kRounds; ++i) {
    left_overs.remove();
    usleep(kRoundUs);
  }
  return 0;
}

}  // namespace

std::string corpus_of(const FuzzOptions& options) {
  return options.corpus.empty() ? (fs::path(options.folder) / "corpus").string() : options.corpus;
}

Expected<void> check_campaign_folders(const FuzzOptions& options) {
  return check_claim(options.folder, FolderKind::kCampaign)
      .and_then([&] { return check_corpus(corpus_of(options), options); })
      .and_then([&] { return options.sync.empty() ? Expected<void>() : check_corpus(options.sync, options); });
}

Expected<void> claim_campaign_folders(const FuzzOptions& options) {
  const auto claim = [&](const std::string& folder, FolderKind kind) {
    const auto fields = kind == FolderKind::kCorpus ? corpus_fields(options) : std::map<std::string, std::string>();
    return claim_folder(folder, kind, fields).map([](const auto&) {});
  };
  return check_campaign_folders(options)
      .and_then([&] { return claim(options.folder, FolderKind::kCampaign); })
      .and_then([&] { return claim(corpus_of(options), FolderKind::kCorpus); })
      .and_then([&] { return options.sync.empty() ? Expected<void>() : claim(options.sync, FolderKind::kCorpus); })
      .and_then([&] { return claim_findings(options.out); });
}

Expected<void> check_no_links(const fs::path& campaign) {
  for (const char* name : kFiles) {
    if (auto ok = check_type(campaign / name, fs::file_type::regular); !ok) return ok;
  }
  for (const char* name : kFolders) {
    if (auto ok = check_type(campaign / name, fs::file_type::directory); !ok) return ok;
  }
  std::error_code error;
  for (auto it = fs::directory_iterator(campaign / "buckets", error); !error && it != fs::end(it);
       it.increment(error)) {
    if (!it->is_symlink()) continue;
    return make_error(
        ErrorCode::kUsage,
        fmt::format("{}: is a symbolic link, not a bucket's folder (see docs/campaigns.md)", it->path().string()));
  }
  return {};
}

std::string path_to_keep(const fs::path& campaign, const std::string& path) {
  return path.empty() ? path : real_path(path).lexically_proximate(real_path(campaign)).string();
}

std::string path_kept(const fs::path& campaign, const std::string& kept) {
  if (kept.empty()) return kept;
  const fs::path path = (real_path(campaign) / kept).lexically_normal();
  std::error_code error;
  const fs::path from_here = path.lexically_proximate(fs::current_path(error));
  return error || leads_out(from_here) ? path.string() : from_here.string();
}

bool is_in_campaign(const fs::path& campaign, const std::string& path) {
  return !leads_out(path_to_keep(campaign, path));
}

std::uint64_t default_min_free(const fs::path& folder) {
  struct statvfs state{};
  if (statvfs(folder.c_str(), &state) != 0) return kMinFree;
  return std::min<std::uint64_t>(kMinFree, state.f_blocks * state.f_frsize / kMinFreePart);
}

Expected<void> check_space(const fs::path& folder, std::uint64_t min_free) {
  struct statvfs state{};
  if (statvfs(folder.c_str(), &state) != 0) return storage_error(folder, errno);
  const std::uint64_t free = state.f_bavail * state.f_frsize;
  if (free < min_free || free == 0) {
    return make_error(ErrorCode::kStorage, fmt::format("{}: {} KiB are free, must be at least {} (--min-free)",
                                                       folder.string(), free >> 10, min_free >> 10));
  }
  if (state.f_files > 0 && state.f_favail == 0) {
    return make_error(ErrorCode::kStorage, fmt::format("{}: no more files can be made there", folder.string()));
  }
  return {};
}

void LeftOvers::remove() const {
  std::error_code error;
  for (const fs::path& folder : whole_folders) fs::remove_all(folder, error);
  for (const fs::path& folder : among) {
    if (is_ours(folder)) remove_in(folder, kDepth);
  }
}

Expected<Child> start_left_over_cleaner(const LeftOvers& left_overs) {
  return Child::call([&left_overs] { return clean_up_after_parent(left_overs); },
                     {.channel = ChildSetup::Channel::kSocket,
                      .dies_with_parent = false,
                      .ignored_signals = {SIGINT, SIGTERM, SIGHUP}});
}

}  // namespace straylane
