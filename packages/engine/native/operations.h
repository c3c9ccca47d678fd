#ifndef LIMBER_OPERATIONS_H_
#define LIMBER_OPERATIONS_H_

#include <node_api.h>

// Registers this addon's own operations with TensorFlow, and exports what became of it as `ownOperations`: empty, or
// why there are none.
void ExportOperations(napi_env env, napi_value exports);

// Exports `applyUpdates`.
void ExportUpdates(napi_env env, napi_value exports);

#endif  // LIMBER_OPERATIONS_H_
