#include "os/folder_marker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <sstream>

#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = 64 << 10;

struct KindText {
  const char* format;
  const char* name;  // with its article
};
constexpr std::array kKinds = {KindText{"straylane-campaign/2", "a campaign"},
                               KindText{"straylane-corpus/1", "a corpus"},
                               KindText{"straylane-env/1", "an environment"},
                               KindText{"straylane-findings/1", "a folder of findings"}};  // in the order of FolderKind

const KindText& text_of(FolderKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

// The rest of the message that refuses a folder of somebody else.
std::string no_such_folder(FolderKind kind) {
  return fmt::format("is not {} of Straylane (it has no {})", text_of(kind).name, kFolderMarkerFile);
}

// The end of a message that refuses a folder: the page about such folders.
const char* page_of(FolderKind kind) {
  return kind == FolderKind::kCampaign || kind == FolderKind::kCorpus ? " (see docs/campaigns.md)" : "";
}

const char* way_out(FolderKind kind) {
  return kind == FolderKind::kCorpus ? "; straylane corpus import NEW DIR copies its files into a new corpus"
                                     : "; name a new one";
}

Expected<FolderMarker> marker_from(const std::string& text, const std::string& place) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  FolderMarker marker;
  const auto kind = std::ranges::find(kKinds, line, &KindText::format);
  if (kind == kKinds.end()) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}: line 1: not a kind of folder that this version of Straylane knows", place));
  }
  marker.kind = static_cast<FolderKind>(kind - kKinds.begin());
  for (int number = 2; std::getline(lines, line); ++number) {
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string::npos) {
      return make_error(ErrorCode::kMalformed,
                        fmt::format("{}: line {}: must be a key, a space and a value", place, number));
    }
    marker.fields[line.substr(0, space)] = line.substr(space + 1);
  }
  return marker;
}

// Tells whether `marker_from` can read the field back.
bool is_field(const std::string& key, const std::string& value) {
  return !key.empty() && key.find_first_of(" \n") == std::string::npos && value.find('\n') == std::string::npos;
}

Expected<std::string> marker_text(const fs::path& folder, FolderKind kind,
                                  const std::map<std::string, std::string>& fields) {
  std::string text = fmt::format("{}\n", text_of(kind).format);
  for (const auto& [key, value] : fields) {
    if (!is_field(key, value)) {
      return make_error(ErrorCode::kInternal,
                        fmt::format("{}: field \"{}\" cannot be written as one line", folder.string(), key));
    }
    text += fmt::format("{} {}\n", key, value);
  }
  return text;
}

Expected<void> check_kind(const fs::path& folder, const FolderMarker& marker, FolderKind kind) {
  if (marker.kind == kind) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: is {} of Straylane, not {}{}", folder.string(),
                                                   text_of(marker.kind).name, text_of(kind).name, page_of(kind)));
}

// Tells whether `folder` is empty or missing.
// Errors: kStorage, also for something that is not a folder.
Expected<bool> holds_nothing(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found && !fs::is_symlink(fs::symlink_status(folder, error))) return true;
  if (!fs::is_directory(status)) return storage_error(folder, ENOTDIR);
  error.clear();
  const bool empty = fs::is_empty(folder, error);
  if (error) return storage_error(folder, error.value());
  return empty;
}

// Gives the marker of a folder, or nothing if the folder may be marked.
Expected<std::optional<FolderMarker>> claimed(const fs::path& folder, FolderKind kind) {
  auto marker = read_marker(folder);
  if (!marker) return marker;
  if (*marker) return check_kind(folder, **marker, kind).map([&] { return *marker; });
  const auto empty = holds_nothing(folder);
  if (!empty) return tl::unexpected(empty.error());
  if (*empty) return std::optional<FolderMarker>();
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: holds files, and {}: nothing is written there{}{}", folder.string(),
                                no_such_folder(kind), way_out(kind), page_of(kind)));
}

}  // namespace

Expected<std::optional<FolderMarker>> read_marker(const fs::path& folder) {
  const fs::path path = folder / kFolderMarkerFile;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error))) return std::optional<FolderMarker>();
  const auto text = read_file(path, kBytesMax);
  if (!text) return tl::unexpected(text.error());
  return marker_from(*text, path.string()).map([](FolderMarker marker) { return std::optional(std::move(marker)); });
}

Expected<void> make_marked_folder(const fs::path& folder, FolderKind kind,
                                  const std::map<std::string, std::string>& fields) {
  const auto made = marker_text(folder, kind, fields).and_then([&](const std::string& text) {
    return write_new_folder(folder, {{kFolderMarkerFile, text}});
  });
  if (!made) return tl::unexpected(made.error());
  if (*made) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: exists already, and {}: it is left as it is{}", folder.string(),
                                                   no_such_folder(kind), page_of(kind)));
}

Expected<void> mark_folder(const fs::path& folder, FolderKind kind, const std::map<std::string, std::string>& fields) {
  return marker_text(folder, kind, fields).and_then([&](const std::string& text) {
    return write_new_file(folder / kFolderMarkerFile, text);
  });
}

Expected<void> check_claim(const fs::path& folder, FolderKind kind) {
  return claimed(folder, kind).map([](const auto&) {});
}

Expected<FolderMarker> claim_folder(const fs::path& folder, FolderKind kind,
                                    const std::map<std::string, std::string>& fields) {
  auto marker = claimed(folder, kind);
  if (!marker) return tl::unexpected(marker.error());
  if (*marker) return **marker;
  if (auto made = make_folders(folder); !made) return tl::unexpected(made.error());
  const auto marked = mark_folder(folder, kind, fields);
  // Read the marker back: another process may have been faster.
  marker = claimed(folder, kind);
  if (marker && *marker) return **marker;
  return tl::unexpected(!marked ? marked.error() : marker.error());
}

Expected<void> check_marked(const fs::path& folder, FolderKind kind) {
  const auto marker = read_marker(folder);
  if (!marker) return tl::unexpected(marker.error());
  if (*marker) return check_kind(folder, **marker, kind);
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: {}{}{}", folder.string(), no_such_folder(kind), way_out(kind), page_of(kind)));
}

bool is_marked(const fs::path& folder, std::optional<FolderKind> kind) {
  const auto marker = read_marker(folder);
  return marker && *marker && (!kind || (*marker)->kind == kind);
}

}  // namespace straylane
