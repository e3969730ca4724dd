#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Transforms/Utils/PromoteMemToReg.h>

#include <algorithm>

#include "targets/host/worker/buffer.h"
#include "targets/host/worker/passes/passes.h"
#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {

using namespace llvm;

void poison_registers_pass(Module& module) {
  for (Function& function : module) {
    for (Instruction& instruction : make_early_inc_range(instructions(function))) {
      auto* local = dyn_cast<AllocaInst>(&instruction);
      if (local == nullptr || !isAllocaPromotable(local)) continue;
      Type* type = local->getAllocatedType();
      if (!type->isIntegerTy() && !type->isFloatTy() && !type->isDoubleTy()) continue;
      const unsigned bits = type->getPrimitiveSizeInBits().getFixedValue();
      const APInt value = APInt::getSplat(std::max(bits, 32U), APInt(32, kPoison)).trunc(bits);
      IRBuilder<> at(local->getNextNode());
      Constant* poison = type->isIntegerTy() ? cast<Constant>(at.getInt(value))
                                             : ConstantFP::get(type, APFloat(type->getFltSemantics(), value));
      at.CreateStore(poison, local);
    }
  }
}

void local_memory_pass(Module& module) {
  IRBuilder<> at(module.getContext());
  const auto acquire = module.getOrInsertFunction(runtime_call::kLocal, at.getPtrTy(), at.getInt64Ty(), at.getPtrTy());
  const auto release = module.getOrInsertFunction(runtime_call::kLocalEnd, at.getVoidTy(), at.getInt32Ty());
  for (Function& function : module) {
    std::uint32_t locals = 0;  // counted before the first return, since they all lie in the entry block
    for (Instruction& instruction : make_early_inc_range(instructions(function))) {
      if (auto* local = dyn_cast<AllocaInst>(&instruction); local != nullptr && local->isStaticAlloca()) {
        ++locals;
        at.SetInsertPoint(local);
        const auto bytes = local->getAllocationSize(module.getDataLayout());
        Value* name = at.CreateGlobalStringPtr(local->getName(), runtime_call::kNamePrefix);
        local->replaceAllUsesWith(at.CreateCall(acquire, {at.getInt64(bytes ? bytes->getFixedValue() : 0), name}));
        local->eraseFromParent();
      } else if (locals > 0 && instruction.isLifetimeStartOrEnd()) {
        instruction.eraseFromParent();
      } else if (locals > 0 && isa<ReturnInst>(instruction)) {
        at.SetInsertPoint(&instruction);
        at.CreateCall(release, {at.getInt32(locals)});
      }
    }
  }
}

}  // namespace straylane
