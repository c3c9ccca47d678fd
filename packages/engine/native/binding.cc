// Compiled into the addon in place of tfjs_binding.cc, which it holds: what that exports, and what is added here.

#include <node_api.h>

// the addon is registered below
#undef NAPI_MODULE
#define NAPI_MODULE(name, init)
#include "tfjs_binding.cc"

#include "collectives.h"
#include "operations.h"

NAPI_MODULE_INIT() {
  const napi_value binding = tfnodejs::InitTFNodeJSBinding(env, exports);
  if (binding != nullptr) {
    ExportCollectives(env, binding);
    ExportOperations(env, binding);
    ExportUpdates(env, binding);
  }
  return binding;
}
