// A libFuzzer target: every input is a case, settings and thread schedule.
#include <cstdio>
#include <cstdlib>

#include "codec/bytes_codec.h"
#include "counter.h"
#include "run/run_case.h"

using namespace straylane;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static CounterTarget target;
  const Schema& schema = counter_program().schema;
  const auto run = run_case(target, case_from_bytes({data, size}, schema), {});
  if (!run || run->verdict.kind != VerdictKind::kFail) return 0;
  std::fprintf(stderr, "%s at %s\n", run->verdict.failure->message.c_str(),
               schema.describe(run->recorded.calls).c_str());
  std::abort();
}
