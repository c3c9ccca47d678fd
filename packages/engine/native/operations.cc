// Compiled into the addon. Operations of our own, registered with TensorFlow beside its own, for what it has no single
// pass for: SiLU and its gradient, and every n-th pixel of images and back. For the processor, in float32 and bfloat16.
//
// Elements are computed one by one, so the bits do not depend on the number of threads.

#include "operations.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "kernel_api.h"
#include "parallel.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif
#define INLINE inline __attribute__((always_inline))

namespace {

// Numbers of one piece of work: enough to be worth a thread, few enough to stay in its cache.
constexpr int64_t kGrain = 1 << 14;

struct Bfloat16 {
  uint16_t bits;
};

INLINE float BitsToFloat(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

INLINE uint32_t FloatToBits(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

INLINE float Load(float value) { return value; }
INLINE float Load(Bfloat16 value) { return BitsToFloat(static_cast<uint32_t>(value.bits) << 16); }

INLINE void Store(float value, float* to) { *to = value; }

// Rounds to the nearest, halves to even; NaN stays NaN.
INLINE void Store(float value, Bfloat16* to) {
  const uint32_t bits = FloatToBits(value);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  to->bits = static_cast<uint16_t>(value != value ? 0x7fc0 : rounded);
}

// e^x for x in [-87, 87], to 2 units in the last place: 2^n times a polynomial of Cephes (expf). NaN gives NaN.
INLINE float Exponential(float x) {
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number
  const float n = (x * 1.44269504088896341f + kRound) - kRound;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  // NaN has no whole number, and its n is not used: p is NaN
  const float power = n == n ? n : 0.0f;
  return p * BitsToFloat(static_cast<uint32_t>(static_cast<int32_t>(power) + 127) << 23);
}

INLINE float Sigmoid(float x) {
  const float negated = -x;
  const float above = negated < -87.0f ? -87.0f : negated;
  return 1.0f / (1.0f + Exponential(above > 87.0f ? 87.0f : above));
}

template <typename T>
INLINE void SwishLoop(const T* x, T* y, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i) {
    const float value = Load(x[i]);
    Store(value * Sigmoid(value), &y[i]);
  }
}

template <typename T>
INLINE void SwishGradLoop(const T* dy, const T* x, T* dx, int64_t begin, int64_t end) {
  for (int64_t i = begin; i < end; ++i) {
    const float value = Load(x[i]);
    const float sigmoid = Sigmoid(value);
    Store(Load(dy[i]) * (sigmoid * (1.0f + value * (1.0f - sigmoid))), &dx[i]);
  }
}

FOR_EACH_PROCESSOR void Swish(const float* x, float* y, int64_t begin, int64_t end) { SwishLoop(x, y, begin, end); }
FOR_EACH_PROCESSOR void SwishLow(const Bfloat16* x, Bfloat16* y, int64_t begin, int64_t end) {
  SwishLoop(x, y, begin, end);
}
FOR_EACH_PROCESSOR void SwishGrad(const float* dy, const float* x, float* dx, int64_t begin, int64_t end) {
  SwishGradLoop(dy, x, dx, begin, end);
}
FOR_EACH_PROCESSOR void SwishGradLow(const Bfloat16* dy, const Bfloat16* x, Bfloat16* dx, int64_t begin,
                                     int64_t end) {
  SwishGradLoop(dy, x, dx, begin, end);
}

class Status {
 public:
  Status() : status_(TF_NewStatus()) {}
  ~Status() { TF_DeleteStatus(status_); }
  operator TF_Status*() const { return status_; }
  bool IsOk() const { return TF_GetCode(status_) == TF_OK; }

 private:
  TF_Status* const status_;
};

// A tensor of a running kernel.
class Tensor {
 public:
  Tensor(TF_OpKernelContext* context, int input, TF_Status* status) { TF_GetInput(context, input, &tensor_, status); }
  Tensor(TF_OpKernelContext* context, TF_DataType type, const std::vector<int64_t>& shape, TF_Status* status) {
    size_t bytes = TF_DataTypeSize(type);
    for (const int64_t side : shape) bytes *= side;
    tensor_ = TF_AllocateOutput(context, 0, type, shape.data(), static_cast<int>(shape.size()), bytes, status);
  }
  ~Tensor() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }
  template <typename T>
  T* Data() const {
    return static_cast<T*>(TF_TensorData(tensor_));
  }
  TF_DataType Type() const { return TF_TensorType(tensor_); }
  int64_t Count() const { return TF_TensorElementCount(tensor_); }
  std::vector<int64_t> Shape() const {
    std::vector<int64_t> shape(TF_NumDims(tensor_));
    for (size_t i = 0; i < shape.size(); ++i) shape[i] = TF_Dim(tensor_, static_cast<int>(i));
    return shape;
  }

 private:
  TF_Tensor* tensor_ = nullptr;
};

void* CreateNothing(TF_OpKernelConstruction*) { return nullptr; }
void DestroyNothing(void*) {}

void ComputeSwish(void*, TF_OpKernelContext* context) {
  Status status;
  const Tensor x(context, 0, status);
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const Tensor y(context, x.Type(), x.Shape(), status);
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const bool is_low = x.Type() == TF_BFLOAT16;
  ParallelFor(x.Count(), kGrain, [&](int64_t begin, int64_t end) {
    if (is_low) {
      SwishLow(x.Data<Bfloat16>(), y.Data<Bfloat16>(), begin, end);
    } else {
      Swish(x.Data<float>(), y.Data<float>(), begin, end);
    }
  });
}

void ComputeSwishGrad(void*, TF_OpKernelContext* context) {
  Status status;
  const Tensor dy(context, 0, status);
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const Tensor x(context, 1, status);
  if (status.IsOk() && dy.Count() != x.Count()) TF_SetStatus(status, TF_INVALID_ARGUMENT, "dy and x differ in size");
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const Tensor dx(context, x.Type(), x.Shape(), status);
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const bool is_low = x.Type() == TF_BFLOAT16;
  ParallelFor(x.Count(), kGrain, [&](int64_t begin, int64_t end) {
    if (is_low) {
      SwishGradLow(dy.Data<Bfloat16>(), x.Data<Bfloat16>(), dx.Data<Bfloat16>(), begin, end);
    } else {
      SwishGrad(dy.Data<float>(), x.Data<float>(), dx.Data<float>(), begin, end);
    }
  });
}

// Every down-th row's every right-th pixel of images, from the first on.
struct Steps {
  int32_t down_right[2];
  // of the images, only for putting pixels back
  int32_t size[2];
};

template <bool kHasSize>
void* CreateSteps(TF_OpKernelConstruction* construction) {
  Status status;
  Steps* const steps = new Steps();
  TF_OpKernelConstruction_GetAttrInt32List(construction, "strides", steps->down_right, 2, status);
  if (kHasSize && status.IsOk()) {
    TF_OpKernelConstruction_GetAttrInt32List(construction, "size", steps->size, 2, status);
  }
  if (!status.IsOk()) TF_OpKernelConstruction_Failure(construction, status);
  return steps;
}

void DestroySteps(void* steps) { delete static_cast<Steps*>(steps); }

int64_t DivideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

void ComputeTakePixels(void* kernel, TF_OpKernelContext* context) {
  const Steps& steps = *static_cast<const Steps*>(kernel);
  Status status;
  const Tensor images(context, 0, status);
  if (status.IsOk() && images.Shape().size() != 4) TF_SetStatus(status, TF_INVALID_ARGUMENT, "images need 4 axes");
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const std::vector<int64_t> from = images.Shape();
  const int64_t down = steps.down_right[0], right = steps.down_right[1];
  const int64_t height = DivideUp(from[1], down), width = DivideUp(from[2], right);
  const Tensor pixels(context, images.Type(), {from[0], height, width, from[3]}, status);
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const size_t bytes = from[3] * TF_DataTypeSize(images.Type());
  const int64_t rows_of_a_piece = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, width * from[3]));
  ParallelFor(from[0] * height, rows_of_a_piece, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      const int64_t source_row = row / height * from[1] + row % height * down;
      const char* source = images.Data<char>() + source_row * from[2] * bytes;
      char* target = pixels.Data<char>() + row * width * bytes;
      for (int64_t x = 0; x < width; ++x) std::memcpy(target + x * bytes, source + x * right * bytes, bytes);
    }
  });
}

void ComputePutPixels(void* kernel, TF_OpKernelContext* context) {
  const Steps& steps = *static_cast<const Steps*>(kernel);
  Status status;
  const Tensor pixels(context, 0, status);
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const std::vector<int64_t> from = pixels.Shape();
  const int64_t down = steps.down_right[0], right = steps.down_right[1];
  const int64_t height = steps.size[0], width = steps.size[1];
  if (from.size() != 4 || from[1] != DivideUp(height, down) || from[2] != DivideUp(width, right)) {
    TF_SetStatus(status, TF_INVALID_ARGUMENT, "the pixels are not those of images of this size");
    return TF_OpKernelContext_Failure(context, status);
  }
  const Tensor images(context, pixels.Type(), {from[0], height, width, from[3]}, status);
  if (!status.IsOk()) return TF_OpKernelContext_Failure(context, status);
  const size_t bytes = from[3] * TF_DataTypeSize(pixels.Type());
  const int64_t rows_of_a_piece = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, width * from[3]));
  ParallelFor(from[0] * height, rows_of_a_piece, [&](int64_t begin, int64_t end) {
    for (int64_t row = begin; row < end; ++row) {
      char* target = images.Data<char>() + row * width * bytes;
      std::memset(target, 0, width * bytes);
      if (row % height % down != 0) continue;
      const int64_t source_row = row / height * from[1] + row % height / down;
      const char* source = pixels.Data<char>() + source_row * from[2] * bytes;
      for (int64_t x = 0; x < from[2]; ++x) std::memcpy(target + x * right * bytes, source + x * bytes, bytes);
    }
  });
}

struct Operation {
  const char* name;
  std::vector<const char*> inputs;
  const char* output;
  std::vector<const char*> attributes;
  void* (*create)(TF_OpKernelConstruction*);
  void (*compute)(void*, TF_OpKernelContext*);
  void (*destroy)(void*);
};

const std::vector<Operation>& Operations() {
  static const std::vector<Operation> operations = {
      {"LimberSwish", {"x: T"}, "y: T", {}, CreateNothing, ComputeSwish, DestroyNothing},
      {"LimberSwishGrad", {"dy: T", "x: T"}, "dx: T", {}, CreateNothing, ComputeSwishGrad, DestroyNothing},
      {"LimberTakePixels", {"images: T"}, "pixels: T", {"strides: list(int)"}, CreateSteps<false>, ComputeTakePixels,
       DestroySteps},
      {"LimberPutPixels", {"pixels: T"}, "images: T", {"strides: list(int)", "size: list(int)"}, CreateSteps<true>,
       ComputePutPixels, DestroySteps},
  };
  return operations;
}

void Register(const Operation& operation, TF_Status* status) {
  TF_OpDefinitionBuilder* const definition = TF_NewOpDefinitionBuilder(operation.name);
  TF_OpDefinitionBuilderAddAttr(definition, "T: {float, bfloat16}");
  for (const char* attribute : operation.attributes) TF_OpDefinitionBuilderAddAttr(definition, attribute);
  for (const char* input : operation.inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  TF_OpDefinitionBuilderAddOutput(definition, operation.output);
  TF_RegisterOpDefinition(definition, status);
  for (const TF_DataType type : {TF_FLOAT, TF_BFLOAT16}) {
    if (TF_GetCode(status) != TF_OK) return;
    TF_KernelBuilder* const kernel =
        TF_NewKernelBuilder(operation.name, "CPU", operation.create, operation.compute, operation.destroy);
    TF_KernelBuilder_TypeConstraint(kernel, "T", type, status);
    if (TF_GetCode(status) != TF_OK) return;
    const std::string name = operation.name + std::string(type == TF_FLOAT ? "Float" : "Bfloat16");
    TF_RegisterKernelBuilder(name.c_str(), kernel, status);
  }
}

}  // namespace

void ExportOperations(napi_env env, napi_value exports) {
  Status status;
  for (const Operation& operation : Operations()) {
    if (status.IsOk()) Register(operation, status);
  }
  napi_value message;
  napi_create_string_utf8(env, TF_Message(status), NAPI_AUTO_LENGTH, &message);
  napi_set_named_property(env, exports, "ownOperations", message);
}
