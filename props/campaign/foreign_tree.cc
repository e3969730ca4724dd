#include "props/campaign/foreign_tree.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>

#include "codec/sha1.h"
#include "os/folder_marker.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr int kPidGone = 99'999'999;  // more than a process can have
constexpr int kDepthMax = 2;

std::string content_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string sha1_of(const std::string& text) {
  return sha1_hex({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void make_entry(std::mt19937_64& random, const fs::path& path, const fs::path& outside, int depth) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(path, error))) return;
  switch (below(random, depth < kDepthMax ? 8 : 5)) {
    case 0:
      fs::create_symlink(below(random, 2) == 0 ? outside : fs::path(foreign_name(random)), path, error);
      break;
    case 1:
      mkfifo(path.c_str(), 0600);
      break;
    case 2:
    case 3:
    case 4:
      std::ofstream(path) << std::string(below(random, 30), 'x');
      break;
    default:
      fs::create_directory(path, error);
      for (std::uint64_t i = below(random, 4); i > 0; --i) {
        make_entry(random, path / foreign_name(random), outside, depth + 1);
      }
  }
}

}  // namespace

std::uint64_t below(std::mt19937_64& random, std::uint64_t bound) { return random() % bound; }

std::string foreign_name(std::mt19937_64& random) {
  static const std::array kNames = {"tmp",        "afl",         "lock",           "campaign.sqlite", "stats.ndjson",
                                    "buckets",    "crashes",     "corpus",         "findings",        "ready",
                                    "bin",        "report.html", "input",          "case.json",       ".hidden",
                                    ".straylane", "a name",      kFolderMarkerFile};
  const std::string name = kNames[below(random, kNames.size())];
  switch (below(random, 6)) {
    case 0:
      return fmt::format(".{}.{}.tmp", name, kPidGone);
    case 1:
      return fmt::format(".{}.{}.tmp", name, getpid());
    case 2:
      return sha1_of(std::to_string(below(random, 5)));
    case 3:
      return "crash-" + sha1_of(name);
    default:
      return name;
  }
}

std::vector<std::string> make_foreign_tree(std::mt19937_64& random, const fs::path& folder, const fs::path& outside) {
  std::vector<std::string> names;
  fs::create_directories(folder);
  for (std::uint64_t i = 1 + below(random, 6); i > 0; --i) {
    names.push_back(foreign_name(random));
    make_entry(random, folder / names.back(), outside, 0);
  }
  return names;
}

std::map<fs::path, FileState> state_of(const fs::path& folder) {
  std::map<fs::path, FileState> states;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat state{};
    lstat(entry.path().c_str(), &state);
    FileState& is = states[entry.path()];
    is.type = entry.symlink_status().type();
    if (is.type != fs::file_type::directory)
      is.written_ns = state.st_mtim.tv_sec * 1'000'000'000 + state.st_mtim.tv_nsec;
    if (is.type == fs::file_type::symlink) is.content = fs::read_symlink(entry.path()).string();
    if (is.type == fs::file_type::regular) is.content = content_of(entry.path());
  }
  return states;
}

}  // namespace straylane
