// Compiled into the addon. Decides which of TensorFlow's log lines reach standard error.
//
// TensorFlow takes its level from TF_CPP_MIN_LOG_LEVEL in one of some thousand static initialisers of
// libtensorflow_framework. One of those that run before it (threadpool_device.cc asks whether oneDNN is
// on) logs already, at abseil's own level, which is to say everything. No code of ours can run between
// the two. The loader, however, looks for a symbol in the addon before it looks in the libraries that
// the addon needs: so the level that abseil asks for is the one defined here, from the first line on.

#include <cstdlib>

namespace absl {
namespace lts_20250814 {

// 0 info, 1 warning, 2 error, 3 fatal: as in TF_CPP_MIN_LOG_LEVEL.
enum class LogSeverityAtLeast : int {};

__attribute__((visibility("default"))) LogSeverityAtLeast MinLogLevel() {
  static const char* const level = std::getenv("TF_CPP_MIN_LOG_LEVEL");
  return static_cast<LogSeverityAtLeast>(level == nullptr ? 0 : std::atoi(level));
}

// Another release of TensorFlow has another abseil, without these: hence weak.
__attribute__((weak)) void SetStderrThreshold(LogSeverityAtLeast severity);

namespace log_internal {
__attribute__((weak)) void SetInitialized();
}  // namespace log_internal

}  // namespace lts_20250814
}  // namespace absl

namespace {

// Without this the first line that is shown is preceded by one that says that logging was not initialised.
__attribute__((constructor)) void InitializeLog() {
  using namespace absl::lts_20250814;
  if (SetStderrThreshold == nullptr || log_internal::SetInitialized == nullptr) return;
  SetStderrThreshold(LogSeverityAtLeast{0});
  log_internal::SetInitialized();
}

}  // namespace
