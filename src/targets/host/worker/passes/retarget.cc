#include <llvm/IR/Constants.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Operator.h>

#include <algorithm>
#include <map>
#include <vector>

#include "targets/host/worker/passes/passes.h"

namespace straylane {
namespace {

using namespace llvm;

constexpr unsigned kSharedSpace = 3;  // NVPTX's number of the address space
constexpr std::uint64_t kAlignmentMin = 16;

// Rebuilds constants with every address space flattened to 0. `flat` has the variables that were replaced.
class Flattener {
 public:
  explicit Flattener(std::map<Constant*, Constant*> flat) : flat_(std::move(flat)) {}

  Constant* operator()(Constant* constant) {
    const auto known = flat_.find(constant);
    return known != flat_.end() ? known->second : flat_[constant] = rebuilt(constant);
  }

 private:
  SmallVector<Constant*> operands_of(Constant* constant) {
    SmallVector<Constant*> operands;
    for (Use& operand : constant->operands()) operands.push_back((*this)(cast<Constant>(operand.get())));
    return operands;
  }

  Constant* rebuilt(Constant* constant) {
    if (auto* expression = dyn_cast<ConstantExpr>(constant)) {
      const auto operands = operands_of(constant);
      if (expression->getOpcode() == Instruction::AddrSpaceCast) return operands[0];
      if (auto* element = dyn_cast<GEPOperator>(expression)) {
        return ConstantExpr::getGetElementPtr(element->getSourceElementType(), operands[0],
                                              ArrayRef<Constant*>(operands).drop_front());
      }
      return expression->getWithOperands(operands);
    }
    if (auto* array = dyn_cast<ConstantArray>(constant))
      return ConstantArray::get(array->getType(), operands_of(array));
    if (auto* record = dyn_cast<ConstantStruct>(constant)) {
      return ConstantStruct::get(record->getType(), operands_of(record));
    }
    if (isa<ConstantPointerNull>(constant)) {
      return ConstantPointerNull::get(PointerType::get(constant->getContext(), 0));
    }
    return constant;
  }

  std::map<Constant*, Constant*> flat_;
};

GlobalVariable* in_host_memory(GlobalVariable& old, Module& module) {
  const bool shared = old.getAddressSpace() == kSharedSpace;
  Constant* initializer = old.isDeclaration() ? nullptr
                          : shared            ? Constant::getNullValue(old.getValueType())
                                              : old.getInitializer();
  auto* fresh =
      new GlobalVariable(module, old.getValueType(), old.isConstant() && !old.isDeclaration(),
                         GlobalValue::ExternalLinkage, initializer, "", nullptr, GlobalValue::NotThreadLocal, 0);
  fresh->setAlignment(Align(std::max(kAlignmentMin, old.getAlign().valueOrOne().value())));
  fresh->takeName(&old);
  if (shared) fresh->addMetadata(kSharedMetadata, *MDNode::get(module.getContext(), {}));
  return fresh;
}

void retarget_function(Function& function, Flattener& flat) {
  function.setCallingConv(CallingConv::C);
  function.removeFnAttr("target-cpu");
  function.removeFnAttr("target-features");
  function.removeFnAttr(Attribute::Convergent);
  if (function.isDeclaration()) function.setDSOLocal(false);
  std::vector<Instruction*> casts;
  for (Instruction& instruction : instructions(function)) {
    for (Use& operand : instruction.operands()) {
      auto* constant = dyn_cast<Constant>(operand.get());
      if (constant != nullptr && !isa<Function>(constant)) operand.set(flat(constant));
    }
    if (instruction.getType()->isPointerTy() && instruction.getType()->getPointerAddressSpace() != 0) {
      instruction.mutateType(PointerType::get(function.getContext(), 0));
    }
    if (auto* call = dyn_cast<CallBase>(&instruction)) call->setCallingConv(CallingConv::C);
    if (isa<AddrSpaceCastInst>(instruction)) casts.push_back(&instruction);
  }
  for (Instruction* cast : casts) {
    cast->replaceAllUsesWith(cast->getOperand(0));
    cast->eraseFromParent();
  }
}

}  // namespace

void retarget(Module& module, orc::LLJIT& jit) {
  // The front end leaves the GPU's name here, which every new function would get.
  module.getContext().setDefaultTargetCPU("");
  module.getContext().setDefaultTargetFeatures("");
  module.setTargetTriple(jit.getTargetTriple().str());
  module.setDataLayout(jit.getDataLayout());
  module.setPICLevel(PICLevel::BigPIC);
  for (const char* name : {"llvm.used", "llvm.compiler.used"}) {
    if (auto* list = module.getGlobalVariable(name)) list->eraseFromParent();
  }
  std::vector<GlobalVariable*> old;
  for (GlobalVariable& variable : module.globals()) {
    if (variable.getAddressSpace() != 0) old.push_back(&variable);
  }
  std::map<Constant*, Constant*> replaced;
  for (GlobalVariable* variable : old) replaced[variable] = in_host_memory(*variable, module);
  Flattener flat(std::move(replaced));
  for (Function& function : module) retarget_function(function, flat);
  for (GlobalVariable* variable : old) {
    variable->removeDeadConstantUsers();
    if (!variable->use_empty()) variable->replaceAllUsesWith(PoisonValue::get(variable->getType()));
    variable->eraseFromParent();
  }
  if (auto* annotations = module.getNamedMetadata("nvvm.annotations")) annotations->eraseFromParent();
}

}  // namespace straylane
