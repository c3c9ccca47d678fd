#ifndef LIMBER_COLLECTIVES_H_
#define LIMBER_COLLECTIVES_H_

#include <node_api.h>

// Adds `collectives` to the addon's exports: what became of enabling them, and how they are ended.
void ExportCollectives(napi_env env, napi_value exports);

#endif  // LIMBER_COLLECTIVES_H_
