#include <fmt/format.h>

#include <cctype>
#include <memory>
#include <string_view>

#include "cli/environment_folder.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "os/child.h"
#include "report/report_text.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr double kInstallTimeoutS = 1800;

struct EnvVerb {
  std::vector<std::string> requirements;
  std::string name;
  std::string python = "/usr/bin/python3";
};

bool is_requirement(const std::string& text) {
  const auto may_be_in = [](char c) {
    return is_alphanumeric(c) || std::string_view("._-=<>!~[],").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text[0])) != 0 &&
         std::ranges::all_of(text, may_be_in);
}

// "numba-cuda==0.30.4" -> "numba-cuda-0.30.4"
std::string name_of(const std::string& requirement) {
  std::string name;
  for (const char c : requirement) {
    const bool kept = is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
    if (kept || (!name.empty() && name.back() != '-')) name += kept ? c : '-';
  }
  return name;
}

std::string last_lines(const std::string& text, std::size_t count) {
  std::size_t at = text.size();
  for (; at > 0 && count > 0; --count) {
    at = text.rfind('\n', at - 1);
    if (at == std::string::npos) return text;
  }
  return text.substr(at + (at < text.size() ? 1 : 0));
}

ExitCode add(const EnvVerb& verb) {
  for (const std::string& requirement : verb.requirements) {
    if (!is_requirement(requirement)) {
      return report_error(
          {ErrorCode::kUsage, fmt::format("\"{}\" is not a requirement such as numba-cuda==0.30.4", requirement)});
    }
  }
  const auto named =
      environment_folder(kEnvironmentsFolder, verb.name.empty() ? name_of(verb.requirements.front()) : verb.name);
  if (!named) return report_error(named.error());
  const fs::path& folder = *named;
  const fs::path python = folder / "bin" / "python";
  const auto there = is_environment(folder);
  if (!there) return report_error(there.error());
  if (*there) {
    fmt::print("{}\n", fs::absolute(python).string());
    return ExitCode::kClean;
  }
  if (auto begun = begin_environment(folder); !begun) return report_error(begun.error());
  Terminal terminal(false);
  terminal.say(fmt::format("making {} (a minute or so)", folder.string()));
  const auto give_up = [&](const char* what, const ChildResult& result) {
    remove_environment(folder);
    return report_error({ErrorCode::kUnsupported, fmt::format("{}: {}", what, last_lines(result.output, 3))});
  };
  const auto made = run_child({verb.python, "-m", "venv", folder.string()}, "", kInstallTimeoutS);
  if (made.status != 0) return give_up("cannot make a virtual environment (apt-get install python3-venv)", made);
  std::vector<std::string> install = {python.string(), "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                                      "pytest"};
  install.insert(install.end(), verb.requirements.begin(), verb.requirements.end());
  const auto installed = run_child(install, "", kInstallTimeoutS);
  if (installed.status != 0) return give_up("pip", installed);
  const auto target = open_target(needed_target(false).name, {fs::absolute(python).string()});
  if (!target) {
    remove_environment(folder);
    return report_error(target.error());
  }
  if (auto ready = set_ready(folder); !ready) return report_error(ready.error());
  terminal.say(fmt::format("{}, Python {}", (*target)->info().system.software, (*target)->info().system.python));
  // On stderr, because scripts take the path from stdout.
  terminal.say(fmt::format("Next: ./straylane hunt --python {}", shell_word(python.string())));
  fmt::print("{}\n", fs::absolute(python).string());
  return ExitCode::kClean;
}

ExitCode list() {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(kEnvironmentsFolder, error)) {
    if (is_ready(entry.path())) fmt::print("{}\n", (entry.path() / "bin" / "python").string());
  }
  return ExitCode::kClean;
}

}  // namespace

Run add_env(CLI::App& app) {
  auto verb = std::make_shared<EnvVerb>();
  CLI::App* adding =
      app.add_subcommand("add", "makes a virtual environment, installs into it with pip, and prints its python");
  adding->add_option("requirement", verb->requirements, "for pip, such as numba-cuda==0.30.4")->required();
  adding->add_option("--name", verb->name, "name of its folder under .straylane/envs/");
  adding->add_option("--python", verb->python, "interpreter to make it with")->capture_default_str();
  app.add_subcommand("list", "lists the environments");
  app.require_subcommand(1);
  return [verb, adding] { return adding->parsed() ? add(*verb) : list(); };
}

}  // namespace straylane
