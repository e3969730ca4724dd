#include "os/folder_marker.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = 64 << 10;
constexpr std::array kKinds = {FolderKind::kCampaign, FolderKind::kCorpus, FolderKind::kEnvironment,
                               FolderKind::kFindings};

Expected<FolderMarker> marker_from(const std::string& text, const std::string& place) {
  std::istringstream lines(text);
  std::string line;
  std::getline(lines, line);
  FolderMarker marker;
  const auto kind = std::find_if(kKinds.begin(), kKinds.end(), [&](FolderKind k) { return format_of(k) == line; });
  if (kind == kKinds.end()) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}: line 1: no kind of folder that this version of Straylane knows", place));
  }
  marker.kind = *kind;
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

// A line of `marker_from`.
bool is_field(const std::string& key, const std::string& value) {
  return !key.empty() && key.find_first_of(" \n") == std::string::npos && value.find('\n') == std::string::npos;
}

Expected<std::string> marker_text(const fs::path& folder, FolderKind kind,
                                  const std::map<std::string, std::string>& fields) {
  std::string text = format_of(kind) + "\n";
  for (const auto& [key, value] : fields) {
    if (!is_field(key, value)) {
      return make_error(ErrorCode::kInternal, fmt::format("{}: field \"{}\" is no line", folder.string(), key));
    }
    text += fmt::format("{} {}\n", key, value);
  }
  return text;
}

Expected<void> check_kind(const fs::path& folder, const FolderMarker& marker, FolderKind kind) {
  if (marker.kind == kind) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: a {} of Straylane, and no {}", folder.string(),
                                                   to_string(marker.kind), to_string(kind)));
}

const char* way_out(FolderKind kind) {
  switch (kind) {
    case FolderKind::kCorpus:
      return "; straylane corpus import NEW DIR copies its files into a new corpus";
    case FolderKind::kCampaign:
    case FolderKind::kEnvironment:
    case FolderKind::kFindings:
      break;
  }
  return "; name a new one";
}

// Expects a folder; one that is not there is empty.
Expected<bool> holds_nothing(const fs::path& folder) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (status.type() == fs::file_type::not_found && !fs::is_symlink(fs::symlink_status(folder, error))) return true;
  if (!fs::is_directory(status)) {
    return make_error(ErrorCode::kStorage, fmt::format("{}: Not a directory", folder.string()));
  }
  error.clear();
  const bool empty = fs::is_empty(folder, error);
  if (error) return make_error(ErrorCode::kStorage, fmt::format("{}: {}", folder.string(), error.message()));
  return empty;
}

// Its marker; nothing where it may be marked.
Expected<std::optional<FolderMarker>> claimed(const fs::path& folder, FolderKind kind) {
  auto marker = read_marker(folder);
  if (!marker) return marker;
  if (*marker) return check_kind(folder, **marker, kind).map([&] { return *marker; });
  const auto empty = holds_nothing(folder);
  if (!empty) return tl::unexpected(empty.error());
  if (*empty) return std::optional<FolderMarker>();
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: holds files, and is no {} of Straylane (it has no {}): nothing is "
                                "written there{}",
                                folder.string(), to_string(kind), kFolderMarkerFile, way_out(kind)));
}

}  // namespace

std::string format_of(FolderKind kind) {
  switch (kind) {
    case FolderKind::kCampaign:
      return "straylane-campaign/2";
    case FolderKind::kCorpus:
      return "straylane-corpus/1";
    case FolderKind::kEnvironment:
      return "straylane-env/1";
    case FolderKind::kFindings:
      break;
  }
  return "straylane-findings/1";
}

const char* to_string(FolderKind kind) {
  switch (kind) {
    case FolderKind::kCampaign:
      return "campaign";
    case FolderKind::kCorpus:
      return "corpus";
    case FolderKind::kEnvironment:
      return "environment";
    case FolderKind::kFindings:
      break;
  }
  return "folder of findings";
}

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
  const auto text = marker_text(folder, kind, fields);
  if (!text) return tl::unexpected(text.error());
  const auto made = write_new_folder(folder, {{kFolderMarkerFile, *text}});
  if (!made) return tl::unexpected(made.error());
  if (*made) return {};
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: is there already, and is no {} of Straylane (it has no {}): it is left as "
                                "it is",
                                folder.string(), to_string(kind), kFolderMarkerFile));
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
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return make_error(ErrorCode::kStorage, fmt::format("{}: {}", folder.string(), error.message()));
  const auto marked = mark_folder(folder, kind, fields);
  // Another process may have come first.
  marker = claimed(folder, kind);
  if (marker && *marker) return **marker;
  return tl::unexpected(!marked ? marked.error() : marker.error());
}

Expected<void> check_marked(const fs::path& folder, FolderKind kind) {
  const auto marker = read_marker(folder);
  if (!marker) return tl::unexpected(marker.error());
  if (*marker) return check_kind(folder, **marker, kind);
  return make_error(ErrorCode::kUsage, fmt::format("{}: is no {} of Straylane (it has no {}){}", folder.string(),
                                                   to_string(kind), kFolderMarkerFile, way_out(kind)));
}

bool is_marked(const fs::path& folder) {
  const auto marker = read_marker(folder);
  return marker && *marker;
}

bool is_marked(const fs::path& folder, FolderKind kind) {
  const auto marker = read_marker(folder);
  return marker && *marker && (*marker)->kind == kind;
}

}  // namespace straylane
