#include "domain/verdict.h"

#include <fmt/format.h>

#include "domain/case.h"
#include "domain/enum_names.h"
#include "domain/hash.h"

namespace straylane {
namespace {

constexpr std::size_t kSlugLengthMax = 64;

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_word(char c) { return is_alphanumeric(c) || c == '_'; }

std::uint32_t digest32(const std::string& text) {
  Hash hash;
  for (const char c : text) hash.step(static_cast<unsigned char>(c));
  return hash.folded();
}

// Lower-case words with '-' between them: as many whole words as fit. A single word that is too long is cut.
std::string slug_of(const std::string& text) {
  std::string slug;
  for (const char c : text) {
    if (is_alphanumeric(c)) {
      slug += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!slug.empty() && slug.back() != '-') {
      slug += '-';
    }
    if (slug.size() > kSlugLengthMax) {
      const std::size_t word = slug.find_last_of('-');
      slug.resize(word == std::string::npos ? kSlugLengthMax : word);
      break;
    }
  }
  while (!slug.empty() && slug.back() == '-') slug.pop_back();
  return slug;
}

}  // namespace

const char* to_string(VerdictKind kind) {
  return enum_name({"pass", "fail", "discard", "unsupported", "harness error"}, kind);
}

// A number begins with a digit that does not continue a word, and takes the word characters and points after it. So
// "float32" and "numba.cuda" keep their letters and digits.
std::string normalise_message(const std::string& message) {
  std::string out;
  for (std::size_t i = 0; i < message.size();) {
    const bool starts_word = i == 0 || !is_word(message[i - 1]);
    if (starts_word && is_digit(message[i])) {
      const auto is_point = [&] { return message[i] == '.' && i + 1 < message.size() && is_digit(message[i + 1]); };
      while (i < message.size() && (is_word(message[i]) || is_point())) ++i;
      out += '#';
    } else {
      out += message[i++];
    }
  }
  return out;
}

std::string exception_text(const Failure& failure) {
  return failure.exception_type.empty() ? failure.message : failure.exception_type + ": " + failure.message;
}

std::string bucket_of(const Failure& failure) {
  const std::string message = normalise_message(failure.message);
  const std::string key =
      fmt::format("{}\n{}\n{}\n{}", failure.oracle, failure.exception_type, message, failure.function);
  const std::string what = failure.exception_type.empty() ? failure.oracle : failure.exception_type;
  return fmt::format("{}-{:08x}", slug_of(what + " " + message), digest32(key));
}

}  // namespace straylane
