// Makes the files that libFuzzer writes (inputs of the corpus, artifacts) appear whole or not at all. By itself,
// libFuzzer ignores errors, so on a full disk it would go on and leave thousands of empty files. The linker redirects
// its calls here (--wrap, fuzz/CMakeLists.txt):
//
// - fopen(.., "wb") opens a file without a name.
// - fclose syncs the file and then gives it its name. If it could not be written, the process ends with exit code 4.
// - unlink of an input that a smaller one replaces waits until the smaller one exists.
// - readdir passes over files whose name begins with a dot. They are not inputs: the marker of a corpus, and files
//   that another process is still writing.
//
// A process that is killed leaves no file. If the file system has no files without a name, the file is ".NAME.PID.tmp"
// until it is complete, and a campaign removes those that are left.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "os/exit_code.h"

extern "C" {
FILE* __real_fopen(const char* path, const char* mode);
int __real_fclose(FILE* file);
int __real_unlink(const char* path);
dirent* __real_readdir(DIR* folder);
}

namespace {

using Path = std::array<char, PATH_MAX>;

// At most one file, because libFuzzer writes on one thread. Plain memory, because it also writes in a signal handler.
struct {
  FILE* file = nullptr;
  Path path{};
  Path temporary{};  // empty for a file without a name
} written;
Path replaced{};  // to be unlinked; empty for none

[[noreturn]] void fail(const char* path, int error) {
  if (written.temporary[0] != 0) __real_unlink(written.temporary.data());
  std::fprintf(stderr, "straylane: error: %s: %s\n", path, std::strerror(error));
  std::fflush(stderr);
  std::_Exit(static_cast<int>(straylane::ExitCode::kStorage));
}

int open_temporary(const char* path) {
  const char* slash = std::strrchr(path, '/');
  Path folder{};
  std::snprintf(folder.data(), folder.size(), "%.*s", slash == nullptr ? 1 : static_cast<int>(slash - path + 1),
                slash == nullptr ? "." : path);
  written.temporary[0] = 0;
  const int fd = open(folder.data(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return fd;
  const char* name = slash == nullptr ? path : slash + 1;
  const int length = std::snprintf(written.temporary.data(), written.temporary.size(), "%s/.%s.%d.tmp", folder.data(),
                                   name, static_cast<int>(getpid()));
  if (length < 0 || static_cast<std::size_t>(length) >= written.temporary.size()) {
    errno = ENAMETOOLONG;
    return -1;
  }
  return open(written.temporary.data(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
}

bool is_regular_or_new(const char* path) {
  struct stat state{};
  return stat(path, &state) != 0 || S_ISREG(state.st_mode);
}

}  // namespace

extern "C" FILE* __wrap_fopen(const char* path, const char* mode) {
  if (std::strcmp(mode, "wb") != 0 || written.file != nullptr || std::strlen(path) >= PATH_MAX ||
      !is_regular_or_new(path)) {
    return __real_fopen(path, mode);
  }
  const int fd = open_temporary(path);
  if (fd < 0) fail(path, errno);
  written.file = fdopen(fd, mode);
  if (written.file == nullptr) fail(path, errno);
  std::strcpy(written.path.data(), path);
  return written.file;
}

extern "C" int __wrap_fclose(FILE* file) {
  if (file == nullptr || file != written.file) return __real_fclose(file);
  const char* path = written.path.data();
  const int fd = fileno(file);
  // stdio forgets why an earlier write failed. On a disk the reason is nearly always ENOSPC.
  const bool failed_before = std::ferror(file) != 0;
  if (std::fflush(file) != 0) fail(path, errno);
  if (failed_before) fail(path, ENOSPC);
  if (fsync(fd) != 0) fail(path, errno);
  Path nameless{};
  std::snprintf(nameless.data(), nameless.size(), "/proc/self/fd/%d", fd);
  const bool named = written.temporary[0] != 0;
  const int linked = named ? std::rename(written.temporary.data(), path)
                           : linkat(AT_FDCWD, nameless.data(), AT_FDCWD, path, AT_SYMLINK_FOLLOW);
  if (linked != 0 && errno != EEXIST) fail(path, errno);  // an existing file of that name has the same content
  written.file = nullptr;
  written.temporary[0] = 0;
  if (replaced[0] != 0 && std::strcmp(replaced.data(), path) != 0) __real_unlink(replaced.data());
  replaced[0] = 0;
  return __real_fclose(file);
}

extern "C" int __wrap_unlink(const char* path) {
  if (std::strlen(path) >= replaced.size()) return __real_unlink(path);
  if (replaced[0] != 0) __real_unlink(replaced.data());
  std::strcpy(replaced.data(), path);
  return 0;
}

extern "C" dirent* __wrap_readdir(DIR* folder) {
  dirent* entry = __real_readdir(folder);
  while (entry != nullptr && entry->d_name[0] == '.') entry = __real_readdir(folder);
  return entry;
}
