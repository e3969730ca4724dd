#include "target/host/worker/device_compiler.h"

#include <clang/Basic/Diagnostic.h>
#include <clang/Basic/SourceManager.h>
#include <clang/CodeGen/CodeGenAction.h>
#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/CompilerInvocation.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

namespace straylane {
namespace {

// Keeps the errors as values.
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

std::vector<std::string> arguments_for(const std::string& name, const std::vector<std::string>& defines,
                                       const std::string& prelude, const std::string& include_folder) {
  std::vector<std::string> arguments = {
      "-triple", "nvptx64-nvidia-cuda", "-aux-triple", "x86_64-pc-linux-gnu", "-x", "cuda", "-fcuda-is-device",
      "-target-cpu", "sm_80", "-target-feature", "+ptx71", "-std=c++17", "-nobuiltininc", "-nostdsysteminc",
      // Optimised by us, behind our own passes; -O1 keeps `optnone` off the functions.
      "-O1", "-disable-llvm-passes", "-debug-info-kind=line-tables-only", "-dwarf-version=4",
      // Both are warnings by default, and both give a kernel that cannot work.
      "-Werror=zero-length-array", "-Werror=return-stack-address", "-main-file-name", name, "-I", include_folder,
      "-include", prelude};
  for (const std::string& define : defines) arguments.push_back("-D" + define);
  arguments.push_back(name);
  return arguments;
}

}  // namespace

tl::expected<std::unique_ptr<llvm::Module>, std::vector<Diagnostic>> DeviceCompiler::compile(
    const DeviceSource& source, const std::vector<std::string>& defines, llvm::LLVMContext& context) const {
  std::vector<Diagnostic> errors;
  ErrorCollector collector(errors);
  const llvm::IntrusiveRefCntPtr<clang::DiagnosticOptions> options(new clang::DiagnosticOptions());
  clang::DiagnosticsEngine engine(new clang::DiagnosticIDs(), options, &collector, /*ShouldOwnClient=*/false);

  const auto arguments = arguments_for(source.name, defines, prelude_, include_folder_);
  std::vector<const char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(argument.c_str());
  const auto invocation = std::make_shared<clang::CompilerInvocation>();
  if (!clang::CompilerInvocation::CreateFromArgs(*invocation, pointers, engine)) return tl::unexpected(errors);
  auto& preprocessor = invocation->getPreprocessorOpts();
  preprocessor.addRemappedFile(source.name, llvm::MemoryBuffer::getMemBufferCopy(source.text, source.name).release());

  clang::CompilerInstance compiler;
  compiler.setInvocation(invocation);
  compiler.createDiagnostics(&collector, /*ShouldOwnClient=*/false);
  compiler.setVerboseOutputStream(llvm::nulls());  // else it counts warnings on stderr
  compiler.createFileManager(files_);
  clang::EmitLLVMOnlyAction action(&context);
  if (!compiler.ExecuteAction(action) || !errors.empty()) return tl::unexpected(errors);
  return action.takeModule();
}

}  // namespace straylane
