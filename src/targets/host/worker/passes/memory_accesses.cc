#include "targets/host/worker/passes/memory_accesses.h"

#include <llvm/Analysis/ValueTracking.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/IntrinsicInst.h>

#include <vector>

#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

struct Found {
  Instruction* instruction;
  Value* address;
  Value* bytes;
  Access access;
};

void find_accesses(Instruction& i, std::vector<Found>& found) {
  const DataLayout& layout = i.getModule()->getDataLayout();
  const auto bytes_of = [&](Type* type) -> Value* {
    return ConstantInt::get(Type::getInt64Ty(i.getContext()), layout.getTypeStoreSize(type).getFixedValue());
  };
  if (auto* load = dyn_cast<LoadInst>(&i)) {
    const Access access = load->isAtomic() ? Access::kAtomic : Access::kRead;
    found.push_back({&i, load->getPointerOperand(), bytes_of(load->getType()), access});
  } else if (auto* store = dyn_cast<StoreInst>(&i)) {
    const Access access = store->isAtomic() ? Access::kAtomic : Access::kWrite;
    found.push_back({&i, store->getPointerOperand(), bytes_of(store->getValueOperand()->getType()), access});
  } else if (auto* update = dyn_cast<AtomicRMWInst>(&i)) {
    found.push_back({&i, update->getPointerOperand(), bytes_of(update->getType()), Access::kAtomic});
  } else if (auto* swap = dyn_cast<AtomicCmpXchgInst>(&i)) {
    found.push_back({&i, swap->getPointerOperand(), bytes_of(swap->getCompareOperand()->getType()), Access::kAtomic});
  } else if (auto* fill = dyn_cast<AnyMemIntrinsic>(&i)) {
    found.push_back({&i, fill->getRawDest(), fill->getLength(), Access::kWrite});
    if (auto* copy = dyn_cast<AnyMemTransferInst>(&i)) {
      found.push_back({&i, copy->getRawSource(), copy->getLength(), Access::kCopy});
    }
  }
}

// Not device memory: the thread's own indexes, and constants, which nobody writes.
bool is_exempt(const Value* base, const Found& access) {
  if (isa<AllocaInst>(base)) return true;
  const auto* variable = dyn_cast<GlobalVariable>(base);
  if (variable == nullptr) return false;
  return variable->getName() == runtime_call::kIndexes ||
         (access.address == base && access.access == Access::kRead && variable->isConstant());
}

}  // namespace

void memory_accesses_pass(Module& module, DeviceSites& sites) {
  IRBuilder<> at(module.getContext());
  const auto hook = module.getOrInsertFunction(runtime_call::kAccess, at.getVoidTy(), at.getInt32Ty(), at.getPtrTy(),
                                               at.getPtrTy(), at.getInt64Ty(), at.getInt32Ty());
  sites.begin_unit();
  for (Function& function : module) {
    std::vector<Found> accesses;
    for (Instruction& instruction : instructions(function)) {
      find_accesses(instruction, accesses);
      auto* call = dyn_cast<CallInst>(&instruction);
      if (call == nullptr || call->getCalledFunction() == nullptr) continue;
      const StringRef called = call->getCalledFunction()->getName();
      if (called != runtime_call::kBarrier && called != runtime_call::kWarp) continue;
      call->setArgOperand(0, at.getInt32(sites.number_of(instruction, "barrier")));
    }
    for (const Found& access : accesses) {
      Value* base = getUnderlyingObject(access.address, /*MaxLookup=*/0);
      if (is_exempt(base, access)) continue;
      at.SetInsertPoint(access.instruction);
      at.CreateCall(hook, {at.getInt32(sites.number_of(*access.instruction, "access")), base, access.address,
                           at.CreateZExtOrTrunc(access.bytes, at.getInt64Ty()),
                           at.getInt32(static_cast<unsigned>(access.access))});
    }
  }
}

}  // namespace straylane
