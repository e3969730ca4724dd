#include <llvm/Analysis/PostDominators.h>
#include <llvm/IR/CFG.h>
#include <llvm/IR/DebugInfoMetadata.h>
#include <llvm/IR/Dominators.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/InstIterator.h>
#include <llvm/IR/Instructions.h>
#include <llvm/IR/Intrinsics.h>
#include <llvm/Transforms/Utils/BasicBlockUtils.h>

#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "targets/host/worker/passes/passes.h"
#include "targets/host/worker/passes/runtime_calls.h"

namespace straylane {
namespace {

using namespace llvm;

constexpr unsigned kBitsMin = 8;
constexpr unsigned kBitsMax = 64;

// Numbers the places of a translation unit that have the same line and column.
class Places {
 public:
  CoveragePlace of(const Function& function, const DebugLoc& location) {
    CoveragePlace place{.function = function.getName().str()};
    if (location) {
      place.file = std::filesystem::path(location->getFilename().str()).filename().string();
      place.line = location.getLine();
      place.column = location.getCol();
    }
    place.occurrence = occurrences_[place]++;
    return place;
  }

 private:
  std::map<CoveragePlace, unsigned> occurrences_;
};

DebugLoc location_of(const BasicBlock& block) {
  for (const Instruction& instruction : block) {
    if (instruction.getDebugLoc() && instruction.getDebugLoc().getLine() != 0) return instruction.getDebugLoc();
  }
  return {};
}

// True for a block that the front end puts where control cannot go.
bool is_unreachable(const BasicBlock& block) { return isa<UnreachableInst>(*block.getFirstNonPHIOrDbg()); }

// True if all ways from the blocks before it lead here, so that it is reached whenever one of them is. clang leaves out
// such blocks, too ("full post-dominators", SanitizerCoverage.cpp).
bool is_join(const BasicBlock& block, const PostDominatorTree& tree) {
  return block.hasNPredecessorsOrMore(2) &&
         all_of(predecessors(&block), [&](const BasicBlock* before) { return tree.dominates(&block, before); });
}

void count_edges(Function& function, DeviceCoverage& coverage, Places& places) {
  const PostDominatorTree tree(function);
  Module& module = *function.getParent();
  IRBuilder<> at(module.getContext());
  Constant* counters = module.getOrInsertGlobal(runtime_call::kEdgeCounters, at.getInt8Ty());
  for (BasicBlock& block : function) {
    if (is_unreachable(block) || is_join(block, tree)) continue;
    const auto offset = coverage.edge(places.of(function, location_of(block)));
    if (!offset) continue;
    at.SetInsertPoint(&block, block.getFirstInsertionPt());
    at.SetCurrentDebugLocation(DebugLoc());
    Value* counter = at.CreateConstInBoundsGEP1_32(at.getInt8Ty(), counters, *offset);
    Value* value = at.CreateLoad(at.getInt8Ty(), counter);
    // The counter stops at 255. If it went back to 0, 256 threads at one place would leave no trace.
    at.CreateStore(at.CreateBinaryIntrinsic(Intrinsic::uadd_sat, value, at.getInt8(1)), counter);
  }
}

// True if the comparison only ends a loop. It is made once per round, which says nothing about what is looked for.
bool ends_a_loop(const ICmpInst& compare, const DominatorTree& tree) {
  if (!compare.hasOneUse()) return false;
  const auto* branch = dyn_cast<BranchInst>(compare.user_back());
  return branch != nullptr &&
         any_of(branch->successors(), [&](const BasicBlock* to) { return tree.dominates(to, branch->getParent()); });
}

bool is_thread_index(const LoadInst& load) {
  constexpr std::uint64_t kThreadBytes = 12;  // the prelude declares `thread` first
  const DataLayout& layout = load.getModule()->getDataLayout();
  const Value* pointer = load.getPointerOperand();
  APInt offset(layout.getIndexTypeSizeInBits(pointer->getType()), 0);
  pointer = pointer->stripAndAccumulateConstantOffsets(layout, offset, true);
  return pointer->getName() == runtime_call::kIndexes && offset.ult(kThreadBytes);
}

// True if the value is computed from the index of the thread in its block.
bool is_made_from_thread_index(const Value* value) {
  std::vector<const Value*> left = {value};
  std::set<const Value*> seen;
  while (!left.empty()) {
    const Value* one = left.back();
    left.pop_back();
    if (!seen.insert(one).second) continue;
    if (const auto* load = dyn_cast<LoadInst>(one); load != nullptr && is_thread_index(*load)) return true;
    if (!isa<BinaryOperator>(one) && !isa<CastInst>(one)) continue;
    for (const Value* operand : cast<Instruction>(one)->operands()) left.push_back(operand);
  }
  return false;
}

// True if the comparison asks on which side of a bound a thread is. A launch has threads at every distance from it, so
// the distance of one thread says little.
bool is_bound_of_threads(const ICmpInst& compare) {
  return compare.isRelational() &&
         is_made_from_thread_index(compare.getOperand(0)) != is_made_from_thread_index(compare.getOperand(1));
}

struct Comparison {
  Instruction* at;
  Value* a;
  Value* b;
};

std::vector<Comparison> comparisons_in(Function& function) {
  const DominatorTree tree(function);
  std::vector<Comparison> found;
  for (Instruction& instruction : instructions(function)) {
    if (auto* compare = dyn_cast<ICmpInst>(&instruction)) {
      if (ends_a_loop(*compare, tree) || is_bound_of_threads(*compare)) continue;
      found.push_back({compare, compare->getOperand(0), compare->getOperand(1)});
    } else if (auto* choice = dyn_cast<SwitchInst>(&instruction)) {
      // A switch without a default comes from the front end, for leaving a scope.
      if (is_unreachable(*choice->getDefaultDest())) continue;
      for (const auto& one : choice->cases()) found.push_back({choice, choice->getCondition(), one.getCaseValue()});
    }
  }
  return found;
}

void report_compares(Function& function, DeviceCoverage& coverage, Places& places) {
  Module& module = *function.getParent();
  IRBuilder<> at(module.getContext());
  const auto hook = module.getOrInsertFunction(runtime_call::kCompare, at.getVoidTy(), at.getInt32Ty(), at.getInt64Ty(),
                                               at.getInt64Ty(), at.getInt32Ty());
  for (const auto& [compare, a, b] : comparisons_in(function)) {
    const unsigned bits = a->getType()->isIntegerTy() ? a->getType()->getIntegerBitWidth() : 0;
    if (bits < kBitsMin || bits > kBitsMax || (isa<Constant>(a) && isa<Constant>(b))) continue;
    const auto offset = coverage.compare(places.of(function, compare->getDebugLoc()), bits);
    if (!offset) continue;
    at.SetInsertPoint(compare);
    at.CreateCall(hook, {at.getInt32(*offset), at.CreateZExt(a, at.getInt64Ty()), at.CreateZExt(b, at.getInt64Ty()),
                         at.getInt32(bits)});
  }
}

}  // namespace

void coverage_pass(Module& module, DeviceCoverage& coverage) {
  Places edges;
  Places compares;
  for (Function& function : module) {
    if (function.isDeclaration()) continue;
    if (coverage.has_compares()) report_compares(function, coverage, compares);
    SplitAllCriticalEdges(function, CriticalEdgeSplittingOptions());
    count_edges(function, coverage, edges);
  }
}

}  // namespace straylane
