#include "targets/host/worker/device_sites.h"

#include <fmt/format.h>
#include <llvm/IR/DebugLoc.h>

#include <filesystem>
#include <iterator>
#include <sstream>

#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

std::string folded(const std::string& line) {
  std::istringstream words(line);
  return fmt::format("{}",
                     fmt::join(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>(), " "));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(folded(line));
  return lines;
}

std::string full_path(const fs::path& path) { return fs::absolute(path).lexically_normal().string(); }

}  // namespace

void DeviceSites::add_source(const std::string& path, const std::string& name, const std::string& text) {
  sources_[full_path(path)] = {name, lines_of(text)};
}

const DeviceSites::Source& DeviceSites::source_of(const llvm::DILocation& place) {
  const std::string folder = place.getDirectory().str();
  const std::string file = place.getFilename().str();
  const Source*& known = source_known_[folder + "\n" + file];
  if (known != nullptr) return *known;
  const fs::path path = full_path(fs::path(folder) / file);
  const auto [source, is_new] = sources_.try_emplace(path);
  if (is_new) source->second = {path.filename(), lines_of(read_file(path, kSourceBytesMax).value_or(""))};
  known = &source->second;
  return *known;
}

std::uint32_t DeviceSites::number_of(const llvm::Instruction& instruction, const char* kind) {
  Site site;
  site.kind = kind;
  site.function = instruction.getFunction()->getName().str();
  if (const llvm::DebugLoc& place = instruction.getDebugLoc()) {
    site.line = place.getLine();
    const Source& source = source_of(*place);
    site.file = source.name;
    if (site.line != 0 && site.line <= source.lines.size()) site.statement = source.lines[site.line - 1];
    if (const auto* function = place->getScope()->getSubprogram()) site.function = function->getName().str();
  }
  site.occurrence = occurrences_[site.file + "\n" + site.function + "\n" + site.statement]++;
  return table_.number_of(site);
}

}  // namespace straylane
