#include "campaign/sqlite.h"

#include <fmt/format.h>

namespace straylane {
namespace {

constexpr int kBusyMs = 2'000;  // a process that reads the database may lock it for a moment

tl::unexpected<Error> sqlite_error(const std::string& path, sqlite3* database, int code) {
  return make_error(ErrorCode::kStorage,
                    fmt::format("{}: {}", path, database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database)));
}

}  // namespace

std::string SqliteRow::text(int column) const {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return text == nullptr ? "" : text;
}

Expected<SqliteDatabase> SqliteDatabase::open(const std::filesystem::path& path, Mode mode) {
  const int flags = mode == Mode::kCreate ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  SqliteDatabase database(handle, path.string());
  if (code != SQLITE_OK) return sqlite_error(database.path_, handle, code);
  sqlite3_busy_timeout(handle, kBusyMs);
  if (mode == Mode::kRead) return database;
  if (auto ok = database.run("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"); !ok) {
    return tl::unexpected(ok.error());
  }
  return database;
}

Expected<void> SqliteDatabase::run(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(path_, database_.get(), code);
  return {};
}

Expected<SqliteDatabase::Statement> SqliteDatabase::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return sqlite_error(path_, database_.get(), code);
  return Statement(statement);
}

Expected<void> SqliteDatabase::step_to_end(sqlite3_stmt* statement, const std::function<void(const SqliteRow&)>& take) {
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) take(SqliteRow(statement));
  if (code != SQLITE_DONE) return sqlite_error(path_, database_.get(), code);
  return {};
}

}  // namespace straylane
