#pragma once

#include <sqlite3.h>

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "domain/error.h"

namespace straylane {

// One row of a query. Valid until the next one.
class SqliteRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  std::string text(int column) const;
  double real(int column) const { return sqlite3_column_double(statement_, column); }
  template <std::integral Number = std::uint64_t>
  Number number(int column) const {
    return static_cast<Number>(sqlite3_column_int64(statement_, column));
  }

 private:
  sqlite3_stmt* statement_;
};

// A SQLite database. It uses WAL: readers do not stop the writer, and a process that is killed in a transaction leaves
// the state before it. Errors are kStorage with the file and SQLite's own words.
class SqliteDatabase {
 public:
  enum class Mode { kCreate, kRead };
  static Expected<SqliteDatabase> open(const std::filesystem::path& path, Mode mode);

  // Runs statements without parameters and rows.
  Expected<void> run(const std::string& sql);
  // Runs one statement with a value (text, whole number or double) for each of its parameters.
  template <class... Values>
  Expected<void> run(std::string_view sql, const Values&... values) {
    return query(sql, [](const SqliteRow&) {}, values...);
  }
  // Runs one statement in the same way and calls `take` with each row of its result.
  template <class... Values>
  Expected<void> query(std::string_view sql, const std::function<void(const SqliteRow&)>& take,
                       const Values&... values) {
    return prepare(sql).and_then([&](const Statement& statement) {
      int parameter = 0;
      (bind(statement.get(), ++parameter, values), ...);
      return step_to_end(statement.get(), take);
    });
  }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close(database); }
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Close>;

  SqliteDatabase(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}
  Expected<Statement> prepare(std::string_view sql);
  Expected<void> step_to_end(sqlite3_stmt* statement, const std::function<void(const SqliteRow&)>& take);
  template <class Value>
  static void bind(sqlite3_stmt* statement, int parameter, const Value& value) {
    if constexpr (std::integral<Value>) {
      sqlite3_bind_int64(statement, parameter, static_cast<std::int64_t>(value));
    } else if constexpr (std::floating_point<Value>) {
      sqlite3_bind_double(statement, parameter, value);
    } else {
      const std::string_view text = value;
      sqlite3_bind_text(statement, parameter, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
    }
  }

  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
};

}  // namespace straylane
