#include "targets/host/worker/device_compiler.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceManager.h>
#include <clang/CodeGen/CodeGenAction.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Frontend/Utils.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <fmt/format.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include "os/files.h"
#include "targets/host/worker/device_sites.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// Collects clang's errors.
class ErrorCollector final : public clang::DiagnosticConsumer {
 public:
  explicit ErrorCollector(std::vector<Diagnostic>& errors) : errors_(errors) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    clang::DiagnosticConsumer::HandleDiagnostic(level, info);
    if (level < clang::DiagnosticsEngine::Error) return;
    llvm::SmallString<128> message;
    info.FormatDiagnostic(message);
    Diagnostic error{.message = message.str().str()};
    if (info.hasSourceManager() && info.getLocation().isValid()) {
      const clang::PresumedLoc place = info.getSourceManager().getPresumedLoc(info.getLocation());
      if (place.isValid()) {
        error.file = place.getFilename();
        error.line = place.getLine();
        error.column = place.getColumn();
      }
    }
    errors_.push_back(std::move(error));
  }

 private:
  std::vector<Diagnostic>& errors_;
};

// Finds out whether the source uses the macro `name`.
class DefineWatch final : public clang::PPCallbacks {
 public:
  DefineWatch(std::string_view name, bool& used) : name_(name), used_(used) {}

  void MacroExpands(const clang::Token& name, const clang::MacroDefinition&, clang::SourceRange,
                    const clang::MacroArgs*) override {
    look(name);
  }
  void Defined(const clang::Token& name, const clang::MacroDefinition&, clang::SourceRange) override { look(name); }
  void Ifdef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition&) override { look(name); }
  void Ifndef(clang::SourceLocation, const clang::Token& name, const clang::MacroDefinition&) override { look(name); }
  void MacroUndefined(const clang::Token& name, const clang::MacroDefinition&, const clang::MacroDirective*) override {
    look(name);
  }

 private:
  void look(const clang::Token& name) {
    const auto* identifier = name.getIdentifierInfo();
    used_ = used_ || (identifier != nullptr && identifier->getName() == llvm::StringRef(name_));
  }
  std::string_view name_;
  bool& used_;
};

class WatchedAction final : public clang::EmitLLVMOnlyAction {
 public:
  WatchedAction(llvm::LLVMContext& context, std::string_view define, bool& uses_define)
      : clang::EmitLLVMOnlyAction(&context), define_(define), uses_define_(uses_define) {}

 private:
  bool BeginSourceFileAction(clang::CompilerInstance& compiler) override {
    compiler.getPreprocessor().addPPCallbacks(std::make_unique<DefineWatch>(define_, uses_define_));
    return clang::EmitLLVMOnlyAction::BeginSourceFileAction(compiler);
  }
  std::string_view define_;
  bool& uses_define_;
};

std::vector<std::string> arguments_for(const DeviceSource& source, const Define& define, const std::string& prelude,
                                       const std::string& include_folder) {
  const fs::path path = source.path;
  const std::string folder = path.has_parent_path() ? path.parent_path().string() : ".";
  return {"-triple", "nvptx64-nvidia-cuda", "-aux-triple", "x86_64-pc-linux-gnu", "-x", "cuda", "-fcuda-is-device",
          "-target-cpu", "sm_80", "-target-feature", "+ptx71", "-std=c++17", "-nobuiltininc", "-nostdsysteminc",
          // We optimise, after our own passes. -O1 keeps `optnone` off the functions.
          "-O1", "-disable-llvm-passes", "-debug-info-kind=line-tables-only", "-dwarf-version=4",
          // No count of warnings on stderr, which is reserved for messages about the end of the worker.
          "-fno-caret-diagnostics",
          // An endless loop without an effect is a hang to report. The compiler must not remove it.
          "-fno-finite-loops",
          // Both are warnings by default, but such a kernel cannot work.
          "-Werror=zero-length-array", "-Werror=return-stack-address", "-main-file-name", path.filename().string(),
          "-I", folder, "-I", include_folder, "-include", prelude, fmt::format("-D{}={}", define.name, define.value),
          source.path};
}

}  // namespace

std::optional<fs::path> path_below(const fs::path& folder, const fs::path& path) {
  fs::path relative = fs::absolute(path).lexically_normal().lexically_relative(fs::absolute(folder).lexically_normal());
  if (relative.empty() || *relative.begin() == "..") return std::nullopt;
  return relative;
}

void DeviceCompiler::keep(const std::vector<std::string>& dependencies, const DeviceSource& source) {
  for (const std::string& path : dependencies) {
    if (path == source.path || path == prelude_ || included_.contains(path)) continue;
    if (path_below(include_folder_, path)) continue;
    if (auto text = read_file(path, kSourceBytesMax)) included_.emplace(path, std::move(*text));
  }
}

tl::expected<DeviceCompiler::Compiled, std::vector<Diagnostic>> DeviceCompiler::compile(const DeviceSource& source,
                                                                                        const Define& define,
                                                                                        llvm::LLVMContext& context) {
  std::vector<Diagnostic> errors;
  ErrorCollector collector(errors);
  const llvm::IntrusiveRefCntPtr<clang::DiagnosticOptions> options(new clang::DiagnosticOptions());
  clang::DiagnosticsEngine engine(new clang::DiagnosticIDs(), options, &collector, /*ShouldOwnClient=*/false);

  const auto arguments = arguments_for(source, define, prelude_, include_folder_);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  const auto invocation = std::make_shared<clang::CompilerInvocation>();
  if (!clang::CompilerInvocation::CreateFromArgs(*invocation, pointers, engine)) return tl::unexpected(errors);
  auto& preprocessor = invocation->getPreprocessorOpts();
  const auto remap = [&](const std::string& path, const std::string& text) {
    preprocessor.addRemappedFile(path, llvm::MemoryBuffer::getMemBufferCopy(text, path).release());
  };
  remap(source.path, source.text);
  for (const auto& [path, text] : included_) remap(path, text);

  clang::CompilerInstance compiler;
  compiler.setInvocation(invocation);
  compiler.createDiagnostics(&collector, /*ShouldOwnClient=*/false);
  compiler.setVerboseOutputStream(llvm::nulls());  // otherwise it counts warnings on stderr
  compiler.createFileManager(files_);
  const auto dependencies = std::make_shared<clang::DependencyCollector>();
  compiler.addDependencyCollector(dependencies);
  Compiled compiled;
  WatchedAction action(context, define.name, compiled.uses_define);
  const bool done = compiler.ExecuteAction(action) && errors.empty();
  const auto files = dependencies->getDependencies();
  keep({files.begin(), files.end()}, source);
  if (!done) return tl::unexpected(errors);
  compiled.module = action.takeModule();
  return compiled;
}

}  // namespace straylane
