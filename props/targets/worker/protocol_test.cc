// Messages between the two ends of a worker's socket arrive unchanged, and a broken frame is an error.

#include "targets/worker/protocol.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

using namespace worker_protocol;

const Site kSite{"kernel.cu", "straylane_kernel", "output[i] = 1;", 2, 7, "access", 7, 20};
const ThreadId kThread{1, 3};

Hello hello() {
  return {.system = {"3.11.2", "numba 0.56.4", "/usr/bin/python3"},
          .schema = factory_program().schema,
          .error = "no",
          .program_is_wrong = true,
          .files = {{"my.cu", std::string("\xff\0 not UTF-8", 12)}, {"b.cuh", ""}},
          .cannot_launch = "no GPU",
          .builds_for = {"sm_75", "sm_90"}};
}

std::vector<Case> cases() {
  Case search{.program = "canary_line", .calls = {FactorySettings{}, FactorySettings{1, 1, 0, 1}}, .data = {0, 255, 7}};
  search.schedule = SearchForm{{3, 0}, {0, UINT32_MAX}};
  Case recorded{.calls = {FactorySettings{}}};
  recorded.schedule = RecordedForm{{kThread, 4, ThreadId::main(), kSite}, {ThreadId::main(), 1, kThread, std::nullopt}};
  recorded.sites = {kSite};
  Case drawn{.calls = {{INT64_MIN, INT64_MAX, -1, 24, 256, 65'536}}};
  drawn.schedule = DrawnForm{DrawnStrategy::kReadsFrom, UINT64_MAX, 5, 100, {9, {1, 2}}, {{1, 2, Maker::kSame, false}}};
  return {search, recorded, drawn};
}

WireRun run() {
  WireRun run{
      {.end = RunEnd::kDeadlock,
       .end_detail = "waits",
       .outputs =
           {{.call = 1, .name = "y", .type = ElementType::kInt32, .shape = {1, 2}, .bytes = {1, 0, 0, 0, 2, 0, 0, 0}}},
       .module_changes = {"a: b -> c"},
       .not_launched = "why",
       .builds = 2,
       .builds_failed = 1,
       .dirty = true,
       .preemptions = 1,
       .yields = 1'000'000'000'000,
       .trace_digest = UINT64_MAX,
       .access_pairs = {{1, 2, Maker::kNobody, PairKind::kOverwrites}},
       .reads_from_digest = 6,
       .event_counts = {{4, {1, 2}}},
       .applied = 1,
       .choice_points_after = 2,
       .alternatives = 3,
       .trace = {{{0, 1}, 0, 9, Step::Kind::kPreempted, ThreadId::main()}},
       .events = {{Event::Kind::kAtomic, kThread, 8, kSite, "tile[3]", "1", "2"}}}};
  run.wire_launches = {{.call = 1,
                        .kernel = "k",
                        .grid = {2, 3, 4},
                        .block = {32},
                        .passed_guard = {0, 1},
                        .after_guard = {1, 0},
                        .exceptions = {{1, 1, {"IndexError", "message", "f"}}},
                        .raised = ThrownException{"IndexError", "message", "f"}}};
  run.numbered_choices = {{{0, 1}, 9, ThreadId::main(), 0}};
  run.new_sites = {kSite};
  return run;
}

TEST(Protocol, AHelloComesOverAsItWasSaid) {
  const Hello said = hello();
  const auto heard = decode_hello(encode(said));
  ASSERT_TRUE(heard) << heard.error().message;
  EXPECT_EQ(heard->system, said.system);
  EXPECT_EQ(heard->schema, said.schema);
  EXPECT_EQ(heard->error, said.error);
  EXPECT_EQ(heard->program_is_wrong, said.program_is_wrong);
  EXPECT_EQ(heard->files, said.files);
  EXPECT_EQ(heard->cannot_launch, said.cannot_launch);
  EXPECT_EQ(heard->builds_for, said.builds_for);
}

// Only a strict replay needs the sites of choices, and only one across a change those of the case. A program that is
// not a canary is the worker's own.
TEST(Protocol, ARequestCarriesWhatItsOptionsNeed) {
  RunOptions options{.trace = true, .events = true, .steps_max = 77};
  options.guide = {{{kThread, 4, ThreadId::main(), std::nullopt}}, 9, {{{kThread, kSite, 1}, {kThread, kSite, 2}}}};
  for (const auto& [strict, across_change] : {std::pair{false, false}, {true, false}, {true, true}}) {
    options.strict = strict;
    options.across_change = across_change;
    std::vector<Case> wanted = cases();
    auto& choices = std::get<RecordedForm>(wanted[1].schedule);
    if (!strict) choices[0].site.reset();
    if (!across_change) wanted[1].sites.clear();
    std::vector<Case> sent = cases();
    sent[1].program = "factory";
    const auto request = decode_request(encode(sent, options));
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->cases, wanted);
    EXPECT_EQ(request->options.trace, true);
    EXPECT_EQ(request->options.events, true);
    EXPECT_EQ(request->options.strict, strict);
    EXPECT_EQ(request->options.across_change, across_change);
    EXPECT_EQ(request->options.steps_max, 77U);
    EXPECT_EQ(request->options.guide, options.guide);
  }
}

TEST(Protocol, ARunBecomesItsObservation) {
  std::vector<Site> table;
  const auto o = decode_run(encode(run()), table);
  ASSERT_TRUE(o) << o.error().message;
  EXPECT_EQ(table, std::vector<Site>{kSite});
  EXPECT_EQ(o->end, RunEnd::kDeadlock);
  EXPECT_EQ(o->end_detail, "waits");
  ASSERT_EQ(o->launches.size(), 1U);
  const LaunchObservation& launch = o->launches[0];
  EXPECT_EQ(launch.call, 1U);
  EXPECT_EQ(launch.kernel, "k");
  EXPECT_EQ(launch.grid, (Dim3{2, 3, 4}));
  EXPECT_EQ(launch.block, (Dim3{32, 1, 1}));
  ASSERT_EQ(launch.threads.size(), 2U);
  EXPECT_TRUE(launch.threads[1].passed_guard);
  EXPECT_EQ(*launch.threads[1].first_after_guard, kSite);
  EXPECT_EQ(launch.threads[1].exception->message, "message");
  EXPECT_EQ(launch.raised->function, "f");
  EXPECT_EQ(o->outputs, run().outputs);
  EXPECT_EQ(o->module_changes, run().module_changes);
  EXPECT_EQ(o->not_launched, "why");
  EXPECT_EQ(o->builds, 2U);
  EXPECT_EQ(o->builds_failed, 1U);
  EXPECT_TRUE(o->dirty);
  EXPECT_EQ(o->yields, 1'000'000'000'000U);
  EXPECT_EQ(o->trace_digest, UINT64_MAX);
  EXPECT_EQ(o->choices, (RecordedForm{{{0, 1}, 9, ThreadId::main(), kSite}}));
  EXPECT_EQ(o->preemptions, 1U);
  EXPECT_EQ(o->event_counts, run().event_counts);
  EXPECT_EQ(o->access_pairs, (std::vector<AccessPair>{{1, 2, Maker::kNobody, PairKind::kOverwrites}}));
  EXPECT_EQ(o->sites, std::vector<Site>{kSite});
  EXPECT_EQ(o->trace, run().trace);
  EXPECT_EQ(o->events, run().events);
}

TEST(Protocol, AFrameThatIsCutOffOrGoesOnIsAnError) {
  std::vector<Site> table;
  for (const auto& frame : {encode(hello()), encode(cases(), {.strict = true}), encode(run())}) {
    for (std::size_t size = 0; size <= frame.size() + 1; ++size) {
      std::vector<std::uint8_t> other = frame;
      other.resize(size);
      const int read =
          (decode_hello(other) ? 1 : 0) + (decode_request(other) ? 1 : 0) + (decode_run(other, table) ? 1 : 0);
      EXPECT_EQ(read, size == frame.size() ? 1 : 0) << size;
    }
  }
}

// Any bytes give a value or an error, and nothing else.
RC_GTEST_PROP(Protocol, AChangedFrameIsAValueOrAnError, ()) {
  auto frame = *rc::gen::element(encode(hello()), encode(cases(), {.strict = true}), encode(run()));
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    frame[*rc::gen::inRange<std::size_t>(0, frame.size())] = *rc::gen::arbitrary<std::uint8_t>();
  }
  std::vector<Site> table;
  decode_hello(frame);
  decode_request(frame);
  decode_run(frame, table);
}

}  // namespace
}  // namespace straylane
