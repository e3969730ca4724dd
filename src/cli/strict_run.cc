#include "cli/strict_run.h"

#include <fmt/format.h>

#include "codec/token_codec.h"
#include "run/site_check.h"

namespace straylane {

Expected<RunResult> strict_run(Target& target, const CaseInput& input) {
  auto result = run_case(target, input.value, {.trace = true, .events = true, .strict = true, .across_change = true});
  if (!result) return result;
  const auto& met = result->observation.sites;
  if (!input.value.sites.empty()) {
    if (const auto difference = first_difference(input.value.sites, met)) {
      return make_error(ErrorCode::kRefused, "refused: " + *difference);
    }
  }
  if (result->verdict.kind == VerdictKind::kDiscard) {
    return make_error(ErrorCode::kRefused, "refused: " + result->verdict.reason);
  }
  if (result->verdict.kind == VerdictKind::kUnsupported) {
    return make_error(ErrorCode::kUnsupported, result->verdict.reason);
  }
  if (input.digest && sites_digest(result->recorded) != *input.digest) {
    return make_error(
        ErrorCode::kRefused,
        fmt::format("refused: the token was recorded on another system (sites digest {:08x}, here {:08x})",
                    *input.digest, sites_digest(result->recorded)));
  }
  return result;
}

}  // namespace straylane
