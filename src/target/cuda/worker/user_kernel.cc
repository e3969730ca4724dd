#include "target/cuda/worker/user_kernel.h"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <regex>
#include <sstream>
#include <vector>

#include "domain/settings.h"
#include "factory/kernel_parts.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// A function that PTX defines.
struct Defined {
  bool entry = false;
  bool gives_value = false;
  std::string parameters;  // as KernelPart has them; '?' for any other
};

std::string parameters_in(const std::string& list) {
  static const std::regex parameter(R"(\.param\s+(?:\.align\s+\d+\s+)?\.([a-z]\d+))");
  std::string letters;
  for (std::sregex_iterator it(list.begin(), list.end(), parameter), end; it != end; ++it) {
    const std::string type = (*it)[1];
    const bool integer = type[0] != 'f';
    letters += integer && type.ends_with("64") ? 'p' : integer && type.ends_with("32") ? 'i' : '?';
  }
  return letters;
}

std::map<std::string, Defined> functions_in(const std::string& ptx) {
  static const std::regex function(R"(\.visible\s+\.(entry|func)\s*(\([^)]*\))?\s*([\w$]+)\s*(?:\(([^)]*)\))?)");
  std::map<std::string, Defined> found;
  for (std::sregex_iterator it(ptx.begin(), ptx.end(), function), end; it != end; ++it) {
    found[(*it)[3]] = {(*it)[1] == "entry", (*it)[2].matched, parameters_in((*it)[4])};
  }
  return found;
}

bool is_as_declared(const KernelPart& part, const Defined& defined) {
  return defined.entry == part.kernel && !defined.gives_value && defined.parameters == part.parameters;
}

std::optional<BuildError> breach_of_contract(const std::map<std::string, Defined>& functions,
                                             const std::string& source) {
  for (const KernelPart& part : kKernelParts) {
    const std::string symbol = part.symbol;
    const std::string without_extern_c = fmt::format("_Z{}{}", symbol.size(), symbol);
    for (const auto& [name, defined] : functions) {
      if (!name.starts_with(without_extern_c) && (name != symbol || is_as_declared(part, defined))) continue;
      return BuildError{
          BuildError::Kind::kWrongSignature,
          fmt::format("{}: {} is not as the contract has it: must be {}", source, symbol, part.declaration),
          {}};
    }
  }
  return std::nullopt;
}

std::optional<std::string> text_of(const fs::path& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  if (!fs::is_regular_file(path, error) || !file) return std::nullopt;
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> quoted_includes(const std::string& text) {
  static const std::regex include(R"re(^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)")re", std::regex::multiline);
  std::vector<std::string> names;
  for (std::sregex_iterator it(text.begin(), text.end(), include), end; it != end; ++it) names.push_back((*it)[1]);
  return names;
}

}  // namespace

tl::expected<CudaProgram, BuildError> with_parts_of(const CudaSource& user, CudaProgram factory, const Toolkit& toolkit,
                                                    int arch) {
  const auto ptx = compile_ptx(toolkit, user, factory.header, arch, Settings{}.buffer_size);
  if (!ptx) return tl::unexpected(ptx.error());
  const auto functions = functions_in(*ptx);
  if (auto breach = breach_of_contract(functions, user.name)) return tl::unexpected(*breach);
  const bool has_kernel = functions.contains(kKernelSymbol);
  const bool has_allocator = functions.contains(kAllocatorSymbol);
  if (!has_kernel && !has_allocator) {
    return tl::unexpected(
        BuildError{BuildError::Kind::kNoPart,
                   fmt::format("{}: defines neither {} nor {}", user.name, kKernelSymbol, kAllocatorSymbol),
                   {}});
  }
  CudaProgram program = std::move(factory);
  if (has_kernel) {
    program.kernel = user;
    program.kernel_by_size = true;
    program.kernel_alone = has_allocator || ptx->find(kAllocatorSymbol) == std::string::npos;
  }
  if (has_allocator) program.allocator = user;
  return program;
}

std::map<std::string, std::string> own_files(const std::string& path, const std::string& name) {
  const fs::path folder = fs::absolute(path).lexically_normal().parent_path();
  std::map<std::string, std::string> files = {{name, text_of(path).value_or("")}};
  std::vector<std::pair<fs::path, std::string>> unread = {{folder, files[name]}};  // folder of a file, its text
  while (!unread.empty()) {
    const auto [from, text] = unread.back();
    unread.pop_back();
    for (const std::string& included : quoted_includes(text)) {
      for (const fs::path& base : {from, folder}) {
        const fs::path found = (base / included).lexically_normal();
        const fs::path relative = found.lexically_relative(folder);
        if (relative.empty() || *relative.begin() == ".." || files.contains(relative.string())) continue;
        const auto there = text_of(found);
        if (!there || files.size() >= kOwnFilesMax) continue;
        files.emplace(relative.string(), *there);
        unread.emplace_back(found.parent_path(), *there);
        break;
      }
    }
  }
  return files;
}

}  // namespace straylane
