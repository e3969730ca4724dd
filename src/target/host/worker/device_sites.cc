#include "target/host/worker/device_sites.h"

#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/DebugLoc.h>

#include <filesystem>
#include <sstream>

namespace straylane {
namespace {

std::string folded(const std::string& line) {
  std::istringstream words(line);
  std::string text;
  for (std::string word; words >> word;) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

void DeviceSites::add_source(const std::string& name, const std::string& text) {
  std::vector<std::string>& lines = lines_[name];
  lines.clear();
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(folded(line));
}

std::string DeviceSites::statement(const std::string& file, unsigned line) const {
  const auto source = lines_.find(file);
  return source == lines_.end() || line == 0 || line > source->second.size() ? "" : source->second[line - 1];
}

std::uint32_t DeviceSites::number_of(const llvm::Instruction& instruction, const char* kind) {
  Site site;
  site.kind = kind;
  site.function = instruction.getFunction()->getName().str();
  if (const llvm::DebugLoc& place = instruction.getDebugLoc()) {
    site.line = place.getLine();
    site.file = std::filesystem::path(place->getFilename().str()).filename().string();
    if (const auto* function = place->getScope()->getSubprogram()) site.function = function->getName().str();
  }
  site.statement = statement(site.file, site.line);
  site.occurrence = occurrences_[site.file + "\n" + site.function + "\n" + site.statement]++;
  const std::uint32_t known = table_.find(site);
  return known != SiteTable::kNone ? known : table_.add(std::move(site));
}

}  // namespace straylane
