#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "domain/error.h"

namespace straylane {

// Every folder that Straylane writes to again, or in which it removes something, has a file that says so. Without that
// file nothing is written and nothing is removed: the folder belongs to somebody else, whatever its files are called.
//
//   .straylane-folder
//     straylane-corpus/1        kind and version
//     key value                 one field per line: a key without spaces, a value without line ends
//
// The name begins with a dot, so that no engine and no corpus takes the file for an input.
inline constexpr const char* kFolderMarkerFile = ".straylane-folder";

enum class FolderKind { kCampaign, kCorpus, kEnvironment, kFindings };

struct FolderMarker {
  FolderKind kind = FolderKind::kCampaign;
  std::map<std::string, std::string> fields;

  bool operator==(const FolderMarker&) const = default;
};

// Reads the marker of `folder`. Gives nothing if the folder has none or does not exist.
// Errors: kMalformed, naming file and line, if the file is not a marker or has an unknown version; kStorage.
Expected<std::optional<FolderMarker>> read_marker(const std::filesystem::path& folder);

// Makes a new folder that is marked from the start.
// Errors: kUsage if something has that name, which is left as it is; kStorage.
Expected<void> make_marked_folder(const std::filesystem::path& folder, FolderKind kind,
                                  const std::map<std::string, std::string>& fields = {});

// Marks an existing folder.
// Errors: kStorage, also if it has a marker; kInternal if a field cannot be written as a line.
Expected<void> mark_folder(const std::filesystem::path& folder, FolderKind kind,
                           const std::map<std::string, std::string>& fields = {});

// Checks that the folder may be written to as one of that kind: it has the marker, is empty, or does not exist yet.
// Writes nothing.
// Errors: kUsage, one line that names the folder, if it holds something and has no marker, or another kind's.
Expected<void> check_claim(const std::filesystem::path& folder, FolderKind kind);

// Makes the same check, then makes and marks the folder if necessary. Gives its marker.
// Errors: those of check_claim, with nothing written; kStorage.
Expected<FolderMarker> claim_folder(const std::filesystem::path& folder, FolderKind kind,
                                    const std::map<std::string, std::string>& fields = {});

// Checks that the folder has a marker of that kind.
// Errors: kUsage, one line that says how to make such a folder.
Expected<void> check_marked(const std::filesystem::path& folder, FolderKind kind);

// Tells whether the folder has a marker of that kind, or any marker if no kind is given. A marker that cannot be read
// does not count.
bool is_marked(const std::filesystem::path& folder, std::optional<FolderKind> kind = std::nullopt);

}  // namespace straylane
