// What exports are made of, as text: settings, names, and whatever a failure's message holds.

#include <gtest/gtest.h>

#include "cli/settings_input.h"
#include "report/mwe_package.h"
#include "report/pytest_export.h"

namespace straylane {
namespace {

TEST(MwePackage, HasTheSettingsAsDefaults) {
  const auto files =
      render_mwe_package({{"conftest.py", "import pytest\nDEFAULT_SETTINGS = {1: 2}\nend\n"}, {"a.py", "a"}},
                         {.array_size = 65, .buffer_size = 2, .n_threads = 64, .block_size = 8});
  ASSERT_TRUE(files) << files.error().message;
  EXPECT_EQ(files->size(), 3U);
  EXPECT_EQ(files->at("numba_mwe/a.py"), "a");
  EXPECT_EQ(files->at("numba_mwe/conftest.py"),
            "import pytest\n"
            "DEFAULT_SETTINGS = {\"array_size\": 65, \"buffer_size\": 2, \"n_threads\": 64, \"block_size\": 8}\nend\n");
  EXPECT_NE(files->at("README.md").find("array_size 65, buffer_size 2, n_threads 64, block_size 8"), std::string::npos);
}

TEST(MwePackage, WithoutALineOfSettingsIsAnError) {
  const auto files = render_mwe_package({{"conftest.py", "import pytest\n"}}, {});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::kInternal);
}

TEST(SettingsInput, ChangesWhatItNames) {
  EXPECT_EQ(*parse_settings(""), Settings{});
  EXPECT_EQ(*parse_settings("n_threads=10"), (Settings{.n_threads = 10}));
  EXPECT_EQ(*parse_settings("array_size=1,n_threads=0,block_size=1024,buffer_size=131072"),
            (Settings{.array_size = 1, .buffer_size = 131'072, .n_threads = 0, .block_size = 1024}));
  for (const char* text : {"n_threads", "=1", "n_threads=", "n_threads= 1", "n_threads=1.0", "n_threads=1;array_size=2",
                           "n_threads=99999999999999999999", "n_threads=11", "block_size=0", ",n_threads=1"}) {
    EXPECT_FALSE(parse_settings(text)) << text;
  }
}

TEST(PytestExport, NameIsOfPython) {
  EXPECT_EQ(pytest_name("deadlock-c10af738"), "test_deadlock_c10af738");
  EXPECT_EQ(pytest_name("a.b+c-0"), "test_a_b_c_0");
}

TEST(PytestExport, MessagesAreTextWhateverTheyHold) {
  const Case c{.launches = {Settings{}},
               .schedule = RecordedForm{},
               .system = {"3.11.2", "numba 0.56.4", "/usr/bin/python3"}};
  const Failure failure{.oracle = "no-exception", .exception_type = "E", .message = "a \"\"\" b \\x"};
  const auto text =
      render_pytest(c, {}, failure, {"bucket-0", {{"m.py", "x = 1\n"}, {"n.py", "y = '''\n"}}, {{"d", "v"}}});
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_TRUE(text->starts_with("\"\"\"E: a ''' b \\\\x\n"));
  EXPECT_NE(text->find("EXPECTED = \"a \\\"\\\"\\\" b \\\\x\"\n"), std::string::npos);
  EXPECT_NE(text->find("    \"numba_mwe/m.py\": '''\\\nx = 1\n''',\n    \"numba_mwe/n.py\": \"y = '''\\n\",\n"),
            std::string::npos);
  EXPECT_NE(text->find("FIXED = {\n    \"d\": \"v\",\n}"), std::string::npos);
  EXPECT_NE(text->find("def test_bucket_0():"), std::string::npos);
  EXPECT_NE(text->find("class Conductor:"), std::string::npos);
  EXPECT_EQ(text->find("@THREAD_HOLDING@"), std::string::npos);
}

TEST(PytestExport, OtherProgramsAndFinerGranularitiesAreUnsupported) {
  const Case planted{.program = "lazy_init", .launches = {Settings{}}};
  EXPECT_EQ(render_pytest(planted, {}, {}, {}).error().code, ErrorCode::kUnsupported);
  const Case line{.granularity = Granularity::kLine, .launches = {Settings{}}};
  EXPECT_EQ(render_pytest(line, {}, {}, {}).error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace straylane
