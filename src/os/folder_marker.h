#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "domain/error.h"

namespace straylane {

// A folder into which Straylane writes again later, or in which it removes something, has a file that says so. Where
// that file is missing nothing is written and nothing is removed: the folder is somebody else's, whatever its files are
// called.
//
//   .straylane-folder
//     straylane-corpus/1        kind and version
//     key value                 one field a line: a key without spaces, a value without line ends
//
// The name begins with a dot, so that no engine and no corpus takes it for an input.
inline constexpr const char* kFolderMarkerFile = ".straylane-folder";

enum class FolderKind { kCampaign, kCorpus, kEnvironment, kFindings };

struct FolderMarker {
  FolderKind kind = FolderKind::kCampaign;
  std::map<std::string, std::string> fields;

  bool operator==(const FolderMarker&) const = default;
};

// "straylane-campaign/2" and so on, and in words: "campaign".
std::string format_of(FolderKind kind);
const char* to_string(FolderKind kind);

// Nothing where the folder, or the marker in it, is not there. kMalformed, naming the file and the line, where the file
// is no marker, or one of a version that is not known; kStorage where it cannot be read.
Expected<std::optional<FolderMarker>> read_marker(const std::filesystem::path& folder);

// Makes a folder that is new, and marked from its start. kUsage where something has its name, which is left as it is;
// kStorage.
Expected<void> make_marked_folder(const std::filesystem::path& folder, FolderKind kind,
                                  const std::map<std::string, std::string>& fields = {});

// Marks a folder that is there and has no marker. kStorage, also where it has one; kInternal for a field that is no
// line.
Expected<void> mark_folder(const std::filesystem::path& folder, FolderKind kind,
                           const std::map<std::string, std::string>& fields = {});

// Whether the folder may be written to as one of that kind: it has the marker, or it is empty or not there yet. Writes
// nothing. kUsage, one line that names the folder, where it holds something and has no marker, or another kind's.
Expected<void> check_claim(const std::filesystem::path& folder, FolderKind kind);

// The same, and then makes the folder and marks it where that has not been done. Gives its marker. Errors as above,
// with nothing written, and kStorage.
Expected<FolderMarker> claim_folder(const std::filesystem::path& folder, FolderKind kind,
                                    const std::map<std::string, std::string>& fields = {});

// kUsage, one line that says how to make such a folder, where it has no marker of that kind.
Expected<void> check_marked(const std::filesystem::path& folder, FolderKind kind);

// Whether it has a marker, of whatever kind. What cannot be read has none.
bool is_marked(const std::filesystem::path& folder);
bool is_marked(const std::filesystem::path& folder, FolderKind kind);

}  // namespace straylane
