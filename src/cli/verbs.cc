#include "cli/verbs.h"

#include <fmt/format.h>
#include <unistd.h>

#include "cli/terminal.h"

namespace straylane {

ExitCode print_answer(const Expected<Answer>& answer, bool json, const char* format,
                      const nlohmann::ordered_json& error_fields) {
  if (json) {
    nlohmann::ordered_json document = {{"format", format},
                                       {"status", answer ? "ran" : status_of(answer.error())},
                                       {"reason", answer ? "" : answer.error().message}};
    document.update(answer ? answer->fields : error_fields);
    print_document(document);
  } else if (answer) {
    print_result(answer->text);
  }
  if (!answer) return report_error(answer.error());
  return answer->problem ? report_error(*answer->problem) : answer->code;
}

void print_document(const nlohmann::ordered_json& document) {
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

bool is_usage(const Error& error) { return error.code == ErrorCode::kUsage || error.code == ErrorCode::kMalformed; }

ExitCode report_error(const Error& error) {
  fmt::print(stderr, "{}", with_colour(STDERR_FILENO, fmt::format("straylane: {}\n", error.message)));
  return exit_code_of(error);
}

}  // namespace straylane
