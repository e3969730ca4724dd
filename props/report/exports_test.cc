// The texts of exports: settings, names, and whatever a failure's message holds.

#include "report/exports.h"

#include <gtest/gtest.h>

#include "cli/options.h"
#include "program/factory/factory_export.h"
#include "program/factory/factory_program.h"
#include "program/factory/factory_settings.h"

namespace straylane {
namespace {

TEST(MwePackage, HasTheSettingsAsDefaults) {
  const auto files =
      render_mwe_package({{"conftest.py", "import pytest\nDEFAULT_SETTINGS = {1: 2}\nend\n"}, {"a.py", "a"}},
                         FactorySettings{.array_size = 65, .buffer_size = 2, .n_threads = 64, .block_size = 8});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(files->size(), 3U);
  EXPECT_EQ(files->at("numba_mwe/a.py"), "a");
  EXPECT_EQ(files->at("numba_mwe/conftest.py"),
            "import pytest\n"
            "DEFAULT_SETTINGS = {\"array_size\": 65, \"buffer_size\": 2, \"n_threads\": 64, \"block_size\": 8}\nend\n");
  EXPECT_NE(files->at("README.md").find("array_size 65, buffer_size 2, n_threads 64, block_size 8"), std::string::npos);
}

TEST(MwePackage, WithoutALineOfSettingsIsAnError) {
  const auto files = render_mwe_package({{"conftest.py", "import pytest\n"}}, FactorySettings{});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::kInternal);
}

TEST(SettingsInput, ChangesWhatItNames) {
  const Schema& schema = factory_program().schema;
  EXPECT_EQ(*parse_settings("", schema), schema.usual());
  EXPECT_EQ(*parse_settings("n_threads=10", schema), (FactorySettings{.n_threads = 10}));
  EXPECT_EQ(*parse_settings("array_size=1,n_threads=0,block_size=1024,buffer_size=131072", schema),
            (FactorySettings{.array_size = 1, .buffer_size = 131'072, .n_threads = 0, .block_size = 1024}));
  for (const char* text : {"n_threads", "=1", "n_threads=", "n_threads= 1", "n_threads=1.0", "n_threads=1;array_size=2",
                           "n_threads=99999999999999999999", "n_threads=11", "block_size=0", ",n_threads=1"}) {
    EXPECT_FALSE(parse_settings(text, schema)) << text;
  }
}

TEST(PytestExport, NameIsOfPython) {
  EXPECT_EQ(pytest_name("deadlock-c10af738"), "test_deadlock_c10af738");
  EXPECT_EQ(pytest_name("a.b+c-0"), "test_a_b_c_0");
}

Case factory_case() {
  return {.target = "numba",
          .program = "factory",
          .calls = {FactorySettings{.array_size = 2}, FactorySettings{.array_size = 3}},
          .schedule = RecordedForm{},
          .system = {"3.11.2", "numba 0.56.4", "/usr/bin/python3"}};
}

TEST(PytestExport, MessagesAreTextWhateverTheyHold) {
  const Failure failure{.oracle = "no-exception", .exception_type = "E", .message = "a \"\"\" b \\x"};
  HeldProgram program = held_program("factory", failure);
  program.sources = {{"numba_mwe/__init__.py", ""}, {"numba_mwe/m.py", "x = 1\n"}, {"numba_mwe/n.py", "y = '''\n"}};
  const auto text = render_pytest(program, factory_case(), {}, failure, {"bucket-0", {{"d", "v"}}});
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_TRUE(text->starts_with("\"\"\"E: a ''' b \\\\x\n"));
  EXPECT_NE(text->find("EXPECTED = \"a \\\"\\\"\\\" b \\\\x\"\n"), std::string::npos);
  EXPECT_NE(
      text->find("SOURCES = {\n    \"numba_mwe/m.py\": '''\\\nx = 1\n''',\n    \"numba_mwe/n.py\": \"y = '''\\n\",\n"),
      std::string::npos);
  EXPECT_NE(text->find("FIXED = {\n    \"d\": \"v\",\n}"), std::string::npos);
  EXPECT_NE(text->find("def test_bucket_0():"), std::string::npos);
  EXPECT_NE(text->find("class Conductor:"), std::string::npos);
  EXPECT_NE(text->find("CALLS = [\n    {\"array_size\": 2, \"buffer_size\": 5, \"n_threads\": 7, \"block_size\": "
                       "32},\n    {\"array_size\": 3, "),
            std::string::npos);
  EXPECT_NE(text->find("KernelFactory(AllocatorFactory(settings[\"buffer_size\"])).build()"), std::string::npos);
  for (const char* left :
       {"@THREAD_HOLDING@", "@PROGRAM_CALL@", "@MODULE@", "@PACKAGE@", "@CALLS@", "# only:", "# end"}) {
    EXPECT_EQ(text->find(left), std::string::npos) << left;
  }
}

TEST(PytestExport, OtherProgramsAndFinerGranularitiesAreUnsupported) {
  const Failure failure{.oracle = "no-exception"};
  Case c = factory_case();
  EXPECT_EQ(render_pytest(held_program("lazy_init", failure), c, {}, failure, {}).error().code,
            ErrorCode::kUnsupported);
  c.granularity = Granularity::kLine;
  EXPECT_EQ(render_pytest(held_program("factory", failure), c, {}, failure, {}).error().code, ErrorCode::kUnsupported);
}

TEST(Repro, HasThePartsThatItsProgramAndFailureNeed) {
  const auto of = [](const char* program, const char* oracle) {
    const Failure failure{.oracle = oracle};
    return render_repro(held_program(program, failure), factory_case(), {}, failure).value();
  };
  const auto has = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const std::string factory = of("factory", "prefix-invariant");
  EXPECT_TRUE(has(factory, "from numba_mwe.kernel_factory import KernelFactory"));
  EXPECT_FALSE(has(factory, "planted") || has(factory, "should_have_returned") || has(factory, "watched_globals"));
  EXPECT_TRUE(has(factory, "\"n_threads\": 1, \"block_size\": 1}"));
  const std::string planted = of("lazy_init", "stray-lane");
  EXPECT_TRUE(has(planted, "from planted.lazy_init import build") && has(planted, "def should_have_returned"));
  EXPECT_FALSE(has(planted, "AllocatorFactory"));
  EXPECT_TRUE(has(of("factory", "module-state"), "import numba_mwe.kernel_factory\n"));
  EXPECT_TRUE(has(of("factory", "deadlock"), "\"n_threads\": 0, \"block_size\": 1}"));
}

}  // namespace
}  // namespace straylane
