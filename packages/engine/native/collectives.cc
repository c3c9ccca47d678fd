// Compiled into the addon. Operations over several processes, by TensorFlow's own gRPC server.
//
// The server has to run before the context lists its devices, whose names depend on it, and tfjs_backend.cc makes the
// context while the addon is loaded. So its call of TFE_NewContext is wrapped (-Wl,--wrap), and LIMBER_COLLECTIVES, a
// tensorflow.ServerDef in hexadecimal, is read there.
//
// `timeout_seconds` of an operation would leave a sleeping thread behind each one. One watchdog ends them all instead.

#include "collectives.h"

#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

extern "C" {
// of c_api_experimental.h
void TFE_EnableCollectiveOps(TFE_Context* context, const void* proto, size_t size, TF_Status* status);
void TFE_AbortCollectiveOps(TFE_Context* context, TF_Status* status);
void TFE_CollectiveOpsCheckPeerHealth(TFE_Context* context, const char* task, int64_t timeout_in_ms,
                                      TF_Status* status);
TFE_Context* __real_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status);
TFE_Context* __wrap_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status);
}

namespace {

using Clock = std::chrono::steady_clock;

TFE_Context* enabled = nullptr;
std::string failure;

void Abort(TF_Code code, const std::string& message) {
  if (enabled == nullptr) return;
  TF_Status* const status = TF_NewStatus();
  TF_SetStatus(status, code, message.c_str());
  TFE_AbortCollectiveOps(enabled, status);
  TF_DeleteStatus(status);
}

// Ends all operations once the armed time is over. It lives as long as the process.
class Watchdog {
 public:
  void Start() { std::thread([this] { Run(); }).detach(); }

  void Arm(int64_t milliseconds) {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_armed_ = true;
    milliseconds_ = milliseconds;
    deadline_ = Clock::now() + std::chrono::milliseconds(milliseconds);
    changed_.notify_one();
  }

  void Disarm() {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_armed_ = false;
  }

 private:
  void Run() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      if (!is_armed_) {
        changed_.wait(lock);
      } else if (Clock::now() < deadline_) {
        changed_.wait_until(lock, deadline_);
      } else {
        is_armed_ = false;
        Abort(TF_DEADLINE_EXCEEDED, "no answer within " + std::to_string(milliseconds_) + " ms");
      }
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_armed_ = false;
  int64_t milliseconds_ = 0;
  Clock::time_point deadline_;
};

Watchdog* const watchdog = new Watchdog();

std::string FromHexadecimal(const std::string& text) {
  std::string bytes;
  for (size_t at = 0; at + 1 < text.size(); at += 2) {
    bytes.push_back(static_cast<char>(std::stoi(text.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

// TensorFlow's own way out, with its server still running, has crashed.
void ExitAtOnce(int status, void*) { _exit(status); }

void Enable(TFE_Context* context, const std::string& server) {
  TF_Status* const status = TF_NewStatus();
  TFE_EnableCollectiveOps(context, server.data(), server.size(), status);
  if (TF_GetCode(status) == TF_OK) {
    enabled = context;
    watchdog->Start();
    on_exit(ExitAtOnce, nullptr);
  } else {
    failure = TF_Message(status);
  }
  TF_DeleteStatus(status);
}

napi_value ArmWatchdog(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value milliseconds;
  int64_t value = 0;
  napi_get_cb_info(env, info, &count, &milliseconds, nullptr, nullptr);
  napi_get_value_int64(env, milliseconds, &value);
  watchdog->Arm(value);
  return nullptr;
}

napi_value DisarmWatchdog(napi_env, napi_callback_info) {
  watchdog->Disarm();
  return nullptr;
}

std::string TextOf(napi_env env, napi_value value) {
  size_t length = 0;
  napi_get_value_string_utf8(env, value, nullptr, 0, &length);
  std::string text(length, '\0');
  napi_get_value_string_utf8(env, value, &text[0], length + 1, nullptr);
  return text;
}

napi_value AbortAll(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value reason;
  napi_get_cb_info(env, info, &count, &reason, nullptr, nullptr);
  Abort(TF_ABORTED, TextOf(env, reason));
  return nullptr;
}

// Whether the process of a rank is there; it may hang.
napi_value IsAlive(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  int32_t rank = 0;
  int64_t milliseconds = 0;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  napi_get_value_int32(env, arguments[0], &rank);
  napi_get_value_int64(env, arguments[1], &milliseconds);
  const std::string task = "/job:worker/replica:0/task:" + std::to_string(rank);
  TF_Status* const status = TF_NewStatus();
  TFE_CollectiveOpsCheckPeerHealth(enabled, task.c_str(), milliseconds, status);
  napi_value result;
  napi_get_boolean(env, TF_GetCode(status) == TF_OK, &result);
  TF_DeleteStatus(status);
  return result;
}

}  // namespace

TFE_Context* __wrap_TFE_NewContext(const TFE_ContextOptions* options, TF_Status* status) {
  TFE_Context* const context = __real_TFE_NewContext(options, status);
  const char* const server = getenv("LIMBER_COLLECTIVES");
  if (context != nullptr && server != nullptr) Enable(context, FromHexadecimal(server));
  return context;
}

void ExportCollectives(napi_env env, napi_value exports) {
  napi_value collectives;
  napi_value message;
  napi_create_object(env, &collectives);
  napi_create_string_utf8(env, failure.c_str(), NAPI_AUTO_LENGTH, &message);
  const napi_property_descriptor properties[] = {
      {"failure", nullptr, nullptr, nullptr, nullptr, message, napi_enumerable, nullptr},
      {"arm", nullptr, ArmWatchdog, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"disarm", nullptr, DisarmWatchdog, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"abort", nullptr, AbortAll, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
      {"isAlive", nullptr, IsAlive, nullptr, nullptr, nullptr, napi_enumerable, nullptr},
  };
  napi_define_properties(env, collectives, sizeof(properties) / sizeof(properties[0]), properties);
  napi_set_named_property(env, exports, "collectives", collectives);
}
