#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "domain/error.h"

namespace straylane {

struct MergeOptions {
  std::string target;
  std::string python = "/usr/bin/python3";
  std::string kernel;  // path of a user's kernel; empty: the factory's
  std::function<bool()> interrupted;
};

// Runs every input in `from` and adds to the corpus `into` those that show something which no input in `into` and none
// added before them does: libFuzzer's -merge=1. Both exist, and `into` is marked as a corpus (folder_marker.h). Gives
// how many were added. Errors: kUnsupported, kStorage, kInterrupted (what has been added is whole), kInternal for an
// engine that failed, kUsage for a folder without the marker.
Expected<std::uint64_t> merge_corpus(const MergeOptions& options, const std::filesystem::path& into,
                                     const std::vector<std::filesystem::path>& from);

// Leaves in `corpus` a part that shows all that the whole of it does, with small inputs preferred (libFuzzer's
// -set_cover_merge=1); the others are removed once that part is known, but for files that are not named by their
// content: those are not ours. Gives how many were removed. Errors as above, and then nothing has been removed.
Expected<std::uint64_t> minimize_corpus(const MergeOptions& options, const std::filesystem::path& corpus);

}  // namespace straylane
