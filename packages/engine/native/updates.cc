// Compiled into the addon. One optimizer step over all variables in one call: for each, TensorFlow's own update
// operation, with what comes before and after it. From JavaScript that is two to five calls a variable.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <node_api.h>

#include "tensorflow/c/c_api.h"
#include "tensorflow/c/eager/c_api.h"

// tfjs keeps its handles to itself
#define private public
#include "tfjs_backend.h"
#undef private

#include "operations.h"

namespace {

// Where the numbers of one variable begin in `rows`, and what they are: see `UpdateVariables` in native-updates.ts.
enum Column { kWeight, kIsReleased, kFactor, kGradient, kResource, kFirstSlot };

class Step {
 public:
  Step(tfnodejs::TFJSBackend* backend, std::string operation, bool uses_nesterov)
      : backend_(backend), operation_(std::move(operation)), uses_nesterov_(uses_nesterov), status_(TF_NewStatus()) {}
  ~Step() { TF_DeleteStatus(status_); }

  // Returns the id of the new value, or -1 after a failure.
  int32_t Update(const int32_t* row, int columns, const std::vector<int32_t>& before_gradient,
                 const std::vector<int32_t>& after_gradient) {
    TFE_TensorHandle* const resource = Find(row[kResource]);
    if (row[kFactor] >= 0) Shrink(row, resource);
    Release(row);
    std::vector<TFE_TensorHandle*> inputs = {resource};
    for (int slot = kFirstSlot; slot < columns; ++slot) inputs.push_back(Find(row[slot]));
    for (const int32_t id : before_gradient) inputs.push_back(Find(id));
    inputs.push_back(Find(row[kGradient]));
    for (const int32_t id : after_gradient) inputs.push_back(Find(id));
    Execute(operation_.c_str(), inputs, nullptr, [this](TFE_Op* op) {
      TFE_OpSetAttrType(op, "T", TF_FLOAT);
      TFE_OpSetAttrBool(op, "use_locking", 0);
      TFE_OpSetAttrBool(op, "use_nesterov", uses_nesterov_ ? 1 : 0);
    });
    TFE_TensorHandle* const value = Read(resource);
    return value == nullptr ? -1 : backend_->InsertHandle(value);
  }

  // Empty while all went well.
  std::string failure() const { return TF_GetCode(status_) == TF_OK ? "" : TF_Message(status_); }

 private:
  // Multiplies the weight before the update.
  void Shrink(const int32_t* row, TFE_TensorHandle* resource) {
    const bool has_own_handle = row[kWeight] >= 0;
    TFE_TensorHandle* const weight = has_own_handle ? Find(row[kWeight]) : Read(resource);
    TFE_TensorHandle* product = nullptr;
    Execute("Mul", {weight, Find(row[kFactor])}, &product, [](TFE_Op* op) { TFE_OpSetAttrType(op, "T", TF_FLOAT); });
    if (!has_own_handle && weight != nullptr) TFE_DeleteTensorHandle(weight);
    if (product == nullptr) return;
    Execute("AssignVariableOp", {resource, product}, nullptr,
            [](TFE_Op* op) { TFE_OpSetAttrType(op, "dtype", TF_FLOAT); });
    TFE_DeleteTensorHandle(product);
  }

  // Leaves the resource as the only owner of its memory, which is then updated in place.
  void Release(const int32_t* row) {
    if (row[kIsReleased] == 0 || row[kWeight] < 0 || TF_GetCode(status_) != TF_OK) return;
    const auto entry = backend_->tfe_handle_map_.find(row[kWeight]);
    if (entry == backend_->tfe_handle_map_.end()) return;
    TFE_DeleteTensorHandle(entry->second);
    backend_->tfe_handle_map_.erase(entry);
  }

  TFE_TensorHandle* Read(TFE_TensorHandle* resource) {
    TFE_TensorHandle* value = nullptr;
    Execute("ReadVariableOp", {resource}, &value, [](TFE_Op* op) { TFE_OpSetAttrType(op, "dtype", TF_FLOAT); });
    return value;
  }

  TFE_TensorHandle* Find(int32_t id) {
    const auto entry = backend_->tfe_handle_map_.find(id);
    if (entry != backend_->tfe_handle_map_.end()) return entry->second;
    TF_SetStatus(status_, TF_INVALID_ARGUMENT, ("no tensor " + std::to_string(id)).c_str());
    return nullptr;
  }

  // Does nothing once something has failed. `output` of an operation that has one.
  template <typename SetAttributes>
  void Execute(const char* name, const std::vector<TFE_TensorHandle*>& inputs, TFE_TensorHandle** output,
               SetAttributes set_attributes) {
    if (TF_GetCode(status_) != TF_OK) return;
    TFE_Op* const op = TFE_NewOp(backend_->tfe_context_, name, status_);
    if (TF_GetCode(status_) != TF_OK) return;
    for (TFE_TensorHandle* const input : inputs) {
      TFE_OpAddInput(op, input, status_);
      if (TF_GetCode(status_) != TF_OK) break;
    }
    if (TF_GetCode(status_) == TF_OK) {
      set_attributes(op);
      int outputs = output == nullptr ? 0 : 1;
      TFE_Execute(op, output, &outputs, status_);
    }
    TFE_DeleteOp(op);
  }

  tfnodejs::TFJSBackend* const backend_;
  const std::string operation_;
  const bool uses_nesterov_;
  TF_Status* const status_;
};

std::vector<int32_t> ReadNumbers(napi_env env, napi_value array) {
  napi_typedarray_type type;
  size_t length = 0;
  void* data = nullptr;
  napi_get_typedarray_info(env, array, &type, &length, &data, nullptr, nullptr);
  if (data == nullptr || type != napi_int32_array) return {};
  return std::vector<int32_t>(static_cast<int32_t*>(data), static_cast<int32_t*>(data) + length);
}

napi_value Property(napi_env env, napi_value object, const char* name) {
  napi_value value = nullptr;
  napi_get_named_property(env, object, name, &value);
  return value;
}

// (operation: string, { usesNesterov: boolean, before: Int32Array, after: Int32Array, columns: number },
// rows: Int32Array) → Int32Array of the new values' ids.
napi_value ApplyUpdates(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  char operation[64] = "";
  bool uses_nesterov = false;
  int32_t columns = 0;
  napi_get_value_string_utf8(env, arguments[0], operation, sizeof(operation), nullptr);
  napi_get_value_bool(env, Property(env, arguments[1], "usesNesterov"), &uses_nesterov);
  napi_get_value_int32(env, Property(env, arguments[1], "columns"), &columns);
  const std::vector<int32_t> before = ReadNumbers(env, Property(env, arguments[1], "before"));
  const std::vector<int32_t> after = ReadNumbers(env, Property(env, arguments[1], "after"));
  const std::vector<int32_t> rows = ReadNumbers(env, arguments[2]);
  tfnodejs::TFJSBackend* backend = nullptr;
  napi_get_instance_data(env, reinterpret_cast<void**>(&backend));
  if (backend == nullptr || columns <= kFirstSlot || rows.size() % columns != 0) {
    napi_throw_error(env, nullptr, "applyUpdates: wrong arguments");
    return nullptr;
  }
  Step step(backend, operation, uses_nesterov);
  const size_t variables = rows.size() / columns;
  napi_value buffer, result;
  void* data = nullptr;
  napi_create_arraybuffer(env, variables * sizeof(int32_t), &data, &buffer);
  for (size_t at = 0; at < variables; ++at) {
    static_cast<int32_t*>(data)[at] = step.Update(rows.data() + at * columns, columns, before, after);
  }
  if (!step.failure().empty()) {
    napi_throw_error(env, nullptr, (std::string(operation) + ": " + step.failure()).c_str());
    return nullptr;
  }
  napi_create_typedarray(env, napi_int32_array, variables, buffer, 0, &result);
  return result;
}

}  // namespace

void ExportUpdates(napi_env env, napi_value exports) {
  napi_value function;
  napi_create_function(env, "applyUpdates", NAPI_AUTO_LENGTH, ApplyUpdates, nullptr, &function);
  napi_set_named_property(env, exports, "applyUpdates", function);
}
