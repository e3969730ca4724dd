#include "campaign/judge_input.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "codec/bytes_codec.h"
#include "hunt/finding_maker.h"
#include "os/files.h"
#include "targets/registry.h"

namespace straylane {
namespace {

Expected<JudgedInput> judge(const FuzzOptions& options, const std::filesystem::path& input,
                            const std::set<std::string>& done) {
  const auto text = read_file(input, byte_bounds::kInputFileMax);
  if (!text) return tl::unexpected(text.error());
  auto target = open_target(options.target, {options.python, options.kernel});
  if (!target) return tl::unexpected(target.error());
  Case c = case_from_bytes({reinterpret_cast<const std::uint8_t*>(text->data()), text->size()},
                           (*target)->info().program.schema);
  c.target = options.target;
  c.program = options.program;
  const auto failing = run_case(**target, c, {});
  if (!failing) return tl::unexpected(failing.error());
  JudgedInput judged;
  if (!failing->verdict.failure) {
    judged.minimization = "not-reproduced";
    judged.reason = fmt::format("{}: does not fail in a worker ({})", input.string(), to_string(failing->verdict.kind));
    return judged;
  }
  judged.bucket = bucket_of(*failing->verdict.failure);
  judged.message = failing->verdict.failure->message;
  judged.minimization = "known";
  if (done.contains(judged.bucket) || !options.finding_hooks) return judged;
  HuntOptions hunt;
  hunt.out = options.out;
  hunt.python = options.python;
  Finding finding = start_finding((*target)->info(), *failing);
  const auto made = FindingMaker(**target, hunt, *options.finding_hooks).make(*failing, finding);
  judged.folder = finding.folder;
  judged.minimization = !made                    ? "failed"
                        : finding.folder_was_there ? "known"
                                                   : "minimized";
  if (!made) judged.reason = made.error().message;
  return judged;
}

}  // namespace

JudgedInput judge_input(const FuzzOptions& options, const std::filesystem::path& input,
                        const std::set<std::string>& done) {
  const auto judged = judge(options, input, done);
  if (judged) return *judged;
  JudgedInput failed;
  failed.minimization = "failed";
  failed.reason = judged.error().message;
  return failed;
}

std::string to_text(const JudgedInput& judged) {
  const nlohmann::json text = {judged.bucket, judged.message, judged.minimization, judged.folder, judged.reason};
  return text.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

JudgedInput judged_from(const std::string& text) {
  JudgedInput judged;
  const auto fields = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  std::size_t at = 0;
  for (std::string* field : {&judged.bucket, &judged.message, &judged.minimization, &judged.folder, &judged.reason}) {
    if (!fields.is_array() || fields.size() <= at || !fields[at].is_string()) return {"", "", "failed", "", "no answer"};
    *field = fields[at++].get<std::string>();
  }
  return judged;
}

}  // namespace straylane
