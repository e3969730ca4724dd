#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "os/exit_code.h"

namespace straylane {

// The verbs of the program, and how they answer: with an exit code, messages on stderr, and on
// stdout a text or, with `--json`, one document.

// What a verb has to say. The document has a format, status "ran" and an empty reason, unless `fields` has others.
struct Answer {
  nlohmann::ordered_json fields;  // of the document, after those three
  std::string text;               // on stdout without `--json`
  ExitCode code = ExitCode::kClean;
  std::optional<Error> problem = std::nullopt;  // reported after the answer; its exit code replaces `code`
};

// Prints the answer of a verb, or its error, whose document has format, status and reason, then `error_fields`.
ExitCode print_answer(const Expected<Answer>& answer, bool json, const char* format,
                      const nlohmann::ordered_json& error_fields = nlohmann::ordered_json::object());

// Prints a document, whatever bytes its texts hold.
void print_document(const nlohmann::ordered_json& document);

// Whether the error is about what was asked for, on the command line or in a file that it names. Then nothing else
// needs to be tried.
bool is_usage(const Error& error);

// Prints "straylane: <message>" on stderr, in one line. Each further diagnostic of a compiler has a line of its own.
// Returns the exit code.
ExitCode report_error(const Error& error);

// Returns what `--version` prints, without the line end: the program's version and those of its formats.
std::string version_line();

// Runs a verb whose options have been read.
using Run = std::function<ExitCode()>;

// Each of these declares the options of one verb on `app` and returns what runs it. One file per verb.
Run add_hunt(CLI::App& app);
Run add_test(CLI::App& app);
Run add_props(CLI::App& app);
Run add_fuzz(CLI::App& app);
Run add_status(CLI::App& app);
Run add_corpus(CLI::App& app);
Run add_minimize(CLI::App& app);
Run add_replay(CLI::App& app);
Run add_explain(CLI::App& app);
Run add_export(CLI::App& app);
Run add_report(CLI::App& app);
Run add_promote(CLI::App& app);
Run add_env(CLI::App& app);
Run add_doctor(CLI::App& app);
Run add_version(CLI::App& app);

}  // namespace straylane
