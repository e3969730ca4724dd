#include "targets/host/worker/passes/poison_registers.h"

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/Transforms/Utils/PromoteMemToReg.h>

#include <vector>

#include "targets/host/worker/buffer.h"

namespace straylane {

using namespace llvm;

void poison_registers_pass(Module& module) {
  for (Function& function : module) {
    std::vector<AllocaInst*> registers;
    for (Instruction& instruction : instructions(function)) {
      auto* local = dyn_cast<AllocaInst>(&instruction);
      if (local == nullptr || !isAllocaPromotable(local)) continue;
      if (Type* type = local->getAllocatedType(); type->isIntegerTy() || type->isFloatTy() || type->isDoubleTy()) {
        registers.push_back(local);
      }
    }
    for (AllocaInst* local : registers) {
      Type* type = local->getAllocatedType();
      const unsigned bits = type->getPrimitiveSizeInBits().getFixedValue();
      const APInt value = APInt::getSplat(std::max(bits, 32U), APInt(32, kPoison)).trunc(bits);
      IRBuilder<> at(local->getNextNode());
      Constant* poison = type->isIntegerTy() ? cast<Constant>(at.getInt(value))
                                             : ConstantFP::get(type, APFloat(type->getFltSemantics(), value));
      at.CreateStore(poison, local);
    }
  }
}

}  // namespace straylane
