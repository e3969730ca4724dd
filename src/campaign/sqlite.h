#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "domain/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace straylane {

// One SQL statement, prepared. Errors are kStorage with the file and SQLite's own words.
class SqliteStatement {
 public:
  SqliteStatement& bind(std::string_view text);  // the next parameter
  SqliteStatement& bind(std::int64_t number);
  SqliteStatement& bind(double number);

  // True where there is a row; false behind the last one.
  Expected<bool> step();
  // To its end, for a statement that gives no rows; ready for the next parameters then.
  Expected<void> run();

  std::string text(int column) const;
  std::int64_t number(int column) const;
  double real(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  SqliteStatement(sqlite3_stmt* statement, std::string path) : statement_(statement), path_(std::move(path)) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string path_;
  int bound_ = 0;
};

// A SQLite database. With WAL, so that who reads does not stop who writes, and a process that is killed in the middle of
// a transaction leaves the state before it.
class SqliteDatabase {
 public:
  enum class Mode { kCreate, kRead };
  static Expected<SqliteDatabase> open(const std::filesystem::path& path, Mode mode);

  Expected<SqliteStatement> prepare(std::string_view sql);
  Expected<void> run(const std::string& sql);  // statements without parameters and rows

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  SqliteDatabase(sqlite3* database, std::string path) : database_(database), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> database_;
  std::string path_;
};

}  // namespace straylane
