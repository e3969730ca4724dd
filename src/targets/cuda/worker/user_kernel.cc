#include "targets/cuda/worker/user_kernel.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string_view>
#include <vector>

#include "os/files.h"
#include "program/factory/device_call.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kBytesMax = std::size_t{1} << 40;  // files that the compiler has read: of any size

// Reads PTX from left to right. Does not use std::regex, whose stack grows with the length of the text.
class PtxReader {
 public:
  explicit PtxReader(std::string_view text) : text_(text) {}

  // Moves past the next `word`. Returns false if there is none.
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
  // Reads what is in the brackets that come next. Returns nothing if something else comes.
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

// Translates a list of parameters into the letters of KernelPart: ".param .align 8 .b64 x, .param .u32 y" is "pi".
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

// Lists the functions that PTX defines, by symbol: ".entry(pii)", ".func(pi)", or ".func value(pi)" for one that
// returns a value.
std::map<std::string, std::string> functions_in(std::string_view ptx) {
  std::map<std::string, std::string> found;
  for (PtxReader reader(ptx); reader.find(".visible");) {
    const std::string_view kind = reader.word();
    if (kind != ".entry" && kind != ".func") continue;  // a variable
    const char* value = reader.brackets() ? " value" : "";
    const std::string name(reader.word());
    found[name] = fmt::format("{}{}({})", kind, value, parameters_in(reader.brackets().value_or("")));
  }
  return found;
}

std::optional<BuildError> breach_of_contract(const std::map<std::string, std::string>& functions,
                                             const std::string& source) {
  for (const KernelPart& part : kKernelParts) {
    const std::string symbol = part.symbol;
    const std::string without_extern_c = fmt::format("_Z{}{}", symbol.size(), symbol);
    const std::string expected = fmt::format("{}({})", part.kernel ? ".entry" : ".func", part.parameters);
    for (const auto& [name, defined] : functions) {
      if (!name.starts_with(without_extern_c) && (name != symbol || defined == expected)) continue;
      return BuildError{BuildError::Kind::kWrongSignature,
                        fmt::format("{}: {} is not as the contract has it: must be {} (see docs/kernels.md)", source,
                                    symbol, part.declaration)};
    }
  }
  return std::nullopt;
}

std::vector<std::string> quoted_includes(const std::string& text) {
  std::vector<std::string> names;
  std::istringstream lines(text);
  for (std::string whole; std::getline(lines, whole);) {
    std::string_view line = whole;
    const auto take = [&line](std::string_view token) {
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      const bool taken = line.starts_with(token);
      if (taken) line.remove_prefix(token.size());
      return taken;
    };
    if (!take("#") || !take("include") || !take("\"")) continue;
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
        BuildError{BuildError::Kind::kNoPart, fmt::format("{}: defines neither {} nor {} (see docs/kernels.md)",
                                                          user.name, kKernelSymbol, kAllocatorSymbol)});
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
  std::map<std::string, std::string> files = {{name, read_file(path, kBytesMax).value_or("")}};
  std::vector<std::pair<fs::path, std::string>> unread = {{folder, files[name]}};  // folder of a file, its text
  while (!unread.empty()) {
    const auto [from, text] = unread.back();
    unread.pop_back();
    for (const std::string& included : quoted_includes(text)) {
      for (const fs::path& base : {from, folder}) {
        const fs::path found = (base / included).lexically_normal();
        const fs::path relative = found.lexically_relative(folder);
        if (relative.empty() || *relative.begin() == ".." || files.contains(relative.string())) continue;
        const auto content = read_file(found, kBytesMax);
        if (!content || files.size() >= kOwnFilesMax) continue;
        files.emplace(relative.string(), *content);
        unread.emplace_back(found.parent_path(), *content);
        break;
      }
    }
  }
  return files;
}

}  // namespace straylane
