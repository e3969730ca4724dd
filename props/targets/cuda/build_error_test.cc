// Reads lines and columns from the output of NVRTC 13.0.

#include "targets/cuda/worker/build_error.h"

#include <gtest/gtest.h>

namespace straylane {
namespace {

TEST(NvrtcLog, ErrorsHaveTheirLineAndColumnAndWarningsAreLeftOut) {
  const char* log =
      "k.cu(2): error: identifier \"yy\" is undefined\n  \tint x =\tyy + 1;   foo();\n  \t       \t^\n\n"
      "k.cu(5): error #20: expression must have arithmetic type\n   int w = \"abc\" * 2;}\n           ^\n\n"
      "k.cu(4): warning #177-D: variable \"u\" was declared, an error: no\n   int u;\n       ^\n\n"
      "k.cu(7): catastrophic error: cannot open source file \"nope.h\"\n  #include \"nope.h\"\n                   ^\n\n"
      "Remark: The warnings can be suppressed with \"-diag-suppress <warning-number>\"\n\n"
      "3 errors detected in the compilation of \"k.cu\".\n";
  const std::vector<SourceDiagnostic> expected = {{"k.cu", 2, 10, "identifier \"yy\" is undefined"},
                                                  {"k.cu", 5, 10, "expression must have arithmetic type"},
                                                  {"k.cu", 7, 18, "cannot open source file \"nope.h\""}};
  EXPECT_EQ(errors_in_nvrtc_log(log), expected);
  EXPECT_EQ(to_string({expected[0], expected[1]}),
            "k.cu:2:10: identifier \"yy\" is undefined; k.cu:5:10: expression must have arithmetic type");
}

TEST(NvrtcLog, WhatIsNoHeadlineIsNoError) {
  for (const char* log : {"", "\n\n", "(", "(1): error", "k.cu(x): error: y", "k.cu(1): error", "error: k.cu(1)",
                          "1 error detected in the compilation of \"k.cu\".", "): error: a(", "k.cu(1) error: a"}) {
    EXPECT_TRUE(errors_in_nvrtc_log(log).empty()) << log;
  }
}

TEST(NvrtcLog, WithoutADrawnColumnThereIsNone) {
  const std::vector<SourceDiagnostic> expected = {{"k.cu", 2, 0, "message"}};
  EXPECT_EQ(errors_in_nvrtc_log("k.cu(2): error: message"), expected);
  EXPECT_EQ(errors_in_nvrtc_log("k.cu(2): error: message\n  int a;\n  no caret\n"), expected);
  EXPECT_EQ(to_string(expected), "k.cu:2: message");
}

}  // namespace
}  // namespace straylane
