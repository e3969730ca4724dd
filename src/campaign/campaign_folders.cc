#include "campaign/campaign_folders.h"

#include <fmt/format.h>

#include <array>

#include "os/folder_marker.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::array kFiles = {
    "lock", "stats.ndjson", "campaign.sqlite", "campaign.sqlite-wal", "campaign.sqlite-shm", "campaign.sqlite-journal"};
constexpr std::array kFolders = {"buckets", "crashes", "corpus"};

Expected<void> check_type(const fs::path& path, fs::file_type must) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(path, error).type();
  if (type == must || type == fs::file_type::not_found) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: is no {}, as a campaign of ours has it", path.string(),
                                                   must == fs::file_type::directory ? "folder" : "regular file"));
}

Expected<void> claim_findings(const std::string& folder) {
  const auto free = check_claim(folder, FolderKind::kFindings);
  if (free) return claim_folder(folder, FolderKind::kFindings).map([](const auto&) {});
  return free.error().code == ErrorCode::kUsage ? Expected<void>() : free;  // a user's
}

// What the marker of a corpus says of it: under another schema its inputs would be read as other cases.
std::map<std::string, std::string> corpus_fields(const FuzzOptions& options) {
  const Program& program = program_of(options);
  return {{"program", program.name}, {"schema", fmt::format("{:08x}", program.schema.digest())}};
}

// A corpus that was made by hand (corpus import) says nothing of its schema.
Expected<void> check_corpus(const std::string& folder, const FuzzOptions& options) {
  if (auto ok = check_claim(folder, FolderKind::kCorpus); !ok) return ok;
  const auto marker = read_marker(folder);
  if (!marker) return tl::unexpected(marker.error());
  if (!*marker) return {};
  const auto schema = (*marker)->fields.find("schema");
  if (schema == (*marker)->fields.end() || schema->second == corpus_fields(options).at("schema")) return {};
  const auto program = (*marker)->fields.find("program");
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: its inputs are of program {}, whose parameters are not those of {}", folder,
                                program == (*marker)->fields.end() ? "?" : program->second, program_of(options).name));
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
    return make_error(ErrorCode::kUsage,
                      fmt::format("{}: is a symbolic link, and no bucket of ours", it->path().string()));
  }
  return {};
}

}  // namespace straylane
