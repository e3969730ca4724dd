#include "targets/cuda/worker/user_kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "program/factory/kernel_parts.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// A function that PTX defines.
struct Defined {
  bool entry = false;
  bool gives_value = false;
  std::string parameters;  // as KernelPart has them; '?' for any other
};

// PTX, read from left to right. (std::regex takes stack by the length of what it reads.)
class PtxReader {
 public:
  explicit PtxReader(std::string_view text) : text_(text) {}

  // Goes behind the next `word`; false where there is none.
  bool find(std::string_view word) {
    const std::size_t at = text_.find(word);
    text_.remove_prefix(at == std::string_view::npos ? text_.size() : at + word.size());
    return at != std::string_view::npos;
  }
  std::string_view word() {
    skip_space();
    const auto ends = [](char c) {
      return !std::isalnum(static_cast<unsigned char>(c)) && c != '_' && c != '$' && c != '.';
    };
    return take(static_cast<std::size_t>(std::find_if(text_.begin(), text_.end(), ends) - text_.begin()));
  }
  // What stands in the brackets that come next; nothing where none come.
  std::optional<std::string_view> brackets() {
    skip_space();
    if (!text_.starts_with('(')) return std::nullopt;
    const std::string_view inside = take(std::min(text_.find(')'), text_.size()));
    return inside.substr(1);
  }

 private:
  void skip_space() { text_.remove_prefix(std::min(text_.find_first_not_of(") \t\n"), text_.size())); }
  std::string_view take(std::size_t size) {
    const std::string_view taken = text_.substr(0, size);
    text_.remove_prefix(size);
    return taken;
  }

  std::string_view text_;
};

// ".param .align 8 .b64 x, .param .u32 y" is "pi".
std::string parameters_in(std::string_view list) {
  std::string letters;
  for (PtxReader reader(list); reader.find(".param");) {
    std::string_view type = reader.word();
    if (type == ".align") {
      reader.word();
      type = reader.word();
    }
    const bool integer = type.size() == 4 && type[1] != 'f';
    letters += integer && type.ends_with("64") ? 'p' : integer && type.ends_with("32") ? 'i' : '?';
  }
  return letters;
}

std::map<std::string, Defined> functions_in(std::string_view ptx) {
  std::map<std::string, Defined> found;
  for (PtxReader reader(ptx); reader.find(".visible");) {
    const std::string_view kind = reader.word();
    if (kind != ".entry" && kind != ".func") continue;  // a variable
    const bool gives_value = reader.brackets().has_value();
    const std::string name(reader.word());
    found[name] = {kind == ".entry", gives_value, parameters_in(reader.brackets().value_or(""))};
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
  const auto without_space = [](std::string_view line) {
    return line.substr(std::min(line.find_first_not_of(" \t"), line.size()));
  };
  std::vector<std::string> names;
  std::istringstream lines(text);
  for (std::string whole; std::getline(lines, whole);) {
    std::string_view line = without_space(whole);
    if (!line.starts_with('#')) continue;
    line = without_space(line.substr(1));
    if (!line.starts_with("include")) continue;
    line = without_space(line.substr(std::string_view("include").size()));
    if (!line.starts_with('"')) continue;
    line.remove_prefix(1);
    if (const std::size_t end = line.find('"'); end != std::string_view::npos) names.emplace_back(line.substr(0, end));
  }
  return names;
}

}  // namespace

tl::expected<CudaProgram, BuildError> with_parts_of(const CudaSource& user, CudaProgram factory, const Toolkit& toolkit,
                                                    int arch) {
  const auto ptx = compile_ptx(toolkit, user, factory.header, arch, usual_define());
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
    program.kernel_defined = true;
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
