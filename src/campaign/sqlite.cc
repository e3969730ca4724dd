#include "campaign/sqlite.h"

#include <fmt/format.h>
#include <sqlite3.h>

namespace straylane {
namespace {

constexpr int kBusyMs = 2'000;  // a reader that opens it may have it for a moment

tl::unexpected<Error> storage(const std::string& path, sqlite3* database, int code) {
  return make_error(ErrorCode::kStorage,
                    fmt::format("{}: {}", path, database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database)));
}

}  // namespace

void SqliteStatement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteStatement& SqliteStatement::bind(std::string_view text) {
  sqlite3_bind_text(statement_.get(), ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT);
  return *this;
}

SqliteStatement& SqliteStatement::bind(std::int64_t number) {
  sqlite3_bind_int64(statement_.get(), ++bound_, number);
  return *this;
}

SqliteStatement& SqliteStatement::bind(double number) {
  sqlite3_bind_double(statement_.get(), ++bound_, number);
  return *this;
}

Expected<bool> SqliteStatement::step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return storage(path_, sqlite3_db_handle(statement_.get()), code);
}

Expected<void> SqliteStatement::run() {
  const auto row = step();
  sqlite3_reset(statement_.get());
  bound_ = 0;
  if (!row) return tl::unexpected(row.error());
  return {};
}

std::string SqliteStatement::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
  return text == nullptr ? "" : text;
}

std::int64_t SqliteStatement::number(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double SqliteStatement::real(int column) const { return sqlite3_column_double(statement_.get(), column); }

void SqliteDatabase::Close::operator()(sqlite3* database) const { sqlite3_close(database); }

Expected<SqliteDatabase> SqliteDatabase::open(const std::filesystem::path& path, Mode mode) {
  const int flags = mode == Mode::kCreate ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  SqliteDatabase database(handle, path.string());
  if (code != SQLITE_OK) return storage(database.path_, handle, code);
  sqlite3_busy_timeout(handle, kBusyMs);
  if (mode == Mode::kRead) return database;
  if (auto ok = database.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"); !ok) {
    return tl::unexpected(ok.error());
  }
  return database;
}

Expected<SqliteStatement> SqliteDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return storage(path_, database_.get(), code);
  return SqliteStatement(statement, path_);
}

Expected<void> SqliteDatabase::run(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return storage(path_, database_.get(), code);
  return {};
}

}  // namespace straylane
