// A RapidCheck property over settings and thread schedules.
#include <rapidcheck.h>

#include <cstdio>

#include "codec/token_codec.h"
#include "counter.h"
#include "generate/case_generator.h"
#include "run/same_bucket.h"
#include "shrink/shrink.h"

using namespace straylane;

namespace {

// Prints the smallest case that fails in the same way.
void explain(Target& target, const RunResult& failing) {
  const Schema& schema = counter_program().schema;
  const auto smallest = shrink(same_bucket_runs(target, bucket_of(*failing.verdict.failure)), schema, failing.recorded);
  if (!smallest) return;
  const Case& c = smallest->shrunk.minimal.failing;
  std::printf("smallest: %s; preemptions %u; token %s\n", schema.describe(c.calls).c_str(),
              smallest->shrunk.minimal.preemptions, case_to_token(c, schema).value_or("").c_str());
}

}  // namespace

int main() {
  CounterTarget target;
  std::optional<RunResult> failing;
  const bool holds = rc::check("no update is lost", [&] {
    const Case c = *case_generator(counter_program().schema).as("case");
    auto run = run_case(target, c, {});
    RC_ASSERT(run.has_value());
    const bool passes = run->verdict.kind == VerdictKind::kPass;
    if (!passes) failing = std::move(*run);
    RC_ASSERT(passes);
  });
  if (failing) explain(target, *failing);
  return holds ? 0 : 1;
}
