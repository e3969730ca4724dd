#include "targets/host/worker/kernel_contract.h"

#include <fmt/format.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/Metadata.h>

#include <string_view>

namespace straylane {
namespace {

using namespace llvm;

bool fits(const FunctionType& type, std::string_view parameters) {
  if (!type.getReturnType()->isVoidTy() || type.isVarArg() || type.getNumParams() != parameters.size()) return false;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Type* parameter = type.getParamType(static_cast<unsigned>(i));
    if (parameters[i] == 'p' ? !parameter->isPointerTy() : !parameter->isIntegerTy(32)) return false;
  }
  return true;
}

bool is_kernel(const Function& function) {
  if (function.getCallingConv() == CallingConv::PTX_Kernel) return true;
  const auto* annotations = function.getParent()->getNamedMetadata("nvvm.annotations");
  if (annotations == nullptr) return false;
  for (const MDNode* node : annotations->operands()) {
    const auto* value = dyn_cast_or_null<ValueAsMetadata>(node->getOperand(0).get());
    if (value == nullptr || value->getValue() != &function) continue;
    for (unsigned i = 1; i < node->getNumOperands(); ++i) {
      const auto* name = dyn_cast_or_null<MDString>(node->getOperand(i).get());
      if (name != nullptr && name->getString() == "kernel") return true;
    }
  }
  return false;
}

LinkError wrong(const KernelPart& part, const std::string& source) {
  return {LinkError::Kind::kWrongSignature, part.symbol, source, fmt::format("must be {}", part.declaration)};
}

}  // namespace

std::optional<LinkError> breach_of_contract(const Module& module, const std::string& source) {
  for (const Function& function : module) {
    if (function.isIntrinsic()) continue;
    const StringRef symbol = function.getName();
    // "straylane_kernel(float*, int, int)" of a function without extern "C"
    const std::string name = demangle(symbol);
    for (const KernelPart& part : kKernelParts) {
      const bool mangled = symbol != part.symbol && name.substr(0, name.find('(')) == part.symbol;
      if (mangled && !function.isDeclaration()) return wrong(part, source);
      if (symbol != part.symbol) continue;
      const bool other_kind = !function.isDeclaration() && part.kernel != is_kernel(function);
      if (!fits(*function.getFunctionType(), part.parameters) || other_kind) return wrong(part, source);
    }
  }
  return std::nullopt;
}

}  // namespace straylane
